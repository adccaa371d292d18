using Xunit;

namespace MinZ.Tests.Diag;

/// <summary>Wrong programs get exactly the messages they name: each mistake once, at its place, in order.</summary>
public sealed class DiagTests
{
    public static TheoryData<string> Names => [.. DiagFile.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Says_what_is_wrong(string name)
    {
        var file = new DiagFile(name);
        if (Environment.GetEnvironmentVariable("MINZ_BLESS") == "1")
            file.Bless();
        Assert.NotEmpty(file.Expected);
        Assert.Equal(string.Join('\n', file.Expected), string.Join('\n', file.Actual()));
    }
}
