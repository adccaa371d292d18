namespace MinZ.Z80.Rom;

/// <summary>The frame interrupt and the keyboard.</summary>
internal sealed partial class SubstituteRom
{
    private const int InterruptCost = 870;
    private const int NewKeyCost = 270;
    private const int KeyScanCost = 530;
    private const int KeyboardCost = 730;
    private const int WaitKeyCost = 300;
    private const int BreakKeyCost = 39;
    private const int ForgetScans = 5;

    private const byte NoKey = 0xFF;
    private const byte CapsShiftValue = 0x27;
    private const byte SymbolShiftValue = 0x18;
    private const byte CapsLock = 0x08;
    private const byte CapsLockCode = 6;
    private const char ExtendedMode = '\u000E';

    // The main codes of the key values 0x00 to 0x26, column by column of the matrix; SYMBOL SHIFT is 14.
    private const string MainCodes = "BHY65TGVNJU74RFCMKI83EDX\u000ELO92WSZ \rP01QA";

    // What CAPS SHIFT makes of 0 to 9: DELETE, EDIT, CAPS LOCK, TRUE and INVERSE VIDEO, four cursors, GRAPHICS.
    private static ReadOnlySpan<byte> ShiftedDigits => [0x0C, 0x07, 0x06, 0x04, 0x05, 0x08, 0x0A, 0x0B, 0x09, 0x0F];

    // What SYMBOL SHIFT makes of A to Z; values from 0xA5 on are keywords.
    private static ReadOnlySpan<byte> SymbolLetters =>
    [
        0xE2, (byte)'*', (byte)'?', 0xCD, 0xC8, 0xCC, 0xCB, 0x5E, 0xAC, (byte)'-', (byte)'+', (byte)'=', (byte)'.',
        (byte)',', (byte)';', (byte)'"', 0xC7, (byte)'<', 0xC3, (byte)'>', 0xC5, (byte)'/', 0xC9, 0x60, 0xC6, (byte)':',
    ];

    private static ReadOnlySpan<byte> SymbolDigits => "_!@#$%&'()"u8;

    /// <summary>RST 0x38: counts the frame, looks at the keys; keeps all registers.</summary>
    private void FrameInterrupt()
    {
        ushort frames = (ushort)(_machine.Peek16(SystemVariables.Frames) + 1);
        _machine.Poke16(SystemVariables.Frames, frames);
        if (frames == 0)
        {
            // Found through IY, as in the original: a program that keeps something else there has its byte changed.
            ushort high = (ushort)(Regs.IY + SystemVariables.Frames + 2 - SystemVariables.IyBase);
            PokeRam(high, (byte)(Memory[high] + 1));
        }
        bool newKey = UpdateKeyboard();
        _machine.Cpu.T += InterruptCost + (newKey ? NewKeyCost : 0);
        _machine.Cpu.Iff1 = _machine.Cpu.Iff2 = true;
        Return();
    }

    /// <summary>
    /// KEY-SCAN: key values in E and D, 0xFF for none; not zero if more than two keys or two without a shift.
    /// </summary>
    private void KeyScan()
    {
        bool valid = Scan(out byte key, out byte shift);
        DestroyMain();
        Regs.D = shift;
        Regs.E = key;
        Regs.F = valid ? Flags.Z : (byte)0;
        Finish(KeyScanCost);
    }

    private void ScanKeyboard()
    {
        bool newKey = UpdateKeyboard();
        DestroyMain();
        Finish(KeyboardCost + (newKey ? NewKeyCost : 0));
    }

    private bool Scan(out byte key, out byte shift)
    {
        key = shift = NoKey;
        int count = 0;
        for (int row = 0; row < 8; row++)
        {
            int down = ~_machine.Keyboard.Read(~(1 << row)) & 0x1F;
            for (int bit = 0; bit < 5; bit++)
            {
                if ((down & 1 << bit) == 0)
                {
                    continue;
                }
                if (++count > 2)
                {
                    return false;
                }
                shift = key;
                key = (byte)(0x2F - row - 8 * (bit + 1));
            }
        }
        if (shift is NoKey or CapsShiftValue or SymbolShiftValue)
        {
            return true;
        }
        (key, shift) = (shift, key);
        return shift == SymbolShiftValue;
    }

    /// <summary>KEYBOARD: debounces and repeats; sets LAST_K and bit 5 of FLAGS. True if it did.</summary>
    private bool UpdateKeyboard()
    {
        bool valid = Scan(out byte key, out byte shift);
        if (!valid)
        {
            return false;
        }
        for (int slot = 0; slot < 2; slot++)
        {
            Span<byte> state = KeySlot(slot);
            if (state[0] != NoKey && --state[1] == 0)
            {
                state[0] = NoKey;
            }
        }
        if (key is NoKey or CapsShiftValue || key == SymbolShiftValue && shift != CapsShiftValue)
        {
            return false;
        }
        byte main = (byte)MainCodes[key];
        for (int slot = 0; slot < 2; slot++)
        {
            if (KeySlot(slot)[0] == main)
            {
                return Repeat(KeySlot(slot));
            }
        }
        // The second slot is filled first.
        Span<byte> free = KeySlot(1)[0] == NoKey ? KeySlot(1) : KeySlot(0);
        if (free[0] != NoKey)
        {
            return false;
        }
        free[0] = main;
        free[1] = ForgetScans;
        free[2] = Memory[SystemVariables.RepDel];
        free[3] = Decode((char)main, shift);
        Announce(free[3]);
        return true;
    }

    private Span<byte> KeySlot(int slot) => Memory.Slice(SystemVariables.Kstate + slot * 4, 4);

    private bool Repeat(Span<byte> state)
    {
        state[1] = ForgetScans;
        if (--state[2] != 0)
        {
            return false;
        }
        state[2] = Memory[SystemVariables.RepPer];
        Announce(state[3]);
        return true;
    }

    private void Announce(byte code)
    {
        Memory[SystemVariables.LastK] = code;
        Memory[SystemVariables.Flags] |= NewKey;
    }

    /// <summary>K-DECODE in L mode, the one machine code sees.</summary>
    private byte Decode(char main, byte shift)
    {
        bool caps = (Memory[SystemVariables.Flags2] & CapsLock) != 0;
        return (shift, main) switch
        {
            (_, '\r' or ' ' or ExtendedMode) => (byte)main,
            (SymbolShiftValue, >= '0' and <= '9') => SymbolDigits[main - '0'],
            (SymbolShiftValue, _) => SymbolLetters[main - 'A'],
            (CapsShiftValue, >= '0' and <= '9') => ShiftedDigits[main - '0'],
            (_, >= '0' and <= '9') => (byte)main,
            (CapsShiftValue, _) => (byte)main,
            _ => (byte)(caps ? main : char.ToLowerInvariant(main)),
        };
    }

    /// <summary>WAIT-KEY: waits for a new key and returns its code in A, carry set.</summary>
    private void WaitKey()
    {
        ref byte flags = ref Memory[SystemVariables.Flags];
        if ((flags & NewKey) == 0)
        {
            // Only an interrupt can change anything, and PC stays here for it.
            _machine.Cpu.T = _machine.Ula.FrameStart + Ula.FrameLength;
            return;
        }
        flags &= unchecked((byte)~NewKey);
        byte code = Memory[SystemVariables.LastK];
        if (code == CapsLockCode)
        {
            Memory[SystemVariables.Flags2] ^= CapsLock;
            return;
        }
        Regs.A = code;
        Regs.F = Flags.C;
        Finish(WaitKeyCost);
    }

    /// <summary>BREAK-KEY: carry clear if CAPS SHIFT and SPACE are down.</summary>
    private void BreakKey()
    {
        bool pressed = _machine.Keyboard.IsDown(Key.CapsShift) && _machine.Keyboard.IsDown(Key.Space);
        Regs.F = pressed ? (byte)0 : Flags.C;
        Finish(BreakKeyCost);
    }
}
