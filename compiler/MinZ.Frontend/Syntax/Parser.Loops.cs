using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Loops that are statements, and their conditions and bodies.</content>
internal sealed partial class Parser
{
    private WhileStatement ParseWhile()
    {
        int start = _token.Start;
        Advance();
        Expression condition = ParseCondition();
        Block body = ParseBody();
        return new WhileStatement(From(start), condition, body);
    }

    /// <summary>A block, or after a condition in parentheses one statement.</summary>
    private Block ParseBody() =>
        Kind == TokenKind.OpenBrace || !CanStartBody() ? ParseBlock() : BlockOf(ParseStatement());

    private bool CanStartBody() => KindAt(_index - 1) == TokenKind.CloseParen && StartsStatement(Kind)
        && Kind != TokenKind.CloseBrace;

    private Expression ParseCondition()
    {
        if (Kind == TokenKind.OpenParen && ScanBrackets(_index) is var after and > 0 && KindAt(after) == TokenKind.Pipe
            && KindAt(after + 1) == TokenKind.Identifier && KindAt(after + 2) == TokenKind.Pipe
            && KindAt(after + 3) == TokenKind.OpenBrace)
        {
            ReportForeign(TextSpan.FromBounds(TokenAt(after).Start, TokenAt(after + 2).End), "names behind a condition",
                $"write 'if let {Text(TokenAt(after + 1))} = … {{ … }}'");
            SkipTo(after + 3);
            return new MissingExpression(new TextSpan(_previousEnd, 0));
        }

        if (Kind == TokenKind.OpenParen && ConditionEndsAtParenthesis())
        {
            return ParseParenthesized();
        }

        return ParseHead();
    }

    private DoTimesStatement ParseDoTimes()
    {
        int start = _token.Start;
        Advance();
        Expression count = ParseHead();
        if (!AcceptWord("times") && MayReport())
        {
            _diagnostics.ExpectedToken(MissingPlace(), "'times'", Found(), "a counted loop is 'do 10 times { … }'");
        }

        Block body = ParseBlock();
        return new DoTimesStatement(From(start), count, body);
    }

    private Statement ParseFor()
    {
        int start = _token.Start;
        Advance();
        bool inParentheses = Kind == TokenKind.OpenParen && KindAt(_index + 1) == TokenKind.Identifier
            && KindAt(_index + 2) == TokenKind.In;
        if (inParentheses)
        {
            Advance();
        }
        else if (TryParseForeignFor(start) is { } foreign)
        {
            return foreign;
        }

        Pattern element = ParseSinglePattern();
        bool byReference = Accept(TokenKind.Bang);
        if (!Expect(TokenKind.In, "a loop is 'for x in 0..10 { … }'") && Kind == TokenKind.Identifier
            && CanStartExpression(KindAt(_index + 1)))
        {
            Advance();
        }

        Expression iterable = ParseHead();
        if (inParentheses)
        {
            Expect(TokenKind.CloseParen, "the head of the loop ends here");
        }

        Block body = ParseBody();
        return new ForStatement(From(start), ForSpelling.ForIn, element, null, byReference, iterable, body);
    }

    private bool IsForOfC()
    {
        int after = ScanBrackets(_index);
        for (int i = _index; i < after; i++)
        {
            if (KindAt(i) == TokenKind.Semicolon)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// <c>loop e into x</c>, <c>loop e ref to x</c>, <c>loop e indexed to x, i</c>, <c>loop at e -&gt; [!]x</c>.
    /// </summary>
    private ForStatement ParseLoopOver()
    {
        int start = _token.Start;
        Advance();
        Expression iterable;
        ForSpelling spelling;
        bool byReference;
        bool isAt = IsWord("at") && !(IsWordAt(_index + 1, "into") || IsWordAt(_index + 1, "ref")
            || IsWordAt(_index + 1, "indexed") || KindAt(_index + 1) is TokenKind.Dot or TokenKind.OpenBracket);
        if (isAt)
        {
            Advance();
            spelling = ForSpelling.LoopAt;
            iterable = ParseHead(Mode.Head & ~Mode.Arrows);
            Expect(TokenKind.Arrow);
            byReference = Accept(TokenKind.Bang);
        }
        else
        {
            iterable = ParseHead();
            (spelling, byReference) = ParseLoopWords();
        }

        Mode before = SetMode(Mode.Head);
        Pattern element = ParseSinglePattern();
        SetMode(before);
        bool isIndexed = spelling == ForSpelling.LoopIndexedTo && Expect(TokenKind.Comma);
        Identifier? index = isIndexed ? ParseName("a name") : null;
        Block body = ParseBlock();
        return new ForStatement(From(start), spelling, element, index, byReference, iterable, body);
    }

    private (ForSpelling Spelling, bool ByReference) ParseLoopWords()
    {
        if (AcceptWord("into"))
        {
            return (ForSpelling.LoopInto, true);
        }

        bool isReference = AcceptWord("ref");
        bool isIndexed = !isReference && AcceptWord("indexed");
        if (!isReference && !isIndexed && MayReport())
        {
            Token count = TokenAt(_index - 1);
            _diagnostics.ExpectedToken(MissingPlace(), "'into', 'ref to' or 'indexed to'", Found(),
                count.Kind == TokenKind.Integer ? $"a counted loop is 'do {Text(count)} times {{ … }}'"
                    : "a loop is 'loop { … }', 'loop array into x { … }' or 'for x in array { … }'");
        }
        else if (!AcceptWord("to") && MayReport())
        {
            _diagnostics.ExpectedToken(MissingPlace(), "'to'", Found());
        }

        return isIndexed ? (ForSpelling.LoopIndexedTo, false) : (ForSpelling.LoopRefTo, true);
    }
}
