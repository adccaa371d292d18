using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>
/// Misspelled words and forms of other languages. Each is one error, after which the parser reads on as if the MinZ
/// form stood there; further errors of the line would say the same again and are not reported.
/// </content>
internal sealed partial class Parser
{
    /// <summary>Nothing is reported before this offset: what is wrong there was said.</summary>
    private int _quietUntil;

    private bool _reportedCase;

    /// <summary>Reports a form of another language and keeps the rest of its line quiet.</summary>
    private void ReportForeign(TextSpan at, string found, string instead)
    {
        if (MayReport())
        {
            _diagnostics.ForeignSyntax(_source.At(at), found, instead);
        }

        Hush();
    }

    /// <summary>Reports a word of another language, unless something on its line was reported.</summary>
    private void ReportForeignQuietly(string found, string instead)
    {
        if (MayReport())
        {
            _diagnostics.ForeignSyntax(Here, found, instead);
        }
    }

    private void ReportUnknownWord(string? nearest)
    {
        if (MayReport())
        {
            _diagnostics.UnknownWord(Here, Text(_token).ToString(), nearest);
        }

        Hush();
    }

    /// <summary>Keeps the line of the current token quiet from here on.</summary>
    private void Hush()
    {
        int length = _source.Text.AsSpan(_token.Start).IndexOfAny('\n', '\r');
        _quietUntil = Math.Max(_quietUntil, length < 0 ? _source.Length : _token.Start + length);
    }

    private bool IsQuiet => (_index > 0 && (_token.NewLineBefore || Kind == TokenKind.EndOfFile)
        ? _previousEnd : _token.Start) < _quietUntil;

    private void Replace(TokenKind kind)
    {
        _token = _token with { Kind = kind };
        _tokens[_index] = _token;
    }

    /// <summary>The index of the first token of this kind on the rest of the line, or -1.</summary>
    private int OnThisLine(TokenKind kind, int end = int.MaxValue)
    {
        for (int i = _index; i < end && KindAt(i) != TokenKind.EndOfFile
            && (i == _index || !TokenAt(i).NewLineBefore); i++)
        {
            if (KindAt(i) == kind)
            {
                return i;
            }
        }

        return -1;
    }

    private void SkipTo(int index)
    {
        while (_index < index && Kind != TokenKind.EndOfFile)
        {
            Advance();
        }
    }

    /// <summary>Skips the statement here with the block that belongs to it.</summary>
    private void SkipStatement()
    {
        int brace = OnThisLine(TokenKind.OpenBrace);
        int after = brace < 0 ? -1 : ScanBrackets(brace);
        if (after > 0)
        {
            SkipTo(after);
        }

        if (!_token.NewLineBefore && Kind != TokenKind.CloseBrace)
        {
            SkipLine();
            Accept(TokenKind.Semicolon);
        }
    }

    /// <summary>
    /// Skips text of another language to the line whose brace closes it, and is quiet about all of it.
    /// </summary>
    private void SkipToLineOfBrace()
    {
        while (Kind != TokenKind.EndOfFile && !(Kind == TokenKind.CloseBrace && _token.NewLineBefore)
            && !(_token.NewLineBefore && StartsDeclaration(Kind) && Column(_index) == 0))
        {
            Advance();
        }

        if (Kind == TokenKind.CloseBrace && _missingCloseBraces < 0)
        {
            _missingCloseBraces++;
            Advance();
        }

        _quietUntil = Math.Max(_quietUntil, _token.Start);
    }

    /// <summary>The index of the token that begins the line of token <paramref name="index"/>.</summary>
    private int LineStart(int index)
    {
        while (index > 0 && !TokenAt(index).NewLineBefore)
        {
            index--;
        }

        return index;
    }

    private int Column(int index) => _source.PositionOf(TokenAt(index).Start).Column - 1;

    /// <summary>
    /// A statement that begins with a word MinZ does not have; null where the word is an ordinary name.
    /// </summary>
    private Statement? TryParseForeignStatement()
    {
        int start = _token.Start;
        Token next = TokenAt(_index + 1);
        switch (Kind)
        {
            case TokenKind.Mut when next.Kind == TokenKind.Identifier:
                ReportForeign(_token.Span, "'mut' without 'let'", "write 'let mut name = value'");
                Replace(TokenKind.Var);
                return ParseStatementCore();
            case TokenKind.Integer when !next.NewLineBefore && next.Kind is TokenKind.Identifier
                && ForeignWords.Operator(Text(next)) is null:
                ReportForeign(_token.Span, "line numbers", "write the statements below one another");
                Advance();
                return TryParseForeignStatement() ?? ParseStatementCore();
            case TokenKind.Identifier when next.Kind == TokenKind.Comma && ParseNamesOfGo(start) is { } several:
                return several;
            case TokenKind.Identifier when IsWalrus():
                return ParseWalrus(start);
            case TokenKind.Identifier when next.Kind == TokenKind.Colon && !next.SpaceBefore && !IsFieldLike():
                bool loops = KindAt(_index + 2) is TokenKind.For or TokenKind.While or TokenKind.Loop;
                ReportForeign(_token.Span.To(next.Span), loops ? "labels for loops" : "labels outside assembly",
                    loops ? ForeignWords.InsteadOfLabels : "use loops and functions");
                Advance();
                Advance();
                return Kind == TokenKind.CloseBrace ? new EmptyStatement(From(start)) : ParseStatement();
            case TokenKind.Identifier when !next.NewLineBefore:
                return TryParseForeignWord(start, next);
            default:
                return null;
        }
    }

    /// <summary>Whether <c>name:</c> here is what is left of a struct literal or a C-like case.</summary>
    private bool IsFieldLike() => KindAt(_index + 2) is not (TokenKind.For or TokenKind.While or TokenKind.Loop)
        && !TokenAt(_index + 2).NewLineBefore;

    private bool IsWalrus() => KindAt(_index + 1) == TokenKind.Colon && KindAt(_index + 2) == TokenKind.Equal
        && !TokenAt(_index + 2).SpaceBefore;

    /// <summary><c>name := value</c>, read as <c>var name = value</c>.</summary>
    private DeclarationStatement ParseWalrus(int start)
    {
        Token colon = TokenAt(_index + 1);
        ReportForeign(colon.Span.To(TokenAt(_index + 2).Span), "':='", $"write 'let {Text(_token)} = …'");
        Identifier name = TakeName();
        Advance();
        Advance();
        Expression value = ParseInitializer();
        EndDeclaration();
        var variable = new VariableDeclaration(From(start), [], Modifiers.None, VariableKeyword.Var, false,
            new NamePattern(name.Span, name, isMutable: false), null, value, null);
        return new DeclarationStatement(From(start), variable);
    }

    private Statement? TryParseForeignWord(int start, Token next)
    {
        string word = Text(_token).ToString();
        if (!LooksLikeStatementWord(word, next))
        {
            return null;
        }

        if (ForeignWords.Statement(word) is { } foreign)
        {
            ReportForeign(_token.Span, $"'{word}'", foreign.Instead);
            return AfterForeignWord(start, foreign);
        }

        if (ForeignWords.IsInstruction(word))
        {
            ReportForeign(_token.Span.To(next.Span), "assembly among its statements",
                $"write 'asm {{ {word} … }}' around it");
            SkipLine();
            return new EmptyStatement(From(start));
        }

        if (next.Kind == TokenKind.Identifier && ForeignWords.IsTypeName(word)
            && ForeignWords.IsBuiltInType(Text(next).ToString()) && KindAt(_index + 2) == TokenKind.Identifier
            && !TokenAt(_index + 2).NewLineBefore)
        {
            // `unsigned char c`: one type of two words.
            word += " " + Text(next).ToString();
            Advance();
            next = TokenAt(_index + 1);
        }

        bool isType = next.Kind == TokenKind.Identifier && ForeignWords.IsTypeName(word.Split(' ')[^1])
            && (KindAt(_index + 2) is TokenKind.Equal or TokenKind.OpenBracket or TokenKind.Comma
                || EndsAfter(_index + 2));
        if (isType)
        {
            int length = KindAt(_index + 2) == TokenKind.OpenBracket ? ScanBrackets(_index + 2) : -1;
            string meant = ForeignNames.TypeFor(word);
            ReportForeign(TextSpan.FromBounds(start, next.End), "variables with the type before the name",
                length < 0 ? $"write 'let {Text(next)}: {meant} = …'" : $"write 'let {Text(next)}: [{meant}; "
                    + $"{_source.Text[TokenAt(_index + 2).End..TokenAt(length - 1).Start]}]'");
            Replace(TokenKind.Let);
            return ParseStatementCore();
        }

        if (next.Kind == TokenKind.Star)
        {
            return ParsePointerOfC(word);
        }

        if (Nearest.To(word, ForeignWords.StatementWords) is not { } nearest || nearest == word)
        {
            return null;
        }

        ReportUnknownWord(nearest);
        if (nearest == "else")
        {
            SkipStatement();
            return new EmptyStatement(From(start));
        }

        Replace(TokenFacts.KeywordOf(nearest));
        return ParseStatementCore();
    }

    /// <summary>Whether what follows a name at the beginning of a statement cannot follow a name.</summary>
    private bool LooksLikeStatementWord(string word, Token next)
    {
        if (word is "spawn" or "throw" or "yield" or "try" or "select" or "lamb" or "actor" or "test" or "print"
            or "println")
        {
            return false;
        }

        if (next.Kind == TokenKind.OpenParen)
        {
            int after = ScanBrackets(_index + 1);
            return after > 0 && KindAt(after) == TokenKind.OpenBrace && !TokenAt(after).NewLineBefore;
        }

        return IsPointerOfC(word)
            || next.Kind == TokenKind.Identifier && ForeignWords.Operator(Text(next)) is null
            && !IsWordAt(_index + 1, "at")
            || IsLiteral(next.Kind) && !(next.Kind == TokenKind.String && !next.SpaceBefore)
            || next.Kind == TokenKind.Mut
            || word == "guard" && next.Kind is TokenKind.Let or TokenKind.Not or TokenKind.Bang
            || next.Kind == TokenKind.OpenBrace && !IsFieldList(_index + 1) && !char.IsAsciiLetterUpper(word[0]);
    }

    private Statement AfterForeignWord(int start, ForeignWord foreign)
    {
        switch (foreign.Action)
        {
            case ForeignAction.Replace:
                Replace(foreign.Kind);
                return ParseStatementCore();
            case ForeignAction.Drop:
                Advance();
                return ParseStatementCore();
            case ForeignAction.SkipStatement:
                SkipStatement();
                return new EmptyStatement(From(start));
            default:
                throw new InvalidOperationException(foreign.Action.ToString());
        }
    }

    /// <summary><c>do { … } while (c)</c>.</summary>
    private LoopExpression ParseDoWhile(int start)
    {
        ReportForeign(_token.Span, "'do { … } while'", "write 'loop { … if !condition { break } }'");
        Advance();
        Block body = ParseBlock();
        if (Kind == TokenKind.While || IsWord("until"))
        {
            Hush();
            SkipLine();
            Accept(TokenKind.Semicolon);
        }

        return new LoopExpression(From(start), body);
    }

    /// <summary>
    /// A declaration that begins with a word MinZ does not have, or as in C with its type; null where none does.
    /// </summary>
    private Declaration? TryParseForeignDeclaration(int start, ImmutableArray<AttributeSyntax> attributes, bool atTop)
    {
        Token next = TokenAt(_index + 1);
        if (Kind != TokenKind.Identifier || next.NewLineBefore && !IsBlockWord())
        {
            return null;
        }

        string word = Text(_token).ToString();
        if (word == "func" && next.Kind == TokenKind.OpenParen && ParseReceiverOfGo(start) is { } method)
        {
            return method;
        }

        if (word is "use" && next.Kind == TokenKind.Identifier)
        {
            return ParseUseOfRust(start);
        }

        if (word is "bits" or "bits_8" or "bits_16" && next.Kind == TokenKind.Identifier
            && KindAt(_index + 2) == TokenKind.OpenBrace)
        {
            return ParseBitsBeforeName(start, attributes);
        }

        if (ForeignWords.Declaration(word) is { } foreign && next.Kind is not (TokenKind.OpenParen or TokenKind.Equal))
        {
            ReportForeign(_token.Span, $"'{word}'", foreign.Instead);
            switch (foreign.Action)
            {
                case ForeignAction.SkipStatement:
                    SkipStatement();
                    return new MissingDeclaration(From(start));
                case ForeignAction.Replace:
                    Replace(foreign.Kind);
                    break;
                default:
                    Advance();
                    break;
            }

            return ParseDeclarationCore(start, attributes, ParseModifiers(), atTop);
        }

        bool declares = next.Kind is TokenKind.Identifier or TokenKind.Fn or TokenKind.Fun or TokenKind.Struct
            or TokenKind.Enum;
        if (!declares)
        {
            return null;
        }

        if (Nearest.To(word, ForeignWords.DeclarationWords) is { } nearest)
        {
            string meant = nearest is "func" or "function" ? "fn" : nearest is "public" ? "pub" : nearest;
            ReportUnknownWord(meant);
            Replace(TokenFacts.KeywordOf(meant));
            return ParseDeclarationCore(start, attributes, ParseModifiers(), atTop);
        }

        if (ForeignWords.IsTypeName(word) && ForeignWords.IsTypeName(Text(next).ToString())
            && KindAt(_index + 2) == TokenKind.Identifier)
        {
            // `unsigned char f()`: one type of two words.
            word += " " + Text(next).ToString();
            Advance();
            next = TokenAt(_index + 1);
        }

        return KindAt(_index + 2) == TokenKind.OpenParen && ForeignWords.Statement(word) is null
            ? ParseFunctionOfC(start, attributes, word, next)
            : ForeignWords.IsTypeName(word) && KindAt(_index + 2) is TokenKind.Equal or TokenKind.Semicolon
            ? ParseGlobalOfC(start, attributes, word, next) : null;
    }

    private bool IsBlockWord() => Text(_token) is "begin" or "end" or "END";
}
