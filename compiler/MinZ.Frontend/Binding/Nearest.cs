namespace MinZ.Frontend.Binding;

/// <summary>Finds the known name a misspelled one probably means.</summary>
internal static class Nearest
{
    /// <summary>
    /// The name with the fewest edits, at most a third of the length and none but of case in names of one or two
    /// letters;
    /// null when none is near.
    /// </summary>
    public static string? To(string name, IEnumerable<string> known)
    {
        string? best = null;
        var least = name.Length <= 2 ? 1 : Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) >= least)
                continue;
            var distance = Distance(name, candidate);
            if (distance < least ||
                (distance == least && best is not null && string.CompareOrdinal(candidate, best) < 0))
                (least, best) = (distance, candidate);
        }
        return best;
    }

    /// <summary>Number of letters to insert, remove, replace or swap with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                var d = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d = Math.Min(d, rows[i - 2, j - 2] + 1);
                rows[i, j] = d;
            }
        }
        return rows[a.Length, b.Length];
    }
}
