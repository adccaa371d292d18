using MinZ.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.VmAssembly;

/// <summary>Assembly obeys the sandbox: whatever it does, the program stops with a trap that says why.</summary>
public sealed class TrapTests
{
    private static VmTrap TrapOf(string body, VmOptions? options = null)
    {
        var (_, result) = Programs.Run($$"""
            global g: u8;
            fun big(a: u16, b: u16, c: u16, d: u16, e: u16) -> void { g = 1; }
            fun main() -> void { asm {
            {{body}}
            } }
            """, options);
        return Assert.IsType<VmTrap>(result.Trap);
    }

    [Theory]
    [InlineData("again: jr again", TrapCode.FuelExhausted, "fuel")]
    [InlineData("ei\nagain: halt\njr again", TrapCode.FuelExhausted, "fuel")]
    [InlineData("di\nhalt", TrapCode.Deadlock, "HALT")]
    [InlineData("rst 8\ndb 9", TrapCode.Panic, "")]
    [InlineData("call 0x0100", TrapCode.BadAddress, "0x0100")]
    [InlineData("jp 0", TrapCode.BadAddress, "address 0")]
    [InlineData("call big", TrapCode.Unreachable, "'big'")]
    [InlineData("ld hl, nobody", TrapCode.Unreachable, "nobody")]
    [InlineData("ld b, (ix)\nfrob a", TrapCode.Unreachable, "frob")]
    public void Says_why(string body, TrapCode code, string part)
    {
        var trap = TrapOf(body);
        Assert.Equal(code, trap.Code);
        Assert.Contains(part, trap.Message);
        Assert.Contains("main", trap.ToString());
    }

    [Fact]
    public void Without_a_processor_it_says_so()
    {
        var trap = TrapOf("nop", VmOptions.Default);
        Assert.Equal((TrapCode.Unreachable, "inline assembly for z80 runs on z80 only"), (trap.Code, trap.Message));
    }

    [Fact]
    public void Printing_needs_the_console()
    {
        var trap = TrapOf("ld a, 'x'\nrst 16", Programs.Options with { Capabilities = [] });
        Assert.Equal(TrapCode.Denied, trap.Code);
        Assert.Contains("console", trap.Message);
    }

    [Fact]
    public void Endless_recursion_through_assembly_ends()
    {
        var (_, result) = Programs.Run("""
            fun down(x: u8) -> u8 { let y: u8 = x; asm { ld a, (y)
                call down
                ld (y), a } return y; }
            fun main() -> void { print_u8(down(1)); }
            """, Programs.Options with { MaxDepth = 100 });
        Assert.Equal(TrapCode.StackOverflow, result.Trap!.Code);
    }

    [Fact]
    public void A_trap_in_a_called_function_shows_all_calls()
    {
        var (_, result) = Programs.Run("""
            fun inner(x: u8) -> u8 { assert(x < 5, "too large"); return x; }
            fun outer() -> void { asm { ld a, 9
                call inner } }
            fun main() -> void { outer(); }
            """);
        Assert.Equal((TrapCode.Assert, "too large"), (result.Trap!.Code, result.Trap.Message));
        Assert.Equal(["inner", "outer", "main"], result.Trap.Stack.Select(f => f.Function));
    }

    [Fact]
    public void Exit_in_a_called_function_ends_the_program()
    {
        var (output, result) = Programs.Run("""
            fun leave(code: u8) -> void { print_u8(code); exit(code); }
            fun main() -> void { asm { ld a, 9
                call leave } print_u8(1); }
            """);
        Assert.Equal(("9", 9, null), (output, result.ExitCode, result.Trap));
    }

    [Fact]
    public void A_full_heap_traps()
    {
        var (_, result) = Programs.Run("""
            global all: str = "";
            fun main() -> void {
                asm("nop");
                let i: u16 = 0;
                while i < 60000 { all = all + to_string(i); i += 1; }
            }
            """);
        Assert.Equal(TrapCode.OutOfMemory, result.Trap!.Code);
        Assert.Contains("bytes of heap are in use", result.Trap.Message);
    }

    [Fact]
    public void Data_beyond_64_KB_is_refused()
    {
        var e = Assert.Throws<VmLoadException>(() => Programs.Run("""
            global table: [u8; 40000];
            fun main() -> void { asm("nop"); table[1] = 2; }
            """));
        Assert.Contains("0xFF00", e.Message);
    }

    /// <summary>Bytes that mean anything: the program stops somehow and the host goes on.</summary>
    [Fact]
    public void Random_code_does_no_harm()
    {
        var random = new Random(20);
        for (var n = 0; n < 300; n++)
        {
            var bytes = string.Join(", ", Enumerable.Range(0, 1 + random.Next(40)).Select(_ => random.Next(256)));
            var source = $$"""
                global g: [u8; 16];
                fun f(x: u8) -> u8 { g[x & 15] += 1; return x + 1; }
                fun main() -> u8 {
                    let local: u8 = 3;
                    for i in 0..3 { asm { ld a, (local)
                        call f
                        db {{bytes}}
                        ld (local), a } }
                    return local;
                }
                """;
            var (_, result) = Programs.Run(source, Programs.Options with { Fuel = 20_000 });
            Assert.True(result.Trap is not null || result.ExitCode is not null);
        }
    }
}
