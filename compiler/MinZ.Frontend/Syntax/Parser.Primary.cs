using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Literals, names, parentheses and everything else an operand can be.</content>
internal sealed partial class Parser
{
    private Expression ParsePrimary()
    {
        if (IsLiteral(Kind))
        {
            return ParseLiteral();
        }

        if (_reservedNames.Contains(Kind) && KindAt(_index + 1) is TokenKind.CloseParen or TokenKind.Comma
            or TokenKind.Semicolon or TokenKind.CloseBracket or TokenKind.Plus or TokenKind.Equal or TokenKind.PlusEqual
            or TokenKind.Dot or TokenKind.EqualEqual or TokenKind.Less or TokenKind.Greater)
        {
            // Its declaration was reported.
            Advance();
            return new MissingExpression(new TextSpan(_previousEnd, 0));
        }

        switch (Kind)
        {
            case TokenKind.Identifier:
                return ParseNameOrWord();
            case TokenKind.OpenParen:
                return ParseParenthesized();
            case TokenKind.OpenBracket:
                return ParseArrayLiteral();
            case TokenKind.OpenBrace when (_mode & Mode.Structs) == 0:
                return ReportMissingExpression();
            case TokenKind.OpenBrace when IsLiteral(KindAt(_index + 1)) && KindAt(_index + 2) == TokenKind.Colon:
                return SkipDictionary();
            case TokenKind.OpenBrace:
                bool hasFields = IsFieldList(_index) && KindAt(_index + 2) == TokenKind.Colon;
                return hasFields ? ParseStructLiteral(_token.Start, null)
                    : IsBraceLiteral() ? ParseBraceLiteral() : ParseBlock();
            case TokenKind.Dot when KindAt(_index + 1) == TokenKind.OpenBrace:
                int start = _token.Start;
                Advance();
                return ParseStructLiteral(start, null);
            case TokenKind.Pipe or TokenKind.PipePipe:
                return ParseBarLambda();
            case TokenKind.Fn or TokenKind.Fun:
                return ParseFunctionLambda(LambdaSpelling.Function);
            case TokenKind.If:
                return ParseIf();
            case TokenKind.Let when _mode != Mode.Statement:
                return ParseLetCondition();
            case TokenKind.Match or TokenKind.Case or TokenKind.When:
                return ParseMatch();
            case TokenKind.Loop when KindAt(_index + 1) is TokenKind.CloseParen or TokenKind.Comma or TokenKind.Plus
                or TokenKind.Minus or TokenKind.Semicolon or TokenKind.CloseBracket:
                MissingExpression missing = ReportMissingExpression();
                Advance();
                return missing;
            case TokenKind.Loop:
                return ParseLoopExpression();
            case TokenKind.Return or TokenKind.Break or TokenKind.Continue when !FollowsOpenOperator:
                return ParseJump();
            case TokenKind.Sizeof:
                return ParseSizeof();
            case TokenKind.At:
                return ParseMetaOperand();
            case TokenKind.Asm or TokenKind.Mir:
                return BlockOf(ParseAsmOrMir());
            case TokenKind.DotDot or TokenKind.DotDotEqual:
                return ParseRangeEnd(_token.Start, null);
            default:
                return ReportMissingExpression();
        }
    }

    /// <summary>
    /// Whether the line before ended in an operator whose operand is missing: a jump here is a statement.
    /// </summary>
    private bool FollowsOpenOperator => _token.NewLineBefore && _index > 0
        && TokenAt(_index - 1).Kind is TokenKind.Equal
        or TokenKind.Plus or TokenKind.Minus or TokenKind.Star or TokenKind.Slash or TokenKind.Percent;

    private MissingExpression ReportMissingExpression(string? hint = null)
    {
        if (MayReport())
        {
            bool isAlone = Kind == TokenKind.Else;
            _diagnostics.ExpectedExpression(isAlone ? Here : MissingPlace(), Found(), hint ?? MissingExpressionHint());
        }

        return new MissingExpression(new TextSpan(_previousEnd, 0));
    }

    private Expression ParseLiteral()
    {
        Token token = _token;
        TextSpan span = token.Span;
        Advance();
        return token.Kind switch
        {
            TokenKind.Integer => new IntegerLiteral(span, _literals.Integer(span)),
            TokenKind.Fraction => new FractionLiteral(span, _literals.Fraction(span)),
            TokenKind.Character => new CharLiteral(span, _literals.Character(span)),
            TokenKind.True => new BooleanLiteral(span, true),
            TokenKind.False => new BooleanLiteral(span, false),
            TokenKind.Null => new NullLiteral(span, isNone: false),
            TokenKind.None => new NullLiteral(span, isNone: true),
            _ => ParseString(span),
        };
    }

    /// <summary>A name, or a construct that begins with a word special only here.</summary>
    private Expression ParseNameOrWord()
    {
        Token next = TokenAt(_index + 1);
        bool together = !next.NewLineBefore;
        switch (Text(_token))
        {
            case "spawn" when together && next.Kind is TokenKind.Identifier or TokenKind.OpenBrace:
                return ParseSpawn();
            case "spawn" when together && next.Kind is TokenKind.PipePipe or TokenKind.Fn or TokenKind.Fun:
                return ParseSpawnOfLambda();
            case "try" when next.Kind == TokenKind.OpenBrace:
                return ParseTry();
            case "select" when next.Kind == TokenKind.OpenBrace && (_mode & Mode.Structs) != 0:
                return ParseSelect();
            case "throw" when together && (next.Kind is TokenKind.Identifier or TokenKind.OpenParen
                || IsLiteral(next.Kind)):
                return ParseThrow();
            case "lamb" when next.Kind == TokenKind.OpenParen && ScanBrackets(_index + 1) is var after and >= 0
                && KindAt(after) is TokenKind.Arrow or TokenKind.FatArrow or TokenKind.OpenBrace:
                return ParseFunctionLambda(LambdaSpelling.Lamb);
        }

        int start = _token.Start;
        bool isTry = IsWord("try");
        if (SkipForeignPrefix())
        {
            return IsLiteral(Kind) ? ParseLiteral() : isTry ? new PropagateExpression(From(start), ParsePostfix())
                : ParsePostfix();
        }

        if (SkipForeignLambda())
        {
            return new MissingExpression(new TextSpan(_previousEnd, 0));
        }

        Identifier name = TakeName();
        // `f<u8>(x)` names types; with a space, as in `g(a < b, c > (d))`, it is a comparison.
        bool isGeneric = Kind == TokenKind.Less && !_token.SpaceBefore && IsTypeArguments();
        ImmutableArray<TypeSyntax> arguments = isGeneric ? ParseTypeArguments() : [];
        return new NameExpression(From(start), name, arguments);
    }

    /// <summary><c>(e)</c>, <c>(a, b)</c>, <c>()</c>.</summary>
    private Expression ParseParenthesized()
    {
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        int ternaryDepth = _ternaryDepth;
        _ternaryDepth = 0;
        var elements = ImmutableArray.CreateBuilder<Expression>();
        bool isTuple = Kind == TokenKind.CloseParen;
        while (!EndsList(TokenKind.CloseParen))
        {
            elements.Add(ParseExpression());
            if (!ListContinues(TokenKind.CloseParen))
            {
                break;
            }

            isTuple = true;
        }

        _ternaryDepth = ternaryDepth;
        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        return isTuple || elements.Count != 1 ? new TupleLiteral(From(open.Start), elements.DrainToImmutable())
            : elements[0];
    }

    private Expression ParseSizeof()
    {
        int start = _token.Start;
        Advance();
        Token open = _token;
        if (!Expect(TokenKind.OpenParen, $"write 'sizeof({Text(_token)})'"))
        {
            return new SizeofExpression(From(start), new MissingType(new TextSpan(_previousEnd, 0)));
        }

        if (Kind == TokenKind.Identifier && KindAt(_index + 1) is TokenKind.OpenBracket or TokenKind.OpenParen
            && ScanBrackets(_index + 1) is var after and > 0)
        {
            ReportForeign(TextSpan.FromBounds(_token.Start, TokenAt(after - 1).End), "'sizeof' of a value",
                "write its type: 'sizeof(u16)'; 'len(a)' counts elements");
            SkipTo(after);
            Accept(TokenKind.CloseParen);
            return new MissingExpression(new TextSpan(_previousEnd, 0));
        }

        TypeSyntax type = ParseType();
        ExpectClose(TokenKind.CloseParen, open);
        return new SizeofExpression(From(start), type);
    }

    private Expression ParseJump()
    {
        Token token = _token;
        Advance();
        bool hasValue = token.Kind != TokenKind.Continue && !_token.NewLineBefore && CanStartExpression(Kind)
            && !(Kind == TokenKind.If && token.Kind == TokenKind.Break)
            && !(Kind == TokenKind.OpenBrace && (_mode & Mode.Structs) == 0);
        Mode before = SetMode(token.Kind == TokenKind.Return ? _mode | Mode.Returned : _mode);
        Expression? value = hasValue ? ParseExpression() : null;
        SetMode(before);
        TextSpan span = From(token.Start);
        return token.Kind switch
        {
            TokenKind.Return => new ReturnExpression(span, value),
            TokenKind.Break => new BreakExpression(span, value),
            _ => new ContinueExpression(span),
        };
    }

    private SpawnExpression ParseSpawn()
    {
        int start = _token.Start;
        Advance();
        Expression operand = ParsePostfix();
        if (operand is Block body)
            operand = new LambdaExpression(body.Span, LambdaSpelling.Bars, [], null, body);
        return new SpawnExpression(From(start), operand);
    }

    private ThrowExpression ParseThrow()
    {
        int start = _token.Start;
        Advance();
        Expression value = ParseConditional();
        return new ThrowExpression(From(start), value);
    }

    private static Block BlockOf(Statement statement) => new(statement.Span, [statement], null);
}
