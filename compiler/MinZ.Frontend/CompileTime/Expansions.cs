using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.CompileTime;

/// <summary>Sources that metafunctions made, and where.</summary>
/// <param name="files">The files of the program, which generated ones join.</param>
internal sealed class Expansions(List<SourceText> files)
{
    /// <summary>Generated sources within generated sources.</summary>
    private const int MostDepth = 64;

    /// <summary>Characters of all generated sources together.</summary>
    private const int MostCharacters = 16 << 20;

    private readonly Dictionary<SourceText, Location> _origins = new(ReferenceEqualityComparer.Instance);
    private readonly List<SourceText> _sources = [];
    private long _characters;

    /// <summary>All generated sources in order.</summary>
    public IReadOnlyList<SourceText> Sources => _sources;

    /// <summary>Makes a source of generated text; null, after a report, when there is no end to it.</summary>
    public SourceText? Add(string text, Location where, DiagnosticBag diagnostics)
    {
        var depth = 0;
        var written = where;
        for (; _origins.TryGetValue(written.Source, out var outer); written = outer)
            depth++;
        _characters += text.Length;
        if (depth >= MostDepth || _characters > MostCharacters)
        {
            diagnostics.EndlessExpansion(written);
            return null;
        }
        var stem = $"{written.Source.Path}@{written.Start.Line}";
        var path = stem;
        for (var n = 2; files.Exists(f => f.Path == path); n++)
            path = $"{stem}.{n}";
        var source = new SourceText(text, path);
        _origins[source] = where;
        _sources.Add(source);
        files.Add(source);
        return source;
    }

    /// <summary>The diagnostics, those in generated source with the places it was generated at.</summary>
    public IReadOnlyList<Diagnostic> Locate(IReadOnlyList<Diagnostic> diagnostics) =>
        _origins.Count == 0 ? diagnostics : [.. diagnostics.Where(d => !IsIdle(d)).Select(Locate)];

    /// <summary>
    /// A template makes more than each program needs of it: that something of it is unused is no news.
    /// </summary>
    private bool IsIdle(Diagnostic diagnostic) => diagnostic.Where is { } where && _origins.ContainsKey(where.Source) &&
        (diagnostic.Code == BindingCodes.UnusedVariable || diagnostic.Code == BindingCodes.UnusedFunction);

    /// <summary>The place of a call: a long block is shown by its first line.</summary>
    public static Location FirstLine(Location place) => place.Start.Line == place.End.Line ? place
        : place.Source.At(TextSpan.FromBounds(place.Span.Start, place.Source.LineSpan(place.Start.Line).End));

    private Diagnostic Locate(Diagnostic diagnostic)
    {
        var related = diagnostic.Related.ToBuilder();
        for (var at = diagnostic.Where;
            at is { } place && _origins.TryGetValue(place.Source, out var outer);
            at = outer)
            related.Add(new RelatedPlace(outer, "generated here"));
        return diagnostic with { Related = related.ToImmutable() };
    }
}
