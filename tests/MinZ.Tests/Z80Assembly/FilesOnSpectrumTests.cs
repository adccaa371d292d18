using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Formats;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Z80Assembly;

/// <summary>Runs files we write on the built-in machine.</summary>
public sealed class FilesOnSpectrumTests
{
    private const string Source = """
                org 0x8000
        start:  ld a,2 : call 0x1601
                ld hl,text
        .next:  ld a,(hl) : inc hl
                or a : jr z,done
                rst 0x10 : jr .next
        done:   ld a,(0xFE01) : ld c,a : ld b,0
                ret
        text:   dz "files run"
                org 0xFE00
                db 1,42
        """;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void PrintsAndReturns(bool isTape, bool hidesLoading)
    {
        var image = Assembled.Image(AsmParser.Parse(Source).Items);
        var machine = new Spectrum();
        var text = new PrintedText();
        machine.Printed = code => text.Add(code);
        if (isTape)
        {
            var options = new TapOptions("run", image["start"]) { HideLoading = hidesLoading };
            machine.Load(TapFile.Parse(TapWriter.Write(image, options)));
        }
        else
        {
            machine.ReturnAddress = SnaWriter.ReturnAddress;
            machine.Load(SnaFile.Parse(SnaWriter.Write(image, new SnaOptions(image["start"]))));
        }
        var stop = machine.RunFrames(50);
        Assert.Equal(StopReason.Returned, stop.Reason);
        Assert.Equal(42, stop.Value);
        Assert.Equal("files run", text.ToString());
        Assert.StartsWith("files run", machine.ScreenText()[0]);
    }
}
