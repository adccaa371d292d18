using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Labels of inline assembly get a prefix such as <c>_3_</c>, so that two blocks may use one name; messages show the
/// label as it is written.
/// </summary>
internal static partial class LocalLabels
{
    /// <summary>A message without the prefixes.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? AsWritten(string? text) => text is null ? null : Prefix().Replace(text, "");

    [GeneratedRegex(@"(?<!\w)_\d+_(?=\w)")]
    private static partial Regex Prefix();
}
