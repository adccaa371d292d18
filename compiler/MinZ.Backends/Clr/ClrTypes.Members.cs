using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

internal sealed partial class ClrTypes
{
    /// <summary>Name of the tag of an enum with payload.</summary>
    private const string TagName = "Tag";

    /// <summary>Adds the fields of the module's types.</summary>
    public void AddFields()
    {
        foreach (var type in _nested)
        {
            type.FirstField = MetadataTokens.FieldDefinitionHandle(_metadata.GetRowCount(TableIndex.Field) + 1);
            foreach (var (name, t) in type.Fields)
                type.FieldHandles.Add(AddField(name, t));
            switch (type.Definition)
            {
                case StructType s:
                    for (var n = 0; n < s.Fields.Length; n++)
                        _fields[(s, -1, n)] = AddField(ClrNames.Identifier(s.Fields[n].Name), s.Fields[n].Type);
                    break;
                case EnumType { HasPayload: false } e:
                    AddEnumFields(e);
                    break;
                case EnumType e:
                    _fields[(e, -1, 0)] = AddField(TagName, e.Tag);
                    for (var v = 0; v < e.Variants.Length; v++)
                        for (var n = 0; n < e.Variants[v].Payload.Length; n++)
                            _fields[(e, v, n)] = AddField(
                                ClrNames.Identifier(e.Variants[v].Name) + (e.Variants[v].Payload.Length == 1 ? "" : n),
                                e.Variants[v].Payload[n]);
                    break;
            }
        }
    }

    private FieldDefinitionHandle AddField(string name, MirType type) =>
        _metadata.AddFieldDefinition(FieldAttributes.Public, _metadata.GetOrAddString(name), FieldSignature(type));

    private void AddEnumFields(EnumType e)
    {
        _metadata.AddFieldDefinition(
            FieldAttributes.Public | FieldAttributes.SpecialName | FieldAttributes.RTSpecialName,
            _metadata.GetOrAddString("value__"), FieldSignature(e.Tag));
        foreach (var v in e.Variants)
        {
            var field = _metadata.AddFieldDefinition(
                FieldAttributes.Public | FieldAttributes.Static | FieldAttributes.Literal | FieldAttributes.HasDefault,
                _metadata.GetOrAddString(ClrNames.Identifier(v.Name)), FieldSignature(e));
            _metadata.AddConstant(field, ConstantOf(e.Tag, v.Value));
        }
    }

    private static object ConstantOf(MirType tag, long value) => tag.Kind switch
    {
        TypeKind.U8 => (byte)value,
        TypeKind.I8 => (sbyte)value,
        TypeKind.U16 => (ushort)value,
        TypeKind.I16 => (short)value,
        TypeKind.U24 or TypeKind.U32 => (uint)value,
        TypeKind.I24 or TypeKind.I32 => (int)value,
        TypeKind.U64 => (ulong)value,
        _ => value,
    };

    /// <summary>Adds the module's types, nested in its class.</summary>
    /// <param name="main">The module's class.</param>
    public void AddDefinitions(TypeDefinitionHandle main)
    {
        foreach (var type in _nested)
        {
            var handle = _metadata.AddTypeDefinition(type.Attributes, default, _metadata.GetOrAddString(type.Name),
                type.BaseType(this), type.FirstField, type.FirstMethod);
            if (handle != type.Handle)
                throw new InvalidOperationException($"type '{type.Name}' is not in the planned row");
            if (type.Definition is StructType { Fields.IsEmpty: true })
                _metadata.AddTypeLayout(handle, 0, 1);
            _metadata.AddNestedType(handle, main);
        }
        foreach (var type in _nested)
        {
            foreach (var contract in type.Interfaces.OrderBy(c => MetadataTokens.GetRowNumber(_handles[c])))
                _metadata.AddInterfaceImplementation(type.Handle, _handles[contract]);
            foreach (var method in type.Methods)
                if (method.Implements is { } declaration)
                    _metadata.AddMethodImplementation(type.Handle, method.Handle, declaration.Handle);
        }
    }

    /// <summary>The base class of values, or another one.</summary>
    public EntityHandle BaseOfStruct => System("ValueType");

    /// <summary>The base class of enums.</summary>
    public EntityHandle BaseOfEnum => System("Enum");

    /// <summary>An instance of a generic type of the support code.</summary>
    public EntityHandle RuntimeType(string name, params ReadOnlySpan<MirType> arguments)
    {
        var key = (name, new TupleType([.. arguments]));
        if (_runtimeTypes.TryGetValue(key, out var known))
            return known;
        var blob = new BlobBuilder();
        EncodeGeneric(new BlobEncoder(blob).TypeSpecificationSignature(), _runtime.Type(name), false, [.. arguments]);
        return _runtimeTypes[key] = _metadata.AddTypeSpecification(_metadata.GetOrAddBlob(blob));
    }

    private readonly Dictionary<(string, TupleType), EntityHandle> _runtimeTypes = [];

    /// <summary>Constructor of a delegate type of the support code.</summary>
    public EntityHandle RuntimeDelegate(string name, params ReadOnlySpan<MirType> arguments) =>
        Method(RuntimeType(name, arguments), ".ctor", DelegateParameters);

    /// <summary>Constructor of <c>Target</c>, the base of objects behind interface values.</summary>
    public EntityHandle TargetConstructor(MirType type) => Method(RuntimeType("Target`1", type), ".ctor",
        s => s.Parameters(1, r => r.Void(), p =>
            p.AddParameter().Type().GenericInstantiation(_runtime.Type("Ref`1"), 1, false).AddArgument()
                .GenericTypeParameter(0)));

    /// <summary>Constructor of object.</summary>
    public EntityHandle ObjectConstructor => Method(ObjectType, ".ctor", s => s.Parameters(0, r => r.Void(), _ => { }));

    /// <summary>Field of a struct or tuple.</summary>
    public EntityHandle Field(MirType type, int index)
    {
        if (type is StructType)
            return _fields[(type, -1, index)];
        return Member(type, index, "Item" + (index + 1), index);
    }

    /// <summary>Field of an item of an enum's payload.</summary>
    public EntityHandle Payload(EnumType type, int variant, int item) => _fields[(type, variant, item)];

    /// <summary>Tag field of an enum with payload.</summary>
    public EntityHandle Tag(EnumType type) => _fields[(type, -1, 0)];

    /// <summary>The value in a box.</summary>
    public EntityHandle BoxField(MirType box) => Member(box, 0, "Content", 0);

    /// <summary>A field of a generic instance whose type is one of its parameters.</summary>
    private EntityHandle Member(MirType type, int key, string name, int parameter)
    {
        if (_fields.TryGetValue((type, -1, key), out var known))
            return known;
        var blob = new BlobBuilder();
        new BlobEncoder(blob).Field().Type().GenericTypeParameter(parameter);
        return _fields[(type, -1, key)] = _metadata.AddMemberReference(Token(type), _metadata.GetOrAddString(name),
            _metadata.GetOrAddBlob(blob));
    }

    private readonly Dictionary<(EntityHandle, string), MemberReferenceHandle> _methods = [];

    private MemberReferenceHandle Method(EntityHandle type, string name, Action<MethodSignatureEncoder> signature)
    {
        if (_methods.TryGetValue((type, name), out var known))
            return known;
        var blob = new BlobBuilder();
        signature(new BlobEncoder(blob).MethodSignature(isInstanceMethod: true));
        return _methods[(type, name)] = _metadata.AddMemberReference(type, _metadata.GetOrAddString(name),
            _metadata.GetOrAddBlob(blob));
    }

    private MemberReferenceHandle Method(MirType type, string name, Action<MethodSignatureEncoder> signature) =>
        Method(Token(type), name, signature);

    /// <summary>Constructor of a box.</summary>
    public EntityHandle BoxConstructor(MirType box) => Method(box, ".ctor",
        s => s.Parameters(1, r => r.Void(), p => p.AddParameter().Type().GenericTypeParameter(0)));

    /// <summary>Constructor of a slice over a whole array.</summary>
    public EntityHandle SliceConstructor(MirType slice) => Method(slice, ".ctor",
        s => s.Parameters(1, r => r.Void(), p => p.AddParameter().Type().SZArray().GenericTypeParameter(0)));

    /// <summary>Constructor of a delegate.</summary>
    public EntityHandle DelegateConstructor(FunctionType f) => Method(f, ".ctor", DelegateParameters);

    private static void DelegateParameters(MethodSignatureEncoder signature) => signature.Parameters(2, r => r.Void(),
        p =>
        {
            p.AddParameter().Type().Object();
            p.AddParameter().Type().IntPtr();
        });

    /// <summary>Invoke of a delegate.</summary>
    public EntityHandle DelegateInvoke(FunctionType f) => Method(f, "Invoke", s => s.Parameters(f.Parameters.Length,
        r =>
        {
            if (f.Result.Kind == TypeKind.Void)
                r.Void();
            else
                r.Type().GenericTypeParameter(f.Parameters.Length);
        },
        p =>
        {
            for (var n = 0; n < f.Parameters.Length; n++)
                p.AddParameter().Type().GenericTypeParameter(n);
        }));

    /// <summary>A static method of System.Math or System.BitConverter on one number.</summary>
    public EntityHandle Framework(string type, string name, MirType parameter, MirType result)
    {
        if (_framework.TryGetValue((type, name, parameter), out var known))
            return known;
        return _framework[(type, name, parameter)] = _metadata.AddMemberReference(System(type),
            _metadata.GetOrAddString(name), Signature([parameter], result));
    }

    private readonly Dictionary<(string, string, MirType), EntityHandle> _framework = [];

    /// <summary>RuntimeHelpers.EnsureSufficientExecutionStack.</summary>
    public EntityHandle StackGuard => _stackGuard.IsNil ? _stackGuard = _metadata.AddMemberReference(
        Reference("System.Runtime", "System.Runtime.CompilerServices", "RuntimeHelpers"),
        _metadata.GetOrAddString("EnsureSufficientExecutionStack"), Signature([], null)) : _stackGuard;

    private EntityHandle _stackGuard;
}
