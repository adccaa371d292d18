using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Machine;

public sealed class InterruptTests
{
    private static Cpu<FlatBus> Cpu(params byte[] program)
    {
        var memory = new byte[0x10000];
        program.CopyTo(memory, 0x8000);
        var cpu = new Cpu<FlatBus>(new FlatBus(memory));
        cpu.Regs.PC = 0x8000;
        cpu.Regs.SP = 0xFF00;
        return cpu;
    }

    private static (int T, int PC) TimeAndPlace(Cpu<FlatBus> cpu) => ((int)cpu.T, cpu.Regs.PC);

    private static void Enable(Cpu<FlatBus> cpu, byte mode)
    {
        cpu.Iff1 = cpu.Iff2 = true;
        cpu.InterruptMode = mode;
    }

    [Theory]
    [InlineData(0, 13, 0x0038)]
    [InlineData(1, 13, 0x0038)]
    [InlineData(2, 19, 0x1234)]
    public void A_mode_has_its_own_length_and_target(byte mode, int length, int target)
    {
        Cpu<FlatBus> cpu = Cpu();
        Enable(cpu, mode);
        cpu.Regs.I = 0x90;
        cpu.Bus.Memory[0x90FF] = 0x34;
        cpu.Bus.Memory[0x9100] = 0x12;
        Assert.True(cpu.Interrupt());
        Assert.Equal((length, target), TimeAndPlace(cpu));
        Assert.Equal(0xFEFE, cpu.Regs.SP);
        Assert.Equal([0x00, 0x80], cpu.Bus.Memory[0xFEFE..0xFF00]);
        Assert.False(cpu.Iff1 || cpu.Iff2);
        Assert.Equal(1, cpu.Regs.R);
    }

    [Fact]
    public void Disabled_interrupts_are_refused()
    {
        Cpu<FlatBus> cpu = Cpu();
        Assert.False(cpu.Interrupt());
        Assert.Equal((0, 0x8000), TimeAndPlace(cpu));
    }

    [Fact]
    public void EI_holds_interrupts_back_for_one_instruction()
    {
        Cpu<FlatBus> cpu = Cpu(0xFB, 0xFB, 0x00);
        cpu.Step();
        Assert.False(cpu.Interrupt());
        cpu.Step();
        Assert.False(cpu.Interrupt());
        cpu.Step();
        Assert.True(cpu.Interrupt());
    }

    [Fact]
    public void HALT_burns_time_and_an_interrupt_returns_behind_it()
    {
        Cpu<FlatBus> cpu = Cpu(0xFB, 0x76, 0x3C);
        var hook = default(NoHook);
        Assert.False(cpu.Run(1000, ref hook));
        Assert.True(cpu.Halted);
        Assert.Equal((1000, 0x8002), TimeAndPlace(cpu));
        Assert.Equal(1000 / 4 & 0x7F, cpu.Regs.R);
        Assert.True(cpu.Interrupt());
        Assert.False(cpu.Halted);
        Assert.Equal(0x02, cpu.Bus.Memory[0xFEFE]);
    }

    [Fact]
    public void NMI_is_always_taken_and_RETN_restores_the_flag()
    {
        Cpu<FlatBus> cpu = Cpu();
        cpu.Iff1 = cpu.Iff2 = true;
        cpu.Bus.Memory[0x66] = 0xED;
        cpu.Bus.Memory[0x67] = 0x45;
        cpu.NonMaskableInterrupt();
        Assert.Equal((11, 0x66), TimeAndPlace(cpu));
        Assert.Equal((false, true), (cpu.Iff1, cpu.Iff2));
        cpu.Step();
        Assert.True(cpu.Iff1);
        Assert.Equal(0x8000, cpu.Regs.PC);
    }

    [Fact]
    public void An_interrupt_right_after_LD_A_I_clears_the_parity_flag_it_set()
    {
        Cpu<FlatBus> cpu = Cpu(0xED, 0x57);
        Enable(cpu, 1);
        cpu.Step();
        Assert.Equal(Flags.P, cpu.Regs.F & Flags.P);
        Assert.True(cpu.Interrupt());
        Assert.Equal(0, cpu.Regs.F & Flags.P);
    }

    [Fact]
    public void Memory_full_of_prefixes_neither_hangs_nor_lets_interrupts_in()
    {
        Cpu<FlatBus> cpu = Cpu();
        Array.Fill(cpu.Bus.Memory, (byte)0xDD);
        Enable(cpu, 1);
        cpu.Step();
        Assert.False(cpu.Interrupt());
    }

    [Fact]
    public void A_hook_stops_before_the_instruction_it_names()
    {
        Cpu<FlatBus> cpu = Cpu(0x3C, 0x3C, 0x3C);
        var hook = new StopAt(0x8002);
        Assert.True(cpu.Run(long.MaxValue, ref hook));
        Assert.Equal((8, 0x8002), TimeAndPlace(cpu));
    }

    private readonly struct StopAt(ushort address) : IRunHook
    {
        public bool StopBefore(ushort pc) => pc == address;
    }
}
