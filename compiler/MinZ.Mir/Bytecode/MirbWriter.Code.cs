using MinZ.Mir.Text;

namespace MinZ.Mir.Bytecode;

public sealed partial class MirbWriter : IStackSink
{
    private readonly Dictionary<Function, List<Block>> _orders = [];
    private readonly Dictionary<Value, int> _registers = [];
    private readonly Dictionary<Block, int> _blocks = [];
    private readonly Dictionary<Local, int> _locals = [];
    private Function _f = null!;
    private MirType?[] _operandTypes = [];
    // The value just put into a local by the last byte, and where that opcode starts: reading it back is a tee.
    private Value _justSet;
    private int _justSetAt;

    private void WriteBodies()
    {
        foreach (var f in _module.Functions)
            if (!f.IsExtern)
                WriteBody(f);
    }

    private void WriteBody(Function function)
    {
        _f = function;
        var order = _orders[function] = new Cfg(function).ReversePostorder;
        _locals.Clear();
        _out.Count(function.Locals.Count);
        foreach (var l in function.Locals)
        {
            _locals.Add(l, _locals.Count);
            _out.Count(IndexOf(l.Type) << 1 | (l.Pinned ? 1 : 0));
        }
        _blocks.Clear();
        foreach (var b in order)
            _blocks.Add(b, _blocks.Count);
        WriteOrder(function, order);
        foreach (var b in order.Skip(1))
            TypeList([.. b.Parameters.Select(function.TypeOf)]);
        _registers.Clear();
        foreach (var p in function.Entry.Parameters)
            _registers.Add(p, _registers.Count);
        var stackifier = new Stackifier(function, order, this);
        foreach (var b in order)
        {
            _justSet = default;
            stackifier.Emit(b);
        }
    }

    // Code is in an order in which definitions come before uses; where the function lists its blocks in another one,
    // the position of each follows.
    private void WriteOrder(Function function, List<Block> order)
    {
        _out.Count(order.Count);
        var listed = function.Blocks.Where(_blocks.ContainsKey).ToList();
        var same = listed.SequenceEqual(order);
        _out.Byte((byte)(same ? 0 : 1));
        if (!same)
            foreach (var b in listed)
                _out.Count(_blocks[b]);
    }

    void IStackSink.Push(Value value)
    {
        var v = _f[value];
        if (v.Kind == ValueKind.Constant)
        {
            _justSet = default;
            if (v.Type.Kind == TypeKind.U8)
            {
                _out.Byte(Code.PushU8);
                _out.Byte((byte)v.Bits);
                return;
            }
            _out.Byte(Code.Push);
            Type(v.Type);
            _out.Signed(v.Bits);
            return;
        }
        if (_justSet == value && value.IsValid)
        {
            // Locals get new numbers as they are set, so the number of the last one is known.
            var register = _registers[value];
            _out.Truncate(_justSetAt);
            Numbered(Code.Tee, Code.TeeLong, register);
            _justSet = default;
            return;
        }
        Numbered(Code.Get, Code.GetLong, _registers[value]);
        _justSet = default;
    }

    void IStackSink.Set(Value value)
    {
        if (!_registers.TryGetValue(value, out var register))
            _registers.Add(value, register = _registers.Count);
        _justSet = value;
        _justSetAt = _out.Length;
        Numbered(Code.Set, Code.SetLong, register);
    }

    private void Numbered(byte small, byte large, int number)
    {
        if (number < Code.Short)
        {
            _out.Byte((byte)(small + number));
            return;
        }
        _out.Byte(large);
        _out.Count(number);
    }

    void IStackSink.Pop() => Plain(Code.Pop);

    void IStackSink.Dup() => Plain(Code.Dup);

    void IStackSink.Swap() => Plain(Code.Swap);

    private void Plain(byte code)
    {
        _justSet = default;
        _out.Byte(code);
    }

    void IStackSink.Do(int instruction)
    {
        _justSet = default;
        var i = _f[instruction];
        var types = _operandTypes = new MirType?[i.OperandCount];
        for (var n = 0; n < types.Length; n++)
            types[n] = _f.TypeOf(_f.Resolve(_f.Operands(instruction)[n]));
        var writes = Code.WritesType(i.Op, types.Length > 0 ? types[0] : null);
        if (!writes && Code.DerivedType(i.Op, types) is { } derived && derived != i.Type)
        {
            _out.Byte(Code.Typed);
            Type(i.Type);
        }
        var yields = OpTyping.Result(new OpInput(_f, i.Op, i.Type, i.Payload, i.Bits, types));
        if (i.Result.IsValid && yields != _f.TypeOf(i.Result))
        {
            _out.Byte(Code.Yields);
            Type(_f.TypeOf(i.Result));
        }
        else if (!i.Result.IsValid && yields is not null && yields.Kind != TypeKind.Void)
            _out.Byte(Code.Mute);
        if (i.Flags != InstructionFlags.None)
        {
            _out.Byte(Code.Flagged);
            _out.Byte((byte)i.Flags);
        }
        _out.Byte((byte)i.Op);
        if (Code.CountsOperands(i.Op))
            _out.Count(types.Length);
        if (writes)
            Type(i.Type);
        Immediates(i);
    }

    private void Immediates(in Instruction i)
    {
        switch (i.Op)
        {
            case Op.Const or Op.New or Op.SliceNew or Op.PointerAdd or Op.MemLoad or Op.MemStore
                or Op.ChanNew or Op.ChanSend or Op.ChanReceive or Op.ChanTake or Op.ChanSelect or Op.ThreadGuard:
                _out.Signed(i.Bits);
                break;
            case Op.StructGet or Op.TupleGet or Op.EnumMake or Op.EnumGet or Op.Intrinsic or Op.Syscall or Op.Trap:
                _out.Unsigned((ulong)i.Bits);
                break;
            case Op.Asm:
                Assembly((AsmBlock)i.Payload!);
                break;
            case Op.Jump or Op.JumpIf or Op.Switch:
                Successors(i.Op, (Successors)i.Payload!);
                break;
            default:
                Payload(i.Payload);
                break;
        }
    }

    private void Payload(object? payload)
    {
        switch (payload)
        {
            case StringConstant s:
                Text(s);
                break;
            case string s:
                Text(s);
                break;
            case FunctionRef f:
                _out.Count(_functions[f.Function] << 1);
                TypeArguments(f);
                break;
            case Place p:
                Place(p, 0);
                break;
            case PlacePair p:
                Place(p.To, 0);
                Place(p.From, p.To.OperandCount);
                break;
            case MethodRef m:
                Type(m.Interface);
                _out.Count(m.Method);
                break;
            case MessageRef m:
                // Odd, so that spawn can tell an actor from a function.
                _out.Count(IndexOf(m.Actor) << 1 | 1);
                _out.Count(m.Message + 1);
                break;
            case MirType t:
                Type(t);
                break;
            case Local l:
                _out.Count(_locals[l]);
                break;
            case Global g:
                _out.Count(_globals[g]);
                break;
        }
    }

    private void TypeArguments(FunctionRef f)
    {
        if (f.Function.TypeParameters.IsDefaultOrEmpty)
            return;
        foreach (var t in f.TypeArguments)
            Type(t);
    }

    private void Successors(Op op, Successors s)
    {
        if (op == Op.Switch)
        {
            _out.Count(s.Cases.Length);
            foreach (var value in s.Cases)
                _out.Signed(value);
        }
        foreach (var b in s.Blocks)
            _out.Count(_blocks[b]);
    }

    // A place: base · 4 + kind, number of steps, steps. A step is 0 for an index, else field · 2 + 1 or, for a payload,
    // variant · 2 + 2 and the item.
    private void Place(Place place, int operand)
    {
        switch (place.Base)
        {
            case PlaceBase.Local:
                _out.Count(_locals[place.Local!] << 2);
                break;
            case PlaceBase.Global:
                _out.Count(_globals[place.Global!] << 2 | 1);
                break;
            case PlaceBase.Value:
                _out.Count(MirWriter.IsRun(place, _operandTypes[operand]!) ? 3 : 2);
                break;
        }
        _out.Count(place.Path.Length);
        foreach (var step in place.Path)
        {
            switch (step.Kind)
            {
                case ProjectionKind.Index:
                    _out.Byte(0);
                    break;
                case ProjectionKind.Field:
                    _out.Count(step.Field << 1 | 1);
                    break;
                case ProjectionKind.Payload:
                    _out.Count((step.Variant << 1) + 2);
                    _out.Count(step.Field);
                    break;
            }
        }
    }

    private void Assembly(AsmBlock asm)
    {
        Text(asm.Target);
        Text(asm.Text);
        var bindings = asm.Bindings.IsDefault ? [] : asm.Bindings;
        _out.Count(bindings.Length);
        foreach (var b in bindings)
        {
            Text(b.Name);
            _out.Count(b.Local is not null ? _locals[b.Local] * 3
                : b.Global is not null ? _globals[b.Global] * 3 + 1 : _functions[b.Function!] * 3 + 2);
        }
        var inputs = asm.Inputs.IsDefault ? [] : asm.Inputs;
        _out.Count(inputs.Length);
        foreach (var r in inputs)
            Text(r.Register);
        var outputs = asm.Outputs.IsDefault ? [] : asm.Outputs;
        _out.Count(outputs.Length);
        foreach (var r in outputs)
        {
            Text(r.Register);
            _out.Count(_locals[r.Local!]);
        }
        _out.Count(asm.Clobbers.IsDefault ? 0 : asm.Clobbers.Length + 1);
        foreach (var r in asm.Clobbers.IsDefault ? [] : asm.Clobbers)
            Text(r);
    }
}
