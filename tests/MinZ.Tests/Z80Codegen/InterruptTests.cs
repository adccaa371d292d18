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
}
