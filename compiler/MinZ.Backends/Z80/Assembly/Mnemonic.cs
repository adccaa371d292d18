namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// The operations of the Z80, documented and undocumented, and the assembler's own <see cref="Jump"/>.
/// </summary>
public enum Mnemonic : byte
{
#pragma warning disable CS1591 // the names are Zilog's
    Adc, Add, And, Bit, Call, Ccf, Cp, Cpd, Cpdr, Cpi, Cpir, Cpl, Daa, Dec, Di, Djnz, Ei, Ex, Exx, Halt, Im, In, Inc,
    Ind, Indr, Ini, Inir, Jp, Jr, Ld, Ldd, Lddr, Ldi, Ldir, Neg, Nop, Or, Otdr, Otir, Out, Outd, Outi, Pop, Push,
    Res, Ret, Reti, Retn, Rl, Rla, Rlc, Rlca, Rld, Rr, Rra, Rrc, Rrca, Rrd, Rst, Sbc, Scf, Set, Sla, Sll, Sra, Srl,
    Sub, Xor,
#pragma warning restore CS1591

    /// <summary>
    /// A jump of either length: the assembler makes it JR where the target is in reach and the condition allows,
    /// else JP. Cost queries answer for JP.
    /// </summary>
    Jump,
}
