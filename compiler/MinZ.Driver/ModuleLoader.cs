using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MinZ.Frontend;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Mir.Bytecode;
using MinZ.Mir.Linking;
using MinZ.Mir.Text;

namespace MinZ.Driver;

/// <summary>Makes one module of a request's inputs, by the front end or by reading MIR.</summary>
/// <param name="request">What is built.</param>
/// <param name="reader">Reads its files.</param>
/// <param name="diagnostics">Takes what is wrong with them.</param>
internal sealed partial class ModuleLoader(BuildRequest request, InputReader reader, DiagnosticBag diagnostics)
{
    private const string SourceExtension = ".minz";
    private const string TextExtension = ".mir";
    private const string BinaryExtension = ".mirb";
    private const string SpectrumTarget = "z80";

    // What makes the meaning of a source depend on the target.
    private static readonly string[] TargetConditions = ["@target", "@platform", "@if_platform"];

    // What programs call the targets in @target("…") besides their own names.
    private static readonly Dictionary<string, string[]> OtherNames = new()
    {
        ["z80"] = ["zx", "spectrum", "zxspectrum", "zx48"],
        ["mirb"] = ["vm"],
        ["clr"] = ["dotnet"],
    };

    private readonly List<SourceText> _imported = [];

    /// <summary>
    /// The sources of a program in MinZ, in the order of the request; those of libraries are not among them.
    /// </summary>
    public List<SourceText> Sources { get; } = [];

    /// <summary>Whether another target would give another module; known after <see cref="Load"/>.</summary>
    public bool DependsOnTarget => Sources.Concat(_imported)
        .Any(s => TargetConditions.Any(c => s.Text.Contains(c, StringComparison.Ordinal)));

    /// <summary>
    /// The VM runs what programs have for the Spectrum, assembly too, unless they have something for the VM.
    /// </summary>
    private ImmutableArray<string> StandsFor(string target)
    {
        if (target != BuildSession.VmTarget)
            return [];
        string[] own = [target, .. OtherNames[target]];
        return Sources.Any(s => TargetName().Matches(s.Text).Any(m => own.Contains(m.Groups[1].Value)))
            ? [] : [SpectrumTarget, .. OtherNames[SpectrumTarget]];
    }

    [GeneratedRegex("@(?:target|platform|if_platform)\\s*\\(\\s*\"(\\w+)\"")]
    private static partial Regex TargetName();

    /// <summary>The verified module for a target; null, with the reasons reported, on errors.</summary>
    public Module? Load(string target)
    {
        Sources.Clear();
        _imported.Clear();
        if (request.Inputs.IsEmpty)
        {
            diagnostics.ReportNoSources();
            return null;
        }

        // The sources together are one module, and each MIR file is one of its own.
        string[] sources = [.. request.Inputs.Where(path => !IsModule(path))];
        var modules = new List<Module?>();
        if (sources.Length > 0)
        {
            modules.Add(Verified(CompileSources(sources, target)));
        }

        // The reader of binary modules verifies what it reads.
        modules.AddRange(request.Inputs.Where(IsModule)
            .Select(path => HasExtension(path, BinaryExtension) ? ReadBinary(path) : Verified(ReadText(path))));
        return modules.Contains(null) ? null : modules.Count == 1 ? modules[0] : Linked(modules);
    }

    private Module? Linked(IEnumerable<Module?> modules)
    {
        LinkResult result = Linker.Link(modules.OfType<Module>(), new LinkOptions(request.Name, request.IsLibrary));
        foreach (MirError error in result.Errors)
        {
            diagnostics.Add(ToDiagnostic(error, error.File is { } file
                ? Places.Find(file, error.Location, reader.Known) : null));
        }

        if (result.Module is { } module)
        {
            TreeShaking.Run(module, new ShakeOptions(KeepExports: request.IsLibrary, KeepTests: request.IncludeTests));
        }

        return Verified(result.Module);
    }

    private Module? CompileSources(string[] paths, string target)
    {
        foreach (string path in paths)
        {
            if (!HasExtension(path, SourceExtension))
            {
                diagnostics.ReportUnknownInput(path);
            }
            else if (reader.ReadSource(path) is { } source)
            {
                Sources.Add(source);
            }
        }

        if (Sources.Count < paths.Length)
        {
            return null;
        }

        var resolver = new ModuleResolver(request, reader, diagnostics);
        SourceText? Resolve(string module)
        {
            SourceText? found = resolver.Find(module);
            _imported.AddRange(found is null ? [] : resolver.FilesOf(found));
            return found;
        }

        CompilationResult result = Compilation.Compile(Sources, new CompilationOptions
        {
            ModuleName = request.Name,
            IncludeTests = request.IncludeTests,
            IsLibrary = request.IsLibrary,
            Targets = [target, .. OtherNames.GetValueOrDefault(target, [])],
            StandsFor = StandsFor(target),
            ResolveModule = Resolve,
            ListModules = resolver.List,
            Evaluator = VmEvaluator.Instance,
            Scripts = request.Scripts,
            IsDebug = !request.Optimize,
            FilesOfModule = resolver.FilesOf,
        });
        reader.Add(result.Generated);
        diagnostics.AddRange(result.Diagnostics.Where(d => d.IsError || !request.OnlyTargetWarnings));
        return result.Module;
    }

    private Module? ReadText(string path)
    {
        if (reader.ReadSource(path) is not { } source)
        {
            return null;
        }

        MirReadResult result = MirReader.Read(source.Text, request.Name);
        foreach (MirError error in result.Errors)
        {
            TextSpan line = source.LineSpan(Math.Clamp(error.Line, 1, source.LineCount));
            var span = new TextSpan(line.Start + Math.Max(0, error.Column - 1), error.Length);
            diagnostics.Add(ToDiagnostic(error, error.Line > 0 ? source.At(span) : null));
        }

        return result.Module;
    }

    private Module? ReadBinary(string path)
    {
        if (reader.ReadBytes(path) is not { } bytes)
        {
            return null;
        }

        MirReadResult result = MirbReader.Read(bytes);
        foreach (MirError error in result.Errors)
        {
            diagnostics.ReportMalformedModule(path, error.Message);
        }

        return result.Module;
    }

    private Module? Verified(Module? module)
    {
        if (module is null)
        {
            return null;
        }

        IReadOnlyList<MirError> errors = Verifier.Verify(module);
        foreach (MirError error in errors)
        {
            diagnostics.Add(ToDiagnostic(error, Places.Find(module, error.Location, reader.Known)));
        }

        return errors.Count == 0 ? module : null;
    }

    private static Diagnostic ToDiagnostic(MirError error, Location? where) => new(
        DiagnosticCodes.Find(error.Id) ?? new DiagnosticCode(error.Code, Severity.Error, error.Message, error.Message),
        Severity.Error, error.Message, where, error.Hint, []);

    private static bool IsModule(string path) =>
        HasExtension(path, TextExtension) || HasExtension(path, BinaryExtension);

    private static bool HasExtension(string path, string extension) =>
        Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);
}
