namespace MinZ.Z80;

/// <summary>
/// The forty keys; the value is <c>half-row * 5 + bit</c>, half-rows counted from port 0xFEFE to port 0x7FFE.
/// </summary>
public enum Key
{
    CapsShift, Z, X, C, V,
    A, S, D, F, G,
    Q, W, E, R, T,
    Digit1, Digit2, Digit3, Digit4, Digit5,
    Digit0, Digit9, Digit8, Digit7, Digit6,
    P, O, I, U, Y,
    Enter, L, K, J, H,
    Space, SymbolShift, M, N, B,
}

/// <summary>The key matrix, operated by hand or by a script of events at given frames.</summary>
public sealed class Keyboard
{
    /// <summary>Frames a typed key is held: the ROM wants to see it in two scans.</summary>
    public const int TypedHold = 4;

    /// <summary>Frames between two typed keys: the ROM takes five scans to forget a released one.</summary>
    public const int TypedPause = 6;

    private const int RowCount = 8;
    private const int RowKeys = 5;

    // What SYMBOL SHIFT makes of the letters a to z and the digits 0 to 9; a space where it makes a keyword.
    private const string SymbolLetters = " *?    ↑ -+=.,;\" < > / £ :";
    private const string SymbolDigits = "_!@#$%&'()";

    private readonly byte[] _rows = [0x1F, 0x1F, 0x1F, 0x1F, 0x1F, 0x1F, 0x1F, 0x1F];
    private readonly PriorityQueue<(Key Key, bool Down), (long Frame, int Order)> _script = new();
    private int _order;

    /// <summary>Pushes a key down until it is released.</summary>
    public void Press(Key key) => _rows[(int)key / RowKeys] &= (byte)~(1 << (int)key % RowKeys);

    /// <summary>Lets a key go.</summary>
    public void Release(Key key) => _rows[(int)key / RowKeys] |= (byte)(1 << (int)key % RowKeys);

    /// <summary>Whether the key is down.</summary>
    public bool IsDown(Key key) => (_rows[(int)key / RowKeys] & 1 << (int)key % RowKeys) == 0;

    /// <summary>Lets all keys go and forgets the script.</summary>
    public void Clear()
    {
        Array.Fill(_rows, (byte)0x1F);
        _script.Clear();
    }

    /// <summary>Presses a key at the start of a frame and releases it <paramref name="frames"/> frames later.</summary>
    public void HoldAt(long frame, Key key, int frames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        PressAt(frame, key);
        ReleaseAt(frame + frames, key);
    }

    /// <summary>Presses a key at the start of a frame.</summary>
    public void PressAt(long frame, Key key) => _script.Enqueue((key, true), (frame, _order++));

    /// <summary>Releases a key at the start of a frame.</summary>
    public void ReleaseAt(long frame, Key key) => _script.Enqueue((key, false), (frame, _order++));

    /// <summary>Types text from the given frame on, with the shifts it needs; a line feed is ENTER.</summary>
    /// <returns>The frame after the last key.</returns>
    /// <exception cref="ArgumentException">A character no key gives.</exception>
    public long TypeAt(long frame, string text)
    {
        foreach (char character in text)
        {
            (Key key, Key? shift) = KeysFor(character);
            if (shift is { } held)
            {
                HoldAt(frame, held, TypedHold);
            }
            HoldAt(frame, key, TypedHold);
            frame += TypedHold + TypedPause;
        }
        return frame;
    }

    /// <summary>The keys that give a character: the key itself and the shift to hold with it.</summary>
    /// <exception cref="ArgumentException">A character no key gives.</exception>
    public static (Key Key, Key? Shift) KeysFor(char character)
    {
        switch (character)
        {
            case '\n' or '\r': return (Key.Enter, null);
            case ' ': return (Key.Space, null);
            case >= 'a' and <= 'z': return (Letter(character - 'a'), null);
            case >= 'A' and <= 'Z': return (Letter(character - 'A'), Key.CapsShift);
            case >= '0' and <= '9': return (Digit(character - '0'), null);
        }
        int letter = SymbolLetters.IndexOf(character);
        if (letter >= 0)
        {
            return (Letter(letter), Key.SymbolShift);
        }
        int digit = SymbolDigits.IndexOf(character);
        return digit >= 0
            ? (Digit(digit), Key.SymbolShift)
            : throw new ArgumentException($"no Spectrum key types U+{(int)character:X4}", nameof(character));
    }

    /// <summary>Plays the script up to and including this frame.</summary>
    internal void BeginFrame(long frame)
    {
        while (_script.TryPeek(out (Key Key, bool Down) step, out (long Frame, int) due) && due.Frame <= frame)
        {
            _script.Dequeue();
            if (step.Down)
            {
                Press(step.Key);
            }
            else
            {
                Release(step.Key);
            }
        }
    }

    /// <summary>
    /// Bits 0 to 4 of a read from port 0xFE: the half-rows whose address line is low, 0 for a key that is down.
    /// </summary>
    internal byte Read(int portHigh)
    {
        int keys = 0x1F;
        for (int row = 0; row < RowCount; row++)
        {
            keys &= (portHigh & 1 << row) == 0 ? _rows[row] : 0x1F;
        }
        return (byte)keys;
    }

    private static Key Letter(int index) => Enum.Parse<Key>(((char)('A' + index)).ToString());

    private static Key Digit(int digit) => Enum.Parse<Key>($"Digit{digit}");
}
