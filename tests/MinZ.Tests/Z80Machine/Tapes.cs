using System.Text;

namespace MinZ.Tests.Z80Machine;

/// <summary>Builds small tape images.</summary>
internal static class Tapes
{
    public const byte Program = 0;
    public const byte Code = 3;

    /// <summary>A tape whose BASIC is CLEAR, one LOAD ""CODE per block, RANDOMIZE USR.</summary>
    public static byte[] WithLoader(ushort start, params (ushort Address, byte[] Bytes)[] blocks)
    {
        byte[] line =
        [
            0xFD, .. Number((ushort)(blocks.Min(block => block.Address) - 1)),
            .. blocks.SelectMany(_ => new byte[] { (byte)':', 0xEF, (byte)'"', (byte)'"', 0xAF }),
            (byte)':', 0xF9, 0xC0, .. Number(start), 0x0D,
        ];
        return
        [
            .. Basic(line),
            .. blocks.SelectMany(block => File(Code, "code", block.Bytes, block.Address, 0x8000)),
        ];
    }

    public static byte[] Basic(byte[] line)
    {
        byte[] program = [0, 10, (byte)line.Length, (byte)(line.Length >> 8), .. line];
        return File(Program, "loader", program, 10, (ushort)program.Length);
    }

    public static byte[] File(byte kind, string name, byte[] data, ushort first, ushort second)
    {
        byte[] header =
        [
            kind, .. Encoding.ASCII.GetBytes(name.PadRight(10)), .. Word((ushort)data.Length), .. Word(first),
            .. Word(second),
        ];
        return [.. Block(0, header), .. Block(0xFF, data)];
    }

    public static byte[] Number(ushort value) =>
        [.. Encoding.ASCII.GetBytes($"{value}"), 0x0E, 0, 0, .. Word(value), 0];

    private static byte[] Block(byte flag, byte[] data) =>
    [
        .. Word((ushort)(data.Length + 2)), flag, .. data, data.Aggregate(flag, (sum, value) => (byte)(sum ^ value)),
    ];

    private static byte[] Word(ushort value) => [(byte)value, (byte)(value >> 8)];
}
