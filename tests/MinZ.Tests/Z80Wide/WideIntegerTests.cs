using MinZ.Mir;
using Xunit;

namespace MinZ.Tests.Z80Wide;

/// <summary>64-bit integers on the Z80 against the evaluators of the op table.</summary>
public sealed class WideIntegerTests
{
    private const int Rounds = 60;

    private static readonly long[] Edges =
    [
        0, 1, 2, 3, 10, 255, 256, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x1FFFFFFFF,
        0x7FFFFFFFFFFFFFFF, long.MinValue, -1, -2, -10, -65536, -0x80000000L, -0x100000000L, 0x123456789ABCDEF0,
    ];

    private static readonly Op[] Binary =
        [Op.Add, Op.Sub, Op.Mul, Op.And, Op.Or, Op.Xor, Op.Min, Op.Max,
         Op.CmpEq, Op.CmpNe, Op.CmpLt, Op.CmpLe, Op.CmpGt, Op.CmpGe];

    private static IEnumerable<(long, long)> Pairs(int seed)
    {
        var random = new Random(seed);
        for (var n = 0; n < Rounds; n++)
        {
            long One() => random.Next(3) switch
            {
                0 => Edges[random.Next(Edges.Length)],
                1 => random.NextInt64(long.MinValue, long.MaxValue),
                _ => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
            };
            var a = One();
            yield return (a, random.Next(5) == 0 ? a : One());
        }
    }

    public static TheoryData<string, bool> Cases => new()
    {
        { "u64", true }, { "u64", false }, { "i64", true }, { "i64", false },
    };

    private static MirType Parse(string type) => type == "u64" ? MirType.U64 : MirType.I64;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Binary_operations_equal_the_evaluators(string typeName, bool optimize)
    {
        var type = Parse(typeName);
        var table = new OperationTable(type, type);
        foreach (var op in Binary)
            table.Add(op, type);
        foreach (var op in (ReadOnlySpan<Op>)[Op.Neg, Op.Not, Op.Abs])
            table.Add(op, type);
        foreach (var (a, b) in Pairs(1))
            table.Check(optimize, a, b);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Divisions_equal_the_evaluators(string typeName, bool optimize)
    {
        var type = Parse(typeName);
        var table = new OperationTable(type, type);
        table.Add(Op.Div, type);
        table.Add(Op.Rem, type);
        foreach (var (a, b) in Pairs(2))
            if (b != 0)
                table.Check(optimize, a, b);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Shifts_equal_the_evaluators(string typeName, bool optimize)
    {
        var type = Parse(typeName);
        var table = new OperationTable(type, MirType.U8);
        foreach (var op in (ReadOnlySpan<Op>)[Op.Shl, Op.Shr, Op.Rotl, Op.Rotr])
        {
            table.Add(op, type);
            foreach (var n in (ReadOnlySpan<int>)[0, 1, 8, 31, 32, 33, 40, 63, 64])
                table.Add($"{op} by {n}", (b, o) => b.Emit(op, type, [o[0], b.Constant(MirType.U8, n)], type), o =>
                {
                    op.Info().Evaluate!(type, o[0], n, out var r);
                    return r;
                });
        }
        var random = new Random(3);
        foreach (var (a, _) in Pairs(3))
            table.Check(optimize, a, random.Next(80));
        foreach (var n in (ReadOnlySpan<int>)[0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 255])
            table.Check(optimize, -0x123456789ABCDEFL, n);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Conversions_equal_the_evaluators(bool optimize)
    {
        MirType[] narrow =
        [
            MirType.Bool, MirType.U8, MirType.I8, MirType.U16, MirType.I16, MirType.U24, MirType.I24, MirType.U32,
            MirType.I32,
        ];
        foreach (var type in narrow)
        {
            var table = new OperationTable(MirType.U64, MirType.I64, type);
            table.Convert(0, type);
            table.Convert(1, type);
            table.Convert(2, MirType.U64);
            table.Convert(2, MirType.I64);
            table.Convert(0, MirType.I64);
            table.Convert(1, MirType.U64);
            if (type.Bits == 32)
                table.Add(Op.MulWide, type, 2, 2);
            foreach (var edge in Edges)
                table.Check(optimize, edge, edge, Constants.Wrap(type, edge));
        }
    }
}
