namespace MinZ.Mir.Text;

public sealed partial class MirWriter
{
    private Instruction _instruction;
    private Value[] _operands = [];
    private MirType?[] _operandTypes = [];
    private int _next;
    private bool _broken;

    private void WriteInstruction(int id)
    {
        _instruction = _function[id];
        _operands = [.. _function.Operands(id).ToArray().Select(v => IsValue(v) ? _function.Resolve(v) : default)];
        _operandTypes = [.. _operands.Select(v => v.IsValid ? _function.TypeOf(v) : null)];
        _next = 0;
        _broken = (int)_instruction.Op >= Ops.All.Length || _instruction.Type is null ||
            !Verifier.HasPayload(_instruction) ||
            _instruction.Result.IsValid && !_values.ContainsKey(_instruction.Result);
        if (_broken)
        {
            WriteBroken();
            return;
        }
        if (_instruction.Result.IsValid)
        {
            _text.Append(_values[_instruction.Result]);
            var type = _function.TypeOf(_instruction.Result);
            if (OpTyping.Result(Input()) != type)
                Wrapped(": ", type);
            _text.Append(" = ");
        }
        if (_instruction.Op == Op.Intrinsic)
            _text.Append("call @").Append(((Intrinsic)_instruction.Bits).Info().Name);
        else
            _text.Append(_instruction.Op.Info().Name);
        WriteSuffixes();
        var start = _text.Length;
        WriteOperands();
        if (_text.Length > start && _instruction.Op != Op.Intrinsic)
            _text.Insert(start, ' ');
    }

    private bool IsValue(Value v) => v.Id > 0 && v.Id < _function.ValueLimit && _function.TypeOf(v) is not null;

    // What no reader takes back, for whoever looks for the mistake of a pass.
    private void WriteBroken()
    {
        var op = (int)_instruction.Op < Ops.All.Length ? _instruction.Op.Info().Name : _instruction.Op.ToString();
        _text.Append(op).Append(" ?").Append(_instruction.Payload?.GetType().Name);
        Rest();
    }

    private OpInput Input() => new(_function, _instruction.Op, _instruction.Type, _instruction.Payload,
        _instruction.Bits, _operandTypes);

    private void WriteSuffixes()
    {
        var flags = _instruction.Flags;
        if ((flags & InstructionFlags.Unchecked) != 0)
            _text.Append(".unchecked");
        if ((flags & InstructionFlags.Volatile) != 0 && !IsVolatile(_instruction.Payload))
            _text.Append(".volatile");
        if (!ShowsType(_instruction.Op, _instruction.Type, _operandTypes))
            return;
        if (_instruction.Type is ScalarType or FixedType)
            _text.Append('.').Append(_instruction.Type);
        else
            Wrapped(" ", _instruction.Type, MoreFollows() ? "," : "");
    }

    private MirType FirstType => (_operandTypes.Length > 0 ? _operandTypes[0] : null) ?? MirType.Void;

    private bool MoreFollows() =>
        _operands.Length > 0 || _instruction.Op is Op.Const or Op.Closure or Op.Syscall or Op.Native;

    /// <summary>True when the writer puts the instruction type behind the op's name.</summary>
    internal static bool ShowsType(Op op, MirType type, ReadOnlySpan<MirType?> operands) => op switch
    {
        Op.CallIndirect => operands.Length == 0 || operands[0] is not FunctionType,
        Op.Syscall or Op.Native => type.Kind != TypeKind.Void,
        Op.Closure or Op.Self => true,
        _ => op.Info().Suffixed,
    };

    /// <summary>True when a place op touches a volatile global, which makes the access volatile without a
    /// word.</summary>
    internal static bool IsVolatile(object? payload) => payload switch
    {
        Place { Global.Volatile: true } => true,
        PlacePair p => p.To.Global is { Volatile: true } || p.From.Global is { Volatile: true },
        _ => false,
    };

    private void WriteOperands()
    {
        var i = _instruction;
        switch (i.Op)
        {
            case Op.Const:
                _text.Append(MirNames.Number(i.Type, i.Bits));
                break;
            case Op.ConstStr:
                _text.Append(MirNames.Quote(((StringConstant)i.Payload!).Bytes.AsSpan()));
                break;
            case Op.StructGet or Op.TupleGet:
                Operand();
                _text.Append('.').Append(MirNames.AfterDot(TypeMembers.FieldName(FirstType, (int)i.Bits)));
                break;
            case Op.EnumMake:
                Type(i.Type);
                _text.Append('.').Append(VariantName(i.Type, (int)i.Bits));
                Rest();
                break;
            case Op.EnumGet:
                Operand();
                _text.Append('!').Append(VariantName(FirstType, (int)(i.Bits >> 16)))
                    .Append('.').Append(i.Bits & 0xFFFF);
                break;
            case Op.Intrinsic:
                Rest();
                break;
            case Op.Syscall:
                _text.Append(i.Bits);
                Rest();
                break;
            case Op.Native:
                _text.Append(MirNames.Global((string)i.Payload!));
                Rest();
                break;
            case Op.ChanSelect:
                WriteCases(i.Bits);
                break;
            case Op.ThreadGuard:
                Operands();
                _text.Append(", ").Append(i.Bits);
                break;
            case Op.New or Op.SliceNew or Op.ChanNew or Op.ChanSend or Op.ChanReceive or Op.ChanTake:
                Operands();
                if (i.Bits != 0)
                    _text.Append(_operands.Length > 0 ? " " : "").Append("bytes ").Append(i.Bits);
                break;
            case Op.PointerAdd:
                Operands();
                _text.Append(", ").Append(i.Bits);
                break;
            case Op.MemLoad or Op.MemStore:
                Operand();
                if (i.Bits != 0)
                    _text.Append(i.Bits < 0 ? " - " : " + ").Append(Math.Abs(i.Bits));
                Rest();
                break;
            case Op.Trap:
                _text.Append((TrapCode)i.Bits);
                Rest();
                break;
            case Op.Asm:
                WriteAsm((AsmBlock)i.Payload!);
                break;
            default:
                WriteByPayload(i.Payload);
                break;
        }
    }

    private void WriteByPayload(object? payload)
    {
        switch (payload)
        {
            case FunctionRef f:
                Reference(f);
                Rest();
                break;
            case Place p:
                WritePlace(p);
                Rest();
                break;
            case PlacePair p:
                WritePlace(p.To);
                _text.Append(", ");
                WritePlace(p.From);
                break;
            case Successors s:
                WriteSuccessors(s);
                break;
            case MethodRef m:
                Type(m.Interface);
                _text.Append('.').Append(MirNames.Member(TypeMembers.MethodOf(m.Interface, m.Method)?.Name ?? "?"));
                Rest();
                break;
            case MessageRef { Message: < 0 } m:
                Wrapped("actor ", m.Actor);
                Rest();
                break;
            case MessageRef m:
                Type(m.Actor);
                _text.Append('.').Append(MirNames.Member(m.Actor.Messages.ElementAtOrDefault(m.Message)?.Name ?? "?"));
                Rest();
                break;
            case MirType t:
                Type(t);
                Rest();
                break;
            case Local l:
                _text.Append(_locals.GetValueOrDefault(l) ?? l.ToString());
                break;
            case Global g:
                _text.Append(MirNames.Global(g.Name));
                break;
            default:
                Operands();
                break;
        }
    }

    private void WriteCases(long bits)
    {
        var separator = "";
        foreach (var kind in SelectCases.Decode(bits))
        {
            _text.Append(separator).Append(SelectCases.NameOf(kind));
            separator = ", ";
            for (var n = 0; n < SelectCases.OperandsOf(kind); n++)
            {
                _text.Append(n == 0 ? "(" : ", ");
                Operand();
            }
            _text.Append(SelectCases.OperandsOf(kind) > 0 ? ")" : "");
        }
    }

    private string VariantName(MirType type, int variant) =>
        MirNames.Member(TypeMembers.VariantOf(type, variant)?.Name ?? "?");

    private void WriteSuccessors(Successors s)
    {
        if (_instruction.Op != Op.Jump)
            Operand();
        for (var k = 0; k < s.Blocks.Length; k++)
        {
            _text.Append(k > 0 || _instruction.Op != Op.Jump ? ", " : "");
            if (_instruction.Op == Op.Switch)
                _text.Append(k < s.Cases.Length ? MirNames.Number(_instruction.Type, s.Cases[k]) + ": " : "else ");
            _text.Append(_blocks.GetValueOrDefault(s.Blocks[k]) ?? s.Blocks[k].ToString());
            if (s.ArgumentCounts[k] == 0)
                continue;
            _text.Append('(');
            for (var n = 0; n < s.ArgumentCounts[k]; n++)
            {
                _text.Append(n > 0 ? ", " : "");
                Operand();
            }
            _text.Append(')');
        }
    }

    private void Operands()
    {
        if (_next < _operands.Length)
            Operand();
        Rest();
    }

    private void Rest()
    {
        while (_next < _operands.Length)
        {
            _text.Append(", ");
            Operand();
        }
    }

    private void Operand()
    {
        if (_next >= _operands.Length)
        {
            _text.Append("%missing");
            return;
        }
        var value = _operands[_next];
        if (_values.TryGetValue(value, out var name))
            _text.Append(name);
        else if (!value.IsValid)
            _text.Append("%undefined");
        else if (_function[value].Kind == ValueKind.Constant)
            WriteLiteral(value);
        else
            _text.Append("%undefined_").Append(value.Id);
        _next++;
    }

    private void WriteLiteral(Value value)
    {
        var type = _function.TypeOf(value);
        if (_broken)
        {
            _text.Append(type).Append(' ').Append(_function[value].Bits);
            return;
        }
        // Only what comes before may be asked for: the reader works from left to right.
        var known = new OpInput(_function, _instruction.Op, _instruction.Type, _instruction.Payload, _instruction.Bits,
            _operandTypes.AsSpan(0, _next));
        if (OpTyping.Literal(known, _next, _module.Layout) != type)
        {
            Type(type);
            _text.Append(' ');
        }
        _text.Append(MirNames.Number(type, _function[value].Bits));
    }
}
