using MinZ.Mir;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>Whatever a program does, it ends with a trap that says what and where, and the host goes on.</summary>
public sealed class TrapTests
{
    [Fact]
    public void A_wild_address_traps_at_both_ends_of_memory_and_for_every_width()
    {
        const string Source = """
            func peek8(u32 %a) -> u8 {
                %v = peek.u8 %a
                ret %v
            }
            func peek64(u32 %a) -> u64 {
                %v = peek.u64 %a
                ret %v
            }
            func poke32(u32 %a) {
                poke.u32 %a, u32 7
                ret
            }
            """;
        using var vm = Runs.Load(Source, VmOptions.Default with { MemoryLimit = 1 << 20 });
        foreach (var f in (string[])["peek8", "peek64", "poke32"])
        {
            Assert.Equal(TrapCode.NullReference, vm.Call(f, 0).Trap?.Code);
            Assert.Equal(TrapCode.NullReference, vm.Call(f, 4095).Trap?.Code);
            Assert.Equal(TrapCode.BadAddress, vm.Call(f, 1 << 20).Trap?.Code);
            Assert.Equal(TrapCode.BadAddress, vm.Call(f, 0xFFFFFFFF).Trap?.Code);
            Assert.Null(vm.Call(f, (1 << 20) - 8).Trap);
            Assert.Null(vm.Call(f, 0x5800).Trap);
        }
        Assert.Contains("0x100000", vm.Call("peek8", 1 << 20).Trap!.Message);
    }

    [Fact]
    public void Copies_and_fills_outside_memory_trap()
    {
        const string Source = """
            func copy(u32 %to, u32 %from, u32 %n) {
                mem.copy %to, %from, %n
                ret
            }
            func copy16(u32 %to, u32 %from) {
                mem.copy %to, %from, u32 16
                ret
            }
            func fill(u32 %to, u32 %n) {
                mem.fill %to, u8 1, %n
                ret
            }
            """;
        var module = Runs.Read(Source);
        module.Layout = DataLayout.Flat32;
        using var vm = VirtualMachine.Load(module, VmOptions.Default with { MemoryLimit = 1 << 20 });
        Assert.Null(vm.Call("copy", 0x5000, 0x6000, 0x800).Trap);
        Assert.Null(vm.Call("copy", 0, 0, 0).Trap);
        Assert.Equal(TrapCode.BadAddress, vm.Call("copy", 0x5000, 0xFFFFF, 0x800).Trap?.Code);
        Assert.Equal(TrapCode.BadAddress, vm.Call("copy", 0x5000, 0x6000, 0xFFFFFFFF).Trap?.Code);
        Assert.Equal(TrapCode.NullReference, vm.Call("copy", 0, 0x6000, 4).Trap?.Code);
        Assert.Equal(TrapCode.BadAddress, vm.Call("copy16", 0xFFFF8, 0x6000).Trap?.Code);
        Assert.Equal(TrapCode.BadAddress, vm.Call("copy16", 0x5000, 0xFFFFFFF8).Trap?.Code);
        Assert.Equal(TrapCode.BadAddress, vm.Call("fill", 0xFFFF8, 16).Trap?.Code);
        Assert.Null(vm.Call("fill", 0x4000, 6912).Trap);
        var screen = new byte[6912];
        Assert.True(vm.TryRead(0x4000, screen));
        Assert.All(screen, b => Assert.Equal(1, b));
    }

    [Fact]
    public void An_index_beyond_the_end_names_index_and_length()
    {
        const string Source = """
            global [u8; 4] table = [1, 2, 4, 8]
            func at(i32 %i) -> u8 {
                %v = load table[%i]
                ret %v
            }
            func sum([]u16 %xs, u32 %n) -> u16 {
                jump .loop(u32 0, u16 0)
            .loop(u32 %i, u16 %s):
                %c = cmp.lt %i, %n
                jumpif %c, .body, .done
            .body:
                %x = load %xs[%i]
                %t = add %s, %x
                %j = add %i, 1
                jump .loop(%j, %t)
            .done:
                ret %s
            }
            func over(u32 %n) -> u16 {
                %xs = slice.new u16, u32 3
                store %xs[u8 1], u16 500
                %s = call sum, %xs, %n
                ret %s
            }
            """;
        Assert.Equal(8, Runs.Call(Source, "at", 3).Bits);
        Assert.Contains("index 4 is out of range for length 4", Runs.Call(Source, "at", 4).Trap!.Message);
        Assert.Contains("index -1 is out of range", Runs.Call(Source, "at", -1).Trap!.Message);
        Assert.Equal(500, Runs.Call(Source, "over", 3).Bits);
        var trap = Runs.Call(Source, "over", 4).Trap!;
        Assert.Equal(TrapCode.IndexOutOfRange, trap.Code);
        Assert.Contains("index 3 is out of range for length 3", trap.Message);
    }

    [Fact]
    public void Fuel_memory_and_depth_are_limits()
    {
        const string Source = """
            func spin() {
                jump .loop
            .loop:
              jump .loop
            }
            func deep(u32 %n) -> u32 {
                %z = cmp.eq %n, 0
                jumpif %z, .end, .more
            .end:
                ret 0
            .more:
                %m = sub %n, 1
                %d = call deep, %m
                %r = add %d, 1
                ret %r
            }
            type Cell = struct { box<Cell> next, [u8; 1000] bytes }
            func eat() {
                %none = none box<Cell>
                jump .loop(%none)
            .loop(box<Cell> %list):
                %zero = none Cell
                %x = new Cell, %zero
                store %x.next, %list
                jump .loop(%x)
            }
            """;
        foreach (var optimize in (bool[])[false, true])
        {
            var options = VmOptions.Default with { Fuel = 100_000, MaxDepth = 1000, MemoryLimit = 1 << 20,
                Optimize = optimize };
            using var vm = Runs.Load(Source, options);
            Assert.Equal(TrapCode.OutOfMemory, vm.Call("eat").Trap?.Code);
            Assert.True(vm.HeapBytes <= 1 << 20);
            Assert.Equal(999, vm.Call("deep", 999).Bits);
            var deep = vm.Call("deep", 1000).Trap!;
            Assert.Equal(TrapCode.StackOverflow, deep.Code);
            Assert.Equal(1000, deep.Stack.Length + deep.OmittedFrames);
            Assert.Equal(TrapCode.FuelExhausted, vm.Call("spin").Trap?.Code);
            Assert.Equal(TrapCode.FuelExhausted, vm.Call("deep", 5).Trap?.Code);
        }
        using var small = Runs.Load(Source, VmOptions.Default with { StackBytes = 4096 });
        Assert.Equal(TrapCode.StackOverflow, small.Call("deep", 100_000).Trap?.Code);
    }

    [Fact]
    public void Services_that_are_not_granted_are_denied_and_granted_ones_work()
    {
        const string Source = """
            func read() -> u8 {
                %v = in u16 254
                ret %v
            }
            func now() -> i64 {
                %v: i64 = syscall i64, 2
                ret %v
            }
            func none() {
                syscall 99
                ret
            }
            func host(i32 %a) -> i32 {
                %v: i32 = native i32, math.twice, %a
                ret %v
            }
            func hello() {
                %t = const.str "hi"
              call @print, %t
                ret
            }
            """;
        using var closed = Runs.Load(Source, VmOptions.Default with { Capabilities = [] });
        foreach (var f in (string[])["read", "now", "none", "hello"])
            Assert.Equal(TrapCode.Denied, closed.Call(f).Trap?.Code);
        Assert.Equal(TrapCode.Denied, closed.Call("host", 4).Trap?.Code);
        var natives = VmOptions.Default.Natives.Add("math.twice", call => call.Arguments[0] * 2);
        using var open = Runs.Load(Source, VmOptions.Default.Grant("ports", "clock") with { Natives = natives });
        Assert.Equal(0xFF, open.Call("read").Bits);
        Assert.Equal(1, open.Call("now").Bits);
        Assert.Equal(2, open.Call("now").Bits);
        Assert.Equal(42, open.Call("host", 21).Bits);
        Assert.Equal(TrapCode.Denied, open.Call("none").Trap?.Code);
    }

    [Fact]
    public void A_stack_trace_names_functions_files_and_lines_through_inlined_calls()
    {
        var module = new Module("trace");
        module.Files.Add("game.minz");
        var divide = module.Add(new Function("divide")
        {
            Parameters = [new("a", MirType.I32), new("b", MirType.I32)], Result = MirType.I32,
        });
        var entry = divide.NewEntry();
        var b = new Builder(divide).At(entry);
        b.Location = divide.AddLocation(new SourceLocation(1, 3, 12, 5));
        b.Return(b.Binary(Op.Div, entry.Parameters[0], entry.Parameters[1]));
        var main = module.Add(new Function("main") { Result = MirType.I32, Flags = FunctionFlags.Export });
        b = new Builder(main).At(main.NewEntry());
        b.Location = main.AddLocation(new SourceLocation(1, 8, 5, 9));
        var zero = b.Emit(Op.Peek, MirType.I32, [b.Constant(MirType.U32, 0x5000)], MirType.I32);
        b.Return(b.Call(divide, [b.Constant(MirType.I32, 7), zero]));
        foreach (var optimize in (bool[])[false, true])
        {
            using var vm = VirtualMachine.Load(module, VmOptions.Default with { Optimize = optimize });
            var trap = vm.Run().Trap!;
            Assert.Equal(TrapCode.DivideByZero, trap.Code);
            Assert.Equal("trap DivideByZero: division by zero\n"
                + "   at divide (game.minz:3:12)\n   at main (game.minz:8:5)", trap.ToString());
        }
    }

    [Fact]
    public void A_host_function_may_call_back_and_its_traps_stay_inside()
    {
        const string Source = """
            func outer(i64 %n) -> i64 {
                %a = mul %n, 3
                %b: i64 = native i64, host.again, %n
                %c = add %a, %b
                ret %c
            }
            func inner(i64 %n) -> i64 {
                local [i64; 4] %slots
                store %slots[u8 1], %n
                %v = load %slots[u8 1]
                %d = div i64 100, %v
                ret %d
            }
            """;
        VirtualMachine? vm = null;
        var natives = VmOptions.Default.Natives.Add("host.again", call =>
        {
            var inner = vm!.Call("inner", call.Arguments[0]);
            return inner.Trap is { } trap ? -(long)trap.Code : inner.Bits;
        });
        using (vm = Runs.Load(Source, VmOptions.Default with { Natives = natives }))
        {
            Assert.Equal(5 * 3 + 20, vm.Call("outer", 5).Bits);
            Assert.Equal(-(long)TrapCode.DivideByZero, vm.Call("outer", 0).Bits);
            Assert.Equal(10 * 3 + 10, vm.Call("outer", 10).Bits);
        }
    }

    [Fact]
    public void Exit_ends_one_run_and_not_the_next()
    {
        const string Source = """
            func main() -> i32 {
                call leave, u8 3
                ret 1
            }
            func leave(u8 %code) noinline {
                call @exit, %code
                ret
            }
            func fail() {
                trap Panic
            }
            """;
        using var vm = Runs.Load(Source);
        Assert.Equal((3, null), (vm.Run().ExitCode, vm.Run().Trap));
        Assert.Equal(TrapCode.Panic, vm.Call("fail").Trap?.Code);
    }

    [Fact]
    public void A_tail_call_uses_no_depth_and_may_exchange_its_arguments()
    {
        const string Source = """
            func turn(i64 %n, i64 %a, i64 %b) -> i64 {
                %z = cmp.eq %n, 0
                jumpif %z, .end, .more
            .end:
                %r = sub %a, %b
                ret %r
            .more:
                %m = sub %n, 1
                tailcall turn, %m, %b, %a
            }
            """;
        using var vm = Runs.Load(Source, VmOptions.Default with { MaxDepth = 3, StackBytes = 4096 });
        Assert.Equal(-6, vm.Call("turn", 100_001, 7, 1).Bits);
        Assert.Equal(6, vm.Call("turn", 100_000, 7, 1).Bits);
    }

    [Fact]
    public void Function_values_call_what_they_denote_and_nothing_else()
    {
        const string Source = """
            func twice(i32 %a) -> i32 {
                %r = mul %a, 2
                ret %r
            }
            func wide(i64 %a) -> i64 {
                ret %a
            }
            func apply(i32 %x) -> i32 {
                %f = func.ref twice
                %r = call.indirect %f, %x
                ret %r
            }
            """;
        Assert.Equal(14, Runs.Call(Source, "apply", 7).Bits);
        const string Forged = """
            func wide(i64 %a) -> i64 {
                ret %a
            }
            func call(u32 %address) -> i32 {
                %p = bitcast fn(i32) -> i32, %address
                %r = call.indirect %p, i32 3
                ret %r
            }
            """;
        foreach (var address in (long[])[0, 5, 0x20000, 0xF0000000, 0xF0000001, 0xF0000002, 0xFFFFFFFF])
            Assert.NotNull(Runs.Call(Forged, "call", address).Trap);
    }
}
