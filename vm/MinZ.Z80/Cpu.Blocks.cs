namespace MinZ.Z80;

public sealed partial class Cpu<TBus>
{
    private static bool Repeats(byte op) => (op & 0x10) != 0;

    /// <summary>LDI, LDD, LDIR, LDDR.</summary>
    private void CopyBlock(byte op, int step)
    {
        byte value = Read(Regs.HL);
        Write(Regs.DE, value);
        Idle(Regs.DE, 2);
        ushort written = Regs.DE;
        Regs.HL = (ushort)(Regs.HL + step);
        Regs.DE = (ushort)(written + step);
        Regs.BC--;
        int sum = Regs.A + value;
        SetFlags(Regs.F & (Flags.S | Flags.Z | Flags.C) | sum & Flags.X | sum << 4 & Flags.Y
            | (Regs.BC != 0 ? Flags.P : 0));
        if (Repeats(op) && Regs.BC != 0)
        {
            Idle(written, 5);
            Repeat();
        }
    }

    /// <summary>CPI, CPD, CPIR, CPDR.</summary>
    private void CompareBlock(byte op, int step)
    {
        ushort address = Regs.HL;
        byte value = Read(address);
        Idle(address, 5);
        Regs.HL = (ushort)(address + step);
        Regs.BC--;
        Regs.WZ = (ushort)(Regs.WZ + step);
        int difference = Regs.A - value;
        int half = (Regs.A ^ value ^ difference) & Flags.H;
        int sum = difference - (half >> 4);
        SetFlags(Carry | Flags.N | half | Flags.Sign[(byte)difference] & ~Flags.XY | sum & Flags.X | sum << 4 & Flags.Y
            | (Regs.BC != 0 ? Flags.P : 0));
        if (Repeats(op) && Regs.BC != 0 && (Regs.F & Flags.Z) == 0)
        {
            Idle(address, 5);
            Repeat();
        }
    }

    /// <summary>INI, IND, INIR, INDR.</summary>
    private void InputBlock(byte op, int step)
    {
        Idle(Regs.IR, 1);
        byte value = Bus.In(Regs.BC, ref T);
        Regs.WZ = (ushort)(Regs.BC + step);
        Regs.B--;
        ushort address = Regs.HL;
        Write(address, value);
        Regs.HL = (ushort)(address + step);
        SetPortFlags(value, value + (byte)(Regs.C + step));
        if (Repeats(op) && Regs.B != 0)
        {
            Idle(address, 5);
            RepeatPort(value);
        }
    }

    /// <summary>OUTI, OUTD, OTIR, OTDR.</summary>
    private void OutputBlock(byte op, int step)
    {
        Idle(Regs.IR, 1);
        byte value = Read(Regs.HL);
        Regs.B--;
        Regs.WZ = (ushort)(Regs.BC + step);
        Bus.Out(Regs.BC, value, ref T);
        Regs.HL = (ushort)(Regs.HL + step);
        SetPortFlags(value, value + Regs.L);
        if (Repeats(op) && Regs.B != 0)
        {
            Idle(Regs.BC, 5);
            RepeatPort(value);
        }
    }

    private void SetPortFlags(byte value, int sum)
    {
        SetFlags(Flags.Sign[Regs.B] | value >> 6 & Flags.N | (sum > 0xFF ? Flags.H | Flags.C : 0)
            | Flags.SignParity[(byte)(sum & 7 ^ Regs.B)] & Flags.P);
    }

    // A repeated instruction is fetched again; meanwhile X and Y show bits of its own address.
    private void Repeat()
    {
        Regs.PC -= 2;
        Regs.WZ = (ushort)(Regs.PC + 1);
        SetFlags(Regs.F & ~Flags.XY | Regs.PC >> 8 & Flags.XY);
    }

    // INIR and its like also count B down or up once more in the flags, as found by Patrik Rak and David Banks.
    private void RepeatPort(byte value)
    {
        Repeat();
        int b = Regs.B;
        int flags = Regs.F & ~Flags.H;
        if ((flags & Flags.C) != 0)
        {
            bool down = (value & 0x80) != 0;
            flags |= (b & 0x0F) == (down ? 0x00 : 0x0F) ? Flags.H : 0;
            b += down ? -1 : 1;
        }
        flags ^= ~Flags.SignParity[b & 7] & Flags.P;
        SetFlags(flags);
    }
}
