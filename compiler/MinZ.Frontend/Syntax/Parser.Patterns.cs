using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Patterns.</content>
internal sealed partial class Parser
{
    private Pattern ParsePattern()
    {
        if (!Enter())
        {
            Leave();
            return new MissingPattern(new TextSpan(_previousEnd, 0));
        }

        int start = _token.Start;
        Accept(TokenKind.Pipe);
        Pattern first = ParseSinglePattern();
        if (Kind == TokenKind.Pipe)
        {
            var alternatives = ImmutableArray.CreateBuilder<Pattern>();
            alternatives.Add(first);
            while (Accept(TokenKind.Pipe))
            {
                alternatives.Add(ParseSinglePattern());
            }

            first = new OrPattern(From(start), alternatives.DrainToImmutable());
        }

        Leave();
        return first;
    }

    private Pattern ParseSinglePattern()
    {
        int start = _token.Start;
        if (IsLiteral(Kind) || (Kind == TokenKind.Minus && IsLiteral(KindAt(_index + 1))))
        {
            Expression value = ParsePatternValue();
            return (Pattern?)TryParseRangePattern(start, value) ?? new LiteralPattern(value.Span, value);
        }

        switch (Kind)
        {
            case TokenKind.Mut:
                Advance();
                return new NamePattern(From(start), ParseName("a name"), isMutable: true);
            case TokenKind.OpenParen:
                return ParseTuplePattern();
            case TokenKind.Identifier when Text(_token) is "_":
                Advance();
                return new WildcardPattern(From(start));
            case TokenKind.Identifier:
                return ParsePathPattern();
            default:
                if (MayReport())
                {
                    _diagnostics.ExpectedPattern(Kind == TokenKind.FatArrow ? Here : MissingPlace(), Found());
                }

                return new MissingPattern(new TextSpan(_previousEnd, 0));
        }
    }

    private Pattern ParsePathPattern()
    {
        int start = _token.Start;
        ImmutableArray<Identifier> path = ParsePath("a name");
        if (Kind is TokenKind.DotDot or TokenKind.DotDotEqual)
        {
            return TryParseRangePattern(start, PathExpression(path))!;
        }

        if (Kind == TokenKind.OpenParen && !NewLineEnds)
        {
            ImmutableArray<Pattern> payload = ParsePatternList();
            return new VariantPattern(From(start), path, payload);
        }

        if (IsFieldList(_index) && !_token.NewLineBefore && (_mode & Mode.Structs) != 0)
        {
            return ParseStructPattern(start, path);
        }

        return path.Length == 1 ? new NamePattern(From(start), path[0], isMutable: false)
            : new VariantPattern(From(start), path, null);
    }

    private StructPattern ParseStructPattern(int start, ImmutableArray<Identifier> path)
    {
        Token open = _token;
        Advance();
        var fields = ImmutableArray.CreateBuilder<FieldPattern>();
        while (Kind is not (TokenKind.CloseBrace or TokenKind.EndOfFile))
        {
            int fieldStart = _token.Start;
            int before = _index;
            if (Accept(TokenKind.DotDot))
            {
                // The fields that are left out match whatever they are.
                break;
            }

            bool isMutable = Accept(TokenKind.Mut);
            Identifier name = ParseName("a field");
            Pattern pattern = !isMutable && Accept(TokenKind.Colon) ? ParsePattern()
                : new NamePattern(name.Span, name, isMutable);
            fields.Add(new FieldPattern(From(fieldStart), name, pattern));
            if (!Accept(TokenKind.Comma) || _index == before)
            {
                break;
            }
        }

        ExpectClose(TokenKind.CloseBrace, open);
        return new StructPattern(From(start), path, fields.DrainToImmutable());
    }

    private Pattern ParseTuplePattern()
    {
        int start = _token.Start;
        ImmutableArray<Pattern> elements = ParsePatternList();
        return elements.Length == 1 ? elements[0] : new TuplePattern(From(start), elements);
    }

    private ImmutableArray<Pattern> ParsePatternList()
    {
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        var patterns = ImmutableArray.CreateBuilder<Pattern>();
        while (Kind is not (TokenKind.CloseParen or TokenKind.EndOfFile))
        {
            patterns.Add(ParsePattern());
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        return patterns.DrainToImmutable();
    }

    private RangePattern? TryParseRangePattern(int start, Expression low)
    {
        if (!Accept(TokenKind.DotDot) && !Accept(TokenKind.DotDotEqual))
        {
            return null;
        }

        Expression high = ParsePatternValue();
        return new RangePattern(From(start), low, high);
    }

    /// <summary>A literal, a negative number or the path of a constant.</summary>
    private Expression ParsePatternValue()
    {
        int start = _token.Start;
        if (Kind == TokenKind.Minus)
        {
            Advance();
            Expression operand = ParsePatternOperand();
            return new UnaryExpression(From(start), UnaryOperator.Negate, operand);
        }

        return ParsePatternOperand();
    }

    private Expression ParsePatternOperand()
    {
        if (IsLiteral(Kind))
        {
            return ParseLiteral();
        }

        if (Kind == TokenKind.Identifier)
        {
            return PathExpression(ParsePath("a constant"));
        }

        return ReportMissingExpression();
    }

    private static Expression PathExpression(ImmutableArray<Identifier> path)
    {
        Expression expression = new NameExpression(path[0].Span, path[0], []);
        for (int i = 1; i < path.Length; i++)
        {
            TextSpan span = path[0].Span.To(path[i].Span);
            expression = new MemberExpression(span, expression, MemberAccess.Dot, path[i], []);
        }

        return expression;
    }
}
