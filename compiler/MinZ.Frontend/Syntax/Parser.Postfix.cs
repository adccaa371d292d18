using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>What follows an operand: calls, members, indices, postfix operators.</content>
internal sealed partial class Parser
{
    private Expression ParsePostfix()
    {
        int start = _token.Start;
        Expression expression = ParsePrimary();
        return ParsePostfixOf(start, expression);
    }

    private Expression ParsePostfixOf(int start, Expression expression)
    {
        int chain = 0;
        while (TryParsePostfix(start, expression) is { } longer && !ChainTooLong(ref chain))
        {
            expression = longer;
        }

        return expression;
    }

    private Expression? TryParsePostfix(int start, Expression target)
    {
        if (NewLineEnds && IsAlsoPrefix(Kind))
        {
            return null;
        }

        switch (Kind)
        {
            case TokenKind.OpenParen:
                ImmutableArray<Argument> arguments = ParseArguments();
                return new CallExpression(From(start), target, arguments, isFallible: false);
            case TokenKind.OpenBracket:
                return ParseIndex(start, target);
            case TokenKind.Dot:
                return ParseMember(start, target, MemberAccess.Dot);
            case TokenKind.ColonColon:
                return ParseMember(start, target, MemberAccess.DoubleColon);
            case TokenKind.Arrow when (_mode & Mode.Arrows) != 0:
                return ParseMember(start, target, MemberAccess.Arrow);
            case TokenKind.PlusPlus or TokenKind.MinusMinus:
                bool isDecrement = Kind == TokenKind.MinusMinus;
                Advance();
                return new IncrementExpression(From(start), target, isDecrement, isPrefix: false);
            case TokenKind.Question:
                return ParseQuestion(start, target);
            case TokenKind.Bang when !_token.SpaceBefore && target is NameExpression name
                && (NextTouches(TokenKind.OpenParen) || NextTouches(TokenKind.OpenBracket)):
                return ParseMacroOfRust(start, name);
            case TokenKind.Bang when !_token.SpaceBefore && target is not NameExpression { Name.IsMissing: true }
                && (KindAt(_index + 1)
                        is TokenKind.Dot or TokenKind.CloseParen or TokenKind.Comma or TokenKind.Semicolon
                    || TokenAt(_index + 1).NewLineBefore):
                string value = _source.ToString(target.Span);
                ReportForeign(_token.Span, "'!' behind a value",
                    $"write '{value} ?? …', or 'if let x = {value} {{ … }}'");
                Advance();
                return target;
            case TokenKind.OpenBrace when IsStructLiteral(target):
                return ParseStructLiteral(start, target);
            default:
                return null;
        }
    }

    private MemberExpression ParseMember(int start, Expression target, MemberAccess access)
    {
        Advance();
        if (Kind == TokenKind.Star && !_token.SpaceBefore)
        {
            string pointer = _source.ToString(TextSpan.FromBounds(start, TokenAt(_index - 1).Start));
            ReportForeign(TextSpan.FromBounds(TokenAt(_index - 1).Start, _token.End), "'.*'", $"write '*{pointer}'");
            Advance();
            var nothing = new Identifier("", new TextSpan(_previousEnd, 0));
            return new MemberExpression(From(start), target, access, nothing, []);
        }

        Identifier name = ParseMemberName();
        ImmutableArray<TypeSyntax> arguments = Kind == TokenKind.Less && IsTypeArguments() ? ParseTypeArguments() : [];
        return new MemberExpression(From(start), target, access, name, arguments);
    }

    /// <summary>
    /// After an operand: <c>f?(x)</c>, <c>f(x)?</c>, or null where the <c>?</c> belongs to <c>? a : b</c>.
    /// </summary>
    private Expression? ParseQuestion(int start, Expression target)
    {
        bool isTernary = IsTernary();
        bool touches = !_token.SpaceBefore && NextTouches(TokenKind.OpenParen)
            && target is NameExpression or MemberExpression;
        if (touches && (!isTernary || _ternaryDepth > 0))
        {
            Advance();
            ImmutableArray<Argument> arguments = ParseArguments();
            return new CallExpression(From(start), target, arguments, isFallible: true);
        }

        if (isTernary)
        {
            return null;
        }

        Advance();
        return new PropagateExpression(From(start), target);
    }

    private Expression ParseIndex(int start, Expression target)
    {
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        int indexStart = _token.Start;
        Expression index = Kind is TokenKind.DotDot or TokenKind.DotDotEqual
            ? ParseRangeEnd(indexStart, null)
            : Kind == TokenKind.Colon ? new MissingExpression(new TextSpan(indexStart, 0)) : ParseExpression();
        if (Kind == TokenKind.Colon)
        {
            SkipSliceOfPython(indexStart);
        }
        else if (Kind == TokenKind.Comma && OnThisLine(TokenKind.CloseBracket) is var last and >= 0)
        {
            ReportForeign(_token.Span, "several indices in one '[ ]'", "write 'a[i][j]'");
            SkipTo(last);
        }

        SetMode(before);
        ExpectClose(TokenKind.CloseBracket, open);
        return index is RangeExpression range
            ? new SliceExpression(From(start), target, range.Start, range.End, range.IsInclusive)
            : new IndexExpression(From(start), target, index);
    }

    /// <summary>Arguments in parentheses: <c>(a, name: b)</c>.</summary>
    private ImmutableArray<Argument> ParseArguments()
    {
        Token open = _token;
        Advance();
        if (Accept(TokenKind.CloseParen))
        {
            return [];
        }

        Mode before = SetMode(Mode.Bracketed);
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        while (!EndsList(TokenKind.CloseParen))
        {
            arguments.Add(ParseArgument());
            if (!ListContinues(TokenKind.CloseParen))
            {
                break;
            }
        }

        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        return arguments.DrainToImmutable();
    }

    private Argument ParseArgument()
    {
        int start = _token.Start;
        Identifier? name = null;
        if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Colon)
        {
            name = TakeName();
            Advance();
        }

        else if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Equal)
        {
            ReportForeign(TokenAt(_index + 1).Span, "'=' behind the name of an argument", $"write '{Text(_token)}: …'");
            name = TakeName();
            Advance();
        }

        Expression value = ParseExpression();
        if (Kind == TokenKind.FatArrow)
        {
            value = ParseArrowLambda(start);
        }

        return new Argument(From(start), name, value);
    }
}
