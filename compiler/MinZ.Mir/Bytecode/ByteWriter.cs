namespace MinZ.Mir.Bytecode;

/// <summary>A growing run of bytes with LEB128 integers.</summary>
internal sealed class ByteWriter
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Byte(byte value)
    {
        if (Length == _bytes.Length)
            Array.Resize(ref _bytes, Length * 2);
        _bytes[Length++] = value;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(Length * 2, Length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Takes back what was written behind a position.</summary>
    public void Truncate(int length) => Length = length;

    public void Unsigned(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    public void Count(int value) => Unsigned((ulong)value);

    public void Signed(long value)
    {
        while (value is < -64 or > 63)
        {
            Byte((byte)(value & 0x7F | 0x80));
            value >>= 7;
        }
        Byte((byte)(value & 0x7F));
    }
}

/// <summary>The file is not what it should be; caught by <see cref="MirbReader"/> alone.</summary>
internal sealed class DamagedException(int code, string message) : Exception(message)
{
    public int Code { get; } = code;
}

/// <summary>Reads bytes with bounds checks. Counts are checked against the bytes left before anything is
/// allocated.</summary>
internal sealed class ByteReader(ReadOnlyMemory<byte> bytes)
{
    private int _at;

    public bool AtEnd => _at == bytes.Length;

    public int Left => bytes.Length - _at;

    public static DamagedException Damaged(string what) => new(MirCodes.Damaged, $"the file is damaged: {what}");

    public byte Byte() => _at < bytes.Length ? bytes.Span[_at++] : throw Damaged("it ends too early");

    public ReadOnlyMemory<byte> Raw(int length)
    {
        if (length > Left)
            throw Damaged("it ends too early");
        _at += length;
        return bytes.Slice(_at - length, length);
    }

    public ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            if (shift == 63 && b > 1)
                break;
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
        throw Damaged("an integer is too long");
    }

    public long Signed()
    {
        long value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var b = Byte();
            if (shift < 64)
                value |= (long)(b & 0x7F) << shift;
            if (b >= 0x80)
                continue;
            return shift + 7 < 64 && (b & 0x40) != 0 ? value | -1L << (shift + 7) : value;
        }
        throw Damaged("an integer is too long");
    }

    /// <summary>An integer from 0 to a limit.</summary>
    public int Integer(int limit, string what)
    {
        var value = Unsigned();
        return limit >= 0 && value <= (ulong)limit ? (int)value : throw Damaged($"{what} {value} is out of range");
    }

    /// <summary>A number of things that take at least a byte each.</summary>
    public int Count() => Integer(Left, "the count");

    public bool Flag() => Byte() switch { 0 => false, 1 => true, _ => throw Damaged("a flag is neither 0 nor 1") };
}
