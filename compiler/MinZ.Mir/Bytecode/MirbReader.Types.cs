using System.Collections.Immutable;

namespace MinZ.Mir.Bytecode;

public sealed partial class MirbReader
{
    private readonly List<MirType> _types = [.. MirType.Keywords];
    // How deep each type of the list nests.
    private readonly List<int> _depths = [.. MirType.Keywords.Select(_ => 0)];
    private TypeDefinition[] _definitions = [];
    private TypeParameter[] _parameters = [];
    private int _parametersTaken;
    private int _implementationParameters;
    private int _implementationStart;

    private MirType Type() => _types[_in.Integer(_types.Count - 1, "the type")];

    private ImmutableArray<MirType> TypeList()
    {
        var types = ImmutableArray.CreateBuilder<MirType>();
        for (var n = _in.Count(); n > 0; n--)
            types.Add(Type());
        return types.ToImmutable();
    }

    private ImmutableArray<TypeParameter> TypeParameters(int count)
    {
        if (count > _parameters.Length - _parametersTaken)
            throw Damaged("there are fewer type parameters than it uses");
        _parametersTaken += count;
        return [.. _parameters.AsSpan(_parametersTaken - count, count)];
    }

    private void Add(MirType type, int depth)
    {
        if (depth > _limits.MaxTypeDepth)
            throw new DamagedException(MirCodes.BinaryLimit, $"types nest deeper than {_limits.MaxTypeDepth}");
        if (!TypeLimits.IsSmall(type))
            throw new DamagedException(MirCodes.BinaryLimit, $"a type has more than {TypeLimits.MaxParts} parts");
        _types.Add(type);
        _depths.Add(depth);
    }

    private void ReadTypes()
    {
        _definitions = new TypeDefinition[_in.Count()];
        var counts = new int[_definitions.Length];
        for (var i = 0; i < _definitions.Length; i++)
        {
            var name = Text();
            _definitions[i] = (TypeKind)_in.Byte() switch
            {
                TypeKind.Struct => new StructType(name),
                TypeKind.Enum => new EnumType(name),
                TypeKind.Interface => new InterfaceType(name),
                TypeKind.Actor => new ActorType(name),
                _ => throw Damaged("a type definition is of no known kind"),
            };
            _definitions[i].Exported = _in.Flag();
            counts[i] = _in.Count();
            if (_module.FindType(name) is not null)
                throw Damaged($"the type '{name}' occurs twice");
            Add(_module.Add(_definitions[i]), 0);
        }
        _parameters = new TypeParameter[_in.Count()];
        for (var i = 0; i < _parameters.Length; i++)
            Add(_parameters[i] = new TypeParameter(Text(), []), 0);
        for (var i = 0; i < counts.Length; i++)
            _definitions[i].TypeParameters = TypeParameters(counts[i]);
        // Implementations take theirs when their section is read, but they come before those of functions in the list.
        _implementationParameters = _in.Count();
        _implementationStart = _parametersTaken;
        TypeParameters(_implementationParameters);
        for (var n = _in.Count(); n > 0; n--)
            ReadStructural();
    }

    private void ReadStructural()
    {
        var kind = (TypeKind)_in.Byte();
        var depth = 0;
        MirType Part()
        {
            var index = _in.Integer(_types.Count - 1, "the type");
            depth = Math.Max(depth, _depths[index] + 1);
            return _types[index];
        }
        ImmutableArray<MirType> Parts()
        {
            var parts = ImmutableArray.CreateBuilder<MirType>();
            for (var n = _in.Count(); n > 0; n--)
                parts.Add(Part());
            return parts.ToImmutable();
        }
        MirType type = kind switch
        {
            TypeKind.Fixed => ReadFixed(),
            TypeKind.Array => new ArrayType(Part(), _in.Integer(int.MaxValue, "the length")),
            TypeKind.Slice => new SliceType(Part()),
            TypeKind.Reference => new ReferenceType(Part(), _in.Flag()),
            TypeKind.Pointer => new PointerType(Part()),
            TypeKind.Box => new BoxType(Part()),
            TypeKind.Channel => new ChannelType(Part()),
            TypeKind.Tuple => new TupleType(Parts()),
            TypeKind.Function => new FunctionType(Parts(), Part()),
            TypeKind.Instance =>
                new InstanceType(Part() as TypeDefinition ?? throw Damaged("an instance of no definition"),
                Parts()),
            _ => throw Damaged("a type is of no known kind"),
        };
        Add(type, depth);
    }

    private FixedType ReadFixed()
    {
        var (integer, fraction, signed) = (_in.Byte(), _in.Byte(), _in.Flag());
        return integer is 0 or 8 or 16 && fraction is 8 or 16
            ? new FixedType(integer, fraction, signed) : throw Damaged("a fixed-point type does not exist");
    }

    private void ReadMembers()
    {
        foreach (var d in _definitions)
            ReadMembers(d);
        foreach (var p in _parameters)
            p.Bounds = TypeList();
        for (var n = _in.Count(); n > 0; n--)
        {
            var count = _in.Integer(_implementationParameters, "the number of type parameters");
            ImmutableArray<TypeParameter> parameters = [.. _parameters.AsSpan(_implementationStart, count)];
            _implementationStart += count;
            _implementationParameters -= count;
            var (contract, type) = (Type(), Type());
            var methods = ImmutableArray.CreateBuilder<Function>();
            for (var m = _in.Count(); m > 0; m--)
                methods.Add(FunctionAt());
            _module.Implementations.Add(new Implementation(contract, type,
                methods.ToImmutable()) { TypeParameters = parameters });
        }
    }

    private void ReadMembers(TypeDefinition type)
    {
        switch (type)
        {
            case StructType s:
                s.Fields = Fields();
                break;
            case EnumType e:
                e.Tag = Type() as ScalarType ?? throw Damaged("the tag of an enum is no integer");
                var variants = ImmutableArray.CreateBuilder<Variant>();
                for (var n = _in.Count(); n > 0; n--)
                    variants.Add(new Variant(Text(), _in.Signed(), TypeList()));
                e.Variants = variants.ToImmutable();
                break;
            case InterfaceType i:
                var methods = ImmutableArray.CreateBuilder<InterfaceMethod>();
                for (var n = _in.Count(); n > 0; n--)
                    methods.Add(new InterfaceMethod(Text(), TypeList(), Type()));
                i.Methods = methods.ToImmutable();
                break;
            case ActorType a:
                a.Fields = Fields();
                var messages = ImmutableArray.CreateBuilder<ActorMessage>();
                for (var n = _in.Count(); n > 0; n--)
                    messages.Add(new ActorMessage(Text(), TypeList(), Type(), FunctionAt()));
                a.Messages = messages.ToImmutable();
                break;
        }
    }

    private ImmutableArray<Field> Fields()
    {
        var fields = ImmutableArray.CreateBuilder<Field>();
        for (var n = _in.Count(); n > 0; n--)
            fields.Add(new Field(Text(), Type()));
        return fields.ToImmutable();
    }
}
