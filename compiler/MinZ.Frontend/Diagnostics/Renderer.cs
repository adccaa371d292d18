using System.Text;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

/// <summary>Turns diagnostics into text.</summary>
public static class Renderer
{
    /// <summary>Code units of a line that are shown.</summary>
    private const int LongestLine = 160;

    /// <summary>Lines of source shown of a place that spans many.</summary>
    private const int MaxLines = 3;

    /// <summary>
    /// The one-line form that MSBuild and editors know, <c>path(line,col,endLine,endCol): error MZ0123: message</c>.
    /// </summary>
    public static string OneLine(Diagnostic diagnostic)
    {
        string text = $"{MsBuildWord(diagnostic.Severity)} {diagnostic.Code.Id}: {diagnostic.Message}";
        if (diagnostic.Hint is { } hint)
        {
            text += $" ({hint})";
        }

        if (diagnostic.Where is not { } where)
        {
            return text;
        }

        (LinePosition start, LinePosition end) = (where.Start, where.End);
        return $"{where.Source.Path}({start.Line},{start.Column},{end.Line},{end.Column}): {text}";
    }

    /// <summary>The full form: headline, place, source lines with carets, further places and the hint.</summary>
    /// <param name="diagnostic">What to print.</param>
    /// <param name="colour">Whether to use the escape sequences of ANSI terminals.</param>
    public static string Text(Diagnostic diagnostic, bool colour = false)
    {
        var output = new Writer(colour);
        string shade = Shade(diagnostic.Severity);
        output.Add(shade, $"{Word(diagnostic.Severity)} {diagnostic.Code.Id}");
        output.Add(Writer.Bold, $": {diagnostic.Message}").Line();
        int width = GutterWidth(diagnostic);
        if (diagnostic.Where is { } where)
        {
            AddPlace(output, where, "", shade, '^', width, "-->");
        }

        foreach (RelatedPlace related in diagnostic.Related)
        {
            AddPlace(output, related.Where, related.Label, Writer.Blue, '-', width, ":::");
        }

        if (diagnostic.Hint is { } hint)
        {
            output.Add(Writer.Blue, new string(' ', width) + " = ").Add(Writer.Bold, "hint").Plain($": {hint}").Line();
        }

        return output.ToString();
    }

    /// <summary>The text of <c>minzc explain</c>.</summary>
    public static string Explain(DiagnosticCode code) =>
        $"{code.Id} ({Word(code.Severity)}): {code.Title}\n\n{Wrap(code.Explanation, 80)}\n"
            + (CodeExamples.Find(code) is { } e
                ? $"\nWrong:\n\n{Indent(e.Wrong)}\n\nRight:\n\n{Indent(e.Right)}\n" : "");

    /// <summary>The page that lists all diagnostics, as Markdown.</summary>
    public static string Page()
    {
        var page = new StringBuilder("# Diagnostics\n\nWhat the compiler can say, made of the tables in "
            + "`compiler/MinZ.Frontend/Diagnostics` by a test. `minzc explain MZ0210` prints one of them. Warnings are "
            + "left out by `NoWarn` and `--nowarn`, and made errors by `TreatWarningsAsErrors`, `WarningsAsErrors` and "
            + "`--warnaserror`.\n");
        foreach (var code in DiagnosticCodes.All)
        {
            string word = Word(code.Severity);
            page.Append($"\n## {code.Id}: {code.Title}\n\n{word[..1].ToUpperInvariant()}{word[1..]}. ");
            page.Append(Wrap(code.Explanation, 120)).Append('\n');
            if (CodeExamples.Find(code) is { } e)
                page.Append($"\nWrong:\n\n```\n{e.Wrong}\n```\n\nRight:\n\n```\n{e.Right}\n```\n");
        }

        return page.ToString();
    }

    private static string Indent(string text) =>
        string.Join('\n', text.Split('\n').Select(l => l.Length == 0 ? l : "    " + l));

    private static void AddPlace(
        Writer output, Location where, string label, string shade, char mark, int width, string arrow)
    {
        (LinePosition start, LinePosition end) = (where.Start, where.End);
        output.Add(Writer.Blue, $"{new string(' ', width)}{arrow} ");
        output.Plain($"{where.Source.Path}:{start.Line}:{start.Column}").Line();
        int lastLine = Math.Min(end.Line, start.Line + MaxLines - 1);
        for (int number = start.Line; number <= lastLine; number++)
        {
            TextSpan line = where.Source.LineSpan(number);
            string text = where.Source.ToString(line);
            int from = number == start.Line ? start.Column - 1 : text.Length - text.TrimStart().Length;
            int to = number == end.Line ? end.Column - 1 : text.Length;
            from = Math.Min(from, text.Length);
            (text, from, to) = Cut(text, from, to);
            output.Add(Writer.Blue, $"{number.ToString().PadLeft(width)} | ").Plain(Expand(text)).Line();
            output.Add(Writer.Blue, $"{new string(' ', width)} | ");
            int column = Columns(text.AsSpan(0, from));
            int length = Math.Max(1, Columns(text.AsSpan(0, Math.Clamp(to, from, text.Length))) - column);
            output.Add(shade, new string(' ', column) + new string(mark, length));
            output.Add(shade, number == lastLine && label != "" ? " " + label : "").Line();
        }
    }

    /// <summary>
    /// The part of a very long line that holds the marked place, with ellipses where something is left out.
    /// </summary>
    private static (string Text, int From, int To) Cut(string text, int from, int to)
    {
        if (text.Length <= LongestLine)
        {
            return (text, from, to);
        }

        int start = from + 20 <= LongestLine ? 0 : from - LongestLine / 3;
        start = Math.Min(start, text.Length - 1);
        start -= start > 0 && char.IsLowSurrogate(text[start]) ? 1 : 0;
        int end = Math.Min(text.Length, start + LongestLine);
        end -= end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
        string before = start > 0 ? "…" : "";
        string part = before + text[start..end] + (end < text.Length ? "…" : "");
        return (part, from - start + before.Length, Math.Min(to, end) - start + before.Length);
    }

    private static int GutterWidth(Diagnostic diagnostic)
    {
        int line = diagnostic.Where is { } where ? Math.Min(where.End.Line, where.Start.Line + MaxLines - 1) : 0;
        foreach (RelatedPlace related in diagnostic.Related)
        {
            line = Math.Max(line, Math.Min(related.Where.End.Line, related.Where.Start.Line + MaxLines - 1));
        }

        return line.ToString().Length;
    }

    /// <summary>Tabs as four blanks, and no other control characters, so that carets stand under their text.</summary>
    private static string Expand(string text)
    {
        var expanded = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            expanded.Append(c == '\t' ? "    " : char.IsControl(c) ? "\uFFFD" : c.ToString());
        }

        return expanded.ToString();
    }

    /// <summary>Width on a terminal: tabs 4, wide characters 2, combining marks 0.</summary>
    private static int Columns(ReadOnlySpan<char> text)
    {
        int columns = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            columns += rune.Value == '\t' ? 4 : rune.Value < 0x300 ? 1
                : IsCombining(rune) ? 0 : IsWide(rune.Value) ? 2 : 1;
        }

        return columns;
    }

    private static bool IsCombining(Rune rune) => Rune.GetUnicodeCategory(rune) is
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark
        or System.Globalization.UnicodeCategory.Format;

    /// <summary>East Asian wide and emoji blocks (Unicode Standard Annex 11), in whole blocks.</summary>
    private static bool IsWide(int value) => value is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0xA4CF
        or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60
        or >= 0x1F300 and <= 0x1F64F or >= 0x1F680 and <= 0x1F9FF or >= 0x20000 and <= 0x3FFFD;

    private static string Wrap(string text, int width)
    {
        var wrapped = new StringBuilder();
        int column = 0;
        foreach (string word in text.Split(' '))
        {
            if (column > 0)
            {
                bool fits = column + 1 + word.Length <= width;
                wrapped.Append(fits ? ' ' : '\n');
                column = fits ? column + 1 : 0;
            }

            wrapped.Append(word);
            column += word.Length;
        }

        return wrapped.ToString();
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Info => "info",
    };

    /// <summary>MSBuild knows errors and warnings; remarks are "message".</summary>
    private static string MsBuildWord(Severity severity) => severity == Severity.Info ? "message" : Word(severity);

    private static string Shade(Severity severity) => severity switch
    {
        Severity.Error => Writer.Red,
        Severity.Warning => Writer.Yellow,
        Severity.Info => Writer.Blue,
    };

    private sealed class Writer(bool colour)
    {
        public const string Bold = "\u001b[1m";
        public const string Red = "\u001b[1;31m";
        public const string Yellow = "\u001b[1;33m";
        public const string Blue = "\u001b[1;34m";

        private readonly StringBuilder _text = new();

        public Writer Plain(string text)
        {
            _text.Append(text);
            return this;
        }

        public Writer Add(string shade, string text)
        {
            if (text.Length > 0)
            {
                _text.Append(colour ? shade : "").Append(text).Append(colour ? "\u001b[0m" : "");
            }

            return this;
        }

        public void Line()
        {
            while (!colour && _text.Length > 0 && _text[^1] == ' ')
            {
                _text.Length--;
            }

            _text.Append('\n');
        }

        public override string ToString() => _text.ToString();
    }
}
