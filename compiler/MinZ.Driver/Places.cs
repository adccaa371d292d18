using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Driver;

/// <summary>
/// Turns places of a module into places of source texts, for messages of the verifier and the back ends.
/// </summary>
internal static class Places
{
    /// <summary>The place of a location of <paramref name="module"/>; null when it is unknown.</summary>
    /// <param name="module">Whose files the location counts.</param>
    /// <param name="location">The place.</param>
    /// <param name="source">The text of a file by its path in the module, or null.</param>
    public static Location? Find(Module module, SourceLocation location, Func<string, SourceText?> source)
    {
        if (!location.IsKnown || location.File > module.Files.Count)
        {
            return null;
        }

        return Find(module.Files[location.File - 1], location, source);
    }

    /// <summary>The place of a known location in a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="location">The place.</param>
    /// <param name="source">The text of a file by its path, or null.</param>
    public static Location Find(string path, SourceLocation location, Func<string, SourceText?> source)
    {
        SourceText text = source(path) is { } known && location.Line <= known.LineCount ? known : Blank(path, location);
        int start = text.LineSpan(location.Line).Start + location.Column - 1;
        return text.At(new TextSpan(start, location.Length));
    }

    // A library's sources need not be here: blank text with enough lines still gives the right numbers.
    private static SourceText Blank(string path, SourceLocation location) =>
        new(new string('\n', location.Line - 1) + new string(' ', location.Column + location.Length), path);
}
