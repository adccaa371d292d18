using System.Collections.Immutable;
using MinZ.Frontend.CompileTime;
using MinZ.Frontend.Text;

namespace MinZ.Frontend;

/// <summary>What a compilation needs besides its sources. Immutable.</summary>
public sealed record CompilationOptions
{
    /// <summary>Name of the MIR module.</summary>
    public string ModuleName { get; init; } = "program";

    /// <summary>True when tests are compiled too.</summary>
    public bool IncludeTests { get; init; }

    /// <summary>
    /// Finds the source of an imported module by its path (<c>a.b.c</c>) when none of the given sources is it; null
    /// when there is none.
    /// </summary>
    public Func<string, SourceText?> ResolveModule { get; init; } = _ => null;

    /// <summary>
    /// Paths of the modules there are, as far as they can be listed: for the hint at one that is not found.
    /// </summary>
    public Func<IEnumerable<string>> ListModules { get; init; } = () => [];

    /// <summary>
    /// The sources of the module that a source found by <see cref="ResolveModule"/> belongs to, itself among them: the
    /// same list for each of them.
    /// </summary>
    public Func<SourceText, IReadOnlyList<SourceText>> FilesOfModule { get; init; } = source => [source];

    /// <summary>Names that <c>@target("…")</c> and <c>@platform("…")</c> hold for, such as <c>z80</c>.</summary>
    public ImmutableArray<string> Targets { get; init; } = [];

    /// <summary>Further such names, for which conditions hold in the program itself but not in libraries.</summary>
    public ImmutableArray<string> StandsFor { get; init; } = [];

    /// <summary>True when <c>@debug</c> is compiled.</summary>
    public bool IsDebug { get; init; } = true;

    /// <summary>True when the library has no <c>main</c>; only then may it be missing.</summary>
    public bool IsLibrary { get; init; }

    /// <summary>
    /// Runs functions at compile time; without one, what needs it is an error. It is asked only when something has to
    /// be computed.
    /// </summary>
    public ICompileTimeEvaluator? Evaluator { get; init; }

    /// <summary>Runs <c>@lua</c>; null when the package that does is not there.</summary>
    public IScriptEngine? Scripts { get; init; }

    /// <summary>When computations at compile time stop.</summary>
    public CompileTimeLimits CompileTimeLimits { get; init; } = CompileTimeLimits.Default;
}
