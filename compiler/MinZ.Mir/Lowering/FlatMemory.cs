using System.Collections.Immutable;

namespace MinZ.Mir.Lowering;

/// <summary>Something a lowering could not express on its target.</summary>
/// <param name="Function">Function it is in.</param>
/// <param name="Location">Place in source; default = unknown.</param>
/// <param name="Message">What it was.</param>
public sealed record LoweringError(Function Function, SourceLocation Location, string Message);

/// <summary>
/// Takes high-level values apart for targets with flat memory. Afterwards every value is an integer, float, bool or
/// address; aggregates live in slots and globals; a slice is two values, address and length.
/// <list type="bullet">
/// <item>An aggregate parameter is the address of memory that nobody writes while the callee runs.</item>
/// <item>An aggregate result is written through a hidden first parameter.</item>
/// <item>The zero value of str is the empty string, so no string address is ever null.</item>
/// <item>Slots hold anything at entry: what may be read before it is written is cleared explicitly.</item>
/// <item><c>new</c> has no operand and yields zeroed memory of <see cref="Instruction.Bits"/> bytes; <c>slice.new</c>
/// yields the address of n elements of that many bytes.</item>
/// </list>
/// </summary>
public sealed partial class FlatMemory
{
    private readonly Module _module;
    private readonly DataLayout _layout;
    private readonly ScalarType _word;
    private readonly List<LoweringError> _errors = [];
    private readonly Dictionary<Function, Signature> _signatures = [];

    private Function _f = null!;
    private Builder _b = null!;
    private int[] _uses = [];
    /// <summary>Types of the function's values before it was lowered, which say where a fixed point is.</summary>
    private MirType[] _before = [];
    private readonly Dictionary<int, (Value Address, Value Length)> _pairs = [];
    private readonly Dictionary<int, Home> _homes = [];
    private readonly Dictionary<int, int> _deferred = [];
    /// <summary>Types that function values had before they became code addresses.</summary>
    private readonly Dictionary<int, FunctionType> _callees = [];
    private readonly HashSet<Local> _exposed = [];
    private readonly Dictionary<Block, List<Home>> _blockHomes = [];
    private readonly Dictionary<Local, Value> _aliases = [];
    private Value _resultAddress;
    private int _temporaries;

    private FlatMemory(Module module, DataLayout layout)
    {
        _module = module;
        _layout = layout;
        _word = layout.AddressType;
    }

    /// <summary>Parameter and result types as the source had them.</summary>
    private sealed record Signature(ImmutableArray<MirType> Parameters, MirType Result);

    /// <summary>
    /// Where an aggregate value lives: a slot, or memory behind an address, plus a displacement in bytes.
    /// </summary>
    private readonly record struct Home(Local? Local, Value Address, int Displacement);

    /// <summary>Lowers a module in place. On errors the module is of no further use.</summary>
    public static IReadOnlyList<LoweringError> Lower(Module module, DataLayout layout)
    {
        var lowering = new FlatMemory(module, layout);
        lowering._errors.AddRange(Actors.Lower(module, layout));
        ThreadStarts.Lower(module, layout);
        lowering.PrepareFixedPoint();
        lowering.PrepareFunctionValues();
        lowering.PrepareImplementations();
        foreach (var f in module.Functions)
            lowering._signatures[f] = new Signature([.. f.Parameters.Select(p => p.Type)], f.Result);
        foreach (var f in module.Functions)
            lowering.LowerFunction(f);
        module.Layout = layout;
        return lowering._errors;
    }

    /// <summary>
    /// The type a scalar has after lowering; not for function values, whose look depends on the module.
    /// </summary>
    public static MirType LowerPlain(MirType type) => type switch
    {
        FixedType f => f.Signed ? MirType.SignedOf(f.Bits) : MirType.Unsigned(f.Bits),
        EnumType { HasPayload: false } e => e.Tag,
        _ => type,
    };

    private MirType LowerScalar(MirType type) => type is not FunctionType ? LowerPlain(type)
        : _records.Contains(type) ? new BoxType(_plainRecord!) : CodeAddress;

    private static readonly PointerType CodeAddress = new(MirType.U8);

    /// <summary>Slices and interface values are two words; their second one is called a length here.</summary>
    private static bool IsPair(MirType type) => type.Kind is TypeKind.Slice or TypeKind.Interface;

    private static ReferenceType SliceAddress(MirType pair) => new(pair.Element ?? MirType.U8, true);

    private static string SecondName(MirType pair) => pair.Kind == TypeKind.Slice ? ".len" : ".table";

    private void Error(string what, int instruction)
    {
        var location = instruction < 0 ? _f.Location : _f.Locations[_f[instruction].Location].Location;
        _errors.Add(new LoweringError(_f, location.IsKnown ? location : _f.Location, what));
    }

    private void LowerFunction(Function f)
    {
        _f = f;
        _b = new Builder(f);
        _pairs.Clear();
        _callees.Clear();
        _homes.Clear();
        _deferred.Clear();
        _exposed.Clear();
        _blockHomes.Clear();
        _aliases.Clear();
        _temporaries = 0;
        _resultAddress = Value.None;
        LowerSignature(f);
        if (f.IsExtern)
            return;
        var cfg = new Cfg(f);
        f.Blocks.RemoveAll(b => !cfg.IsReachable(b));
        f.Renumber();
        _before = [MirType.Void, .. Enumerable.Range(1, f.ValueLimit - 1).Select(v => f.TypeOf(new Value(v)))];
        CountUses();
        FindExposed();
        FindAliases();
        var clears = LocalsToClear(new Cfg(f));
        // A slot that may be read before the parameter is stored to it is not that parameter.
        foreach (var l in clears)
            _aliases.Remove(l);
        foreach (var block in cfg.ReversePostorder)
            LowerParameters(block, block == f.Entry);
        var bodies = cfg.ReversePostorder.Select(b => (Block: b, Body: b.Instructions.ToArray())).ToArray();
        foreach (var (block, _) in bodies)
            block.Instructions.Clear();
        foreach (var (block, body) in bodies)
        {
            _b.At(block);
            if (block == f.Entry)
                foreach (var local in clears)
                    ClearMemory(local.Type, new Home(local, Value.None, 0));
            for (var i = 0; i < body.Length; i++)
            {
                _b.Location = f[body[i]].Location;
                LowerInstruction(body, i);
            }
        }
        f.ApplyReplacements();
        f.Renumber();
    }

    private void LowerSignature(Function f)
    {
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        if (f.Result.IsAggregate || IsPair(f.Result))
        {
            parameters.Add(new Parameter("result", new PointerType(f.Result)));
            f.Result = MirType.Void;
        }
        foreach (var p in f.Parameters)
        {
            if (IsPair(p.Type))
            {
                parameters.Add(new Parameter(p.Name, SliceAddress(p.Type)));
                parameters.Add(new Parameter(p.Name + SecondName(p.Type), _word));
            }
            else
            {
                var lowered = p.Type.IsAggregate ? new PointerType(p.Type) : LowerScalar(p.Type);
                parameters.Add(new Parameter(p.Name, lowered));
            }
        }
        f.Parameters = parameters.ToImmutable();
        f.Result = LowerScalar(f.Result);
    }

    private void LowerParameters(Block block, bool isEntry)
    {
        var old = block.Parameters.ToArray();
        block.Parameters.Clear();
        if (isEntry && _f.Parameters.Length > 0 && _f.Parameters[0] is { Name: "result", Type: PointerType } first &&
            _signatures[_f].Result is var result && (result.IsAggregate || IsPair(result)))
            _resultAddress = _f.NewParameter(block, first.Type, first.Name);
        foreach (var p in old)
        {
            var type = _f.TypeOf(p);
            var name = _f[p].Name;
            if (IsPair(type))
                _pairs[p.Id] = (_f.NewParameter(block, SliceAddress(type), name),
                    _f.NewParameter(block, _word, name is null ? null : name + SecondName(type)));
            else if (type.IsAggregate && isEntry)
                _homes[p.Id] = new Home(null, _f.NewParameter(block, new PointerType(type), name), 0);
            else if (type.IsAggregate)
            {
                _homes[p.Id] = new Home(NewTemporary(type), Value.None, 0);
                if (!_blockHomes.TryGetValue(block, out var homes))
                    _blockHomes[block] = homes = [];
                homes.Add(_homes[p.Id]);
            }
            else
            {
                Remember(p, type);
                _f[p].Type = LowerScalar(type);
                block.Parameters.Add(p);
            }
        }
    }

    private void Remember(Value v, MirType type)
    {
        if (type is FunctionType function)
            _callees[v.Id] = function;
    }

    private Local NewTemporary(MirType type) => _f.NewLocal($"$t{_temporaries++}", type);

    private void CountUses()
    {
        _uses = new int[_f.ValueLimit];
        foreach (var block in _f.Blocks)
            foreach (var id in block.Instructions)
                foreach (var v in _f.Operands(id))
                    _uses[v.Id]++;
    }

    /// <summary>Slots something else may reach: their address is taken or assembly names them.</summary>
    private void FindExposed()
    {
        foreach (var block in _f.Blocks)
            foreach (var id in block.Instructions)
            {
                ref var i = ref _f[id];
                if (i.Op is Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf && i.Payload is Place { Local: { } l })
                    _exposed.Add(l);
            }
        foreach (var local in _f.Locals)
            if (local.Pinned)
                _exposed.Add(local);
    }

    /// <summary>
    /// Slots that hold an aggregate parameter and are never changed: the caller's memory serves as well as a copy.
    /// </summary>
    private void FindAliases()
    {
        var changed = new HashSet<Local>(_exposed);
        foreach (var block in _f.Blocks)
            foreach (var id in block.Instructions)
            {
                ref var i = ref _f[id];
                if (i.Payload is PlacePair { To.Local: { } to })
                    changed.Add(to);
                else if (i.Payload is AsmBlock asm)
                    changed.UnionWith(asm.Bindings.Select(b => b.Local).OfType<Local>());
                else if (i.Op is Op.Store or Op.Clear && i.Payload is Place { Local: { } l } place &&
                    l.Type.IsAggregate)
                    if (!IsParameter(id, place) || changed.Contains(l) || !_aliases.TryAdd(l, _f.Operands(id)[0]))
                        changed.Add(l);
            }
        foreach (var l in changed)
            _aliases.Remove(l);
    }

    private bool IsParameter(int id, Place place) => _f[id].Op == Op.Store && place.Path.IsEmpty &&
        _f[_f.Operands(id)[0]] is { Kind: ValueKind.BlockParameter, Block: { } b } && b == _f.Entry;

    /// <summary>Slots that may be read before a write of the whole slot.</summary>
    private List<Local> LocalsToClear(Cfg cfg)
    {
        var accesses = new Dictionary<Local, List<(Block Block, int Position, bool Whole)>>();
        void Note(Place place, Block block, int position, bool writes)
        {
            if (place.Local is not { } l)
                return;
            if (!accesses.TryGetValue(l, out var list))
                accesses[l] = list = [];
            list.Add((block, position, writes && place.Path.IsEmpty));
        }
        foreach (var block in cfg.ReversePostorder)
            for (var n = 0; n < block.Instructions.Count; n++)
            {
                ref var i = ref _f[block.Instructions[n]];
                if (i.Payload is PlacePair pair)
                {
                    Note(pair.From, block, n, false);
                    Note(pair.To, block, n, true);
                }
                else if (i.Payload is Place place)
                    Note(place, block, n, i.Op is Op.Store or Op.Clear);
                else if (i.Payload is AsmBlock asm)
                    foreach (var binding in asm.Bindings)
                        if (binding.Local is { } bound)
                            Note(Place.Of(bound), block, n, false);
            }
        return [.. _f.Locals.Where(l => accesses.TryGetValue(l, out var list) && !IsWrittenFirst(cfg, list))];
    }

    private static bool IsWrittenFirst(Cfg cfg, List<(Block Block, int Position, bool Whole)> accesses)
    {
        // Accesses come in reverse postorder, so only the first can dominate all others.
        var first = accesses[0];
        return first.Whole && accesses.All(a => a.Block == first.Block || cfg.Dominates(first.Block, a.Block));
    }

    /// <summary>A scalar operand after lowering.</summary>
    private Value Scalar(Value v)
    {
        v = _f.Resolve(v);
        ref var info = ref _f[v];
        var type = LowerScalar(info.Type);
        return info.Kind == ValueKind.Constant && type != info.Type ? _f.Constant(type, info.Bits) : v;
    }

    private Value Word(long value) => _f.Constant(_word, value);

    /// <summary>An integer value as wide as an address, extended by its sign.</summary>
    private Value ToWord(Value v)
    {
        v = Scalar(v);
        if (_f.TryConstant(v, out var bits) && _f.TypeOf(v).IsInteger)
            return Word(bits);
        return _b.Convert(v, _word);
    }
}
