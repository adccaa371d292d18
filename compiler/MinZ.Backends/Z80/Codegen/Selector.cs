using MinZ.Backends.Z80.Assembly;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Turns a function of lowered MIR into register-transfer form.</summary>
internal sealed partial class Selector
{
    /// <summary>Executions a loop is assumed to make per entry.</summary>
    private const double LoopWeight = 8;

    private readonly ProgramScope _scope;
    private readonly Function _f;
    private readonly LFunction _l;
    private readonly Opnd?[] _values;
    private readonly int[] _uses;
    private readonly Dictionary<Block, LBlock> _blocks = [];
    private readonly Dictionary<Local, Expr> _slots = [];
    private readonly Dictionary<Local, int> _frameOffsets = [];
    private readonly Dictionary<(int, int, bool), (Opnd, Opnd)> _divisions = [];
    private LBlock _block = null!;
    private Cfg _cfg = null!;
    private Block _source = null!;
    private SourcePosition _position;
    private SourceLocation _location;

    private Selector(ProgramScope scope, Function function)
    {
        _scope = scope;
        _f = function;
        _l = scope[function];
        _values = new Opnd?[function.ValueLimit];
        _uses = new int[function.ValueLimit];
    }

    /// <summary>Fills the register-transfer form of a function.</summary>
    public static void Run(ProgramScope scope, Function function) => new Selector(scope, function).Run();

    private void Run()
    {
        foreach (var block in _f.Blocks)
            foreach (var id in block.Instructions)
                foreach (var v in _f.Operands(id))
                    _uses[v.Id]++;
        _cfg = new Cfg(_f);
        PlaceSlots();
        foreach (var block in _cfg.ReversePostorder)
        {
            var name = block == _f.Entry ? _l.Label : $"{_l.Label}.{block.Name}";
            _blocks[block] = new LBlock(block == _f.Entry ? name : _scope.NewLabel(name))
            {
                LoopDepth = _cfg.LoopDepth(block),
                Frequency = Math.Pow(LoopWeight, Math.Min(_cfg.LoopDepth(block), 6)),
            };
            if (block != _f.Entry)
                foreach (var p in block.Parameters)
                    NewVariable(p);
        }
        foreach (var block in _cfg.ReversePostorder)
        {
            _source = block;
            _block = _blocks[block];
            _l.Blocks.Add(_block);
            _divisions.Clear();
            if (block == _f.Entry)
                SelectEntry();
            foreach (var id in block.Instructions)
                SelectAt(id);
        }
    }

    private void SelectEntry()
    {
        foreach (var p in _f.Entry.Parameters)
            if (IsSupported(_f.TypeOf(p)))
                NewVariable(p);
            else
                _values[p.Id] = Opnd.Of(0, 2);
        _position = PositionOf(_f.Location);
        _location = _f.Location;
        var parameters = _f.Entry.Parameters.Select(p => Val(p)).Where(o => !o.IsConstant);
        Add(new LInst(LOp.Entry, 0) { Outs = [.. parameters.Select(o => o.Register)] });
    }

    private void PlaceSlots()
    {
        foreach (var local in _f.Locals)
        {
            var size = _scope.Layout.SizeOf(local.Type);
            if (_l.IsRecursive && !local.Pinned)
            {
                _frameOffsets[local] = _l.StackFrame;
                _l.StackFrame += size;
                continue;
            }
            var label = _scope.NewLabel($"{_l.Label}.{local.Name}");
            _slots[local] = Expr.Of(label);
            _l.Slots.Add(new FrameCell(label, size, HeapTypes.MayHoldAddress(local.Type)));
        }
    }

    /// <summary>Bytes of a value of a lowered type.</summary>
    private int SizeOf(MirType type) => type.Kind == TypeKind.Bool ? 1 : _scope.Layout.SizeOf(type);

    private static bool IsSupported(MirType type) =>
        type.Kind is not (TypeKind.U64 or TypeKind.I64 or TypeKind.F32 or TypeKind.F64);

    private SourcePosition PositionOf(SourceLocation l) =>
        l.IsKnown ? new SourcePosition(l.File, l.Line, l.Column) : default;

    private Opnd NewVariable(Value value)
    {
        var size = IsSupported(_f.TypeOf(value)) ? SizeOf(_f.TypeOf(value)) : 4;
        var o = Opnd.Var(_l.NewVariable(size, _f[value].Name is { } n ? Clean(n) : null), size);
        _values[value.Id] = o;
        return o;
    }

    private static string Clean(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private Opnd Temporary(int size) => Opnd.Var(_l.NewVariable(size), size);

    private Opnd Val(Value value)
    {
        if (_values[value.Id] is { } known)
            return known;
        if (_f.TryConstant(value, out var bits))
            return Opnd.Of((int)bits, IsSupported(_f.TypeOf(value)) ? SizeOf(_f.TypeOf(value)) : 4);
        return NewVariable(value);
    }

    private void Add(LInst inst)
    {
        inst.Position = _position;
        _block.Instructions.Add(inst);
    }

    private Opnd Do(LOp op, int size, params ReadOnlySpan<Opnd> args) => DoInto(Temporary(size), op, args);

    private Opnd DoInto(Opnd to, LOp op, params ReadOnlySpan<Opnd> args)
    {
        Add(new LInst(op, to.Size) { Outs = [to.Register], Args = [.. args] });
        return to;
    }

    private void Copy(Opnd to, Opnd from) => DoInto(to, LOp.Copy, from);

    private LBlock NewBlock(LBlock near, string suffix)
    {
        var block = new LBlock(_scope.NewLabel(near.Label + suffix))
        {
            LoopDepth = near.LoopDepth, Frequency = near.Frequency,
        };
        return block;
    }

    private void Continue(LBlock block)
    {
        _l.Blocks.Add(block);
        _block = block;
    }

    private void SelectAt(int id)
    {
        var i = _f[id];
        var location = _f.Locations[i.Location].Location;
        if (location.IsKnown)
            (_location, _position) = (location, PositionOf(location));
        if (!CheckTypes(id))
        {
            if (i.Op.Info().IsTerminator)
                Add(new LInst(LOp.Return, 0));
            else if (i.Result.IsValid)
                NewVariable(i.Result);
            return;
        }
        Select(id);
    }

    private bool CheckTypes(int id)
    {
        var bad = _f[id].Result is { IsValid: true } r && !IsSupported(_f.TypeOf(r)) ? _f.TypeOf(r) : null;
        foreach (var v in _f.Operands(id))
            if (!IsSupported(_f.TypeOf(v)))
                bad = _f.TypeOf(v);
        if (bad is null)
            return true;
        Unsupported($"values of type {bad}", "use integers of up to 32 bits or fixed point");
        return false;
    }

    private void Unsupported(string what, string? hint = null) =>
        _scope.Report(1001, $"{what} are not supported on z80 yet", hint, _location.IsKnown ? _location : _f.Location);

    private void Select(int id)
    {
        var i = _f[id];
        switch (i.Op)
        {
            case Op.Const or Op.LoadParam or Op.ConstStr or Op.FuncRef or Op.GlobalAddress or Op.LocalAddress or Op.None
                or Op.Bitcast:
                SelectValue(id);
                break;
            case Op.Add or Op.Sub or Op.And or Op.Or or Op.Xor or Op.Neg or Op.Not or Op.Mul or Op.MulWide or Op.Div
                or Op.Rem or Op.Shl or Op.Shr or Op.Rotl or Op.Rotr or Op.Abs or Op.Min or Op.Max
                or Op.AddCarry or Op.SubBorrow:
                SelectArithmetic(id);
                break;
            case Op.CmpEq or Op.CmpNe or Op.CmpLt or Op.CmpLe or Op.CmpGt or Op.CmpGe:
                SelectCompare(id);
                break;
            case Op.Select:
                SelectChoice(id);
                break;
            case Op.Conv:
                SelectConversion(id);
                break;
            case Op.PointerAdd or Op.MemLoad or Op.MemStore or Op.MemCopy or Op.MemFill or Op.Bounds or Op.Peek
                or Op.Poke or Op.In or Op.Out:
                SelectMemory(id);
                break;
            case Op.Call or Op.CallIndirect or Op.TailCall or Op.Intrinsic or Op.Asm or Op.Trap or Op.Unreachable
                or Op.StrCmp or Op.Yield:
                SelectCall(id);
                break;
            case Op.New or Op.SliceNew or Op.StrConcat or Op.StrSlice or Op.StrOf
                or Op.StrFrom:
                SelectAllocation(id);
                break;
            case Op.Spawn:
                SelectSpawn(id);
                break;
            case Op.Jump or Op.JumpIf or Op.Switch or Op.Ret:
                SelectControl(id);
                break;
            default:
                Unsupported($"'{i.Op.Info().Name}' operations");
                if (i.Result.IsValid)
                    NewVariable(i.Result);
                break;
        }
    }

    private void SelectValue(int id)
    {
        var i = _f[id];
        switch (i.Op)
        {
            case Op.Const:
                _values[i.Result.Id] = Opnd.Of((int)i.Bits, SizeOf(_f.TypeOf(i.Result)));
                break;
            case Op.None:
                _values[i.Result.Id] = Opnd.Of(0, SizeOf(_f.TypeOf(i.Result)));
                break;
            case Op.ConstStr:
                _values[i.Result.Id] = Opnd.Of(_scope.LabelOf((StringConstant)i.Payload!), 2);
                break;
            case Op.FuncRef:
                _values[i.Result.Id] = Opnd.Of(_scope[((FunctionRef)i.Payload!).Function].Label, 2);
                break;
            case Op.GlobalAddress:
                _values[i.Result.Id] = Opnd.Of(AddressOf((Global)i.Payload!), 2);
                break;
            case Op.LocalAddress:
                var local = (Local)i.Payload!;
                if (_slots.TryGetValue(local, out var address))
                    _values[i.Result.Id] = Opnd.Of(address, 2);
                else
                    DoInto(NewVariable(i.Result), LOp.FrameAddress, Opnd.Of(_frameOffsets[local], 2));
                break;
            default:
                var v = Val(_f.Operands(id)[0]);
                _values[i.Result.Id] = v with { Size = SizeOf(_f.TypeOf(i.Result)) };
                break;
        }
    }

    private Expr AddressOf(Global global) => global.Address is { } at ? Expr.Of(at) : Expr.Of(_scope.LabelOf(global));

    private void SelectConversion(int id)
    {
        var i = _f[id];
        var source = _f.Operands(id)[0];
        var (from, to) = (_f.TypeOf(source), _f.TypeOf(i.Result));
        var x = Val(source);
        var (m, n) = (x.Size, SizeOf(to));
        if (to.Kind == TypeKind.Bool && from.Kind != TypeKind.Bool)
        {
            Add(new LInst(LOp.Set, m)
            {
                Outs = [NewVariable(i.Result).Register], Args = [x, Opnd.Of(0, m)], Comparison = Comparison.Ne,
            });
            return;
        }
        if (x.Number is { } number)
            _values[i.Result.Id] = Opnd.Of((int)Constants.Wrap(to, Constants.Wrap(LowerOf(from), number)), n);
        else if (x.IsConstant)
            _values[i.Result.Id] = Opnd.Of(n < m ? Truncated(x.Constant!, n) : x.Constant!, n);
        else if (m == n)
            _values[i.Result.Id] = x;
        else if (n < m && IsUsedHere(i.Result))
            _values[i.Result.Id] = x with { Size = n };
        else if (n < m)
            DoInto(NewVariable(i.Result), LOp.Truncate, x with { Size = n });
        else
            DoInto(NewVariable(i.Result), from.IsSigned ? LOp.SignExtend : LOp.ZeroExtend, x);
    }

    private static MirType LowerOf(MirType type) => type.IsNumeric ? type : MirType.U16;

    private static Expr Truncated(Expr value, int size) => value is Expr.Constant c
        ? c.Value & (int)((1L << (8 * size)) - 1) : size == 1 ? Expr.Low(value) : value;

    // A part of a value may stand for it while the whole is not kept alive for long.
    private bool IsUsedHere(Value value)
    {
        var n = 0;
        foreach (var id in _source.Instructions)
            foreach (var v in _f.Operands(id))
                n += v == value && !_f[id].Op.Info().IsTerminator ? 1 : 0;
        return n == _uses[value.Id];
    }

    private TrapSite Site(TrapCode code) => new(code,
        _location.IsKnown ? _scope.Module.Files[_location.File - 1] : null, _location.IsKnown ? _location.Line : 0);
}
