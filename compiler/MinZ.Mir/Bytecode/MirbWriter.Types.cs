using System.Collections.Immutable;

namespace MinZ.Mir.Bytecode;

public sealed partial class MirbWriter
{
    // Numbers of types: keywords, then definitions, then type parameters (of definitions, implementations, functions),
    // then structural types, each after those it is made of.
    private Dictionary<MirType, int>? _types;
    private readonly List<MirType> _structural = [];
    private readonly List<TypeParameter> _parameters = [];

    private Dictionary<MirType, int> Types()
    {
        if (_types is not null)
            return _types;
        _types = [];
        foreach (var k in MirType.Keywords)
            _types.Add(k, _types.Count);
        foreach (var d in _module.Types)
            _types.Add(d, _types.Count);
        foreach (var d in _module.Types)
            Declare(d.TypeParameters);
        foreach (var i in _module.Implementations)
            Declare(i.TypeParameters);
        foreach (var f in _module.Functions)
            Declare(f.TypeParameters);
        return _types;
    }

    private void Declare(ImmutableArray<TypeParameter> parameters)
    {
        foreach (var p in parameters.IsDefault ? [] : parameters)
        {
            _types!.Add(p, _types.Count);
            _parameters.Add(p);
        }
    }

    private int IndexOf(MirType type)
    {
        var types = Types();
        if (types.TryGetValue(type, out var index))
            return index;
        foreach (var part in Parts(type))
            IndexOf(part);
        _structural.Add(type);
        return types[type] = types.Count;
    }

    private static IEnumerable<MirType> Parts(MirType type) => type switch
    {
        TupleType t => t.Items,
        FunctionType f => f.Parameters.Append(f.Result),
        InstanceType i => i.Arguments.Prepend(i.Definition),
        FixedType => [],
        _ => [type.Element!],
    };

    private void Type(MirType type) => _out.Count(IndexOf(type));

    private void TypeList(IReadOnlyCollection<MirType> types)
    {
        _out.Count(types.Count);
        foreach (var t in types)
            Type(t);
    }

    // Written when all types are known, read before everything that needs them.
    private void WriteTypes()
    {
        Types();
        _out.Count(_module.Types.Count);
        foreach (var d in _module.Types)
        {
            Text(d.Name);
            _out.Byte((byte)d.Kind);
            _out.Byte((byte)(d.Exported ? 1 : 0));
            _out.Count(d.TypeParameters.IsDefault ? 0 : d.TypeParameters.Length);
        }
        _out.Count(_parameters.Count);
        foreach (var p in _parameters)
            Text(p.Name);
        _out.Count(_module.Implementations.Sum(i => i.TypeParameters.IsDefault ? 0 : i.TypeParameters.Length));
        _out.Count(_structural.Count);
        foreach (var t in _structural)
            Structural(t);
        if (_module.Types.Count + _parameters.Count + _structural.Count == 0)
            _out = new ByteWriter();
    }

    private void Structural(MirType type)
    {
        _out.Byte((byte)type.Kind);
        switch (type)
        {
            case FixedType f:
                _out.Byte((byte)f.IntegerBits);
                _out.Byte((byte)f.FractionBits);
                _out.Byte((byte)(f.Signed ? 1 : 0));
                break;
            case ArrayType a:
                Type(a.Element);
                _out.Count(a.Length);
                break;
            case ReferenceType r:
                Type(r.Element);
                _out.Byte((byte)(r.Mutable ? 1 : 0));
                break;
            case TupleType t:
                TypeList(t.Items);
                break;
            case FunctionType f:
                TypeList(f.Parameters);
                Type(f.Result);
                break;
            case InstanceType i:
                Type(i.Definition);
                TypeList(i.Arguments);
                break;
            default:
                Type(type.Element!);
                break;
        }
    }

    private void WriteMembers()
    {
        if (_module.Types.Count == 0 && _module.Implementations.Count == 0 && _parameters.Count == 0)
            return;
        foreach (var d in _module.Types)
            Members(d);
        Types();
        foreach (var p in _parameters)
            TypeList(p.Bounds);
        _out.Count(_module.Implementations.Count);
        foreach (var i in _module.Implementations)
        {
            _out.Count(i.TypeParameters.IsDefault ? 0 : i.TypeParameters.Length);
            Type(i.Interface);
            Type(i.Type);
            _out.Count(i.Methods.Length);
            foreach (var f in i.Methods)
                _out.Count(_functions[f]);
        }
    }

    private void Members(TypeDefinition type)
    {
        switch (type)
        {
            case StructType s:
                Fields(s.Fields);
                break;
            case EnumType e:
                Type(e.Tag);
                _out.Count(e.Variants.Length);
                foreach (var v in e.Variants)
                {
                    Text(v.Name);
                    _out.Signed(v.Value);
                    TypeList(v.Payload);
                }
                break;
            case InterfaceType i:
                _out.Count(i.Methods.Length);
                foreach (var m in i.Methods)
                    Signature(m.Name, m.Parameters, m.Result);
                break;
            case ActorType a:
                Fields(a.Fields);
                _out.Count(a.Messages.Length);
                foreach (var m in a.Messages)
                {
                    Signature(m.Name, m.Parameters, m.Result);
                    _out.Count(_functions[m.Handler]);
                }
                break;
        }
    }

    private void Fields(ImmutableArray<Field> fields)
    {
        _out.Count(fields.Length);
        foreach (var f in fields)
        {
            Text(f.Name);
            Type(f.Type);
        }
    }

    private void Signature(string name, ImmutableArray<MirType> parameters, MirType result)
    {
        Text(name);
        TypeList(parameters);
        Type(result);
    }
}
