using MinZ.Vm;
using MinZ.Vm.Assembly;
using Xunit;

namespace MinZ.Tests.VmAssembly;

/// <summary>Frames, fuel and programs that need no processor.</summary>
public sealed class TimeTests
{
    [Fact]
    public void Halt_waits_for_the_next_frame()
    {
        var (output, result) = Programs.Run("""
            fun frames() -> u16 { return peek16(23672); }
            fun main() -> void {
                asm("halt");
                let before = frames();
                for i in 0..5 { asm("halt"); }
                print_u16(frames() - before);
            }
            """);
        Assert.Null(result.Trap);
        Assert.Equal("5", output);
    }

    [Fact]
    public void An_interrupt_handler_in_MinZ_runs()
    {
        var (output, result) = Programs.Run("""
            global ticks: u8;
            @interrupt fun tick() -> void { ticks += 1; }
            fun main() -> void {
                asm {
                    di
                    ld hl, 0xFE00
                    ld de, 0xFE01
                    ld bc, 256
                    ld (hl), 0xFD
                    ldir
                    ld a, 0xC3
                    ld (0xFDFD), a
                    ld hl, tick
                    ld (0xFDFE), hl
                    ld a, 0xFE
                    ld i, a
                    im 2
                    ei
                    halt
                    halt
                    halt
                    di
                }
                print_u8(ticks);
            }
            """);
        Assert.Null(result.Trap);
        Assert.Equal("3", output);
    }

    [Fact]
    public void The_programs_own_handler_is_there_from_the_start()
    {
        var (output, result) = Programs.Run("""
            global ticks: u8;
            @interrupt fun tick() -> void { ticks += 1; }
            fun main() -> void {
                for i in 0..4 { asm("halt"); }
                print_u8(ticks);
            }
            """);
        Assert.Null(result.Trap);
        Assert.Equal("4", output);
    }

    [Fact]
    public void Assembly_costs_fuel_by_its_time()
    {
        var module = Programs.Compile(
            "fun main() -> void { asm { ld bc, 1000\nagain: dec bc\nld a, b\nor c\njr nz, again } }");
        using var vm = VirtualMachine.Load(module, Programs.Options);
        vm.Run();
        // 26 T-states 1000 times, of which 64 cost one.
        Assert.InRange(Programs.Options.Fuel - vm.Fuel, 400, 420);
    }

    [Fact]
    public void Instances_of_one_program_share_nothing()
    {
        var program = new VmProgram(Programs.Compile("""
            global g: u8 = 1;
            fun main() -> u8 { asm { ld a, (g)
                inc a
                ld (g), a } return g; }
            """), assembly: SpectrumAssembly.Instance);
        using var a = program.Start(Programs.Options);
        using var b = program.Start(Programs.Options);
        Assert.Equal((2, 3), (a.Run().ExitCode, a.Run().ExitCode));
        Assert.Equal(2, b.Run().ExitCode);
    }

    [Fact]
    public void A_program_without_assembly_is_loaded_as_ever()
    {
        var module = Programs.Compile("fun main() -> u8 { let s: str = \"a\"; return s.len() as u8; }");
        using var vm = VirtualMachine.Load(module, Programs.Options with { MemoryLimit = 1 << 20 });
        Assert.Equal(1, vm.Run().ExitCode);
        // Near memory ends at 64 KB.
        Assert.True(vm.TryRead(0x20000, new byte[16]));
    }
}
