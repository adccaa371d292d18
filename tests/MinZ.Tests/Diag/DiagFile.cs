using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using MinZ.Driver;
using MinZ.Frontend;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using MinZ.Lua;
using MinZ.Mir;
using MinZ.Mir.Text;

namespace MinZ.Tests.Diag;

/// <summary>
/// A wrong program of <c>tests/diag</c>. Its first lines are comments that say everything the compiler says about it,
/// in the order it says it: <code> // error MZ0200 6:11-16: `conut` is not known here //   hint: did you mean `count`?
/// //   see 4:9-14: first declared here </code> that is severity, code, line, first column and column after the last
/// (or line:column, when on another line), message; below it the hint and further places. In <c>.mir</c> texts the
/// comments begin with <c>;</c> and places have no end. With <c>MINZ_BLESS=1</c> in the environment the tests write
/// these lines anew: read what changed.
/// </summary>
internal sealed partial record DiagFile(string Name)
{
    /// <summary>Folder of the programs.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../diag"));

    /// <summary>Names of all programs.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Root)
        .Where(f => f.EndsWith(".minz", StringComparison.Ordinal) || f.EndsWith(".mir", StringComparison.Ordinal))
        .Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    private static string Library => Path.Combine(Root, "../../sdk/std");

    private string FullPath => Path.Combine(Root, Name);

    private bool IsMir => Name.EndsWith(".mir", StringComparison.Ordinal);

    private string Comment => IsMir ? ";" : "//";

    /// <summary>The comments that say what to expect.</summary>
    public IReadOnlyList<string> Expected => [.. File.ReadLines(FullPath).TakeWhile(IsExpectation)];

    /// <summary>What the compiler says, as such comments.</summary>
    public IReadOnlyList<string> Actual() => IsMir ? [.. ReadMir()] : [.. Says(IsBuilt ? Build() : Compile())];

    /// <summary>Replaces the comments by what the compiler says.</summary>
    public void Bless()
    {
        // The places count the comments themselves, so first make room.
        var program = File.ReadLines(FullPath).SkipWhile(IsExpectation).ToList();
        Write(Enumerable.Repeat($"{Comment} error MZ0000 0:0: ", Actual().Count), program);
        Write(Actual(), program);
    }

    private void Write(IEnumerable<string> header, IEnumerable<string> program) =>
        File.WriteAllText(FullPath, string.Join('\n', header.Concat(program)) + "\n");

    private bool IsForVm => Name.StartsWith("vm_", StringComparison.Ordinal);

    /// <summary>Programs that a whole build for the Spectrum or the VM finds wrong, not the front end alone.</summary>
    private bool IsBuilt => IsForVm || Name.StartsWith("z80_", StringComparison.Ordinal) ||
        Name.StartsWith("main_", StringComparison.Ordinal);

    private IReadOnlyList<Diagnostic> Build()
    {
        var folder = Directory.CreateTempSubdirectory("minz-diag");
        var result = BuildSession.Build(new BuildRequest
        {
            Name = Path.GetFileNameWithoutExtension(Name), Inputs = [Name], ProjectDirectory = Root, Optimize = false,
            StandardLibrary = Library, Targets = [IsForVm ? "mirb" : "z80"], OutputDirectory = folder.FullName,
        });
        folder.Delete(recursive: true);
        return result.Diagnostics;
    }

    private IReadOnlyList<Diagnostic> Compile() => Compilation.Compile([Source(FullPath, Name)],
            new CompilationOptions
            {
                IncludeTests = true, ResolveModule = Resolve, ListModules = List, Targets = ["z80"],
                Evaluator = VmEvaluator.Instance,
                Scripts = Name.StartsWith("lua_missing", StringComparison.Ordinal) ? null : new LuaEngine(),
            }).Diagnostics;

    private IEnumerable<string> Says(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (var d in diagnostics)
        {
            yield return $"// {Word(d.Severity)} {d.Code.Id} {Place(d.Where)}: {d.Message}";
            foreach (var related in d.Related)
                yield return $"//   see {Place(related.Where)}: {related.Label}";
            if (d.Hint is { } hint)
                yield return $"//   hint: {hint}";
        }
    }

    private IEnumerable<string> ReadMir()
    {
        foreach (var e in MirReader.Read(File.ReadAllText(FullPath)).Errors)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"; error {e.Id} {e.Line}:{e.Column}: {e.Message}");
            if (e.Hint is { } hint)
                yield return $";   hint: {hint}";
        }
    }

    private SourceText? Resolve(string module)
    {
        var relative = module.Replace('.', '/') + ".minz";
        string[] roots = [Root, Library];
        var found = roots.Select(r => Path.Combine(r, relative)).FirstOrDefault(File.Exists);
        return found is null ? null : Source(found, relative);
    }

    private static IEnumerable<string> List() =>
        Directory.EnumerateFiles(Library, "*.minz", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Library, f)[..^".minz".Length].Replace(Path.DirectorySeparatorChar, '.'))
            .Order(StringComparer.Ordinal);

    private static SourceText Source(string path, string name) => new(File.ReadAllText(path, Encoding.UTF8), name);

    private string Place(Location? at)
    {
        if (at is not { } where)
            return "-";
        var (start, end) = (where.Start, where.End);
        var file = where.Source.Path == Name ? "" : where.Source.Path + ":";
        var to = end.Line == start.Line ? $"{end.Column}" : $"{end.Line}:{end.Column}";
        return $"{file}{start.Line}:{start.Column}-{to}";
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };

    private static bool IsExpectation(string line) => Expectation().IsMatch(line);

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^(//|;)( (error|warning|note) MZ\d{4} |   (hint: |see \S))")]
    private static partial Regex Expectation();
}
