using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Machine;

/// <summary>The machine with a real ROM image.</summary>
public sealed class RomTests
{
    [Fact]
    public void It_starts_with_a_copyright_message_and_runs_typed_BASIC()
    {
        var machine = new Spectrum(Roms.Require());
        Assert.Contains("©", machine.ScreenText()[23]);
        machine.Keyboard.TypeAt(machine.Frame + 1, "print 6*7\n");
        machine.RunFrames(150);
        Assert.Equal("42", machine.ScreenText()[0].TrimEnd());
    }

    [Fact]
    public void Printed_hears_what_a_program_prints_through_RST_16()
    {
        var machine = new Spectrum(Roms.Require());
        var text = new PrintedText();
        machine.Printed = code => text.Add(code);
        // LD A,2: CALL 0x1601: LD A,22: RST 16: XOR A: RST 16: RST 16: LD A,'H': RST 16: LD A,'i': RST 16: LD A,13:
        // RST 16
        machine.LoadBinary(0x8000,
        [
            0x3E, 2, 0xCD, 0x01, 0x16, 0x3E, 22, 0xD7, 0xAF, 0xD7, 0xAF, 0xD7,
            0x3E, (byte)'H', 0xD7, 0x3E, (byte)'i', 0xD7, 0x3E, 13, 0xD7, 0xC9,
        ]);
        machine.StartAt(0x8000);
        Assert.Equal(StopReason.Returned, machine.RunFrames(10).Reason);
        Assert.Equal("Hi\n", text.ToString());
        Assert.Equal("Hi", machine.ScreenText()[0].TrimEnd());
    }

    [Fact]
    public void An_image_of_the_wrong_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Spectrum(new byte[100]));
}
