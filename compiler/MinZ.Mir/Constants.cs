namespace MinZ.Mir;

/// <summary>
/// Canonical bits: how one numeric value is held in a 64-bit integer everywhere in the compiler. Unsigned integers,
/// bool and enum tags are zero-extended, signed integers sign-extended, fixed point is its raw integer, f32 is its IEEE
/// bits zero-extended, f64 its IEEE bits. u64 uses the bits as they are.
/// </summary>
public static class Constants
{
    /// <summary>Wraps any integer to the canonical bits of a type of at most 64 bits.</summary>
    public static long Wrap(MirType type, long value) => type.Kind switch
    {
        TypeKind.Bool => value & 1,
        TypeKind.U8 => (byte)value,
        TypeKind.I8 => (sbyte)value,
        TypeKind.U16 => (ushort)value,
        TypeKind.I16 => (short)value,
        TypeKind.U24 => value & 0xFFFFFF,
        TypeKind.I24 => value << 40 >> 40,
        TypeKind.U32 or TypeKind.F32 => (uint)value,
        TypeKind.I32 => (int)value,
        TypeKind.Fixed => WrapBits(value, type.Bits, type.IsSigned),
        TypeKind.Enum => Wrap(((EnumType)type).Tag, value),
        _ => value,
    };

    private static long WrapBits(long value, int bits, bool signed) =>
        signed ? value << (64 - bits) >> (64 - bits) : value & ((1L << bits) - 1);

    /// <summary>True when the integer is representable in the type without change.</summary>
    public static bool Fits(MirType type, Int128 value) => type.IsInteger &&
        value >= MinValue(type) && value <= MaxValue(type);

    /// <summary>Smallest value of an integer type.</summary>
    public static Int128 MinValue(MirType type) => type.IsSigned ? -(Int128.One << (type.Bits - 1)) : 0;

    /// <summary>Largest value of an integer type.</summary>
    public static Int128 MaxValue(MirType type) => (Int128.One << (type.IsSigned ? type.Bits - 1 : type.Bits)) - 1;

    /// <summary>Bits of the NaN that arithmetic yields: quiet, positive, without payload.</summary>
    public static long NaN(MirType type) => type.Kind == TypeKind.F32 ? 0x7FC00000 : 0x7FF8000000000000;

    /// <summary>Canonical bits of a float of type f32 or f64; of every NaN, those of <see cref="NaN"/>.</summary>
    public static long OfFloat(MirType type, double value) => double.IsNaN(value) ? NaN(type)
        : type.Kind == TypeKind.F32
        ? BitConverter.SingleToUInt32Bits((float)value)
        : BitConverter.DoubleToInt64Bits(value);

    /// <summary>The float that canonical bits of f32 or f64 mean.</summary>
    public static double ToFloat(MirType type, long bits) => type.Kind == TypeKind.F32
        ? BitConverter.UInt32BitsToSingle((uint)bits)
        : BitConverter.Int64BitsToDouble(bits);
}
