using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary><c>minzc</c> and <c>mir-vm</c>, installed as the tools they are packed as.</summary>
public sealed class ToolTests(SdkFixture sdk)
{
    [Fact]
    public void The_compiler_installs_builds_runs_and_explains()
    {
        string folder = sdk.NewFolder("tool");
        CommandLine.DotNet(folder, "tool", "install", "minzc", "--tool-path", folder, "--version", sdk.Version)
            .Exits(0);
        string minzc = Path.Combine(folder, "minzc");

        File.WriteAllText(Path.Combine(folder, "answer.minz"),
            "fn main() -> u8 {\n    @println(\"forty-two\")\n    return 42\n}\n\n"
                + "test \"true\" {\n    assert(true)\n}\n");
        CommandLine.Run(minzc, folder, "run", "answer.minz").Exits(42).Prints("forty-two");
        CommandLine.Run(minzc, folder, "test", "answer.minz").Exits(0).Prints("1 passed, 0 failed, 0 skipped");
        CommandLine.Run(minzc, folder, "build", "answer.minz", "--target", "mirb", "-o", "out").Exits(0)
            .Prints("answer.mirb");
        CommandLine.Run(minzc, folder, "run", Path.Combine("out", "answer.mirb")).Exits(42);

        CommandLine.Run(minzc, folder, "build", "answer.minz", "--target", "z81").Exits(1).Prints("MZ0900");
        CommandLine.Run(minzc, folder, "run", "nowhere.minz").Exits(1).Prints("MZ0902");
        CommandLine.Run(minzc, folder, "run").Exits(2);
        CommandLine.Run(minzc, folder, "explain", "MZ0904").Exits(0).Prints("UTF-8");
        CommandLine.Run(minzc, folder, "targets").Exits(0).Prints("mirb");

        CommandLine.Run(minzc, folder, "run", "answer.minz", "--target", "z80").Exits(42).Prints("forty-two");
        CommandLine.Run(minzc, folder, "build", "answer.minz", "--target", "z80,mirb", "-o", "out").Exits(0)
            .Prints("answer.tap");
        Assert.True(File.Exists(Path.Combine(folder, "out", "answer.tap")));
    }

    [Fact]
    public void The_virtual_machine_installs_and_runs_modules()
    {
        string folder = sdk.NewFolder("vm-tool");
        CommandLine.DotNet(folder, "tool", "install", "mir-vm", "--tool-path", folder, "--version", sdk.Version)
            .Exits(0);
        string vm = Path.Combine(folder, "mir-vm");
        File.WriteAllText(Path.Combine(folder, "hello.mir"), """
            func main() -> u8 {
                %s = const.str "hello"
                call @print, %s
                ret 7
            }
            """);
        CommandLine.Run(vm, folder, "hello.mir").Exits(7).Prints("hello");
        CommandLine.Run(vm, folder, "nowhere.mir").Exits(2).Prints("nowhere.mir").DoesNotPrint("   at ");
        File.WriteAllBytes(Path.Combine(folder, "bad.mirb"), [.. "MIRB"u8, 1, 2, 3]);
        CommandLine.Run(vm, folder, "bad.mirb").Exits(2).Prints("bad.mirb").DoesNotPrint("   at ");
    }
}
