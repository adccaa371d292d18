using System.Text;
using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Formats;
using Xunit;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Tests.Z80Assembly;

public sealed class FormatTests
{
    [Fact]
    public void TapeBlocksHaveLengthsAndChecksums()
    {
        var image = HelloProgram.Image();
        var tape = TapWriter.Write(image, new TapOptions("a long name", image["start"]));
        var blocks = Blocks(tape);
        Assert.Equal([19, blocks[1].Length, 19, image.Bytes.Length + 2], blocks.Select(b => b.Length));
        Assert.All(blocks, block => Assert.Equal(0, block.Aggregate(0, (x, b) => x ^ b)));
        Assert.Equal("a long nam", Encoding.ASCII.GetString(blocks[0], 2, 10));
        Assert.Equal([3, .. "a long nam"u8], blocks[2][1..12]);
        Assert.Equal(image.Origin, blocks[2][14] | (blocks[2][15] << 8));
        Assert.Equal(image.Bytes, blocks[3][1..^1]);
        // 10 CLEAR 32767, with the number as digits and as a 5-byte integer.
        Assert.Equal([0, 10], blocks[1][1..3]);
        Assert.Equal([0xFD, .. "32767"u8, 0x0E, 0, 0, 0xFF, 0x7F, 0, (byte)':', 0xEF, 0x22, 0x22, 0xAF],
            blocks[1][5..22]);
    }

    [Fact]
    public void FarRegionsAreBlocksOfTheirOwn()
    {
        var image = Assembled.Image([
            new Org(0xFDFD), Jp(0x8000), new Org(0x8000), Ret(), new Org(0x8100), Bytes(1, 2)]);
        var blocks = Blocks(TapWriter.Write(image, new TapOptions("parts", 0x8000)));
        Assert.Equal([19, blocks[1].Length, 19, 0x102 + 2, 19, 3 + 2], blocks.Select(b => b.Length));
        Assert.Equal([0xFD, 0xFD], blocks[4][14..16]);
        Assert.Equal(2, blocks[1].AsSpan().Count<byte>((ReadOnlySpan<byte>)[0xEF, 0x22, 0x22, 0xAF]));
    }

    [Fact]
    public void ToolsOfFuseAcceptTheFiles()
    {
        using var folder = new TemporaryFolder();
        var (list, basic, snap) =
            (ExternalTool.Require("tzxlist"), ExternalTool.Require("listbasic"), ExternalTool.Require("snapdump"));
        var image = HelloProgram.Image();
        var options = new TapOptions("hello", image["start"]);
        var tape = folder.Write("hello.tap", TapWriter.Write(image, options));
        var listing = list.Run([tape]).Output;
        Assert.DoesNotContain("FAIL", listing);
        Assert.Equal(4, listing.Split("PASS").Length - 1);
        Assert.Contains("10 CLEAR 32767: LOAD \"\"CODE : CLS : RANDOMIZE USR 32768",
            Normal(basic.Run([tape]).Output));
        tape = folder.Write("quiet.tap", TapWriter.Write(image, options with { HideLoading = true }));
        Assert.Contains("PAPER 7: INK 7: CLS : LOAD \"\"CODE : INK 0: CLS : RANDOMIZE USR 32768",
            Normal(basic.Run([tape]).Output));

        var snapshot = folder.Write("hello.sna", SnaWriter.Write(image, new SnaOptions(image["start"])));
        var dump = snap.Run([snapshot]);
        Assert.Equal(0, dump.ExitCode);
        foreach (var line in (string[])["PC: 0x8000", "SP: 0x7FFE", "BC: 0x8000", "IY: 0x5C3A", "IFF1: 1", "IM: 1"])
            Assert.Contains(line, Normal(dump.Output));

        static string Normal(string text) =>
            string.Join(' ', text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("hello.tap")]
    [InlineData("hello.sna")]
    public void FuseRunsTheFileAndItsReturn(string name)
    {
        using var folder = new TemporaryFolder();
        var image = HelloProgram.Image();
        var isTape = name.EndsWith(".tap", StringComparison.Ordinal);
        var path = folder.Write(name, isTape
            ? TapWriter.Write(image, new TapOptions("hello", image["start"]))
            : SnaWriter.Write(image, new SnaOptions(image["start"])));
        // A snapshot's RET is followed to the loop behind the program; a tape returns to BASIC.
        var stop = isTape ? image["done"] : SnaWriter.ReturnAddress;
        var values = FuseRunner.Run(path, folder.Path, stop, HelloProgram.ScreenAddresses);
        var (screen, font) = (values[..8], values[8..16]);
        Assert.Equal(font, screen);
        Assert.Contains(screen, b => b != 0);
        Assert.Equal(0x38, values[16]);
        Assert.Equal(0, values[17]);
    }

    [Fact]
    public void SnapshotReturnsToAKnownLoop()
    {
        var image = HelloProgram.Image();
        var file = SnaWriter.Write(image, new SnaOptions(image["start"]) { StackTop = 0xFF00, Border = 2 });
        Assert.Equal(SnaWriter.FileSize, file.Length);
        Assert.Equal(0xFEFC, file[23] | (file[24] << 8));
        Assert.Equal(image["start"], Word(0xFEFC));
        Assert.Equal(SnaWriter.ReturnAddress, Word(0xFEFE));
        var loop = Disassembler.Read(file.AsSpan(27 + SnaWriter.ReturnAddress - 0x4000), 0, out _);
        Assert.Equal("halt", loop.ToString());
        Assert.Equal(2, file[26]);
        var (inRom, inBasic) = (Assembled.Image([Ret()], 0x3000), Assembled.Image([Ret()], 0x5000));
        Assert.Throws<ArgumentException>(() => SnaWriter.Write(inRom, new SnaOptions(0x3000)));
        Assert.Throws<ArgumentException>(() => TapWriter.Write(inBasic, new TapOptions("x", 0x5000)));

        int Word(int address) => file[27 + address - 0x4000] | (file[28 + address - 0x4000] << 8);
    }

    [Fact]
    public void MapSldAndListing()
    {
        Item Place(int line, Item item) => item with { Position = new SourcePosition(1, line, 3) };
        var image = Assembled.Image([
            new Equ("n", 5), Place(2, At("main")), Place(2, Ld(B, 5)), Place(3, At("main.loop")),
            Place(3, Djnz("main.loop")) with { Comment = "spin" }, Ret(), Bytes(1, 2, 3, 4, 5), Space(300)]);

        Assert.Equal("""
            ; region $8000-$8135 310 bytes
            ; total 310 bytes
            main                             = $8000 ; addr
            main.loop                        = $8002 ; addr
            n                                = $0005 ; const

            """, Encoding.UTF8.GetString(MapWriter.Write(image)));

        Assert.Equal("""
            |SLD.data.version|1
            ||K|KEYWORDS|WPMEM,LOGPOINT,ASSERTION
            game.minz|1||0|-1|-1|Z|pages.size:16384,pages.count:4,slots.count:4,slots.adr:0,16384,32768,49152
            game.minz|2||0|2|32768|L|,main,,+used
            game.minz|2||0|2|32768|T|
            game.minz|3||0|2|32770|L|,main.loop,,+used
            game.minz|3||0|2|32770|T|
            game.minz|3||0|2|32772|T|

            """, Encoding.UTF8.GetString(SldWriter.Write(image, _ => "game.minz")));

        Assert.Equal("""
                                      n equ 5
            ; game.minz:2: source 2
            8000                      main:
            8000  06 05       7           ld b,5
            ; game.minz:3: source 3
            8002                      main.loop:
            8002  10 FE       13/8        djnz main.loop              ; spin
            8004  C9          10          ret
            8005  01 02 03 04             db 1,2,3,4                  ; 5 bytes
            8009  05
            800A  00 00 00 00             ds 300
            ; 8000-8135: 310 bytes

            """, Encoding.UTF8.GetString(ListingWriter.Write(image, _ => "game.minz", (_, line) => $"source {line} ")));
    }

    private static List<byte[]> Blocks(byte[] tape)
    {
        var blocks = new List<byte[]>();
        for (var at = 0; at < tape.Length;)
        {
            var length = tape[at] | (tape[at + 1] << 8);
            blocks.Add(tape[(at + 2)..(at + 2 + length)]);
            at += 2 + length;
        }
        return blocks;
    }
}

/// <summary>A program that prints one letter by the ROM and returns.</summary>
internal static class HelloProgram
{
    /// <summary>Rows of the first cell, the same of the ROM's font, the attribute, the next cell.</summary>
    public static IEnumerable<int> ScreenAddresses =>
    [
        .. Enumerable.Range(0, 8).Select(row => 0x4000 + row * 256),
        .. Enumerable.Range(0, 8).Select(row => 0x3D00 + ('H' - ' ') * 8 + row),
        0x5800, 0x4001,
    ];

    public static Image Image() => Assembled.Image([
        At("start"), Ld(A, 2), Call(0x1601), Ld(A, 'H'), Rst(0x10), At("done"), Ret()]);
}

/// <summary>Runs a file in the Fuse emulator with an open ROM, without a display.</summary>
internal static class FuseRunner
{
    private const string Rom = "/usr/share/spectrum-roms/opense.rom";

    // The ROM "types" LOAD "" and Enter: each time its routine KEY-INPUT is entered, one code is put in LAST_K.
    private const string TypeLoad = """
        set $w 0x64616f6c
        set $x 0x000d2222
        br 0x10a6
        com 1
        set 0x5c08 ($w & 255)
        set 0x5c3b ([0x5c3b] | (32 * (($w & 255) != 0)))
        set $w ($w / 256)
        set $y (($w == 0) * $x)
        set $x ($x * ($w != 0))
        set $w ($w + $y)
        co
        end

        """;

    /// <summary>Runs until an address is reached and returns the bytes at the given addresses.</summary>
    public static byte[] Run(string path, string home, int stop, IEnumerable<int> addresses)
    {
        var fuse = ExternalTool.Require("fuse-sdl");
        ExternalTool.RequireFile(Rom);
        var isTape = path.EndsWith(".tap", StringComparison.Ordinal);
        var prints = string.Join('\n', addresses.Select(a => $"pr [{a}]"));
        var stopAndPrint = $"br {stop}\ncom {(isTape ? 2 : 1)}\n{prints}\nex 42\nend";
        var commands = isTape ? TypeLoad + stopAndPrint : stopAndPrint;
        string[] file = isTape ? ["--no-auto-load", "--tape", path] : ["--snapshot", path];
        var result = fuse.Run(
            ["--speed", "10000", "--machine", "48", "--no-sound", "--rom-48", Rom, "--no-confirm-actions", .. file,
                "--debugger-command", commands],
            new Dictionary<string, string>
            {
                ["HOME"] = home, ["SDL_AUDIODRIVER"] = "dummy", ["SDL_VIDEODRIVER"] = "dummy", ["DISPLAY"] = "",
            });
        Assert.True(result.ExitCode == 42, $"fuse ended with {result.ExitCode}: {result.Output} {result.Error}");
        return [.. result.Output.Split('\n').Where(l => l.StartsWith("0x", StringComparison.Ordinal))
            .Select(l => Convert.ToByte(l.Trim(), 16))];
    }
}
