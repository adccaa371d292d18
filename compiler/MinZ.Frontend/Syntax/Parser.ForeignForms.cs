using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Blocks without braces, and heads of loops, operators and operands as other languages write them.</content>
internal sealed partial class Parser
{
    /// <summary>
    /// The block that should begin here but has no brace: the one later on the line, or the lines below that stand
    /// further right.
    /// </summary>
    private Block ParseBlockWithoutBrace()
    {
        int owner = LineStart(Math.Max(0, _index - 1));
        int brace = _token.NewLineBefore ? -1 : OnThisLine(TokenKind.OpenBrace);
        ReportMissingBrace(brace);
        if (brace >= 0)
        {
            SkipTo(brace);
            return ParseBlock();
        }

        if (!_token.NewLineBefore && (Kind == TokenKind.Colon || Kind == TokenKind.Identifier
            && TokenAt(_index + 1).NewLineBefore))
        {
            Advance();
        }

        return ParseIndented(owner);
    }

    private void ReportMissingBrace(int brace)
    {
        if (!_token.NewLineBefore && Kind == TokenKind.In)
        {
            ReportForeign(_token.Span, "'in' as an operator",
                $"write '{Text(TokenAt(_index + 1))}.any(|x| x == {Text(TokenAt(_index - 1))})'");
        }
        else if (!_token.NewLineBefore && Kind == TokenKind.Colon && KindAt(_index + 1) == TokenKind.OpenParen
            && brace >= 0)
        {
            ReportForeign(_token.Span, "steps behind the condition of a loop",
                "write it at the end of the body");
        }
        else if (!_token.NewLineBefore && Kind == TokenKind.Colon)
        {
            ReportForeign(_token.Span, "':' before a block", "write '{ … }' around the statements");
        }
        else if (!_token.NewLineBefore && Text(_token) is "then" or "do" or "begin" or "THEN" or "DO")
        {
            ReportForeign(_token.Span, $"'{Text(_token)}' before a block",
                brace >= 0 ? "leave it out" : "write '{ … }' around the statements");
        }
        else if (!_token.NewLineBefore && Text(_token) is "to" or "TO" or "upto" or "downto" && _index > 0)
        {
            string first = Text(TokenAt(_index - 1)).ToString();
            string last = Text(TokenAt(_index + 1)).ToString();
            ReportForeign(_token.Span, $"'{Text(_token)}' in a loop", IsWord("downto")
                ? $"write '({last}..={first}).rev()'" : $"write '{first}..={last}'");
        }
        else if (!_token.NewLineBefore && Text(_token) is "step" or "by" or "STEP")
        {
            ReportForeign(_token.Span, $"'{Text(_token)}' in a loop",
                "write 'for i in (0..10).step_by(2) { … }'");
        }
        else if (MayReport())
        {
            _diagnostics.ExpectedToken(MissingPlace(), "'{'", Found(),
                "a body is written '{ … }'");
            Hush();
        }
    }

    /// <summary>Statements on lines that stand further right than the line of <paramref name="owner"/>.</summary>
    private Block ParseIndented(int owner)
    {
        int start = _token.Start;
        int indent = Column(owner);
        var statements = ImmutableArray.CreateBuilder<Statement>();
        Mode mode = SetMode(Mode.Statement);
        bool sameLine = !_token.NewLineBefore;
        while (!AtEndOfBlock && (sameLine ? statements.Count == 0 : Column(_index) > indent || !_token.NewLineBefore))
        {
            int before = _index;
            statements.Add(ParseStatement());
            if (_index == before)
            {
                SkipUnexpected();
            }
        }

        SetMode(mode);
        if (Kind == TokenKind.CloseBrace && _missingCloseBraces < 0)
        {
            _missingCloseBraces++;
            Advance();
        }
        else if (Kind == TokenKind.Identifier && _token.NewLineBefore && Column(_index) == indent
            && Text(_token) is "end" or "endif" or "wend" or "fi" or "done" && EndsAfter(_index + 1))
        {
            Advance();
        }

        return new Block(TextSpan.FromBounds(Math.Min(start, _previousEnd), _previousEnd),
            statements.DrainToImmutable(), null);
    }

    /// <summary>
    /// Loop heads of other languages: <c>for (const x of list)</c>, <c>for i = 1 to 10</c>; else null.
    /// </summary>
    private WhileStatement? TryParseForeignFor(int start)
    {
        if (Kind == TokenKind.OpenParen)
        {
            int after = ScanBrackets(_index);
            if (after < 0 || KindAt(after) is TokenKind.In or TokenKind.Bang)
            {
                return null;
            }

            bool threeParts = IsForOfC();
            TextSpan head = TextSpan.FromBounds(_token.Start, TokenAt(after - 1).End);
            ReportForeign(head, threeParts ? "'for' with three parts" : "parentheses after 'for'",
                threeParts ? "write 'for i in 0..10 { … }' or a 'while'" : "write 'for x in list { … }'");
            SkipTo(after);
        }
        else if (Kind == TokenKind.Identifier
            && (KindAt(_index + 1) == TokenKind.Equal || KindAt(_index + 1) == TokenKind.Colon
                && KindAt(_index + 2) == TokenKind.Equal))
        {
            int brace = OnThisLine(TokenKind.OpenBrace);
            int end = brace >= 0 ? brace - 1 : _index + 1;
            bool threeParts = OnThisLine(TokenKind.Semicolon) is var semicolon and >= 0 && semicolon < brace;
            ReportForeign(TextSpan.FromBounds(_token.Start, TokenAt(end).End),
                threeParts ? "'for' with three parts" : "'for' with '='",
                threeParts ? $"write 'for {Text(_token)} in 0..10 {{ … }}' or a 'while'"
                    : $"write 'for {Text(_token)} in 1..=10 {{ … }}'");
            if (brace < 0)
            {
                SkipLine();
            }
            else
            {
                SkipTo(brace);
            }
        }
        else if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Comma)
        {
            SkipPairOfLoop();
        }
        else
        {
            return null;
        }

        Block body = Kind == TokenKind.OpenBrace ? ParseBlock() : ParseIndented(LineStart(_index - 1));
        return new WhileStatement(From(start), new MissingExpression(new TextSpan(start, 0)), body);
    }

    /// <summary>Operators of other languages here, read as those of MinZ: how many tokens, or 0.</summary>
    private int ForeignOperator(out TokenKind meant)
    {
        (string found, string instead, meant, int tokens) = Kind switch
        {
            TokenKind.Less when NextTouches(TokenKind.Greater) => ("'<>'", "write '!='", TokenKind.BangEqual, 2),
            TokenKind.EqualEqual when NextTouches(TokenKind.Equal) => ("'==='", "write '=='", TokenKind.EqualEqual, 2),
            TokenKind.BangEqual when NextTouches(TokenKind.Equal) => ("'!=='", "write '!='", TokenKind.BangEqual, 2),
            TokenKind.Star when NextTouches(TokenKind.Star) && IsPowerOperand(_index + 2) =>
                ("'**'", "multiply: 'x * x'", TokenKind.Star, 2),
            TokenKind.Identifier when !_token.NewLineBefore
                && ForeignWords.Operator(Text(_token)) is var (spelling, kind)
                && CanStartExpression(KindAt(_index + 1)) && !TokenAt(_index + 1).NewLineBefore
                && KindAt(_index + 1) is not TokenKind.OpenBrace
                && !(IsWord("catch") && KindAt(_index + 2) == TokenKind.OpenBrace) =>
                    ($"'{Text(_token)}'", $"write '{spelling}'", kind, 1),
            _ => ("", "", TokenKind.Bad, 0),
        };
        if (tokens > 0)
        {
            ReportForeign(_token.Span.To(TokenAt(_index + tokens - 1).Span), found, instead);
        }

        return tokens;
    }

    private bool IsPowerOperand(int index) => TokenAt(index).SpaceBefore || KindAt(index) == TokenKind.Integer;

    /// <summary>Takes what stands for another operator and leaves the MinZ one as the current token.</summary>
    private void ReplaceForeignOperator()
    {
        int tokens = ForeignOperator(out TokenKind meant);
        for (int i = 1; i < tokens; i++)
        {
            Advance();
        }

        if (tokens > 0)
        {
            Replace(meant);
        }
    }

    /// <summary>
    /// Names of other languages before an operand: <c>new P { }</c>, <c>await f()</c>, <c>f"text"</c>.
    /// </summary>
    private bool SkipForeignPrefix()
    {
        Token next = TokenAt(_index + 1);
        string word = Text(_token).ToString();
        if (next.NewLineBefore)
        {
            return false;
        }

        if (next.Kind == TokenKind.String && !next.SpaceBefore && word.Length <= 2)
        {
            ReportForeign(_token.Span, $"'{word}' before a string",
                word is "f" or "F" ? "a value in a string is written \"#{x}\"" : "leave it out");
        }
        else if (word is "new" && next.Kind == TokenKind.Identifier)
        {
            string type = Text(next).ToString();
            ReportForeign(_token.Span, "'new'", IsWordAt(_index - 1, "throw")
                ? "errors are the variants of an enum: write 'throw E.X'"
                : ForeignNames.Type(type, "") ?? (KindAt(_index + 2) is TokenKind.OpenBrace or TokenKind.Less
                    ? $"write '{type} {{ … }}', and '&' before it for an address"
                    : $"write '{type} {{ field: value }}'"));
        }
        else if (word is "await" && next.Kind == TokenKind.Identifier)
        {
            ReportForeign(_token.Span, "'await'", "leave it out");
        }
        else if (word is "typeof" && next.Kind == TokenKind.Identifier)
        {
            ReportForeign(_token.Span, "'typeof'",
                "types are known when the program is compiled; 'x is T' asks an interface value");
        }
        else if (word is "move" && next.Kind is TokenKind.Pipe or TokenKind.PipePipe)
        {
            ReportForeign(_token.Span, "'move'", "leave it out: function values share the variables around them");
        }
        else if (word is "chan" && next.Kind == TokenKind.Identifier)
        {
            ReportForeign(_token.Span, "types behind 'chan'", $"write 'chan<{Text(next)}>(1)'");
        }

        else if (word is "try" && next.Kind == TokenKind.Identifier)
        {
            ReportForeign(_token.Span, "'try' before a call", "write '?' behind the call: 'f()?'");
        }
        else
        {
            return false;
        }

        Advance();
        return true;
    }

    /// <summary><c>lambda x: e</c> and the like: skipped with the rest of the line.</summary>
    private bool SkipForeignLambda()
    {
        if (SkipBracketsOfGo())
        {
            return true;
        }

        if (!IsWord("lambda") || TokenAt(_index + 1).Kind is not (TokenKind.Identifier or TokenKind.Colon))
        {
            return false;
        }

        ReportForeign(_token.Span, "'lambda'", "write '|x| x + 1'");
        int close = OnThisLine(TokenKind.CloseParen);
        if (close >= 0)
        {
            SkipTo(close);
        }
        else
        {
            SkipLine();
        }

        return true;
    }

    /// <summary>What a value of another language in the place of an expression is called here.</summary>
    private string? MissingExpressionHint()
    {
        Token next = TokenAt(_index + 1);
        Token previous = TokenAt(Math.Max(0, _index - 1));
        string number = Text(next).ToString();
        return Kind switch
        {
            TokenKind.Percent when next.Kind == TokenKind.Integer && !next.SpaceBefore =>
                $"binary numbers are written 0b{number}",
            TokenKind.Dot when next.Kind == TokenKind.Identifier && !next.SpaceBefore =>
                $"write the name of the type before it: 'Name.{Text(next)}'",
            TokenKind.Dot when next.Kind == TokenKind.Integer && !next.SpaceBefore => $"write '0.{number}'",
            TokenKind.Equal when previous.Kind is TokenKind.Plus or TokenKind.Minus or TokenKind.Star or TokenKind.Slash
                or TokenKind.Percent or TokenKind.Ampersand or TokenKind.Pipe or TokenKind.Caret =>
                $"write '{Text(previous)}=' without a blank",
            TokenKind.Less when previous.Kind == TokenKind.Equal && !_token.SpaceBefore => "write '<='",
            TokenKind.Less when next.Kind == TokenKind.Minus => "a value is received by 'c.receive()'",
            TokenKind.Greater when previous.Kind == TokenKind.Greater => "write '>>'",
            TokenKind.Else => "'else' follows the '}' of an 'if'",
            _ when TokenFacts.IsKeyword(Kind) && !_token.NewLineBefore => $"'{Text(_token)}' is a reserved word",
            _ => null,
        };
    }
}
