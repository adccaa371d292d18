using MinZ.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>Numbers and strings as programs print them.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(100000.0, "100000.0")]
    [InlineData(1e21, "1.0E+21")]
    [InlineData(1.5e-9, "1.5E-09")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    public void A_float_is_written_with_the_fewest_digits_that_read_back(double value, string expected) =>
        Assert.Equal(expected, NumberText.Of(MirType.F64, Constants.OfFloat(MirType.F64, value)));

    [Fact]
    public void Other_numbers_are_written_by_their_type()
    {
        Assert.Equal("0.1", NumberText.Of(MirType.F32, Constants.OfFloat(MirType.F32, 0.1)));
        Assert.Equal("true", NumberText.Of(MirType.Bool, 1));
        Assert.Equal("18446744073709551615", NumberText.Of(MirType.U64, -1));
        Assert.Equal("-128", NumberText.Of(MirType.I8, -128));
        Assert.Equal("-1.5", NumberText.Of(new FixedType(8, 8, true), -0x180));
        Assert.Equal("0.00390625", NumberText.Of(new FixedType(8, 8, true), 1));
    }

    [Fact]
    public void Print_writes_values_hex_and_text()
    {
        Assert.Equal("hi\n-5\nA0FF\ntrueF*\n", Runs.Output("""
            func main() {
                %t = const.str "hi"
                call @print, %t
                call @print, i8 -5
                call @print.hex, u8 160
                call @print.hex, i8 -1
                call @print.line
                call @print.text, bool true
                call @print.char, u8 70
                call @print.char, u8 42
                call @print.line
                ret
            }
            """));
    }

    [Fact]
    public void Strings_join_cut_and_compare()
    {
        Assert.Equal("spectrum 48\npec\n-1\n0\n1\ntrue\n", Runs.Output("""
            func main() {
                %a = const.str "spectrum "
                %n = str.of i32 48
                %s = str.concat %a, %n
                call @print, %s
                %c = str.slice %s, u16 1, u16 4
                call @print, %c
                %b = const.str "zx"
                %x = str.cmp %s, %b
                call @print, %x
                %p = const.str "pec"
                %y = str.cmp %c, %p
                call @print, %y
                %z = str.cmp %b, %s
                call @print, %z
                %same = cmp.eq %c, %p
                call @print, %same
                ret
            }
            """));
        var cut = Runs.Call("""
            func cut(u16 %from, u16 %to) -> u16 {
                %a = const.str "abc"
                %s = str.slice %a, %from, %to
                %n = str.len %s
                ret %n
            }
            """, "cut", 2, 4);
        Assert.Equal(TrapCode.IndexOutOfRange, cut.Trap?.Code);
    }
}
