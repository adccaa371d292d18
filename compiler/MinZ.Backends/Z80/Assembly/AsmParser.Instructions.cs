using K = MinZ.Backends.Z80.Assembly.OperandKind;

namespace MinZ.Backends.Z80.Assembly;

public sealed partial class AsmParser
{
    private const int MaxOperands = 3;

    /// <summary>True in instructions where (C) is a port.</summary>
    private bool _hasPort;

    private void ReadInstruction(AsmToken name, Mnemonic mnemonic)
    {
        var operands = new List<Operand>(MaxOperands);
        _hasVariable = false;
        _hasPort = mnemonic is Mnemonic.In or Mnemonic.Out;
        while (_at < _end)
        {
            if (operands.Count > 0 && !Take(","))
            {
                AtEnd();
                return;
            }
            if (ReadOperand(mnemonic, operands.Count) is not { } operand)
                return;
            operands.Add(operand);
        }
        if (operands.Count > MaxOperands)
        {
            Report(name, $"{name.Text} has no more than {MaxOperands} operands");
            return;
        }
        while (operands.Count < MaxOperands)
            operands.Add(default);
        var written = new Instruction(mnemonic, operands[0], operands[1], operands[2]);
        var instruction = Canonical(written);
        if (instruction.Form is null && _hasVariable && ThroughRegister(instruction) is { } instead)
        {
            foreach (var step in instead)
                Add(step, name.Offset);
            return;
        }
        if (instruction.Form is null)
        {
            var length = EndOffset - name.Offset;
            Report(name.Offset, length, $"the Z80 has no instruction '{written}'", InstructionHints.For(instruction));
            return;
        }
        if (CheckConstants(name, instruction))
            Add(instruction, name.Offset);
    }

    // Numbers known now are checked here, where their place is known exactly; the assembler checks the others.
    private bool CheckConstants(AsmToken name, Instruction instruction)
    {
        var form = instruction.Form!;
        string? message = null;
        if (form.NumberOperand is >= 0 and var n && instruction[n].Expression is null
            && form.Number != NumberField.Relative)
            message = InstructionEncoder.Check(form.Number, instruction[n].Number);
        if (form.DisplacementOperand is >= 0 and var d
            && instruction[d] is { Expression: null, Number: < -128 or > 127 })
            message = $"displacement {instruction[d].Number} is outside -128 to 127";
        if (message is null)
            return true;
        Report(name.Offset, EndOffset - name.Offset, message, null);
        return false;
    }

    private Operand? ReadOperand(Mnemonic mnemonic, int index)
    {
        var token = Peek;
        if (token.Is("(") || token.Is("["))
        {
            var close = MatchingClose(_at);
            if (close >= 0 && (close + 1 == _end || _tokens[close + 1].Is(",")))
                return ReadMemory(close);
        }
        var isWhole = _at + 1 >= _end || _tokens[_at + 1].Is(",");
        if (isWhole && FixedOperand(token, mnemonic, index) is { } known)
        {
            _at++;
            return known;
        }
        // "!x" is an old way to name a variable.
        if (token.Is("!") && IsVariableMark() && (_at + 2 >= _end || _tokens[_at + 2].Is(",")))
        {
            var variable = Binding(_tokens[_at + 1]);
            _at += 2;
            return variable;
        }
        return ReadExpression() is { } value ? Operand.Of(K.Imm, value) : (Operand?)null;
    }

    private Operand? FixedOperand(AsmToken token, Mnemonic mnemonic, int index)
    {
        if (token.Kind == AsmTokenKind.Name && !_labels.Contains(LocalName(token.Text)))
        {
            var hasCondition = mnemonic is Mnemonic.Jp or Mnemonic.Jr or Mnemonic.Jump or Mnemonic.Call or Mnemonic.Ret;
            if (hasCondition && index == 0 && AsmWords.Conditions.TryGetValue(token.Text, out var condition))
                return condition;
            if (AsmWords.Registers.TryGetValue(token.Text, out var register))
                return new Operand(register);
            if (mnemonic == Mnemonic.In && index == 0 && token.IsWord("f"))
                return Asm.F;
        }
        return Binding(token);
    }

    private int MatchingClose(int open)
    {
        var depth = 0;
        for (var i = open; i < _end; i++)
        {
            if (_tokens[i].Is("(") || _tokens[i].Is("["))
                depth++;
            else if ((_tokens[i].Is(")") || _tokens[i].Is("]")) && --depth == 0)
                return i;
        }
        return -1;
    }

    /// <summary>An operand in parentheses or brackets that reach to its end.</summary>
    private Operand? ReadMemory(int close)
    {
        var open = _tokens[_at++];
        if (_tokens[close].Is(open.Text == "(" ? "]" : ")"))
        {
            Report(_tokens[close], $"'{open.Text}' is closed by '{_tokens[close].Text}'");
            return null;
        }
        var outerEnd = _end;
        _end = close;
        var operand = ReadAddress();
        if (operand is not null && !AtEnd())
            operand = null;
        _end = outerEnd;
        _at = close + 1;
        return operand;
    }

    private Operand? ReadAddress()
    {
        var token = Peek;
        if (token.Kind is AsmTokenKind.Name or AsmTokenKind.Placeholder)
        {
            var place = AddressRegister(token) ?? Binding(token);
            switch (place?.Kind)
            {
                case K.IX or K.IY or K.IndIX or K.IndIY:
                    _at++;
                    return ReadDisplacement(place.Value);
                case K.Imm or K.Mem or null:
                    break;
                case K.BC or K.DE or K.HL or K.SP or K.C:
                    _at++;
                    return new Operand(Indirect(place.Value.Kind));
                default:
                    Report(token, $"'{place}' cannot address memory", "bc, de, hl, sp, ix+d and iy+d can");
                    return null;
            }
        }
        return ReadExpression() is { } address ? Operand.Of(K.Mem, address) : (Operand?)null;
    }

    // A variable may be called like a register that cannot address: "(i)" then is the variable.
    private Operand? AddressRegister(AsmToken token)
    {
        if (token.Kind != AsmTokenKind.Name || _labels.Contains(token.Text)
            || !AsmWords.Registers.TryGetValue(token.Text, out var kind))
            return null;
        var canAddress = kind is K.BC or K.DE or K.HL or K.SP or K.IX or K.IY || kind == K.C && _hasPort;
        return canAddress || Binding(token) is null ? new Operand(kind) : (Operand?)null;
    }

    private static K Indirect(K register) => register switch
    {
        K.BC => K.IndBC,
        K.DE => K.IndDE,
        K.HL => K.IndHL,
        K.SP => K.IndSP,
        _ => K.IndC,
    };

    // Behind IX, IY or a variable in their frame: nothing, +d or -d.
    private Operand? ReadDisplacement(Operand place)
    {
        var kind = place.Kind is K.IX or K.IndIX ? K.IndIX : K.IndIY;
        Expr displacement = place.Kind is K.IndIX or K.IndIY ? place.Value : 0;
        if (_at == _end)
            return Operand.Of(kind, displacement);
        if (!Peek.Is("+") && !Peek.Is("-"))
        {
            Report(Peek, "expected '+' or '-' and a displacement");
            return null;
        }
        // The whole rest is one expression with the sign in front: ix-1+2 is ix+1.
        return ReadExpression() is { } offset ? Operand.Of(kind, displacement + offset) : (Operand?)null;
    }

    /// <summary>The one way of writing an instruction that the table has, from any of the usual ones.</summary>
    private static Instruction Canonical(Instruction written)
    {
        var (first, second) = (written.First, written.Second);
        switch (written.Mnemonic)
        {
            case Mnemonic.Add or Mnemonic.Adc or Mnemonic.Sbc when second.IsNone && !first.IsNone:
                return written with { First = Asm.A, Second = first };
            case Mnemonic.Sub or Mnemonic.And or Mnemonic.Or or Mnemonic.Xor or Mnemonic.Cp
                when first.Kind == K.A && !second.IsNone:
                return written with { First = second, Second = default };
            case Mnemonic.Neg or Mnemonic.Cpl or Mnemonic.Daa when first.Kind == K.A:
                return written with { First = default };
            case Mnemonic.Jp or Mnemonic.Jump when first.Kind is K.IndHL or K.IndIX or K.IndIY && IsPlain(first):
                return written with { Mnemonic = Mnemonic.Jp, First = PairOf(first.Kind) };
            case Mnemonic.Jump when first.Kind is K.HL or K.IX or K.IY:
                return written with { Mnemonic = Mnemonic.Jp };
            case Mnemonic.In when second.IsNone && first.Kind == K.IndC:
                return written with { First = Asm.F, Second = Asm.IndC };
            case Mnemonic.In when second.Kind == K.IndBC:
                return written with { Second = Asm.IndC };
            case Mnemonic.Out when first.Kind == K.IndBC:
                return written with { First = Asm.IndC };
            case Mnemonic.In when first.Kind == K.A && second.Kind == K.Imm:
                return written with { Second = second with { Kind = K.Mem } };
            case Mnemonic.Out when first.Kind == K.Imm && second.Kind == K.A:
                return written with { First = first with { Kind = K.Mem } };
            case Mnemonic.Ex:
                return CanonicalEx(written);
            case Mnemonic.Rst when first is { IsConstant: true, Number: > 0 and < 8 }:
                return written with { First = first.Number * 8 };
            default:
                return written;
        }
    }

    private static Instruction CanonicalEx(Instruction written) => (written.First.Kind, written.Second.Kind) switch
    {
        (K.HL, K.DE) or (K.AFAlt, K.AF) or (K.HL or K.IX or K.IY, K.IndSP) =>
            written with { First = written.Second, Second = written.First },
        (K.AF, K.AF or K.None) or (K.AFAlt, K.None) => written with { First = Asm.AF, Second = Asm.AFAlt },
        _ => written,
    };

    private static bool IsPlain(Operand operand) => operand is { Expression: null, Number: 0 };

    private static Operand PairOf(K kind) => new(kind switch { K.IndIX => K.IX, K.IndIY => K.IY, _ => K.HL });
}
