using System.Runtime.CompilerServices;

namespace MinZ.Z80;

/// <summary>
/// The custom chip of the 48K Spectrum: video timing, memory contention, border, speaker and keyboard port.
/// </summary>
/// <remarks>Times inside a frame are T-states since the interrupt; numbers as in the contended-memory pages of the
/// Sinclair wiki.</remarks>
public sealed class Ula
{
    /// <summary>T-states of a frame: 312 lines of 224.</summary>
    public const int FrameLength = 69888;

    /// <summary>T-states of a scan line.</summary>
    public const int LineLength = 224;

    /// <summary>The interrupt line is low for this long from the start of a frame.</summary>
    public const int InterruptLength = 32;

    /// <summary>Pixel lines of the picture.</summary>
    public const int ScreenLines = 192;

    /// <summary>When the first pixel of the first screen line appears.</summary>
    public const int FirstPixel = 14336;

    /// <summary>More speaker edges than this are counted, but no longer listed.</summary>
    public const int MaxListedEdges = 1 << 20;

    private const int FetchLength = 128;
    private const byte BorderBits = 0x07;
    private const byte SpeakerBit = 0x10;
    private const byte EarBit = 0x40;
    private const byte UnusedBits = 0xA0;

    private static readonly byte[] Delays = MakeDelays();

    private readonly byte[] _memory;
    private readonly List<long> _edges = [];
    private List<(int T, byte Colour)> _stripes = [(0, 7)];
    private List<(int T, byte Colour)> _lastStripes = [(0, 7)];
    private byte _lastOut = 7;

    internal Ula(byte[] memory) => _memory = memory;

    /// <summary>The key matrix.</summary>
    public Keyboard Keyboard { get; } = new();

    /// <summary>The T-state at which the current frame began.</summary>
    public long FrameStart { get; private set; }

    /// <summary>Frames since power on.</summary>
    public long Frame { get; private set; }

    /// <summary>The border colour now, 0 to 7.</summary>
    public byte Border => (byte)(_lastOut & BorderBits);

    /// <summary>Changes of the speaker bit so far.</summary>
    public long EdgeCount { get; private set; }

    /// <summary>The T-states of the first <see cref="MaxListedEdges"/> changes of the speaker bit.</summary>
    public IReadOnlyList<long> Edges => _edges;

    internal byte? Joystick { get; set; }

    /// <summary>A write to this port, all 16 bits, goes to <see cref="ExitWritten"/>; none by default.</summary>
    internal int? ExitPort { get; set; }

    internal Action<byte>? ExitWritten { get; set; }

    /// <summary>
    /// The border of the last whole frame: each colour with the time in the frame from which it shows.
    /// </summary>
    public IReadOnlyList<(int T, byte Colour)> Stripes => _lastStripes;

    /// <summary>How long the ULA stops the processor that touches it or its memory at this moment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Delay(long t)
    {
        ulong inFrame = (ulong)(t - FrameStart);
        return inFrame < FrameLength ? Delays[inFrame] : 0;
    }

    /// <summary>Moves on while the time lies behind the current frame.</summary>
    internal void CatchUp(long t)
    {
        while (t - FrameStart >= FrameLength)
        {
            FrameStart += FrameLength;
            Frame++;
            (_stripes, _lastStripes) = (_lastStripes, _stripes);
            _stripes.Clear();
            _stripes.Add((0, Border));
            Keyboard.BeginFrame(Frame);
        }
    }

    internal byte In(ushort port, long t)
    {
        if ((port & 1) != 0)
        {
            // The interface looks at A5 alone.
            return (port & 0x20) == 0 && Joystick is { } joystick ? joystick : FloatingBus(t);
        }
        // With no tape the EAR input follows the speaker output, as on issue 3 boards.
        int ear = (_lastOut & SpeakerBit) != 0 ? EarBit : 0;
        return (byte)(Keyboard.Read(port >> 8) | UnusedBits | ear);
    }

    internal void Out(ushort port, byte value, long t)
    {
        if ((port & 1) == 0)
        {
            if (((value ^ _lastOut) & BorderBits) != 0)
            {
                _stripes.Add(((int)(t - FrameStart), (byte)(value & BorderBits)));
            }
            if (((value ^ _lastOut) & SpeakerBit) != 0)
            {
                AddEdge(t);
            }
            _lastOut = value;
        }
        if (port == ExitPort)
        {
            ExitWritten?.Invoke(value);
        }
    }

    /// <summary>Sets the border without the program doing it: snapshots, the ROM's start.</summary>
    internal void SetBorder(byte colour, long t) => Out(0xFE, (byte)(_lastOut & ~BorderBits | colour & BorderBits), t);

    internal void ToggleSpeaker(long t)
    {
        AddEdge(t);
        _lastOut ^= SpeakerBit;
    }

    private void AddEdge(long t)
    {
        EdgeCount++;
        if (_edges.Count < MaxListedEdges)
        {
            _edges.Add(t);
        }
    }

    // A port nobody answers reads what the ULA is fetching: two pixel bytes and their attributes in eight T-states,
    // of which the last four are idle.
    private byte FloatingBus(long t)
    {
        int sinceFirst = (int)(t - FrameStart) - (FirstPixel + 3);
        int line = sinceFirst / LineLength;
        int column = sinceFirst % LineLength;
        if (sinceFirst < 0 || line >= ScreenLines || column >= FetchLength || (column & 7) >= 4)
        {
            return 0xFF;
        }
        int x = column / 8 * 2 + ((column & 7) >> 1);
        return _memory[(column & 1) == 0 ? Screen.PixelAddress(x, line) : Screen.AttributeAddress(x, line)];
    }

    private static byte[] MakeDelays()
    {
        var delays = new byte[FrameLength];
        for (int line = 0; line < ScreenLines; line++)
        {
            for (int t = 0; t < FetchLength; t++)
            {
                delays[FirstPixel - 1 + line * LineLength + t] = (byte)Math.Max(0, 6 - (t & 7));
            }
        }
        return delays;
    }
}
