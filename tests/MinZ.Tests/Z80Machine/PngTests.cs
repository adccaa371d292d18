using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Machine;

public sealed class PngTests
{
    [Fact]
    public void A_picture_decodes_to_the_pixels_it_was_made_from()
    {
        byte[] pixels = [.. Enumerable.Range(0, 7 * 5).Select(i => (byte)(i % 3))];
        Dictionary<string, byte[]> chunks = Chunks(Png.Encode(7, pixels, [0x112233, 0x445566, 0xFFFFFF]));
        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], chunks.Keys);
        Assert.Equal([0, 0, 0, 7, 0, 0, 0, 5, 8, 3, 0, 0, 0], chunks["IHDR"]);
        Assert.Equal([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0xFF, 0xFF, 0xFF], chunks["PLTE"]);
        using var zlib = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        var raw = new MemoryStream();
        zlib.CopyTo(raw);
        Assert.Equal([.. pixels.Chunk(7).SelectMany(line => line.Prepend((byte)0))], raw.ToArray());
    }

    [Theory]
    [InlineData(0, 4, 2)]
    [InlineData(3, 4, 2)]
    [InlineData(2, 0, 2)]
    [InlineData(2, 4, 0)]
    [InlineData(2, 4, 257)]
    public void Nonsense_is_refused(int width, int pixels, int colours) =>
        Assert.ThrowsAny<ArgumentException>(() => Png.Encode(width, new byte[pixels], new int[colours]));

    [Fact]
    public void The_picture_of_the_machine_has_ink_paper_brightness_and_border()
    {
        var machine = new Spectrum();
        machine.Memory.Slice(0x4000, 6912).Clear();
        machine.Poke(0x4000, 0xF0);
        // FLASH, BRIGHT, PAPER 1, INK 2
        machine.Poke(0x5800, 0x80 | 0x40 | 1 << 3 | 2);
        byte[] picture = machine.Picture();
        int first = 24 * Screen.Width + 32;
        Assert.Equal([7, 10, 10, 10, 10, 9, 9, 9, 9, 0], picture[(first - 1)..(first + 9)]);
        byte[] flashed = Screen.Render(machine.Memory, [(0, 7)], 16);
        Assert.Equal([9, 9, 9, 9, 10, 10, 10, 10], flashed[first..(first + 8)]);
        byte[] header = Chunks(machine.PicturePng())["IHDR"];
        Assert.Equal(320, BinaryPrimitives.ReadInt32BigEndian(header));
        Assert.Equal(240, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
    }

    private static Dictionary<string, byte[]> Chunks(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            ReadOnlySpan<byte> body = png.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc(body), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add(Encoding.ASCII.GetString(body[..4]), body[4..].ToArray());
            at += 12 + length;
        }
        return chunks;
    }

    // CRC-32 bit by bit, so that it shares nothing with the writer's table.
    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
            }
        }
        return ~crc;
    }
}
