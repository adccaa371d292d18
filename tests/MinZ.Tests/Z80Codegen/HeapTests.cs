using MinZ.Backends;
using MinZ.Backends.Z80;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Mir.Passes;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Codegen;

/// <summary>The heap of Spectrum programs beyond what tests/lang/heap shows.</summary>
public sealed class HeapTests
{
    private const string Endless = """
        struct Node { data: [u16; 20], next: &Node }
        global all: &Node
        fn main() {
            for i in 0..2000 {
                let n = Node { data: [1; 20], next: all }
                all = &n
            }
            print("unreached")
        }
        """;

    private const string Strings = """
        fn main() {
            let mut s = ""
            for i in 0..3 { s = s + "ab" }
            print(s)
        }
        """;

    private static Module ModuleOf(string source, bool optimize)
    {
        var module = Compilation.Compile([new SourceText(source, "heap.minz")], new CompilationOptions()).Module!;
        if (optimize)
            Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
        return module;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_full_heap_stops_the_program_with_the_line(bool optimize)
    {
        var run = Z80Runner.Start(Z80Runner.Compile(ModuleOf(Endless, optimize), optimize));
        Assert.Equal("out of memory at heap.minz:5\n", run.Output);
        Assert.Equal((StopReason.Halted, 101), (run.Stop.Reason, run.Stop.Value));
    }

    [Theory]
    [InlineData("s = s + s")]
    [InlineData("s = s + s[0..len(s)]")]
    [InlineData("keep(chan<u16>(2000))")]
    [InlineData("spawn wait(c)")]
    [InlineData("keep(spawn Idler { big: [1; 1000] })")]
    public void What_ever_is_asked_for_the_line_is_named(string statement)
    {
        var source = $$"""
            actor Idler { var big: [u16; 1000]  fn go() { } }
            struct Kept<T> { what: T, next: &Kept<T> }
            global chans: &Kept<chan<u16>>
            global idlers: &Kept<Idler>
            fn keep(c: chan<u16>) { let k = Kept<chan<u16>> { what: c, next: chans }
                chans = &k }
            fn keep(c: Idler) { let k = Kept<Idler> { what: c, next: idlers }
                idlers = &k }
            fn wait(c: chan<u8>) { c.receive() }
            fn main() {
                let c = chan<u8>()
                let mut s = "a long text" + @to_string(len("abc"))
                for i in 0..2000 {
                    {{statement}}
                }
                print(s)
            }
            """;
        foreach (var optimize in new[] { false, true })
        {
            var run = Z80Runner.Start(Z80Runner.Compile(ModuleOf(source, optimize), optimize));
            Assert.Equal("out of memory at heap.minz:14\n", run.Output);
        }
    }

    [Fact]
    public void It_uses_the_memory_behind_the_program_up_to_the_top()
    {
        var program = Z80Runner.Compile(ModuleOf(Strings, true));
        Assert.InRange(program.Image!["__heap_first"] - program.Image["__heap_map"], 900, 1100);
        Assert.Equal(0xFF00, program.Image["__heap_limit"]);
        Assert.Equal("ababab\n", Z80Runner.Start(program).Output);
    }

    [Fact]
    public void A_stack_above_the_program_limits_it()
    {
        var program = Z80Runner.Compile(ModuleOf(Endless, true));
        var machine = Z80Runner.Load(program);
        machine.Cpu.Regs.SP = 0xC000;
        var text = new PrintedText();
        machine.Printed = b => text.Add(b);
        machine.Call((ushort)program.Image!["__start"], null, 200_000_000);
        Assert.Equal("out of memory at heap.minz:5\n", text.ToString());
        Assert.InRange(machine.Peek((ushort)program.Image["__heap_end"])
            + 256 * machine.Peek((ushort)(program.Image["__heap_end"] + 1)), 0xBB00, 0xBC00);
    }

    [Fact]
    public void A_program_that_allocates_nothing_has_none_of_it()
    {
        var program = Z80Runner.Compile(ModuleOf("""fn main() { print("a") }""", true));
        Assert.DoesNotContain(program.Image!.Symbols, s => s.Name.StartsWith("__heap") || s.Name == "__new");
    }

    [Fact]
    public void Handlers_of_interrupts_cannot_allocate()
    {
        var module = ModuleOf("""
            global name: str
            global n: u8
            fn label() { name = "n" + @to_string(n) }
            @interrupt
            fn tick() { label() }
            fn main() { loop { } }
            """, false);
        var messages = Z80Target.Compile(module, new EmitOptions("t")).Messages;
        Assert.Contains(messages, m => m is { Code: 1040, Location.Line: 3, IsError: true });
    }

    [Fact]
    public void A_program_that_leaves_no_room_for_it_does_not_fit()
    {
        var module = ModuleOf("""
            global big: [u8; 30000]
            fn main() { let s = "a" + @to_string(big[3])
                print(s) }
            """, true);
        var messages = Z80Target.Compile(module, new EmitOptions("t")).Messages;
        Assert.Empty(messages);
        messages = Z80Target.Compile(ModuleOf("""
            global big: [u8; 31500]
            fn main() { let s = "a" + @to_string(big[3])
                print(s) }
            """, true), new EmitOptions("t")).Messages;
        Assert.Contains(messages, m => m is { Code: 1004, IsError: true });
    }
}
