using System.Runtime.CompilerServices;

namespace MinZ.Z80;

public sealed partial class Cpu<TBus>
{
    private int Carry => Regs.F & Flags.C;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(byte value, int carry)
    {
        int a = Regs.A;
        int sum = a + value + carry;
        SetFlags(Flags.Sign[(byte)sum] | sum >> 8 | (a ^ value ^ sum) & Flags.H
            | ((a ^ sum) & (value ^ sum) & 0x80) >> 5);
        Regs.A = (byte)sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Sub(byte value, int carry)
    {
        int a = Regs.A;
        int difference = a - value - carry;
        SetFlags(Flags.Sign[(byte)difference] | SubFlags(a, value, difference));
        Regs.A = (byte)difference;
    }

    // The undocumented bits of a comparison come from the operand, not from the difference.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Compare(byte value)
    {
        int a = Regs.A;
        int difference = a - value;
        SetFlags(Flags.Sign[(byte)difference] & ~Flags.XY | value & Flags.XY | SubFlags(a, value, difference));
    }

    private static int SubFlags(int a, int value, int difference) =>
        Flags.N | difference >> 8 & Flags.C | (a ^ value ^ difference) & Flags.H
        | ((a ^ value) & (a ^ difference) & 0x80) >> 5;

    private void And(byte value)
    {
        Regs.A &= value;
        SetFlags(Flags.SignParity[Regs.A] | Flags.H);
    }

    private void Xor(byte value)
    {
        Regs.A ^= value;
        SetFlags(Flags.SignParity[Regs.A]);
    }

    private void Or(byte value)
    {
        Regs.A |= value;
        SetFlags(Flags.SignParity[Regs.A]);
    }

    /// <summary>One of the eight accumulator operations, in the order of the encoding.</summary>
    private void Accumulate(int operation, byte value)
    {
        switch (operation & 7)
        {
            case 0: Add(value, 0); break;
            case 1: Add(value, Carry); break;
            case 2: Sub(value, 0); break;
            case 3: Sub(value, Carry); break;
            case 4: And(value); break;
            case 5: Xor(value); break;
            case 6: Or(value); break;
            default: Compare(value); break;
        }
    }

    private byte Inc(byte value)
    {
        byte result = (byte)(value + 1);
        SetFlags(Carry | Flags.Sign[result] | ((result & 0x0F) == 0 ? Flags.H : 0) | (result == 0x80 ? Flags.P : 0));
        return result;
    }

    private byte Dec(byte value)
    {
        byte result = (byte)(value - 1);
        SetFlags(Carry | Flags.N | Flags.Sign[result] | ((value & 0x0F) == 0 ? Flags.H : 0)
            | (result == 0x7F ? Flags.P : 0));
        return result;
    }

    private void Add16(ref ushort target, ushort value)
    {
        Idle(Regs.IR, 7);
        int sum = target + value;
        Regs.WZ = (ushort)(target + 1);
        SetFlags(Regs.F & (Flags.S | Flags.Z | Flags.P) | sum >> 16 | sum >> 8 & Flags.XY
            | (target ^ value ^ sum) >> 8 & Flags.H);
        target = (ushort)sum;
    }

    private void AddCarry16(ushort value)
    {
        Idle(Regs.IR, 7);
        int hl = Regs.HL;
        int sum = hl + value + Carry;
        Regs.WZ = (ushort)(hl + 1);
        SetFlags(sum >> 8 & (Flags.S | Flags.XY) | ((ushort)sum == 0 ? Flags.Z : 0) | sum >> 16
            | (hl ^ value ^ sum) >> 8 & Flags.H | ((hl ^ sum) & (value ^ sum) & 0x8000) >> 13);
        Regs.HL = (ushort)sum;
    }

    private void SubCarry16(ushort value)
    {
        Idle(Regs.IR, 7);
        int hl = Regs.HL;
        int difference = hl - value - Carry;
        Regs.WZ = (ushort)(hl + 1);
        SetFlags(Flags.N | difference >> 8 & (Flags.S | Flags.XY) | ((ushort)difference == 0 ? Flags.Z : 0)
            | difference >> 16 & Flags.C | (hl ^ value ^ difference) >> 8 & Flags.H
            | ((hl ^ value) & (hl ^ difference) & 0x8000) >> 13);
        Regs.HL = (ushort)difference;
    }

    /// <summary>RLCA, RRCA, RLA, RRA: unlike the CB forms they leave S, Z and P alone.</summary>
    private void RotateAccumulator(int operation)
    {
        byte flags = Regs.F;
        Regs.A = Shift(operation, Regs.A);
        SetFlags(flags & (Flags.S | Flags.Z | Flags.P) | Regs.A & Flags.XY | Carry);
    }

    /// <summary>One of RLC RRC RL RR SLA SRA SLL SRL, in the order of the encoding.</summary>
    private byte Shift(int operation, byte value)
    {
        int carry = (operation & 1) == 0 ? value >> 7 : value & 1;
        byte result = (byte)((operation & 7) switch
        {
            0 => value << 1 | carry,
            1 => value >> 1 | carry << 7,
            2 => value << 1 | Carry,
            3 => value >> 1 | Carry << 7,
            4 => value << 1,
            5 => value >> 1 | value & 0x80,
            6 => value << 1 | 1,
            _ => value >> 1,
        });
        SetFlags(Flags.SignParity[result] | carry);
        return result;
    }

    /// <summary>
    /// BIT; X and Y come from <paramref name="latch"/>: the register itself, or the high byte of MEMPTR.
    /// </summary>
    private void TestBit(int bit, byte value, byte latch)
    {
        int tested = value & 1 << (bit & 7);
        SetFlags(Carry | Flags.H | tested & Flags.S | (tested == 0 ? Flags.Z | Flags.P : 0) | latch & Flags.XY);
    }

    private void DecimalAdjust()
    {
        int a = Regs.A;
        int correction = (Regs.F & Flags.H) != 0 || (a & 0x0F) > 9 ? 0x06 : 0;
        int carry = Carry;
        if (carry != 0 || a > 0x99)
        {
            correction |= 0x60;
            carry = Flags.C;
        }
        byte result = (byte)((Regs.F & Flags.N) != 0 ? a - correction : a + correction);
        SetFlags(Flags.SignParity[result] | carry | Regs.F & Flags.N | (a ^ result) & Flags.H);
        Regs.A = result;
    }

    /// <summary>
    /// SCF and CCF; X and Y are those of A, together with F if the instruction before did not set F (Q is 0).
    /// </summary>
    private void SetCarry(int carryAndHalf, byte q)
    {
        SetFlags(Regs.F & (Flags.S | Flags.Z | Flags.P) | carryAndHalf | ((q ^ Regs.F) | Regs.A) & Flags.XY);
    }
}
