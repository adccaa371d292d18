using System.Collections.Immutable;
using MinZ.Frontend.CompileTime;
using MinZ.Mir.Passes;

namespace MinZ.Driver;

/// <summary>Everything a build depends on. Paths may be relative to <see cref="ProjectDirectory"/>.</summary>
public sealed record BuildRequest
{
    /// <summary>Name of the program: base name of its outputs and name of its module.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <c>.minz</c> sources, which together are one module, and <c>.mir</c> or <c>.mirb</c> modules to link with it.
    /// </summary>
    public required ImmutableArray<string> Inputs { get; init; }

    /// <summary>Absolute folder relative paths count from, and the first one imports are looked for in.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>Libraries (<c>.minzlib</c>) whose modules the program may import.</summary>
    public ImmutableArray<string> References { get; init; } = [];

    /// <summary>Folder of the standard library's sources; null = none.</summary>
    public string? StandardLibrary { get; init; }

    /// <summary>Names of the targets to emit; see <see cref="MinZ.Backends.Targets"/>.</summary>
    public ImmutableArray<string> Targets { get; init; } = [];

    /// <summary>Folder the outputs go to.</summary>
    public string OutputDirectory { get; init; } = ".";

    /// <summary>False only looks for what is wrong: no file is written.</summary>
    public bool WritesOutputs { get; init; } = true;

    /// <summary>True when the module need not have a <c>main</c>: its exports are what it is for.</summary>
    public bool IsLibrary { get; init; }

    /// <summary>False for <c>-O0</c>: code as written.</summary>
    public bool Optimize { get; init; } = true;

    /// <summary>False leaves out index checks on targets that can do without.</summary>
    public bool CheckBounds { get; init; } = true;

    /// <summary>Whether test functions are kept.</summary>
    public bool IncludeTests { get; init; }

    /// <summary>What becomes of warnings.</summary>
    public WarningPolicy Warnings { get; init; } = WarningPolicy.Default;

    /// <summary>True when the front end's warnings are known from another build of the same sources.</summary>
    public bool OnlyTargetWarnings { get; init; }

    /// <summary>Runs <c>@lua</c>; null = nothing does.</summary>
    public IScriptEngine? Scripts { get; init; }

    /// <summary>Sees the module around every pass of the optimiser; null = nobody does.</summary>
    public IPassObserver? Observer { get; init; }
}
