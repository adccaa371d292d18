using MinZ.Z80.Rom;

namespace MinZ.Z80;

/// <summary>Called before each instruction while installed, for profilers and tracers.</summary>
public interface IInstructionObserver
{
    /// <summary>The instruction at <paramref name="pc"/> starts at T-state <paramref name="t"/>.</summary>
    void BeforeInstruction(ushort pc, long t);
}

/// <summary>
/// A ZX Spectrum 48K: processor, memory with contention, ULA, keyboard, and a ROM image or our substitute for one.
/// </summary>
/// <remarks>
/// Made for embedding: deterministic, silent, no clock; programs get in by <see cref="Load(SnaFile)"/> and its kin
/// and run by frames, T-states or up to an event. One thread at a time.
/// </remarks>
public sealed partial class Spectrum
{
    /// <summary>Bytes of a ROM image.</summary>
    public const int RomSize = 0x4000;

    /// <summary>Processor T-states per second.</summary>
    public const int ClockFrequency = 3_500_000;

    /// <summary>The ROM's STACK-BC, where a program called by USR returns to BASIC.</summary>
    public const ushort StackBc = 0x2D2B;

    // The longest start we know of tests all RAM; two seconds suffice for it.
    private const int BootFrames = 120;

    private const int AddressSpace = 0x10000;

    private readonly byte[] _memory;
    private readonly SubstituteRom? _rom;

    /// <summary>A machine with our substitute ROM: printing, keyboard, sound and plotting, but no BASIC.</summary>
    public Spectrum()
        : this(new byte[AddressSpace])
    {
    }

    /// <summary>
    /// A machine like that of <see cref="Spectrum()"/> whose memory another program sees and changes as well.
    /// </summary>
    /// <param name="memory">At least 64 KB, all zero; those behind the first 64 KB are not used.</param>
    public static Spectrum Over(byte[] memory)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memory.Length, AddressSpace);
        return new Spectrum(memory);
    }

    private Spectrum(byte[] memory)
        : this(memory, hasRom: false)
    {
        _rom = new SubstituteRom(this);
        Array.Fill(_watch, Watch.Rom, 0, RomSize);
        ReturnAddress = StackBc;
        _rom.Start();
    }

    /// <summary>A machine with a ROM image, just started: its copyright message is on the screen.</summary>
    /// <param name="rom">16,384 bytes: a Sinclair 48K ROM or a compatible one.</param>
    /// <exception cref="ArgumentException">The image has another size.</exception>
    public Spectrum(ReadOnlySpan<byte> rom)
        : this(new byte[AddressSpace], hasRom: true)
    {
        if (rom.Length != RomSize)
        {
            throw new ArgumentException($"a 48K ROM image has {RomSize} bytes, not {rom.Length}", nameof(rom));
        }
        rom.CopyTo(_memory);
        ReturnAddress = StackBc;
        Mark(ErrorEntry, Watch.Error, true);
        RunFrames(BootFrames);
    }

    private Spectrum(byte[] memory, bool hasRom)
    {
        _memory = memory;
        HasRom = hasRom;
        Ula = new Ula(_memory) { ExitWritten = ExitFromPort };
        Cpu = new Cpu<SpectrumBus>(new SpectrumBus(_memory, Ula));
    }

    /// <summary>Whether this machine runs a ROM image rather than our substitute.</summary>
    public bool HasRom { get; }

    /// <summary>The processor.</summary>
    public Cpu<SpectrumBus> Cpu { get; }

    /// <summary>Video timing, border, speaker.</summary>
    public Ula Ula { get; }

    /// <summary>The key matrix and its script.</summary>
    public Keyboard Keyboard => Ula.Keyboard;

    /// <summary>A Kempston joystick, bits 000FUDLR, 1 for pressed; null, the default, if none is plugged in.</summary>
    public byte? Joystick
    {
        get => Ula.Joystick;
        set => Ula.Joystick = value;
    }

    /// <summary>T-states since power on.</summary>
    public long T => Cpu.T;

    /// <summary>Frames since power on.</summary>
    public long Frame => Ula.Frame;

    /// <summary>All 64 KB, ROM included; changes take effect at once and cost no time.</summary>
    public Span<byte> Memory => _memory.AsSpan(0, AddressSpace);

    /// <summary>The byte at an address.</summary>
    public byte Peek(ushort address) => _memory[address];

    /// <summary>The little-endian word at an address, wrapping around at the end of memory.</summary>
    public ushort Peek16(ushort address) => (ushort)(_memory[address] | _memory[(ushort)(address + 1)] << 8);

    /// <summary>Changes a byte, even in ROM.</summary>
    public void Poke(ushort address, byte value) => _memory[address] = value;

    /// <summary>Changes a little-endian word, even in ROM.</summary>
    public void Poke16(ushort address, ushort value)
    {
        _memory[address] = (byte)value;
        _memory[(ushort)(address + 1)] = (byte)(value >> 8);
    }

    /// <summary>Sets the border colour, 0 to 7, as a snapshot or BASIC would before the program.</summary>
    public void SetBorder(byte colour) => Ula.SetBorder(colour, T);

    /// <summary>The screen as 24 rows of 32 characters; see <see cref="Screen.Text"/>.</summary>
    public string[] ScreenText() => Screen.Text(_memory);

    /// <summary>The screen with its border, 320 by 240 palette indices; see <see cref="Screen.Palette"/>.</summary>
    /// <remarks>
    /// The border shows the stripes of the last whole frame; after a program has ended, the colour it left.
    /// </remarks>
    public byte[] Picture() =>
        Screen.Render(_memory, _hasEnded ? [(0, Ula.Border)] : Ula.Stripes, Frame);

    /// <summary><see cref="Picture"/> as a PNG file.</summary>
    public byte[] PicturePng() => Png.Encode(Screen.Width, Picture(), Screen.Palette);

    private void Push(ushort value)
    {
        Cpu.Regs.SP -= 2;
        Poke16(Cpu.Regs.SP, value);
    }
}
