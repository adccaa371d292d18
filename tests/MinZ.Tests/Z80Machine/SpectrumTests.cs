using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Machine;

/// <summary>The machine around the processor, without any ROM code.</summary>
public sealed class SpectrumTests
{
    private const long Budget = 1_000_000;

    // Touches contended memory and all four kinds of port in many ways; 200 rounds.
    private static readonly byte[] ContentionKernel = Convert.FromHexString(
        "F306C82100587E3423D3FEDBFE09CB46CBC6C5E5E3E1C1DD210059DD3403DD7704DDCB050611005AD5C501050021"
        + "0058EDB0C1D1C501FF40ED79ED7801FE40ED79ED7801FF90ED78C1ED67ED57ED4410B5C9");

    private static Spectrum With(params byte[] program)
    {
        var machine = new Spectrum();
        machine.LoadBinary(0x8000, program);
        machine.Cpu.Regs.PC = 0x8000;
        machine.Cpu.Regs.SP = 0xFF00;
        machine.Cpu.Iff1 = machine.Cpu.Iff2 = false;
        return machine;
    }

    [Theory]
    [InlineData(0x6000, 137_417)]
    [InlineData(0x8000, 125_595)]
    public void Contention_costs_what_Fuse_1_6_0_measures(ushort address, long expected)
    {
        var machine = new Spectrum();
        machine.Memory[SpectrumBus.RamStart..].Clear();
        machine.LoadBinary(address, ContentionKernel);
        machine.Cpu.Regs.I = 0x3F;
        machine.Cpu.Regs.SP = 0xFF00;
        machine.Cpu.T = 69_674;
        Assert.Equal(expected, machine.Call(address).TStates);
    }

    [Fact]
    public void A_call_returns_registers_and_time()
    {
        // LD B,A: LD C,4: RET
        Spectrum machine = With(0x47, 0x0E, 0x04, 0xC9);
        CallResult result = machine.Call(0x8000, m => m.Cpu.Regs.A = 3);
        Assert.True(result.Returned);
        Assert.Equal(0x0304, result.Registers.BC);
        Assert.Equal(4 + 7 + 10, result.TStates);
        Assert.Equal(0xFF00, result.Registers.SP);
    }

    [Fact]
    public void A_call_that_never_returns_ends_with_its_budget()
    {
        Spectrum machine = With(0x18, 0xFE);
        CallResult result = machine.Call(0x8000, budget: Budget);
        Assert.Equal(StopReason.TimeSpent, result.Stop.Reason);
        Assert.InRange(result.TStates, Budget, Budget + 12);
    }

    [Fact]
    public void Breakpoints_stop_before_each_arrival_and_can_be_left()
    {
        // loop: INC A: JR loop
        Spectrum machine = With(0x3C, 0x18, 0xFD);
        machine.Cpu.Regs.A = 0;
        machine.SetBreakpoint(0x8001);
        for (int round = 1; round <= 3; round++)
        {
            Stop stop = machine.RunFor(Budget);
            Assert.Equal((StopReason.Breakpoint, 0x8001), (stop.Reason, (int)stop.Address));
            Assert.Equal(round, machine.Cpu.Regs.A);
        }
        Assert.Equal([0x8001], machine.Breakpoints);
        machine.ClearBreakpoint(0x8001);
        Assert.Equal(StopReason.TimeSpent, machine.RunFor(Budget).Reason);
    }

    [Fact]
    public void RunUntil_an_address_leaves_no_breakpoint_behind()
    {
        Spectrum machine = With(0x3C, 0x18, 0xFD);
        Assert.Equal(StopReason.Breakpoint, machine.RunUntil(0x8000, Budget).Reason);
        Assert.Equal(16, machine.T);
        Assert.Empty(machine.Breakpoints);
    }

    [Fact]
    public void RunUntil_a_condition_looks_once_per_frame()
    {
        Spectrum machine = With(0x18, 0xFE);
        Assert.Equal(StopReason.Condition, machine.RunUntil(m => m.Frame == 3, Budget).Reason);
        Assert.Equal(3, machine.Frame);
        Assert.Equal(StopReason.TimeSpent, machine.RunUntil(m => false, Budget).Reason);
    }

    [Fact]
    public void HALT_with_interrupts_disabled_ends_the_run_at_once()
    {
        Spectrum machine = With(0xF3, 0x76);
        Assert.Equal(StopReason.Halted, machine.RunFrames(10).Reason);
        Assert.Equal(8, machine.T);
    }

    [Fact]
    public void A_write_to_the_exit_port_ends_the_run_with_its_value()
    {
        // LD A,7: LD BC,0x00FB: OUT (C),A: JR $
        Spectrum machine = With(0x3E, 7, 0x01, 0xFB, 0x00, 0xED, 0x79, 0x18, 0xFE);
        machine.ExitPort = 0x00FB;
        Stop stop = machine.RunFrames(1);
        Assert.Equal((StopReason.Exited, 7), (stop.Reason, (int)stop.Value));
        Assert.Equal(0x8007, stop.Address);
    }

    [Fact]
    public void Interrupts_come_once_per_frame()
    {
        // LD A,0x90: LD I,A: IM 2: EI: loop: HALT: INC DE: JR loop; handler at 0x9191: EI: RET
        Spectrum machine = With(0x3E, 0x90, 0xED, 0x47, 0xED, 0x5E, 0xFB, 0x76, 0x13, 0x18, 0xFC);
        machine.Memory.Slice(0x9000, 257).Fill(0x91);
        machine.LoadBinary(0x9191, [0xFB, 0xC9]);
        machine.Cpu.Regs.DE = 0;
        machine.RunFrames(50);
        // The fiftieth is not yet there when the fiftieth frame begins.
        Assert.Equal(49, machine.Cpu.Regs.DE);
    }

    [Theory]
    [InlineData(0x8000, 2, 0x0C4E, 0x54)]
    [InlineData(0x6000, 1, 0xAA2C, 0x57)]
    public void Fifty_frames_of_interrupts_end_where_Fuse_1_6_0_ends(ushort address, int high, int low, int t)
    {
        // Mode 2, table at 0x9000; counts in BC and DE from the first interrupt to the fifty-first.
        byte[] code = new byte[0x56];
        Convert.FromHexString("F33100FF3E90ED47ED5E010000110000DD210000FB137AB320FB0318F8").CopyTo(code, 0);
        Convert.FromHexString("DD2CDD7DFE012006110000010000FE332802FBC918FE").CopyTo(code, 0x40);
        Spectrum machine = With();
        machine.LoadBinary(address, code);
        machine.Memory.Slice(0x9000, 257).Fill(0x91);
        machine.LoadBinary(0x9191, [0xC3, 0x40, (byte)(address >> 8)]);
        machine.Cpu.Regs.PC = address;
        // Where in a frame Fuse starts a snapshot.
        machine.Cpu.T = 69_664;
        Assert.Equal(StopReason.Breakpoint, machine.RunUntil((ushort)(address + 0x54), 100 * Ula.FrameLength).Reason);
        Assert.Equal((high, low), (machine.Cpu.Regs.BC, machine.Cpu.Regs.DE));
        Assert.Equal(t, machine.T - machine.Ula.FrameStart);
    }

    [Fact]
    public void Border_changes_show_on_the_lines_where_they_happen()
    {
        // At the top of each frame: HALT, border 2, a delay to the middle of the screen, border 5.
        Spectrum machine = With(
            0x3E, 0x90, 0xED, 0x47, 0xED, 0x5E, 0xFB,
            0x76, 0x3E, 2, 0xD3, 0xFE,
            0x01, 0x40, 0x05, 0x0B, 0x78, 0xB1, 0x20, 0xFB,
            0x3E, 5, 0xD3, 0xFE, 0x18, 0xED);
        machine.Memory.Slice(0x9000, 257).Fill(0x91);
        machine.LoadBinary(0x9191, [0xFB, 0xC9]);
        machine.RunFrames(3);
        byte[] picture = machine.Picture();
        byte[] left = [.. Enumerable.Range(0, Screen.Height).Select(line => picture[line * Screen.Width])];
        int change = Array.IndexOf(left, (byte)5);
        // 0x540 rounds of 26 T after about 50 T, in lines of 224 T, of which 64 - 24 are above the picture.
        int expected = (0x540 * 26 + 50) / Ula.LineLength - 40;
        Assert.InRange(change, expected - 1, expected + 2);
        Assert.All(left[..change], colour => Assert.Equal(2, colour));
        Assert.All(left[change..], colour => Assert.Equal(5, colour));
    }

    [Fact]
    public void The_speaker_records_its_edges()
    {
        // LD B,10: loop: XOR 16: OUT (254),A: DJNZ loop: RET
        Spectrum machine = With(0x06, 10, 0xEE, 0x10, 0xD3, 0xFE, 0x10, 0xFA, 0xC9);
        machine.Call(0x8000, m => m.Cpu.Regs.A = 0);
        Assert.Equal(10, machine.Ula.EdgeCount);
        long[] periods = [.. machine.Ula.Edges.Skip(1).Zip(machine.Ula.Edges, (later, earlier) => later - earlier)];
        Assert.All(periods, period => Assert.Equal(7 + 11 + 13, period));
    }

    [Fact]
    public void Keys_pull_their_bit_of_the_half_row_down()
    {
        // LD BC,0xBFFE: IN A,(C): RET - ENTER L K J H
        Spectrum machine = With(0x01, 0xFE, 0xBF, 0xED, 0x78, 0xC9);
        Assert.Equal(0x1F, machine.Call(0x8000).Registers.A & 0x1F);
        machine.Keyboard.Press(Key.Enter);
        machine.Keyboard.Press(Key.H);
        machine.Keyboard.Press(Key.Q);
        Assert.Equal(0x0E, machine.Call(0x8000).Registers.A & 0x1F);
        machine.Keyboard.Release(Key.Enter);
        Assert.Equal(0x0F, machine.Call(0x8000).Registers.A & 0x1F);
    }

    [Fact]
    public void Scripted_keys_are_held_for_their_frames()
    {
        Spectrum machine = With(0x18, 0xFE);
        machine.Keyboard.HoldAt(2, Key.P, 3);
        var seen = new List<bool>();
        for (int frame = 0; frame < 7; frame++)
        {
            seen.Add(machine.Keyboard.IsDown(Key.P));
            machine.RunFrames(1);
        }
        Assert.Equal([false, false, true, true, true, false, false], seen);
    }

    [Fact]
    public void Every_character_of_the_keyboard_has_its_keys()
    {
        Assert.Equal((Key.A, null), Keyboard.KeysFor('a'));
        Assert.Equal((Key.A, Key.CapsShift), Keyboard.KeysFor('A'));
        Assert.Equal((Key.P, Key.SymbolShift), Keyboard.KeysFor('"'));
        Assert.Equal((Key.X, Key.SymbolShift), Keyboard.KeysFor('£'));
        Assert.Equal((Key.Digit0, Key.SymbolShift), Keyboard.KeysFor('_'));
        Assert.Equal((Key.Digit9, Key.SymbolShift), Keyboard.KeysFor(')'));
        Assert.Throws<ArgumentException>(() => Keyboard.KeysFor('ä'));
    }

    [Fact]
    public void An_observer_sees_each_instruction_with_its_time()
    {
        Spectrum machine = With(0x00, 0x3E, 0x01, 0xC9);
        var observer = new Recorder();
        machine.Observer = observer;
        machine.Call(0x8000);
        Assert.Equal([(0x8000, 0), (0x8001, 4), (0x8003, 11), (Spectrum.StackBc, 21)], observer.Seen);
    }

    [Fact]
    public void A_profile_adds_up_executions_and_time_per_address()
    {
        // LD B,3: loop: DJNZ loop: RET
        Spectrum machine = With(0x06, 3, 0x10, 0xFE, 0xC9);
        var profile = new Profile();
        machine.Observer = profile;
        long total = machine.Call(0x8000).TStates;
        Assert.Equal((1, 7), (profile.Executions(0x8000), profile.TStates(0x8000)));
        Assert.Equal((3, 13 + 13 + 8), (profile.Executions(0x8002), profile.TStates(0x8002)));
        Assert.Equal((1, 10), (profile.Executions(0x8004), profile.TStates(0x8004)));
        Assert.Equal(total, profile.TotalTStates);
    }

    [Fact]
    public void A_Kempston_joystick_answers_once_plugged_in()
    {
        // IN A,(31): RET
        Spectrum machine = With(0xDB, 31, 0xC9);
        Assert.Equal(0xFF, machine.Call(0x8000).Registers.A);
        machine.Joystick = 0x12;
        Assert.Equal(0x12, machine.Call(0x8000).Registers.A);
    }

    [Fact]
    public void ROM_is_not_written()
    {
        // LD A,0x55: LD (0x3FFF),A: LD (0x4000),A: RET
        Spectrum machine = With(0x3E, 0x55, 0x32, 0xFF, 0x3F, 0x32, 0x00, 0x40, 0xC9);
        byte before = machine.Peek(0x3FFF);
        machine.Call(0x8000);
        Assert.Equal((before, 0x55), (machine.Peek(0x3FFF), machine.Peek(0x4000)));
    }

    private sealed class Recorder : IInstructionObserver
    {
        public List<(int PC, int T)> Seen { get; } = [];

        public void BeforeInstruction(ushort pc, long t) => Seen.Add((pc, (int)t));
    }
}
