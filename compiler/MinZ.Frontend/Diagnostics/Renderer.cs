namespace MinZ.Frontend.Diagnostics;

/// <summary>Turns diagnostics into text.</summary>
public static partial class Renderer
{
    /// <summary>
    /// The canonical one-line form of MSBuild, <c>path(line,col,endLine,endCol): error MZ0123: message</c>.
    /// </summary>
    public static string OneLine(Diagnostic diagnostic)
    {
        string text = $"{Word(diagnostic.Severity)} {diagnostic.Code.Id}: {diagnostic.Message}";
        if (diagnostic.Hint is { } hint)
        {
            text += $" ({hint})";
        }

        if (diagnostic.Where is not { } where)
        {
            return text;
        }

        var (start, end) = (where.Start, where.End);
        return $"{where.Source.Path}({start.Line},{start.Column},{end.Line},{end.Column}): {text}";
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Info => "info",
    };
}
