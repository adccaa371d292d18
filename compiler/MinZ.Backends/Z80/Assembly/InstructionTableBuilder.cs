using System.Collections.Immutable;
using K = MinZ.Backends.Z80.Assembly.OperandKind;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>Expands the rows of <see cref="InstructionTable"/> to one form for each combination of operands.</summary>
internal static class InstructionTableBuilder
{
    private const byte PrefixIX = 0xDD;
    private const byte PrefixIY = 0xFD;
    private const byte PageBits = 0xCB;
    private const byte PageExtended = 0xED;

    // Register codes 0-7; code 6 is (HL), or no register on page ED.
    private static readonly K[] ByteRegisters = [K.B, K.C, K.D, K.E, K.H, K.L, K.None, K.A];

    public static ImmutableArray<InstructionForm> Build(
        ImmutableArray<(string Syntax, string Bits, string TStates, string Effects)> rows)
    {
        var forms = ImmutableArray.CreateBuilder<InstructionForm>(1500);
        var seen = new HashSet<string>();
        foreach (var row in rows)
        {
            foreach (var form in Expand(row.Syntax, row.Bits, row.TStates, row.Effects))
            {
                forms.Add(form with { DecodeOnly = !seen.Add(form.ToString()) });
                if (form.Page == PageExtended || form is { Mnemonic: Mnemonic.Ex, First: K.DE })
                    continue;
                AddIndexed(forms, form, PrefixIX, row.Effects);
                AddIndexed(forms, form, PrefixIY, row.Effects);
            }
        }
        return forms.ToImmutable();
    }

    private static IEnumerable<InstructionForm> Expand(string syntax, string bits, string tStates, string effects)
    {
        var space = syntax.IndexOf(' ');
        var mnemonic = Enum.Parse<Mnemonic>(space < 0 ? syntax : syntax[..space], ignoreCase: true);
        var operands = space < 0 ? [] : syntax[(space + 1)..].Split(',');
        var page = bits.Length > 8 ? Convert.ToByte(bits[..2], 16) : (byte)0;
        var pattern = bits[^8..];
        var times = tStates.Split('/');

        for (var opcode = 0; opcode < 256; opcode++)
        {
            if (!Matches(pattern, opcode))
                continue;
            var kinds = new K[3];
            var number = NumberField.None;
            var exists = true;
            for (var i = 0; i < operands.Length; i++)
                exists &= Resolve(operands[i], pattern, opcode, out kinds[i], ref number);
            if (!exists)
                continue;
            yield return Finish(effects, new InstructionForm
            {
                Mnemonic = mnemonic,
                First = kinds[0],
                Second = kinds[1],
                Page = page,
                Opcode = (byte)opcode,
                Number = number,
                TStates = int.Parse(times[0]),
                TStatesNotTaken = int.Parse(times[^1]),
            });
        }
    }

    // Digits must agree. Bits of numbers (b, t, m) are filled in by the encoder, so the form has them zero.
    private static bool Matches(string pattern, int opcode)
    {
        for (var i = 0; i < 8; i++)
        {
            var bit = (opcode >> (7 - i)) & 1;
            if (pattern[i] is '0' or '1' ? pattern[i] - '0' != bit : pattern[i] is 'b' or 't' or 'm' && bit != 0)
                return false;
        }
        return true;
    }

    private static int Field(string pattern, int opcode, char letter)
    {
        var value = 0;
        for (var i = 0; i < 8; i++)
        {
            if (pattern[i] == letter)
                value = (value << 1) | ((opcode >> (7 - i)) & 1);
        }
        return value;
    }

    private static bool Resolve(string operand, string pattern, int opcode, out K kind, ref NumberField number)
    {
        // "c" and "r" are both fields and names: the field is meant where the pattern has its letter.
        if (operand.Length == 1 && pattern.Contains(operand[0]) && char.IsLetter(operand[0]))
        {
            var code = Field(pattern, opcode, operand[0]);
            (kind, number) = operand[0] switch
            {
                'd' or 's' => (ByteRegisters[code], number),
                'p' => (code == 3 ? K.SP : K.BC + (byte)code, number),
                'q' => (code == 3 ? K.AF : K.BC + (byte)code, number),
                'c' or 'k' => (K.CondNZ + (byte)code, number),
                'b' => (K.Imm, NumberField.Bit),
                't' => (K.Imm, NumberField.Restart),
                'm' => (K.Imm, NumberField.Mode),
                _ => throw new InvalidOperationException($"no field '{operand}'"),
            };
            return kind != K.None;
        }
        (kind, number) = operand switch
        {
            "n" => (K.Imm, NumberField.Byte),
            "nn" => (K.Imm, NumberField.Word),
            "e" => (K.Imm, NumberField.Relative),
            "0" => (K.Imm, NumberField.Zero),
            "(n)" => (K.Mem, NumberField.Byte),
            "(nn)" => (K.Mem, NumberField.Word),
            _ => (OperandNames.Find(operand), number),
        };
        return true;
    }

    private static void AddIndexed(
        ImmutableArray<InstructionForm>.Builder forms, InstructionForm form, byte prefix, string effects)
    {
        var memory = form.First == K.IndHL || form.Second == K.IndHL;
        var pairs = form.First is K.HL || form.Second is K.HL;
        var halves = form.First is K.H or K.L || form.Second is K.H or K.L;
        // On page CB the processor fetches (IX+d) for every opcode and copies the result to the register.
        if (form.Page == PageBits && !memory)
        {
            AddBitsCopy(forms, form, prefix, effects);
            return;
        }
        if (!memory && !pairs && !halves)
            return;
        var extra = !memory ? 4 : form.Page == PageBits ? 8 : form.Number == NumberField.Byte ? 9 : 12;
        forms.Add(Finish(effects, form with
        {
            First = Indexed(form.First, memory, prefix),
            Second = Indexed(form.Second, memory, prefix),
            IndexPrefix = prefix,
            HasDisplacement = memory,
            TStates = form.TStates + extra,
            TStatesNotTaken = form.TStatesNotTaken + extra,
        }));
    }

    private static void AddBitsCopy(
        ImmutableArray<InstructionForm>.Builder forms, InstructionForm form, byte prefix, string effects)
    {
        var place = prefix == PrefixIX ? K.IndIX : K.IndIY;
        var numbered = form.Number == NumberField.Bit;
        var isBit = form.Mnemonic == Mnemonic.Bit;
        var tStates = isBit ? 20 : 23;
        forms.Add(Finish(isBit ? effects : effects.Replace("m", "m w"), form with
        {
            First = numbered ? K.Imm : place,
            Second = numbered ? place : form.First,
            Third = numbered && !isBit ? form.Second : K.None,
            IndexPrefix = prefix,
            HasDisplacement = true,
            DecodeOnly = isBit,
            TStates = tStates,
            TStatesNotTaken = tStates,
        }));
    }

    private static K Indexed(K kind, bool memory, byte prefix) => (kind, prefix) switch
    {
        (K.IndHL, PrefixIX) => K.IndIX,
        (K.IndHL, PrefixIY) => K.IndIY,
        (K.HL, PrefixIX) => K.IX,
        (K.HL, PrefixIY) => K.IY,
        (K.H, PrefixIX) when !memory => K.IXH,
        (K.L, PrefixIX) when !memory => K.IXL,
        (K.H, PrefixIY) when !memory => K.IYH,
        (K.L, PrefixIY) when !memory => K.IYL,
        _ => kind,
    };

    /// <summary>Computes what a form reads and writes from its operands and the row's effects.</summary>
    private static InstructionForm Finish(string effects, InstructionForm form)
    {
        Regs uses = 0, defs = 0;
        var outside = Effects.None;
        var flow = Flow.Next;
        var operand = 0;
        foreach (var word in effects.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (word[0])
            {
                case 'w' or 'r' or 'm' or '-' when word.Length == 1:
                    var kind = operand switch { 0 => form.First, 1 => form.Second, _ => form.Third };
                    operand++;
                    Touch(form.Mnemonic, kind, word[0], ref uses, ref defs, ref outside);
                    break;
                case '?':
                    uses |= FlagSet(word);
                    break;
                case '!':
                    defs |= FlagSet(word);
                    break;
                case '<':
                    uses |= Enum.Parse<Regs>(word[1..]);
                    break;
                case '>':
                    defs |= Enum.Parse<Regs>(word[1..]);
                    break;
                default:
                    if (Enum.TryParse<Effects>(word, ignoreCase: true, out var effect))
                        outside |= effect;
                    else
                        flow = Enum.Parse<Flow>(word, ignoreCase: true);
                    break;
            }
        }
        return Sharpen(form with { Uses = uses, Defs = defs, Effects = outside, Flow = flow });
    }

    private static void Touch(
        Mnemonic mnemonic, K kind, char role, ref Regs uses, ref Regs defs, ref Effects outside)
    {
        var registers = RegsOf(kind);
        var isPort = mnemonic is Mnemonic.In or Mnemonic.Out;
        if (kind is >= K.IndBC and <= K.IndC or K.Mem)
        {
            uses |= registers;
            if (isPort || mnemonic == Mnemonic.Jp)
                return;
            outside |= role switch
            {
                'r' => Effects.Load,
                'w' => Effects.Store,
                _ => Effects.Load | Effects.Store,
            };
            return;
        }
        if (role is 'r' or 'm')
            uses |= registers;
        if (role is 'w' or 'm')
            defs |= registers;
    }

    // A register combined with itself: the result does not depend on it, or does not change it.
    private static InstructionForm Sharpen(InstructionForm form) => (form.Mnemonic, form.First, form.Second) switch
    {
        (Mnemonic.Xor or Mnemonic.Sub or Mnemonic.Cp, K.A, _) => form with { Uses = form.Uses & ~Regs.A },
        (Mnemonic.Sbc, K.A, K.A) => form with { Uses = form.Uses & ~Regs.A },
        (Mnemonic.Sbc, K.HL, K.HL) => form with { Uses = form.Uses & ~Regs.HL },
        (Mnemonic.And or Mnemonic.Or, K.A, _) => form with { Defs = form.Defs & ~Regs.A },
        _ => form,
    };

    private static Regs FlagSet(string letters)
    {
        Regs set = 0;
        foreach (var letter in letters.AsSpan(1))
        {
            set |= letter switch
            {
                'S' => Regs.FlagS,
                'Z' => Regs.FlagZ,
                'H' => Regs.FlagH,
                'V' => Regs.FlagPV,
                'N' => Regs.FlagN,
                'C' => Regs.FlagC,
                _ => throw new InvalidOperationException($"no flag '{letter}'"),
            };
        }
        return set;
    }

    /// <summary>The registers an operand consists of or is addressed by; the flag a condition tests.</summary>
    public static Regs RegsOf(K kind) => kind switch
    {
        K.None or K.Imm or K.Mem => Regs.None,
        K.B => Regs.B,
        K.C => Regs.C,
        K.D => Regs.D,
        K.E => Regs.E,
        K.H => Regs.H,
        K.L => Regs.L,
        K.A => Regs.A,
        K.F => Regs.Flags,
        K.IXH => Regs.IXH,
        K.IXL => Regs.IXL,
        K.IYH => Regs.IYH,
        K.IYL => Regs.IYL,
        K.I => Regs.I,
        K.R => Regs.R,
        K.BC or K.IndBC or K.IndC => Regs.BC,
        K.DE or K.IndDE => Regs.DE,
        K.HL or K.IndHL => Regs.HL,
        K.SP or K.IndSP => Regs.SP,
        K.AF => Regs.AF,
        K.IX or K.IndIX => Regs.IX,
        K.IY or K.IndIY => Regs.IY,
        K.AFAlt => Regs.AFAlt,
        K.CondNZ or K.CondZ => Regs.FlagZ,
        K.CondNC or K.CondC => Regs.FlagC,
        K.CondPO or K.CondPE => Regs.FlagPV,
        K.CondP or K.CondM => Regs.FlagS,
    };
}
