using MinZ.Mir;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

public class TextTests
{
    private static readonly MirWriterOptions Located = new(WithLocations: true);

    public static IEnumerable<TheoryDataRow<string>> Files() => MirFiles.In("text").Select(f => new TheoryDataRow<string>(f));

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
}
