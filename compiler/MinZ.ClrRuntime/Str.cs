using System.Text;

namespace MinZ.Runtime;

/// <summary>An immutable MinZ string: bytes, usually UTF-8. The default value is the empty string.</summary>
public readonly struct Str : IEquatable<Str>
{
    private readonly byte[]? _bytes;

    /// <summary>A string of these bytes, which the caller must not change afterwards.</summary>
    public Str(byte[] bytes) => _bytes = bytes;

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes is null ? 0 : _bytes.Length;

    /// <summary>The bytes themselves; for reading only.</summary>
    internal byte[] Bytes => _bytes ?? Array.Empty<byte>();

    /// <summary>The UTF-8 bytes of a .NET string; null counts as empty.</summary>
    public static implicit operator Str(string? text) => new Str(Encoding.UTF8.GetBytes(text ?? ""));

    /// <summary>The bytes read as UTF-8.</summary>
    public static implicit operator string(Str text) => text.ToString();

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray() => (byte[])Bytes.Clone();

    public override string ToString() => Encoding.UTF8.GetString(Bytes);

    public bool Equals(Str other) => Strings.Compare(this, other) == 0;

    public override bool Equals(object? other) => other is Str && Equals((Str)other);

    public override int GetHashCode()
    {
        var hash = 17;
        foreach (var b in Bytes)
            hash = hash * 31 + b;
        return hash;
    }
}

/// <summary>The string operations of MIR.</summary>
internal static class Strings
{
    /// <summary>A string whose bytes are the low bytes of the characters: how literals are held.</summary>
    public static Str Literal(string text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)text[i];
        return new Str(bytes);
    }

    public static int Length(Str text) => text.Length;

    public static int At(Str text, long index)
    {
        var bytes = text.Bytes;
        if ((ulong)index >= (ulong)bytes.Length)
            throw new IndexOutOfRangeException();
        return bytes[(int)index];
    }

    public static Str Slice(Str text, long from, long to)
    {
        var bytes = text.Bytes;
        if ((ulong)to > (ulong)bytes.Length || (ulong)from > (ulong)to)
            throw new IndexOutOfRangeException();
        var part = new byte[to - from];
        Array.Copy(bytes, (int)from, part, 0, part.Length);
        return new Str(part);
    }

    public static Str From(ArraySegment<byte> bytes) => new Str(bytes.AsSpan().ToArray());

    public static Str Concat(Str a, Str b)
    {
        if (a.Length == 0)
            return b;
        if (b.Length == 0)
            return a;
        var bytes = new byte[a.Length + b.Length];
        a.Bytes.CopyTo(bytes, 0);
        b.Bytes.CopyTo(bytes, a.Length);
        return new Str(bytes);
    }

    /// <summary>-1, 0 or 1 by byte order.</summary>
    public static int Compare(Str a, Str b)
    {
        byte[] x = a.Bytes, y = b.Bytes;
        for (var i = 0; i < x.Length && i < y.Length; i++)
            if (x[i] != y[i])
                return x[i] < y[i] ? -1 : 1;
        return x.Length == y.Length ? 0 : x.Length < y.Length ? -1 : 1;
    }
}
