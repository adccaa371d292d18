using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace MinZ.Backends.Clr;

/// <summary>
/// The compiled support code (project MinZ.ClrRuntime) and its copy into a new assembly. All its tables are copied in
/// order before anything else is added, so every row number, and with it every token in its code and signatures, stays
/// valid as it is. Not carried over: custom attributes, events, static data blocks (RVA fields) and marshalling; the
/// support code does without them.
/// </summary>
internal sealed class ClrRuntimeImage
{
    private static readonly ImmutableArray<byte> Image = ReadImage();
    private readonly PEReader _file = new(Image);
    private readonly MetadataReader _from;
    private readonly Dictionary<(string Type, string Name, string Signature), MethodDefinitionHandle> _methods = [];
    private readonly Dictionary<string, TypeDefinitionHandle> _types = [];

    public ClrRuntimeImage()
    {
        _from = _file.GetMetadataReader();
        foreach (var t in _from.TypeDefinitions)
        {
            var type = _from.GetTypeDefinition(t);
            var name = _from.GetString(type.Name);
            _types[name] = t;
            foreach (var m in type.GetMethods())
            {
                var method = _from.GetMethodDefinition(m);
                var signature = method.DecodeSignature(ClrSignatureText.Instance, null);
                _methods[(name, _from.GetString(method.Name), string.Join(",", signature.ParameterTypes))] = m;
            }
        }
    }

    private static ImmutableArray<byte> ReadImage()
    {
        using var stream = typeof(ClrRuntimeImage).Assembly.GetManifestResourceStream("MinZ.ClrRuntime.dll")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return [.. bytes];
    }

    /// <summary>A type of the support code by its name without namespace.</summary>
    public TypeDefinitionHandle Type(string name) => _types[name];

    /// <summary>
    /// A method of the support code. <paramref name="parameters"/>: IL names of the parameter types, e.g.
    /// "int32,int64".
    /// </summary>
    public MethodDefinitionHandle Method(string type, string name, string parameters) =>
        _methods.TryGetValue((type, name, parameters), out var m) ? m
            : throw new InvalidOperationException($"the CLR runtime has no {type}.{name}({parameters})");

    /// <summary>The only method of this name.</summary>
    public MethodDefinitionHandle Method(string type, string name) =>
        _methods.Single(m => m.Key.Type == type && m.Key.Name == name).Value;

    /// <summary>Copies everything into an empty builder.</summary>
    public void CopyInto(MetadataBuilder to, BlobBuilder code)
    {
        CopyReferences(to);
        foreach (var h in Rows(TableIndex.Field).Select(MetadataTokens.FieldDefinitionHandle))
        {
            var f = _from.GetFieldDefinition(h);
            to.AddFieldDefinition(f.Attributes, Text(to, f.Name), Blob(to, f.Signature));
            if (f.GetDefaultValue() is { IsNil: false } constant)
                to.AddConstant(h, _from.GetBlobReader(_from.GetConstant(constant).Value).ReadConstant(
                    _from.GetConstant(constant).TypeCode));
        }
        foreach (var h in Rows(TableIndex.Param).Select(MetadataTokens.ParameterHandle))
        {
            var p = _from.GetParameter(h);
            to.AddParameter(p.Attributes & ~ParameterHasMore, Text(to, p.Name), p.SequenceNumber);
        }
        CopyMethods(to, code);
        CopyTypes(to);
    }

    private const System.Reflection.ParameterAttributes ParameterHasMore =
        System.Reflection.ParameterAttributes.HasDefault | System.Reflection.ParameterAttributes.HasFieldMarshal;

    private IEnumerable<int> Rows(TableIndex table) => Enumerable.Range(1, _from.GetTableRowCount(table));

    private StringHandle Text(MetadataBuilder to, StringHandle h) => to.GetOrAddString(_from.GetString(h));

    private BlobHandle Blob(MetadataBuilder to, BlobHandle h) =>
        h.IsNil ? default : to.GetOrAddBlob(_from.GetBlobContent(h));

    private void CopyReferences(MetadataBuilder to)
    {
        foreach (var h in _from.AssemblyReferences)
        {
            var a = _from.GetAssemblyReference(h);
            to.AddAssemblyReference(Text(to, a.Name), a.Version, default, Blob(to, a.PublicKeyOrToken), a.Flags,
                default);
        }
        foreach (var h in _from.TypeReferences)
        {
            var t = _from.GetTypeReference(h);
            to.AddTypeReference(t.ResolutionScope, Text(to, t.Namespace), Text(to, t.Name));
        }
        foreach (var row in Rows(TableIndex.TypeSpec))
            to.AddTypeSpecification(Blob(to,
                _from.GetTypeSpecification(MetadataTokens.TypeSpecificationHandle(row)).Signature));
        foreach (var row in Rows(TableIndex.StandAloneSig))
            to.AddStandaloneSignature(Blob(to,
                _from.GetStandaloneSignature(MetadataTokens.StandaloneSignatureHandle(row)).Signature));
        foreach (var h in _from.MemberReferences)
        {
            var m = _from.GetMemberReference(h);
            to.AddMemberReference(m.Parent, Text(to, m.Name), Blob(to, m.Signature));
        }
        foreach (var row in Rows(TableIndex.MethodSpec))
        {
            var m = _from.GetMethodSpecification(MetadataTokens.MethodSpecificationHandle(row));
            to.AddMethodSpecification(m.Method, Blob(to, m.Signature));
        }
        // Offsets in the heap of user strings are in the code; the same strings in the same order get the same offsets.
        for (var h = _from.GetNextHandle(MetadataTokens.UserStringHandle(0)); !h.IsNil; h = _from.GetNextHandle(h))
            if (_from.GetUserString(h) is { } text && MetadataTokens.GetHeapOffset(to.GetOrAddUserString(text)) !=
                MetadataTokens.GetHeapOffset(h) && text.Length > 0)
                throw new InvalidOperationException("user strings of the CLR runtime moved");
    }

    private void CopyMethods(MetadataBuilder to, BlobBuilder code)
    {
        foreach (var h in _from.MethodDefinitions)
        {
            var m = _from.GetMethodDefinition(h);
            var body = -1;
            if (m.RelativeVirtualAddress != 0)
            {
                code.Align(4);
                body = code.Count;
                var block = _file.GetMethodBody(m.RelativeVirtualAddress);
                code.WriteBytes(_file.GetSectionData(m.RelativeVirtualAddress).GetContent(0, block.Size));
            }
            to.AddMethodDefinition(m.Attributes, m.ImplAttributes, Text(to, m.Name), Blob(to, m.Signature), body,
                FirstParameter(h));
        }
    }

    /// <summary>First parameter row of a method, or of the next one that has any, as the table demands.</summary>
    private ParameterHandle FirstParameter(MethodDefinitionHandle method)
    {
        for (var row = MetadataTokens.GetRowNumber(method); row <= _from.GetTableRowCount(TableIndex.MethodDef); row++)
            foreach (var p in _from.GetMethodDefinition(MetadataTokens.MethodDefinitionHandle(row)).GetParameters())
                return p;
        return MetadataTokens.ParameterHandle(_from.GetTableRowCount(TableIndex.Param) + 1);
    }

    private void CopyTypes(MetadataBuilder to)
    {
        int field = 1, method = 1;
        foreach (var h in _from.TypeDefinitions)
        {
            var t = _from.GetTypeDefinition(h);
            to.AddTypeDefinition(t.Attributes, Text(to, t.Namespace), Text(to, t.Name), t.BaseType,
                MetadataTokens.FieldDefinitionHandle(field), MetadataTokens.MethodDefinitionHandle(method));
            field += t.GetFields().Count;
            method += t.GetMethods().Count;
            foreach (var i in t.GetInterfaceImplementations())
                to.AddInterfaceImplementation(h, _from.GetInterfaceImplementation(i).Interface);
            CopyProperties(to, h, t);
        }
        foreach (var row in Rows(TableIndex.GenericParam))
        {
            var g = _from.GetGenericParameter(MetadataTokens.GenericParameterHandle(row));
            to.AddGenericParameter(g.Parent, g.Attributes, Text(to, g.Name), g.Index);
        }
        foreach (var row in Rows(TableIndex.NestedClass))
            throw new InvalidOperationException($"the CLR runtime has a nested type (row {row})");
    }

    private void CopyProperties(MetadataBuilder to, TypeDefinitionHandle owner, TypeDefinition type)
    {
        var first = true;
        foreach (var h in type.GetProperties())
        {
            var p = _from.GetPropertyDefinition(h);
            var copy = to.AddProperty(p.Attributes, Text(to, p.Name), Blob(to, p.Signature));
            if (first)
                to.AddPropertyMap(owner, copy);
            first = false;
            var accessors = p.GetAccessors();
            if (!accessors.Getter.IsNil)
                to.AddMethodSemantics(copy, System.Reflection.MethodSemanticsAttributes.Getter, accessors.Getter);
            if (!accessors.Setter.IsNil)
                to.AddMethodSemantics(copy, System.Reflection.MethodSemanticsAttributes.Setter, accessors.Setter);
        }
    }
}
