namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// One instruction with up to three operands in source order. Any combination can be expressed; those the Z80 has
/// are the rows of <see cref="InstructionTable"/>, and <see cref="Form"/> is null for the others.
/// </summary>
public sealed record Instruction(
    Mnemonic Mnemonic, Operand First = default, Operand Second = default, Operand Third = default) : Item
{
    /// <summary>The table row of this instruction, or null when the Z80 has no such instruction.</summary>
    public InstructionForm? Form => InstructionTable.Find(this);

    /// <summary>The number of operands.</summary>
    public int OperandCount => First.IsNone ? 0 : Second.IsNone ? 1 : Third.IsNone ? 2 : 3;

    /// <summary>The operand at an index of 0..2.</summary>
    public Operand this[int index] => index switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>True when both do the same; position and comment do not count.</summary>
    public bool SameAs(Instruction other) => Mnemonic == other.Mnemonic
        && First == other.First && Second == other.Second && Third == other.Third;

    /// <summary>The place a jump, call or restart goes to, or null for other instructions and JP (HL).</summary>
    public Expr? Target
    {
        get
        {
            if (Mnemonic is not (Mnemonic.Jp or Mnemonic.Jr or Mnemonic.Jump or Mnemonic.Djnz or Mnemonic.Call
                or Mnemonic.Rst))
                return null;
            var operand = Second.IsNone ? First : Second;
            return operand.Kind == OperandKind.Imm ? operand.Value : null;
        }
    }
}
