using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>
/// Rewrites what code and data refer to while it is copied: types, functions, globals. Override what changes;
/// everything else stays. Used to clone and link modules and to instantiate generic functions.
/// </summary>
public abstract class Remapper
{
    private readonly Dictionary<MirType, MirType> _types = new(ReferenceEqualityComparer.Instance);

    /// <summary>What stands for a struct, enum, interface, actor or type parameter; null = itself.</summary>
    protected abstract MirType? Leaf(MirType type);

    /// <summary>The function that takes a function's place.</summary>
    public abstract Function Map(Function function);

    /// <summary>The global that takes a global's place.</summary>
    public abstract Global Map(Global global);

    /// <summary>A place in source, seen from the module copied to.</summary>
    public virtual SourceLocation Map(SourceLocation location) => location;

    /// <summary>A type with its leaves replaced; unchanged types stay the same object.</summary>
    public MirType Map(MirType type)
    {
        if (type is ScalarType or FixedType)
            return type;
        if (_types.TryGetValue(type, out var known))
            return known;
        return _types[type] = TypeSubstitution.Map(type, Leaf);
    }

    /// <summary>Several types in order.</summary>
    public ImmutableArray<MirType> Map(ImmutableArray<MirType> types) =>
        types.IsDefaultOrEmpty ? types : [.. types.Select(Map)];

    /// <summary>Fields in order.</summary>
    public ImmutableArray<Field> Map(ImmutableArray<Field> fields) =>
        [.. fields.Select(f => f with { Type = Map(f.Type) })];

    /// <summary>A function with the arguments it is used with.</summary>
    public virtual FunctionRef Map(FunctionRef reference)
    {
        var function = Map(reference.Function);
        return reference.TypeArguments.IsDefaultOrEmpty ? function.Reference
            : new FunctionRef(function, Map(reference.TypeArguments));
    }

    /// <summary>A start value.</summary>
    public ConstantValue Map(ConstantValue value) => value switch
    {
        ConstantValue.Aggregate a => new ConstantValue.Aggregate([.. a.Items.Select(Map)]),
        ConstantValue.Enum e => new ConstantValue.Enum(e.Variant, [.. e.Payload.Select(Map)]),
        ConstantValue.FunctionValue f => new ConstantValue.FunctionValue(Map(f.Function)),
        ConstantValue.Address a => a with { Global = Map(a.Global) },
        ConstantValue.SliceOf s => new ConstantValue.SliceOf(Map(s.Global)),
        _ => value,
    };

    /// <summary>The payload of an instruction; slots and blocks through the tables of the function being
    /// copied.</summary>
    internal object? Payload(object? payload, Dictionary<Local, Local> locals, Dictionary<Block, Block> blocks)
    {
        Local Slot(Local local) => locals.GetValueOrDefault(local, local);
        Place At(Place p) => p with
        {
            Local = p.Local is null ? null : Slot(p.Local),
            Global = p.Global is null ? null : Map(p.Global),
            Type = Map(p.Type),
        };
        return payload switch
        {
            FunctionRef f => Map(f),
            Place p => At(p),
            PlacePair p => new PlacePair(At(p.To), At(p.From)),
            Successors s => s with { Blocks = [.. s.Blocks.Select(b => blocks.GetValueOrDefault(b, b))] },
            MethodRef m => m with { Interface = Map(m.Interface) },
            MessageRef m => m with { Actor = (ActorType)Map(m.Actor) },
            MirType t => Map(t),
            Local l => Slot(l),
            Global g => Map(g),
            AsmBlock a => a with
            {
                Bindings = a.Bindings.IsDefault ? default : [.. a.Bindings.Select(b => b with
                {
                    Local = b.Local is null ? null : Slot(b.Local),
                    Global = b.Global is null ? null : Map(b.Global),
                    Function = b.Function is null ? null : Map(b.Function),
                })],
                Outputs = a.Outputs.IsDefault ? default
                    : [.. a.Outputs.Select(r => r with { Local = r.Local is null ? null : Slot(r.Local) })],
            },
            _ => payload,
        };
    }
}
