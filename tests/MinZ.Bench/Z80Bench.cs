using System.Collections.Immutable;
using Spectre.Console;

namespace MinZ.Bench;

/// <summary>
/// Sixteen kernels for the Z80: hand-written assembly, C by SDCC and MinZ, in exact T-states from entry to RET and in
/// bytes of code with all the runtime it needs. MinZ is compiled for release, without the index checks C has not
/// either.
/// </summary>
internal static class Z80Bench
{
    private static readonly ImmutableArray<ImmutableArray<string>> SdccOptions =
    [
        ["--opt-code-speed", "--max-allocs-per-node", "20000"],
        ["--opt-code-size", "--max-allocs-per-node", "20000"],
    ];

    private const int TableWidth = 120;

    private sealed record Measure(long TStates, int Bytes, string? Problem);

    private sealed record Row(Z80Kernel Kernel, Measure Assembly, Measure? Sdcc, Measure MinZ);

    /// <summary>
    /// Runs the comparison and prints it; non-zero when a result is wrong. Kernels may be named; <c>--check</c> looks
    /// at MinZ at every level and at the assembly only; <c>--list</c> prints the code of MinZ instead, as it is or with
    /// <c>-O0</c>; <c>--mir</c> what it is made from.
    /// </summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        var names = args.ToArray().Where(a => !a.StartsWith('-')).ToList();
        var kernels = Z80BenchKernels.All.Where(k => names.Count == 0 || names.Any(k.Name.StartsWith)).ToList();
        if (args.Contains("--list"))
            return List(kernels, optimize: !args.Contains("-O0"));
        if (args.Contains("--mir"))
        {
            foreach (var kernel in kernels)
                Console.WriteLine(Z80BenchCompilers.LoweredText(kernel));
            return 0;
        }
        return args.Contains("--check") ? Check(kernels) : Compare(kernels);
    }

    private static int Check(List<Z80Kernel> kernels)
    {
        var wrong = 0;
        foreach (var kernel in kernels)
        {
            Report("assembly", Measured(kernel, () => Z80BenchCompilers.Assembly(kernel)));
            Report("-O0", Measured(kernel, () => Z80BenchCompilers.MinZ(kernel, optimize: false, checkBounds: true)));
            Report("-O2", Measured(kernel, () => Z80BenchCompilers.MinZ(kernel, optimize: true, checkBounds: true)));
            Report("release",
                Measured(kernel, () => Z80BenchCompilers.MinZ(kernel, optimize: true, checkBounds: false)));

            void Report(string version, Measure m)
            {
                if (m.Problem is null)
                    return;
                wrong++;
                AnsiConsole.MarkupLineInterpolated($"[red]{kernel.Name} {version}: {m.Problem}[/]");
            }
        }
        AnsiConsole.MarkupLineInterpolated($"{kernels.Count} kernels, {wrong} wrong");
        return wrong == 0 ? 0 : 1;
    }

    private static int List(List<Z80Kernel> kernels, bool optimize)
    {
        foreach (var kernel in kernels)
        {
            var image = Z80BenchCompilers.Compile(kernel, optimize, checkBounds: false);
            foreach (var item in image.Items)
                Console.WriteLine($"{item.Address:X4} {item.TStates,3} {item.Item}");
        }
        return 0;
    }

    private static int Compare(List<Z80Kernel> kernels)
    {
        var work = Directory.CreateTempSubdirectory("minz-bench-");
        try
        {
            var rows = kernels.ConvertAll(k => new Row(k, Measured(k, () => Z80BenchCompilers.Assembly(k)),
                Z80BenchCompilers.HasSdcc ? BestOfSdcc(k, work.FullName) : null,
                Measured(k, () => Z80BenchCompilers.MinZ(k, optimize: true, checkBounds: false))));
            Print(rows);
            var anyWrong = rows.Any(r => (r.Assembly.Problem ?? r.Sdcc?.Problem ?? r.MinZ.Problem) is not null);
            return anyWrong ? 1 : 0;
        }
        finally
        {
            work.Delete(true);
        }
    }

    private static Measure Measured(Z80Kernel kernel, Func<Z80BenchCode> compile)
    {
        try
        {
            var code = compile();
            var run = Z80BenchRun.Of(kernel, code);
            return new Measure(run.TStates, code.Bytes, run.Problem);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or ArgumentException)
        {
            return new Measure(0, 0, e.Message);
        }
    }

    // The fastest and the smallest of its versions, each by itself.
    private static Measure BestOfSdcc(Z80Kernel kernel, string folder)
    {
        var all = SdccOptions.Select(o => Measured(kernel, () => Z80BenchCompilers.Sdcc(kernel, o, folder))).ToList();
        return new Measure(all.Min(m => m.TStates), all.Min(m => m.Bytes),
            all.Select(m => m.Problem).FirstOrDefault(p => p is not null));
    }

    private static void Print(List<Row> rows)
    {
        var table = new Table().AddColumn("kernel");
        string[] columns =
            ["asm T", "asm B", "sdcc T", "sdcc B", "MinZ T", "MinZ B", "T/sdcc", "B/sdcc", "T/asm", "B/asm"];
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var r in rows)
        {
            table.AddRow([r.Kernel.Name, .. Cells(r.Assembly), .. Cells(r.Sdcc), .. Cells(r.MinZ),
                Text(Ratio(r.MinZ, r.Sdcc, m => m.TStates)), Text(Ratio(r.MinZ, r.Sdcc, m => m.Bytes)),
                Text(Ratio(r.MinZ, r.Assembly, m => m.TStates)), Text(Ratio(r.MinZ, r.Assembly, m => m.Bytes))]);
        }
        table.AddRow(["geomean", "", "", "", "", "", "",
            Text(Mean(rows, r => Ratio(r.MinZ, r.Sdcc, m => m.TStates))),
            Text(Mean(rows, r => Ratio(r.MinZ, r.Sdcc, m => m.Bytes))),
            Text(Mean(rows, r => Ratio(r.MinZ, r.Assembly, m => m.TStates))),
            Text(Mean(rows, r => Ratio(r.MinZ, r.Assembly, m => m.Bytes)))]);
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, TableWidth);
        AnsiConsole.Write(table);
        if (!Z80BenchCompilers.HasSdcc)
            AnsiConsole.MarkupLine("n/a: sdcc is not installed");
        foreach (var r in rows)
        {
            (string Version, Measure? Measure)[] versions =
                [("assembly", r.Assembly), ("sdcc", r.Sdcc), ("MinZ", r.MinZ)];
            foreach (var (version, measure) in versions)
                if (measure?.Problem is { } problem)
                    AnsiConsole.MarkupLineInterpolated($"[red]{r.Kernel.Name} by {version}: {problem}[/]");
        }
    }

    private static string[] Cells(Measure? m) => m switch
    {
        null => ["n/a", "n/a"],
        { Problem: not null } => ["[red]wrong[/]", $"{m.Bytes}"],
        _ => [$"{m.TStates}", $"{m.Bytes}"],
    };

    private static string Text(double? ratio) => ratio is { } r ? $"{r:F2}" : "n/a";

    private static double? Ratio(Measure m, Measure? other, Func<Measure, double> figure) =>
        m.Problem is null && other is { Problem: null } ? figure(m) / figure(other) : null;

    private static double? Mean(List<Row> rows, Func<Row, double?> ratio)
    {
        var logs = rows.Select(r => ratio(r)).OfType<double>().Select(x => Math.Log(x)).ToList();
        return logs.Count == 0 ? null : Math.Exp(logs.Average());
    }
}
