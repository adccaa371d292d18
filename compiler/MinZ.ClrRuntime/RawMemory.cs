namespace MinZ.Runtime;

/// <summary>
/// Where a thread's frames in raw memory are: from start to end, used up to top. Zero: it has none yet.
/// </summary>
internal struct RawStack
{
    public int Start, Top, End;
}

/// <summary>
/// Memory behind raw addresses. The first 64 KB are the machine MinZ programs know, without ROM or hardware; above
/// lie the variables whose address the program computes with, and copies of strings whose bytes it points to. It never
/// moves, so slices may be over it.
/// </summary>
public static class RawMemory
{
    private const int Machine = 0x10000;
    /// <summary>No variable lies at a multiple of 64 KB, which cut to 16 bits would look like null.</summary>
    private const int Gap = 16;
    private const int MainStack = 1 << 20;
    private const int ThreadStack = 1 << 16;
    private const int Size = 1 << 24;
    private static readonly byte[] s_bytes = new byte[Size];
    private static int s_end = Machine + MainStack;
    private static readonly List<int> s_freeStacks = new List<int>();
    private static readonly Dictionary<byte[], int> s_texts = new Dictionary<byte[], int>();

    /// <summary>Frames of the thread that runs.</summary>
    internal static RawStack Stack = new RawStack { Start = Machine, Top = Machine + Gap, End = Machine + MainStack };

    /// <summary>The memory.</summary>
    public static byte[] Bytes => s_bytes;

    /// <summary>Reserves zeroed bytes for good.</summary>
    internal static int Reserve(int size)
    {
        if (s_end % Machine < Gap)
            s_end += Gap;
        if (size > Size - s_end)
            throw Traps.New((int)TrapCode.OutOfMemory);
        var address = s_end;
        s_end += size;
        return address;
    }

    /// <summary>Reserves zeroed bytes until <see cref="Leave"/>.</summary>
    internal static int Enter(int size)
    {
        if (Stack.End == 0)
            Begin();
        var frame = Stack.Top;
        if (size > Stack.End - frame)
            throw Traps.New((int)TrapCode.StackOverflow);
        Array.Clear(s_bytes, frame, size);
        Stack.Top = frame + size;
        return frame;
    }

    internal static void Leave(int frame) => Stack.Top = frame;

    private static void Begin()
    {
        int start;
        if (s_freeStacks.Count > 0)
        {
            start = s_freeStacks[s_freeStacks.Count - 1];
            s_freeStacks.RemoveAt(s_freeStacks.Count - 1);
        }
        else
            start = Reserve(ThreadStack);
        Stack = new RawStack { Start = start, Top = start + Gap, End = start + ThreadStack };
    }

    /// <summary>The running thread ends: another may have its frames.</summary>
    internal static void Release()
    {
        if (Stack.End != 0)
            s_freeStacks.Add(Stack.Start);
        Stack = default;
    }

    /// <summary>A slice over bytes of raw memory.</summary>
    internal static ArraySegment<byte> Slice(int address, int length)
    {
        Check(address, length);
        return new ArraySegment<byte>(s_bytes, address, length);
    }

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
