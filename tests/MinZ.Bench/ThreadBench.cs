using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MinZ.Mir.Text;
using MinZ.Vm;
using Spectre.Console;

namespace MinZ.Bench;

/// <summary>
/// Green threads and messages of the VM against Erlang and Go, each on one core: CPU time per operation, the least of
/// several runs, and bytes per thread. What is not installed is left out, by name.
/// </summary>
internal static class ThreadBench
{
    private const int Rounds = 5;

    private sealed record Measure(string Name, string What, int N, int Operations);

    private static readonly Measure[] Measures =
    [
        new("spawn", "threads that begin and end", 1_000_000, 1_000_000),
        new("alive", "threads that begin and wait", 1_000_000, 1_000_000),
        new("pingpong", "messages there and back", 1_000_000, 2_000_000),
        new("stream", "messages one way", 2_000_000, 2_000_000),
        new("ring", "hops in a ring of 1000", 1_000_000, 1_000_000),
        new("actor", "messages to an actor", 1_000_000, 1_000_000),
    ];

    private sealed record Engine(string Name, Func<Measure, (long Result, double Seconds, double Bytes)> Run);

    /// <summary>Runs the comparison; measures may be named.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        var names = args.ToArray();
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "threads");
        var work = Directory.CreateTempSubdirectory("minz-bench-");
        try
        {
            var engines = new List<Engine> { new("vm", m => RunVm(Path.Combine(folder, "threads.mir"), m)) };
            if (TryExecute("erlc", ["-o", work.FullName, Path.Combine(folder, "threads.erl")], [], out _))
                engines.Add(new("Erlang", m => Parse("erl", ["+S", "1", "+P", "2000000", "-noshell", "-pa",
                    work.FullName, "-eval", $"threads:main([\"{m.Name}\", \"{m.N}\"])."], [])));
            var go = Path.Combine(work.FullName, "threads");
            if (TryExecute("go", ["build", "-o", go, Path.Combine(folder, "threads.go")],
                [("GOCACHE", work.FullName), ("GO111MODULE", "off")], out _))
                engines.Add(new("Go", m => Parse(go, [m.Name, m.N.ToString(CultureInfo.InvariantCulture)],
                    [("GOMAXPROCS", "1")])));
            return Report([.. Measures.Where(m => names.Length == 0 || names.Contains(m.Name))], engines);
        }
        finally
        {
            work.Delete(true);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    private static int Report(Measure[] measures, List<Engine> engines)
    {
        var table = new Table().AddColumn("").AddColumn("what");
        foreach (var e in engines)
            table.AddColumn(new TableColumn(e.Name + ", ns").RightAligned());
        table.AddColumn(new TableColumn("vm, M/s").RightAligned());
        table.AddColumn(new TableColumn("vm, bytes each").RightAligned());
        var isRight = true;
        foreach (var measure in measures)
        {
            var row = new List<string> { measure.Name, measure.What };
            var (vm, bytes) = (0.0, 0.0);
            foreach (var engine in engines)
            {
                var best = double.MaxValue;
                var right = true;
                for (var round = 0; round < Rounds; round++)
                {
                    var (result, seconds, size) = engine.Run(measure);
                    best = Math.Min(best, seconds);
                    right &= result == measure.N;
                    if (engine == engines[0] && size > 0)
                        bytes = bytes == 0 ? size : Math.Min(bytes, size);
                }
                isRight &= right;
                var ns = best * 1e9 / measure.Operations;
                vm = engine == engines[0] ? ns : vm;
                row.Add(right ? $"{ns:F1}" : "[red]wrong[/]");
            }
            table.AddRow([.. row, $"{1000 / vm:F1}", measure.Name == "alive" ? $"{bytes / measure.N:F0}" : ""]);
        }
        AnsiConsole.Write(table);
        return isRight ? 0 : 1;
    }

    private static (long Result, double Seconds, double Bytes) RunVm(string source, Measure measure)
    {
        var module = MirReader.Read(File.ReadAllText(source)).Module
            ?? throw new InvalidDataException($"{source} has errors");
        using var vm = new VmProgram(module).Start(VmOptions.Default with { MemoryLimit = 1L << 30 });
        var warm = vm.Call(measure.Name, 1000);
        if (warm.Trap is not null)
            throw new InvalidOperationException(warm.Trap.ToString());
        var cpu = Environment.CpuUsage.TotalTime;
        var begin = Stopwatch.GetTimestamp();
        var call = vm.Call(measure.Name, measure.N);
        // CPU time counts the JIT's threads as well; wall time bounds what this thread used.
        var seconds = Math.Min(Stopwatch.GetElapsedTime(begin).TotalSeconds,
            (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        return (call.Trap is null ? call.Bits : throw new InvalidOperationException(call.Trap.ToString()), seconds,
            vm.ThreadBytes);
    }

    private static (long Result, double Seconds, double Bytes) Parse(string file, string[] arguments,
        (string, string)[] environment)
    {
        if (!TryExecute(file, arguments, environment, out var output))
            throw new InvalidOperationException($"{file} failed: {output}");
        var parts = output.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture),
            double.Parse(parts[1], CultureInfo.InvariantCulture),
            double.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    private static bool TryExecute(string file, string[] arguments, (string Name, string Value)[] environment,
        out string output)
    {
        output = "";
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            Console.WriteLine($"{file} is not installed: left out");
            return false;
        }
    }
}
