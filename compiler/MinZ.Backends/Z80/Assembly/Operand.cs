using System.Globalization;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>What an operand is: one value for each register, addressing mode and condition.</summary>
public enum OperandKind : byte
{
#pragma warning disable CS1591 // registers and conditions carry Zilog's names
    None,
    B, C, D, E, H, L, A, F, IXH, IXL, IYH, IYL, I, R,
    BC, DE, HL, SP, AF, IX, IY,
#pragma warning restore CS1591

    /// <summary>The shadow pair AF'.</summary>
    AFAlt,

    /// <summary>Memory at BC.</summary>
    IndBC,

    /// <summary>Memory at DE.</summary>
    IndDE,

    /// <summary>Memory at HL.</summary>
    IndHL,

    /// <summary>The word on top of the stack.</summary>
    IndSP,

    /// <summary>Memory at IX plus a displacement of -128..127.</summary>
    IndIX,

    /// <summary>Memory at IY plus a displacement of -128..127.</summary>
    IndIY,

    /// <summary>The port addressed by BC, written (C).</summary>
    IndC,

    /// <summary>A number: immediate value, jump target, bit number, restart address, interrupt mode.</summary>
    Imm,

    /// <summary>A number in parentheses: memory at a fixed address, or a port of IN A,(n) and OUT (n),A.</summary>
    Mem,

#pragma warning disable CS1591
    CondNZ, CondZ, CondNC, CondC, CondPO, CondPE, CondP, CondM,
#pragma warning restore CS1591
}

/// <summary>A branch condition, in the order of its 3-bit code; conditions of opposite sense differ in bit 0.</summary>
public enum Cond : byte
{
#pragma warning disable CS1591
    NZ, Z, NC, C, PO, PE, P, M,
#pragma warning restore CS1591
}

/// <summary>Operations on <see cref="Cond"/>.</summary>
public static class Conditions
{
    /// <summary>The condition that holds exactly when this one does not.</summary>
    public static Cond Inverse(this Cond condition) => condition ^ (Cond)1;
}

/// <summary>
/// One operand. <see cref="Number"/> is its constant (value, address, bit number or displacement) unless
/// <see cref="Expression"/> is there, which then is evaluated when the program is assembled.
/// </summary>
public readonly record struct Operand(OperandKind Kind, int Number = 0, Expr? Expression = null)
{
    /// <summary>An immediate number.</summary>
    public static implicit operator Operand(int value) => new(OperandKind.Imm, value);

    /// <summary>The address of a label, as an immediate number.</summary>
    public static implicit operator Operand(string label) => new(OperandKind.Imm, 0, Expr.Of(label));

    /// <summary>An immediate expression.</summary>
    public static implicit operator Operand(Expr value) => Of(OperandKind.Imm, value);

    /// <summary>The operand for a branch condition.</summary>
    public static implicit operator Operand(Cond condition) => new(OperandKind.CondNZ + (byte)condition);

    /// <summary>An operand of a numeric kind; constant expressions become <see cref="Number"/>.</summary>
    public static Operand Of(OperandKind kind, Expr value) =>
        value is Expr.Constant constant ? new(kind, constant.Value) : new(kind, 0, value);

    /// <summary>True when there is no operand.</summary>
    public bool IsNone => Kind == OperandKind.None;

    /// <summary>True for A, B, C, D, E, H and L.</summary>
    public bool IsByteRegister => Kind is >= OperandKind.B and <= OperandKind.A;

    /// <summary>True for the halves of IX and IY.</summary>
    public bool IsIndexHalf => Kind is >= OperandKind.IXH and <= OperandKind.IYL;

    /// <summary>True for BC, DE, HL, SP, AF, IX and IY.</summary>
    public bool IsPair => Kind is >= OperandKind.BC and <= OperandKind.IY;

    /// <summary>True for operands that stand for a place in memory (not a port).</summary>
    public bool IsMemory => Kind is (>= OperandKind.IndBC and <= OperandKind.IndIY) or OperandKind.Mem;

    /// <summary>True for the conditions.</summary>
    public bool IsCondition => Kind >= OperandKind.CondNZ;

    /// <summary>The registers an operand consists of or is addressed by; the flag a condition tests.</summary>
    public Regs Registers => InstructionTableBuilder.RegsOf(Kind);

    /// <summary>The condition this operand is; only for <see cref="IsCondition"/>.</summary>
    public Cond Condition => (Cond)(Kind - OperandKind.CondNZ);

    /// <summary>True for an immediate whose value is known now.</summary>
    public bool IsConstant => Kind == OperandKind.Imm && Expression is null;

    /// <summary>The number as an expression, whichever way it is held.</summary>
    public Expr Value => Expression ?? Expr.Of(Number);

    /// <summary>The name of the label that an immediate is exactly, or null.</summary>
    public string? LabelName => Kind == OperandKind.Imm && Expression is Expr.Symbol symbol ? symbol.Name : null;

    /// <summary>The operand in assembly text.</summary>
    public override string ToString() => Kind switch
    {
        OperandKind.Imm => Value.ToString(),
        OperandKind.Mem => $"({Value})",
        OperandKind.IndIX => Indexed("ix"),
        OperandKind.IndIY => Indexed("iy"),
        _ => OperandNames.Of(Kind),
    };

    private string Indexed(string register) => (Expression, Number) switch
    {
        (not null, _) => $"({register}+{Expression})",
        (null, < 0) => string.Create(CultureInfo.InvariantCulture, $"({register}{Number})"),
        _ => string.Create(CultureInfo.InvariantCulture, $"({register}+{Number})"),
    };
}

/// <summary>Spelling of the operands that are a fixed word; the parser and the printer share it.</summary>
internal static class OperandNames
{
    private static readonly string[] Names =
    [
        "", "b", "c", "d", "e", "h", "l", "a", "f", "ixh", "ixl", "iyh", "iyl", "i", "r",
        "bc", "de", "hl", "sp", "af", "ix", "iy", "af'",
        "(bc)", "(de)", "(hl)", "(sp)", "(ix+d)", "(iy+d)", "(c)", "n", "(n)",
        "nz", "z", "nc", "c", "po", "pe", "p", "m",
    ];

    public static string Of(OperandKind kind) => Names[(int)kind];

    /// <summary>The first kind of that spelling: "c" is the register.</summary>
    public static OperandKind Find(string name) => (OperandKind)Array.IndexOf(Names, name);
}
