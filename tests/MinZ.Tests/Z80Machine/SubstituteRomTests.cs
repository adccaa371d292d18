using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Machine;

/// <summary>Our substitute for the ROM: by itself, and call by call beside a real one.</summary>
public sealed class SubstituteRomTests
{
    private const int FontCopy = 0xE000;
    private const ushort Stack = 0xBF00;

    private static Spectrum Started(params byte[] program)
    {
        var machine = new Spectrum();
        machine.LoadBinary(0x8000, program);
        machine.StartAt(0x8000);
        return machine;
    }

    [Fact]
    public void A_program_prints_is_heard_and_returns()
    {
        // LD A,2: CALL 0x1601: LD HL,text: loop: LD A,(HL): OR A: RET Z: RST 16: INC HL: JR loop
        Spectrum machine = Started(
        [
            0x3E, 2, 0xCD, 0x01, 0x16, 0x21, 0x0F, 0x80, 0x7E, 0xB7, 0xC8, 0xD7, 0x23, 0x18, 0xF9,
            .. "Hello"u8, 22, 5, 20, .. "`1 \x7F"u8, 17, 2, (byte)'!', 13, 20, 1, .. "inv"u8, 0,
        ]);
        var text = new PrintedText();
        machine.Printed = code => text.Add(code);
        Stop stop = machine.RunFrames(5);
        Assert.Equal(StopReason.Returned, stop.Reason);
        Assert.Equal("Hello`1 ©!\ninv", text.ToString());
        string[] rows = machine.ScreenText();
        Assert.Equal("Hello", rows[0].TrimEnd());
        Assert.Equal("                    £1 ©!", rows[5].TrimEnd());
        Assert.Equal("inv", rows[6].TrimEnd());
        Assert.Equal(0x10, machine.Peek((ushort)Screen.AttributeAddress(24, 5 * 8)));
    }

    [Fact]
    public void Every_glyph_of_the_font_is_recognised()
    {
        var machine = new Spectrum();
        Select(machine, 2);
        for (int code = 0x20; code < 0x80; code++)
        {
            Print(machine, (byte)code);
        }
        string[] rows = machine.ScreenText();
        Assert.Equal(" !\"#$%&'()*+,-./0123456789:;<=>?", rows[0]);
        Assert.Equal("@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]↑_", rows[1]);
        Assert.Equal("£abcdefghijklmnopqrstuvwxyz{|}~©", rows[2]);
    }

    [Fact]
    public void Frame_interrupts_count_frames_even_while_the_ROM_works()
    {
        // LD B,10: loop: PUSH BC: CALL 0x0D6B: POP BC: DJNZ loop: RET
        Spectrum machine = Started(0x06, 10, 0xC5, 0xCD, 0x6B, 0x0D, 0xC1, 0x10, 0xF9, 0xC9);
        int before = machine.Peek16(SystemVariables.Frames);
        long frame = machine.Frame;
        Assert.Equal(StopReason.Returned, machine.RunFrames(100).Reason);
        Assert.InRange(machine.Frame - frame, 25, 35);
        Assert.InRange(machine.Peek16(SystemVariables.Frames) - before - (machine.Frame - frame), 0, 1);
    }

    [Fact]
    public void Typed_keys_arrive_at_WAIT_KEY()
    {
        // LD HL,0x9000: LD B,4: loop: PUSH BC: PUSH HL: CALL 0x15D4: POP HL: POP BC: LD (HL),A: INC HL: DJNZ loop: RET
        Spectrum machine = Started(
            0x21, 0x00, 0x90, 0x06, 4, 0xC5, 0xE5, 0xCD, 0xD4, 0x15, 0xE1, 0xC1, 0x77, 0x23, 0x10, 0xF5, 0xC9);
        machine.Keyboard.TypeAt(machine.Frame + 2, "aZ+\n");
        Assert.Equal(StopReason.Returned, machine.RunFrames(100).Reason);
        Assert.Equal("aZ+\r"u8.ToArray(), machine.Memory.Slice(0x9000, 4).ToArray());
    }

    [Fact]
    public void An_unknown_entry_stops_with_its_address()
    {
        Stop stop = Started(0xCD, 0x34, 0x12).RunFrames(1);
        Assert.Equal((StopReason.UnknownRomEntry, 0x1234), (stop.Reason, (int)stop.Address));
        Assert.Contains("0x1234", stop.Message);
        Assert.Contains("calculator", Started(0xEF).RunFrames(1).Message);
        Assert.Contains("restart", Started(0xC7).RunFrames(1).Message);
    }

    [Fact]
    public void An_error_report_stops_with_its_code()
    {
        // RST 8: DEFB 0x13
        Stop stop = Started(0xCF, 0x13).RunFrames(1);
        Assert.Equal((StopReason.RomError, 0x13), (stop.Reason, (int)stop.Value));
        Assert.Contains("K Invalid colour", stop.Message);
        // LD A,9: CALL 0x1601
        Assert.Contains("O Invalid stream", Started(0x3E, 9, 0xCD, 0x01, 0x16).RunFrames(1).Message);
        // LD A,22: RST 16: LD A,23: RST 16: XOR A: RST 16 - AT 23,0
        Stop at = Started(0x3E, 2, 0xCD, 1, 0x16, 0x3E, 22, 0xD7, 0x3E, 23, 0xD7, 0xAF, 0xD7).RunFrames(2);
        Assert.Contains("5 Out of screen", at.Message);
    }

    [Fact]
    public void Calling_the_ROM_without_IY_is_reported()
    {
        // LD IY,0: LD A,65: RST 16
        Stop stop = Started(0xFD, 0x21, 0, 0, 0x3E, 65, 0xD7).RunFrames(1);
        Assert.Equal(StopReason.RomMisuse, stop.Reason);
        Assert.Contains("IY = 0x5C3A", stop.Message);
    }

    [Fact]
    public void Returning_with_an_unbalanced_stack_is_explained()
    {
        // POP BC: RET
        Stop stop = Started(0xC1, 0xC9).RunFrames(2);
        Assert.Equal(StopReason.UnknownRomEntry, stop.Reason);
        Assert.Contains("another stack pointer", stop.Message);
    }

    [Fact]
    public void A_channel_of_the_users_own_gets_the_characters()
    {
        // LD HL,routine: LD (0x5CBB),HL [channel S]: LD A,2: CALL 0x1601: LD BC,7: LD A,'x': RST 16: RET
        // routine at 0x8020: LD (0x9000),A: RET
        var program = new byte[0x30];
        byte[] main = [0x21, 0x20, 0x80, 0x22, 0xBB, 0x5C, 0x3E, 2, 0xCD, 1, 0x16, 0x01, 7, 0, 0x3E, 0x78, 0xD7, 0xC9];
        main.CopyTo(program, 0);
        ((byte[])[0x32, 0x00, 0x90, 0xC9]).CopyTo(program, 0x20);
        Spectrum machine = Started(program);
        Stop stop = machine.RunFrames(2);
        Assert.Equal((StopReason.Returned, 7), (stop.Reason, (int)stop.Value));
        Assert.Equal((byte)'x', machine.Peek(0x9000));
    }

    [Fact]
    public void BEEPER_sounds_the_pitch_asked_for()
    {
        var machine = new Spectrum();
        // Middle A for a tenth of a second: HL = 437500 / 440 - 30.125, DE = 440 / 10 - 1.
        machine.Call(0x03B5, m => (m.Cpu.Regs.HL, m.Cpu.Regs.DE) = (964, 43));
        Assert.Equal(88, machine.Ula.EdgeCount);
        double period = (machine.Ula.Edges[^1] - machine.Ula.Edges[1]) / 43.0;
        Assert.Equal(440, Spectrum.ClockFrequency / period, 0.5);
    }

    [Fact]
    public void A_tape_loads_and_runs()
    {
        var machine = new Spectrum();
        machine.Load(TapFile.Parse(Tapes.WithLoader(0x8000, (0x8000, [0x01, 0xD2, 0x04, 0xC9]))));
        Stop stop = machine.RunFrames(2);
        Assert.Equal((StopReason.Returned, 1234), (stop.Reason, (int)stop.Value));
    }

    [Fact]
    public void No_state_of_memory_and_registers_crashes_an_entry()
    {
        ushort[] entries =
        [
            0x0008, 0x0010, 0x0038, 0x028E, 0x02BF, 0x03B5, 0x0556, 0x09F4, 0x0D4D, 0x0D6B, 0x0D6E, 0x0DAF,
            0x0DD9, 0x0DFE, 0x0E00, 0x0E44, 0x15D4, 0x15F2, 0x1601, 0x1A1B, 0x1F54, 0x203C, 0x2294, 0x2297,
            0x229B, 0x22AA, 0x22E5, 0x24BA, 0x2D28, 0x2D2B, 0x2DA2, 0x2DE3, 0x386E, 0x386F,
        ];
        var random = new Random(99);
        var machine = new Spectrum();
        var ram = new byte[0xC000];
        for (int round = 0; round < 3000; round++)
        {
            if (round % 50 == 0)
            {
                random.NextBytes(ram);
                ram.CopyTo(machine.Memory[SpectrumBus.RamStart..]);
            }
            random.NextBytes(machine.Memory.Slice(0x5C00, 0x100));
            machine.Cpu.Regs.SP = (ushort)random.Next(0x10000);
            machine.Call(
                entries[random.Next(entries.Length)],
                m =>
                {
                    (m.Cpu.Regs.BC, m.Cpu.Regs.DE) = ((ushort)random.Next(0x10000), (ushort)random.Next(0x10000));
                    (m.Cpu.Regs.HL, m.Cpu.Regs.AF) = ((ushort)random.Next(0x400), (ushort)random.Next(0x10000));
                    m.Cpu.Regs.IY = SystemVariables.IyBase;
                    m.Cpu.Iff1 = random.Next(2) == 0;
                },
                budget: 10_000);
            machine.Picture();
            machine.ScreenText();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Printing_leaves_the_screen_and_variables_a_real_ROM_leaves(int seed)
    {
        (Spectrum real, Spectrum ours) = Pair();
        var random = new Random(seed);
        for (int round = 0; round < 400; round++)
        {
            byte[] codes = Codes(random);
            if (codes is [8] && (real.Peek(SystemVariables.SPosn) == 0x21))
            {
                // OpenSE stays in the line where the Sinclair ROM goes back to the one above.
                continue;
            }
            foreach (byte code in codes)
            {
                Print(real, code);
                Print(ours, code);
            }
            AssertSame(real, ours, $"seed {seed}, round {round}: {string.Join(' ', codes)}");
        }
    }

    [Fact]
    public void Drawing_leaves_the_screen_and_variables_a_real_ROM_leaves()
    {
        (Spectrum real, Spectrum ours) = Pair();
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            byte flags = (byte)(random.Next(4) switch { 0 => 1, 1 => 4, 2 => 5, _ => 0 });
            ushort point = (ushort)(random.Next(176) << 8 | random.Next(256));
            foreach (Spectrum machine in (Spectrum[])[real, ours])
            {
                machine.Poke(SystemVariables.PFlag, flags);
                machine.Call(0x22E5, m => m.Cpu.Regs.BC = point);
            }
            (int x, int y) = (point & 0xFF, point >> 8);
            (int right, int up) = (random.Next(256) - x, random.Next(176) - y);
            foreach (Spectrum machine in (Spectrum[])[real, ours])
            {
                CallResult result = machine.Call(0x24BA, m =>
                {
                    m.Cpu.Regs.BC = (ushort)(Math.Abs(up) << 8 | Math.Abs(right));
                    m.Cpu.Regs.DE = (ushort)((byte)(up < 0 ? -1 : 1) << 8 | (byte)(right < 0 ? -1 : 1));
                });
                Assert.True(result.Returned, result.Stop.Message);
            }
            AssertSame(real, ours, $"round {round}: {x},{y} by {right},{up} with P_FLAG {flags}");
        }
    }

    [Fact]
    public void Key_scans_agree_with_a_real_ROM()
    {
        (Spectrum real, Spectrum ours) = Pair();
        Key[] keys = Enum.GetValues<Key>();
        foreach (Key first in keys)
        {
            foreach (Key second in (Key[])[first, Key.CapsShift, Key.SymbolShift, Key.Q])
            {
                foreach (Spectrum machine in (Spectrum[])[real, ours])
                {
                    machine.Keyboard.Clear();
                    machine.Keyboard.Press(first);
                    machine.Keyboard.Press(second);
                    machine.Poke(SystemVariables.LastK, 0);
                    machine.Poke(SystemVariables.RepDel, 35);
                    machine.Memory.Slice(SystemVariables.Kstate, 8).Fill(0xFF);
                    machine.Poke(SystemVariables.Flags, 0x8C);
                }
                string keysDown = $"{first} and {second}";
                Registers wanted = real.Call(0x028E).Registers;
                Registers got = ours.Call(0x028E).Registers;
                Assert.Equal((keysDown, wanted.F & Flags.Z), (keysDown, got.F & Flags.Z));
                if ((wanted.F & Flags.Z) != 0)
                {
                    Assert.Equal((keysDown, wanted.DE), (keysDown, got.DE));
                }
                real.Call(0x02BF);
                ours.Call(0x02BF);
                byte code = ours.Peek(SystemVariables.LastK);
                if (code < 0xA5)
                {
                    // OpenSE has characters where the Sinclair ROM has keywords.
                    Assert.Equal((keysDown, real.Peek(SystemVariables.LastK)), (keysDown, code));
                    Assert.Equal(
                        real.Memory.Slice(SystemVariables.Kstate, 8).ToArray(),
                        ours.Memory.Slice(SystemVariables.Kstate, 8).ToArray());
                }
            }
        }
    }

    // Both machines with one font in RAM, so that pictures can be compared.
    private static (Spectrum Real, Spectrum Ours) Pair()
    {
        var real = new Spectrum(Roms.Require());
        var ours = new Spectrum();
        byte[] font = ours.Memory.Slice(SystemVariables.RomFont, 96 * 8).ToArray();
        foreach (Spectrum machine in (Spectrum[])[real, ours])
        {
            font.CopyTo(machine.Memory[FontCopy..]);
            machine.Poke16(SystemVariables.Chars, FontCopy - 0x100);
            machine.Poke16(SystemVariables.Udg, FontCopy);
            machine.Cpu.Regs.SP = Stack;
            machine.Cpu.Regs.IY = SystemVariables.IyBase;
            machine.Call(0x0DAF);
            Select(machine, 2);
        }
        return (real, ours);
    }

    private static void Select(Spectrum machine, byte stream) =>
        Assert.True(machine.Call(0x1601, m => m.Cpu.Regs.A = stream).Returned);

    private static void Print(Spectrum machine, byte code)
    {
        // Never ask "scroll?".
        machine.Poke(SystemVariables.ScrCt, 0xFF);
        CallResult result = machine.Call(0x0010, m => m.Cpu.Regs.A = code);
        Assert.True(result.Returned, result.Stop.Message);
    }

    private static byte[] Codes(Random random) => random.Next(16) switch
    {
        0 => [13],
        1 => [22, (byte)random.Next(22), (byte)random.Next(32)],
        2 => [23, (byte)random.Next(256), 0],
        3 => [16, (byte)random.Next(10)],
        4 => [17, (byte)random.Next(10)],
        5 => [(byte)random.Next(18, 20), (byte)(random.Next(3) switch { 0 => 0, 1 => 1, _ => 8 })],
        6 => [(byte)random.Next(20, 22), (byte)random.Next(2)],
        7 => [6],
        8 => [8],
        9 => [9],
        10 => [(byte)random.Next(0x80, 0x90)],
        11 => [(byte)random.Next(0x90, 0xA5)],
        12 => [Keyword(random)],
        _ => [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => (byte)random.Next(0x20, 0x80))],
    };

    private static byte Keyword(Random random)
    {
        // CAT, INK, GO TO, GO SUB and COPY have other names in OpenSE.
        ReadOnlySpan<byte> renamed = [0xCF, 0xD9, 0xEC, 0xED, 0xFF];
        byte code = (byte)random.Next(0xA5, 0x100);
        return renamed.Contains(code) ? (byte)0xF5 : code;
    }

    private static void AssertSame(Spectrum real, Spectrum ours, string what)
    {
        for (int address = 0x4000; address < 0x5B00; address++)
        {
            if (real.Peek((ushort)address) != ours.Peek((ushort)address))
            {
                Assert.Fail($"{what}: 0x{address:X4} is 0x{ours.Peek((ushort)address):X2}, "
                    + $"a real ROM has 0x{real.Peek((ushort)address):X2}");
            }
        }
        ReadOnlySpan<(string Name, ushort Address, int Length)> variables =
        [
            ("S_POSN", SystemVariables.SPosn, 2), ("DF_CC", SystemVariables.DfCc, 2),
            ("COORDS", SystemVariables.Coords, 2), ("ATTR_P to P_FLAG", SystemVariables.AttrP, 5),
        ];
        foreach ((string name, ushort address, int length) in variables)
        {
            string wanted = Convert.ToHexString(real.Memory.Slice(address, length));
            string got = Convert.ToHexString(ours.Memory.Slice(address, length));
            Assert.Equal($"{what}: {name} {wanted}", $"{what}: {name} {got}");
        }
    }
}
