using System.Runtime.CompilerServices;

namespace MinZ.Z80;

public sealed partial class Cpu<TBus>
{
    /// <summary>
    /// An instruction without prefix; one arm per opcode, or per column of the encoding where its bits say it all.
    /// </summary>
    private void Execute(byte op, byte q)
    {
        switch (op)
        {
            case 0x00: break;
            case 0x01: Regs.BC = Operand16(); break;
            case 0x02: StoreAccumulator(Regs.BC); break;
            case 0x03: Idle(Regs.IR, 2); Regs.BC++; break;
            case 0x04: Regs.B = Inc(Regs.B); break;
            case 0x05: Regs.B = Dec(Regs.B); break;
            case 0x06: Regs.B = Operand(); break;
            case 0x07: RotateAccumulator(0); break;
            case 0x08: (Regs.AF, Regs.ShadowAF) = (Regs.ShadowAF, Regs.AF); break;
            case 0x09: Add16(ref Regs.HL, Regs.BC); break;
            case 0x0A: LoadAccumulator(Regs.BC); break;
            case 0x0B: Idle(Regs.IR, 2); Regs.BC--; break;
            case 0x0C: Regs.C = Inc(Regs.C); break;
            case 0x0D: Regs.C = Dec(Regs.C); break;
            case 0x0E: Regs.C = Operand(); break;
            case 0x0F: RotateAccumulator(1); break;
            case 0x10: Idle(Regs.IR, 1); JumpRelative(--Regs.B != 0); break;
            case 0x11: Regs.DE = Operand16(); break;
            case 0x12: StoreAccumulator(Regs.DE); break;
            case 0x13: Idle(Regs.IR, 2); Regs.DE++; break;
            case 0x14: Regs.D = Inc(Regs.D); break;
            case 0x15: Regs.D = Dec(Regs.D); break;
            case 0x16: Regs.D = Operand(); break;
            case 0x17: RotateAccumulator(2); break;
            case 0x18: JumpRelative(true); break;
            case 0x19: Add16(ref Regs.HL, Regs.DE); break;
            case 0x1A: LoadAccumulator(Regs.DE); break;
            case 0x1B: Idle(Regs.IR, 2); Regs.DE--; break;
            case 0x1C: Regs.E = Inc(Regs.E); break;
            case 0x1D: Regs.E = Dec(Regs.E); break;
            case 0x1E: Regs.E = Operand(); break;
            case 0x1F: RotateAccumulator(3); break;
            case 0x20: JumpRelative((Regs.F & Flags.Z) == 0); break;
            case 0x21: Regs.HL = Operand16(); break;
            case 0x22: Store16(Regs.HL); break;
            case 0x23: Idle(Regs.IR, 2); Regs.HL++; break;
            case 0x24: Regs.H = Inc(Regs.H); break;
            case 0x25: Regs.H = Dec(Regs.H); break;
            case 0x26: Regs.H = Operand(); break;
            case 0x27: DecimalAdjust(); break;
            case 0x28: JumpRelative((Regs.F & Flags.Z) != 0); break;
            case 0x29: Add16(ref Regs.HL, Regs.HL); break;
            case 0x2A: Regs.HL = Load16(); break;
            case 0x2B: Idle(Regs.IR, 2); Regs.HL--; break;
            case 0x2C: Regs.L = Inc(Regs.L); break;
            case 0x2D: Regs.L = Dec(Regs.L); break;
            case 0x2E: Regs.L = Operand(); break;
            case 0x2F: Complement(); break;
            case 0x30: JumpRelative((Regs.F & Flags.C) == 0); break;
            case 0x31: Regs.SP = Operand16(); break;
            case 0x32: StoreAccumulator(Operand16()); break;
            case 0x33: Idle(Regs.IR, 2); Regs.SP++; break;
            case 0x34: IncMemory(Regs.HL); break;
            case 0x35: DecMemory(Regs.HL); break;
            case 0x36: Write(Regs.HL, Operand()); break;
            case 0x37: SetCarry(Flags.C, q); break;
            case 0x38: JumpRelative((Regs.F & Flags.C) != 0); break;
            case 0x39: Add16(ref Regs.HL, Regs.SP); break;
            case 0x3A: LoadAccumulator(Operand16()); break;
            case 0x3B: Idle(Regs.IR, 2); Regs.SP--; break;
            case 0x3C: Regs.A = Inc(Regs.A); break;
            case 0x3D: Regs.A = Dec(Regs.A); break;
            case 0x3E: Regs.A = Operand(); break;
            case 0x3F: SetCarry(Carry != 0 ? Flags.H : Flags.C, q); break;
            case 0x40 or 0x41 or 0x42 or 0x43 or 0x44 or 0x45 or 0x47:
                Regs.B = Regs.Byte(op & 7);
                break;
            case 0x46: Regs.B = Read(Regs.HL); break;
            case 0x48 or 0x49 or 0x4A or 0x4B or 0x4C or 0x4D or 0x4F:
                Regs.C = Regs.Byte(op & 7);
                break;
            case 0x4E: Regs.C = Read(Regs.HL); break;
            case 0x50 or 0x51 or 0x52 or 0x53 or 0x54 or 0x55 or 0x57:
                Regs.D = Regs.Byte(op & 7);
                break;
            case 0x56: Regs.D = Read(Regs.HL); break;
            case 0x58 or 0x59 or 0x5A or 0x5B or 0x5C or 0x5D or 0x5F:
                Regs.E = Regs.Byte(op & 7);
                break;
            case 0x5E: Regs.E = Read(Regs.HL); break;
            case 0x60 or 0x61 or 0x62 or 0x63 or 0x64 or 0x65 or 0x67:
                Regs.H = Regs.Byte(op & 7);
                break;
            case 0x66: Regs.H = Read(Regs.HL); break;
            case 0x68 or 0x69 or 0x6A or 0x6B or 0x6C or 0x6D or 0x6F:
                Regs.L = Regs.Byte(op & 7);
                break;
            case 0x6E: Regs.L = Read(Regs.HL); break;
            case 0x70 or 0x71 or 0x72 or 0x73 or 0x74 or 0x75 or 0x77:
                Write(Regs.HL, Regs.Byte(op & 7));
                break;
            case 0x76: Halt(); break;
            case 0x78 or 0x79 or 0x7A or 0x7B or 0x7C or 0x7D or 0x7F:
                Regs.A = Regs.Byte(op & 7);
                break;
            case 0x7E: Regs.A = Read(Regs.HL); break;
            case 0x80 or 0x81 or 0x82 or 0x83 or 0x84 or 0x85 or 0x87:
                Add(Regs.Byte(op & 7), 0);
                break;
            case 0x86: Add(Read(Regs.HL), 0); break;
            case 0x88 or 0x89 or 0x8A or 0x8B or 0x8C or 0x8D or 0x8F:
                Add(Regs.Byte(op & 7), Carry);
                break;
            case 0x8E: Add(Read(Regs.HL), Carry); break;
            case 0x90 or 0x91 or 0x92 or 0x93 or 0x94 or 0x95 or 0x97:
                Sub(Regs.Byte(op & 7), 0);
                break;
            case 0x96: Sub(Read(Regs.HL), 0); break;
            case 0x98 or 0x99 or 0x9A or 0x9B or 0x9C or 0x9D or 0x9F:
                Sub(Regs.Byte(op & 7), Carry);
                break;
            case 0x9E: Sub(Read(Regs.HL), Carry); break;
            case 0xA0 or 0xA1 or 0xA2 or 0xA3 or 0xA4 or 0xA5 or 0xA7:
                And(Regs.Byte(op & 7));
                break;
            case 0xA6: And(Read(Regs.HL)); break;
            case 0xA8 or 0xA9 or 0xAA or 0xAB or 0xAC or 0xAD or 0xAF:
                Xor(Regs.Byte(op & 7));
                break;
            case 0xAE: Xor(Read(Regs.HL)); break;
            case 0xB0 or 0xB1 or 0xB2 or 0xB3 or 0xB4 or 0xB5 or 0xB7:
                Or(Regs.Byte(op & 7));
                break;
            case 0xB6: Or(Read(Regs.HL)); break;
            case 0xB8 or 0xB9 or 0xBA or 0xBB or 0xBC or 0xBD or 0xBF:
                Compare(Regs.Byte(op & 7));
                break;
            case 0xBE: Compare(Read(Regs.HL)); break;
            case 0xC0: Idle(Regs.IR, 1); ReturnIf((Regs.F & Flags.Z) == 0); break;
            case 0xC1: Regs.BC = Pop(); break;
            case 0xC2: JumpIf((Regs.F & Flags.Z) == 0); break;
            case 0xC3: JumpIf(true); break;
            case 0xC4: CallIf((Regs.F & Flags.Z) == 0); break;
            case 0xC5: Idle(Regs.IR, 1); Push(Regs.BC); break;
            case 0xC6: Add(Operand(), 0); break;
            case 0xC7 or 0xCF or 0xD7 or 0xDF or 0xE7 or 0xEF or 0xF7 or 0xFF:
                Restart(op & 0x38);
                break;
            case 0xC8: Idle(Regs.IR, 1); ReturnIf((Regs.F & Flags.Z) != 0); break;
            case 0xC9: ReturnIf(true); break;
            case 0xCA: JumpIf((Regs.F & Flags.Z) != 0); break;
            case 0xCB: ExecuteBits(); break;
            case 0xCC: CallIf((Regs.F & Flags.Z) != 0); break;
            case 0xCD: CallIf(true); break;
            case 0xCE: Add(Operand(), Carry); break;
            case 0xD0: Idle(Regs.IR, 1); ReturnIf((Regs.F & Flags.C) == 0); break;
            case 0xD1: Regs.DE = Pop(); break;
            case 0xD2: JumpIf((Regs.F & Flags.C) == 0); break;
            case 0xD3: OutImmediate(); break;
            case 0xD4: CallIf((Regs.F & Flags.C) == 0); break;
            case 0xD5: Idle(Regs.IR, 1); Push(Regs.DE); break;
            case 0xD6: Sub(Operand(), 0); break;
            case 0xD8: Idle(Regs.IR, 1); ReturnIf((Regs.F & Flags.C) != 0); break;
            case 0xD9: Regs.ExchangeAll(); break;
            case 0xDA: JumpIf((Regs.F & Flags.C) != 0); break;
            case 0xDB: InImmediate(); break;
            case 0xDC: CallIf((Regs.F & Flags.C) != 0); break;
            case 0xDD: ExecuteIndexed(0xDD, q); break;
            case 0xDE: Sub(Operand(), Carry); break;
            case 0xE0: Idle(Regs.IR, 1); ReturnIf((Regs.F & Flags.P) == 0); break;
            case 0xE1: Regs.HL = Pop(); break;
            case 0xE2: JumpIf((Regs.F & Flags.P) == 0); break;
            case 0xE3: ExchangeTop(ref Regs.HL); break;
            case 0xE4: CallIf((Regs.F & Flags.P) == 0); break;
            case 0xE5: Idle(Regs.IR, 1); Push(Regs.HL); break;
            case 0xE6: And(Operand()); break;
            case 0xE8: Idle(Regs.IR, 1); ReturnIf((Regs.F & Flags.P) != 0); break;
            case 0xE9: Regs.PC = Regs.HL; break;
            case 0xEA: JumpIf((Regs.F & Flags.P) != 0); break;
            case 0xEB: (Regs.DE, Regs.HL) = (Regs.HL, Regs.DE); break;
            case 0xEC: CallIf((Regs.F & Flags.P) != 0); break;
            case 0xED: ExecuteExtended(); break;
            case 0xEE: Xor(Operand()); break;
            case 0xF0: Idle(Regs.IR, 1); ReturnIf((Regs.F & Flags.S) == 0); break;
            case 0xF1: Regs.AF = Pop(); break;
            case 0xF2: JumpIf((Regs.F & Flags.S) == 0); break;
            case 0xF3: Iff1 = Iff2 = false; break;
            case 0xF4: CallIf((Regs.F & Flags.S) == 0); break;
            case 0xF5: Idle(Regs.IR, 1); Push(Regs.AF); break;
            case 0xF6: Or(Operand()); break;
            case 0xF8: Idle(Regs.IR, 1); ReturnIf((Regs.F & Flags.S) != 0); break;
            case 0xF9: Idle(Regs.IR, 2); Regs.SP = Regs.HL; break;
            case 0xFA: JumpIf((Regs.F & Flags.S) != 0); break;
            case 0xFB: Iff1 = Iff2 = true; _last = AfterEi; break;
            case 0xFC: CallIf((Regs.F & Flags.S) != 0); break;
            case 0xFD: ExecuteIndexed(0xFD, q); break;
            case 0xFE: Compare(Operand()); break;
        }
    }

    private void StoreAccumulator(ushort address)
    {
        Write(address, Regs.A);
        Regs.WZ = (ushort)(Regs.A << 8 | (byte)(address + 1));
    }

    private void LoadAccumulator(ushort address)
    {
        Regs.A = Read(address);
        Regs.WZ = (ushort)(address + 1);
    }

    private void Store16(ushort value)
    {
        ushort address = Operand16();
        Regs.WZ = (ushort)(address + 1);
        Write16(address, value);
    }

    private ushort Load16()
    {
        ushort address = Operand16();
        Regs.WZ = (ushort)(address + 1);
        return Read16(address);
    }

    private void IncMemory(ushort address)
    {
        byte value = Read(address);
        Idle(address, 1);
        Write(address, Inc(value));
    }

    private void DecMemory(ushort address)
    {
        byte value = Read(address);
        Idle(address, 1);
        Write(address, Dec(value));
    }

    private void Complement()
    {
        Regs.A = (byte)~Regs.A;
        SetFlags(Regs.F & (Flags.S | Flags.Z | Flags.P | Flags.C) | Flags.H | Flags.N | Regs.A & Flags.XY);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void JumpRelative(bool taken)
    {
        ushort at = Regs.PC;
        sbyte offset = (sbyte)Operand();
        if (taken)
        {
            Idle(at, 5);
            Regs.PC = Regs.WZ = (ushort)(Regs.PC + offset);
        }
    }

    private void JumpIf(bool taken)
    {
        Regs.WZ = Operand16();
        if (taken)
        {
            Regs.PC = Regs.WZ;
        }
    }

    private void CallIf(bool taken)
    {
        Regs.WZ = Operand16();
        if (taken)
        {
            Idle((ushort)(Regs.PC - 1), 1);
            Push(Regs.PC);
            Regs.PC = Regs.WZ;
        }
    }

    private void ReturnIf(bool taken)
    {
        if (taken)
        {
            Regs.PC = Regs.WZ = Pop();
        }
    }

    private void Restart(int address)
    {
        Idle(Regs.IR, 1);
        Push(Regs.PC);
        Regs.PC = Regs.WZ = (ushort)address;
    }

    private void InImmediate()
    {
        ushort port = (ushort)(Regs.A << 8 | Operand());
        Regs.WZ = (ushort)(port + 1);
        Regs.A = Bus.In(port, ref T);
    }

    private void OutImmediate()
    {
        ushort port = (ushort)(Regs.A << 8 | Operand());
        Regs.WZ = (ushort)(port & 0xFF00 | (byte)(port + 1));
        Bus.Out(port, Regs.A, ref T);
    }

    private void ExchangeTop(ref ushort pair)
    {
        ushort high = (ushort)(Regs.SP + 1);
        byte low = Read(Regs.SP);
        Regs.WZ = (ushort)(low | Read(high) << 8);
        Idle(high, 1);
        Write(high, (byte)(pair >> 8));
        Write(Regs.SP, (byte)pair);
        Idle(Regs.SP, 2);
        pair = Regs.WZ;
    }
}
