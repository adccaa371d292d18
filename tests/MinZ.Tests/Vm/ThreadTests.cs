using System.Text;
using MinZ.Mir;
using MinZ.Tests.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>
/// Programs of <c>tests/mir/threads</c>. <c>; expect: line</c> is a line it prints, <c>; trap: line</c> a line of the
/// trap it ends with.
/// </summary>
public sealed class ThreadTests
{
    public static IEnumerable<TheoryDataRow<string, bool>> Files() =>
        from f in MirFiles.In("threads")
        from optimize in (bool[])[false, true]
        select new TheoryDataRow<string, bool>(f, optimize);

    [Theory]
    [MemberData(nameof(Files))]
    public void Programs_print_and_trap_as_they_say(string file, bool optimize) =>
        Check(MirFiles.Read(file), VmOptions.Default with { Optimize = optimize, Fuel = 50_000_000 });

    /// <summary>Whatever a collection moves: queues, parked threads and reports still find their channels.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Programs_do_the_same_when_everything_moves_all_the_time(string file, bool optimize)
    {
        // A collection looks at every thread, so few of them must do.
        var text = MirFiles.Read(file).Replace("10000", "100").Replace("49995000", "4950");
        Check(text, VmOptions.Default with
        {
            Optimize = optimize, Fuel = 50_000_000, StressCollector = true, MemoryLimit = 1 << 20, StackBytes = 1 << 16,
        });
    }

    /// <summary>Several workers come to the same, whoever runs what.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Programs_do_the_same_on_several_workers(string file, bool optimize)
    {
        for (var round = 0; round < 5; round++)
            Check(MirFiles.Read(file), VmOptions.Default with
            {
                Optimize = optimize, Fuel = 50_000_000, Workers = 2 + round % 3, MemoryLimit = 16 << 20,
                StressCollector = round == 4 && !file.Contains("many") && !file.Contains("ring"),
            });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Workers_share_the_heap_while_it_is_collected(int workers)
    {
        const string Source = """
            type Node = struct { u32 value, box<Node> next }
            func build(u32 %seed, u32 %n) -> box<Node> {
                %none = none box<Node>
                jump .loop(0, %none)
            .loop(u32 %i, box<Node> %list):
                %v = add.u32 %seed, %i
                %node = struct.make Node, %v, %list
                %b = new Node, %node
                %k = add.u32 %i, 1
                %more = cmp.lt.u32 %k, %n
                jumpif %more, .loop(%k, %b), .done
            .done:
                ret %b
            }
            func sum(box<Node> %list, u32 %n) -> u32 {
                jump .loop(0, %list, 0)
            .loop(u32 %i, box<Node> %at, u32 %total):
                %v = load %at.value
                %t = add.u32 %total, %v
                %k = add.u32 %i, 1
                %last = cmp.eq.u32 %k, %n
                jumpif %last, .done, .next
            .next:
                %rest = load %at.next
                jump .loop(%k, %rest, %t)
            .done:
                ret %t
            }
            func work(u32 %seed, chan<box<Node>> %out, chan<u32> %sums) {
                jump .loop(0)
            .loop(u32 %i):
                %list = call build, %seed, 50
                %s = call sum, %list, 50
                chan.send %out, %list
                chan.send %sums, %s
                %k = add.u32 %i, 1
                %more = cmp.lt.u32 %k, 200
                jumpif %more, .loop(%k), .done
            .done:
                ret
            }
            func main() {
                %lists = chan.new box<Node>, 3
                %sums = chan.new.u32 1000
                jump .start(0)
            .start(u32 %i):
                spawn work, %i, %lists, %sums
                %k = add.u32 %i, 1
                %more = cmp.lt.u32 %k, 8
                jumpif %more, .start(%k), .begin
            .begin:
                jump .loop(0, 0)
            .loop(u32 %n, u32 %total):
                %list = chan.receive %lists
                %s = call sum, %list, 50
                %expected = chan.receive %sums
                %a = add.u32 %total, %s
                %b = sub.u32 %a, %expected
                %m = add.u32 %n, 1
                %again = cmp.lt.u32 %m, 1600
                jumpif %again, .loop(%m, %b), .end
            .end:
                call @print, %b
                ret
            }
            """;
        var output = new MemoryStream();
        using var vm = Runs.Load(Source, VmOptions.Default with
        {
            Workers = workers, MemoryLimit = 1 << 20, StackBytes = 1 << 16, Output = output,
        });
        var result = vm.Run();
        Assert.Null(result.Trap?.ToString());
        Assert.Equal("0\n", Encoding.UTF8.GetString(output.ToArray()));
        Assert.True(vm.HeapStatistics.Collections > 0);
    }

    [Fact]
    public void Fuel_and_memory_bound_programs_with_threads()
    {
        const string Source = """
            func spin() {
                jump .loop
            .loop:
                jump .loop
            }
            func wait(chan<u8> %c) {
                %v = chan.receive %c
                ret
            }
            func spinners() {
                spawn spin
                spawn spin
                call spin
                ret
            }
            func bomb() {
                %c = chan.new.u8 0
                jump .loop
            .loop:
                spawn wait, %c
                jump .loop
            }
            """;
        foreach (var workers in (int[])[1, 3])
        {
            using var vm = Runs.Load(Source, VmOptions.Default with
            {
                Workers = workers, Fuel = 1_000_000, MemoryLimit = 4 << 20, StackBytes = 1 << 16,
            });
            Assert.Equal(TrapCode.OutOfMemory, vm.Call("bomb").Trap?.Code);
            Assert.True(vm.ThreadBytes <= 4 << 20);
            Assert.Equal(TrapCode.FuelExhausted, vm.Call("spinners").Trap?.Code);
        }
    }

    /// <summary>An actor that is slower than who sends to it has its turn before its mailbox grows large.</summary>
    [Theory]
    [InlineData("u8")]
    [InlineData("u24")]
    [InlineData("u64")]
    public void A_mailbox_stays_short_while_its_actor_keeps_running(string type)
    {
        var source = $$"""
            type Sink = actor { u32 count } { on put({{type}}) = put, on get() -> u32 = get }
            func put(Sink %self, {{type}} %v) {
                %w = conv.u32 %v
                %n = load %self.count
                %a = add.u32 %n, %w
                store %self.count, %a
                jump .loop(0)
            .loop(u8 %i):
                %k = add.u8 %i, 1
                %more = cmp.lt.u8 %k, 20
                jumpif %more, .loop(%k), .done
            .done:
                ret
            }
            func get(Sink %self) -> u32 {
                %n = load %self.count
                ret %n
            }
            func main() -> u32 {
                %c = spawn actor Sink
                jump .loop(0)
            .loop(u32 %i):
                actor.send Sink.put, %c, 3
                %k = add.u32 %i, 1
                %more = cmp.lt.u32 %k, 200000
                jumpif %more, .loop(%k), .done
            .done:
                %s = actor.ask Sink.get, %c
                ret %s
            }
            """;
        using var vm = Runs.Load(source, VmOptions.Default with { MemoryLimit = 192 << 10, StackBytes = 1 << 14 });
        var result = vm.Run();
        Assert.Null(result.Trap?.ToString());
        Assert.Equal(600_000, result.Bits);
    }

    private static void Check(string text, VmOptions options)
    {
        var output = new MemoryStream();
        using var vm = Runs.Load(text, options with { Output = output });
        var result = vm.Run();
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n')[..^1];
        var trap = Said(text, "; trap:");
        if (trap.Length == 0)
            Assert.Null(result.Trap?.ToString());
        Assert.Equal(Said(text, "; expect:"), lines.Select(l => l.TrimEnd()));
        Assert.StartsWith(string.Join('\n', trap), result.Trap?.ToString() ?? "");
    }

    private static string[] Said(string text, string mark) =>
        [.. text.Split('\n').Where(l => l.StartsWith(mark, StringComparison.Ordinal))
            .Select(l => l[mark.Length..]).Select(l => l.StartsWith(' ') ? l[1..].TrimEnd() : l)];
}
