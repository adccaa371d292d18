using System.Globalization;
using System.Text;
using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Formats;

/// <summary>What a tape is written with.</summary>
/// <param name="Name">Name of the program; 10 characters of Latin letters, longer names are cut.</param>
/// <param name="Start">Address that the loader calls.</param>
public sealed record TapOptions(string Name, int Start)
{
    /// <summary>The line of BASIC that clears the screen between loading and starting.</summary>
    public bool ClearScreen { get; init; } = true;

    /// <summary>
    /// Loads with white ink on white paper, so that the ROM's message about the block is not seen. Works with any
    /// ROM, unlike a change of the screen channel.
    /// </summary>
    public bool HideLoading { get; init; }

    /// <summary>Address for CLEAR, the last byte BASIC may use; null for the one below the image.</summary>
    public int? Clear { get; init; }
}

/// <summary>
/// Writes <c>.tap</c>: a BASIC loader that starts by itself, then the image as a CODE block; as several where gaps
/// between its regions would take longer to load than another header. Each block is
/// <c>length (word), flag, data, checksum</c>, the checksum being the XOR of flag and data.
/// </summary>
/// <remarks>
/// The loader is <c>10 CLEAR n: LOAD ""CODE: CLS: RANDOMIZE USR start</c>. The program is entered with BC = start,
/// SP below n, IY = 5C3A, interrupts on in mode 1; HL' must be what it was when it returns to BASIC.
/// </remarks>
public static class TapWriter
{
    /// <summary>Lowest origin that leaves BASIC the room it needs to run the loader.</summary>
    public const int MinOrigin = 0x6000;

    private const byte HeaderFlag = 0x00;
    private const byte DataFlag = 0xFF;
    private const byte TypeProgram = 0;
    private const byte TypeCode = 3;
    private const int NameLength = 10;
    private const int LineNumber = 10;

    // A header with its leader and pause takes about 6 s, in which 1 KB of data loads.
    private const int MaxGap = 1024;

    // Tokens of Sinclair BASIC.
    private const byte Code = 0xAF;
    private const byte Usr = 0xC0;
    private const byte Ink = 0xD9;
    private const byte Paper = 0xDA;
    private const byte Load = 0xEF;
    private const byte Randomize = 0xF9;
    private const byte Cls = 0xFB;
    private const byte Clear = 0xFD;
    private const byte NumberMark = 0x0E;
    private const byte Enter = 0x0D;

    /// <summary>Writes the tape.</summary>
    /// <exception cref="ArgumentException">
    /// The image is empty or begins below <see cref="MinOrigin"/>.
    /// </exception>
    public static byte[] Write(Image image, TapOptions options)
    {
        if (image.Bytes.IsEmpty)
            throw new ArgumentException("the image is empty", nameof(image));
        if (image.Origin < MinOrigin)
            throw new ArgumentException($"origin 0x{image.Origin:X4} leaves no room for BASIC", nameof(image));

        var parts = Parts(image);
        var loader = Loader(options, options.Clear ?? image.Origin - 1, parts.Count);
        var tape = new List<byte>(image.Bytes.Length + 256);
        AddBlock(tape, HeaderFlag, Header(TypeProgram, options.Name, loader.Length, LineNumber, loader.Length));
        AddBlock(tape, DataFlag, loader);
        foreach (var part in parts)
        {
            AddBlock(tape, HeaderFlag, Header(TypeCode, options.Name, part.Length, part.Start, 0x8000));
            AddBlock(tape, DataFlag, image.Bytes.AsSpan(part.Start - image.Origin, part.Length));
        }
        return [.. tape];
    }

    private static List<ImageRegion> Parts(Image image)
    {
        var parts = new List<ImageRegion>();
        foreach (var region in image.Regions)
        {
            if (parts.Count > 0 && region.Start - parts[^1].End <= MaxGap)
                parts[^1] = new ImageRegion(parts[^1].Start, region.End - parts[^1].Start);
            else
                parts.Add(region);
        }
        return parts;
    }

    private static byte[] Loader(TapOptions options, int clear, int parts)
    {
        var statements = new List<byte[]> { Statement(Clear, clear) };
        if (options.HideLoading)
            statements.AddRange([Statement(Paper, 7), Statement(Ink, 7), [Cls]]);
        for (var i = 0; i < parts; i++)
            statements.Add([Load, (byte)'"', (byte)'"', Code]);
        if (options.HideLoading)
            statements.Add(Statement(Ink, 0));
        if (options.ClearScreen || options.HideLoading)
            statements.Add([Cls]);
        statements.Add([Randomize, .. Statement(Usr, options.Start)]);

        var text = new List<byte>();
        foreach (var statement in statements)
        {
            if (text.Count > 0)
                text.Add((byte)':');
            text.AddRange(statement);
        }
        text.Add(Enter);
        // The line number is the one big-endian word of the format.
        var line = new List<byte> { LineNumber >> 8, LineNumber & 0xFF };
        line.AddWord(text.Count);
        line.AddRange(text);
        return [.. line];
    }

    // A number is its digits, then a mark and the value as the ROM's 5-byte integer: 0, sign, low, high, 0.
    private static byte[] Statement(byte token, int number) =>
    [
        token, .. Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)), NumberMark,
        0, 0, (byte)number, (byte)(number >> 8), 0,
    ];

    private static byte[] Header(byte type, string name, int length, int parameter1, int parameter2)
    {
        var header = new List<byte> { type };
        header.AddRange(TapeName(name));
        header.AddWord(length);
        header.AddWord(parameter1);
        header.AddWord(parameter2);
        return [.. header];
    }

    // Codes of 128 and above would be printed as BASIC keywords.
    private static byte[] TapeName(string name) =>
    [
        .. name.PadRight(NameLength)[..NameLength].Select(c => c is >= ' ' and <= '~' ? (byte)c : (byte)'?'),
    ];

    private static void AddBlock(List<byte> tape, byte flag, ReadOnlySpan<byte> data)
    {
        tape.AddWord(data.Length + 2);
        tape.Add(flag);
        var checksum = flag;
        foreach (var value in data)
        {
            tape.Add(value);
            checksum ^= value;
        }
        tape.Add(checksum);
    }
}
