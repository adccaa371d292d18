using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>
/// A recursive-descent parser that always returns a tree. Rules for all parts: at most one error is reported per token;
/// a missing token is reported and assumed; every loop makes progress, skipping tokens only after an error at them;
/// decisions need no backtracking, only the look-ahead scans of <c>Parser.Lookahead.cs</c>.
/// </summary>
internal sealed partial class Parser
{
    /// <summary>Nesting that is read before the parser gives up, so that no input can exhaust the stack.</summary>
    internal const int MaxDepth = 256;

    /// <summary>Length of a chain of operators, calls or <c>else if</c>, for the sake of recursive passes.</summary>
    internal const int MaxChain = 1000;

    [Flags]
    private enum Mode
    {
        None = 0,

        /// <summary>A new line can end a statement (off inside parentheses and brackets).</summary>
        NewLines = 1,

        /// <summary><c>Name { … }</c> is a struct literal (off in the heads of if, while, match, …).</summary>
        Structs = 2,

        /// <summary><c>a if c else b</c> is allowed (off where <c>if</c> begins a guard).</summary>
        InlineIf = 4,

        /// <summary><c>p-&gt;f</c> is a member (off in <c>loop at e -&gt; x</c>).</summary>
        Arrows = 8,

        /// <summary>This is the value of a <c>return</c>: nothing behind it in its block is ever reached.</summary>
        Returned = 16,

        Statement = NewLines | Structs | InlineIf | Arrows,
        Bracketed = Structs | InlineIf | Arrows,
        Head = NewLines | InlineIf | Arrows,
    }

    private readonly SourceText _source;
    private readonly DiagnosticBag _diagnostics;
    private readonly List<TextSpan>? _comments;
    private readonly LiteralDecoder _literals;
    private Token[] _tokens;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _names =
        new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private Token _token;
    private int _index;
    private int _previousEnd;
    private int _errorIndex = -1;
    private int _depth;
    private int _ternaryDepth;
    private int _missingCloseBraces;
    private bool _halfColon;

    /// <summary>Whether a comment or block that is not closed took the end of the file.</summary>
    private readonly bool _lostEnd;

    /// <summary>Reserved words that stood where something was named: they are names further down, too.</summary>
    private readonly HashSet<TokenKind> _reservedNames = [];

    /// <summary>The word <c>module</c> of the file, when it was read.</summary>
    private TextSpan? _moduleLine;

    /// <summary>Whether a declaration is an argument, which a comma or a parenthesis ends.</summary>
    private bool _endsAtComma;

    /// <summary>Whether strings are source text with holes, as in <c>@emit("fn f_{i}() …")</c>.</summary>
    private bool _isCode;
    private Mode _mode = Mode.Statement;

    private Parser(SourceText source, TextSpan range, DiagnosticBag diagnostics, List<TextSpan>? comments, int depth)
    {
        _source = source;
        _diagnostics = diagnostics;
        _comments = comments;
        _literals = new LiteralDecoder(source, diagnostics);
        _tokens = BraceBalance.Mend(source, diagnostics, new Lexer(source, range, diagnostics, comments).Run());
        _token = _tokens[0];
        _previousEnd = range.Start;
        _depth = depth;
        _lostEnd = diagnostics.Any(d =>
            (d.Code == SyntaxCodes.UnterminatedComment || d.Code == SyntaxCodes.UnterminatedRawText)
            && d.Where?.Source == source);
        foreach (Token token in _tokens)
        {
            _missingCloseBraces += token.Kind switch { TokenKind.OpenBrace => 1, TokenKind.CloseBrace => -1, _ => 0 };
        }
    }

    /// <summary>Parses a whole file.</summary>
    public static CompilationUnit ParseFile(SourceText source, DiagnosticBag diagnostics, List<TextSpan> comments) =>
        new Parser(source, new TextSpan(0, source.Length), diagnostics, comments, 0).ParseCompilationUnit();

    /// <summary>Parses a part of a file that holds declarations.</summary>
    public static CompilationUnit ParsePart(
        SourceText source, TextSpan range, DiagnosticBag diagnostics, List<TextSpan> comments) =>
        new Parser(source, range, diagnostics, comments, 0).ParseCompilationUnit();

    /// <summary>Parses a file that may also hold statements between its declarations, for interactive use.</summary>
    public static Block ParseScript(SourceText source, DiagnosticBag diagnostics, List<TextSpan> comments) =>
        ParseScript(source, new TextSpan(0, source.Length), diagnostics, comments);

    /// <summary>Parses statements and declarations in a part of a file.</summary>
    public static Block ParseScript(
        SourceText source, TextSpan range, DiagnosticBag diagnostics, List<TextSpan> comments) =>
        new Parser(source, range, diagnostics, comments, 0).ParseScript();

    private TokenKind Kind => _token.Kind;

    private TokenKind KindAt(int index) => _tokens[Math.Min(index, _tokens.Length - 1)].Kind;

    private Token TokenAt(int index) => _tokens[Math.Min(index, _tokens.Length - 1)];

    private ReadOnlySpan<char> Text(in Token token) => _source.Text.AsSpan(token.Start, token.Length);

    private TextSpan From(int start) => TextSpan.FromBounds(start, Math.Max(start, _previousEnd));

    private bool IsWord(string word) => IsWordAt(_index, word);

    private bool IsWordAt(int index, string word) =>
        KindAt(index) == TokenKind.Identifier && Text(TokenAt(index)).SequenceEqual(word);

    private void Advance()
    {
        if (_index < _tokens.Length - 1)
        {
            _previousEnd = _token.End;
            _token = _tokens[++_index];
        }
    }

    private bool Accept(TokenKind kind)
    {
        if (Kind != kind)
        {
            return false;
        }

        Advance();
        return true;
    }

    private bool AcceptWord(string word)
    {
        if (!IsWord(word))
        {
            return false;
        }

        Advance();
        return true;
    }

    /// <summary>Takes a token of this kind or reports that it is missing.</summary>
    private bool Expect(TokenKind kind, string? hint = null)
    {
        if (Accept(kind))
        {
            return true;
        }

        if (MayReport())
        {
            _diagnostics.ExpectedToken(MissingPlace(), TokenFacts.Describe(kind), Found(), hint);
        }

        return false;
    }

    /// <summary>Takes the bracket that closes the one at <paramref name="open"/>, or reports both places.</summary>
    private void ExpectClose(TokenKind close, Token open)
    {
        if (!Accept(close) && MayReport())
        {
            string expected = TokenFacts.Describe(close);
            _diagnostics.UnclosedBracket(MissingPlace(), expected, Found(), _source.At(open.Span));
        }
    }

    /// <summary>Whether nothing was reported at the current token; notes that now something is.</summary>
    private bool MayReport()
    {
        if (_errorIndex == _index || Kind == TokenKind.Bad || _lostEnd && Kind == TokenKind.EndOfFile || IsQuiet
            || IsOpenString(_index) || IsAfterOpenString() || IsInsideLostString())
        {
            // A bad token and a string that is not closed have their diagnostics from the lexer.
            _errorIndex = _index;
            return false;
        }

        _errorIndex = _index;
        return true;
    }

    /// <summary>Whether a string stands here whose last quote is missing.</summary>
    private bool IsOpenString(int index) => KindAt(index) == TokenKind.String
        && (TokenAt(index).Length < 2 || _source.Text[TokenAt(index).End - 1] != '"');

    private bool IsAfterOpenString() => _index > 0 && _tokens[_index - 1].Kind == TokenKind.String
        && (_tokens[_index - 1].Length < 2 || _source.Text[_previousEnd - 1] != '"'
            || _source.Slice(_tokens[_index - 1].Span).ContainsAny('\n', '\r'));

    /// <summary>
    /// Whether a word touches the string before it and a string of the line is not closed: a quote is missing further
    /// left.
    /// </summary>
    private bool IsInsideLostString()
    {
        if (_index == 0 || Kind != TokenKind.Identifier || _token.SpaceBefore || KindAt(_index - 1) != TokenKind.String)
        {
            return false;
        }

        for (int i = _index + 1; KindAt(i) != TokenKind.EndOfFile && !TokenAt(i).NewLineBefore; i++)
        {
            if (IsOpenString(i))
            {
                return true;
            }
        }

        return false;
    }

    private bool HasErrorHere => _errorIndex == _index;

    /// <summary>
    /// Where something is missing: at the current token, or after the one before if that ended its line.
    /// </summary>
    private Location MissingPlace() =>
        _source.At(_index > 0 && (_token.NewLineBefore || Kind == TokenKind.EndOfFile)
            ? new TextSpan(_previousEnd, 0) : _token.Span);

    private Location Here => _source.At(_token.Span);

    private string Found() => Kind switch
    {
        TokenKind.Identifier or TokenKind.Integer or TokenKind.Fraction => $"'{Text(_token)}'",
        TokenKind.RawBraces or TokenKind.RawBrackets => "a raw block",
        TokenKind.EndOfFile when _token.Start < _source.Length => "the end of the text",
        _ => TokenFacts.Describe(Kind),
    };

    /// <summary>A name; reserved words are reported but taken where a name is clearly meant.</summary>
    private Identifier ParseName(string what)
    {
        if (Kind == TokenKind.Identifier)
        {
            return TakeName();
        }

        bool reserved = TokenFacts.IsKeyword(Kind);
        if (MayReport())
        {
            string? hint = reserved && !_token.NewLineBefore
                ? $"'{Text(_token)}' is a reserved word; choose another name"
                : Kind == TokenKind.Integer && Text(_token).ContainsAnyExceptInRange('0', '9')
                ? "names begin with a letter or _" : null;
            _diagnostics.ExpectedName(MissingPlace(), what, Found(), hint);
        }

        if (reserved && !_token.NewLineBefore)
        {
            _reservedNames.Add(Kind);
        }

        bool meantAsName = reserved && !_token.NewLineBefore && KindAt(_index + 1) is TokenKind.Colon
            or TokenKind.Equal or TokenKind.OpenParen or TokenKind.Comma or TokenKind.Semicolon or TokenKind.CloseParen;
        return meantAsName ? TakeName() : new Identifier("", new TextSpan(_previousEnd, 0));
    }

    /// <summary>The current token as a name, whatever it is.</summary>
    private Identifier TakeName()
    {
        Token token = _token;
        Advance();
        return new Identifier(Pooled(Text(token)), token.Span);
    }

    /// <summary>The same string object for each occurrence of a name.</summary>
    private string Pooled(ReadOnlySpan<char> text)
    {
        if (!_names.TryGetValue(text, out string? name))
        {
            name = text.ToString();
            _names.Set.Add(name);
        }

        return name;
    }

    /// <summary>A name after a dot, where reserved words and numbers are names too.</summary>
    private Identifier ParseMemberName() =>
        Kind == TokenKind.Integer || TokenFacts.IsKeyword(Kind) && !_token.NewLineBefore ? TakeName()
            : ParseName("a name after the dot");

    private ImmutableArray<Identifier> ParsePath(string what)
    {
        var path = ImmutableArray.CreateBuilder<Identifier>(2);
        path.Add(ParseName(what));
        while (Kind is TokenKind.Dot or TokenKind.ColonColon
            && KindAt(_index + 1) is not (TokenKind.OpenBrace or TokenKind.Star))
        {
            Advance();
            path.Add(ParseMemberName());
        }

        return path.DrainToImmutable();
    }

    /// <summary>Counts one level of nesting; at the limit reports it once and goes to the end of the file.</summary>
    private bool Enter()
    {
        if (++_depth <= MaxDepth)
        {
            return true;
        }

        GiveUp(MaxDepth);
        return false;
    }

    private void Leave() => _depth--;

    private bool ChainTooLong(ref int length)
    {
        if (++length <= MaxChain)
        {
            return false;
        }

        GiveUp(MaxChain);
        return true;
    }

    private void GiveUp(int limit)
    {
        if (Kind != TokenKind.EndOfFile)
        {
            _diagnostics.NestingTooDeep(Here, limit);
            _index = _tokens.Length - 1;
            _token = _tokens[_index];
            _previousEnd = _token.Start;
        }

        _errorIndex = _index;
    }

    private Mode SetMode(Mode mode)
    {
        Mode before = _mode;
        _mode = mode;
        return before;
    }

    /// <summary>
    /// Whether a statement ends before the current token because that begins a line and may be a prefix.
    /// </summary>
    private bool NewLineEnds => _token.NewLineBefore && (_mode & Mode.NewLines) != 0;

    /// <summary>Skips to the end of the line or statement after an error, balanced over braces.</summary>
    private void SkipLine()
    {
        int depth = 0;
        while (Kind != TokenKind.EndOfFile)
        {
            if (depth == 0 && Kind is TokenKind.CloseBrace or TokenKind.Semicolon)
            {
                return;
            }

            depth += Kind switch { TokenKind.OpenBrace => 1, TokenKind.CloseBrace => -1, _ => 0 };
            Advance();
            if (depth == 0 && _token.NewLineBefore)
            {
                return;
            }
        }
    }
}
