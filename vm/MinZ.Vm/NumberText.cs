using System.Buffers.Text;
using System.Globalization;
using MinZ.Mir;

namespace MinZ.Vm;

/// <summary>
/// Numbers as the print intrinsics write them: integers in decimal, bool as true or false, floats as the shortest
/// digits that read back the same with at least one decimal, fixed point as an exact decimal fraction.
/// </summary>
public static class NumberText
{
    /// <summary>Bytes that hold any number's text.</summary>
    public const int MaxLength = 400;

    /// <summary>Text of a value.</summary>
    /// <param name="type">A numeric type or C-like enum.</param>
    /// <param name="bits">Canonical bits.</param>
    public static string Of(MirType type, long bits)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        return System.Text.Encoding.ASCII.GetString(buffer[..Write(type, bits, buffer)]);
    }

    /// <summary>Writes a value; returns the number of bytes.</summary>
    public static int Write(MirType type, long bits, Span<byte> to)
    {
        int n;
        switch (type)
        {
            case { Kind: TypeKind.Bool }:
                var word = bits != 0 ? "true"u8 : "false"u8;
                word.CopyTo(to);
                return word.Length;
            case { IsFloat: true }:
                return WriteFloat(type, bits, to);
            case FixedType f:
                return WriteFixed(f, bits, to);
            case { Kind: TypeKind.U64 }:
                Utf8Formatter.TryFormat((ulong)bits, to, out n);
                return n;
            default:
                Utf8Formatter.TryFormat(bits, to, out n);
                return n;
        }
    }

    /// <summary>Writes an integer in hexadecimal, upper case, all digits of its width.</summary>
    public static int WriteHex(MirType type, long bits, Span<byte> to)
    {
        if (type.IsFloat)
            bits = Constants.OfFloat(type, Constants.ToFloat(type, bits));
        var width = type.Kind == TypeKind.Enum ? ((EnumType)type).Tag.Bits : type.Bits;
        var digits = width <= 0 ? 8 : (width + 3) / 4;
        for (var i = 0; i < digits; i++)
            to[i] = "0123456789ABCDEF"u8[(int)(bits >> 4 * (digits - 1 - i)) & 15];
        return digits;
    }

    private static int WriteFloat(MirType type, long bits, Span<byte> to)
    {
        var value = Constants.ToFloat(type, bits);
        if (!double.IsFinite(value))
        {
            var word = double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8;
            word.CopyTo(to);
            return word.Length;
        }
        // "R" gives the shortest round-trip digits, in scientific form below 1E-4 and from 1E9 (f32) or 1E17: those
        // keep their exponent.
        int n;
        if (type.Kind == TypeKind.F32)
            BitConverter.UInt32BitsToSingle((uint)bits).TryFormat(to, out n, "R", CultureInfo.InvariantCulture);
        else
            value.TryFormat(to, out n, "R", CultureInfo.InvariantCulture);
        if (to[..n].IndexOfAny("."u8) >= 0)
            return n;
        var exponent = to[..n].IndexOf((byte)'E');
        var end = exponent < 0 ? n : exponent;
        to[end..n].CopyTo(to[(end + 2)..]);
        ".0"u8.CopyTo(to[end..]);
        return n + 2;
    }

    private static int WriteFixed(FixedType type, long bits, Span<byte> to)
    {
        var n = 0;
        var magnitude = bits < 0 ? (ulong)-bits : (ulong)bits;
        if (bits < 0)
            to[n++] = (byte)'-';
        Utf8Formatter.TryFormat(magnitude >> type.FractionBits, to[n..], out var whole);
        n += whole;
        to[n++] = (byte)'.';
        var mask = (1UL << type.FractionBits) - 1;
        var fraction = magnitude & mask;
        do
        {
            fraction *= 10;
            to[n++] = (byte)('0' + (fraction >> type.FractionBits));
            fraction &= mask;
        }
        while (fraction != 0);
        return n;
    }
}
