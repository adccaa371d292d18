namespace MinZ.Z80.Rom;

/// <summary>RST 0x10 and the character codes.</summary>
internal sealed partial class SubstituteRom
{
    private const int CharacterCost = 1450;
    private const int ControlCost = 450;
    private const int OperandCost = 190;
    private const int NewLineCost = 1100;
    private const int NumberCost = 1000;
    private const int OpenCost = 480;

    private const byte Comma = 6;
    private const byte Left = 8;
    private const byte Right = 9;
    private const byte EnterCode = 13;
    private const byte InkCode = 16;
    private const byte PaperCode = 17;
    private const byte FlashCode = 18;
    private const byte BrightCode = 19;
    private const byte InverseCode = 20;
    private const byte OverCode = 21;
    private const byte AtCode = 22;
    private const byte TabCode = 23;
    private const byte FirstBlock = 0x80;
    private const byte FirstUdg = 0x90;

    // TV_FLAG, FLAGS and FLAGS2 bits.
    private const byte LowerScreen = 0x01;
    private const byte NoLeadingSpace = 0x01;
    private const byte PrinterInUse = 0x02;
    private const byte ChannelK = 0x10;
    private const byte NewKey = 0x20;

    private byte _control;
    private byte _firstOperand;
    private int _operandsMissing;

    private bool IsLower => (Memory[SystemVariables.TvFlag] & LowerScreen) != 0;

    /// <summary>Prints A through the current channel; keeps BC, DE and HL.</summary>
    private void PrintAccumulator()
    {
        ushort channel = _machine.Peek16(SystemVariables.CurChl);
        ushort routine = _machine.Peek16(channel);
        if (routine >= SpectrumBus.RamStart)
        {
            CallChannel(routine);
            return;
        }
        Print(Regs.A);
        Regs.AF = Regs.ShadowBC = Regs.ShadowDE = Destroyed;
        if (_stop is null)
        {
            Finish(_cost);
        }
    }

    // A channel of the user's own: its routine runs with the register sets exchanged, the original's HL on the stack.
    private void CallChannel(ushort routine)
    {
        _machine.Cpu.T += 100;
        Regs.ExchangeAll();
        PushRam(Regs.HL);
        PushRam(ChannelReturnEntry);
        Regs.PC = routine;
    }

    private void ReturnFromChannel()
    {
        _machine.Cpu.T += 24;
        Regs.HL = _machine.Peek16(Regs.SP);
        Regs.SP += 2;
        Regs.ExchangeAll();
        Return();
    }

    private void PushRam(ushort value)
    {
        Regs.SP -= 2;
        PokeRam16(Regs.SP, value);
    }

    /// <summary>CHAN-OPEN: makes the channel of stream A the current one.</summary>
    private void OpenChannel()
    {
        byte stream = Regs.A;
        DestroyMain();
        if (SelectStream(stream))
        {
            Finish(OpenCost);
        }
    }

    private bool SelectStream(byte stream)
    {
        // Streams -3 to 15; A holds 0xFD to 0x0F.
        int slot = (sbyte)stream + 3;
        int offset = slot is >= 0 and <= 18 ? _machine.Peek16((ushort)(SystemVariables.Strms + slot * 2)) : 0;
        if (offset == 0)
        {
            Report(Reports.InvalidStream);
            return false;
        }
        ushort channel = (ushort)(_machine.Peek16(SystemVariables.Chans) + offset - 1);
        _machine.Poke16(SystemVariables.CurChl, channel);
        Memory[SystemVariables.Flags2] &= unchecked((byte)~ChannelK);
        _operandsMissing = 0;
        switch ((char)Memory[(ushort)(channel + 4)])
        {
            case 'K':
                Memory[SystemVariables.TvFlag] |= LowerScreen;
                Memory[SystemVariables.Flags] &= unchecked((byte)~(NewKey | PrinterInUse));
                Memory[SystemVariables.Flags2] |= ChannelK;
                SetTemporaryColours();
                break;
            case 'S':
                Memory[SystemVariables.TvFlag] &= unchecked((byte)~LowerScreen);
                Memory[SystemVariables.Flags] &= unchecked((byte)~PrinterInUse);
                SetTemporaryColours();
                break;
            case 'P':
                Memory[SystemVariables.Flags] |= PrinterInUse;
                break;
        }
        return true;
    }

    private void PrintString()
    {
        while (Regs.BC != 0 && _stop is null)
        {
            Deliver(Memory[Regs.DE++]);
            Regs.BC--;
        }
        Regs.BC--;
        Finished(_cost);
    }

    /// <summary>BC in decimal; made for line numbers, so of four digits at most.</summary>
    private void PrintNumber()
    {
        ushort number = Regs.BC;
        DestroyMain();
        // The thousands count on beyond 9, as in the original.
        string text = number < 1000 ? $"{number}" : $"{(char)('0' + number / 1000)}{number % 1000:D3}";
        PrintDigits(text);
    }

    private void PrintDigits(string text)
    {
        foreach (char digit in text)
        {
            Deliver((byte)digit);
        }
        Finished(_cost + NumberCost);
    }

    private void Finished(int cost)
    {
        if (_stop is null)
        {
            Finish(cost);
        }
    }

    // The original would go through RST 0x10 here, where the machine listens.
    private void Deliver(byte code)
    {
        _machine.Printed?.Invoke(code);
        Print(code);
    }

    private void Print(byte code)
    {
        if ((Memory[SystemVariables.Flags] & PrinterInUse) != 0)
        {
            // As without a printer: the bytes go nowhere.
            _cost += ControlCost;
        }
        else if (_operandsMissing > 0)
        {
            TakeOperand(code);
        }
        else if (code < ' ')
        {
            Control(code);
        }
        else if (code >= Tokens.First)
        {
            PrintToken(code);
        }
        else
        {
            PutCharacter(code);
        }
    }

    private void PrintToken(byte code)
    {
        // Functions, up to BIN, begin without a space; RND, INKEY$ and PI end without one.
        const byte LastFunction = 0xC4;
        const byte LastWithoutSpace = 0xA7;
        string word = Tokens.Word(code);
        bool spaced = (Memory[SystemVariables.Flags] & NoLeadingSpace) != 0;
        if (code > LastFunction && !spaced && char.IsLetter(word[0]))
        {
            PutCharacter((byte)' ');
        }
        foreach (char letter in word)
        {
            PutCharacter((byte)letter);
        }
        if (code > LastWithoutSpace && (char.IsLetter(word[^1]) || word[^1] == '$'))
        {
            PutCharacter((byte)' ');
        }
    }

    private void Control(byte code)
    {
        _cost += ControlCost;
        switch (code)
        {
            case Comma:
                PrintSpaces(16 - (Column & 15));
                break;
            case Left:
                MoveLeft();
                break;
            case Right:
                MoveRight();
                break;
            case EnterCode:
                NewLine();
                break;
            case >= InkCode and <= OverCode:
                ExpectOperands(code, 1);
                break;
            case AtCode or TabCode:
                ExpectOperands(code, 2);
                break;
            default:
                PutCharacter((byte)'?');
                break;
        }
    }

    private void ExpectOperands(byte code, int count)
    {
        _control = code;
        _operandsMissing = count;
    }

    private void TakeOperand(byte value)
    {
        _cost += OperandCost;
        _operandsMissing--;
        if (_operandsMissing > 0)
        {
            _firstOperand = value;
            return;
        }
        switch (_control)
        {
            case AtCode:
                MoveTo(_firstOperand, value);
                break;
            case TabCode:
                PrintSpaces((_firstOperand - Column) & 31);
                break;
            default:
                SetColour(_control, value);
                break;
        }
    }

    private void PrintSpaces(int count)
    {
        for (; count > 0; count--)
        {
            PutCharacter((byte)' ');
        }
    }

    /// <summary>INK to OVER for the characters to come.</summary>
    private void SetColour(byte control, byte value)
    {
        ref byte attribute = ref Memory[SystemVariables.AttrT];
        ref byte mask = ref Memory[SystemVariables.MaskT];
        switch (control)
        {
            case InkCode when value <= 9:
                SetColourBits(ref attribute, ref mask, value, 0, InkContrast);
                break;
            case PaperCode when value <= 9:
                SetColourBits(ref attribute, ref mask, value, 3, PaperContrast);
                break;
            case FlashCode when value is 0 or 1 or 8:
                SetBit(ref attribute, 0x80, value == 1);
                SetBit(ref mask, 0x80, value == 8);
                break;
            case BrightCode when value is 0 or 1 or 8:
                SetBit(ref attribute, 0x40, value == 1);
                SetBit(ref mask, 0x40, value == 8);
                break;
            case InverseCode when value <= 1:
                SetBit(ref Memory[SystemVariables.PFlag], Inverse, value == 1);
                break;
            case OverCode when value <= 1:
                SetBit(ref Memory[SystemVariables.PFlag], Over, value == 1);
                break;
            default:
                Report(Reports.InvalidColour);
                break;
        }
    }

    // 0 to 7 are colours, 8 keeps what the screen has, 9 contrasts with the other colour.
    private void SetColourBits(ref byte attribute, ref byte mask, byte value, int shift, byte contrast)
    {
        int bits = 7 << shift;
        SetBit(ref Memory[SystemVariables.PFlag], contrast, value == 9);
        mask = (byte)(value >= 8 ? mask | bits : mask & ~bits);
        // The top bit of the other colour tells whether it is dark.
        bool otherIsDark = (~(attribute | bits) & 0x24) != 0;
        attribute = value switch
        {
            8 => attribute,
            9 => (byte)(attribute & ~bits | (otherIsDark ? bits : 0)),
            _ => (byte)(attribute & ~bits | value << shift),
        };
    }

    private static void SetBit(ref byte target, int bit, bool on) =>
        target = (byte)(on ? target | bit : target & ~bit);
}
