using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Blocks and statements.</content>
internal sealed partial class Parser
{
    private Block ParseBlock()
    {
        Token open = _token;
        if (!Accept(TokenKind.OpenBrace))
        {
            return ParseBlockWithoutBrace();
        }

        bool wasInParentheses = _blockInParentheses;
        _blockInParentheses = (_mode & Mode.NewLines) == 0;
        Mode before = SetMode(Mode.Statement);
        int ternaryDepth = _ternaryDepth;
        bool endsAtComma = _endsAtComma;
        (_ternaryDepth, _endsAtComma) = (0, false);
        ImmutableArray<Statement> statements = ParseStatements(out Expression? tail);
        (_ternaryDepth, _endsAtComma) = (ternaryDepth, endsAtComma);
        SetMode(before);
        CloseBlock(open);
        _blockInParentheses = wasInParentheses;
        return new Block(From(open.Start), statements, tail);
    }

    /// <summary>The closing brace; a forgotten one is assumed before a declaration in the first column.</summary>
    private void CloseBlock(Token open)
    {
        if (Kind != TokenKind.CloseBrace)
        {
            _missingCloseBraces--;
        }

        ExpectClose(TokenKind.CloseBrace, open);
    }

    private bool AtEndOfBlock => Kind is TokenKind.CloseBrace or TokenKind.EndOfFile || IsOutdentedDeclaration()
        || (Kind == TokenKind.CloseParen && _missingCloseBraces > 0 && _blockInParentheses);

    /// <summary>Whether the innermost block stands inside the parentheses of a call.</summary>
    private bool _blockInParentheses;

    private bool IsOutdentedDeclaration()
    {
        bool inFirstColumn = _token.NewLineBefore
            && (_token.Start == 0 || _source.Text[_token.Start - 1] is '\n' or '\r');
        return _missingCloseBraces > 0 && inFirstColumn && StartsDeclaration(Kind);
    }

    private ImmutableArray<Statement> ParseStatements(out Expression? tail)
    {
        var statements = ImmutableArray.CreateBuilder<Statement>();
        tail = null;
        while (!AtEndOfBlock)
        {
            int before = _index;
            Statement statement = ParseStatement();
            if ((Kind == TokenKind.CloseBrace || AtEndOfBlock && Kind == TokenKind.CloseParen) && IsTail(statement))
            {
                tail = ((ExpressionStatement)statement).Expression;
                break;
            }

            statements.Add(statement);
            if (_index == before)
            {
                SkipUnexpected();
            }
        }

        return statements.DrainToImmutable();
    }

    /// <summary>Assignments and jumps are never the value of a block, so they stay statements.</summary>
    private static bool IsTail(Statement statement) =>
        statement is ExpressionStatement { HasSemicolon: false, Expression: not (AssignmentExpression
            or ReturnExpression or BreakExpression or ContinueExpression or ThrowExpression or MissingExpression) };

    /// <summary>Skips what no statement can begin with; the error at it was reported or is reported now.</summary>
    private void SkipUnexpected()
    {
        if (Kind is TokenKind.CloseParen or TokenKind.CloseBracket)
        {
            string bracket = TokenFacts.Describe(Kind);
            if (MayReport())
            {
                _diagnostics.UnmatchedClose(Here, bracket);
            }

            Advance();
            return;
        }

        ReportMissingExpression();
        Advance();
        SkipLine();
    }

    private Statement ParseStatement()
    {
        if (!Enter())
        {
            Leave();
            return new EmptyStatement(new TextSpan(_previousEnd, 0));
        }

        Statement statement = ParseStatementCore();
        Leave();
        return statement;
    }

    private Statement ParseStatementCore()
    {
        int start = _token.Start;
        switch (Kind)
        {
            case TokenKind.Semicolon:
                Advance();
                return new EmptyStatement(From(start));
            case TokenKind.While:
                return ParseWhile();
            case TokenKind.For:
                return ParseFor();
            case TokenKind.Do when KindAt(_index + 1) == TokenKind.OpenBrace:
                LoopExpression loop = ParseDoWhile(start);
                return new ExpressionStatement(From(start), loop, hasSemicolon: true);
            case TokenKind.Do:
                return ParseDoTimes();
            case TokenKind.Defer:
                Advance();
                Statement deferred = ParseStatement();
                return new DeferStatement(From(start), deferred);
            case TokenKind.Loop when KindAt(_index + 1) != TokenKind.OpenBrace:
                return ParseLoopOver();
            case TokenKind.Asm or TokenKind.Mir when KindAt(_index + 1) is not (TokenKind.Fn or TokenKind.Fun):
                return ParseAsmOrMir();
            case TokenKind.At when KindAt(_index + 1) is TokenKind.Asm or TokenKind.Mir:
                return ParseAsmOrMir();
        }

        if (IsWord("yield") && EndsAfter(_index + 1))
        {
            Advance();
            EndStatement(isBlockLike: false);
            return new YieldStatement(From(start));
        }

        return IsDeclarationHere() ? ParseLocalDeclaration() : TryParseForeignStatement() ?? ParseExpressionStatement();
    }

    private bool EndsAfter(int index) => TokenAt(index).NewLineBefore
        || KindAt(index) is TokenKind.Semicolon or TokenKind.CloseBrace or TokenKind.EndOfFile;

    /// <summary>Whether a statement begins a declaration: a word, an attribute before one, or <c>asm fun</c>.</summary>
    private bool IsDeclarationHere()
    {
        switch (Kind)
        {
            case TokenKind.Fn or TokenKind.Fun:
                return KindAt(_index + 1) != TokenKind.OpenParen;
            case TokenKind.Asm or TokenKind.Mir:
                return true;
            case TokenKind.At:
                return IsAttribute(_index, atTop: false) || HasDeclarationArguments(_index);
            case TokenKind.Identifier:
                return IsContextualDeclaration(_index);
            default:
                return StartsDeclaration(Kind);
        }
    }

    private Statement ParseLocalDeclaration()
    {
        int start = _token.Start;
        if (Kind is TokenKind.Import or TokenKind.Module)
        {
            ReportForeign(_token.Span, $"'{Text(_token)}' inside a function", "write it at the top of the file");
        }

        Declaration declaration = ParseDeclaration(atTop: false);
        return declaration is ImportDeclaration or ModuleDeclaration ? new EmptyStatement(From(start))
            : new DeclarationStatement(From(start), declaration);
    }

    private Statement ParseExpressionStatement()
    {
        int start = _token.Start;
        bool isBlockLike = IsBlockLike();
        Expression expression = isBlockLike ? ParseBlockLike(start) : ParseExpression();
        if (expression is MissingExpression && HasErrorHere)
        {
            return new ExpressionStatement(From(start), expression, hasSemicolon: false);
        }

        bool hasSemicolon = EndStatement(isBlockLike);
        return new ExpressionStatement(From(start), expression, hasSemicolon);
    }

    private bool IsBlockLike() => Kind is TokenKind.If or TokenKind.Match or TokenKind.Case or TokenKind.When
        or TokenKind.Loop or TokenKind.OpenBrace || (Kind == TokenKind.At && KindAt(_index + 1) != TokenKind.OpenBrace
        && IsConditionalMeta(Text(TokenAt(_index + 1))))
        || (KindAt(_index + 1) == TokenKind.OpenBrace && (IsWord("try") || IsWord("select")));

    /// <summary>
    /// A construct with braces at the start of a statement ends with its brace: <c>if a { } -b</c> is two statements.
    /// Only a dot, <c>??</c> and <c>as</c> go on.
    /// </summary>
    private Expression ParseBlockLike(int start)
    {
        Expression expression = Kind == TokenKind.OpenBrace ? ParseBlock() : ParsePrimary();
        if (Kind == TokenKind.Dot)
        {
            expression = ParsePostfixOf(start, expression);
        }

        return expression;
    }

    /// <summary>The end of a statement; returns whether there was a semicolon.</summary>
    private bool EndStatement(bool isBlockLike)
    {
        if (Accept(TokenKind.Semicolon))
        {
            return true;
        }

        bool afterBrace = isBlockLike && _index > 0
            && KindAt(_index - 1) is TokenKind.CloseBrace or TokenKind.RawBraces;
        if (Kind is TokenKind.CloseBrace or TokenKind.EndOfFile || _token.NewLineBefore || afterBrace
            || (Kind == TokenKind.CloseParen && AtEndOfBlock))
        {
            return false;
        }

        if (Kind is TokenKind.CloseParen or TokenKind.CloseBracket)
        {
            SkipUnexpected();
            return Accept(TokenKind.Semicolon);
        }

        if (MayReport())
        {
            _diagnostics.ExpectedTerminator(Here, Found(), TerminatorHint());
        }

        if (!StartsDeclaration(Kind)
            && Kind is not (TokenKind.If or TokenKind.While or TokenKind.For or TokenKind.Return))
        {
            SkipLine();
            Accept(TokenKind.Semicolon);
        }

        return false;
    }

    private string? TerminatorHint()
    {
        Token previous = TokenAt(_index - 1);
        Token next = TokenAt(_index + 1);
        TokenKind first = KindAt(LineStart(_index));
        if (first is TokenKind.Semicolon or TokenKind.MinusMinus || OnThisLine(TokenKind.Star) is var star and >= 0
            && KindAt(star + 1) == TokenKind.Slash && !TokenAt(star + 1).SpaceBefore)
        {
            return first is TokenKind.Semicolon or TokenKind.MinusMinus ? "a comment begins with //"
                : "comments do not nest: the first */ ended the comment";
        }

        switch (Kind)
        {
            case TokenKind.Comma when previous.Kind == TokenKind.Integer && next.Kind == TokenKind.Integer
                && !next.SpaceBefore:
                return $"digits are grouped by _: {Text(previous)}_{Text(next)}";
            case TokenKind.Comma:
                return "several values are written as a tuple: '(a, b)'";
            case TokenKind.Bang when previous.Kind == TokenKind.Identifier && next.Kind == TokenKind.Identifier:
                return $"a message to an actor is a call: '{Text(previous)}.{Text(next)}(…)'";
            case TokenKind.Identifier when IsWord("throws") || IsWord("raises"):
                return $"write '{Text(previous)} ? E', where E is the enum of errors";
            case TokenKind.FatArrow:
                return "a function value is written '|x| x + 1'";
            case TokenKind.Else when first == TokenKind.Let:
                return "take it apart with 'if let pattern = value { … } else { … }', "
                    + "or put 'value ?? other' in its place";
            case TokenKind.Colon when previous.Kind == TokenKind.Identifier && previous.NewLineBefore:
                return $"a variable is declared with 'let': 'let {Text(previous)}: …'";
            case TokenKind.Integer or TokenKind.String or TokenKind.Fraction when first is TokenKind.Let or TokenKind.Var
                && previous.Kind == TokenKind.Identifier:
                return $"a value stands behind '=': '= {Text(_token)}'";
            case TokenKind.In:
                return $"write '{Text(next)}.any(|x| x == {Text(previous)})'";
            case var _ when previous.Kind == TokenKind.Question && previous.SpaceBefore:
                return "a conditional is written 'c ? a : b'";
            case TokenKind.Identifier or TokenKind.Integer when previous.Kind == TokenKind.CloseParen
                && KindAt(_index - 3) == TokenKind.OpenParen
                    && ForeignWords.IsTypeName(Text(TokenAt(_index - 2)).ToString()):
                return $"a cast is written '{Text(_token)} as {Text(TokenAt(_index - 2))}'";
            case TokenKind.OpenBrace when _index > 0 && previous.Kind == TokenKind.Identifier
                && char.IsAsciiLetterUpper(Text(previous)[0]):
                return $"a struct is written '{Text(previous)} {{ field: value }}'";
        }

        return previous.Kind != TokenKind.Identifier ? null
            : Text(previous) is "print" or "println" ? $"a call takes parentheses: {Text(previous)}(…)"
            : Text(previous) is "spawn" ? "write 'spawn f(x)', 'spawn { … }' or 'spawn Counter'"
            : Text(previous) is "yield" ? "'yield' lets others run and has no value"
            : !previous.NewLineBefore
                && KindAt(_index - 2) is not (TokenKind.OpenBrace or TokenKind.CloseBrace or TokenKind.Semicolon)
            ? null
            : Kind is TokenKind.Integer or TokenKind.String ? $"a call takes parentheses: {Text(previous)}(…)"
            : Kind is TokenKind.Identifier ? $"'{Text(previous)}' is no statement of MinZ" : null;
    }
}
