using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Machine;

/// <summary>.tap and .sna: what is good loads, what is bad is refused with words.</summary>
public sealed class ProgramFileTests
{
    private const int FuzzRounds = 1500;

    // LD BC,1234: RET
    private static readonly byte[] Returns1234 = [0x01, 0xD2, 0x04, 0xC9];

    private static Spectrum Machine() => new(Roms.Require());

    [Fact]
    public void A_tape_with_several_blocks_loads_and_returns_its_value()
    {
        Spectrum machine = Machine();
        // LD BC,(0xC000): RET
        byte[] tape = Tapes.WithLoader(0x8000, (0x8000, [0xED, 0x4B, 0x00, 0xC0, 0xC9]), (0xC000, [0x39, 0x30]));
        machine.Load(TapFile.Parse(tape));
        Assert.Equal((0x8000, 0x8000), (machine.Cpu.Regs.PC, machine.Cpu.Regs.BC));
        Assert.InRange(machine.Cpu.Regs.SP, 0x7F00, 0x7FFF);
        Stop stop = machine.RunFrames(5);
        Assert.Equal((StopReason.Returned, 12345), (stop.Reason, (int)stop.Value));
    }

    [Fact]
    public void The_ROM_itself_loads_an_inserted_tape()
    {
        Spectrum machine = Machine();
        // LD A,4: OUT (254),A: JR $
        machine.Insert(TapFile.Parse(Tapes.WithLoader(0x8000, (0x8000, [0x3E, 4, 0xD3, 0xFE, 0x18, 0xFE]))));
        machine.Keyboard.TypeAt(machine.Frame + 1, "load\"\"\n");
        Assert.Equal(StopReason.Breakpoint, machine.RunUntil(0x8004, 200 * Ula.FrameLength).Reason);
        Assert.Equal(4, machine.Ula.Border);
    }

    [Fact]
    public void A_snapshot_restores_what_was_taken_and_ends_at_the_return_address_on_its_stack()
    {
        var machine = new Spectrum();
        machine.LoadBinary(0x8000, Returns1234);
        machine.Cpu.Regs.SP = 0xFF00;
        machine.StartAt(0x8000);
        machine.Cpu.Regs.IX = 0x1122;
        machine.Cpu.Regs.R = 0x93;
        machine.Cpu.Regs.ShadowDE = 0x5566;
        machine.SetBorder(3);
        machine.Cpu.Iff1 = machine.Cpu.Iff2 = false;
        byte[] bytes = SnaFile.Take(machine).ToArray();
        Assert.Equal(SnaFile.Size, bytes.Length);

        var other = new Spectrum();
        other.Load(SnaFile.Parse(bytes));
        Assert.Equal((0x8000, 0x1122, 0x5566), (other.Cpu.Regs.PC, other.Cpu.Regs.IX, other.Cpu.Regs.ShadowDE));
        Assert.Equal((0x93, 1, 3), (other.Cpu.Regs.R, other.Cpu.InterruptMode, other.Ula.Border));
        Stop stop = other.RunFrames(2);
        Assert.Equal((StopReason.Returned, 1234), (stop.Reason, (int)stop.Value));
    }

    public static TheoryData<string, byte[], string> BadTapes() => new()
    {
        { "empty", [], "empty" },
        { "half a length word", [5], "length word is cut short" },
        { "short block", [5, 0, 0xFF], "5 bytes announced, 1 left" },
        { "no room for flag", [1, 0, 0], "no room" },
        { "checksum", [3, 0, 0xFF, 1, 2], "checksum 0x02 should be 0xFE" },
    };

    [Theory]
    [MemberData(nameof(BadTapes))]
    public void A_bad_tape_is_refused_with_the_reason(string name, byte[] data, string reason)
    {
        ProgramFileException error = Assert.Throws<ProgramFileException>(() => TapFile.Parse(data));
        Assert.True(error.Message.Contains(reason, StringComparison.Ordinal), $"{name}: {error.Message}");
    }

    public static TheoryData<string, byte[], string> BadLoaders() => new()
    {
        { "no BASIC", Tapes.File(Tapes.Code, "x", [0xC9], 0x8000, 0x8000), "not the header of a BASIC program" },
        { "FOR", Tapes.Basic([0xEB, (byte)'a', 0x0D]), "BASIC line 10: FOR is not understood" },
        { "no USR", Tapes.Basic([0xFB, 0x0D]), "ends in line 10 without starting machine code" },
        { "no block", Tapes.Basic([0xEF, 0x22, 0x22, 0xAF, 0x0D]), "finds no such block" },
        { "low CLEAR", Tapes.Basic([0xFD, .. Tapes.Number(20000), 0x0D]), "leaves BASIC no room" },
        { "no number", Tapes.Basic([0xFD, (byte)'a', 0x0D]), "a number is expected" },
        {
            "over the end",
            [
                .. Tapes.Basic([0xEF, 0x22, 0x22, 0xAF, 0x0D]),
                .. Tapes.File(Tapes.Code, "x", [1, 2], 0xFFFF, 0x8000),
            ],
            "do not fit into RAM"
        },
    };

    [Theory]
    [MemberData(nameof(BadLoaders))]
    public void A_loader_beyond_understanding_is_refused_with_the_reason(string name, byte[] data, string reason)
    {
        Spectrum machine = Machine();
        ProgramFileException error = Assert.Throws<ProgramFileException>(() => machine.Load(TapFile.Parse(data)));
        Assert.True(error.Message.Contains(reason, StringComparison.Ordinal), $"{name}: {error.Message}");
    }

    [Fact]
    public void A_bad_snapshot_is_refused_with_the_reason()
    {
        string Reason(byte[] data) => Assert.Throws<ProgramFileException>(() => SnaFile.Parse(data)).Message;
        Assert.Contains("not 5", Reason(new byte[5]));
        Assert.Contains("128K", Reason(new byte[131103]));
        var data = new byte[SnaFile.Size];
        Assert.Contains("SP is 0x0000", Reason(data));
        data[25] = 3;
        Assert.Contains("interrupt mode 3", Reason(data));
    }

    [Fact]
    public void No_bytes_whatever_crash_the_tape_loader()
    {
        byte[] good = Tapes.WithLoader(0x8000, (0x8000, Returns1234));
        byte[] boot = SnaFile.Take(Machine()).ToArray();
        var random = new Random(4711);
        var machine = new Spectrum();
        for (int round = 0; round < FuzzRounds; round++)
        {
            byte[] data = [.. good.Take(random.Next(8) == 0 ? random.Next(good.Length) : good.Length)];
            for (int change = random.Next(4); change >= 0 && data.Length > 0; change--)
            {
                data[random.Next(data.Length)] = (byte)random.Next(256);
            }
            machine.Load(SnaFile.Parse(boot));
            try
            {
                machine.Load(TapFile.Parse(random.Next(4) == 0 ? data : Mended(data)));
            }
            catch (ProgramFileException)
            {
                continue;
            }
            machine.RunFor(1000);
        }
    }

    // Makes checksums right again, so that the damage reaches the loader behind them.
    private static byte[] Mended(byte[] data)
    {
        for (int at = 0; at + 2 < data.Length;)
        {
            int length = data[at] | data[at + 1] << 8;
            int end = at + 1 + length;
            if (length < 2 || end >= data.Length)
            {
                break;
            }
            byte sum = 0;
            for (int i = at + 2; i < end; i++)
            {
                sum ^= data[i];
            }
            data[end] = sum;
            at = end + 1;
        }
        return data;
    }
}
