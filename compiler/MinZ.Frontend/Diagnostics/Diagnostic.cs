using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

/// <summary>A further place that helps to understand a diagnostic; may lie in another file.</summary>
/// <param name="Where">The place.</param>
/// <param name="Label">What is there, e.g. "first declared here".</param>
public readonly record struct RelatedPlace(Location Where, string Label);

/// <summary>One finding about the user's program.</summary>
/// <param name="Code">The entry of the table.</param>
/// <param name="Severity">How grave it is here.</param>
/// <param name="Message">What was expected and what was found, one sentence without full stop.</param>
/// <param name="Where">The place; null for what concerns no file.</param>
/// <param name="Hint">What to do about it, or null.</param>
/// <param name="Related">Further places.</param>
public sealed record Diagnostic(
    DiagnosticCode Code,
    Severity Severity,
    string Message,
    Location? Where,
    string? Hint,
    ImmutableArray<RelatedPlace> Related)
{
    /// <summary>Whether the program does not compile because of it.</summary>
    public bool IsError => Severity == Severity.Error;

    /// <inheritdoc/>
    public override string ToString() => Renderer.OneLine(this);
}
