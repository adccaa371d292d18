using MinZ.Mir;
using MinZ.Tests.Z80Codegen;
using Xunit;

namespace MinZ.Tests.Z80Wide;

/// <summary>
/// What an operation costs on the Z80, in T-states with the loading of its operands and the storing of its result.
/// </summary>
public sealed class SpeedTests
{
    private static readonly double[] Values = [1.5, -2.25, 3.14159, 1000.125, -0.001, 77777, 0.333333, -12.75];

    /// <summary>Average over pairs of everyday numbers.</summary>
    private static double Cost(Op op, MirType type)
    {
        double Time(bool works)
        {
            var module = new Module("speed");
            var main = module.Add(new Function("main"));
            var b = new Builder(main);
            b.At(main.NewEntry());
            var raw = MirType.Unsigned(type.Bits);
            Value Read(int at) => b.Bitcast(b.Emit(Op.Peek, raw, [b.Constant(MirType.U16, at)], raw), type);
            var (x, y) = (Read(0xF000), Read(0xF008));
            if (works)
            {
                var isCompare = op.Info().Shape == OpShape.Compare;
                var r = b.Emit(op, type, [x, y], isCompare ? MirType.Bool : type);
                b.Emit(Op.Poke, isCompare ? MirType.U8 : raw, [b.Constant(MirType.U16, 0xF010),
                    isCompare ? b.Convert(r, MirType.U8) : b.Bitcast(r, raw)], null);
            }
            b.Return();
            var program = Z80Runner.Compile(module);
            double sum = 0;
            foreach (var (v, w) in Values.SelectMany(v => Values.Select(w => (v, w))))
            {
                var machine = Z80Runner.Load(program);
                foreach (var (at, value) in (ReadOnlySpan<(int, double)>)[(0xF000, v), (0xF008, w)])
                {
                    var bits = type.IsFloat ? Constants.OfFloat(type, value) : (long)(value * 1000003);
                    for (var k = 0; k < 8; k++)
                        machine.Poke((ushort)(at + k), (byte)(bits >> 8 * k));
                }
                sum += machine.Call((ushort)program.Image!["__start"], null, 10_000_000).TStates;
            }
            return sum / (Values.Length * Values.Length);
        }
        return Time(true) - Time(false);
    }

    [Theory]
    [InlineData(Op.Add, "f32", 1250)]
    [InlineData(Op.Sub, "f32", 1250)]
    [InlineData(Op.Mul, "f32", 2500)]
    [InlineData(Op.Div, "f32", 4000)]
    [InlineData(Op.CmpLt, "f32", 750)]
    [InlineData(Op.Add, "f64", 14000)]
    [InlineData(Op.Mul, "f64", 15500)]
    [InlineData(Op.Div, "f64", 23500)]
    [InlineData(Op.Add, "u64", 800)]
    [InlineData(Op.Mul, "u64", 8800)]
    [InlineData(Op.Div, "u64", 33000)]
    public void Operations_take_no_longer_than(Op op, string typeName, int limit)
    {
        var type = typeName switch { "f32" => MirType.F32, "f64" => MirType.F64, _ => MirType.U64 };
        var cost = Cost(op, type);
        TestContext.Current.TestOutputHelper?.WriteLine($"{op} {typeName}: {cost:F0}");
        Assert.True(cost <= limit, $"{op} {typeName}: {cost:F0}");
    }

    [Fact]
    public void Programs_hold_only_what_they_use()
    {
        string[] Routines(MirType type)
        {
            var module = new Module("size");
            var main = module.Add(new Function("main"));
            var b = new Builder(main);
            b.At(main.NewEntry());
            var raw = MirType.Unsigned(type.Bits);
            var v = b.Bitcast(b.Emit(Op.Peek, raw, [b.Constant(MirType.U16, 0xF000)], raw), type);
            b.Emit(Op.Poke, raw, [b.Constant(MirType.U16, 0xF000), b.Bitcast(b.Binary(Op.Add, v, v), raw)], null);
            b.Return();
            return [.. Z80Runner.Compile(module).Image!.Symbols.Select(s => s.Name)
                .Where(n => n.Contains("f32") || n.Contains("f64") || n.Contains("u64") || n.Contains("high"))];
        }
        Assert.Empty(Routines(MirType.U32));
        Assert.Empty(Routines(MirType.U64));
        Assert.DoesNotContain(Routines(MirType.F32), n => n.Contains("f64") || n.Contains("mul") || n.Contains("div"));
        Assert.DoesNotContain(
            Routines(MirType.F64), n => n.Contains("print") || n.Contains("mul") || n.Contains("div"));
    }
}
