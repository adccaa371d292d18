using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using MinZ.Mir.Text;
using MinZ.Vm;
using Spectre.Console;

namespace MinZ.Bench;

/// <summary>
/// The interpreter against gcc -O2 and Lua 5.4 on ten kernels: CPU time of the fastest repetition of each round, the
/// engines taking turns, the median of the rounds, as multiples of gcc's.
/// </summary>
internal static class VmBench
{
    private const int Rounds = 5;

    private sealed record Kernel(string Name, long N, int Repeats);

    private static readonly Kernel[] Kernels =
    [
        new("fib", 30, 3), new("loops", 1500, 3), new("sieve", 1, 3), new("nbody", 20_000, 3), new("mandel", 150, 3),
        new("matmul", 120, 3), new("strs", 300_000, 3), new("u8wrap", 5_000_000, 3),
        new("bintree", 3, 3), new("livetree", 40, 3),
    ];

    private sealed record Engine(string Name, Func<Kernel, (long Result, double Seconds)> Run);

    /// <summary>Runs the comparison; kernels may be named, <c>--aot PATH</c> adds a native mir-vm.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        var aot = args.IndexOf("--aot") is var at and >= 0 && at + 1 < args.Length ? args[at + 1] : null;
        string[] names = [.. args.ToArray().Where(a => Kernels.Any(k => k.Name == a))];
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "vm");
        var work = Directory.CreateTempSubdirectory("minz-bench-");
        try
        {
            var native = Path.Combine(work.FullName, "kernels");
            Execute("gcc", ["-O2", "-o", native, Path.Combine(folder, "kernels.c"), "-lm"]);
            var source = Path.Combine(folder, "kernels.mir");
            var engines = new List<Engine>
            {
                new("gcc -O2", k => Parse(Execute(native, [k.Name, Text(k.N), Text(k.Repeats)]))),
                new("lua5.4", k => Parse(Execute("lua5.4", [Path.Combine(folder, "kernels.lua"), k.Name, Text(k.N),
                    "1"]))),
                new("vm", k => RunVm(source, k)),
            };
            if (aot is not null)
                engines.Add(new("vm (AOT)", k => Parse(Execute(aot,
                    [source, "--call", k.Name, "--repeat", Text(k.Repeats), "--", Text(k.N)]))));
            return Report([.. Kernels.Where(k => names.Length == 0 || names.Contains(k.Name))], engines);
        }
        finally
        {
            work.Delete(true);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    private static string Text(long n) => n.ToString(CultureInfo.InvariantCulture);

    private static int Report(Kernel[] kernels, List<Engine> engines)
    {
        var table = new Table().AddColumn("kernel");
        foreach (var e in engines)
            table.AddColumn(new TableColumn(e.Name).RightAligned());
        var products = new double[engines.Count];
        var isRight = true;
        foreach (var kernel in kernels)
        {
            var seconds = new double[engines.Count][];
            var results = new long[engines.Count];
            for (var e = 0; e < engines.Count; e++)
                seconds[e] = new double[Rounds];
            for (var round = 0; round < Rounds; round++)
                for (var e = 0; e < engines.Count; e++)
                    (results[e], seconds[e][round]) = engines[e].Run(kernel);
            var row = new List<string> { kernel.Name };
            var first = Median(seconds[0]);
            for (var e = 0; e < engines.Count; e++)
            {
                var ratio = Median(seconds[e]) / first;
                products[e] += Math.Log(ratio);
                var right = results[e] == results[0];
                isRight &= right;
                row.Add(e == 0 ? $"{first * 1000:F2} ms" : right ? $"{ratio:F2}"
                    : $"[red]gives {results[e]}, not {results[0]}[/]");
            }
            table.AddRow([.. row]);
        }
        table.AddRow(["geomean", .. products.Select((p, e) => e == 0 ? "1" : $"{Math.Exp(p / kernels.Length):F2}")]);
        AnsiConsole.Write(table);
        return isRight ? 0 : 1;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static (long Result, double Seconds) RunVm(string source, Kernel kernel)
    {
        var module = MirReader.Read(File.ReadAllText(source)).Module
            ?? throw new InvalidDataException($"{source} has errors");
        var program = new VmProgram(module);
        var best = double.MaxValue;
        var result = 0L;
        for (var r = 0; r < kernel.Repeats; r++)
        {
            using var vm = program.Start(VmOptions.Default with { MemoryLimit = 1L << 30 });
            var begin = Stopwatch.GetTimestamp();
            var cpu = Environment.CpuUsage.TotalTime;
            var call = vm.Call(kernel.Name, kernel.N);
            // CPU time counts the JIT's threads as well; wall time bounds what this thread used.
            best = Math.Min(best, Math.Min(Stopwatch.GetElapsedTime(begin).TotalSeconds,
                (Environment.CpuUsage.TotalTime - cpu).TotalSeconds));
            result = call.Trap is null ? call.Bits : throw new InvalidOperationException(call.Trap.ToString());
        }
        return (result, best);
    }

    private static (long Result, double Seconds) Parse(string output)
    {
        var parts = output.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture),
            double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static string Execute(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{file} ended with {process.ExitCode}");
    }
}
