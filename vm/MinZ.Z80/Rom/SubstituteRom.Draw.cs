namespace MinZ.Z80.Rom;

/// <summary>Points, lines, border, sound, and the little of the calculator that hands numbers over.</summary>
internal sealed partial class SubstituteRom
{
    private const int PixelAddressCost = 132;
    private const int PlotCost = 570;
    private const int LineStepCost = 110;
    private const int BorderCost = 72;
    private const int StackCost = 840;
    private const int FetchCost = 1350;
    private const int PrintStackedCost = 4000;
    private const int TopLine = 175;
    private const int NumberLength = 5;

    // BEEPER: a half-period is four T-states per count in HL and about this much around it.
    private const int BeeperEntry = 230;
    private const int BeeperHalf = 120;

    /// <summary>
    /// PIXEL-ADD: B lines up from the bottom of the upper screen, C to the right; HL and A, the bit, return.
    /// </summary>
    private void PixelAddress()
    {
        if (FindPixel())
        {
            Regs.F = Flags.H;
            Finish(PixelAddressCost);
        }
    }

    private bool FindPixel()
    {
        if (Regs.B > TopLine)
        {
            Report(Reports.IntegerOutOfRange);
            return false;
        }
        Regs.B = (byte)(TopLine - Regs.B);
        Regs.HL = (ushort)Screen.PixelAddress(Regs.C >> 3, Regs.B);
        Regs.A = (byte)(Regs.C & 7);
        return true;
    }

    /// <summary>PLOT-SUB: a point with the colours, OVER and INVERSE in force.</summary>
    private void Plot()
    {
        if (PlotPoint())
        {
            DestroyMain();
            Finish(PlotCost);
        }
    }

    private bool PlotPoint()
    {
        ushort coordinates = Regs.BC;
        if (!FindPixel())
        {
            return false;
        }
        _machine.Poke16(SystemVariables.Coords, coordinates);
        byte bit = (byte)(0x80 >> Regs.A);
        ref byte pixels = ref Memory[Regs.HL];
        pixels = (Memory[SystemVariables.PFlag] & (Over | Inverse)) switch
        {
            0 => (byte)(pixels | bit),
            Over => (byte)(pixels ^ bit),
            Inverse => (byte)(pixels & ~bit),
            _ => pixels,
        };
        SetAttribute(Screen.AttributeAddress(Regs.C >> 3, Regs.B));
        return true;
    }

    /// <summary>DRAW-LINE: from COORDS, B up or down by the sign D, C right or left by the sign E.</summary>
    private void DrawLine()
    {
        (int rise, int run) = (Regs.B, Regs.C);
        (int up, int right) = ((sbyte)Regs.D, (sbyte)Regs.E);
        int longer = Math.Max(rise, run);
        int shorter = Math.Min(rise, run);
        int sum = longer >> 1;
        for (int step = 0; step < longer; step++)
        {
            sum += shorter;
            bool diagonal = sum >= longer;
            sum -= diagonal ? longer : 0;
            int x = Memory[SystemVariables.Coords] + (diagonal || run >= rise ? right : 0);
            int y = Memory[SystemVariables.Coords + 1] + (diagonal || rise > run ? up : 0);
            if (x is < 0 or > 255 || y is < 0 or > TopLine)
            {
                Report(Reports.IntegerOutOfRange);
                return;
            }
            (Regs.B, Regs.C) = ((byte)y, (byte)x);
            PlotPoint();
        }
        DestroyMain();
        Finish(longer * (PlotCost + LineStepCost));
    }

    private void BorderFromStack()
    {
        if (Fetch(out ushort colour))
        {
            Regs.A = (byte)Math.Min(colour, (ushort)0xFF);
            _cost += FetchCost;
            CheckedBorder();
        }
    }

    private void CheckedBorder()
    {
        if (Regs.A > 7)
        {
            Report(Reports.InvalidColour);
            return;
        }
        Border();
    }

    /// <summary>BORDER-1: the border and the lower screen's paper get colour A.</summary>
    private void Border()
    {
        byte colour = (byte)(Regs.A & 7);
        _machine.SetBorder(colour);
        Memory[SystemVariables.BordCr] = (byte)(colour << 3 | (colour < 4 ? 7 : 0));
        Regs.AF = Destroyed;
        Finish(_cost + BorderCost);
    }

    /// <summary>BEEPER: DE + 1 periods of 8 HL + 240 T-states; interrupts wait.</summary>
    private void Beeper()
    {
        int half = Regs.HL * 4 + BeeperHalf;
        int edges = (Regs.DE + 1) * 2;
        long t = _machine.T + BeeperEntry;
        for (int edge = 0; edge < edges; edge++, t += half)
        {
            _machine.Ula.ToggleSpeaker(t);
        }
        _machine.Cpu.T = t;
        DestroyMain();
        Regs.IX = Destroyed;
        _machine.Cpu.Iff1 = _machine.Cpu.Iff2 = true;
        Return();
    }

    /// <summary>Puts a whole number on the calculator's stack: 0, sign, low byte, high byte, 0.</summary>
    private void Stack(ushort value)
    {
        ushort end = _machine.Peek16(SystemVariables.StkEnd);
        ReadOnlySpan<byte> number = [0, 0, (byte)value, (byte)(value >> 8), 0];
        for (int i = 0; i < NumberLength; i++)
        {
            PokeRam(end++, number[i]);
        }
        _machine.Poke16(SystemVariables.StkEnd, end);
        DestroyMain();
        Regs.HL = (ushort)(end - NumberLength);
        Regs.DE = end;
        Finish(StackCost);
    }

    /// <summary>FP-TO-BC: carry set if the number is too big, zero flag clear if it is negative.</summary>
    private void FetchNumber()
    {
        if (Fetch(out ushort value))
        {
            DestroyMain();
            Regs.BC = value;
            Regs.A = Regs.C;
            Regs.F = Flags.Z;
            Finish(FetchCost);
        }
    }

    private void PrintStacked()
    {
        if (Fetch(out ushort value))
        {
            DestroyMain();
            _cost += PrintStackedCost;
            PrintDigits($"{value}");
        }
    }

    // Nothing here makes other numbers than whole ones from 0 to 65535, so others are beyond this ROM.
    private bool Fetch(out ushort value)
    {
        ushort start = (ushort)(_machine.Peek16(SystemVariables.StkEnd) - NumberLength);
        value = _machine.Peek16((ushort)(start + 2));
        if (start < _machine.Peek16(SystemVariables.StkBot) || Memory[start] != 0 || Memory[start + 1] != 0)
        {
            _stop = _machine.Ended(
                StopReason.UnknownRomEntry,
                "the substitute ROM has no calculator: only whole numbers from 0 to 65535 pass its stack");
            return false;
        }
        _machine.Poke16(SystemVariables.StkEnd, start);
        return true;
    }
}
