using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;

namespace MinZ.Driver;

/// <summary>The time a stage of a build took.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Elapsed">Wall-clock time.</param>
public readonly record struct StageTime(string Name, TimeSpan Elapsed);

/// <summary>What came of a build.</summary>
/// <param name="Diagnostics">Findings by file and place, the warning policy applied.</param>
/// <param name="Outputs">Absolute paths of the files written, the main one of each target first; empty on
/// errors.</param>
/// <param name="Stages">Where the time went, in order.</param>
public sealed record BuildResult(
    ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<string> Outputs, ImmutableArray<StageTime> Stages)
{
    /// <summary>True when no diagnostic is an error.</summary>
    public bool Success => !Diagnostics.Any(d => d.IsError);
}
