using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    /// <summary>
    /// Where the memory of a program with 16-bit addresses starts: function addresses, globals, strings, machine code
    /// of its assembly, frames, heap. Below is what a ZX Spectrum keeps for itself.
    /// </summary>
    public const uint NearBase = 0x8000;
    /// <summary>Where that memory ends, but for what the program itself pokes there.</summary>
    public const uint NearEnd = 0xFF00;
    private const uint GuardBytes = 8;

    private byte* _base;
    private readonly byte[]? _near;
    private long* _frames;

    /// <summary>Reserves memory.</summary>
    /// <param name="size">Addressable bytes.</param>
    /// <param name="frameSlots">Slots for register frames.</param>
    /// <param name="isNear">True for 64 KB that assembly runs in.</param>
    /// <exception cref="VmLoadException">The host has not that much.</exception>
    public LinearMemory(uint size, int frameSlots, bool isNear = false)
    {
        try
        {
            if (isNear)
            {
                size = LowBytes;
                _near = GC.AllocateArray<byte>((int)(size + GuardBytes), pinned: true);
                _base = (byte*)Unsafe.AsPointer(ref _near[0]);
            }
            else
            {
                _base = (byte*)NativeMemory.AllocZeroed(size + GuardBytes);
            }
            // A call checks the limit by the frame size it read, which another machine may just be setting with the
            // code: one frame more is always there.
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

    /// <summary>Bytes before a string's first: its length, in near memory 16 bits wide.</summary>
    public int TextHeader => _near is null ? 4 : 2;

    /// <summary>The memory itself when it is near memory.</summary>
    public byte[]? Near => _near;

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
        var header = (uint)TextHeader;
        if (!Covers(address, header))
            return false;
        var length = _near is null ? *(uint*)(_base + address) : *(ushort*)(_base + address);
        if (length > int.MaxValue || !Covers(address + header, length))
            return false;
        text = new ReadOnlySpan<byte>(_base + address + header, (int)length);
        return true;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_near is null)
            NativeMemory.Free(_base);
        NativeMemory.Free(_frames);
        _base = null;
        _frames = null;
    }
}
