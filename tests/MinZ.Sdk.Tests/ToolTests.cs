using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary><c>minzc</c>, installed as the tool it is packed as.</summary>
public sealed class ToolTests(SdkFixture sdk)
{
    [Fact]
    public void The_compiler_installs_builds_runs_and_explains()
    {
        string folder = sdk.NewFolder("tool");
        CommandLine.DotNet(folder, "tool", "install", "minzc", "--tool-path", folder, "--version", sdk.Version).Exits(0);
        string minzc = Path.Combine(folder, "minzc");

        File.WriteAllText(Path.Combine(folder, "answer.minz"),
            "fn main() -> u8 {\n    @println(\"forty-two\")\n    return 42\n}\n\ntest \"true\" {\n    assert(true)\n}\n");
        CommandLine.Run(minzc, folder, "run", "answer.minz").Exits(42).Prints("forty-two");
        CommandLine.Run(minzc, folder, "test", "answer.minz").Exits(0).Prints("1 passed, 0 failed, 0 skipped");
        CommandLine.Run(minzc, folder, "build", "answer.minz", "--target", "mirb", "-o", "out").Exits(0).Prints("answer.mirb");
        CommandLine.Run(minzc, folder, "run", Path.Combine("out", "answer.mirb")).Exits(42);

        CommandLine.Run(minzc, folder, "build", "answer.minz", "--target", "z81").Exits(1).Prints("MZ0900");
        CommandLine.Run(minzc, folder, "run", "nowhere.minz").Exits(1).Prints("MZ0902");
        CommandLine.Run(minzc, folder, "run").Exits(2);
        CommandLine.Run(minzc, folder, "explain", "MZ0904").Exits(0).Prints("UTF-8");
        CommandLine.Run(minzc, folder, "targets").Exits(0).Prints("mirb");

        SdkFixture.RequireTarget("z80");
        CommandLine.Run(minzc, folder, "run", "answer.minz", "--target", "z80").Exits(42).Prints("forty-two");
        CommandLine.Run(minzc, folder, "build", "answer.minz", "--target", "z80,mirb", "-o", "out").Exits(0).Prints("answer.tap");
        Assert.True(File.Exists(Path.Combine(folder, "out", "answer.tap")));
    }
}
