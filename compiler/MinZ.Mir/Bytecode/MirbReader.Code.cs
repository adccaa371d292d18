namespace MinZ.Mir.Bytecode;

public sealed partial class MirbReader
{
    private readonly List<Function> _bodies = [];
    // Blocks of each function in the order of its code.
    private readonly Dictionary<Function, List<Block>> _orders = [];
    private readonly List<Value> _stack = [];
    private readonly List<Value> _registers = [];
    private Function _f = null!;
    private Block _block = null!;
    private MirType? _typed;
    private MirType? _yields;
    private InstructionFlags _flags;
    private bool _mute;

    private void ReadBodies()
    {
        foreach (var f in _bodies)
            ReadBody(f);
    }

    private void ReadBody(Function function)
    {
        _f = function;
        for (var n = _in.Count(); n > 0; n--)
        {
            var type = _in.Integer(_types.Count * 2 - 1, "the slot's type");
            var number = function.Locals.Count + 1;
            function.NewLocal("s" + number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _types[type >> 1])
                .Pinned = (type & 1) != 0;
        }
        var order = ReadBlocks();
        _registers.Clear();
        foreach (var p in function.Entry.Parameters)
        {
            function[p].Name = null;
            _registers.Add(p);
        }
        foreach (var block in order)
        {
            _block = block;
            _stack.Clear();
            if (block != function.Entry)
                _stack.AddRange(block.Parameters);
            while (!Step())
                if (_stack.Count > _limits.MaxStack)
                    throw new DamagedException(MirCodes.BinaryLimit,
                        $"more than {_limits.MaxStack} values are on the stack");
            if (_stack.Count > 0)
                throw Damaged("values are left on the stack at the end of a block");
        }
    }

    private List<Block> ReadBlocks()
    {
        var count = _in.Count();
        if (count == 0)
            throw Damaged("a function has no blocks");
        var listed = new int[count];
        if (_in.Flag())
        {
            var seen = new bool[count];
            for (var n = 0; n < count; n++)
            {
                listed[n] = _in.Integer(count - 1, "the block");
                if (seen[listed[n]] || n == 0 && listed[n] != 0)
                    throw Damaged("the order of blocks is none");
                seen[listed[n]] = true;
            }
        }
        else
            for (var n = 0; n < count; n++)
                listed[n] = n;
        var order = new List<Block> { _f.Entry };
        while (order.Count < count)
            order.Add(_f.NewBlock("b" + order.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        _f.Blocks.Clear();
        foreach (var n in listed)
            _f.Blocks.Add(order[n]);
        _f.Renumber();
        foreach (var block in order.Skip(1))
            foreach (var type in TypeList())
                _f.NewParameter(block, type);
        return _orders[_f] = order;
    }

    /// <summary>Does one opcode with its prefixes; true when it ended the block.</summary>
    private bool Step()
    {
        (_typed, _yields, _flags, _mute) = (null, null, InstructionFlags.None, false);
        var prefixed = false;
        while (true)
        {
            var code = _in.Byte();
            switch (code)
            {
                case < 0x80:
                    return Do((Op)code);
                case Code.Typed:
                    _typed = Type();
                    break;
                case Code.Yields:
                    _yields = Type();
                    break;
                case Code.Flagged:
                    _flags = (InstructionFlags)_in.Byte();
                    if ((_flags & ~(InstructionFlags.Unchecked | InstructionFlags.Volatile)) != 0)
                        throw Damaged("an instruction has flags that do not exist");
                    break;
                case Code.Mute:
                    _mute = true;
                    break;
                default:
                    if (prefixed)
                        throw Damaged("a prefix stands before a stack operation");
                    StackOperation(code);
                    return false;
            }
            prefixed = true;
        }
    }

    private void StackOperation(byte code)
    {
        switch (code)
        {
            case Code.PushU8:
                _stack.Add(_f.Constant(MirType.U8, _in.Byte()));
                break;
            case Code.Push:
                var type = Type();
                var bits = _in.Signed();
                if (Ops.ClassOf(type) is TypeClass.None or TypeClass.Any || Constants.Wrap(type, bits) != bits)
                    throw Damaged("a constant does not fit its type");
                _stack.Add(_f.Constant(type, bits));
                break;
            case Code.Pop:
                Pop();
                break;
            case Code.Dup:
                var top = Pop();
                _stack.Add(top);
                _stack.Add(top);
                break;
            case Code.Swap:
                var (b, a) = (Pop(), Pop());
                _stack.Add(b);
                _stack.Add(a);
                break;
            case >= Code.Tee:
                Set(code - Code.Tee, keep: true);
                break;
            case >= Code.Get:
                Get(code - Code.Get);
                break;
            case >= Code.Set:
                Set(code - Code.Set, keep: false);
                break;
            case Code.SetLong or Code.TeeLong:
                Set(_in.Integer(int.MaxValue, "the local"), code == Code.TeeLong);
                break;
            case Code.GetLong:
                Get(_in.Integer(int.MaxValue, "the local"));
                break;
            default:
                throw Damaged($"there is no opcode {code}");
        }
    }

    private Value Pop()
    {
        if (_stack.Count == 0)
            throw Damaged("the stack is empty");
        var top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    // Every local is set once, in the order of numbers: it is a value.
    private void Set(int register, bool keep)
    {
        if (register != _registers.Count)
            throw Damaged("locals are not set in order");
        _registers.Add(Pop());
        if (keep)
            _stack.Add(_registers[register]);
    }

    private void Get(int register) => _stack.Add(register < _registers.Count ? _registers[register]
        : throw Damaged("a local is read before it is set"));

    private bool Do(Op op)
    {
        if ((int)op >= Ops.All.Length)
            throw Damaged($"there is no operation {(int)op}");
        Value[]? operands = null;
        MirType?[] types = [];
        if (Code.CountsOperands(op))
            operands = Take(_in.Integer(_stack.Count, "the number of operands"), out types);
        var writes = Code.WritesType(op, types.Length > 0 ? types[0] : null);
        if (writes && _typed is not null)
            throw Damaged("an instruction has two types");
        var type = writes ? Type() : MirType.Void;
        Immediates(op, out var payload, out var bits);
        operands ??= Take(Code.OperandCount(op, type, payload, bits), out types);
        if (!writes)
            type = _typed ?? Code.DerivedType(op, types) ?? MirType.Void;
        payload = Located(payload, types);
        var result = _yields ?? OpTyping.Result(new OpInput(_f, op, type, payload, bits, types));
        if (result is null || !TypeLimits.IsSmall(result))
            throw Damaged($"'{op.Info().Name}' has operands that give it no type");
        if (!writes && !op.Info().Suffixed)
            type = OpTyping.Implied(op, payload, types.Length > 0 ? types[0] : null, result);
        var id = _f.NewInstruction(op, type, operands, _mute ? null : result, payload, bits, 0, _flags);
        _block.Instructions.Add(id);
        if (_f[id].Result is { IsValid: true } value)
            _stack.Add(value);
        return op.Info().IsTerminator;
    }

    private Value[] Take(int count, out MirType?[] types)
    {
        if (count < 0 || count > _stack.Count)
            throw Damaged("an instruction has more operands than the stack holds");
        var operands = new Value[count];
        _stack.CopyTo(_stack.Count - count, operands, 0, count);
        _stack.RemoveRange(_stack.Count - count, count);
        types = new MirType?[count];
        for (var n = 0; n < count; n++)
            types[n] = _f.TypeOf(operands[n]);
        return operands;
    }
}
