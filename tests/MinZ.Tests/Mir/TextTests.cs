using MinZ.Mir;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

public class TextTests
{
    private static readonly MirWriterOptions Located = new(WithLocations: true);

    public static IEnumerable<TheoryDataRow<string>> Files() =>
        MirFiles.In("text").Select(f => new TheoryDataRow<string>(f));

    private static Module Read(string text)
    {
        var result = MirReader.Read(text);
        Assert.True(result.Errors.IsEmpty, string.Join("\n", result.Errors));
        return result.Module!;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void WhatIsWrittenReadsBackAsItself(string file)
    {
        var module = Read(MirFiles.Read(file));
        var text = MirWriter.Write(module);
        Assert.Equal(text, MirWriter.Write(Read(text)));
        text = MirWriter.Write(module, Located);
        Assert.Equal(text, MirWriter.Write(Read(text), Located));
    }

    [Theory]
    [InlineData("text/canonical.mir")]
    [InlineData("text/lowered.mir")]
    public void CanonicalTextStaysAsItIs(string file)
    {
        var lines = MirFiles.Read(file).Split('\n');
        var expected = lines.Where(l => !l.StartsWith(';')).ToArray();
        var actual = MirWriter.Write(Read(string.Join('\n', lines)), Located).Split('\n');
        if (Environment.GetEnvironmentVariable("MINZ_BLESS") == "1")
            File.WriteAllLines(Path.Combine(MirFiles.Root, file),
                [.. lines.TakeWhile(l => l.StartsWith(';')), .. actual.SkipLast(1)]);
        Assert.Equal(expected, actual);
    }

    /// <summary>Each line of the text is wrong in its own way; all are reported at once, at their places.</summary>
    [Fact]
    public void ErrorsNamePlaceAndRemedy()
    {
        var text = """
            type Point = struct { u8 x, u8 x }
            type Point = struct { }
            type Odd = union { }
            global nothing g
            global u8 big = 256
            global [u8; 2] pair = [1, 2, 3 + ]
            constant u8 five = 5
            func f(u8 %x, u8 %x) -> u8 {
                ret %x
            }
            func g(u8 %x) -> u8 {
                local u8 %x
                %1 = frobnicate %x
                %2 = add.u9 %x, %x
                %3 = add 1, 2
                %4 = conv.u16 5
                %5 = add.u8 %later, 1
                %later = add.u8 %x, 300
                %6 = load %x
                %7 = load h.x
                %8 = call h, %x
                %9 = add.u8 %1, %2
                call @shout, %x
                jump .nowhere
            .a:
                trap Tired
            .a:
                ret "x
            }
            func h(@) {
            """;
        var errors = MirReader.Read(text).Errors;
        Assert.Equal(
        [
            "1:32 MZ1303 the field 'x' is declared twice",
            "2:6 MZ1303 the type 'Point' is declared twice",
            "3:12 MZ1301 expected 'struct', 'enum', 'interface' or 'actor', found 'union'",
            "4:8 MZ1302 there is no type 'nothing'",
            "5:17 MZ1305 '256' is no value of type u8",
            "6:32 MZ1301 expected ',' or ']', found '+'",
            "7:1 MZ1301 expected a declaration, found 'constant'",
            "8:18 MZ1303 the parameter 'x' is declared twice",
            "12:14 MZ1303 the name '%x' is declared twice",
            "13:10 MZ1304 there is no operation 'frobnicate'",
            "14:10 MZ1304 'add' has no suffix '.u9'",
            "15:10 MZ1306 'add' needs a type here",
            "16:19 MZ1306 the type of this literal is not known",
            "17:17 MZ1308 %later is used before it is defined",
            "18:25 MZ1305 '300' is no value of type u8",
            "19:15 MZ1323 a value of type u8 denotes no place",
            "20:15 MZ1302 there is no global 'h.x'",
            "21:5 MZ1321 'call' yields no value here",
            "23:10 MZ1302 there is no intrinsic '@shout'",
            "24:10 MZ1302 there is no block '.nowhere'",
            "26:10 MZ1302 there is no trap code 'Tired'",
            "27:1 MZ1303 the block '.a' is declared twice",
            "28:9 MZ1300 the string does not end on its line",
            "28:9 MZ1302 there is no type 'x'",
            "30:8 MZ1300 a name must follow '@'",
            "30:11 MZ1301 this bracket is not closed",
        ], errors.Select(e => $"{e.Line}:{e.Column} {e.Id} {e.Message}"));
    }

    /// <summary>Any text is answered with a module or errors, quickly, and never with an exception.</summary>
    [Fact]
    public void DamagedTextIsAnError()
    {
        var random = MirFiles.Random;
        var texts = Files().Select(f => MirFiles.Read(f.Data)).ToArray();
        string[] scraps = ["{", "}", "(", ")", "[", "]", "<", ">", "\"", "%", ".", "%x", ".a", "@", "=", ",", ":",
            "!1:2:3:4",
            "*", "&", "u8", "box<", "struct", "func ", "\n", "-", "0x", "99999999999999999999", "\0", "\uD800", "ret",
                "; 4]"];
        for (var round = 0; round < MirFiles.Rounds(500); round++)
        {
            var text = texts[round % texts.Length];
            for (var n = random.Next(1, 5); n > 0; n--)
            {
                var at = random.Next(text.Length);
                text = random.Next(4) switch
                {
                    0 => text.Remove(at, Math.Min(text.Length - at, random.Next(1, 30))),
                    1 => text.Insert(at, scraps[random.Next(scraps.Length)]),
                    2 => text.Insert(at, text.Substring(at / 2, Math.Min(at / 2, random.Next(60)))),
                    _ => text[..at],
                };
                if (text.Length == 0)
                    break;
            }
            var read = MirReader.Read(text);
            Assert.Equal(read.Module is null, !read.Errors.IsEmpty);
            Assert.All(read.Errors, e =>
                Assert.True(e.Line > 0 && e.Column > 0 && e.Code is >= 1300 and < 1330, e.ToString()));
            if (read.Module is { } module && Verifier.Verify(module).Count == 0)
                Assert.Equal(MirWriter.Write(module), MirWriter.Write(Read(MirWriter.Write(module))));
        }
        Assert.NotEmpty(MirReader.Read("type A = struct { " + new string('&', 100000) + "u8 x }").Errors);
        Assert.NotEmpty(MirReader.Read("const u8 X = " + new string('[', 100000)).Errors);
    }
}
