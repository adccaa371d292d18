using MinZ.Mir.Text;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Spelling
{
    /// <summary>
    /// The candidate nearest to a word by edits (insert, delete, replace, swap neighbours), the first of equals; null
    /// when none is near enough: 1 edit for words up to 4 letters, else 2. Case does not count.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var limit = word.Length <= 4 ? 1 : 2;
        string? best = null;
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - word.Length) > limit)
                continue;
            var distance = EditDistance.Of(word, candidate);
            if (distance > limit)
                continue;
            best = candidate;
            limit = distance - 1;
            if (limit < 0)
                break;
        }
        return best;
    }
}
