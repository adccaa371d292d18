using Xunit;
using MinZ.Mir;
using MinZ.Mir.Text;
using MinZ.Z80;

namespace MinZ.Tests.Z80Codegen;

/// <summary>Whole programs in MIR text, run from their start-up code.</summary>
public sealed class ProgramTests
{
    private const string Hello = """
        module hello
        func main() {
            %t = const.str "Hello, Spectrum!"
            call @print, %t
            ret
        }
        """;

    private const string Fibonacci = """
        module fib
        func fib(u8 %n) -> u16 {
            %small = cmp.lt.u8 %n, 2
            jumpif %small, .base, .step
        .base:
            %r = conv.u16 %n
            ret %r
        .step:
            %a = sub.u8 %n, 1
            %b = sub.u8 %n, 2
            %x = call fib, %a
            %y = call fib, %b
            %s = add.u16 %x, %y
            ret %s
        }
        func main() -> u8 {
            jump .loop(u8 0)
        .loop(u8 %i):
            %v = call fib, %i
            call @print, %v
            %j = add.u8 %i, 1
            %more = cmp.lt.u8 %j, 15
            jumpif %more, .loop(%j), .done
        .done:
            ret 7
        }
        """;

    private const string Numbers = """
        module numbers
        func main() {
            call @print, u8 255
            call @print, i8 -128
            call @print, u16 0
            call @print, u16 65535
            call @print, i16 -32768
            call @print, i16 1002
            call @print, u32 4294967295
            call @print, i32 -2147483648
            call @print, u24 16777215
            call @print, i24 -8388608
            call @print, bool true
            call @print, bool false
            call @print.hex, u8 171
            call @print.line
            call @print.hex, u16 4660
            call @print.line
            call @print.hex, u32 305419896
            call @print.line
            call @print.char, u8 65
            call @print.line
            ret
        }
        """;

    /// <summary>Loops of every shape the loop passes look for: pointers that walk, counters that turn round.</summary>
    private const string Loops = """
        module loops
        global [u8; 300] a
        global [u16; 40] w
        func fill(u16 %n) {
            jump .loop(0, 3)
        .loop(u16 %i, u8 %x):
            store a[%i], %x
            %y = mul.u8 %x, 5
            %z = add.u8 %y, 1
            %j = add.u16 %i, 1
            %more = cmp.lt.u16 %j, %n
            jumpif %more, .loop(%j, %z), .done
        .done:
            ret
        }
        func sum(u8 %n) -> u16 {
            %any = cmp.ne.u8 %n, 0
            jumpif %any, .loop(0, 0), .done(0)
        .loop(u8 %i, u16 %s):
            %k = conv.u16 %i
            %v = load a[%k]
            %v16 = conv.u16 %v
            %t = add.u16 %s, %v16
            %j = add.u8 %i, 1
            %more = cmp.lt.u8 %j, %n
            jumpif %more, .loop(%j, %t), .done(%t)
        .done(u16 %r):
            ret %r
        }
        func words() -> u16 {
            jump .set(0)
        .set(u8 %i):
            %k = conv.u16 %i
            %m = mul.u16 %k, 257
            store w[%k], %m
            %j = add.u8 %i, 1
            %more = cmp.lt.u8 %j, 40
            jumpif %more, .set(%j), .add(1, 0)
        .add(u16 %p, u16 %s):
            %q = sub.u16 %p, 1
            %x = load w[%p]
            %y = load w[%q]
            %d = sub.u16 %x, %y
            %t = add.u16 %s, %d
            %next = add.u16 %p, 1
            %go = cmp.ne.u16 %next, 40
            jumpif %go, .add(%next, %t), .done(%t)
        .done(u16 %r):
            ret %r
        }
        func main() {
            call fill, 300
            %a = call sum, 255
            call @print, %a
            %b = call sum, 0
            call @print, %b
            %c = call sum, 1
            call @print, %c
            %d = call words
            call @print, %d
            ret
        }
        """;

    private static int LoopSum()
    {
        var (x, sum) = ((byte)3, 0);
        for (var i = 0; i < 255; i++, x = (byte)(x * 5 + 1))
            sum += x;
        return sum;
    }

    public static TheoryData<string, string, int> Programs => new()
    {
        { Hello, "Hello, Spectrum!\n", 0 },
        { Loops, $"{LoopSum()}\n0\n3\n10023\n", 0 },
        { Fibonacci, "0\n1\n1\n2\n3\n5\n8\n13\n21\n34\n55\n89\n144\n233\n377\n", 7 },
        {
            Numbers,
            "255\n-128\n0\n65535\n-32768\n1002\n4294967295\n-2147483648\n16777215\n-8388608\ntrue\nfalse\n"
                + "AB\n1234\n12345678\nA\n",
            0
        },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void PrintsAndReturns(string text, string output, int exit)
    {
        foreach (var optimize in (ReadOnlySpan<bool>)[true, false])
        {
            var run = Z80Runner.Start(Z80Runner.Compile(Read(text), optimize));
            Assert.Equal(StopReason.Returned, run.Stop.Reason);
            Assert.Equal(output, run.Output.Replace('\r', '\n'));
            Assert.Equal(exit, run.Machine.Cpu.Regs.BC);
        }
    }

    [Theory]
    [InlineData("div.u8 10, %z", "division by zero at trap.minz:12")]
    [InlineData("bounds.u8 %z, 0", "index out of range at trap.minz:12")]
    public void TrapsTellWhere(string operation, string message)
    {
        var module = Read($$"""
            module trap
            file "src/trap.minz"
            func main() -> u8 {
                %z = peek.u8 49152
                %r = {{operation}} !1:12:5:9
                ret %r
            }
            """);
        var run = Z80Runner.Start(Z80Runner.Compile(module));
        Assert.Equal(StopReason.Halted, run.Stop.Reason);
        Assert.Equal(message, run.Output.Trim());
    }

    internal static Module Read(string text)
    {
        var result = MirReader.Read(text);
        Assert.True(result.Module is not null, string.Join("\n", result.Errors));
        return result.Module!;
    }
}
