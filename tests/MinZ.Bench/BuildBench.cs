using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security;
using Spectre.Console;

namespace MinZ.Bench;

/// <summary>
/// What a day with the SDK costs next to the same day with C#: <c>dotnet build</c> of the game template and of a
/// console project, with nothing to do and from nothing, <c>dotnet test --no-build</c> against an xunit project; then
/// the compiler alone on a large file, and hello. CPU time of the command and all it starts, the least of rounds in
/// which the two take turns.
/// </summary>
internal sealed class BuildBench : IDisposable
{
    private const int Rounds = 5;
    private const int Lines = 10_000;

    private readonly string _repository = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));
    private readonly string _root = Directory.CreateTempSubdirectory("minz-build-bench-").FullName;

    private BuildBench()
    {
    }

    private string Feed => Path.Combine(_root, "feed");

    /// <summary>
    /// Runs all; <c>--projects</c>, <c>--compiler</c> and <c>--start</c> choose among the comparison with C# projects,
    /// the compiler on a large file, and hello.
    /// </summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        using var bench = new BuildBench();
        bool all = args.IsEmpty;
        if (all || args.Contains("--projects"))
        {
            AnsiConsole.Write(bench.Projects());
        }

        if (all || args.Contains("--compiler"))
        {
            AnsiConsole.Write(bench.Compiler());
        }

        if (all || args.Contains("--start"))
        {
            var start = new StartBench(bench._root);
            AnsiConsole.Write(start.Starts(bench.Native("vm/mir-vm"), bench.Native("compiler/minzc")));
            AnsiConsole.Write(start.Sizes());
        }

        return 0;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Here([CallerFilePath] string path = "") => path;

    private Table Projects()
    {
        Prepare();
        string game = New("minz-game", "Game");
        string console = New("console", "Console");
        string xunit = New("xunit", "Unit");
        string[] build = ["build", "-m:1", "-v", "quiet"];
        foreach (string folder in new[] { game, console, xunit })
        {
            DotNet(folder, build);
        }

        var table = new Table().AddColumns("CPU time, least of " + Rounds, "MinZ", "C#", "ratio");
        void Add(string title, Func<double> minz, Func<double> csharp)
        {
            var (ours, theirs) = (double.MaxValue, double.MaxValue);
            for (int round = 0; round < Rounds; round++)
            {
                ours = Math.Min(ours, minz());
                theirs = Math.Min(theirs, csharp());
            }

            table.AddRow(title, Text(ours, "F2", "s"), Text(theirs, "F2", "s"), Text(ours / theirs, "F2", ""));
        }

        Add("build, nothing to do", () => DotNet(game, build), () => DotNet(console, build));
        Add("the same, --no-restore", () => DotNet(game, [.. build, "--no-restore"]),
            () => DotNet(console, [.. build, "--no-restore"]));
        Add("build from nothing", () => CleanBuild(game, build), () => CleanBuild(console, build));
        Add("test --no-build, against xunit",
            () => DotNet(game, ["test", "--no-build"]), () => DotNet(xunit, ["test", "--no-build"]));
        return table;
    }

    private double CleanBuild(string folder, string[] build)
    {
        foreach (string output in new[] { "bin", "obj" })
        {
            Directory.Delete(Path.Combine(folder, output), recursive: true);
        }

        return DotNet(folder, build);
    }

    private static double DotNet(string folder, string[] arguments) =>
        ChildProcess.Run(folder, "dotnet", arguments).CpuSeconds;

    private string New(string template, string name)
    {
        DotNet(_root, ["new", template, "-n", name, "--debug:custom-hive", Path.Combine(_root, "hive")]);
        return Path.Combine(_root, name);
    }

    // The packages users get, under a version nobody has in a cache.
    private void Prepare()
    {
        string version = "0.1.0-bench." + Path.GetFileName(_root).Split('-')[^1].ToLowerInvariant();
        foreach (string project in new[] { "sdk/MinZ.Sdk", "templates" })
        {
            DotNet(_repository,
                ["pack", project, "-c", "Release", $"-p:PackageVersion={version}", "-o", Feed, "-v", "quiet"]);
        }

        string[] outerFiles = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];
        foreach (string name in outerFiles)
        {
            File.WriteAllText(Path.Combine(_root, name), "<Project />\n");
        }

        File.WriteAllText(Path.Combine(_root, "global.json"), "{}\n");
        File.WriteAllText(Path.Combine(_root, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="minz-bench" value="{SecurityElement.Escape(Feed)}" />
              </packageSources>
              <config>
                <add key="globalPackagesFolder" value="packages" />
              </config>
            </configuration>
            """);
        DotNet(_root, ["new", "install", Path.Combine(Feed, $"MinZ.Templates.{version}.nupkg"), "--debug:custom-hive",
            Path.Combine(_root, "hive")]);
    }

    private Table Compiler()
    {
        string[] portable = ["dotnet", "exec", Path.Combine(_repository, "artifacts", "bin", "minzc",
            new DirectoryInfo(AppContext.BaseDirectory).Name, "minzc.dll")];
        string[] native = [Native("compiler/minzc")];
        string source = GeneratedSource.Create(Lines);
        File.WriteAllText(Path.Combine(_root, "large.minz"), source);
        var table = new Table().AddColumns($"minzc build, {source.Count(c => c == '\n')} lines, least of {Rounds}",
            "CPU after start-up", "peak memory");
        foreach (string[] command in new[] { native, portable })
        {
            foreach (string[] options in new[] { new[] { "-t", "mirb", "-O0" }, ["-t", "mirb"], ["-t", "clr"] })
            {
                var (cpu, memory) = (double.MaxValue, double.MaxValue);
                for (int round = 0; round < Rounds; round++)
                {
                    string output = ChildProcess.Run(_root, command[0],
                        [.. command[1..], "build", "large.minz", "-o", "out", "--time", .. options]).Output;
                    cpu = Math.Min(cpu, Number(output, "ms  CPU after start-up"));
                    memory = Math.Min(memory, Number(output, "MB  peak memory"));
                }

                string form = command == native ? "native" : "dotnet tool";
                table.AddRow($"{form}, {string.Join(' ', options)}", Text(cpu, "F0", "ms"), Text(memory, "F0", "MB"));
            }
        }

        return table;
    }

    // The native executable of a project, published once.
    private string Native(string project)
    {
        string folder = Path.Combine(_root, "native", Path.GetFileName(project));
        if (!Directory.Exists(folder))
        {
            DotNet(_repository, ["publish", project, "-c", "Release", "-o", folder, "-v", "quiet"]);
        }

        return Path.Combine(folder, Path.GetFileName(project));
    }

    private static double Number(string output, string label)
    {
        string line = output.Split('\n').Single(l => l.Contains(label, StringComparison.Ordinal));
        return double.Parse(line.Replace(label, "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private static string Text(double value, string format, string unit) =>
        $"{value.ToString(format, CultureInfo.InvariantCulture)} {unit}".TrimEnd();
}
