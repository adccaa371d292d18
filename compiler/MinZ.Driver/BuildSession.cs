using System.Collections.Immutable;
using System.Diagnostics;
using MinZ.Backends;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Mir.Passes;

namespace MinZ.Driver;

/// <summary>
/// One build: reads the inputs, runs the front end, the verifier and the optimiser, lets targets emit, and writes all
/// outputs or none. The command line and the MSBuild tasks are thin over it. One thread at a time; sessions are
/// independent of each other.
/// </summary>
public sealed class BuildSession
{
    /// <summary>Name of the target whose output is the module itself, for the MIR VM.</summary>
    public const string VmTarget = "mirb";

    private readonly BuildRequest _request;
    private readonly DiagnosticBag _diagnostics = [];
    private readonly InputReader _reader;
    private readonly ModuleLoader _loader;
    private readonly List<PendingFile> _outputs = [];
    private readonly List<StageTime> _stages = [];

    /// <summary>Begins a build; nothing is read yet.</summary>
    public BuildSession(BuildRequest request)
    {
        _request = request;
        _reader = new InputReader(request.ProjectDirectory, _diagnostics);
        _loader = new ModuleLoader(request, _reader, _diagnostics);
    }

    /// <summary>Compiles and emits all targets of a request.</summary>
    public static BuildResult Build(BuildRequest request)
    {
        var session = new BuildSession(request);
        Module? module = null;
        foreach (Target target in session.FindTargets())
        {
            if (module is null || session._loader.DependsOnTarget)
            {
                module = session.Compile(target.Name);
            }

            if (module is null)
            {
                break;
            }

            session.Emit(module, target, request.OutputDirectory);
        }

        return session.Finish();
    }

    /// <summary>
    /// The verified module of the request's inputs with what it uses of libraries, optimised if asked for; null on
    /// errors.
    /// </summary>
    /// <param name="target">Name of the target it is for: what <c>@target</c> in sources asks.</param>
    public Module? Compile(string target = VmTarget)
    {
        Module? module = Timed("front end", () => _loader.Load(target));
        if (module is null)
        {
            return null;
        }

        if (!_request.IncludeTests)
        {
            module.RemoveFunctions(f => f.Is(FunctionFlags.Test));
        }

        if (!_request.IsLibrary && module.Main is null)
        {
            bool onlyTests = module.Functions.Any(f => f.Is(FunctionFlags.Test));
            if (!onlyTests)
            {
                _diagnostics.ReportNoMain(_request.Name, module.Functions.Select(f => f.Name));
                return null;
            }
        }

        if (_request.Optimize)
        {
            return Timed("optimiser", () =>
            {
                Pipeline.Run(module, Pipeline.HighLevel.AsSpan(), _request.Observer);
                return module;
            });
        }

        return module;
    }

    /// <summary>
    /// The MinZ sources <see cref="Compile"/> read, without those of libraries; empty for a module read as MIR.
    /// </summary>
    public IReadOnlyList<SourceText> Sources => _loader.Sources;

    /// <summary>Lets a target emit the module; <see cref="Finish"/> writes its files into the folder.</summary>
    /// <returns>False when the target cannot; the reasons are reported by <see cref="Finish"/>.</returns>
    public bool Emit(Module module, Target target, string folder)
    {
        if (TryEmit(module, target) is not { } result)
        {
            return false;
        }

        CheckOptions(target);
        Report(module, result);
        foreach (OutputFile file in _request.WritesOutputs ? result.Files : [])
        {
            AddOutput(Path.Combine(folder, _request.Name + file.Extension), file.Bytes.AsMemory());
        }

        return result.Success;
    }

    /// <summary>
    /// Lets a target emit the module, without reporting its messages or writing its files; null when it failed by a
    /// mistake of ours, which is reported.
    /// </summary>
    public EmitResult? TryEmit(Module module, Target target) => Timed(target.Name, () => target.Emit(module,
        new EmitOptions(_request.Name, _request.Optimize, _request.CheckBounds, path => SourceForListing(path)?.Text)));

    /// <summary>Reports what the request asks of a target that the target has no choice about.</summary>
    public void CheckOptions(Target target)
    {
        if (!_request.CheckBounds && !target.CanDropChecks)
        {
            _diagnostics.ReportChecksStay(target.Name);
        }
    }

    /// <summary>Reports what a target had to say of the module.</summary>
    public void Report(Module module, EmitResult result)
    {
        foreach (TargetMessage message in result.Messages)
        {
            _diagnostics.Add(ToDiagnostic(module, message));
        }
    }

    /// <summary>Adds a file to what <see cref="Finish"/> writes.</summary>
    public void AddOutput(string path, ReadOnlyMemory<byte> bytes) =>
        _outputs.Add(new PendingFile(_reader.Resolve(path), bytes));

    /// <summary>Writes all outputs if there was no error, and tells what happened.</summary>
    public BuildResult Finish()
    {
        bool written = !Reported().Any(d => d.IsError)
            && Timed("writing", () => OutputWriter.TryWrite(_outputs, _diagnostics));
        return new BuildResult(Reported(), written ? [.. _outputs.Select(o => o.Path)] : [], [.. _stages]);
    }

    private ImmutableArray<Diagnostic> Reported() =>
        [.. _diagnostics.Sorted().Select(_request.Warnings.Apply).OfType<Diagnostic>()
            // Sources compiled for two targets have the same faults twice.
            .DistinctBy(d => (d.Code, d.Message, d.Where?.Source.Path, d.Where?.Span))];

    private ImmutableArray<Target> FindTargets()
    {
        var found = ImmutableArray.CreateBuilder<Target>();
        foreach (string name in _request.Targets)
        {
            if (Targets.Find(name) is { } target)
            {
                found.Add(target);
            }
            else
            {
                _diagnostics.ReportUnknownTarget(name, [.. Targets.All.Select(t => t.Name)]);
            }
        }

        return _diagnostics.HasErrors ? [] : found.ToImmutable();
    }

    private Diagnostic ToDiagnostic(Module module, TargetMessage message)
    {
        Severity severity = message.IsError ? Severity.Error : Severity.Warning;
        DiagnosticCode code = DiagnosticCodes.Find($"{message.Code}")
            ?? new DiagnosticCode(message.Code, severity, message.Message, message.Hint ?? message.Message);
        Location? where = Places.Find(module, message.Location, SourceForListing);
        return new Diagnostic(code, severity, message.Message, where, message.Hint, []);
    }

    // A module's sources may be anywhere or nowhere: a listing without them is fine, so a missing one is no error.
    private SourceText? SourceForListing(string path)
    {
        string full = _reader.Resolve(path);
        return _reader.Known(path) ?? (File.Exists(full) ? _reader.ReadSource(path) : null);
    }

    // An exception in a stage is a mistake of ours; the user gets a diagnostic like any other, not a stack trace.
    private T? Timed<T>(string stage, Func<T?> work)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            return work();
        }
        catch (Exception e)
        {
            _diagnostics.ReportInternalError(stage, e);
            return default;
        }
        finally
        {
            _stages.Add(new StageTime(stage, Stopwatch.GetElapsedTime(start)));
        }
    }
}
