using System.Text.RegularExpressions;
using MinZ.Driver;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Lua;

namespace MinZ.Tests.Lang;

/// <summary>
/// One program of <c>tests/lang</c> and what it says about itself in comments: <c>// expect: text</c> for each line it
/// prints, <c>// expect error MZ0123</c> on lines with errors, <c>// exit: n</c>, <c>// trap: text</c>,
/// <c>// run: vm z80</c> when it is for these targets alone, <c>// run: none</c> when it can only be compiled and
/// <c>// library</c> when it is imported by others.
/// </summary>
public sealed partial record LangFile(string Name, string Path, string Source)
{
    /// <summary>Folder of the programs.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>All programs, by name.</summary>
    public static IReadOnlyList<LangFile> All { get; } = [.. Directory
        .EnumerateFiles(Root, "*.minz", SearchOption.AllDirectories)
        .Select(Read).Where(f => !f.Source.Contains("// library")).OrderBy(f => f.Name, StringComparer.Ordinal)];

    /// <summary>What the program prints.</summary>
    public string ExpectedOutput =>
        string.Concat(Output().Matches(Source).Select(m => m.Groups[1].Value.TrimEnd('\r') + "\n"));

    /// <summary>Exit code of a run.</summary>
    public int ExitCode => Exit().Match(Source) is { Success: true } m ? int.Parse(m.Groups[1].Value) : 0;

    /// <summary>Text of the trap that ends a run; null when none does.</summary>
    public string? Trap => TrapText().Match(Source) is { Success: true } m ? m.Groups[1].Value.Trim() : null;

    /// <summary>
    /// Why the program does not run on a target (<c>// skip z80: reason</c>), with several workers of the VM
    /// (<c>workers</c>) or with a collection at each allocation (<c>stress</c>); null when it does.
    /// </summary>
    public string? SkipReason(string target) =>
        Skip().Matches(Source).FirstOrDefault(m => m.Groups[1].Value == target)?.Groups[2].Value.Trim();

    /// <summary>True when the program does something that can be checked on a target.</summary>
    public bool RunsOn(string target) =>
        ExpectedErrors.Count == 0 &&
        (Target().Match(Source) is not { Success: true } named || named.Groups[1].Value.Split(' ').Contains(target));

    /// <summary>Line and code of each expected error.</summary>
    public IReadOnlyList<string> ExpectedErrors => [.. Source.Split('\n')
        .SelectMany((line, n) => line.IndexOf("// expect error", StringComparison.Ordinal) is var at and >= 0
            ? Code().Matches(line[at..]).Select(m => $"{n + 1}: {m.Value}") : [])];

    /// <summary>Compiles the program; imports are looked for beside it and in the standard library.</summary>
    public CompilationResult Compile(string target = "z80") => Compilation.Compile(
        [new SourceText(Source, Name + ".minz")],
        new CompilationOptions
        {
            ModuleName = "test", IncludeTests = true, ResolveModule = Resolve, Targets = [target],
            Evaluator = VmEvaluator.Instance, Scripts = new LuaEngine(),
        });

    private SourceText? Resolve(string module)
    {
        var relative = module.Replace('.', '/') + ".minz";
        string[] places =
            [System.IO.Path.GetDirectoryName(Path)!, System.IO.Path.Combine(Root, "..", "..", "sdk", "std")];
        var found = places.Select(p => System.IO.Path.Combine(p, relative)).FirstOrDefault(File.Exists);
        return found is null ? null : new SourceText(File.ReadAllText(found), relative);
    }

    private static LangFile Read(string path)
    {
        var name = System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/');
        return new LangFile(name[..^5], path, File.ReadAllText(path));
    }

    private static string FindRoot()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = System.IO.Path.GetDirectoryName(at))
            if (System.IO.Path.Combine(at, "tests", "lang") is var folder && Directory.Exists(folder))
                return folder;
        throw new DirectoryNotFoundException("tests/lang is in no folder above the tests");
    }

    [GeneratedRegex(@"// expect: ?(.*)")]
    private static partial Regex Output();

    [GeneratedRegex(@"// exit: (\d+)")]
    private static partial Regex Exit();

    [GeneratedRegex(@"// trap: (.*)")]
    private static partial Regex TrapText();

    [GeneratedRegex(@"// run: ([\w ]*\w)")]
    private static partial Regex Target();

    [GeneratedRegex(@"// skip (\w+): (.*)")]
    private static partial Regex Skip();

    [GeneratedRegex(@"MZ\d{4}")]
    private static partial Regex Code();
}
