using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Control flow that can be a value: if, match, loop, try, select.</content>
internal sealed partial class Parser
{
    /// <summary><c>if c { … } else if … else { … }</c>; a chain is read in a loop, not by recursion.</summary>
    private IfExpression ParseIf()
    {
        var parts = new List<(int Start, Expression Condition, Expression Then)>();
        Expression? otherwise = null;
        int chain = 0;
        do
        {
            int start = _token.Start;
            Advance();
            Expression condition = ParseCondition();
            Expression then = CanStartBody() ? ParseBranch() : ParseBlock();
            parts.Add((start, condition, then));
        }
        while (AcceptElse(ref otherwise) && !ChainTooLong(ref chain));

        for (int i = parts.Count - 1; i >= 0; i--)
        {
            (int start, Expression condition, Expression then) = parts[i];
            otherwise = new IfExpression(From(start), condition, then, otherwise);
        }

        return (IfExpression)otherwise!;
    }

    /// <summary>Returns true when <c>else if</c> continues the chain; else reads a last <c>else</c>, if any.</summary>
    private bool AcceptElse(ref Expression? otherwise)
    {
        if (IsWord("elif") || IsWord("elsif") || IsWord("elseif"))
        {
            ReportForeign(_token.Span, $"'{Text(_token)}'", "write 'else if'");
            return true;
        }

        if (Kind == TokenKind.Identifier && KindAt(_index + 1) is TokenKind.OpenBrace or TokenKind.If
            && !TokenAt(_index + 1).NewLineBefore && Nearest.To(Text(_token).ToString(), ["else"]) is not null)
        {
            ReportUnknownWord("else");
            Replace(TokenKind.Else);
        }

        if (Kind == TokenKind.Semicolon && KindAt(_index + 1) == TokenKind.Else)
        {
            Advance();
        }

        if (!Accept(TokenKind.Else))
        {
            return false;
        }

        if (Kind == TokenKind.If)
        {
            return true;
        }

        if (Kind == TokenKind.Identifier && !_token.NewLineBefore
            && OnThisLine(TokenKind.OpenBrace) is var brace and > 0
            && brace > _index + 1 && OnThisLine(TokenKind.Equal, brace) < 0
            && OnThisLine(TokenKind.OpenParen, brace) < 0 && !char.IsAsciiLetterUpper(Text(TokenAt(brace - 1))[0]))
        {
            ReportForeign(TextSpan.FromBounds(_token.Start, TokenAt(brace - 1).End), "a condition after 'else'",
                "write 'else if'");
            _index--;
            _token = _tokens[_index];
            return true;
        }

        otherwise = ParseBranch();
        return false;
    }

    /// <summary>A block, or a single expression or statement.</summary>
    private Expression ParseBranch()
    {
        if (Kind == TokenKind.OpenBrace || !StartsStatement(Kind) || Kind == TokenKind.CloseBrace)
        {
            return ParseBlock();
        }

        return IsOnlyStatement() ? BlockOf(ParseStatement()) : ParseExpression();
    }

    private bool IsOnlyStatement() => Kind is TokenKind.While or TokenKind.For or TokenKind.Do or TokenKind.Defer
        || (Kind == TokenKind.Loop && KindAt(_index + 1) != TokenKind.OpenBrace)
        || (StartsDeclaration(Kind)
            && !(Kind is TokenKind.Fn or TokenKind.Fun && KindAt(_index + 1) == TokenKind.OpenParen));

    private MatchExpression ParseMatch()
    {
        Token word = _token;
        Advance();
        Expression? subject = word.Kind == TokenKind.When && Kind == TokenKind.OpenBrace ? null : ParseHead();
        Token open = _token;
        var arms = ImmutableArray.CreateBuilder<MatchArm>();
        bool reportedBefore = _reportedCase;
        _reportedCase = false;
        if (Accept(TokenKind.OpenBrace) || ReportMissingMatchBrace())
        {
            Mode before = SetMode(Mode.Statement);
            while (!AtEndOfBlock)
            {
                int index = _index;
                arms.Add(ParseMatchArm(subject is null));
                EndArm(index);
            }

            SetMode(before);
            CloseBlock(open);
        }

        _reportedCase = reportedBefore;
        return new MatchExpression(From(word.Start), subject, arms.DrainToImmutable());
    }

    /// <summary>Reports that the brace of a match is missing and skips the arms that follow; false.</summary>
    private bool ReportMissingMatchBrace()
    {
        Expect(TokenKind.OpenBrace, "a match is 'match x { pattern => value, … }'");
        int owner = LineStart(_index - 1);
        while (Kind is not (TokenKind.EndOfFile or TokenKind.CloseBrace)
            && (!_token.NewLineBefore || Column(_index) > Column(owner)))
        {
            Advance();
        }

        return false;
    }

    private MatchArm ParseMatchArm(bool byCondition)
    {
        int start = _token.Start;
        Pattern pattern;
        Expression? guard = null;
        if (Kind == TokenKind.Else || (byCondition && IsWord("_")))
        {
            Advance();
            pattern = new WildcardPattern(From(start));
        }
        else if (byCondition)
        {
            pattern = new WildcardPattern(new TextSpan(start, 0));
            guard = ParseExpression();
        }
        else
        {
            if (Kind == TokenKind.Case)
            {
                ReportOnce(_token.Span, "'case' before a pattern", "write 'pattern => expression'");
                Advance();
            }

            pattern = ParsePattern();
            if (Kind == TokenKind.Comma && OnThisLine(TokenKind.FatArrow) is var arrow and > 0
                && OnThisLine(TokenKind.OpenBrace, arrow) < 0 && OnThisLine(TokenKind.OpenParen, arrow) < 0)
            {
                ReportForeign(_token.Span, "',' between patterns", "write '1 | 2 => …'");
                SkipTo(arrow);
            }
            else if (Kind == TokenKind.When)
            {
                ReportForeign(_token.Span, "'when' behind a pattern", "write 'n if n > 3 => …'");
                Replace(TokenKind.If);
            }

            guard = Accept(TokenKind.If) ? ParseHead() : null;
        }

        Expression body = ParseArmBody();
        return new MatchArm(From(start), pattern, guard, body);
    }

    private Expression ParseArmBody()
    {
        if (Kind is TokenKind.Arrow or TokenKind.Colon)
        {
            ReportOnce(_token.Span, $"'{Text(_token)}' behind a pattern", "write 'pattern => expression'");
            Advance();
        }
        else if (!Expect(TokenKind.FatArrow, "an arm is 'pattern => expression'"))
        {
            return new MissingExpression(new TextSpan(_previousEnd, 0));
        }

        if (Kind == TokenKind.OpenBrace)
        {
            return ParseBlock();
        }

        return IsOnlyStatement() ? BlockOf(ParseStatement()) : ParseExpression();
    }

    /// <summary>Reports a foreign form in the arms of a match, for its first arm.</summary>
    private void ReportOnce(TextSpan at, string found, string instead)
    {
        if (!_reportedCase)
        {
            ReportForeign(at, found, instead);
        }

        _reportedCase = true;
    }

    /// <summary>What may stand between arms: a comma, a semicolon, a new line, or nothing after a brace.</summary>
    private void EndArm(int index)
    {
        if (Accept(TokenKind.Comma) || Accept(TokenKind.Semicolon)
            || Kind is TokenKind.CloseBrace or TokenKind.EndOfFile)
        {
            return;
        }

        bool separated = _token.NewLineBefore || KindAt(_index - 1) is TokenKind.CloseBrace or TokenKind.RawBraces;
        if (separated && _index > index && !HasErrorHere)
        {
            return;
        }

        if (MayReport())
        {
            _diagnostics.ExpectedToken(Here, "',' or a new line after the arm", Found());
        }

        if (_index == index)
        {
            Advance();
        }

        SkipLine();
        Accept(TokenKind.Semicolon);
    }

    private LoopExpression ParseLoopExpression()
    {
        int start = _token.Start;
        Advance();
        Block body = ParseBlock();
        return new LoopExpression(From(start), body);
    }

    private TryExpression ParseTry()
    {
        int start = _token.Start;
        Advance();
        Block body = ParseBlock();
        Identifier? name = null;
        Block? handler = null;
        if (IsWord("except") || IsWord("rescue"))
        {
            ReportForeign(_token.Span, $"'{Text(_token)}'", "write 'catch'");
            Advance();
            SkipTo(OnThisLine(TokenKind.OpenBrace));
            handler = ParseBlock();
        }
        else if (AcceptWord("catch"))
        {
            Token open = _token;
            bool inParentheses = Accept(TokenKind.OpenParen);
            if (inParentheses && Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Identifier)
            {
                ReportForeign(_token.Span.To(TokenAt(_index + 1).Span), "types of errors in 'catch'",
                    $"write 'catch {Text(TokenAt(_index + 1))} {{ … }}', and 'match' inside");
                Advance();
            }

            name = Kind == TokenKind.OpenBrace ? null : ParseName("the name of the error");
            if (Kind == TokenKind.Colon)
            {
                ReportForeign(_token.Span.To(TokenAt(_index + 1).Span), "types of errors in 'catch'",
                    $"write 'catch {name?.Text} {{ … }}', and 'match' inside");
                Advance();
                ParseType();
            }

            if (inParentheses)
            {
                ExpectClose(TokenKind.CloseParen, open);
            }

            handler = ParseBlock();
        }
        else if (MayReport())
        {
            _diagnostics.ExpectedToken(MissingPlace(), "'catch'", Found(), "write 'try { … } catch e { … }'");
        }

        return new TryExpression(From(start), body, name, handler);
    }

    private SelectExpression ParseSelect()
    {
        int start = _token.Start;
        Advance();
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Statement);
        var arms = ImmutableArray.CreateBuilder<SelectArm>();
        while (!AtEndOfBlock)
        {
            int index = _index;
            arms.Add(ParseSelectArm());
            EndArm(index);
        }

        SetMode(before);
        CloseBlock(open);
        return new SelectExpression(From(start), arms.DrainToImmutable());
    }

    /// <summary>
    /// <c>[let] x = ch.receive() =&gt; …</c>, <c>ch.send(v) =&gt; …</c>, <c>timeout(ms) =&gt; …</c> or
    /// <c>after ms =&gt; …</c>, <c>_ =&gt; …</c>, <c>else =&gt; …</c>.
    /// </summary>
    private SelectArm ParseSelectArm()
    {
        int start = _token.Start;
        Pattern? binding = null;
        Expression? operation = null;
        if (Kind == TokenKind.Case)
        {
            ReportOnce(_token.Span, "'case' in a 'select'", "write 'x = ch.receive() => …'");
            Advance();
        }

        if (Kind == TokenKind.Else || (KindAt(_index + 1) == TokenKind.FatArrow && (IsWord("_") || IsWord("default"))))
        {
            Advance();
        }
        else if ((IsWord("after") || IsWord("timeout")) && CanStartExpression(KindAt(_index + 1))
            && KindAt(_index + 1) != TokenKind.OpenParen)
        {
            Identifier word = TakeName();
            Expression wait = ParseConditional();
            operation = new CallExpression(From(start), new NameExpression(word.Span, word, []),
                [new Argument(wait.Span, null, wait)], isFallible: false);
        }
        else
        {
            bool isLet = Accept(TokenKind.Let) || Accept(TokenKind.Var);
            int after = Kind == TokenKind.OpenParen ? ScanBrackets(_index) : _index + 1;
            if (isLet || (after >= 0 && KindAt(after) == TokenKind.Equal))
            {
                binding = ParseSinglePattern();
                Expect(TokenKind.Equal);
            }

            operation = ParseConditional();
        }

        Expression body = ParseArmBody();
        return new SelectArm(From(start), binding, operation, body);
    }
}
