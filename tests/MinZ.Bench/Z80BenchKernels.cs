using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MinZ.Bench;

/// <summary>What a kernel is given and what must come out, the same for every language it is written in.</summary>
/// <param name="Name">Base name of its sources: <c>.minz</c>, <c>.c</c> and <c>.z80</c>.</param>
/// <param name="Argument">The u8 the function takes; null for none.</param>
/// <param name="Result">What the function returns; null for nothing.</param>
/// <param name="IsByte">True when the result is a u8, false for a u16.</param>
/// <param name="Inputs">Contents of arrays before the call, by symbol.</param>
/// <param name="Outputs">Contents of arrays after the call, by symbol.</param>
internal sealed record Z80Kernel(string Name, byte? Argument, int? Result, bool IsByte,
    ImmutableArray<(string Symbol, byte[] Bytes)> Inputs, ImmutableArray<(string Symbol, byte[] Bytes)> Outputs)
{
    /// <summary>The function that is measured, in each source.</summary>
    public const string Entry = "kernel";

    /// <summary>The folder with the sources.</summary>
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(Here())!, "z80");

    /// <summary>Path of a source.</summary>
    public string Source(string extension) => Path.Combine(Folder, Name + extension);

    private static string Here([CallerFilePath] string path = "") => path;
}

/// <summary>The sixteen kernels with inputs and results computed here.</summary>
internal static class Z80BenchKernels
{
    public static ImmutableArray<Z80Kernel> All { get; } =
    [
        Returns("k01_fib", 610) with { Argument = 15 },
        Returns("k02_sieve", Enumerable.Range(2, 8190).Count(n => Enumerable.Range(2, n).TakeWhile(d => d * d <= n)
            .All(d => n % d != 0))),
        Crc8(), Crc16(), Copy(), Length(), Sort(), Products8(), Products16(), Decimal(), Wide(), Sprites(), Life(),
        Matrix(), Reverse(), Lines(),
    ];

    private static Z80Kernel Returns(string name, int? result, bool isByte = false) =>
        new(name, null, result, isByte, [], []);

    /// <summary>Bytes without a pattern, the same on each run.</summary>
    private static byte[] Noise(int count, int seed)
    {
        var state = (uint)seed * 2654435761u + 12345u;
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            state = state * 1664525u + 1013904223u;
            bytes[i] = (byte)(state >> 24);
        }
        return bytes;
    }

    private static byte[] Words(IEnumerable<int> words) =>
        [.. words.SelectMany(w => new[] { (byte)w, (byte)(w >> 8) })];

    private static Z80Kernel Crc8()
    {
        var data = Noise(256, 3);
        var crc = 0;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (byte)((crc & 0x80) != 0 ? crc << 1 ^ 0x07 : crc << 1);
        }
        return Returns("k03_crc8", crc, isByte: true) with { Inputs = [("data", data)] };
    }

    private static Z80Kernel Crc16()
    {
        var data = Noise(256, 4);
        var crc = 0xFFFF;
        foreach (var b in data)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (ushort)((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
        }
        return Returns("k04_crc16", crc) with { Inputs = [("data", data)] };
    }

    private static Z80Kernel Copy()
    {
        var source = Noise(512, 5);
        return Returns("k05_memcpy", null) with { Inputs = [("source", source)], Outputs = [("target", source)] };
    }

    private static byte[] Text(int length, int size)
    {
        var text = new byte[size];
        for (var i = 0; i < length; i++)
            text[i] = (byte)(' ' + i * 7 % 90);
        return text;
    }

    private static Z80Kernel Length() => Returns("k06_strlen", 250) with { Inputs = [("text", Text(250, 256))] };

    private static Z80Kernel Sort()
    {
        var data = Noise(256, 7);
        return Returns("k07_bsort", null) with { Inputs = [("data", data)], Outputs = [("data", [.. data.Order()])] };
    }

    private static Z80Kernel Products8()
    {
        var (first, second) = (Noise(64, 8), Noise(64, 80));
        return Returns("k08_mul8", first.Zip(second, (x, y) => x * y).Sum() & 0xFFFF) with
        {
            Inputs = [("first", first), ("second", second)],
        };
    }

    private static Z80Kernel Products16()
    {
        var (first, second) = (Noise(128, 9), Noise(128, 90));
        var sum = 0;
        for (var i = 0; i < 64; i++)
            sum += BitConverter.ToUInt16(first, 2 * i) * BitConverter.ToUInt16(second, 2 * i);
        return Returns("k09_mul16", sum & 0xFFFF) with { Inputs = [("first", first), ("second", second)] };
    }

    private static Z80Kernel Decimal()
    {
        int[] values = [0, 7, 42, 999, 1000, 12345, 50607, 65535];
        var text = string.Concat(values.Select(v => $"{v} "));
        return Returns("k10_prdec", text.Length, isByte: true) with
        {
            Inputs = [("values", Words(values))],
            Outputs = [("text", [.. text.Select(c => (byte)c)])],
        };
    }

    private static Z80Kernel Wide()
    {
        uint x = 2463534242, y = 19650218, sum = 0xFFFFE000;
        var before = Words32(x, y, sum);
        for (var i = 0; i < 16; i++)
        {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            y = y * x + 1013904223;
            sum += y % 1000;
        }
        return Returns("k11_u32", null)
            with { Inputs = [("state", before)], Outputs = [("state", Words32(x, y, sum))] };
    }

    private static byte[] Words32(params uint[] words) => [.. words.SelectMany(BitConverter.GetBytes)];

    private static Z80Kernel Sprites()
    {
        var before = Noise(64, 12);
        for (var i = 0; i < 64; i++)
            before[i] = (byte)((i & 3) switch { 0 => before[i] % 240, 1 => before[i] % 176, _ => before[i] % 9 - 4 });
        var after = before.ToArray();
        for (var frame = 0; frame < 16; frame++)
        {
            for (var i = 0; i < 64; i += 4)
            {
                for (var axis = 0; axis < 2; axis++)
                {
                    after[i + axis] += after[i + axis + 2];
                    if (after[i + axis] >= (axis == 0 ? 240 : 176))
                        after[i + axis + 2] = (byte)-after[i + axis + 2];
                }
            }
        }
        return Returns("k12_sprites", null) with { Inputs = [("sprites", before)], Outputs = [("sprites", after)] };
    }

    private static Z80Kernel Life()
    {
        var board = new byte[24 * 32];
        var noise = Noise(board.Length, 13);
        for (var y = 1; y < 23; y++)
            for (var x = 1; x < 31; x++)
                board[y * 32 + x] = (byte)(noise[y * 32 + x] < 90 ? 1 : 0);
        var next = new byte[board.Length];
        for (var y = 1; y < 23; y++)
        {
            for (var x = 1; x < 31; x++)
            {
                var n = -board[y * 32 + x];
                for (var dy = -1; dy <= 1; dy++)
                    for (var dx = -1; dx <= 1; dx++)
                        n += board[(y + dy) * 32 + x + dx];
                next[y * 32 + x] = (byte)(n == 3 || (n == 2 && board[y * 32 + x] != 0) ? 1 : 0);
            }
        }
        return Returns("k13_life", null) with { Inputs = [("board", board)], Outputs = [("next", next)] };
    }

    private static Z80Kernel Matrix()
    {
        var (left, right) = (Noise(64, 14), Noise(64, 140));
        var product = new int[64];
        for (var i = 0; i < 64; i++)
            for (var k = 0; k < 8; k++)
                product[i] += left[i / 8 * 8 + k] * right[k * 8 + i % 8];
        return Returns("k14_mat", null) with
        {
            Inputs = [("left", left), ("right", right)], Outputs = [("product", Words(product))],
        };
    }

    private static Z80Kernel Reverse()
    {
        var text = Text(100, 128);
        return Returns("k15_strrev", null) with
        {
            Inputs = [("text", text)], Outputs = [("text", [.. text[..100].Reverse(), .. text[100..]])],
        };
    }

    private static Z80Kernel Lines()
    {
        byte[] lines = [0, 0, 255, 191, 255, 0, 0, 191, 128, 0, 128, 191, 0, 96, 255, 96, 7, 9, 7, 9,
            .. Noise(44, 16).Select((b, i) => i % 2 == 0 ? b : (byte)(b % 192))];
        var screen = new byte[6144];
        for (var i = 0; i < lines.Length; i += 4)
            Draw(screen, lines[i], lines[i + 1], lines[i + 2], lines[i + 3]);
        return Returns("k16_line", null) with { Inputs = [("lines", lines)], Outputs = [("screen", screen)] };
    }

    private static void Draw(byte[] screen, int x, int y, int x1, int y1)
    {
        var (dx, dy) = (Math.Abs(x1 - x), Math.Abs(y1 - y));
        var (stepX, stepY) = (x1 > x ? 1 : -1, y1 > y ? 1 : -1);
        var error = dx - dy;
        while (true)
        {
            screen[(y & 0xC0) << 5 | (y & 7) << 8 | (y & 0x38) << 2 | x >> 3] |= (byte)(0x80 >> (x & 7));
            if (x == x1 && y == y1)
                return;
            var twice = 2 * error;
            if (twice > -dy)
            {
                error -= dy;
                x += stepX;
            }
            if (twice < dx)
            {
                error += dx;
                y += stepY;
            }
        }
    }
}
