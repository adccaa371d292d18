using MinZ.Mir;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

/// <summary>
/// Chooses bytecodes for a lowered function: folds compares into branches, multiplications into additions, addresses
/// and bounds checks into loads and stores, loads into float arithmetic. Registers are the function's value ids, then
/// temporaries. Files: this one walks the function; Folds decides what is folded; Values, Memory, Arithmetic, Calls and
/// Ends emit.
/// </summary>
internal sealed partial class Selector
{
    private readonly LoadedProgram _program;
    private readonly Function _f;
    private readonly Cfg _cfg;
    private readonly Value[] _alias;
    private readonly Dictionary<long, int> _constants = [];
    private readonly List<Lir> _entry = [];
    private readonly FrameLayout _frame;
    /// <summary>True when addresses have 16 bits.</summary>
    private readonly bool _isNear;
    private LirBlock _block = null!;
    private int _location;
    private int _loopDepth;

    public Selector(LoadedProgram program, Function function)
    {
        _program = program;
        _f = function;
        _cfg = new Cfg(function);
        _alias = new Value[function.ValueLimit];
        _uses = new int[function.ValueLimit];
        _place = new int[function.InstructionLimit];
        _home = new Block?[function.InstructionLimit];
        _fold = new Fold[function.InstructionLimit];
        _check = new int[function.InstructionLimit];
        _frame = new FrameLayout(function, program.Layout);
        _isNear = program.IsNear;
        Registers = function.ValueLimit;
    }

    /// <summary>One more than the largest register.</summary>
    public int Registers { get; private set; }

    /// <summary>Largest number of arguments of a call.</summary>
    public int WindowSize { get; private set; }

    /// <summary>The selected blocks in layout order; the first is the prologue, its parameters the
    /// function's.</summary>
    public List<LirBlock> Blocks { get; } = [];

    /// <summary>Selects the whole function.</summary>
    public void Run()
    {
        FindFolds();
        // The prologue runs once even when control comes back to the entry block.
        int[] parameters = [.. _f.Entry.Parameters.Select(p => p.Id)];
        var prologue = new LirBlock { Parameters = parameters, End = EndKind.Jump, Edges = [new Edge(1, parameters)] };
        Blocks.Add(prologue);
        foreach (var block in _cfg.ReversePostorder)
        {
            _block = new LirBlock { LoopDepth = _cfg.LoopDepth(block) };
            Blocks.Add(_block);
            _loopDepth = _block.LoopDepth;
            _block.Parameters = [.. block.Parameters.Select(p => p.Id)];
            foreach (var id in block.Instructions)
                Select(id);
        }
        if (_frame.Bytes > 0)
            prologue.Code.Add(new Lir
            {
                Op = AddressableParts().Length > 0 ? Code.EnterZeroed : Code.Enter, A = FrameRegister, D = _frame.Bytes,
            });
        prologue.Code.AddRange(_entry);
    }

    private int NewRegister() => Registers++;

    /// <summary>Register of the address of the frame's addressable part.</summary>
    public int FrameRegister
    {
        get
        {
            if (field == 0)
                field = NewRegister();
            return field;
        }
    }

    private void Emit(Code op, int a = 0, int b = 0, int c = 0, int d = 0, int e = 0) =>
        _block.Code.Add(new Lir { Op = op, A = a, B = b, C = c, D = d, E = e, Location = _location });

    private void EmitWord(Code op, int a, int b, long word) => Emit(op, a, b, 0, (int)word, (int)(word >> 32));

    /// <summary>What a value stands for after aliases.</summary>
    private Value Actual(Value v)
    {
        v = _f.Resolve(v);
        while (_alias[v.Id].IsValid)
            v = _f.Resolve(_alias[v.Id]);
        return v;
    }

    /// <summary>True for a number known now: constants, null, and addresses of globals, strings and
    /// functions.</summary>
    private bool IsConstant(Value v, out long bits)
    {
        v = Actual(v);
        if (_f.TryConstant(v, out bits))
            return true;
        var id = _f.DefinitionOf(v);
        if (id < 0)
            return false;
        long? known = _f[id].Op switch
        {
            Op.GlobalAddress => _program.Data.AddressOf((Global)_f[id].Payload!),
            Op.ConstStr => _program.Data.AddressOf((StringConstant)_f[id].Payload!),
            Op.FuncRef => _program.AddressOf(((FunctionRef)_f[id].Payload!).Function),
            Op.None => 0,
            _ => null,
        };
        bits = known ?? 0;
        return known is not null;
    }

    /// <summary>True when the value is a constant that fits an immediate.</summary>
    private bool IsImmediate(Value v, out int immediate)
    {
        var is32 = IsConstant(v, out var bits) && bits == (int)bits;
        immediate = is32 ? (int)bits : 0;
        return is32;
    }

    private Rep RepOf(Value v) => RepOf(_f.TypeOf(v));

    private Rep RepOf(MirType type) => Reps.Of(type, _program.Layout);

    /// <summary>Register that holds a value.</summary>
    private int Use(Value v)
    {
        if (IsConstant(v, out var bits))
            return Constant(bits);
        v = Actual(v);
        var id = _f.DefinitionOf(v);
        return id >= 0 && _f[id].Op == Op.LocalAddress
            ? AddressRegister(new Address(FrameRegister, 0, 0, _frame.OffsetOf((Local)_f[id].Payload!)))
            : v.Id;
    }

    /// <summary>Register that holds a constant: loaded once at entry for code in loops, else here.</summary>
    private int Constant(long bits)
    {
        if (_constants.TryGetValue(bits, out var known))
            return known;
        var r = NewRegister();
        var load = LoadOf(r, bits);
        if (_loopDepth == 0)
        {
            load.Location = _location;
            _block.Code.Add(load);
            return r;
        }
        _entry.Add(load);
        return _constants[bits] = r;
    }

    private static Lir LoadOf(int register, long bits) => bits == (int)bits
        ? new Lir { Op = Code.LdI, A = register, D = (int)bits }
        : new Lir { Op = Code.LdK, A = register, D = (int)bits, E = (int)(bits >> 32) };

    private void Select(int id)
    {
        ref var i = ref _f[id];
        _location = i.Location;
        if (_fold[id] is Fold.Away or Fold.Alias or Fold.Dead)
            return;
        var info = i.Op.Info();
        switch (i.Op)
        {
            case Op.Const or Op.ConstStr or Op.None or Op.FuncRef or Op.LocalAddress or Op.GlobalAddress:
                return;
            case Op.LoadParam:
                return;
            case Op.Select:
                var c = _f.Operands(id);
                Emit(Code.Select, i.Result.Id, Use(c[0]), Use(c[1]), Use(c[2]));
                return;
            case Op.PointerAdd:
                SelectPointerAdd(id);
                return;
            case Op.Bounds:
                SelectBounds(id);
                return;
            case Op.MemLoad or Op.Peek:
                SelectLoad(id);
                return;
            case Op.MemStore or Op.Poke:
                SelectStore(id);
                return;
            case Op.MemCopy or Op.MemFill:
                SelectBulk(id);
                return;
            case Op.Conv or Op.Bitcast:
                SelectConversion(id);
                return;
        }
        if (info.IsTerminator)
            SelectEnd(id);
        else if (i.Op is >= Op.Add and <= Op.CmpGe or Op.AddCarry or Op.SubBorrow)
            SelectArithmetic(id);
        else
            SelectCall(id);
    }
}

/// <summary>Offsets of a function's slots in the addressable part of its frame.</summary>
internal sealed class FrameLayout
{
    private readonly Dictionary<Local, int> _offsets = [];

    public FrameLayout(Function function, DataLayout layout)
    {
        foreach (var block in function.Blocks)
            foreach (var id in block.Instructions)
                if (function[id] is { Op: Op.LocalAddress, Payload: Local local })
                    Place(local, layout);
                else if (function[id].Payload is AsmBlock assembly && layout.PointerBytes == 2)
                {
                    var bound = assembly.Bindings.Select(b => b.Local);
                    foreach (var named in bound.Concat(assembly.Outputs.Select(r => r.Local)))
                        if (named is not null)
                            Place(named, layout);
                }
        Bytes = DataLayout.Align(Bytes, 8);
    }

    private void Place(Local local, DataLayout layout)
    {
        if (_offsets.ContainsKey(local))
            return;
        Bytes = DataLayout.Align(Bytes, layout.AlignmentOf(local.Type));
        _offsets.Add(local, Bytes);
        Bytes = checked(Bytes + layout.SizeOf(local.Type));
    }

    /// <summary>Size in bytes, a multiple of 8.</summary>
    public int Bytes { get; private set; }

    /// <summary>Slots whose address is taken, with their offsets.</summary>
    public IReadOnlyDictionary<Local, int> Offsets => _offsets;

    /// <summary>Offset of a slot whose address is taken.</summary>
    public int OffsetOf(Local local) => _offsets[local];
}
