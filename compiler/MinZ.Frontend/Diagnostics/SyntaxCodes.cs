namespace MinZ.Frontend.Diagnostics;

/// <summary>MZ0001-MZ0199: characters, tokens and grammar.</summary>
public static class SyntaxCodes
{
    private static readonly CodeTable Table = new(1, 199);

    /// <summary>A token of the grammar is missing.</summary>
    public static readonly DiagnosticCode ExpectedToken = Table.Error(20, "A token is missing",
        "The grammar requires a certain token here. The compiler went on as if it were there.");

    /// <summary>All codes of the theme.</summary>
    public static IReadOnlyList<DiagnosticCode> All => Table.All;
}
