using System.Buffers.Binary;
using System.IO.Compression;

namespace MinZ.Z80;

/// <summary>Writes pictures with a palette as PNG (W3C Portable Network Graphics, colour type 3, 8 bits).</summary>
public static class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>Encodes a picture; the same picture always gives the same bytes.</summary>
    /// <param name="width">Pixels per line.</param>
    /// <param name="pixels">One palette index per pixel, line by line.</param>
    /// <param name="palette">The colours, 0xRRGGBB.</param>
    /// <exception cref="ArgumentException">The pixels are no whole number of lines, or there are over 256
    /// colours.</exception>
    public static byte[] Encode(int width, ReadOnlySpan<byte> pixels, ReadOnlySpan<int> palette)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (pixels.IsEmpty || pixels.Length % width != 0)
        {
            throw new ArgumentException($"{pixels.Length} pixels are not lines of {width}", nameof(pixels));
        }
        if (palette.Length is 0 or > 256)
        {
            throw new ArgumentException("a palette has 1 to 256 colours", nameof(palette));
        }
        var png = new MemoryStream();
        png.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), pixels.Length / width);
        header[8] = 8;
        header[9] = 3;
        WriteChunk(png, "IHDR"u8, header);
        var colours = new byte[palette.Length * 3];
        for (int i = 0; i < palette.Length; i++)
        {
            colours[i * 3] = (byte)(palette[i] >> 16);
            colours[i * 3 + 1] = (byte)(palette[i] >> 8);
            colours[i * 3 + 2] = (byte)palette[i];
        }
        WriteChunk(png, "PLTE"u8, colours);
        WriteChunk(png, "IDAT"u8, Deflate(width, pixels));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Deflate(int width, ReadOnlySpan<byte> pixels)
    {
        var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal))
        {
            for (int start = 0; start < pixels.Length; start += width)
            {
                // Each line is preceded by its filter: none.
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(start, width));
            }
        }
        return data.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        png.Write(word);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(word);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ crc >> 8;
        }
        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? 0xEDB88320 ^ value >> 1 : value >> 1;
            }
            table[i] = value;
        }
        return table;
    }
}
