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
    /// <see cref="Sorted"/> without errors of meaning that a syntax error causes: those on its line, those about a name
    /// on its line, and those that refer to a declaration there. What was assumed to go on is not what the user wrote,
    /// so they would say the same mistake twice.
    /// </summary>
    public IReadOnlyList<Diagnostic> WithoutEchoes()
    {
        var misread = _items.Where(d => d.IsError && SyntaxCodes.All.Contains(d.Code)).Select(LineOf).ToHashSet();
        var twice = _items.Where(d => d.Code == BindingCodes.Redeclared && d.Where is not null)
            .Select(d => d.Where!.Value.Source.ToString(d.Where.Value.Span)).ToHashSet();
        var sorted = Sorted()
            .Where(d => d.Code != BindingCodes.NotCallable || d.Where is not { } at
                || !twice.Contains(at.Source.ToString(at.Span)))
            .DistinctBy(d => (d.Code, d.Where, d.Where is null ? d.Message : null)).ToArray();
        var withoutResult = sorted.Where(d => d.Code == BindingCodes.WrongReturn && d.Related is [_, ..])
            .Select(d => d.Related[0].Where).ToHashSet();
        var compared = sorted.Where(d => d.Code == BindingCodes.NoOperator && d.Where is not null)
            .Select(d => d.Where!.Value).ToArray();
        sorted =
        [
            .. sorted.Where(d => !(d.Code == BindingCodes.NoValue && d.Related is [var declared, ..]
                    && withoutResult.Contains(declared.Where)) && !(d.Code == BindingCodes.NotBindsTighter
                    && compared.Any(c => c.Source == d.Where?.Source && c.Span.Start == d.Where.Value.Span.Start)))
                .Select(d => d.Code == BindingCodes.NoOperator && sorted.FirstOrDefault(n => n.Where is { } at
                    && n.Code == BindingCodes.NotBindsTighter && at.Source == d.Where?.Source
                    && at.Span.Start == d.Where.Value.Span.Start) is { } meant ? d with { Hint = meant.Hint } : d),
        ];
        // A text between ' and ' may end with another ' further right.
        var quoted = sorted.Where(d => d.Code == SyntaxCodes.BadCharacterLiteral).Select(LineOf).ToHashSet();
        sorted = [.. sorted.Where(d => !quoted.Contains(LineOf(d)) || d.Code == SyntaxCodes.BadCharacterLiteral
            || d.Code != SyntaxCodes.UnterminatedCharacter && d.Code != SyntaxCodes.ExpectedTerminator)];
        if (misread.Count == 0)
            return Folded(sorted);
        var words = misread.Where(l => l.Source is not null).SelectMany(l => WordsOf(l.Source!, l.Line)).ToHashSet();
        return Folded([.. sorted.Where(d => !(d.Code == BindingCodes.PlainHole && misread.Contains(LineOf(d)))
            && (!d.IsError || SyntaxCodes.All.Contains(d.Code) || !IsEcho(d, misread, words)))]);
    }

    /// <summary>How often one error is reported, and one about the same declaration.</summary>
    private const int MostAlike = 5;

    /// <summary>
    /// The first errors of those that say the same, or that one declaration causes; the last of them tells how many
    /// follow.
    /// </summary>
    private static IReadOnlyList<Diagnostic> Folded(Diagnostic[] diagnostics)
    {
        var alike = diagnostics
            .GroupBy(d => (d.Code, Cause: d.Related is [var first, ..] ? (object)first.Where : d.Message))
            .Where(g => g.Count() > MostAlike && g.All(d => d.IsError)).ToArray();
        var left = alike.SelectMany(g => g.Skip(MostAlike)).ToHashSet(ReferenceEqualityComparer.Instance);
        var last = alike.ToDictionary(g => (object)g.ElementAt(MostAlike - 1), g => g.Count() - MostAlike,
            ReferenceEqualityComparer.Instance);
        return [.. diagnostics.Where(d => !left.Contains(d)).Select(d => !last.TryGetValue(d, out var more) ? d
            : d with { Hint = (d.Hint is null ? "" : d.Hint + "; ") + $"{more} more like this follow" })];
    }

    private static bool IsEcho(
        Diagnostic d, HashSet<(SourceText?, int)> misread, HashSet<(SourceText, string)> words) =>
        misread.Contains(LineOf(d))
        || d.Related.Any(r => misread.Contains((r.Where.Source, r.Where.Start.Line)))
        || (d.Code == BindingCodes.UnknownName || d.Code == BindingCodes.UnknownType
            || d.Code == BindingCodes.UnknownArgument) && d.Where is { } where
            && words.Contains((where.Source, where.Source.ToString(where.Span)))
        || d.Code == BindingCodes.UnknownMember && d.Where is { } member && d.Message.Split('`') is [_, var owner, ..]
            && words.Contains((member.Source, owner))
            && misread.Any(l => l.Item1 is { } source && Declares(source, l.Item2, owner))
        || d.Code == BindingCodes.OutsideLoop && d.Where is { } jump && jump.Source.ToString(jump.Span).Split(' ')
            is [_, var label] && words.Contains((jump.Source, label));

    /// <summary>Whether a line declares a type, or makes something of it.</summary>
    private static bool Declares(SourceText source, int line, string type)
    {
        string[] declaring =
            ["struct", "enum", "interface", "impl", "type", "actor", "class", "trait", "for", "module"];
        var words = WordsOf(source, line).Select(w => w.Word).ToArray();
        return words.Zip(words.Skip(1)).Any(w => w.Second == type && declaring.Contains(w.First))
            || words.Contains("enum") || words.Contains("struct");
    }

    private static IEnumerable<(SourceText Source, string Word)> WordsOf(SourceText source, int line)
    {
        var text = source.ToString(source.LineSpan(line));
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_'))
                i++;
            if (i > start)
                yield return (source, text[start..i]);
        }
    }

    /// <summary>True when an error begins in a place.</summary>
    internal bool HasErrorIn(Location place) => _items.Any(d =>
        d.IsError && d.Where is { } at && at.Source == place.Source
        && at.Span.Start >= place.Span.Start && at.Span.Start <= place.Span.End);

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
