using System.Collections.Immutable;

namespace MinZ.Frontend.Syntax;

/// <content>Lambdas and the parameters of functions.</content>
internal sealed partial class Parser
{
    /// <summary><c>|x, y| e</c>, <c>|x: T| =&gt; R { … }</c>, <c>|x| -&gt; R { … }</c>, <c>|| { … }</c>.</summary>
    private LambdaExpression ParseBarLambda()
    {
        Token open = _token;
        ImmutableArray<Parameter> parameters = [];
        if (!Accept(TokenKind.PipePipe))
        {
            Advance();
            parameters = ParseLambdaParameters(TokenKind.Pipe);
            ExpectClose(TokenKind.Pipe, open);
        }

        (TypeSyntax? result, Expression body) = ParseLambdaTail();
        return new LambdaExpression(From(open.Start), LambdaSpelling.Bars, parameters, result, body);
    }

    /// <summary><c>fn(x: T) -&gt; R { … }</c> and <c>lamb(x) -&gt; R { … }</c>.</summary>
    private LambdaExpression ParseFunctionLambda(LambdaSpelling spelling)
    {
        int start = _token.Start;
        Advance();
        Token open = _token;
        ImmutableArray<Parameter> parameters = [];
        if (Expect(TokenKind.OpenParen))
        {
            Mode before = SetMode(Mode.Bracketed);
            parameters = ParseLambdaParameters(TokenKind.CloseParen);
            SetMode(before);
            ExpectClose(TokenKind.CloseParen, open);
        }

        (TypeSyntax? result, Expression body) = ParseLambdaTail();
        return new LambdaExpression(From(start), spelling, parameters, result, body);
    }

    /// <summary>
    /// At a <c>||</c> that begins a line: whether it begins a lambda, because a body follows that no condition has, or
    /// because it stands right below a declaration instead of farther in.
    /// </summary>
    private bool IsLambdaLine()
    {
        if (Kind != TokenKind.PipePipe)
        {
            return false;
        }

        if (KindAt(_index + 1) is TokenKind.OpenBrace or TokenKind.FatArrow or TokenKind.Arrow)
        {
            return true;
        }

        int above = _index - 1;
        while (above > 0 && !TokenAt(above).NewLineBefore)
        {
            above--;
        }

        return KindAt(above) is TokenKind.Let or TokenKind.Var && Column(above) == Column(_index);
    }

    private (TypeSyntax? Result, Expression Body) ParseLambdaTail()
    {
        TypeSyntax? result = null;
        if (Accept(TokenKind.Arrow))
        {
            result = ParseType();
        }
        else if (Accept(TokenKind.FatArrow) && IsLambdaResult())
        {
            result = ParseType();
        }

        // A body that begins with a brace is a block even where struct literals are not allowed.
        Expression body = Kind == TokenKind.OpenBrace ? ParseBlock() : ParseExpression();
        return (result, body);
    }

    /// <summary>After <c>=&gt;</c>: whether a type and then the brace of a block follow, not an expression.</summary>
    private bool IsLambdaResult()
    {
        int after = ScanType(_index);
        return after >= 0 && KindAt(after) == TokenKind.OpenBrace
            && !(KindAt(after + 1) == TokenKind.Identifier && KindAt(after + 2) == TokenKind.Colon);
    }

    private ImmutableArray<Parameter> ParseLambdaParameters(TokenKind close)
    {
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        while (Kind != close && Kind != TokenKind.EndOfFile)
        {
            int start = _token.Start;
            bool isMutable = Accept(TokenKind.Mut);
            Pattern pattern = ParseSinglePattern();
            TypeSyntax? type = Accept(TokenKind.Colon) ? ParseType() : null;
            parameters.Add(new Parameter(From(start), pattern, type, isMutable, isReference: false));
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        return parameters.DrainToImmutable();
    }

    /// <summary>The parameters of a declared function, parentheses included.</summary>
    private ImmutableArray<Parameter> ParseParameters()
    {
        Token open = _token;
        if (!Expect(TokenKind.OpenParen, "a function has parentheses, also without parameters: 'fn main() { … }'"))
        {
            int close = _token.NewLineBefore ? -1 : OnThisLine(TokenKind.CloseParen);
            int body = OnThisLine(TokenKind.OpenBrace);
            if (close < 0 || (body >= 0 && body < close))
            {
                return [];
            }

            // The rest of the line is what the parentheses would hold.
            Hush();
            bool isTyped = Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Colon;
            if (Kind != TokenKind.CloseParen && !isTyped)
            {
                SkipTo(close);
            }
        }

        Mode before = SetMode(Mode.Bracketed);
        var parameters = ImmutableArray.CreateBuilder<Parameter>();
        while (Kind is not (TokenKind.CloseParen or TokenKind.EndOfFile))
        {
            int index = _index;
            parameters.Add(ParseParameter());
            if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Colon
                && !_token.NewLineBefore && MayReport())
            {
                _diagnostics.ExpectedToken(Here, "',' or ')'", Found());
                continue;
            }

            if (!Accept(TokenKind.Comma) || _index == index)
            {
                break;
            }
        }

        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        return parameters.DrainToImmutable();
    }

    private Parameter ParseParameter()
    {
        int start = _token.Start;
        bool isReference = Accept(TokenKind.Ampersand) || Accept(TokenKind.Star);
        bool isMutable = Accept(TokenKind.Mut);
        Identifier name = ParseName("a parameter");
        bool isSelf = name.Text == "self";
        if (isReference && !isSelf)
        {
            _diagnostics.ExpectedName(_source.At(name.Span), "'self' after '&'", $"'{name.Text}'",
                "a reference is part of the type: 'x: &T'");
        }

        if (Kind == TokenKind.Identifier && !name.IsMissing && !_token.NewLineBefore
            && ForeignWords.IsTypeName(name.Text) && KindAt(_index + 1) is TokenKind.Comma or TokenKind.CloseParen)
        {
            ReportForeign(name.Span.To(_token.Span), "parameters with the type before the name",
                $"write '{Text(_token)}: {name.Text}'");
            var named = new NamedType(name.Span, [name], []);
            name = TakeName();
            return new Parameter(From(start), new NamePattern(name.Span, name, isMutable), named, isMutable,
                isReference);
        }

        if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Colon && !name.IsMissing && !isSelf
            && !_token.NewLineBefore)
        {
            string rest = _source.Text[TokenAt(_index + 1).End..].TrimStart();
            string typeText = rest.Split(',', ')', '\n')[0];
            ReportForeign(name.Span, $"'{name.Text}' before a parameter", name.Text == "comptime"
                ? $"write a type parameter: 'fn name<{Text(_token)}>(…)'" : $"write '{Text(_token)}: {typeText}'");
            name = TakeName();
        }

        bool needsType = Kind == TokenKind.Colon || (!isSelf && !name.IsMissing);
        bool hasColon = needsType && Expect(TokenKind.Colon, $"a parameter has a type: '{name.Text}: u8'");
        bool hasType = hasColon || (needsType && CanStartType(Kind) && !_token.NewLineBefore);
        TypeSyntax? type = hasType ? ParseType() : null;
        if (needsType && !hasColon)
        {
            Hush();
        }

        if (Kind == TokenKind.Equal)
        {
            ReportForeign(_token.Span, "parameters with values", "write a second function without the parameter");
            Advance();
            ParseExpression();
        }

        var pattern = new NamePattern(name.Span, name, isMutable);
        return new Parameter(From(start), pattern, type, isMutable, isReference);
    }
}
