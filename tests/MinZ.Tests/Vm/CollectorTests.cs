using MinZ.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>Programs that allocate more than there is, and what the collector has to find to let them go on.</summary>
public sealed class CollectorTests
{
    private static readonly string Source =
        File.ReadAllText(Path.Combine(Runs.Repository, "tests/mir/vm/collector.mir"));

    private static readonly Lazy<Module> Program = new(() => Runs.Read(Source));

    /// <summary>Function, rounds that allocate a hundred times the limit, rounds for a collection at each
    /// allocation.</summary>
    public static TheoryData<string, long, long> Programs => new()
    {
        { "lists", 10_000, 20 }, { "trees", 10_000, 10 }, { "interior", 120_000, 100 }, { "strings", 300_000, 300 },
        { "cycles", 600_000, 300 }, { "enums", 80_000, 60 }, { "table", 140_000, 200 }, { "arguments", 250_000, 100 },
        { "raw", 400_000, 100 },
    };

    private static long Expected(string name, long rounds) => name switch
    {
        "lists" => rounds * 5050,
        "trees" => rounds * 127 + 255,
        "interior" => 22 + rounds + 7 + rounds * (rounds - 1) / 2 + 5,
        "strings" => Strings(rounds),
        "cycles" => rounds * (rounds - 1) / 2,
        "enums" => 40 * rounds + 6 + 6 + 3 + 3,
        "table" => Enumerable.Range(0, 50).Sum(k => rounds - 1 - (rounds - 1 - k) % 50),
        "arguments" => Enumerable.Range(0, (int)rounds).Sum(i => 3040L - 4030 + Digits(i)),
        "raw" => rounds + 5,
        _ => throw new ArgumentException(name),
    };

    private static int Digits(int n) => n.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;

    private static long Strings(long rounds)
    {
        var text = "";
        for (var i = 0L; i < rounds; i++)
        {
            text += FormattableString.Invariant($"{i},");
            text = text.Length > 60 ? text[7..] : text;
        }
        return text.Aggregate(0L, (h, c) => h * 31 + c);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_may_allocate_a_hundred_times_its_limit(string name, long rounds, long few)
    {
        Assert.True(few < rounds);
        foreach (var optimize in (bool[])[false, true])
        {
            using var vm = VirtualMachine.Load(Program.Value,
                VmOptions.Default with { MemoryLimit = 256 << 10, Optimize = optimize });
            var result = vm.Call(name, rounds);
            Assert.Null(result.Trap);
            Assert.Equal(Expected(name, rounds), result.Bits);
            var heap = vm.HeapStatistics;
            Assert.InRange(heap.ReclaimedBytes, 100 * 160 << 10, long.MaxValue);
            Assert.InRange(heap.Collections, 100, 100_000);
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Nothing_is_lost_when_everything_moves_at_each_allocation(string name, long many, long rounds)
    {
        Assert.True(many > rounds);
        foreach (var optimize in (bool[])[false, true])
        {
            using var vm = VirtualMachine.Load(Program.Value,
                VmOptions.Default with { StressCollector = true, Optimize = optimize });
            var result = vm.Call(name, rounds);
            Assert.Null(result.Trap);
            Assert.Equal(Expected(name, rounds), result.Bits);
            Assert.InRange(vm.HeapStatistics.Collections, rounds, long.MaxValue);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_of_many_frames_keeps_its_objects(bool stress)
    {
        var depth = stress ? 100 : 5000;
        using var vm = VirtualMachine.Load(Program.Value,
            VmOptions.Default with { StressCollector = stress, MemoryLimit = 1 << 20 });
        Assert.Equal((long)depth * (depth + 1) / 2 + Enumerable.Range(1, depth).Sum(Digits),
            vm.Call("deep", depth).Bits);
    }

    [Fact]
    public void Marking_more_than_its_stack_holds_finds_everything()
    {
        using var vm = VirtualMachine.Load(Program.Value, VmOptions.Default with { MemoryLimit = 64 << 20 });
        Assert.Equal(3 * 700_000, vm.Call("wide", 700_000).Bits);
        Assert.InRange(vm.HeapStatistics.Collections, 2, 1000);
    }

    [Fact]
    public void Live_data_up_to_the_last_byte_of_the_limit_fits()
    {
        using var vm = VirtualMachine.Load(Program.Value, VmOptions.Default with { MemoryLimit = 1 << 20 });
        var trap = vm.Call("keep", 1_000_000).Trap!;
        Assert.Equal(TrapCode.OutOfMemory, trap.Code);
        // "… (1048576 bytes): A of B bytes of heap are in use, 24 more were asked for".
        var words = trap.Message.Split(' ');
        var (used, capacity) = (long.Parse(words[7]), long.Parse(words[9]));
        Assert.Equal("24 more were asked for", string.Join(' ', words[^5..]));
        Assert.InRange(capacity - used, 0, 23);
        Assert.Equal(used, vm.HeapBytes);
        vm.Call("drop");
        // All but what the message promised fits again, and not a node more.
        var nodes = capacity / 24;
        Assert.Equal(nodes * (nodes + 1) / 2, vm.Call("keep", nodes).Bits);
        vm.Call("drop");
        Assert.Equal(TrapCode.OutOfMemory, vm.Call("keep", nodes + 1).Trap?.Code);
    }

    [Fact]
    public void A_run_larger_than_half_the_heap_can_be_replaced()
    {
        using var vm = VirtualMachine.Load(Program.Value, VmOptions.Default with { MemoryLimit = 1 << 20 });
        var result = vm.Call("large", 100, 800_000);
        Assert.Null(result.Trap);
        // Memory is zero each time.
        Assert.Equal(0, result.Bits);
        Assert.Equal(TrapCode.OutOfMemory, vm.Call("large", 1, 1 << 20).Trap?.Code);
        Assert.Equal(TrapCode.OutOfMemory, vm.Call("large", 1, uint.MaxValue).Trap?.Code);
    }

    [Fact]
    public void Equal_runs_collect_equally()
    {
        var runs = Enumerable.Range(0, 2).Select(_ =>
        {
            using var vm = VirtualMachine.Load(Program.Value,
                VmOptions.Default with { MemoryLimit = 1 << 20, Fuel = 3_000_000 });
            var trap = vm.Call("trees", 1_000_000).Trap;
            return (trap?.ToString(), vm.HeapBytes, vm.HeapStatistics.Collections, vm.HeapStatistics.ReclaimedBytes);
        }).ToArray();
        Assert.Contains("FuelExhausted", runs[0].Item1);
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public void A_heap_written_over_by_raw_addresses_is_a_trap()
    {
        using var vm = VirtualMachine.Load(Program.Value, VmOptions.Default);
        var trap = vm.Call("damage").Trap;
        Assert.Equal(TrapCode.BadAddress, trap?.Code);
        Assert.Contains("was overwritten", trap!.Message);
    }

    [Fact]
    public void Handles_of_the_host_keep_objects_and_follow_them()
    {
        const string Host = """
            func text(i64 %n) -> str export {
                %a = str.of %n
                %b = str.concat %a, %a
                ret %b
            }
            func length(str %s) -> u16 export {
                %n = str.len %s
                ret %n
            }
            """;
        using var vm = Runs.Load(Host, VmOptions.Default with { StressCollector = true });
        vm.Call("text", 1);
        using var second = vm.Keep(vm.Call("text", 234).Bits);
        var third = vm.Keep(vm.Call("text", 56).Bits);
        var before = second.Address;
        vm.Call("text", 7);
        vm.Call("text", 8);
        Assert.NotEqual(before, second.Address);
        Assert.True(vm.TryReadText(second.Address, out var text));
        Assert.Equal("234234", text);
        Assert.Equal(4, vm.Call("length", third.Address).Bits);
        var kept = vm.HeapStatistics.LiveBytes;
        third.Dispose();
        third.Dispose();
        Assert.Throws<ObjectDisposedException>(() => third.Address);
        vm.Call("text", 9);
        vm.Call("text", 9);
        Assert.True(vm.HeapStatistics.LiveBytes < kept);
    }

    [Fact]
    public void Arguments_of_host_functions_move_with_their_objects()
    {
        const string Host = """
            func twice(str %s) -> str noinline {
                %r = str.concat %s, %s
                ret %r
            }
            func main() -> i64 {
                %n = str.of i64 1234
                %a = call twice, %n
                %mark = const.str "!"
                %b = str.concat %a, %mark
                %r: str = native str, host.join, %a, u32 7, %b
                %l = str.len %r
                %m = str.len %a
                %l64 = conv.i64 %l
                %m64 = conv.i64 %m
                %h = mul.i64 %l64, 100
                %s = add.i64 %h, %m64
                ret %s
            }
            func inner(str %s) -> str export {
                %plus = const.str "+"
                %r = str.concat %s, %plus
                ret %r
            }
            """;
        VirtualMachine vm = null!;
        var natives = VmOptions.Default.Natives.Add("host.join", call =>
        {
            var first = call.Text(0);
            call.NewText("garbage");
            // A call back collects as well, with this call's arguments waiting.
            vm.Call("inner", call.Arguments[2]);
            Assert.Equal((first, 7L, first + "!"), (call.Text(0), call.Arguments[1], call.Text(2)));
            return call.NewText(call.Text(0) + call.Text(2));
        });
        foreach (var optimize in (bool[])[false, true])
            using (vm = Runs.Load(Host, VmOptions.Default with
            {
                Natives = natives, StressCollector = true, Optimize = optimize,
            }))
                Assert.Equal(1708, vm.Call("main").Bits);
    }
}
