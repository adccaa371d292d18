namespace MinZ.Runtime;

/// <summary>
/// Memory behind raw addresses. The first 64 KB are the machine MinZ programs know, without ROM or hardware; above
/// lie the
/// variables whose address the program computes with, and copies of strings whose bytes it points to.
/// </summary>
public static class RawMemory
{
    private const int Machine = 0x10000;
    private const int StackBytes = 1 << 20;
    private static byte[] s_bytes = new byte[Machine + StackBytes];
    private static int s_stack = Machine;
    private static int s_end = Machine + StackBytes;
    private static readonly Dictionary<byte[], int> s_texts = new Dictionary<byte[], int>();

    /// <summary>The memory; grows, so do not keep it.</summary>
    public static byte[] Bytes => s_bytes;

    /// <summary>Reserves zeroed bytes for good.</summary>
    internal static int Reserve(int size)
    {
        var address = s_end;
        s_end = checked(s_end + size);
        if (s_end > s_bytes.Length)
            Array.Resize(ref s_bytes, Math.Max(s_end, s_bytes.Length * 2));
        return address;
    }

    /// <summary>Reserves zeroed bytes until <see cref="Leave"/>.</summary>
    internal static int Enter(int size)
    {
        var frame = s_stack;
        if (size > Machine + StackBytes - frame)
            throw Traps.New((int)TrapCode.StackOverflow);
        Array.Clear(s_bytes, frame, size);
        s_stack = frame + size;
        return frame;
    }

    internal static void Leave(int frame) => s_stack = frame;

    /// <summary>
    /// Address of a copy of a string's bytes, with a zero byte behind; the same for the same string value.
    /// </summary>
    internal static int OfText(Str text)
    {
        if (s_texts.TryGetValue(text.Bytes, out var address))
            return address;
        address = Reserve(text.Length + 1);
        text.Bytes.CopyTo(s_bytes, address);
        s_texts.Add(text.Bytes, address);
        return address;
    }

    /// <summary>Little-endian integer of 1 to 8 bytes, zero-extended.</summary>
    internal static long Peek(int address, int size)
    {
        Check(address, size);
        long value = 0;
        for (var i = size - 1; i >= 0; i--)
            value = value << 8 | s_bytes[address + i];
        return value;
    }

    internal static int Peek(int address)
    {
        if ((uint)address >= (uint)s_bytes.Length)
            throw Traps.New((int)TrapCode.BadAddress);
        return s_bytes[address];
    }

    internal static void Poke(int address, long value, int size)
    {
        Check(address, size);
        for (var i = 0; i < size; i++, value >>= 8)
            s_bytes[address + i] = (byte)value;
    }

    internal static void Copy(int to, int from, int size)
    {
        Check(to, size);
        Check(from, size);
        Array.Copy(s_bytes, from, s_bytes, to, size);
    }

    internal static void Clear(int address, int size)
    {
        Check(address, size);
        Array.Clear(s_bytes, address, size);
    }

    /// <summary>Address of an element of an array, checked.</summary>
    internal static int Element(int address, long index, int length, int size)
    {
        if ((ulong)index >= (ulong)length)
            throw new IndexOutOfRangeException();
        return address + (int)index * size;
    }

    /// <summary>A byte from an input port: nothing is connected.</summary>
    internal static int In(int port) => 0xFF;

    private static void Check(int address, int size)
    {
        if (address < 0 || address > s_bytes.Length - size)
            throw Traps.New((int)TrapCode.BadAddress);
    }
}
