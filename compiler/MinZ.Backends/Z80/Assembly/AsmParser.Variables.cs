using K = MinZ.Backends.Z80.Assembly.OperandKind;

namespace MinZ.Backends.Z80.Assembly;

/// <content>Variables as operands of instructions that address memory by registers alone.</content>
public sealed partial class AsmParser
{
    /// <summary>True when an operand of the instruction that is read names a variable in memory.</summary>
    private bool _hasVariable;

    /// <summary>
    /// An instruction such as <c>ld b,(x)</c>, <c>add a,(x)</c> or <c>add hl,x</c>, which the Z80 does not have, done
    /// by some that it has. Nothing but what the instruction is for changes, flags included.
    /// </summary>
    /// <returns>Null when it is wrong for other reasons.</returns>
    private static Instruction[]? ThroughRegister(Instruction instruction)
    {
        var (first, second) = (instruction.First, instruction.Second);
        switch (instruction.Mnemonic)
        {
            case Mnemonic.Ld when (first.Kind, second.Kind) is (K.H or K.L, K.Mem) or (K.Mem, K.H or K.L):
                return [Asm.Push(Asm.AF), Asm.Ld(Asm.A, second), Asm.Ld(first, Asm.A), Asm.Pop(Asm.AF)];
            case Mnemonic.Add or Mnemonic.Adc or Mnemonic.Sbc when first.IsPair && second.Kind == K.Mem:
                return Around(Asm.DE, second, instruction with { Second = Asm.DE });
            case Mnemonic.Ld when first.Kind == K.Mem && second.IsByteRegister:
                return Around(Asm.HL, first, instruction with { First = Asm.IndHL });
            case Mnemonic.Ld or Mnemonic.Add or Mnemonic.Adc or Mnemonic.Sbc when second.Kind == K.Mem:
                return Around(Asm.HL, second, instruction with { Second = Asm.IndHL });
            case Mnemonic.Sub or Mnemonic.And or Mnemonic.Or or Mnemonic.Xor or Mnemonic.Cp when first.Kind == K.Mem:
                return Around(Asm.HL, first, instruction with { First = Asm.IndHL });
            default:
                return null;
        }
    }

    /// <summary>Lends a pair to an instruction: DE for the value of the variable, HL for its address.</summary>
    private static Instruction[]? Around(Operand pair, Operand variable, Instruction instruction)
    {
        var value = pair.Kind == K.DE ? variable : variable with { Kind = K.Imm };
        return instruction.Form is null ? null : [Asm.Push(pair), Asm.Ld(pair, value), instruction, Asm.Pop(pair)];
    }
}
