namespace MinZ.Z80.Rom;

/// <summary>The display file: characters, clearing, scrolling.</summary>
internal sealed partial class SubstituteRom
{
    private const int ClearLineCost = 7900;
    private const int ScrollLineCost = 8000;
    private const int PositionCost = 340;
    private const int TempsCost = 160;

    // P_FLAG: what holds for the next character; the bit above each holds permanently.
    private const byte Over = 0x01;
    private const byte Inverse = 0x04;
    private const byte InkContrast = 0x10;
    private const byte PaperContrast = 0x40;
    private const byte TemporaryFlags = 0x55;

    private const int FullColumn = 33;
    private const int UpperTop = 24;

    private ushort PositionVariable => IsLower ? SystemVariables.SPosnl : SystemVariables.SPosn;

    private int LowerLines => Math.Clamp((int)Memory[SystemVariables.DfSz], 0, Screen.Rows);

    /// <summary>0 to 31; 32 when the line is full and the next character will begin another.</summary>
    private int Column => FullColumn - Memory[PositionVariable];

    /// <summary>
    /// 0 to 23; one more than the last row of the screen part if it must scroll before the next character.
    /// </summary>
    private int Row => Math.Clamp(
        UpperTop - Memory[PositionVariable + 1] + (IsLower ? UpperTop - LowerLines : 0), 0, Screen.Rows);

    private void SetRowColumn(int row, int column)
    {
        int line = UpperTop - row + (IsLower ? UpperTop - LowerLines : 0);
        Memory[PositionVariable] = (byte)(FullColumn - column);
        Memory[PositionVariable + 1] = (byte)line;
        // The row behind the last has an address only in the arithmetic of the original.
        int address = Screen.PixelAddress(0, Math.Min(row, Screen.Rows - 1) * 8) + column;
        _machine.Poke16(IsLower ? SystemVariables.DfCcl : SystemVariables.DfCc, (ushort)address);
    }

    private void PutCharacter(byte code)
    {
        _cost += CharacterCost;
        if (Column >= Screen.Columns)
        {
            SetRowColumn(Row + 1, 0);
        }
        if (Column == 0)
        {
            ScrollIfFull();
        }
        if (code is < FirstBlock or >= FirstUdg)
        {
            SetBit(ref Memory[SystemVariables.Flags], NoLeadingSpace, code == ' ');
        }
        (int row, int column) = (Math.Min(Row, Screen.Rows - 1), Math.Max(0, Column));
        byte flags = Memory[SystemVariables.PFlag];
        Span<byte> glyph = stackalloc byte[8];
        Glyph(code, glyph);
        for (int i = 0; i < 8; i++)
        {
            ref byte pixels = ref Memory[Screen.PixelAddress(column, row * 8 + i)];
            int kept = (flags & Over) != 0 ? pixels : 0;
            pixels = (byte)(kept ^ glyph[i] ^ ((flags & Inverse) != 0 ? 0xFF : 0));
        }
        SetAttribute(Screen.AttributeAddress(column, row * 8));
        SetRowColumn(row, column + 1);
    }

    private void Glyph(byte code, Span<byte> glyph)
    {
        if (code is >= FirstBlock and < FirstUdg)
        {
            for (int i = 0; i < 8; i++)
            {
                int half = i < 4 ? code : code >> 2;
                glyph[i] = (byte)(((half & 1) != 0 ? 0x0F : 0) | ((half & 2) != 0 ? 0xF0 : 0));
            }
            return;
        }
        int font = code >= FirstUdg
            ? _machine.Peek16(SystemVariables.Udg) + (code - FirstUdg) * 8
            : _machine.Peek16(SystemVariables.Chars) + code * 8;
        for (int i = 0; i < 8; i++)
        {
            glyph[i] = Memory[(ushort)(font + i)];
        }
    }

    /// <summary>PO-ATTR: the attribute of a cell that has been printed or plotted to.</summary>
    private void SetAttribute(int address)
    {
        byte mask = Memory[SystemVariables.MaskT];
        int attribute = Memory[address] & mask | Memory[SystemVariables.AttrT] & ~mask;
        byte flags = Memory[SystemVariables.PFlag];
        if ((flags & PaperContrast) != 0)
        {
            attribute = attribute & 0xC7 | ((attribute & 0x04) != 0 ? 0 : 0x38);
        }
        if ((flags & InkContrast) != 0)
        {
            attribute = attribute & 0xF8 | ((attribute & 0x20) != 0 ? 0 : 0x07);
        }
        Memory[address] = (byte)attribute;
    }

    private void NewLine()
    {
        _cost += NewLineCost;
        ScrollIfFull();
        SetRowColumn(Row + 1, 0);
    }

    // The original scrolls when the row behind the last is about to be used, not when it is reached. It asks
    // "scroll?" once a screen; programs that print on switch that off, and here nobody would answer.
    private void ScrollIfFull()
    {
        int top = IsLower ? Screen.Rows - LowerLines : 0;
        int end = IsLower ? Screen.Rows : Screen.Rows - LowerLines;
        if (Row == end && top < end)
        {
            Scroll(top, end - 1);
            SetRowColumn(end - 1, 0);
        }
    }

    private void MoveLeft()
    {
        if (Column > 0)
        {
            SetRowColumn(Row, Column - 1);
        }
        else if (Row > 1)
        {
            // Not from the second line to the first: an error of the original that programs live with.
            SetRowColumn(Row - 1, Screen.Columns - 1);
        }
    }

    private void MoveRight()
    {
        // Moving is printing a space that leaves everything as it is: OVER 1.
        byte flags = Memory[SystemVariables.PFlag];
        Memory[SystemVariables.PFlag] = Over;
        PutCharacter((byte)' ');
        Memory[SystemVariables.PFlag] = flags;
    }

    private void MoveTo(int row, int column)
    {
        int rows = IsLower ? LowerLines : Screen.Rows - LowerLines;
        if (column >= Screen.Columns)
        {
            Report(Reports.IntegerOutOfRange);
        }
        else if (row >= rows)
        {
            Report(row < Screen.Rows ? Reports.OutOfScreen : Reports.IntegerOutOfRange);
        }
        else
        {
            SetRowColumn(row + (IsLower ? Screen.Rows - LowerLines : 0), column);
        }
    }

    private void Scroll(int top, int bottom)
    {
        _cost += (bottom - top + 1) * ScrollLineCost;
        for (int line = top * 8; line < bottom * 8; line++)
        {
            Line(line + 8).CopyTo(Line(line));
        }
        for (int row = top; row < bottom; row++)
        {
            Attributes(row + 1).CopyTo(Attributes(row));
        }
        ClearRow(bottom);
    }

    private void ClearRow(int row)
    {
        for (int line = row * 8; line < row * 8 + 8; line++)
        {
            Line(line).Clear();
        }
        Attributes(row).Fill(Memory[IsLower ? SystemVariables.BordCr : SystemVariables.AttrP]);
    }

    private Span<byte> Line(int line) => Memory.Slice(Screen.PixelAddress(0, line), Screen.Columns);

    private Span<byte> Attributes(int row) => Memory.Slice(Screen.AttributeAddress(0, row * 8), Screen.Columns);

    private void Cls()
    {
        ClearScreen();
        DestroyMain();
        Finish(26 * ClearLineCost);
    }

    private void ClearScreen()
    {
        ClearUpper();
        ClearLower();
    }

    private void ClsLower()
    {
        ClearLower();
        DestroyMain();
        Finish(2 * ClearLineCost + OpenCost);
    }

    private void ClAll()
    {
        ClearUpper();
        DestroyMain();
        Finish(Screen.Rows * ClearLineCost);
    }

    // Clears everything and leaves channel S at the top left.
    private void ClearUpper()
    {
        _machine.Poke16(SystemVariables.Coords, 0);
        SelectStream(0xFE);
        for (int row = 0; row < Screen.Rows; row++)
        {
            ClearRow(row);
        }
        Memory[SystemVariables.ScrCt] = 1;
        SetRowColumn(0, 0);
    }

    // Clears the lower screen, two lines again, and leaves channel K on its last line.
    private void ClearLower()
    {
        Memory[SystemVariables.DfSz] = 2;
        SelectStream(0xFD);
        for (int row = Screen.Rows - 2; row < Screen.Rows; row++)
        {
            ClearRow(row);
        }
        SetRowColumn(Screen.Rows - 1, 0);
    }

    private void Temps()
    {
        SetTemporaryColours();
        Regs.AF = Regs.HL = Destroyed;
        Finish(TempsCost);
    }

    private void SetTemporaryColours()
    {
        bool lower = IsLower;
        Memory[SystemVariables.AttrT] = Memory[lower ? SystemVariables.BordCr : SystemVariables.AttrP];
        Memory[SystemVariables.MaskT] = lower ? (byte)0 : Memory[SystemVariables.MaskP];
        byte flags = Memory[SystemVariables.PFlag];
        int permanent = lower ? 0 : flags >> 1 & TemporaryFlags;
        Memory[SystemVariables.PFlag] = (byte)(flags & ~TemporaryFlags | permanent);
    }

    /// <summary>CL-SET: B is 24 minus the row, C 33 minus the column.</summary>
    private void SetPosition()
    {
        Memory[PositionVariable] = Regs.C;
        Memory[PositionVariable + 1] = Regs.B;
        SetRowColumn(Row, Math.Clamp(Column, 0, Screen.Columns));
        Regs.AF = Regs.HL = Destroyed;
        Finish(PositionCost);
    }

    /// <summary>CL-SCROLL: the lowest lines of the screen, one more than given, move up by one.</summary>
    private void ScrollLines(int lines)
    {
        int bottom = Screen.Rows - 1;
        Scroll(Math.Clamp(bottom - lines, 0, bottom), bottom);
        DestroyMain();
        Finish(_cost);
    }

    /// <summary>CL-LINE: clears the B lowest lines.</summary>
    private void ClearLines()
    {
        int lines = Math.Clamp((int)Regs.B, 1, Screen.Rows);
        for (int row = Screen.Rows - lines; row < Screen.Rows; row++)
        {
            ClearRow(row);
        }
        DestroyMain();
        Finish(lines * ClearLineCost);
    }
}
