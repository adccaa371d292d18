namespace MinZ.Z80;

public sealed partial class Cpu<TBus>
{
    /// <summary>The ED page; unassigned opcodes are NOPs of 8 T.</summary>
    private void ExecuteExtended()
    {
        byte op = Fetch();
        switch (op)
        {
            case >= 0x40 and < 0x80: ExecuteExtendedQuarter(op); break;
            case 0xA0 or 0xB0: CopyBlock(op, 1); break;
            case 0xA8 or 0xB8: CopyBlock(op, -1); break;
            case 0xA1 or 0xB1: CompareBlock(op, 1); break;
            case 0xA9 or 0xB9: CompareBlock(op, -1); break;
            case 0xA2 or 0xB2: InputBlock(op, 1); break;
            case 0xAA or 0xBA: InputBlock(op, -1); break;
            case 0xA3 or 0xB3: OutputBlock(op, 1); break;
            case 0xAB or 0xBB: OutputBlock(op, -1); break;
        }
    }

    private void ExecuteExtendedQuarter(byte op)
    {
        switch (op & 0x0F)
        {
            case 0x0 or 0x8: InRegister(op); break;
            case 0x1 or 0x9: OutRegister(op); break;
            case 0x2: SubCarry16(Pair(op)); break;
            case 0xA: AddCarry16(Pair(op)); break;
            case 0x3: Store16(Pair(op)); break;
            case 0xB: Pair(op) = Load16(); break;
            case 0x4 or 0xC: Negate(); break;
            case 0x5 or 0xD: ReturnFromInterrupt(); break;
            case 0x6 or 0xE: InterruptMode = (byte)((op & 0x10) == 0 ? 0 : (op & 0x08) != 0 ? 2 : 1); break;
            default: ExecuteAccumulatorExtras(op); break;
        }
    }

    private void ExecuteAccumulatorExtras(byte op)
    {
        switch (op)
        {
            case 0x47: Idle(Regs.IR, 1); Regs.I = Regs.A; break;
            case 0x4F: Idle(Regs.IR, 1); Regs.R = Regs.A; break;
            case 0x57: Idle(Regs.IR, 1); LoadInterruptRegister(Regs.I); break;
            case 0x5F: Idle(Regs.IR, 1); LoadInterruptRegister(Regs.R); break;
            case 0x67 or 0x6F: RotateDigit(left: op == 0x6F); break;
        }
    }

    private ref ushort Pair(byte op)
    {
        switch (op & 0x30)
        {
            case 0x00: return ref Regs.BC;
            case 0x10: return ref Regs.DE;
            case 0x20: return ref Regs.HL;
            default: return ref Regs.SP;
        }
    }

    private void InRegister(byte op)
    {
        Regs.WZ = (ushort)(Regs.BC + 1);
        byte value = Bus.In(Regs.BC, ref T);
        SetFlags(Carry | Flags.SignParity[value]);
        if (op != 0x70)
        {
            Regs.Byte(op >> 3 & 7) = value;
        }
    }

    private void OutRegister(byte op)
    {
        Regs.WZ = (ushort)(Regs.BC + 1);
        Bus.Out(Regs.BC, op == 0x71 ? (byte)0 : Regs.Byte(op >> 3 & 7), ref T);
    }

    private void Negate()
    {
        byte value = Regs.A;
        Regs.A = 0;
        Sub(value, 0);
    }

    private void ReturnFromInterrupt()
    {
        Iff1 = Iff2;
        ReturnIf(true);
    }

    private void LoadInterruptRegister(byte value)
    {
        Regs.A = value;
        SetFlags(Carry | Flags.Sign[value] | (Iff2 ? Flags.P : 0));
        _last |= AfterLoadIr;
    }

    private void RotateDigit(bool left)
    {
        byte memory = Read(Regs.HL);
        Idle(Regs.HL, 4);
        int a = Regs.A;
        Write(Regs.HL, (byte)(left ? memory << 4 | a & 0x0F : a << 4 | memory >> 4));
        Regs.A = (byte)(a & 0xF0 | (left ? memory >> 4 : memory & 0x0F));
        Regs.WZ = (ushort)(Regs.HL + 1);
        SetFlags(Carry | Flags.SignParity[Regs.A]);
    }
}
