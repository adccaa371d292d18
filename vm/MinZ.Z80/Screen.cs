namespace MinZ.Z80;

/// <summary>What the picture memory of a Spectrum means: addresses, colours, characters.</summary>
public static class Screen
{
    /// <summary>Width of the picture with its border.</summary>
    public const int Width = 320;

    /// <summary>Height of the picture with its border.</summary>
    public const int Height = 240;

    /// <summary>Characters in a row.</summary>
    public const int Columns = 32;

    /// <summary>Character rows.</summary>
    public const int Rows = 24;

    /// <summary>What <see cref="Text"/> shows for a cell that holds no known character.</summary>
    public const char Unknown = '\uFFFD';

    private const int SideBorder = 32;
    private const int TopBorder = 24;
    private const int PixelsPerT = 2;
    private const int GlyphCount = 96;
    private const int GlyphBytes = 8;
    private const int FlashFrames = 16;

    // Bit 0 top right, 1 top left, 2 bottom right, 3 bottom left: the order of the characters 0x80 to 0x8F.
    private const string BlockGraphics = " ▝▘▀▗▐▚▜▖▞▌▛▄▟▙█";

    /// <summary>
    /// The sixteen colours, 0xRRGGBB: black blue red magenta green cyan yellow white, then the same bright.
    /// </summary>
    public static ReadOnlySpan<int> Palette =>
    [
        0x000000, 0x0000C0, 0xC00000, 0xC000C0, 0x00C000, 0x00C0C0, 0xC0C000, 0xC0C0C0,
        0x000000, 0x0000FF, 0xFF0000, 0xFF00FF, 0x00FF00, 0x00FFFF, 0xFFFF00, 0xFFFFFF,
    ];

    /// <summary>The address of the byte with eight pixels.</summary>
    /// <param name="column">0 to 31.</param>
    /// <param name="line">0 to 191, from the top.</param>
    public static int PixelAddress(int column, int line) =>
        0x4000 | (line & 0xC0) << 5 | (line & 0x07) << 8 | (line & 0x38) << 2 | column;

    /// <summary>The address of the attribute (FLASH 80, BRIGHT 40, PAPER 38, INK 07) of that byte.</summary>
    public static int AttributeAddress(int column, int line) => 0x5800 | line >> 3 << 5 | column;

    /// <summary>The picture as palette indices, <see cref="Width"/> by <see cref="Height"/>.</summary>
    /// <param name="memory">The 64 KB.</param>
    /// <param name="stripes">The border colours with the time in the frame from which each shows; the first at
    /// 0.</param>
    /// <param name="frame">Decides the phase of FLASH.</param>
    public static byte[] Render(ReadOnlySpan<byte> memory, IReadOnlyList<(int T, byte Colour)> stripes, long frame)
    {
        var pixels = new byte[Width * Height];
        RenderBorder(pixels, stripes);
        bool swapped = frame / FlashFrames % 2 != 0;
        for (int line = 0; line < Ula.ScreenLines; line++)
        {
            int start = (line + TopBorder) * Width + SideBorder;
            for (int column = 0; column < Columns; column++)
            {
                byte attribute = memory[AttributeAddress(column, line)];
                byte bits = memory[PixelAddress(column, line)];
                if (swapped && (attribute & 0x80) != 0)
                {
                    bits = (byte)~bits;
                }
                int bright = (attribute & 0x40) >> 3;
                for (int bit = 0; bit < 8; bit++)
                {
                    int colour = (bits & 0x80 >> bit) != 0 ? attribute & 7 : attribute >> 3 & 7;
                    pixels[start + column * 8 + bit] = (byte)(colour | bright);
                }
            }
        }
        return pixels;
    }

    /// <summary>
    /// Reads the screen: 24 rows of 32 characters, recognised by their shape in normal or inverse video.
    /// </summary>
    /// <param name="memory">The 64 KB; glyphs come from the ROM's font and from the one the system variable CHARS
    /// names.</param>
    public static string[] Text(ReadOnlySpan<byte> memory)
    {
        var glyphs = new Dictionary<ulong, char>();
        for (int block = 0; block < BlockGraphics.Length; block++)
        {
            glyphs.TryAdd(BlockShape(block), BlockGraphics[block]);
        }
        AddFont(glyphs, memory, SystemVariables.RomFont);
        int chars = memory[SystemVariables.Chars] | memory[SystemVariables.Chars + 1] << 8;
        AddFont(glyphs, memory, chars + 0x100);
        // Inverse video comes last: a plain glyph wins over the inverse of another.
        foreach ((ulong shape, char character) in glyphs.ToArray())
        {
            glyphs.TryAdd(~shape, character);
        }
        var rows = new string[Rows];
        Span<char> row = stackalloc char[Columns];
        for (int y = 0; y < Rows; y++)
        {
            for (int x = 0; x < Columns; x++)
            {
                row[x] = glyphs.GetValueOrDefault(CellShape(memory, x, y), Unknown);
            }
            rows[y] = row.ToString();
        }
        return rows;
    }

    private static void RenderBorder(byte[] pixels, IReadOnlyList<(int T, byte Colour)> stripes)
    {
        int next = 0;
        byte colour = 0;
        for (int line = 0; line < Height; line++)
        {
            int t = Ula.FirstPixel + (line - TopBorder) * Ula.LineLength - SideBorder / PixelsPerT;
            for (int x = 0; x < Width; x += PixelsPerT, t++)
            {
                for (; next < stripes.Count && stripes[next].T <= t; next++)
                {
                    colour = stripes[next].Colour;
                }
                pixels[line * Width + x] = pixels[line * Width + x + 1] = colour;
            }
        }
    }

    private static void AddFont(Dictionary<ulong, char> glyphs, ReadOnlySpan<byte> memory, int font)
    {
        if (font < 0 || font + GlyphCount * GlyphBytes > memory.Length)
        {
            return;
        }
        for (int i = 0; i < GlyphCount; i++)
        {
            ulong shape = Shape(memory.Slice(font + i * GlyphBytes, GlyphBytes));
            glyphs.TryAdd(shape, SpectrumText.ToChar((byte)(i + 0x20)));
        }
    }

    private static ulong CellShape(ReadOnlySpan<byte> memory, int x, int y)
    {
        Span<byte> cell = stackalloc byte[GlyphBytes];
        for (int i = 0; i < GlyphBytes; i++)
        {
            cell[i] = memory[PixelAddress(x, y * 8 + i)];
        }
        return Shape(cell);
    }

    private static ulong BlockShape(int block)
    {
        Span<byte> cell = stackalloc byte[GlyphBytes];
        for (int i = 0; i < GlyphBytes; i++)
        {
            int half = i < 4 ? block : block >> 2;
            cell[i] = (byte)(((half & 1) != 0 ? 0x0F : 0) | ((half & 2) != 0 ? 0xF0 : 0));
        }
        return Shape(cell);
    }

    private static ulong Shape(ReadOnlySpan<byte> cell) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(cell);
}
