using System.Diagnostics;
using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary>What takes a program to run: the Fuse emulator, and <c>dotnet watch</c>.</summary>
public sealed class RunTests(SdkFixture sdk)
{
    private const string Exe = "<OutputType>Exe</OutputType>";

    [Theory]
    [InlineData("-p:RunOn=fuse")]
    [InlineData("-p:target=z80", "--", "--fuse")]
    public void Programs_run_in_Fuse(params string[] arguments)
    {
        SdkFixture.RequireProgram("fuse-sdl");
        string name = $"Fuse{arguments.Length}";
        string folder = sdk.NewProject(name, Exe, ("main.minz", "fn main() {\n    loop { }\n}\n"));
        CommandLine.DotNet(folder, "build", arguments[0]).Exits(0);
        // Fuse ends with a code of ours once it comes to the program's first instruction. It needs no screen for that.
        File.WriteAllText(Path.Combine(folder, ".fuserc"), """
            <?xml version="1.0"?>
            <settings><sound>0</sound><debuggercommand>break 0x8000
            commands 1
            exit 42
            end</debuggercommand></settings>
            """);
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = folder, ["SDL_VIDEODRIVER"] = "dummy", ["SDL_AUDIODRIVER"] = "dummy",
            ["DOTNET_CLI_HOME"] = folder,
        };
        CommandLine.Run("dotnet", folder, environment, ["run", "--no-build", .. arguments]).Exits(42);
    }

    [Fact]
    public void Options_of_the_built_in_machine_are_not_for_Fuse()
    {
        string folder = sdk.NewProject("NotFuse", Exe, ("main.minz", "fn main() { }\n"));
        CommandLine.DotNet(folder, "run", "-p:target=z80", "--", "--fuse", "--frames", "3").Exits(1)
            .Prints("--frames is for the built-in machine and not for --fuse");
        var environment = new Dictionary<string, string> { ["PATH"] = folder, ["DOTNET_HOST_PATH"] = DotNet };
        CommandLine.Run(DotNet, folder, environment, ["run", "--no-build", "-p:target=z80", "--", "--fuse"]).Exits(1)
            .Prints("error MZ0911: Fuse is not installed");
    }

    [Fact]
    public void Watch_runs_tests_again_after_an_edit()
    {
        string folder = sdk.NewProject("Watched", "", ("tests.minz", Test(1)));
        CommandLine.DotNet(folder, "build").Exits(0);
        using var watch = new WatchedCommand(folder, "watch", "test");
        watch.WaitFor("Failed!");
        File.WriteAllText(Path.Combine(folder, "tests.minz"), Test(2));
        watch.WaitFor("Passed!");
        File.WriteAllText(Path.Combine(folder, "tests.minz"), Test(3));
        watch.WaitFor("Failed!");
    }

    [Fact]
    public void Watch_runs_a_program_again_after_an_edit()
    {
        string folder = sdk.NewProject("WatchedRun", Exe, ("main.minz", Program("first")));
        CommandLine.DotNet(folder, "build").Exits(0);
        using var watch = new WatchedCommand(folder, "watch", "--no-hot-reload", "run");
        watch.WaitFor("first");
        File.WriteAllText(Path.Combine(folder, "main.minz"), Program("second"));
        watch.WaitFor("second");
    }

    private static string DotNet { get; } = Environment.ProcessPath is { } path
        && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : SdkFixture.RequireProgram("dotnet");

    private static string Test(int value) =>
        $"test \"two\" {{\n    let value: u8 = {value}\n    assert_eq(value, 2)\n}}\n";

    private static string Program(string word) => $"fn main() {{\n    @println(\"{word}\")\n}}\n";

    /// <summary>A command that does not end by itself; disposing ends it and what it started.</summary>
    private sealed class WatchedCommand : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
        private readonly Process _process;
        private readonly System.Collections.Concurrent.BlockingCollection<string> _lines = [];
        private readonly System.Text.StringBuilder _seen = new();

        public WatchedCommand(string folder, params string[] arguments)
        {
            ProcessStartInfo start = CommandLine.Start("dotnet", folder, arguments);
            // Without a console it must neither ask nor wait for keys.
            start.Environment["DOTNET_WATCH_SUPPRESS_EMOJIS"] = "1";
            start.Environment["DOTNET_WATCH_RESTART_ON_RUDE_EDIT"] = "1";
            _process = Process.Start(start)!;
            DataReceivedEventHandler collect = (_, line) => _lines.Add(line.Data ?? "");
            _process.OutputDataReceived += collect;
            _process.ErrorDataReceived += collect;
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        /// <summary>Takes lines up to one with a text; fails, showing them, when none comes.</summary>
        public void WaitFor(string text)
        {
            var clock = Stopwatch.StartNew();
            TimeSpan Remaining() => Patience > clock.Elapsed ? Patience - clock.Elapsed : TimeSpan.Zero;
            while (_lines.TryTake(out string? line, Remaining()))
            {
                _seen.AppendLine(line);
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    return;
                }
            }

            Assert.Fail($"no '{text}' within {Patience}:\n{_seen}");
        }

        public void Dispose()
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            _process.Dispose();
            _lines.Dispose();
        }
    }
}
