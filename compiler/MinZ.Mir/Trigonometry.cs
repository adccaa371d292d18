namespace MinZ.Mir;

/// <summary>
/// Sine and cosine of MIR. Each step is one IEEE operation, so that every engine and target yields the same bits, which
/// the libraries of operating systems do not. f64 results are within one unit in the last place up to 10^6; beyond, the
/// argument is first taken modulo the f64 nearest to 2π. f32 results are within two units up to 8192; beyond,
/// the argument is taken modulo the f32 nearest to 2π.
/// </summary>
/// <remarks>
/// Reduction by a π/2 in parts and the polynomials are those of FDLIBM's k_sin.c, k_cos.c and e_rem_pio2.c, and for f32
/// of the Cephes library's sinf.c. compiler/MinZ.Backends/Runtime/trigonometry.minz does the same.
/// </remarks>
public static class Trigonometry
{
    /// <summary>Sine of radians; NaN of infinities and NaN.</summary>
    public static double Sin(double x) => double.IsFinite(x) ? Turned(x, 0) : double.NaN;

    /// <summary>Cosine of radians; NaN of infinities and NaN.</summary>
    public static double Cos(double x) => double.IsFinite(x) ? Turned(x, 1) : double.NaN;

    private static double Turned(double x, int step)
    {
        var high = x;
        var low = 0.0;
        var at = step;
        if (!(Math.Abs(x) <= 0.7853981633974483))
        {
            var y = Math.Abs(x) > 1000000.0 ? x % 6.283185307179586 : x;
            var n = Math.Round(y * 0.6366197723675814);
            var t = y - n * 1.5707963267341256;
            var w = n * 0.00000000006077100506303966;
            var r = t - w;
            var v = n * 0.0000000000000000000020222662487959506 - ((t - r) - w);
            high = r - v;
            low = (r - high) - v;
            at = (int)n + step & 3;
        }
        var part = (at & 1) == 0 ? Sine(high, low) : Cosine(high, low);
        return at >= 2 ? -part : part;
    }

    private static double Sine(double x, double y)
    {
        var z = x * x;
        var v = z * x;
        var r = 0.00833333333332249 + z * (-0.0001984126982985795 + z * (0.0000027557313707070068
            + z * (-0.000000025050760253406863 + z * 0.000000000158969099521155)));
        return x - ((z * (0.5 * y - v * r) - y) - v * -0.16666666666666632);
    }

    private static double Cosine(double x, double y)
    {
        var z = x * x;
        var r = z * (0.0416666666666666 + z * (-0.001388888888887411 + z * (0.00002480158728947673
            + z * (-0.00000027557314351390663 + z * (0.000000002087572321298175
            + z * -0.000000000011359647557788195)))));
        var h = 0.5 * z;
        var w = 1.0 - h;
        return w + (((1.0 - w) - h) + (z * r - x * y));
    }

    /// <inheritdoc cref="Sin(double)"/>
    public static float Sin(float x) => float.IsFinite(x) ? Turned(x, 0) : float.NaN;

    /// <inheritdoc cref="Cos(double)"/>
    public static float Cos(float x) => float.IsFinite(x) ? Turned(x, 1) : float.NaN;

    private static float Turned(float x, int step)
    {
        var at = step;
        if (!(Math.Abs(x) <= 0.7853981852531433f))
        {
            var y = Math.Abs(x) > 8192.0f ? x % 6.2831855f : x;
            var n = MathF.Round(y * 0.6366197466850281f);
            x = ((y - n * 1.5703125f) - n * 0.0004837512969970703f) - n * 0.00000007549790126404332f;
            at = (int)n + step;
        }
        var v = (at & 1) == 0 ? Sine(x) : Cosine(x);
        return (at & 2) != 0 ? -v : v;
    }

    private static float Sine(float x)
    {
        var z = x * x;
        return ((-0.00019515295571181923f * z + 0.008332161232829094f) * z + -0.16666655242443085f) * z * x + x;
    }

    private static float Cosine(float x)
    {
        var z = x * x;
        return ((0.0000244331567955669f * z + -0.0013887316454201937f) * z + 0.04166664555668831f) * z * z - 0.5f * z
            + 1.0f;
    }
}
