using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>
/// What the language allocates without saying so: programs that do it for a long time in little memory.
/// </summary>
public sealed class CollectorLanguageTests
{
    private static Module Compile(string source)
    {
        var compiled = Compilation.Compile([new SourceText(source, "test.minz")],
            new CompilationOptions { ModuleName = "test" });
        Assert.True(compiled.Module is not null, string.Join("\n", compiled.Diagnostics));
        return compiled.Module;
    }

    private static long Run(string source)
    {
        var module = Compile(source);
        long? expected = null;
        foreach (var optimize in (bool[])[false, true])
        {
            using var vm = VirtualMachine.Load(module,
                VmOptions.Default with { MemoryLimit = 256 << 10, Optimize = optimize });
            var result = vm.Call("run", 100_000);
            Assert.True(result.Returned, result.ToString());
            Assert.Equal(expected ??= result.Bits, result.Bits);
            Assert.InRange(vm.HeapStatistics.ReclaimedBytes, 8 * 160 << 10, long.MaxValue);
        }
        return expected!.Value;
    }

    [Fact]
    public void Closures_and_what_they_captured() => Assert.Equal(300_000, Run("""
        fn make_counter(start: u32) -> fn() -> u32 {
            let mut count = start
            return || { count += 1; count }
        }
        struct Entry { next: fn() -> u32, name: str }
        pub fn run(rounds: u32) -> u32 {
            let kept = make_counter(0)
            let mut table: [Entry; 3] = [Entry { next: kept, name: "a" }, Entry { next: kept, name: "b" },
                Entry { next: kept, name: "c" }]
            let mut sum: u32 = 0
            for i in 0..rounds {
                let c = make_counter(i)
                table[i % 2] = Entry { next: c, name: "x" }
                sum += c() - i
                sum += table[i % 2].next() - i - 1
                table[2].next()
            }
            return sum + kept() - 1
        }
        """));

    [Fact]
    public void Interface_values_over_copies() => Assert.Equal(100_000 * 13L, Run("""
        interface Shape { fn area(self) -> u32 }
        struct Rect { w: u32, h: u32 }
        struct Square { side: u32 }
        impl Shape for Rect { fn area(self) -> u32 { return self.w * self.h } }
        impl Shape for Square { fn area(self) -> u32 { return self.side * self.side } }
        global last: Shape
        fn pick(n: u32) -> Shape {
            if n % 2 == 0 { return Square { side: 3 } }
            return Rect { w: 1, h: n % 2 }
        }
        pub fn run(rounds: u32) -> u32 {
            let mut shapes: [Shape; 2] = [pick(0), pick(1)]
            let mut sum: u32 = 0
            for i in 0..rounds {
                last = pick(i + 1)
                shapes[i % 2] = Rect { w: 3, h: 1 }
                sum += shapes[i % 2].area()
                shapes[i % 2] = last
                sum += shapes[0].area() + shapes[1].area() - shapes[(i + 1) % 2].area()
                sum += if i % 2 == 0 { 9 } else { 1 }
            }
            return sum
        }
        """));

    [Fact]
    public void Strings_and_runs_of_computed_length() => Assert.Equal(Enumerable.Range(0, 100_000)
        .Sum(i => 2L * i.ToString(System.Globalization.CultureInfo.InvariantCulture).Length + 1 + i % 7), Run("""
        fn squares(n: u32) -> []u32 { return [x * x for x in 0..n] }
        pub fn run(rounds: u32) -> u32 {
            let mut sum: u32 = 0
            for i in 0..rounds {
                let text = @to_string("{i}-{i}")
                let part = squares(i % 7 + 3)[2..(i % 7 + 2) as u16]
                sum += (text.len + part.len) as u32
            }
            return sum
        }
        """));

    [Fact]
    public void Threads_channels_and_messages() => Assert.Equal(3 * 100_000 / 100 * 50, Run("""
        struct Job { id: u32, name: str }
        fn work(jobs: chan<Job>, results: chan<str>) {
            for job in jobs { results.send(@to_string("{job.name}:{job.id % 10}")) }
            results.close()
        }
        pub fn run(rounds: u32) -> u32 {
            let mut sum: u32 = 0
            for i in 0..rounds / 100 {
                let jobs = chan<Job>(3)
                let results = chan<str>(1)
                spawn work(jobs, results)
                for k in 0..50 {
                    jobs.send(Job { id: k, name: "a" })
                    sum += results.receive().len as u32
                }
                jobs.close()
            }
            return sum
        }
        """));
}
