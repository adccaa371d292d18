using System.Buffers.Binary;

namespace MinZ.Backends.Z80.Formats;

/// <summary>Small helpers for little-endian file formats.</summary>
internal static class ByteWriter
{
    public static void AddWord(this List<byte> bytes, int value)
    {
        bytes.Add((byte)value);
        bytes.Add((byte)(value >> 8));
    }

    public static void PutWord(this Span<byte> bytes, int at, int value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], unchecked((ushort)value));
}
