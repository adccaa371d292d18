using System.Collections;
using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

/// <summary>
/// Collects diagnostics in the order they are reported. Each diagnostic has one method here, in the partial file of
/// its theme, so that its wording is in one place.
/// </summary>
public sealed partial class DiagnosticBag : IReadOnlyCollection<Diagnostic>
{
    private readonly List<Diagnostic> _items = [];

    /// <summary>Number of diagnostics.</summary>
    public int Count => _items.Count;

    /// <summary>Number of errors.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Whether anything keeps the program from compiling.</summary>
    public bool HasErrors => ErrorCount > 0;

    /// <summary>Appends a finished diagnostic.</summary>
    public void Add(Diagnostic diagnostic)
    {
        _items.Add(diagnostic);
        ErrorCount += diagnostic.IsError ? 1 : 0;
    }

    /// <summary>Appends all of <paramref name="diagnostics"/>.</summary>
    public void AddRange(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Add(diagnostic);
        }
    }

    /// <summary>
    /// All diagnostics by file (in order of first report) and place; those without a place come first.
    /// </summary>
    public IReadOnlyList<Diagnostic> Sorted()
    {
        var files = new Dictionary<SourceText, int>(ReferenceEqualityComparer.Instance);
        foreach (Diagnostic item in _items)
        {
            if (item.Where is { } where)
            {
                files.TryAdd(where.Source, files.Count);
            }
        }

        return [.. _items.OrderBy(d => d.Where is { } w ? files[w.Source] : -1)
            .ThenBy(d => d.Where?.Span.Start ?? 0)];
    }

    /// <summary>
    /// <see cref="Sorted"/> without errors of meaning on a line that has a syntax error: what was assumed there to go on
    /// is not what the user wrote, so they would say the same mistake twice.
    /// </summary>
    public IReadOnlyList<Diagnostic> WithoutEchoes()
    {
        var misread = _items.Where(d => d.IsError && SyntaxCodes.All.Contains(d.Code)).Select(LineOf).ToHashSet();
        return [.. Sorted().Where(d => !d.IsError || SyntaxCodes.All.Contains(d.Code) || !misread.Contains(LineOf(d)))];
    }

    /// <summary>True when a syntax error begins in a place.</summary>
    internal bool HasSyntaxErrorIn(Location place) => _items.Any(d => d.Where is { } at && at.Source == place.Source
        && at.Span.Start >= place.Span.Start && at.Span.Start <= place.Span.End && SyntaxCodes.All.Contains(d.Code));

    private static (SourceText? Source, int Line) LineOf(Diagnostic d) =>
        d.Where is { } where ? (where.Source, where.Start.Line) : default;

    /// <inheritdoc/>
    public IEnumerator<Diagnostic> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Report(
        DiagnosticCode code,
        Location? where,
        string message,
        string? hint = null,
        params ReadOnlySpan<RelatedPlace> related) =>
        Add(new Diagnostic(code, code.Severity, message, where, hint, ImmutableArray.Create(related)));
}
