using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>Members of types by index and name, seen through generic instances.</summary>
public static class TypeMembers
{
    /// <summary>The definition behind a type: of an instance its definition, else the type itself.</summary>
    public static MirType DefinitionOf(MirType type) => type is InstanceType i ? i.Definition : type;

    /// <summary>Number of fields of a struct, tuple or actor; 0 for every other type.</summary>
    public static int FieldCount(MirType type) => DefinitionOf(type) switch
    {
        StructType s => s.Fields.Length,
        TupleType t => t.Items.Length,
        ActorType a => a.Fields.Length,
        _ => 0,
    };

    /// <summary>Type of a field of a struct, tuple or actor; null when there is none.</summary>
    public static MirType? FieldType(MirType type, int index)
    {
        if (index < 0 || index >= FieldCount(type))
            return null;
        return Substitute(type, DefinitionOf(type) switch
        {
            StructType s => s.Fields[index].Type,
            ActorType a => a.Fields[index].Type,
            var t => ((TupleType)t).Items[index],
        });
    }

    /// <summary>Name of a field that <see cref="FieldType"/> finds: of a tuple its number.</summary>
    public static string FieldName(MirType type, int index) => DefinitionOf(type) switch
    {
        StructType s when index < s.Fields.Length => s.Fields[index].Name,
        ActorType a when index < a.Fields.Length => a.Fields[index].Name,
        _ => index.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Index of a field by <see cref="FieldName"/>, or -1.</summary>
    public static int FieldIndex(MirType type, string name)
    {
        for (int i = 0, n = FieldCount(type); i < n; i++)
            if (FieldName(type, i) == name)
                return i;
        return -1;
    }

    /// <summary>Variant of an enum or an instance of one; null when there is none.</summary>
    public static Variant? VariantOf(MirType type, int variant) =>
        DefinitionOf(type) is EnumType e && variant >= 0 && variant < e.Variants.Length ? e.Variants[variant] : null;

    /// <summary>Index of a variant by name, or -1.</summary>
    public static int VariantIndex(MirType type, string name)
    {
        if (DefinitionOf(type) is EnumType e)
            for (var i = 0; i < e.Variants.Length; i++)
                if (e.Variants[i].Name == name)
                    return i;
        return -1;
    }

    /// <summary>Type of an item of a variant's payload; null when there is none.</summary>
    public static MirType? PayloadType(MirType type, int variant, int item) =>
        VariantOf(type, variant) is { } v && item >= 0 && item < v.Payload.Length
            ? Substitute(type, v.Payload[item]) : null;

    /// <summary>Method of an interface or an instance of one, its types seen from there; null when there is
    /// none.</summary>
    public static InterfaceMethod? MethodOf(MirType type, int method)
    {
        if (DefinitionOf(type) is not InterfaceType i || method < 0 || method >= i.Methods.Length)
            return null;
        var m = i.Methods[method];
        return type is InstanceType
            ? new(m.Name, [.. m.Parameters.Select(p => Substitute(type, p))], Substitute(type, m.Result)) : m;
    }

    /// <summary>A type written inside a generic definition, as an instance of it sees it.</summary>
    public static MirType Substitute(MirType instance, MirType type) => instance is InstanceType i
        ? TypeSubstitution.Apply(type, i.Definition.TypeParameters, i.Arguments) : type;
}

/// <summary>Bounds how large a type may be when it is written out, so that no work on types gets out of hand.</summary>
public static class TypeLimits
{
    /// <summary>Most parts of a type.</summary>
    public const int MaxParts = 4096;

    /// <summary>True when a type has at most <see cref="MaxParts"/> parts; takes no longer than that.</summary>
    public static bool IsSmall(MirType type)
    {
        var left = MaxParts;
        return Take(type, ref left);
    }

    private static bool Take(MirType type, ref int left)
    {
        if (--left < 0)
            return false;
        switch (type)
        {
            case TupleType t:
                return Take(t.Items, ref left);
            case FunctionType f:
                return Take(f.Parameters, ref left) && Take(f.Result, ref left);
            case InstanceType i:
                return Take(i.Arguments, ref left);
            default:
                return type.Element is null || Take(type.Element, ref left);
        }
    }

    private static bool Take(ImmutableArray<MirType> types, ref int left)
    {
        foreach (var t in types)
            if (!Take(t, ref left))
                return false;
        return true;
    }
}

/// <summary>Puts types in place of type parameters.</summary>
public static class TypeSubstitution
{
    /// <summary>
    /// The type with every parameter replaced by the argument at the same position; parameters without one stay.
    /// </summary>
    public static MirType Apply(MirType type, ImmutableArray<TypeParameter> parameters,
        ImmutableArray<MirType> arguments) =>
        parameters.IsDefaultOrEmpty || arguments.IsDefaultOrEmpty ? type
            : Map(type, t => t is TypeParameter p && parameters.IndexOf(p) is var n and >= 0 && n < arguments.Length
                ? arguments[n] : null);

    /// <summary>
    /// Rebuilds a type from its leaves: <paramref name="leaf"/> is asked for nominal types and type parameters, and
    /// answers null for "stays".
    /// </summary>
    public static MirType Map(MirType type, Func<MirType, MirType?> leaf)
    {
        MirType M(MirType t) => Map(t, leaf);
        return type switch
        {
            ScalarType or FixedType => type,
            ArrayType a => M(a.Element) is var e && ReferenceEquals(e, a.Element) ? a : new ArrayType(e, a.Length),
            SliceType s => M(s.Element) is var e && ReferenceEquals(e, s.Element) ? s : new SliceType(e),
            ReferenceType r => M(r.Element) is var e &&
                ReferenceEquals(e, r.Element) ? r : new ReferenceType(e, r.Mutable),
            PointerType p => M(p.Element) is var e && ReferenceEquals(e, p.Element) ? p : new PointerType(e),
            BoxType b => M(b.Element) is var e && ReferenceEquals(e, b.Element) ? b : new BoxType(e),
            ChannelType c => M(c.Element) is var e && ReferenceEquals(e, c.Element) ? c : new ChannelType(e),
            TupleType t => new TupleType([.. t.Items.Select(M)]),
            FunctionType f => new FunctionType([.. f.Parameters.Select(M)], M(f.Result)),
            InstanceType i => new InstanceType((TypeDefinition)(leaf(i.Definition) ?? i.Definition),
                [.. i.Arguments.Select(M)]),
            _ => leaf(type) ?? type,
        };
    }
}
