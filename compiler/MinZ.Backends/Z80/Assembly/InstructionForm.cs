namespace MinZ.Backends.Z80.Assembly;

/// <summary>How the number among the operands of an instruction is encoded.</summary>
public enum NumberField : byte
{
    /// <summary>There is no number.</summary>
    None,

    /// <summary>A byte after the opcode, -128..255.</summary>
    Byte,

    /// <summary>A word after the opcode, low byte first, -32768..65535.</summary>
    Word,

    /// <summary>A signed byte after the opcode, counted from the following instruction: -128..127.</summary>
    Relative,

    /// <summary>Bit number 0..7 in bits 3-5 of the opcode.</summary>
    Bit,

    /// <summary>Restart address 0, 8 .. 56 in bits 3-5 of the opcode.</summary>
    Restart,

    /// <summary>Interrupt mode 0..2 in bits 3-4 of the opcode, as 0, 2, 3.</summary>
    Mode,

    /// <summary>Not encoded: only 0 is possible (OUT (C),0).</summary>
    Zero,
}

/// <summary>
/// One row of <see cref="InstructionTable"/>: a mnemonic with its kinds of operands, how it is encoded, what it
/// costs and what it touches.
/// </summary>
public sealed record InstructionForm
{
    /// <summary>The operation.</summary>
    public required Mnemonic Mnemonic { get; init; }

    /// <summary>First operand, or None.</summary>
    public OperandKind First { get; init; }

    /// <summary>Second operand, or None.</summary>
    public OperandKind Second { get; init; }

    /// <summary>Third operand (the copy of an undocumented DDCB instruction), or None.</summary>
    public OperandKind Third { get; init; }

    /// <summary>0xDD or 0xFD for instructions of the index registers, else 0.</summary>
    public byte IndexPrefix { get; init; }

    /// <summary>0xCB or 0xED for the extended instructions, else 0.</summary>
    public byte Page { get; init; }

    /// <summary>The opcode, with the bits of an encoded <see cref="NumberField.Bit"/> and the like zero.</summary>
    public required byte Opcode { get; init; }

    /// <summary>How the number is encoded.</summary>
    public NumberField Number { get; init; }

    /// <summary>True when a displacement follows: (IX+d), (IY+d).</summary>
    public bool HasDisplacement { get; init; }

    /// <summary>
    /// True for encodings that the assembler never makes because another row has the same text: they are only read.
    /// </summary>
    public bool DecodeOnly { get; init; }

    /// <summary>T-states, when a conditional instruction does what it is there for; else of every execution.</summary>
    public int TStates { get; init; }

    /// <summary>T-states when the condition does not hold or the block repeat ends; equal otherwise.</summary>
    public int TStatesNotTaken { get; init; }

    /// <summary>Registers and flags whose values matter.</summary>
    public Regs Uses { get; init; }

    /// <summary>
    /// Registers and flags that may change. Of a call: what CALL itself changes, not the routine.
    /// </summary>
    public Regs Defs { get; init; }

    /// <summary>What happens outside the registers.</summary>
    public Effects Effects { get; init; }

    /// <summary>Where execution continues.</summary>
    public Flow Flow { get; init; }

    /// <summary>Bytes: 1 to 4.</summary>
    public int Size => 1 + (IndexPrefix != 0 ? 1 : 0) + (Page != 0 ? 1 : 0) + (HasDisplacement ? 1 : 0)
        + Number switch
        {
            NumberField.Byte or NumberField.Relative => 1,
            NumberField.Word => 2,
            NumberField.None or NumberField.Bit or NumberField.Restart or NumberField.Mode or NumberField.Zero => 0,
        };

    /// <summary>Index of the operand that holds the number; -1 when there is none.</summary>
    public int NumberOperand => Number == NumberField.None ? -1
        : First is OperandKind.Imm or OperandKind.Mem ? 0 : 1;

    /// <summary>Index of the operand that holds the displacement; -1 when there is none.</summary>
    public int DisplacementOperand => !HasDisplacement ? -1
        : First is OperandKind.IndIX or OperandKind.IndIY ? 0 : 1;

    /// <summary>The form in text, such as <c>ld a,(ix+d)</c>.</summary>
    public override string ToString()
    {
        var text = Mnemonic.ToString().ToLowerInvariant();
        if (First != OperandKind.None)
            text += " " + OperandNames.Of(First);
        if (Second != OperandKind.None)
            text += "," + OperandNames.Of(Second);
        return Third == OperandKind.None ? text : text + "," + OperandNames.Of(Third);
    }
}
