using MinZ.Mir.Text;

namespace MinZ.Frontend.Binding;

/// <summary>Finds the known name a misspelled one probably means.</summary>
internal static class Nearest
{
    private const int LeastWord = 4;

    /// <summary>
    /// The name with the fewest edits, at most a third of the length and none but of case in names of one or two
    /// letters; else the shortest of which this name is a word, as "upper" of "to_upper"; null when there is neither.
    /// </summary>
    public static string? To(string name, IEnumerable<string> known)
    {
        string? best = null;
        var least = name.Length <= 2 ? 1 : Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) > least)
                continue;
            var distance = EditDistance.Of(name, candidate);
            if (distance < least ||
                (distance == least && best is not null && string.CompareOrdinal(candidate, best) < 0))
                (least, best) = (distance, candidate);
        }
        return best ?? (name.Length >= LeastWord ? WithWord(name, known) : null);
    }

    // Of equals the last, since "to_upper" is meant more often than "is_upper".
    private static string? WithWord(string word, IEnumerable<string> known) => known
        .Where(k => k.Length > word.Length && k.Split('_').Contains(word, StringComparer.OrdinalIgnoreCase))
        .OrderBy(k => k.Length).ThenByDescending(k => k, StringComparer.Ordinal).FirstOrDefault();
}
