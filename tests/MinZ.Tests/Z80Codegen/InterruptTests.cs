using MinZ.Backends;
using MinZ.Backends.Z80;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using Xunit;

namespace MinZ.Tests.Z80Codegen;

/// <summary>What an interrupt handler may share with the program it interrupts.</summary>
public sealed class InterruptTests
{
    [Theory]
    [InlineData("a / b", "c / b", true)]
    [InlineData("(a as f32 * 1.5) as u32", "(c as f32 / 2.5) as u32", true)]
    [InlineData("a / b", "c + b", false)]
    [InlineData("a + b", "c / b", false)]
    [InlineData("a - 1", "c ^ b", false)]
    public void Routines_with_state_are_for_one_of_both(string inHandler, string inMain, bool isRefused)
    {
        var source = $$"""
            global a: u32 = 5
            global b: u32 = 7
            global c: u32 = 9
            @interrupt
            fn tick() { a = {{inHandler}} }
            fn main() { loop { c = {{inMain}} } }
            """;
        var result = Compilation.Compile([new SourceText(source, "t.minz")], new CompilationOptions());
        var messages = Z80Target.Compile(result.Module!, new EmitOptions("t")).Messages;
        Assert.Equal(isRefused, messages.Any(m => m is { Code: 1041, IsError: true, Location.Line: 5 }));
        Assert.Equal(isRefused, messages.Any(m => m.IsError));
    }

    [Theory]
    [InlineData("a = sum(1, 2, 3, 4)", "b = sum(5, 6, 7, 8)", 1041)]
    [InlineData("a = sum(1, 2, 3, 4)", "b = other(5, 6, 7, 8)", 1041)]
    [InlineData("wide = wide / 5", "far = far / 3", 1041)]
    [InlineData("wide = wide + 1", "far = far / 3", 0)]
    [InlineData("yield", "far += 1", 1042)]
    [InlineData("sleep(20)", "far += 1", 1042)]
    [InlineData("let s = @to_string(a)", "far += 1", 1040)]
    public void What_is_not_saved_is_for_one_of_both(string inHandler, string inMain, int code)
    {
        var source = $$"""
            global a: u16 = 5
            global b: u16 = 7
            global wide: u64 = 1
            global far: u64 = 9
            fn sum(p: u16, q: u16, r: u16, s: u16) -> u16 { return p > 9 ? sum(p - 1, q, r, s) : p + q * r + s }
            fn other(p: u16, q: u16, r: u16, s: u16) -> u16 { return p > 9 ? other(p - 1, q, r, s) : p * q + r * s }
            fn idle() { yield }
            @interrupt
            fn tick() { {{inHandler}} }
            fn main() { spawn idle(); loop { {{inMain}} } }
            """;
        var result = Compilation.Compile([new SourceText(source, "t.minz")], new CompilationOptions());
        Assert.True(result.Module is not null, string.Join("\n", result.Diagnostics));
        var messages = Z80Target.Compile(result.Module!, new EmitOptions("t", Optimize: false)).Messages;
        if (code == 0)
            Assert.Empty(messages);
        else
            Assert.Contains(messages, m => m.IsError && m.Code == code);
    }
}
