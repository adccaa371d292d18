using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using MinZ.Mir;
using TypeDefinition = MinZ.Mir.TypeDefinition;

namespace MinZ.Backends.Clr;

/// <summary>How a value lies on the evaluation stack.</summary>
internal enum Carrier : byte
{
    /// <summary>int32; narrower integers are kept extended by their sign.</summary>
    I4,
    I8, R4, R8,
    /// <summary>Value types, objects, managed pointers.</summary>
    Other,
}

/// <summary>MIR types as CLR types: definitions, signatures, tokens.</summary>
internal sealed partial class ClrTypes
{
    private readonly ClrModule _module;
    private readonly MetadataBuilder _metadata;
    private readonly ClrRuntimeImage _runtime;
    private readonly Dictionary<(string, string, string), TypeReferenceHandle> _references = [];
    private readonly Dictionary<MirType, EntityHandle> _tokens = [];
    private readonly Dictionary<(MirType, int, int), EntityHandle> _fields = [];
    private readonly List<ClrNested> _nested;
    private readonly Dictionary<MirType, TypeDefinitionHandle> _handles = [];
    private readonly Dictionary<ActorType, StructType> _actors;

    /// <summary>Numbers the module's types: rows follow those that are there and the module's class.</summary>
    public ClrTypes(ClrModule module, MetadataBuilder metadata, ClrRuntimeImage runtime, List<ClrNested> nested,
        Dictionary<ActorType, StructType> actors)
    {
        (_module, _metadata, _runtime, _nested, _actors) = (module, metadata, runtime, nested, actors);
        var row = metadata.GetRowCount(TableIndex.TypeDef) + 2;
        foreach (var t in nested)
        {
            t.Handle = MetadataTokens.TypeDefinitionHandle(row++);
            if (t.Definition is { } definition)
                _handles[definition] = t.Handle;
        }
    }

    public TypeReferenceHandle ObjectType => Reference("System.Runtime", "System", "Object");

    /// <summary>
    /// A type of the framework. Rows that the support code brought along are not searched: equal rows are legal.
    /// </summary>
    public TypeReferenceHandle Reference(string assembly, string ns, string name)
    {
        if (_references.TryGetValue((assembly, ns, name), out var known))
            return known;
        if (!_assemblies.TryGetValue(assembly, out var scope))
            _assemblies[assembly] = scope = _metadata.AddAssemblyReference(_metadata.GetOrAddString(assembly),
                new Version(10, 0, 0, 0), default, _metadata.GetOrAddBlob(ImmutableArray.Create<byte>(
                    0xB0, 0x3F, 0x5F, 0x7F, 0x11, 0xD5, 0x0A, 0x3A)), default, default);
        return _references[(assembly, ns, name)] =
            _metadata.AddTypeReference(scope, _metadata.GetOrAddString(ns), _metadata.GetOrAddString(name));
    }

    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = [];

    private TypeReferenceHandle System(string name) => Reference("System.Runtime", "System", name);

    /// <summary>
    /// The type whose method a function is, by its name "Type.method"; null for the module's class. CLR enums have no
    /// methods.
    /// </summary>
    public TypeDefinition? OwnerOf(Function f, out string method)
    {
        var dot = f.Name.LastIndexOf('.');
        if (dot > 0 && _module.Module.FindType(f.Name[..dot]) is { } owner && _handles.ContainsKey(owner) &&
            owner is StructType or EnumType { HasPayload: true })
        {
            method = ClrNames.Identifier(f.Name[(dot + 1)..]);
            return owner;
        }
        method = ClrNames.Identifier(f.Name);
        return null;
    }

    /// <summary>The stack form of a type.</summary>
    public Carrier CarrierOf(MirType type) => type.Kind switch
    {
        TypeKind.F32 => Carrier.R4,
        TypeKind.F64 => Carrier.R8,
        TypeKind.U64 or TypeKind.I64 => Carrier.I8,
        TypeKind.Enum when !((EnumType)type).HasPayload => CarrierOf(((EnumType)type).Tag),
        TypeKind.Pointer or TypeKind.Reference => _module.Residence.IsRaw(type) ? Carrier.I4 : Carrier.Other,
        _ => type.IsNumeric ? Carrier.I4 : Carrier.Other,
    };

    /// <summary>The integer type a fixed-point type is held as.</summary>
    public static MirType Integer(MirType type) => type switch
    {
        FixedType f => f.Signed ? MirType.SignedOf(f.Bits) : MirType.Unsigned(f.Bits),
        EnumType { HasPayload: false } e => e.Tag,
        _ => type,
    };

    /// <summary>Writes a type into a signature; a managed pointer must be announced to the encoder before.</summary>
    public void Encode(SignatureTypeEncoder to, MirType type)
    {
        switch (type.Kind)
        {
            case TypeKind.Bool:
                to.Boolean();
                break;
            case TypeKind.U8:
                to.Byte();
                break;
            case TypeKind.I8:
                to.SByte();
                break;
            case TypeKind.U16:
                to.UInt16();
                break;
            case TypeKind.I16:
                to.Int16();
                break;
            case TypeKind.U24 or TypeKind.U32:
                to.UInt32();
                break;
            case TypeKind.I24 or TypeKind.I32:
                to.Int32();
                break;
            case TypeKind.U64:
                to.UInt64();
                break;
            case TypeKind.I64:
                to.Int64();
                break;
            case TypeKind.F32:
                to.Single();
                break;
            case TypeKind.F64:
                to.Double();
                break;
            case TypeKind.Fixed:
                Encode(to, Integer(type));
                break;
            case TypeKind.Str:
                to.Type(_runtime.Type("Str"), true);
                break;
            case TypeKind.Struct or TypeKind.Enum when _handles.TryGetValue(type, out var handle):
                to.Type(handle, true);
                break;
            case TypeKind.Tuple when ((TupleType)type).Items.Length is > 0 and <= ClrLimits.TupleItems:
                var items = ((TupleType)type).Items;
                EncodeGeneric(to, System("ValueTuple`" + items.Length), true, items);
                break;
            case TypeKind.Array:
                Encode(to.SZArray(), type.Element!);
                break;
            case TypeKind.Slice:
                EncodeGeneric(to, System("ArraySegment`1"), true, [type.Element!]);
                break;
            case TypeKind.Box:
                EncodeGeneric(to, _runtime.Type("Box`1"), false, [type.Element!]);
                break;
            case TypeKind.Function:
                EncodeDelegate(to, (FunctionType)type);
                break;
            case TypeKind.Reference or TypeKind.Pointer when _module.Residence.IsRaw(type):
                to.Int32();
                break;
            case TypeKind.Reference or TypeKind.Pointer:
                EncodeGeneric(to, _runtime.Type("Ref`1"), false, [type.Element!]);
                break;
            case TypeKind.Interface when _handles.TryGetValue(type, out var contract):
                to.Type(contract, false);
                break;
            case TypeKind.Channel:
                EncodeGeneric(to, _runtime.Type("Channel`1"), false, [type.Element!]);
                break;
            case TypeKind.Actor when _actors.TryGetValue((ActorType)type, out var state):
                EncodeGeneric(to, _runtime.Type("Ref`1"), false, [state]);
                break;
            default:
                _module.Messages.Add(ClrMessages.Unsupported, $"values of type {type} are not supported on clr", null,
                    type is TypeDefinition d ? d.Location : default);
                to.Object();
                break;
        }
    }

    private void EncodeGeneric(SignatureTypeEncoder to, EntityHandle generic, bool isValueType,
        IReadOnlyList<MirType> of)
    {
        var arguments = to.GenericInstantiation(generic, of.Count, isValueType);
        foreach (var t in of)
            Encode(arguments.AddArgument(), t);
    }

    private void EncodeDelegate(SignatureTypeEncoder to, FunctionType f)
    {
        var hasResult = f.Result.Kind != TypeKind.Void;
        if (f.Parameters.IsEmpty && !hasResult)
            to.Type(System("Action"), false);
        else
            EncodeGeneric(to, DelegateDefinition(f), false, hasResult ? [.. f.Parameters, f.Result] : f.Parameters);
    }

    private TypeReferenceHandle DelegateDefinition(FunctionType f) => f.Result.Kind == TypeKind.Void
        ? System("Action" + (f.Parameters.IsEmpty ? "" : "`" + f.Parameters.Length))
        : System("Func`" + (f.Parameters.Length + 1));

    /// <summary>Token of a type, for newarr, ldobj and the like.</summary>
    public EntityHandle Token(MirType type)
    {
        if (_tokens.TryGetValue(type, out var known))
            return known;
        return _tokens[type] = type.Kind switch
        {
            TypeKind.Struct or TypeKind.Enum or TypeKind.Interface when _handles.TryGetValue(type, out var handle) =>
                handle,
            TypeKind.Str => _runtime.Type("Str"),
            TypeKind.Fixed => Token(Integer(type)),
            TypeKind.Reference or TypeKind.Pointer when _module.Residence.IsRaw(type) => System("Int32"),
            _ => type.IsNumeric ? System(NameOf(type.Kind)) : Specification(type),
        };
    }

    private static string NameOf(TypeKind kind) => kind switch
    {
        TypeKind.Bool => "Boolean",
        TypeKind.U8 => "Byte",
        TypeKind.I8 => "SByte",
        TypeKind.U16 => "UInt16",
        TypeKind.I16 => "Int16",
        TypeKind.U24 or TypeKind.U32 => "UInt32",
        TypeKind.I24 or TypeKind.I32 => "Int32",
        TypeKind.U64 => "UInt64",
        TypeKind.I64 => "Int64",
        TypeKind.F32 => "Single",
        _ => "Double",
    };

    private TypeSpecificationHandle Specification(MirType type)
    {
        var blob = new BlobBuilder();
        Encode(new BlobEncoder(blob).TypeSpecificationSignature(), type);
        return _metadata.AddTypeSpecification(_metadata.GetOrAddBlob(blob));
    }

    /// <summary>Signature of a field.</summary>
    public BlobHandle FieldSignature(MirType type)
    {
        var blob = new BlobBuilder();
        Encode(new BlobEncoder(blob).Field().Type(), type);
        return _metadata.GetOrAddBlob(blob);
    }

    /// <summary>Signature of a function's method.</summary>
    public BlobHandle MethodSignature(Function f, bool isInstance) => Signature(
        [.. _module.References.ParametersOf(f).Skip(isInstance ? 1 : 0)], _module.References.ResultOf(f), isInstance);

    /// <summary>Signature of a static method; <paramref name="result"/> null or void = none.</summary>
    public BlobHandle Signature(IReadOnlyList<MirType> parameters, MirType? result, int byRefParameter = -1) =>
        Signature([.. parameters.Select((t, n) => new ClrForm(t, n == byRefParameter))],
            new ClrForm(result ?? MirType.Void));

    /// <summary>Signature of a method.</summary>
    public BlobHandle Signature(IReadOnlyList<ClrForm> parameters, ClrForm result, bool isInstance = false)
    {
        var blob = new BlobBuilder();
        new BlobEncoder(blob).MethodSignature(isInstanceMethod: isInstance).Parameters(parameters.Count,
            r =>
            {
                if (result.Type.Kind == TypeKind.Void)
                    r.Void();
                else
                    Encode(r.Type(result.IsByRef), result.Type);
            },
            p =>
            {
                foreach (var form in parameters)
                    Encode(p.AddParameter().Type(form.IsByRef), form.Type);
            });
        return _metadata.GetOrAddBlob(blob);
    }

    /// <summary>Signature of local variables.</summary>
    public StandaloneSignatureHandle LocalsSignature(IReadOnlyList<ClrForm> locals)
    {
        if (locals.Count == 0)
            return default;
        var blob = new BlobBuilder();
        var encoder = new BlobEncoder(blob).LocalVariableSignature(locals.Count);
        foreach (var form in locals)
            Encode(encoder.AddVariable().Type(form.IsByRef), form.Type);
        return _metadata.AddStandaloneSignature(_metadata.GetOrAddBlob(blob));
    }

    /// <summary>An instance of a generic method of the support code.</summary>
    public EntityHandle Generic(MethodDefinitionHandle method, params ReadOnlySpan<MirType> arguments)
    {
        var key = (method, new TupleType([.. arguments]));
        if (_generics.TryGetValue(key, out var known))
            return known;
        var blob = new BlobBuilder();
        var encoder = new BlobEncoder(blob).MethodSpecificationSignature(arguments.Length);
        foreach (var t in arguments)
            Encode(encoder.AddArgument(), t);
        return _generics[key] = _metadata.AddMethodSpecification(method, _metadata.GetOrAddBlob(blob));
    }

    private readonly Dictionary<(MethodDefinitionHandle, TupleType), EntityHandle> _generics = [];
}
