using System.Collections.Immutable;

namespace MinZ.Mir.Text;

/// <summary>What <see cref="MirReader"/> made of a text.</summary>
/// <param name="Module">The module; null when there are errors.</param>
/// <param name="Errors">Errors in text order; empty when all is well.</param>
public sealed record MirReadResult(Module? Module, ImmutableArray<MirError> Errors);

/// <summary>
/// Reads a module from its readable form (<c>docs/mir.md</c>). Any text is answered with a module or with errors that
/// name line and column; after an error reading goes on behind it. The reader checks what it needs to build the module:
/// names, literals, and types where text leaves them out. The rest is the verifier's.
/// </summary>
public sealed partial class MirReader
{
    /// <summary>Deepest nesting of types and initialisers.</summary>
    internal const int MaxDepth = 64;
    /// <summary>Most errors reported for one text.</summary>
    private const int MaxErrors = 200;
    /// <summary>Longest text in characters.</summary>
    private const int MaxText = 256 << 20;

    private readonly string _text;
    private readonly List<Token> _tokens;
    private readonly Module _module;
    private readonly List<MirError> _errors = [];
    private readonly List<int> _lines = [0];
    private readonly HashSet<string> _names = [];
    private int _at;

    private readonly string? _path;
    private int _file;

    private MirReader(string text, string name, string? path)
    {
        _text = text;
        _path = path;
        _module = new Module(name);
        for (var i = text.IndexOf('\n'); i >= 0; i = text.IndexOf('\n', i + 1))
            _lines.Add(i + 1);
        _tokens = MirLexer.Cut(text, (start, length, message) => Report(MirCodes.BadToken, start, length, message));
    }

    /// <summary>Reads a module.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">Name of the module when the text does not say.</param>
    /// <param name="path">When given, whatever the text gives no place in source has its place in this file: what a
    /// debugger and the verifier show for a program that was written as MIR.</param>
    public static MirReadResult Read(string text, string name = "module", string? path = null)
    {
        if (text.Length > MaxText)
            return new(null, [new MirError(MirCodes.Limit, $"the text is longer than {MaxText} characters", null, 1,
                1)]);
        var reader = new MirReader(text, name, path);
        reader.ReadModule();
        var errors = reader._errors.OrderBy(e => e.Line).ThenBy(e => e.Column).ToImmutableArray();
        return new(errors.IsEmpty ? reader._module : null, errors);
    }

    private Token Current => _tokens[Math.Min(_at, _tokens.Count - 1)];

    private Token Peek(int ahead = 1) => _tokens[Math.Min(_at + ahead, _tokens.Count - 1)];

    /// <summary>Name that a token spells; the same string each time.</summary>
    private string TextOf(Token t)
    {
        if (t.Quoted)
            return MirLexer.NameOf(_text, t);
        var skip = t.Kind is TokenKind.Local or TokenKind.Dotted or TokenKind.At ? 1 : 0;
        var span = _text.AsSpan(t.Start + skip, t.Length - skip);
        var names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (names.TryGetValue(span, out var name))
            return name;
        names.Add(span);
        return names.TryGetValue(span, out name) ? name : span.ToString();
    }

    private Token Take()
    {
        var t = Current;
        if (t.Kind != TokenKind.End)
            _at++;
        return t;
    }

    private bool IsMark(Token t, char mark) => t.Kind == TokenKind.Mark && _text[t.Start] == mark;

    private bool At(char mark) => IsMark(Current, mark);

    private bool AtWord(string word) => IsWord(Current, word);

    private bool IsWord(Token t, string word) => t.Kind == TokenKind.Word && t.Length == word.Length &&
        string.CompareOrdinal(_text, t.Start, word, 0, word.Length) == 0;

    private bool Accept(char mark)
    {
        if (!At(mark))
            return false;
        _at++;
        return true;
    }

    private bool AcceptWord(string word)
    {
        if (!AtWord(word))
            return false;
        _at++;
        return true;
    }

    private bool Expect(char mark) => Accept(mark) || Wanted($"'{mark}'");

    private bool Wanted(string what, string? hint = null)
    {
        var t = Current;
        var found = t.Kind switch
        {
            TokenKind.Line => "the line ends",
            TokenKind.End => "the text ends",
            _ => $"found {Shown(_text.Substring(t.Start, t.Length))}",
        };
        return Report(MirCodes.Expected, t, $"expected {what}, {found}", hint);
    }

    private static string Shown(string text) => "'" + (text.Length > 40 ? text[..40] + "…" : text) + "'";

    private bool Report(int code, Token at, string message, string? hint = null) =>
        Report(code, at.Start, at.Kind is TokenKind.Line or TokenKind.End ? 0 : at.Length, message, hint);

    /// <summary>Adds an error. Always false, so that it can end a failed attempt.</summary>
    private bool Report(int code, int start, int length, string message, string? hint = null)
    {
        if (_errors.Count >= MaxErrors)
            return false;
        var line = _lines.BinarySearch(start);
        line = line < 0 ? ~line - 1 : line;
        _errors.Add(new MirError(code, message, hint, line + 1, start - _lines[line] + 1, length));
        return false;
    }

    private void SkipLines()
    {
        while (Current.Kind == TokenKind.Line)
            _at++;
    }

    /// <summary>Reads items between commas up to a closing mark; lines may break anywhere between them.</summary>
    private bool List(char close, Func<bool> item)
    {
        SkipLines();
        if (Accept(close))
            return true;
        while (true)
        {
            SkipLines();
            if (!item())
                return false;
            SkipLines();
            if (Accept(close))
                return true;
            if (!Accept(','))
                return Wanted($"',' or '{close}'");
            SkipLines();
            if (Accept(close))
                return true;
        }
    }

    /// <summary>A name written plain or as a string.</summary>
    private bool Name(string what, out string name)
    {
        name = "";
        if (Current.Kind is not (TokenKind.Word or TokenKind.String))
            return Wanted(what);
        name = TextOf(Take());
        return true;
    }

    private bool Integer(string what, long min, long max, out long value)
    {
        value = 0;
        var t = Current;
        if (t.Kind != TokenKind.Number)
            return Wanted(what);
        if (!MirNames.TryInteger(TextOf(t), out var big, out _) || big < min || big > max)
            return Report(MirCodes.BadLiteral, t, $"{Shown(TextOf(t))} is not {what} between {min} and {max}");
        value = (long)big;
        _at++;
        return true;
    }

    private bool StringText(string what, out string text)
    {
        text = "";
        if (Current.Kind != TokenKind.String)
            return Wanted(what);
        text = TextOf(Take());
        return true;
    }

    /// <summary>The place of a token in the text itself.</summary>
    private SourceLocation Here(Token t)
    {
        if (_path is null)
            return default;
        var line = _lines.BinarySearch(t.Start);
        line = line < 0 ? ~line - 1 : line;
        return new SourceLocation(_file, line + 1, t.Start - _lines[line] + 1, t.Length);
    }

    /// <summary>A place in source, <c>!file:line:column:length</c>, when there is one.</summary>
    private bool OptionalLocation(out SourceLocation location, Token of)
    {
        location = Here(of);
        if (!At('!') || Peek().Kind != TokenKind.Number)
            return true;
        _at++;
        return LocationParts(out location);
    }

    private bool LocationParts(out SourceLocation location)
    {
        location = default;
        Span<int> parts = stackalloc int[4];
        for (var i = 0; i < 4; i++)
        {
            if (i > 0 && !Expect(':') || !Integer("a number", 0, int.MaxValue, out var part))
                return false;
            parts[i] = (int)part;
        }
        location = new SourceLocation(parts[0], parts[1], parts[2], parts[3]);
        return true;
    }

    private bool EndOfLine()
    {
        if (Current.Kind is TokenKind.Line or TokenKind.End)
            return true;
        return Wanted("the end of the line");
    }
}
