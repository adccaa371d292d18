namespace MinZ.Z80;

public sealed partial class Cpu<TBus>
{
    /// <summary>The CB page: rotations and shifts, BIT, RES, SET.</summary>
    private void ExecuteBits()
    {
        byte op = Fetch();
        if ((op & 7) == 6)
        {
            BitsInMemory(op, Regs.HL);
            return;
        }
        ref byte register = ref Regs.Byte(op & 7);
        if ((op & 0xC0) == 0x40)
        {
            TestBit(op >> 3, register, register);
        }
        else
        {
            register = Modify(op, register);
        }
    }

    /// <summary>The DDCB and FDCB pages: always in memory, the result also goes to the register named.</summary>
    private void ExecuteIndexedBits(ushort index)
    {
        ushort address = (ushort)(index + (sbyte)Operand());
        Regs.WZ = address;
        ushort at = Regs.PC;
        byte op = Operand();
        Idle(at, 2);
        byte result = BitsInMemory(op, address);
        if ((op & 7) != 6 && (op & 0xC0) != 0x40)
        {
            Regs.Byte(op & 7) = result;
        }
    }

    private byte BitsInMemory(byte op, ushort address)
    {
        byte value = Read(address);
        Idle(address, 1);
        if ((op & 0xC0) == 0x40)
        {
            TestBit(op >> 3, value, (byte)(Regs.WZ >> 8));
            return value;
        }
        value = Modify(op, value);
        Write(address, value);
        return value;
    }

    private byte Modify(byte op, byte value) => (op >> 6) switch
    {
        0 => Shift(op >> 3, value),
        2 => (byte)(value & ~(1 << (op >> 3 & 7))),
        _ => (byte)(value | 1 << (op >> 3 & 7)),
    };
}
