using MinZ.Mir.Text;

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
            var distance = EditDistance.Of(name, candidate);
            if (distance < least ||
                (distance == least && best is not null && string.CompareOrdinal(candidate, best) < 0))
                (least, best) = (distance, candidate);
        }
        return best;
    }
}
