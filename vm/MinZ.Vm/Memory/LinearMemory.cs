using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MinZ.Mir;

namespace MinZ.Vm.Memory;

/// <summary>
/// The memory a program can address, by 32-bit offsets, and, out of its reach, the register frames of its threads.
/// <code>
/// 0x00000000  null page: any access traps
/// 0x00001000  plain RAM up to 64 KB: what memory-mapped programs poke
/// 0x00010000  globals and strings
///             addressable frames (slots whose address is taken)
///             heap, growing up
/// Size        end; an access may start below it and run into eight guard bytes
/// </code>
/// The block is reserved at once and never moves; the operating system commits pages as they are touched.
/// Register frames hold return addresses of the host, so no program address may reach them.
/// </summary>
internal sealed unsafe class LinearMemory : IDisposable
{
    /// <summary>Bytes at address 0 that no access may touch.</summary>
    public const uint NullPageBytes = 4096;
    /// <summary>Where globals start: below is plain RAM.</summary>
    public const uint LowBytes = 0x10000;
    /// <summary>Addresses from here on denote functions.</summary>
    public const uint FunctionBase = 0xF000_0000;
    private const uint GuardBytes = 8;

    private byte* _base;
    private long* _frames;

    /// <summary>Reserves memory.</summary>
    /// <param name="size">Addressable bytes.</param>
    /// <param name="frameSlots">Slots for register frames.</param>
    /// <exception cref="VmLoadException">The host has not that much.</exception>
    public LinearMemory(uint size, int frameSlots)
    {
        try
        {
            _base = (byte*)NativeMemory.AllocZeroed(size + GuardBytes);
            // A call checks the limit by the frame size it read, which another machine may just be setting with the code:
            // one frame more is always there.
            _frames = (long*)NativeMemory.Alloc((nuint)frameSlots + ushort.MaxValue, sizeof(long));
        }
        catch (OutOfMemoryException)
        {
            Dispose();
            throw new VmLoadException($"the host cannot reserve {size} bytes of memory for the program");
        }
        Size = size;
        FrameSlots = frameSlots;
    }

    ~LinearMemory() => Free();

    public byte* Base => _base;
    public uint Size { get; }
    public long* Frames => _frames;
    public int FrameSlots { get; }

    /// <summary>True when the whole range may be accessed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Covers(uint address, ulong bytes) =>
        address >= NullPageBytes && address + bytes <= Size;

    /// <summary>Bytes of the program, or an empty span when the range is not all accessible.</summary>
    public Span<byte> Bytes(uint address, int count) =>
        count > 0 && Covers(address, (uint)count) ? new Span<byte>(_base + address, count) : [];

    /// <summary>Bytes of a string by the address of its record; false when it is not all accessible.</summary>
    public bool TryText(uint address, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!Covers(address, 4))
            return false;
        var length = *(uint*)(_base + address);
        if (length > int.MaxValue || !Covers(address + 4, length))
            return false;
        text = new ReadOnlySpan<byte>(_base + address + 4, (int)length);
        return true;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_base);
        NativeMemory.Free(_frames);
        _base = null;
        _frames = null;
    }
}
