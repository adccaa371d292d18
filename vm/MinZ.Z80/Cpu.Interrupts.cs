namespace MinZ.Z80;

public sealed partial class Cpu<TBus>
{
    /// <summary>
    /// The INT pin is low at an instruction boundary: takes the interrupt unless they are disabled or EI has just run.
    /// Takes 13 T, in mode 2 19 T.
    /// </summary>
    /// <returns>Whether the interrupt was taken.</returns>
    public bool Interrupt()
    {
        if (!Iff1 || IsAfterEi)
        {
            return false;
        }
        Accept();
        Iff1 = Iff2 = false;
        switch (InterruptMode)
        {
            case 0:
                // Two wait states on top of a fetch. Operand bytes of an instruction longer than one byte would come
                // from the device as well; here they come from memory, as no Spectrum device sends more than an RST.
                T += 6;
                Execute(Bus.Acknowledge(), 0);
                break;
            case 1:
                T += 7;
                Push(Regs.PC);
                Regs.PC = Regs.WZ = 0x38;
                break;
            default:
                T += 7;
                Push(Regs.PC);
                Regs.PC = Regs.WZ = Read16((ushort)(Regs.I << 8 | Bus.Acknowledge()));
                break;
        }
        return true;
    }

    /// <summary>The falling edge of the NMI pin: always taken, 11 T.</summary>
    public void NonMaskableInterrupt()
    {
        Accept();
        Iff1 = false;
        T += 5;
        Push(Regs.PC);
        Regs.PC = Regs.WZ = 0x66;
    }

    private void Accept()
    {
        if (IsAfterLoadIr)
        {
            Regs.F &= unchecked((byte)~Flags.P);
        }
        _last = 0;
        Halted = false;
        Regs.Refresh++;
    }
}
