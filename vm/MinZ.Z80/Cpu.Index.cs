using System.Runtime.CompilerServices;

namespace MinZ.Z80;

public sealed partial class Cpu<TBus>
{
    // More prefixes in a row than there are bytes of memory means that nothing else will ever come.
    private const int MaxPrefixes = 0x10000;

    /// <summary>
    /// What follows DD or FD: HL becomes IX or IY, H and L its halves, (HL) becomes (IX+d). Opcodes that name none of
    /// them run as if the prefix were a NOP; of several prefixes the last one counts.
    /// </summary>
    private void ExecuteIndexed(byte prefix, byte q)
    {
        for (int count = 0; count < MaxPrefixes; count++)
        {
            byte op = Fetch();
            if (op is not (0xDD or 0xFD))
            {
                ExecuteIndexed(op, q, ref prefix == 0xDD ? ref Regs.IX : ref Regs.IY);
                return;
            }
            prefix = op;
        }
        _last = AfterEi;
    }

    private void ExecuteIndexed(byte op, byte q, ref ushort index)
    {
        switch (op)
        {
            case 0x09: Add16(ref index, Regs.BC); break;
            case 0x19: Add16(ref index, Regs.DE); break;
            case 0x29: Add16(ref index, index); break;
            case 0x39: Add16(ref index, Regs.SP); break;
            case 0x21: index = Operand16(); break;
            case 0x22: Store16(index); break;
            case 0x2A: index = Load16(); break;
            case 0x23: Idle(Regs.IR, 2); index++; break;
            case 0x2B: Idle(Regs.IR, 2); index--; break;
            case 0x24 or 0x2C: Half(ref index, op >> 3) = Inc(Half(ref index, op >> 3)); break;
            case 0x25 or 0x2D: Half(ref index, op >> 3) = Dec(Half(ref index, op >> 3)); break;
            case 0x26 or 0x2E: Half(ref index, op >> 3) = Operand(); break;
            case 0x34: IncMemory(Displaced(index)); break;
            case 0x35: DecMemory(Displaced(index)); break;
            case 0x36: StoreImmediate(index); break;
            case 0x76: Halt(); break;
            case >= 0x40 and < 0x80: LoadIndexed(op, ref index); break;
            case >= 0x80 and < 0xC0:
                Accumulate(op >> 3, (op & 7) == 6 ? Read(Displaced(index)) : Part(ref index, op));
                break;
            case 0xCB: ExecuteIndexedBits(index); break;
            case 0xE1: index = Pop(); break;
            case 0xE3: ExchangeTop(ref index); break;
            case 0xE5: Idle(Regs.IR, 1); Push(index); break;
            case 0xE9: Regs.PC = index; break;
            case 0xF9: Idle(Regs.IR, 2); Regs.SP = index; break;
            default: Execute(op, q); break;
        }
    }

    /// <summary>LD r,r' with a prefix: next to (IX+d), H and L are the ordinary registers.</summary>
    private void LoadIndexed(byte op, ref ushort index)
    {
        if ((op & 7) == 6)
        {
            Regs.Byte(op >> 3 & 7) = Read(Displaced(index));
        }
        else if ((op & 0x38) == 0x30)
        {
            Write(Displaced(index), Regs.Byte(op & 7));
        }
        else
        {
            Part(ref index, op >> 3) = Part(ref index, op);
        }
    }

    private void StoreImmediate(ushort index)
    {
        Regs.WZ = (ushort)(index + (sbyte)Operand());
        ushort at = Regs.PC;
        byte value = Operand();
        Idle(at, 2);
        Write(Regs.WZ, value);
    }

    private ushort Displaced(ushort index)
    {
        ushort at = Regs.PC;
        Regs.WZ = (ushort)(index + (sbyte)Operand());
        Idle(at, 5);
        return Regs.WZ;
    }

    /// <summary>The register of this number where H and L mean the halves of the index register.</summary>
    private ref byte Part(ref ushort index, int number)
    {
        number &= 7;
        return ref number is 4 or 5 ? ref Half(ref index, number) : ref Regs.Byte(number);
    }

    /// <summary>The high half for an even register number (H), the low half for an odd one (L).</summary>
    private static ref byte Half(ref ushort index, int number) =>
        ref Unsafe.Add(ref Unsafe.As<ushort, byte>(ref index), ~number & 1);
}
