using System.Globalization;
using System.Text;

namespace MinZ.Mir.Text;

/// <summary>How names, strings and numbers are spelt in MIR text; reader and writer share it.</summary>
internal static class MirNames
{
    private static readonly HashSet<string> TypeWords =
        [.. MirType.Keywords.Select(k => k.Name), "fn", "box", "chan"];

    public static bool IsStart(char c) => c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_' or '$' ||
        c > 127 && char.IsLetter(c);

    public static bool IsPart(char c) => IsStart(c) || c is >= '0' and <= '9';

    /// <summary>True when a name needs no quotes. With <paramref name="dots"/> it may be several joined by
    /// dots.</summary>
    public static bool IsPlain(string name, bool dots)
    {
        var start = true;
        foreach (var c in name)
        {
            if (c == '.' && dots && !start)
                start = true;
            else if (start ? IsStart(c) : IsPart(c))
                start = false;
            else
                return false;
        }
        return !start;
    }

    /// <summary>True for names that consist of digits: the writer chooses those.</summary>
    public static bool IsNumber(string? name) => string.IsNullOrEmpty(name) || name.All(char.IsAsciiDigit);

    /// <summary>The word of a declaration or of a reference to it.</summary>
    public static string Global(string name) => IsPlain(name, true) ? name : Quote(name);

    /// <summary>The word of a type definition, which must not read as a keyword.</summary>
    public static string Type(string name) =>
        IsPlain(name, true) && !TypeWords.Contains(name) && FixedOf(name) is null ? name : Quote(name);

    /// <summary>The word of a field, variant, method, register or value.</summary>
    public static string Member(string name) => IsPlain(name, false) ? name : Quote(name);

    /// <summary>The word of a member behind a dot, where a number needs no quotes.</summary>
    public static string AfterDot(string name) =>
        name.Length is > 0 and < 10 && name.All(char.IsAsciiDigit) ? name : Member(name);

    /// <summary>The fixed-point type with this name, or null.</summary>
    public static FixedType? FixedOf(string name) => name switch
    {
        "f8.8" => new(8, 8, true), "uf8.8" => new(8, 8, false),
        "f.8" => new(0, 8, true), "uf.8" => new(0, 8, false),
        "f.16" => new(0, 16, true), "uf.16" => new(0, 16, false),
        "f16.8" => new(16, 8, true), "uf16.8" => new(16, 8, false),
        "f8.16" => new(8, 16, true), "uf8.16" => new(8, 16, false),
        "f16.16" => new(16, 16, true), "uf16.16" => new(16, 16, false),
        _ => null,
    };

    public static string Quote(string text) => Quote(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as a string literal: valid UTF-8 as itself, all else as escapes.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length + 2).Append('"');
        while (bytes.Length > 0)
        {
            var ok = Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            var plain = ok && !Rune.IsControl(rune) && rune.Value is not ('"' or '\\' or 0x2028 or 0x2029 or 0xFEFF);
            if (plain)
                text.Append(rune.ToString());
            else
                foreach (var b in bytes[..used])
                    text.Append(Escape(b));
            bytes = bytes[used..];
        }
        return text.Append('"').ToString();
    }

    private static string Escape(byte b) => b switch
    {
        (byte)'"' => "\\\"", (byte)'\\' => "\\\\", (byte)'\n' => "\\n", (byte)'\r' => "\\r", (byte)'\t' => "\\t",
        0 => "\\0",
        _ => "\\x" + b.ToString("X2", CultureInfo.InvariantCulture),
    };

    /// <summary>A number of a type as a literal that reads back as the same bits.</summary>
    public static string Number(MirType type, long bits) => type switch
    {
        { Kind: TypeKind.Bool } => bits == 0 ? "false" : "true",
        { IsFloat: true } => Float(type, bits),
        FixedType f => ((decimal)bits / (1L << f.FractionBits)).ToString("0.0###############################",
            CultureInfo.InvariantCulture),
        { Kind: TypeKind.U64 } => ((ulong)bits).ToString(CultureInfo.InvariantCulture),
        _ => bits.ToString(CultureInfo.InvariantCulture),
    };

    private static string Float(MirType type, long bits)
    {
        var value = Constants.ToFloat(type, bits);
        var text = type.Kind == TypeKind.F32
            ? BitConverter.UInt32BitsToSingle((uint)bits).ToString("R", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
        if (double.IsNaN(value))
            return "0x" + bits.ToString("X", CultureInfo.InvariantCulture);
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        return text.AsSpan().IndexOfAny(".E") < 0 ? text + ".0" : text;
    }

    /// <summary>
    /// Reads a number literal (or <c>true false inf nan</c>) as a value of a type. A hexadecimal literal of a float
    /// type is its bits. A type that is no number takes any integer.
    /// </summary>
    public static bool TryNumber(MirType type, string text, out long bits)
    {
        bits = 0;
        if (text is "true" or "false")
        {
            bits = text == "true" ? 1 : 0;
            return type.Kind == TypeKind.Bool;
        }
        var integer = TryInteger(text, out var value, out var radix);
        if (type.IsFloat)
            return TryFloat(type, text, integer && radix != 10, value, out bits);
        if (type is FixedType f)
            return TryFixed(f, text, out bits);
        if (!integer || value > ulong.MaxValue || value < long.MinValue)
            return false;
        bits = (long)(ulong)(value & ulong.MaxValue);
        if (type is EnumType e)
            return !e.HasPayload && Constants.Fits(e.Tag, value);
        return type.IsInteger ? Constants.Fits(type, value) : type.Kind != TypeKind.Bool;
    }

    private static bool TryFloat(MirType type, string text, bool raw, Int128 value, out long bits)
    {
        bits = 0;
        if (raw)
        {
            bits = (long)(ulong)(value & ulong.MaxValue);
            return value >= 0 && value <= (type.Kind == TypeKind.F32 ? uint.MaxValue : ulong.MaxValue);
        }
        double number;
        if (text is "inf" or "-inf")
            number = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        else if (text == "nan")
            number = double.NaN;
        else if (type.Kind == TypeKind.F32 &&
            float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var single))
            number = single;
        else if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            return false;
        bits = Constants.OfFloat(type, number);
        return true;
    }

    private static bool TryFixed(FixedType type, string text, out long bits)
    {
        bits = 0;
        if (text.Length > 40 || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var value) || Math.Abs(value) > 1L << 32)
            return false;
        var scaled = value * (1L << type.FractionBits);
        bits = (long)Math.Round(scaled);
        return Constants.Wrap(type, bits) == bits;
    }

    /// <summary>Reads an integer literal: decimal, <c>0x</c> or <c>0b</c>, with <c>_</c> between digits.</summary>
    public static bool TryInteger(string text, out Int128 value, out int radix)
    {
        value = 0;
        radix = 10;
        var digits = text.AsSpan();
        var negative = digits.Length > 0 && digits[0] == '-';
        if (negative)
            digits = digits[1..];
        if (digits.Length > 2 && digits[0] == '0' && digits[1] is 'x' or 'X' or 'b' or 'B')
        {
            radix = digits[1] is 'x' or 'X' ? 16 : 2;
            digits = digits[2..];
        }
        if (digits.Length is 0 or > 80)
            return false;
        foreach (var c in digits)
        {
            if (c == '_')
                continue;
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix || value > ulong.MaxValue)
                return false;
            value = value * radix + digit;
        }
        value = negative ? -value : value;
        return true;
    }
}
