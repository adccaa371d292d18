using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary>A day with a game made from the template: everything a user of <c>dotnet</c> does with a project.</summary>
public sealed class GameTests(SdkFixture sdk)
{
    private static readonly string[] Z80Extensions = [".tap", ".sna", ".bin", ".map", ".sld", ".lst"];

    [Fact]
    public void A_new_game_builds_runs_tests_and_cleans()
    {
        string game = sdk.New(sdk.NewFolder("life"), "minz-game", "Snake");

        CommandLine.DotNet(game, "build").Exits(0).Prints(Path.Combine(game, "bin", "Debug", "z80", "Snake.tap"));
        AssertFiles(game, "bin/Debug/Snake.dll", "bin/Debug/Snake.mirb");
        AssertFiles(game, [.. Z80Extensions.Select(e => "bin/Debug/z80/Snake" + e)]);

        CommandLine.DotNet(game, "build", "--no-restore", "-v", "normal").Exits(0)
            .Prints("Skipping target \"CoreCompile\" because all output files are up-to-date")
            .Prints("Skipping target \"EmitMinZTargets\" because all output files are up-to-date");

        string picture = Path.Combine(game, "screen.png");
        CommandLine.DotNet(game, "run", "--no-build", "-p:target=z80", "--", "--frames", "100", "--screen", picture)
            .Exits(0);
        Assert.Equal("PNG", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(picture), 1, 3));

        // The one platform the project is for is where it runs.
        CommandLine.DotNet(game, "run", "--no-build", "--", "--frames", "50").Exits(0).DoesNotPrint("trap");

        CommandLine.DotNet(game, "test", "--no-build").Exits(0).Prints("Passed!");

        CommandLine.DotNet(game, "publish").Exits(0);
        AssertFiles(game, "bin/Release/publish/Snake.mirb", "bin/Release/publish/z80/Snake.tap");

        CommandLine.DotNet(game, "clean").Exits(0);
        Assert.Empty(Directory.GetFiles(Path.Combine(game, "bin", "Debug"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("sln")]
    [InlineData("slnx")]
    public void Solutions_hold_games(string format)
    {
        string folder = sdk.NewFolder("solution-" + format);
        sdk.New(folder, "minz-game", "Pong", "--no-tests", "--target", "mirb");
        Assert.False(File.Exists(Path.Combine(folder, "Pong", "tests.minz")));
        CommandLine.DotNet(folder, "new", "sln", "-n", "All", "--format", format).Exits(0);
        CommandLine.DotNet(folder, "sln", "add", "Pong").Exits(0);
        CommandLine.DotNet(folder, "build").Exits(0).Prints("Pong.dll");
        Assert.False(Directory.Exists(Path.Combine(folder, "Pong", "bin", "Debug", "z80")));
        CommandLine.DotNet(folder, "test", "--no-build").Exits(0);
    }

    [Fact]
    public void Changes_are_noticed_and_platforms_kept()
    {
        string game = sdk.NewProject("Change", "<OutputType>Exe</OutputType>",
            ("main.minz", "fn main() -> u8 { return 3 }"), ("more.minz", "fn more() { }"));
        CommandLine.DotNet(game, "build", "-p:target=z80").Exits(0);
        CommandLine.DotNet(game, "run", "--no-build").Exits(3);
        CommandLine.DotNet(game, "run", "--no-build", "-p:target=z80").Exits(3);

        File.WriteAllText(Path.Combine(game, "main.minz"), "fn main() -> u8 { return 4 }");
        CommandLine.DotNet(game, "run").Exits(4);
        // A build for other platforms leaves the files of this one where they are.
        AssertFiles(game, "bin/Debug/z80/Change.tap");
        CommandLine.DotNet(game, "run", "-p:target=z80").Exits(4);

        string module = Path.Combine(game, "bin", "Debug", "Change.mirb");
        DateTime before = File.GetLastWriteTimeUtc(module);
        File.Delete(Path.Combine(game, "more.minz"));
        CommandLine.DotNet(game, "build").Exits(0);
        Assert.NotEqual(before, File.GetLastWriteTimeUtc(module));
    }

    private static void AssertFiles(string folder, params string[] names)
    {
        string[] missing = [.. names.Where(n => !File.Exists(Path.Combine(folder, n)))];
        Assert.True(missing.Length == 0, $"missing in {folder}: {string.Join(", ", missing)}");
    }
}
