using System.Text;
using MinZ.Mir;
using MinZ.Tests.Z80Codegen;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Z80Wide;

/// <summary>Wide numbers and floats as the Z80 prints them, against the text of the VM.</summary>
public sealed class PrintTests
{
    private static readonly string[] Doubles =
    [
        "0", "-0", "1", "-1", "0.1", "0.3", "100", "123456.789", "1E14", "1E15", "123456789012345", "1234567890123456",
        "12345678901234567", "1E16", "1.5E300", "5E-324", "2.2250738585072014E-308", "1.7976931348623157E308", "0.001",
        "0.0001", "0.00001", "9007199254740993", "9.5E-7", "1.23E22", "0.30000000000000004", "4.35", "2E-44", "8388608",
        "16777216", "33554432", "0.5", "1024", "NaN", "Infinity", "-Infinity",
    ];

    private static void Check(MirType type, IEnumerable<long> values, bool optimize)
    {
        var module = new Module("print");
        var main = module.Add(new Function("main"));
        var b = new Builder(main);
        b.At(main.NewEntry());
        var raw = MirType.Unsigned(type.Bits);
        var v = b.Bitcast(b.Emit(Op.Peek, raw, [b.Constant(MirType.U16, 0xC000)], raw), type);
        b.Call(Intrinsic.Print, v);
        b.Return();
        var program = Z80Runner.Compile(module, optimize);
        foreach (var bits in values)
        {
            var machine = Z80Runner.Load(program);
            for (var k = 0; k < 8; k++)
                machine.Poke((ushort)(0xC000 + k), (byte)(bits >> 8 * k));
            var text = new StringBuilder();
            machine.Printed = c => text.Append((char)c);
            var run = machine.Call((ushort)program.Image!["__start"], null, 200_000_000);
            Assert.True(run.Returned, run.Stop.Message);
            Assert.Equal(NumberText.Of(type, bits), text.ToString().Trim());
        }
    }

    private static IEnumerable<long> Floats(MirType type, int seed)
    {
        foreach (var text in Doubles)
        {
            var value = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            yield return type == MirType.F32
                ? BitConverter.SingleToUInt32Bits((float)value) : BitConverter.DoubleToInt64Bits(value);
        }
        var random = new Random(seed);
        for (var n = 0; n < 60; n++)
            yield return n % 3 == 0 ? Constants.Wrap(type, random.NextInt64(long.MinValue, long.MaxValue))
                : Constants.OfFloat(type, n % 3 == 1 ? random.Next(-100000, 100000) / 100.0
                : Math.ScaleB(random.NextDouble(), random.Next(-40, 60)));
        // Powers of two have less room below than above.
        for (var e = 0; e < 30; e++)
            yield return Constants.OfFloat(type, Math.ScaleB(1, random.Next(-120, 120)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Floats_print_as_on_the_vm(bool optimize)
    {
        Check(MirType.F32, Floats(MirType.F32, 1), optimize);
        Check(MirType.F64, Floats(MirType.F64, 2), optimize);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wide_integers_print_as_on_the_vm(bool optimize)
    {
        long[] values =
            [0, 1, 9, 10, 99, 100, 4294967295, 4294967296, long.MaxValue, long.MinValue, -1, -10, -1234567890123];
        Check(MirType.U64, values, optimize);
        Check(MirType.I64, values, optimize);
    }
}
