namespace MinZ.Frontend.Binding;

/// <summary>
/// Names as they stand in text, whatever they mean there: for warnings, which must count assembly and code for other
/// targets as uses.
/// </summary>
internal static class NamesInText
{
    /// <summary>Whether a character can be in a name.</summary>
    public static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>The first offset from one on at which a name stands by itself; -1 when there is none.</summary>
    public static int Find(ReadOnlySpan<char> text, ReadOnlySpan<char> name, int from = 0)
    {
        while (!name.IsEmpty && from < text.Length && text[from..].IndexOf(name) is >= 0 and var distance)
        {
            var (at, end) = (from + distance, from + distance + name.Length);
            if ((at == 0 || !IsPart(text[at - 1])) && (end == text.Length || !IsPart(text[end])))
                return at;
            from = end;
        }
        return -1;
    }

    /// <summary>How often a name stands in a text.</summary>
    public static int Count(ReadOnlySpan<char> text, ReadOnlySpan<char> name)
    {
        var count = 0;
        for (var at = Find(text, name); at >= 0; at = Find(text, name, at + name.Length))
            count++;
        return count;
    }

    /// <summary>Where a name stands in a text.</summary>
    public static IEnumerable<int> Places(string text, string name)
    {
        for (var at = Find(text, name); at >= 0; at = Find(text, name, at + name.Length))
            yield return at;
    }
}
