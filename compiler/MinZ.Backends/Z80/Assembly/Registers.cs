namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// A set of machine state: each 8-bit register and each flag by itself. The undocumented flag bits 3 and 5 and the
/// count-up of R at each fetch are not modelled.
/// </summary>
[Flags]
public enum Regs : uint
{
#pragma warning disable CS1591 // registers carry Zilog's names
    None = 0,
    B = 1 << 0, C = 1 << 1, D = 1 << 2, E = 1 << 3, H = 1 << 4, L = 1 << 5, A = 1 << 6,
    IXH = 1 << 7, IXL = 1 << 8, IYH = 1 << 9, IYL = 1 << 10,
    SP = 1 << 11, I = 1 << 12, R = 1 << 13,
    AFAlt = 1 << 14, BCAlt = 1 << 15, DEAlt = 1 << 16, HLAlt = 1 << 17,
#pragma warning restore CS1591

    /// <summary>The interrupt enable flip-flops and the interrupt mode.</summary>
    Interrupt = 1 << 18,

    /// <summary>Carry flag.</summary>
    FlagC = 1 << 19,

    /// <summary>Add/subtract flag.</summary>
    FlagN = 1 << 20,

    /// <summary>Parity/overflow flag.</summary>
    FlagPV = 1 << 21,

    /// <summary>Half-carry flag.</summary>
    FlagH = 1 << 22,

    /// <summary>Zero flag.</summary>
    FlagZ = 1 << 23,

    /// <summary>Sign flag.</summary>
    FlagS = 1 << 24,

#pragma warning disable CS1591
    BC = B | C, DE = D | E, HL = H | L, IX = IXH | IXL, IY = IYH | IYL,
    Flags = FlagC | FlagN | FlagPV | FlagH | FlagZ | FlagS,
    AF = A | Flags,
#pragma warning restore CS1591

    /// <summary>All that is modelled.</summary>
    All = (1 << 25) - 1,
}

/// <summary>What an instruction does outside the registers.</summary>
[Flags]
public enum Effects : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Reads memory (other than its own bytes).</summary>
    Load = 1,

    /// <summary>Writes memory.</summary>
    Store = 2,

    /// <summary>Reads or writes a port.</summary>
    Port = 4,

    /// <summary>Waits for an interrupt or changes how they are taken.</summary>
    Wait = 8,
}

/// <summary>Where execution goes after an instruction.</summary>
public enum Flow : byte
{
    /// <summary>The next instruction (also the block repeats, which only repeat themselves).</summary>
    Next,

    /// <summary>The target, always (JP, JR, JP (HL)).</summary>
    Jump,

    /// <summary>The target or the next instruction (JP cc, JR cc, DJNZ).</summary>
    Branch,

    /// <summary>A routine and then, as a rule, the next instruction (CALL, RST).</summary>
    Call,

    /// <summary>Perhaps a routine, then the next instruction (CALL cc).</summary>
    CallIf,

    /// <summary>Back to the caller (RET, RETI, RETN).</summary>
    Return,

    /// <summary>Back to the caller or the next instruction (RET cc).</summary>
    ReturnIf,
}
