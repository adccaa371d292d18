using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir.Passes;
using MinZ.Tests.Z80Machine;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Codegen;

/// <summary>Threads of Spectrum programs beyond what tests/lang/concurrency shows: stacks, time, interrupts.</summary>
public sealed class ThreadTests
{
    private static Z80Runner.Run Run(string source, bool optimize = true) => Z80Runner.Start(Compile(source, optimize));

    private static MinZ.Backends.Z80.Z80Program Compile(string source, bool optimize = true)
    {
        var result = Compilation.Compile([new SourceText(source, "t.minz")], new CompilationOptions());
        Assert.True(result.Module is not null, string.Join("\n", result.Diagnostics));
        if (optimize)
            Pipeline.Run(result.Module!, Pipeline.HighLevel.AsSpan());
        return Z80Runner.Compile(result.Module!, optimize);
    }

    [Fact]
    public void A_deadlock_is_reported_with_what_each_thread_waits_for()
    {
        var run = Run("""
            fn take(c: chan<u8>) { print(c.receive()) }
            fn choose(c: chan<u8>, d: chan<u8>) {
                select { x = c.receive() => print(x), d.send(1) => {} }
            }
            fn main() {
                let c = chan<u8>()
                let d = chan<u8>()
                spawn take(d)
                spawn choose(c, chan())
                sleep(100)
                d.send(1)
                sleep(100)
                d.send(2)
            }
            """);
        Assert.Equal("""
            1
            all threads wait for each other
               main waits to send at t.minz:13
               thread 3 waits in a select at t.minz:3

            """.ReplaceLineEndings("\n"), run.Output);
        Assert.Equal((StopReason.Halted, 101), (run.Stop.Reason, run.Stop.Value));
    }

    [Fact]
    public void Each_thread_gets_the_stack_its_code_needs()
    {
        var image = Compile("""
            fn small(c: chan<u8>) { c.send(1) }
            fn large(c: chan<u8>) {
                let mut a: [u8; 200]
                for i in 0..200 { a[i] = i }
                yield
                c.send(a[199])
            }
            fn deep(n: u16) -> u16 { return n == 0 ? 0 : deep(n - 1) + n }
            fn recursive(c: chan<u8>) { c.send(deep(5) as u8) }
            fn main() {
                let c = chan<u8>()
                spawn small(c)
                spawn large(c)
                spawn recursive(c)
                print(c.receive() + c.receive() + c.receive())
            }
            """, optimize: false).Image!;
        Assert.InRange(image["__stack_of_small"], 70, 130);
        Assert.InRange(image["__stack_of_large"], image["__stack_of_small"] + 200, image["__stack_of_small"] + 240);
        Assert.InRange(image["__stack_of_recursive"], 560, 680);
    }

    [Fact]
    public void Recursion_without_end_stops_with_the_place()
    {
        const string source = """
            fn endless(n: u32) -> u32 { return endless(n + 1) * 2 + n }
            fn idle() { yield }
            fn run() { print(endless(1)) }
            fn main() {
                spawn idle()
                CALL
                loop { yield }
            }
            """;
        Assert.Equal("too many nested calls at t.minz:1\n", Run(source.Replace("CALL", "spawn run()")).Output);
        Assert.Equal("too many nested calls at t.minz:1\n", Run(source.Replace("CALL", "run()")).Output);
    }

    [Theory]
    [InlineData("", 60)]
    [InlineData("asm { ei }", 45)]
    public void Sleep_takes_at_least_what_was_asked_and_little_more(string before, int more)
    {
        long Time(int milliseconds) => Run($$"""
            fn main() {
                {{before}}
                sleep({{milliseconds}})
            }
            """).TStates;
        foreach (var ms in new[] { 1, 20, 21, 100, 1000 })
            Assert.InRange(Time(ms) / 3500.0, ms, ms * 1.04 + more);
    }

    [Fact]
    public void A_program_with_a_handler_counts_time_itself()
    {
        var run = Run("""
            global ticks: u16 = 0
            @interrupt
            fn tick() { ticks += 1 }
            fn nap(ms: u32, out: chan<u16>) {
                let before = ticks
                sleep(ms)
                out.send(ticks - before)
            }
            fn main() {
                let out = chan<u16>(1)
                spawn nap(100, out)
                let n = out.receive()
                print(n >= 5 and n <= 7)
                let x: u16 = select {
                    n = out.receive() => n,
                    timeout(60) => 1,
                }
                print(x)
                print(ticks >= n + 3)
            }
            """);
        Assert.Equal("true\n1\ntrue\n", run.Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_trap_in_a_handler_is_not_reported_as_one_of_the_thread_it_interrupts(bool optimize)
    {
        var run = Run("""
            global ticks: u8 = 5
            global x: u8 = 0
            @interrupt
            fn tick() {
                ticks -= 1
                x = 10 / ticks
            }
            fn spin() { loop { yield } }
            fn main() {
                let end = spawn spin()
                println(end.receive())
            }
            """, optimize);
        Assert.Equal("division by zero at t.minz:6\n", run.Output);
        Assert.Equal(StopReason.Halted, run.Stop.Reason);
    }

    [Fact]
    public void Traps_in_runtime_functions_name_the_line_of_the_caller()
    {
        var run = Run("""
            fn main() {
                let c = chan<u8>(1)
                c.send(1)
                c.close()
                c.send(2)
            }
            """);
        Assert.Equal("a value is sent on a channel that is closed at t.minz:5\n", run.Output);
    }

    /// <summary>Least distance of SP from the record at the low end of the running thread's stack.</summary>
    private sealed class StackWatch(Spectrum machine, int current, int main) : IInstructionObserver
    {
        public int Least { get; private set; } = int.MaxValue;

        public void BeforeInstruction(ushort pc, long tStates)
        {
            var record = machine.Peek16((ushort)current);
            var distance = machine.Cpu.Regs.SP - record;
            // Between two threads SP is still in the other one's stack.
            if (record != main && distance is >= 0 and < 1000)
                Least = Math.Min(Least, distance);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Printing_and_interrupts_of_a_rom_fit_on_the_stack_of_a_thread(bool optimize, bool hasHandler)
    {
        var program = Compile($$"""
            global ticks: u16 = 0
            {{(hasHandler ? "@interrupt" : "")}}
            fn tick() { ticks += 1 }
            fn show(n: u32, done: chan<u8>) {
                for i in 0..30 {
                    println(@to_string("{n + i as u32} and a long line that the ROM has to break"))
                    yield
                }
                done.send(1)
            }
            fn main() {
                asm { ei }
                let done = chan<u8>(2)
                spawn show(100000, done)
                spawn show(7, done)
                done.receive()
                done.receive()
                tick()
            }
            """, optimize);
        var machine = new Spectrum(Roms.Require());
        machine.LoadBinary(program.Image!.Origin, program.Image.Bytes.AsSpan());
        machine.Cpu.Regs.SP = (ushort)(program.Image.Origin - 16);
        var watch = new StackWatch(machine, program.Image["__thread"], program.Image["__thread_main"]);
        machine.Observer = watch;
        var result = machine.Call((ushort)program.Image["__start"], null, 400_000_000);
        Assert.Equal(StopReason.Returned, result.Stop.Reason);
        TestContext.Current.TestOutputHelper?.WriteLine($"least distance: {watch.Least}");
        Assert.InRange(watch.Least, 16, 999);
    }
}
