using MinZ.Mir;
using Xunit;

namespace MinZ.Tests.Clr;

/// <summary>Every pure operation on every type with boundary values, against the op table's evaluators.</summary>
public class ClrSweepTests
{
    private static readonly MirType[] Types =
    [
        MirType.Bool, MirType.U8, MirType.I8, MirType.U16, MirType.I16, MirType.U24, MirType.I24, MirType.U32,
        MirType.I32, MirType.U64, MirType.I64, MirType.F32, MirType.F64, new FixedType(8, 8, true),
        new FixedType(8, 8, false),
        new FixedType(0, 8, false), new FixedType(0, 16, true), new FixedType(16, 8, true), new FixedType(8, 16, false),
        new FixedType(16, 16, true),
    ];

    private static long[] Values(MirType type)
    {
        if (type.IsFloat)
            return [.. new[]
            {
                0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, 127.9, 128, 255, 256, -128.5, -129, 32767.5, 65535, 65536,
                8388607, 16777216, 2147483647, 2147483648, 4294967295, 4294967296, 9.2233720368547758e18,
                1.8446744073709552e19, -1e30, 1e30, 1e-30, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
            }.Select(v => Constants.OfFloat(type, v))];
        var top = type.Kind == TypeKind.Bool ? 1 : 1L << (type.Bits - 1);
        return [.. new[] { 0, 1, 2, 3, 7, 10, 100, -1, -2, -7, top, top - 1, top + 1, -top, 255, 256, 0x55AA33 }
            .Select(v => Constants.Wrap(type, v)).Distinct()];
    }

    public static TheoryData<string> PureOps =>
        [.. Ops.All.Where(r => r.Evaluate is not null && !r.Lowered).Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(PureOps))]
    public void PureOpsAgreeWithTheirEvaluators(string name)
    {
        Assert.True(Ops.TryGet(name, out var row));
        var module = new Module("sweep");
        var functions = new List<(MirType Type, Function Whole, Function[] Constants, long[] Counts)>();
        foreach (var type in Types.Where(t => (row.Types & Ops.ClassOf(t)) != 0))
        {
            if (row.Op == Op.MulWide && type.Bits == 64)
                continue;
            var right = row.Shape == OpShape.Shift ? MirType.U8 : type;
            var values = right == type ? Values(type) : [0, 1, 7, 8, 15, 16, 23, 24, 31, 32, 33, 63, 64, 65, 200, 255];
            var constants = row.OperandCount == 1 ? [] : values
                .Select((v, n) => Make(module, row, type, right, v, $"{type}_{n}")).ToArray();
            functions.Add((type, Make(module, row, type, right, null, type.ToString()!), constants, values));
        }
        using var program = new ClrProgram(module);
        foreach (var (type, whole, constants, right) in functions)
            foreach (var a in Values(type))
                for (var n = 0; n < right.Length; n++)
                {
                    Check(program, row, type, whole, a, right[n], null);
                    if (constants.Length > 0)
                        Check(program, row, type, constants[n], a, right[n], right[n]);
                }
    }

    private static Function Make(Module module, OpInfo row, MirType type, MirType right, long? constant, string suffix)
    {
        var f = module.Add(new Function($"f_{suffix}".Replace('.', '_')));
        f.Parameters = [new("a", type), new("b", right)];
        var b = new Builder(f);
        b.At(f.NewEntry());
        var (x, y) = (f.Entry.Parameters[0], constant is { } c ? f.Constant(right, c) : f.Entry.Parameters[1]);
        var result = row.Shape == OpShape.Unary ? b.Unary(row.Op, x)
            : row.Shape == OpShape.Compare ? b.Compare(row.Op, x, y) : b.Binary(row.Op, x, y);
        f.Result = f.TypeOf(result);
        b.Return(result);
        return f;
    }

    private static void Check(ClrProgram program, OpInfo row, MirType type, Function f, long a, long b, long? constant)
    {
        var says = $"{row.Name}.{type} {a}, {b}{(constant is null ? "" : " constant")}";
        var returns = row.Evaluate!(type, a, row.OperandCount == 1 ? 0 : b, out var expected);
        object?[] arguments = [ClrProgram.Box(type, a), ClrProgram.Box(f.Parameters[1].Type, b)];
        if (!returns)
        {
            Assert.StartsWith("DivideByZero", program.Trap(f.Name, arguments));
            return;
        }
        var actual = ClrProgram.Bits(program.Call(f.Name, arguments)!);
        if (f.Result.IsFloat && double.IsNaN(Constants.ToFloat(f.Result, expected)))
            Assert.True(double.IsNaN(Constants.ToFloat(f.Result, actual)), says);
        else
            Assert.True(expected == actual, $"{says} = {actual}, not {expected}");
    }

    [Fact]
    public void ConversionsAgreeWithTheEvaluator()
    {
        var module = new Module("sweep");
        foreach (var from in Types)
            foreach (var to in Types)
            {
                var f = module.Add(new Function(Name(from, to)) { Parameters = [new("a", from)], Result = to });
                var b = new Builder(f);
                b.At(f.NewEntry());
                b.Return(b.Convert(f.Entry.Parameters[0], to));
            }
        using var program = new ClrProgram(module);
        foreach (var from in Types)
            foreach (var to in Types)
                foreach (var value in Values(from))
                {
                    var expected = from == to ? value : Evaluators.Convert(from, to, value);
                    var actual = ClrProgram.Bits(program.Call(Name(from, to), ClrProgram.Box(from, value))!);
                    if (!(to.IsFloat && double.IsNaN(Constants.ToFloat(to, expected))))
                        Assert.True(expected == actual, $"conv {from} {value} to {to} = {actual}, not {expected}");
                }
    }

    private static string Name(MirType from, MirType to) => $"{from}_{to}".Replace('.', '_');
}
