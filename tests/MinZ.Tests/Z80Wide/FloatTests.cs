using MinZ.Mir;
using Xunit;

namespace MinZ.Tests.Z80Wide;

/// <summary>Floats on the Z80 against the evaluators of the op table, bit for bit.</summary>
public sealed class FloatTests
{
    private const int Rounds = 150;

    private static readonly long[] Edges32 =
    [
        0, 0x80000000, 1, 2, 0x80000001, 0x007FFFFF, 0x00800000, 0x00800001, 0x3F800000, 0xBF800000, 0x3F800001,
        0x3F7FFFFF, 0x3F000000, 0x3EFFFFFF, 0x3FC00000, 0x40200000, 0x40490FDB, 0x4B000000, 0x4B000001, 0x4B7FFFFF,
        0x4B800000, 0x4AFFFFFF, 0x4EFFFFFF, 0x4F000000, 0xCF000000, 0xCF000001, 0x4F7FFFFF, 0x4F800000, 0x5F000000,
        0x5F7FFFFF, 0x5F800000, 0xDF000000, 0x7F7FFFFF, 0xFF7FFFFF, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001,
        0xFFC12345, 0x43000000, 0x42FE0000, 0xC3000000, 0xC3010000, 0x437F0000, 0x43800000, 0x47800000, 0x46FFFE00,
    ];

    private static readonly Op[] Operations =
    [
        Op.Add, Op.Sub, Op.Mul, Op.Div, Op.Rem, Op.Neg, Op.Abs, Op.Min, Op.Max,
        Op.CmpEq, Op.CmpNe, Op.CmpLt, Op.CmpLe, Op.CmpGt, Op.CmpGe,
    ];

    private static readonly MirType[] Numbers =
    [
        MirType.Bool, MirType.U8, MirType.I8, MirType.U16, MirType.I16, MirType.U24, MirType.I24, MirType.U32,
        MirType.I32, MirType.U64, MirType.I64,
    ];

    private static long Edge(MirType type, Random random)
    {
        var bits = Edges32[random.Next(Edges32.Length)];
        if (type.Kind == TypeKind.F32)
            return bits;
        var wide = BitConverter.DoubleToInt64Bits(BitConverter.UInt32BitsToSingle((uint)bits));
        return random.Next(6) switch
        {
            0 => 1, 1 => 0x000FFFFFFFFFFFFF, 2 => 0x7FEFFFFFFFFFFFFF, 3 => wide + random.Next(-2, 3), _ => wide,
        };
    }

    private static long Any(MirType type, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                return Edge(type, random);
            case 1:
                return Constants.Wrap(type, random.NextInt64(long.MinValue, long.MaxValue));
            case 2:
                return Constants.OfFloat(type, random.Next(-1000, 1000) / 8.0);
            case 3:
                return Constants.OfFloat(type, Math.ScaleB(random.NextDouble() - 0.5, random.Next(-3, 70)));
            default:
                var fraction = random.NextDouble() + 1;
                return Constants.OfFloat(type, type.Kind == TypeKind.F32
                    ? Math.ScaleB(fraction, random.Next(-152, 128)) : Math.ScaleB(fraction, random.Next(-1080, 1024)));
        }
    }

    /// <summary>Pairs of operands; now and then the two are close to each other.</summary>
    private static IEnumerable<(long, long)> Pairs(MirType type, int seed, int rounds = Rounds)
    {
        var random = new Random(seed);
        for (var n = 0; n < rounds; n++)
        {
            var a = Any(type, random);
            yield return (a, random.Next(4) switch
            {
                0 => Constants.Wrap(type, a + random.Next(-3, 4)),
                1 => Constants.Wrap(type, a ^ (1L << (type.Bits - 1))),
                _ => Any(type, random),
            });
        }
    }

    public static TheoryData<string, bool> Cases => new()
    {
        { "f32", true }, { "f32", false }, { "f64", true }, { "f64", false },
    };

    private static MirType Parse(string type) => type == "f32" ? MirType.F32 : MirType.F64;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operations_equal_the_evaluators(string typeName, bool optimize)
    {
        var type = Parse(typeName);
        var table = new OperationTable(type, type);
        foreach (var op in Operations)
            table.Add(op, type);
        foreach (var (a, b) in Pairs(type, optimize ? 1 : 2))
            table.Check(optimize, a, b);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Conversions_equal_the_evaluators(string typeName, bool optimize)
    {
        var type = Parse(typeName);
        var table = new OperationTable(type, MirType.U64, MirType.I64);
        foreach (var number in Numbers)
            table.Convert(0, number);
        table.Convert(0, type == MirType.F32 ? MirType.F64 : MirType.F32);
        table.Convert(1, type);
        table.Convert(2, type);
        foreach (var (a, _) in Pairs(type, optimize ? 3 : 4))
            table.Check(optimize, a, a, a);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Narrow_integers_become_floats(bool optimize)
    {
        foreach (var number in Numbers.Where(n => n.Bits is > 1 and <= 32))
        {
            var table = new OperationTable(number);
            table.Convert(0, MirType.F32);
            table.Convert(0, MirType.F64);
            var random = new Random(number.Bits);
            for (var n = 0; n < 20; n++)
                table.Check(optimize, Constants.Wrap(number, n < 4 ? new[] { 0, 1, -1, 1L << 31 }[n]
                    : random.NextInt64() >> random.Next(32)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Whole_numbers_and_roots_equal_the_evaluators(string typeName, bool optimize)
    {
        var type = Parse(typeName);
        var table = new OperationTable(type);
        void Add(Intrinsic intrinsic, Func<double, double> f) =>
            table.Add(intrinsic, 0, bits => Constants.OfFloat(type, f(Constants.ToFloat(type, bits))));
        Add(Intrinsic.Sqrt, Math.Sqrt);
        Add(Intrinsic.Floor, Math.Floor);
        Add(Intrinsic.Ceil, Math.Ceiling);
        Add(Intrinsic.Round, Math.Round);
        foreach (var (a, _) in Pairs(type, optimize ? 5 : 6))
            table.Check(optimize, a);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sines_equal_those_of_all_targets(string typeName, bool optimize)
    {
        var type = Parse(typeName);
        var table = new OperationTable(type);
        void Add(Intrinsic intrinsic, Func<double, double> f, Func<float, float> g) =>
            table.Add(intrinsic, 0, bits => type.Kind == TypeKind.F32
                ? Constants.OfFloat(type, g((float)Constants.ToFloat(type, bits)))
                : Constants.OfFloat(type, f(Constants.ToFloat(type, bits))));
        Add(Intrinsic.Sin, Trigonometry.Sin, Trigonometry.Sin);
        Add(Intrinsic.Cos, Trigonometry.Cos, Trigonometry.Cos);
        foreach (var (a, _) in Pairs(type, optimize ? 7 : 8, 40))
            table.Check(optimize, a);
    }

    [Fact]
    public void Sines_are_as_exact_as_they_say()
    {
        var random = new Random(9);
        for (var n = 0; n < 20000; n++)
        {
            var x = (random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(1, 20));
            Assert.InRange(Trigonometry.Sin(x), Math.BitDecrement(Math.Sin(x)), Math.BitIncrement(Math.Sin(x)));
            Assert.InRange(Trigonometry.Cos(x), Math.BitDecrement(Math.Cos(x)), Math.BitIncrement(Math.Cos(x)));
            var f = (float)(x / 64);
            Assert.True(Math.Abs(Trigonometry.Sin(f) - Math.Sin(f)) < 1.3e-7, $"{f}");
            Assert.True(Math.Abs(Trigonometry.Cos(f) - Math.Cos(f)) < 1.3e-7, $"{f}");
        }
    }
}
