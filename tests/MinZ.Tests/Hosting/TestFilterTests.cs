using MinZ.Hosting.Testing;
using MinZ.Mir;
using Xunit;

namespace MinZ.Tests.Hosting;

public sealed class TestFilterTests
{
    private static readonly TestCase Test =
        new("snake.test.grows", "a snake grows", "/src/tests.minz", 3, "test.grows", new TestInfo("a snake grows"));

    [Theory]
    [InlineData("grows", true)]
    [InlineData("shrinks", false)]
    [InlineData("FullyQualifiedName=snake.test.grows", true)]
    [InlineData("Name~GROWS", true)]
    [InlineData("Name!~grows", false)]
    [InlineData("DisplayName=a snake grows", true)]
    [InlineData("DisplayName!=a snake grows", false)]
    [InlineData("File~tests&Name~x|DisplayName~snake", true)]
    [InlineData("File~tests&(Name~x|DisplayName~cat)", false)]
    [InlineData(@"DisplayName~a\ snake", true)]
    public void Filters_choose(string filter, bool chosen) => Assert.Equal(chosen, TestFilter.Parse(filter)(Test));

    [Theory]
    [InlineData("")]
    [InlineData("Name~x)")]
    [InlineData("(Name~x")]
    [InlineData("Colour=red")]
    [InlineData("Name!x")]
    public void Nonsense_is_refused(string filter) => Assert.Throws<FormatException>(() => TestFilter.Parse(filter));
}
