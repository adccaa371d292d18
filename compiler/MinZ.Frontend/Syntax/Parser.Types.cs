using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Types.</content>
internal sealed partial class Parser
{
    /// <summary>A type, with <c>?</c> or <c>? E</c> after it unless it is the type of a cast.</summary>
    private TypeSyntax ParseType(bool inCast = false)
    {
        if (!Enter())
        {
            Leave();
            return new MissingType(new TextSpan(_previousEnd, 0));
        }

        int start = _token.Start;
        TypeSyntax type = ParseTypeWithoutSuffix(inCast);
        if (!inCast && Kind == TokenKind.OpenBracket && !_token.SpaceBefore && type is NamedType)
        {
            type = ParseLengthAfterType(start, type);
        }

        while (!inCast && Kind == TokenKind.Question && !NewLineEnds)
        {
            Advance();
            if (Kind == TokenKind.Identifier && !_token.NewLineBefore)
            {
                TypeSyntax error = ParseNamedType(false);
                type = new FallibleType(From(start), type, error);
                break;
            }

            type = new OptionalType(From(start), type);
        }

        Leave();
        return type;
    }

    private TypeSyntax ParseTypeWithoutSuffix(bool inCast)
    {
        switch (Kind)
        {
            case TokenKind.Identifier when IsWord("dyn") && KindAt(_index + 1) == TokenKind.Identifier:
            case TokenKind.Impl when KindAt(_index + 1) == TokenKind.Identifier && !TokenAt(_index + 1).NewLineBefore:
                ReportForeign(_token.Span, $"'{Text(_token)}' before a type",
                    $"leave it out: '{Text(TokenAt(_index + 1))}' is whatever implements it");
                Advance();
                return ParseNamedType(inCast);
            case TokenKind.Identifier when IsWord("map") && KindAt(_index + 1) == TokenKind.OpenBracket:
                return SkipMapOfGo();
            case TokenKind.Identifier:
                return ParseNamedType(inCast);
            case TokenKind.Star or TokenKind.Ampersand or TokenKind.AmpersandAmpersand:
                return ParsePointerType(inCast);
            case TokenKind.OpenBracket:
                return ParseArrayType(inCast);
            case TokenKind.OpenParen:
                return ParseTupleType();
            case TokenKind.Fn or TokenKind.Fun:
                return ParseFunctionType();
            case TokenKind.Pipe or TokenKind.PipePipe:
                return ParseBarFunctionType();
            case TokenKind.Question or TokenKind.Bang when KindAt(_index + 1) == TokenKind.Identifier:
                ReportForeign(_token.Span, $"'{Text(_token)}' before a type", Kind == TokenKind.Question
                    ? $"write '{Text(TokenAt(_index + 1))}?'"
                    : $"write '{Text(TokenAt(_index + 1))} ? E', where E is the enum of errors");
                bool isOptional = Kind == TokenKind.Question;
                int start = _token.Start;
                Advance();
                TypeSyntax value = ParseTypeWithoutSuffix(inCast);
                return isOptional ? new OptionalType(From(start), value) : value;
            case TokenKind.DotDot when KindAt(_index + 1) is TokenKind.Dot:
                ReportForeign(_token.Span.To(TokenAt(_index + 1).Span), "variable numbers of arguments",
                    $"take a slice: '[]{Text(TokenAt(_index + 2))}'");
                Advance();
                Advance();
                return ParseTypeWithoutSuffix(inCast);
            default:
                if (MayReport())
                {
                    _diagnostics.ExpectedType(MissingPlace(), Found(), KindAt(_index - 1) == TokenKind.Arrow
                        && Kind == TokenKind.OpenBrace ? "leave '->' out where nothing is returned"
                        : KindAt(_index - 1) == TokenKind.Colon && Kind == TokenKind.Equal
                        ? "write a type behind ':'" : null);
                }

                return new MissingType(new TextSpan(_previousEnd, 0));
        }
    }

    private NamedType ParseNamedType(bool inCast)
    {
        int start = _token.Start;
        if (TryParseFixedPoint() is { } fixedPoint)
        {
            return fixedPoint;
        }

        ImmutableArray<Identifier> path = ParsePath("a type");

        // In 'x as u8 < y' the sign is a comparison: only a complete list of types makes it an instantiation.
        bool hasArguments = Kind == TokenKind.Less && (!inCast || ScanTypeArguments(_index) >= 0);
        ImmutableArray<TypeSyntax> arguments = hasArguments ? ParseTypeArguments() : [];
        return new NamedType(From(start), path, arguments);
    }

    /// <summary><c>f8.8</c>, <c>f.8</c>, <c>f.16</c>, <c>f16.8</c>, <c>f8.16</c>.</summary>
    private NamedType? TryParseFixedPoint()
    {
        Token fraction = TokenAt(_index + 2);
        if (Text(_token) is not ("f" or "f8" or "f16") || KindAt(_index + 1) != TokenKind.Dot
            || fraction.Kind != TokenKind.Integer || fraction.SpaceBefore)
        {
            return null;
        }

        TextSpan span = _token.Span.To(fraction.Span);
        Advance();
        Advance();
        Advance();
        return new NamedType(span, [new Identifier(_source.ToString(span), span)], []);
    }

    private ImmutableArray<TypeSyntax> ParseTypeArguments()
    {
        Token open = _token;
        Advance();
        var types = ImmutableArray.CreateBuilder<TypeSyntax>();
        do
        {
            types.Add(ParseType());
        }
        while (Accept(TokenKind.Comma));
        ExpectClose(TokenKind.Greater, open);
        return types.DrainToImmutable();
    }

    private TypeSyntax ParsePointerType(bool inCast)
    {
        int start = _token.Start;
        bool isReference = Kind != TokenKind.Star;
        bool isDouble = Kind == TokenKind.AmpersandAmpersand;
        Advance();
        PointerAccess access = Accept(TokenKind.Mut) ? PointerAccess.Mutable
            : Accept(TokenKind.Const) ? PointerAccess.Constant : PointerAccess.Unspecified;
        if (!Enter())
        {
            Leave();
            return new MissingType(From(start));
        }

        TypeSyntax element = ParseTypeWithoutSuffix(inCast);
        Leave();
        if (isDouble)
        {
            element = new PointerType(From(start + 1), element, true, access);
            access = PointerAccess.Unspecified;
        }

        return new PointerType(From(start), element, isReference, access);
    }

    /// <summary><c>[]T</c>, <c>[T]</c>, <c>[T; N]</c>, <c>[N]T</c>.</summary>
    private TypeSyntax ParseArrayType(bool inCast)
    {
        Token open = _token;
        Advance();
        if (Accept(TokenKind.CloseBracket))
        {
            TypeSyntax sliced = ParseElementType(inCast);
            return new SliceType(From(open.Start), sliced);
        }

        int afterType = ScanType(_index);
        bool typeFirst = afterType >= 0 && (KindAt(afterType) == TokenKind.Semicolon
            || (KindAt(afterType) == TokenKind.CloseBracket && !StartsElementType(afterType + 1)));
        Mode before = SetMode(Mode.Bracketed);
        TypeSyntax? element = typeFirst ? ParseType() : null;
        Expression? length = !typeFirst || Accept(TokenKind.Semicolon) ? ParseExpression() : null;
        SetMode(before);
        ExpectClose(TokenKind.CloseBracket, open);
        if (element is null)
        {
            element = ParseElementType(inCast);
            return new ArrayType(From(open.Start), element, length!, lengthFirst: true);
        }

        return length is null ? new SliceType(From(open.Start), element)
            : new ArrayType(From(open.Start), element, length, lengthFirst: false);
    }

    /// <summary><c>u8[10]</c>, as in C: reported and understood.</summary>
    private ArrayType ParseLengthAfterType(int start, TypeSyntax element)
    {
        Token open = _token;
        string name = _source.ToString(element.Span);
        if (MayReport())
        {
            _diagnostics.ForeignSyntax(Here, "length after a type", $"write '[{name}; length]' or '[]{name}'");
        }

        Advance();
        Mode before = SetMode(Mode.Bracketed);
        Expression length = Kind == TokenKind.CloseBracket ? new MissingExpression(new TextSpan(_previousEnd, 0))
            : ParseExpression();
        SetMode(before);
        ExpectClose(TokenKind.CloseBracket, open);
        return new ArrayType(From(start), element, length, lengthFirst: false);
    }

    private bool StartsElementType(int index) => CanStartType(KindAt(index)) && !TokenAt(index).NewLineBefore;

    private TypeSyntax ParseElementType(bool inCast)
    {
        bool entered = Enter();
        TypeSyntax type = entered ? ParseTypeWithoutSuffix(inCast) : new MissingType(new TextSpan(_previousEnd, 0));
        Leave();
        return type;
    }

    /// <summary><c>()</c>, <c>(T)</c>, <c>(A, B)</c>, <c>(A =&gt; R)</c>.</summary>
    private TypeSyntax ParseTupleType()
    {
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        var elements = ImmutableArray.CreateBuilder<TypeSyntax>();
        while (Kind is not (TokenKind.CloseParen or TokenKind.FatArrow or TokenKind.EndOfFile))
        {
            elements.Add(ParseType());
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        TypeSyntax? result = Accept(TokenKind.FatArrow) ? ParseType() : null;
        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        return result is not null ? new FunctionType(From(open.Start), elements.DrainToImmutable(), result)
            : elements.Count == 1 ? elements[0]
            : new TupleType(From(open.Start), elements.DrainToImmutable());
    }

    /// <summary><c>fn(A, b: B) -&gt; R</c>; names of parameters are allowed and mean nothing.</summary>
    private FunctionType ParseFunctionType()
    {
        int start = _token.Start;
        Advance();
        Token open = _token;
        var parameters = ImmutableArray.CreateBuilder<TypeSyntax>();
        if (Expect(TokenKind.OpenParen))
        {
            Mode before = SetMode(Mode.Bracketed);
            ParseParameterTypes(parameters, TokenKind.CloseParen);
            SetMode(before);
            ExpectClose(TokenKind.CloseParen, open);
        }

        TypeSyntax? result = Accept(TokenKind.Arrow) ? ParseType() : null;
        return new FunctionType(From(start), parameters.DrainToImmutable(), result);
    }

    /// <summary><c>|A, B| =&gt; R</c> or with <c>-&gt;</c>.</summary>
    private FunctionType ParseBarFunctionType()
    {
        Token open = _token;
        var parameters = ImmutableArray.CreateBuilder<TypeSyntax>();
        if (!Accept(TokenKind.PipePipe))
        {
            Advance();
            ParseParameterTypes(parameters, TokenKind.Pipe);
            ExpectClose(TokenKind.Pipe, open);
        }

        TypeSyntax? result = Accept(TokenKind.FatArrow) || Accept(TokenKind.Arrow) ? ParseType() : null;
        return new FunctionType(From(open.Start), parameters.DrainToImmutable(), result);
    }

    private void ParseParameterTypes(ImmutableArray<TypeSyntax>.Builder types, TokenKind close)
    {
        while (Kind != close && Kind != TokenKind.EndOfFile)
        {
            if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Colon)
            {
                Advance();
                Advance();
            }

            types.Add(ParseType());
            if (!Accept(TokenKind.Comma))
            {
                return;
            }
        }
    }
}
