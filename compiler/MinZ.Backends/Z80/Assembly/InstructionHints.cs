namespace MinZ.Backends.Z80.Assembly;

/// <summary>Says what to write instead of an instruction that the Z80 does not have.</summary>
internal static class InstructionHints
{
    private const int MaxForms = 4;

    public static string? For(Instruction instruction)
    {
        var (first, second) = (instruction.First, instruction.Second);
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Ld when IsWordPair(first) && IsWordPair(second):
                return CopyPair(first.Kind, second.Kind);
            case Mnemonic.Ld when first.IsByteRegister && second.Kind == OperandKind.Mem:
                return $"go through A: ld a,{second} : ld {first},a";
            case Mnemonic.Ld when first.Kind == OperandKind.Mem && second.IsByteRegister:
                return $"go through A: ld a,{second} : ld {first},a";
            case Mnemonic.Ld when first.IsMemory && second.IsMemory:
                return "no instruction copies memory to memory; go through a register";
            case Mnemonic.Sub when first.IsPair && second.IsPair:
                return $"write or a : sbc {first},{second}";
            case Mnemonic.Jp or Mnemonic.Jr or Mnemonic.Call or Mnemonic.Jump
                when first.Kind == OperandKind.Mem || second.Kind == OperandKind.Mem:
                return "write the target without parentheses";
            case Mnemonic.Jp or Mnemonic.Jr or Mnemonic.Call when first.IsCondition && second.Kind == OperandKind.None:
                return $"the target is missing: {instruction.Mnemonic.ToString().ToLowerInvariant()} {first},label";
            case Mnemonic.Push or Mnemonic.Pop when first.IsByteRegister:
                return "only pairs are pushed and popped, such as "
                    + $"{instruction.Mnemonic.ToString().ToLowerInvariant()} {PairOf(first.Kind)}";
            case Mnemonic.Add or Mnemonic.Adc or Mnemonic.Sbc when first.IsByteRegister && first.Kind != OperandKind.A
                && second.Kind == OperandKind.A:
                return $"the sum is in A: {instruction.Mnemonic.ToString().ToLowerInvariant()} a,{first}";
            case Mnemonic.Jr when first.IsCondition:
                return "jr has only nz, z, nc and c; use jp";
            default:
                return Nearby(instruction);
        }
    }

    // Forms of the same mnemonic that differ in one operand at most.
    private static string? Nearby(Instruction instruction)
    {
        var forms = InstructionTable.Forms
            .Where(f => !f.DecodeOnly && f.Mnemonic == instruction.Mnemonic && Difference(f, instruction) <= 1)
            .Select(f => f.ToString()).Distinct().ToList();
        if (forms.Count == 0)
        {
            forms = [.. InstructionTable.Forms
                .Where(f => !f.DecodeOnly && f.Mnemonic == instruction.Mnemonic).Select(f => f.ToString())];
        }
        if (forms.Count == 0)
            return null;
        var more = forms.Count > MaxForms ? ", ..." : "";
        return $"there is {string.Join("; ", forms.Take(MaxForms))}{more}";
    }

    private static int Difference(InstructionForm form, Instruction instruction) =>
        (form.First == instruction.First.Kind ? 0 : 1)
        + (form.Second == instruction.Second.Kind ? 0 : 1)
        + (form.Third == instruction.Third.Kind ? 0 : 1);

    private static string PairOf(OperandKind register) => register switch
    {
        OperandKind.B or OperandKind.C => "bc",
        OperandKind.D or OperandKind.E => "de",
        OperandKind.H or OperandKind.L => "hl",
        _ => "af",
    };

    private static bool IsWordPair(Operand operand) =>
        operand.Kind is OperandKind.BC or OperandKind.DE or OperandKind.HL or OperandKind.IX or OperandKind.IY;

    private static string CopyPair(OperandKind to, OperandKind from)
    {
        var isIndexed = to >= OperandKind.IX || from >= OperandKind.IX;
        // IX and IY halves do not combine with H and L, nor with each other.
        if (isIndexed && (to is OperandKind.HL or >= OperandKind.IX) && (from is OperandKind.HL or >= OperandKind.IX))
            return $"write push {OperandNames.Of(from)} : pop {OperandNames.Of(to)}";
        var (toHigh, toLow) = Halves(to);
        var (fromHigh, fromLow) = Halves(from);
        return $"write ld {toHigh},{fromHigh} : ld {toLow},{fromLow}";
    }

    private static (string High, string Low) Halves(OperandKind pair)
    {
        var name = OperandNames.Of(pair);
        return pair >= OperandKind.IX ? (name + "h", name + "l") : (name[..1], name[1..]);
    }
}
