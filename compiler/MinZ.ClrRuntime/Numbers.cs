namespace MinZ.Runtime;

/// <summary>Arithmetic of MIR that is more than one IL instruction. 8-, 16- and 24-bit values come as int.</summary>
internal static class Numbers
{
    public static int Div(int a, int b) => b == -1 ? -a : a / b;
    public static long Div(long a, long b) => b == -1 ? -a : a / b;
    public static int Rem(int a, int b) => b == -1 ? 0 : a % b;
    public static long Rem(long a, long b) => b == -1 ? 0 : a % b;

    public static int Abs(int a) => a < 0 ? -a : a;
    public static long Abs(long a) => a < 0 ? -a : a;

    public static int Min(int a, int b) => a < b ? a : b;
    public static uint Min(uint a, uint b) => a < b ? a : b;
    public static long Min(long a, long b) => a < b ? a : b;
    public static ulong Min(ulong a, ulong b) => a < b ? a : b;
    public static float Min(float a, float b) => a < b ? a : b;
    public static double Min(double a, double b) => a < b ? a : b;
    public static int Max(int a, int b) => b < a ? a : b;
    public static uint Max(uint a, uint b) => b < a ? a : b;
    public static long Max(long a, long b) => b < a ? a : b;
    public static ulong Max(ulong a, ulong b) => b < a ? a : b;
    public static float Max(float a, float b) => b < a ? a : b;
    public static double Max(double a, double b) => b < a ? a : b;

    public static int Shl(int a, int count) => count >= 32 ? 0 : a << count;
    public static long Shl(long a, int count) => count >= 64 ? 0 : a << count;
    public static int Shr(int a, int count) => a >> (count >= 32 ? 31 : count);
    public static long Shr(long a, int count) => a >> (count >= 64 ? 63 : count);
    public static uint Shr(uint a, int count) => count >= 32 ? 0 : a >> count;
    public static ulong Shr(ulong a, int count) => count >= 64 ? 0 : a >> count;

    /// <summary>Rotates the low <paramref name="width"/> bits left; higher bits of the result are arbitrary.</summary>
    public static int Rotl(int a, int count, int width)
    {
        count %= width;
        var bits = width == 32 ? (uint)a : (uint)a & ((1u << width) - 1);
        return count == 0 ? a : (int)(bits << count | bits >> (width - count));
    }

    public static int Rotr(int a, int count, int width) => Rotl(a, (width - count % width) % width, width);

    public static long Rotl(long a, int count)
    {
        count &= 63;
        return count == 0 ? a : (long)((ulong)a << count | (ulong)a >> (64 - count));
    }

    public static long Rotr(long a, int count) => Rotl(a, (64 - (count & 63)) & 63);

    /// <summary>Bits of a float; MIR has one NaN only.</summary>
    public static int Bits(float a) => float.IsNaN(a) ? 0x7FC00000 : BitConverter.SingleToInt32Bits(a);
    public static long Bits(double a) => double.IsNaN(a) ? 0x7FF8000000000000 : BitConverter.DoubleToInt64Bits(a);

    /// <summary>Integer nearest to zero of a float, kept between two bounds; NaN is 0.</summary>
    public static long Saturate(double value, long min, long max)
    {
        if (double.IsNaN(value))
            return 0;
        value = Math.Truncate(value);
        return value >= max ? max : value <= min ? min : (long)value;
    }

    public static ulong Saturate(double value)
    {
        if (!(value > 0))
            return 0;
        value = Math.Truncate(value);
        return value >= 18446744073709551616.0 ? ulong.MaxValue : (ulong)value;
    }
}
