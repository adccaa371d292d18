using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Functions and variables.</content>
internal sealed partial class Parser
{
    /// <summary>The end of a declaration without braces.</summary>
    private void EndDeclaration()
    {
        if (!_endsAtComma || Kind is not (TokenKind.Comma or TokenKind.CloseParen))
        {
            EndStatement(isBlockLike: false);
        }
    }

    /// <summary>The end of a member without braces; the next member may follow on the same line.</summary>
    private void EndOpenMember()
    {
        if (!StartsMethod() && Kind is not (TokenKind.Var or TokenKind.Let or TokenKind.Const))
        {
            EndStatement(isBlockLike: false);
        }
    }

    /// <summary>Set where the function that is read next is a method.</summary>
    private bool _isMethod;

    /// <summary>Everything from <c>fn</c> or <c>fun</c>, also without it after a misspelled word.</summary>
    private FunctionDeclaration ParseFunction(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, FunctionForm form)
    {
        Advance();
        // Methods are named behind a dot, where reserved words are names.
        bool isMethod = _isMethod && TokenFacts.IsKeyword(Kind) && KindAt(_index + 1) == TokenKind.OpenParen;
        _isMethod = false;
        Identifier name = isMethod ? TakeName() : ParseName("the name of the function");
        NamedType? receiver = null;
        ImmutableArray<TypeSyntax> receiverArguments = [];
        if (Kind == TokenKind.Less && ScanTypeArguments(_index) is var after and > 0 && KindAt(after) == TokenKind.Dot)
        {
            receiverArguments = ParseTypeArguments();
        }

        if (Accept(TokenKind.Dot))
        {
            receiver = new NamedType(From(name.Span.Start), [name], receiverArguments);
            name = ParseMemberName();
        }

        bool canFail = Accept(TokenKind.Question);
        ImmutableArray<TypeParameter> typeParameters = ParseTypeParameters();
        ImmutableArray<Parameter> parameters = ParseParameters();
        TypeSyntax? result = ParseResult();
        typeParameters = ParseWhere(typeParameters);
        Block? body = ParseFunctionBody(form);
        return new FunctionDeclaration(From(start), attributes, modifiers, form, receiver, name, canFail,
            typeParameters, parameters, result, body);
    }

    private TypeSyntax? ParseResult()
    {
        if (Accept(TokenKind.Arrow))
        {
            return ParseType();
        }

        if (Kind == TokenKind.Colon)
        {
            if (MayReport())
            {
                bool isBody = TokenAt(_index + 1).NewLineBefore;
                _diagnostics.ForeignSyntax(Here, isBody ? "':' before a body" : "':' before a result type",
                    isBody ? "write '{ … }' around the statements" : "write '-> type'");
                Hush();
            }

            Advance();
            return _token.NewLineBefore ? null : ParseType();
        }

        if (Kind == TokenKind.FatArrow && ScanType(_index + 1) is var end and > 0 && KindAt(end) == TokenKind.OpenBrace)
        {
            ReportForeign(_token.Span, "'=>' before a result type", "write '-> type'");
            Advance();
            return ParseType();
        }

        if (Kind is TokenKind.Bang or TokenKind.Question && !_token.NewLineBefore
            && ScanType(_index + 1) is var last and > 0 && KindAt(last) == TokenKind.OpenBrace)
        {
            string value = _source.ToString(TextSpan.FromBounds(TokenAt(_index + 1).Start, TokenAt(last - 1).End));
            ReportForeign(_token.Span, $"'{Text(_token)}' before a result type",
                Kind == TokenKind.Bang
                    ? $"write '-> {value} ? E', where E is the enum of errors" : $"write '-> {value}?'");
            Advance();
            return ParseType();
        }

        int after = _token.NewLineBefore || Kind is TokenKind.OpenBrace || IsWord("where") ? -1 : ScanType(_index);
        if (after > 0 && KindAt(after) == TokenKind.OpenBrace)
        {
            ReportForeign(_token.Span, "result types without '->'",
                $"write '-> {_source.ToString(TextSpan.FromBounds(_token.Start, TokenAt(after - 1).End))}'");
            return ParseType();
        }

        return null;
    }

    private Block? ParseFunctionBody(FunctionForm form)
    {
        if (Kind is TokenKind.Equal or TokenKind.FatArrow)
        {
            int start = _token.Start;
            ReportForeign(_token.Span, $"'{Text(_token)}' before a body", "write '{ … }' around it");
            Advance();
            Expression value = ParseExpression();
            EndDeclaration();
            return new Block(From(start), [], value);
        }

        if (Kind == TokenKind.RawBraces && form != FunctionForm.Ordinary)
        {
            int start = _token.Start;
            RawText code = TakeRaw();
            Statement statement = form == FunctionForm.Asm ? new AsmStatement(From(start), null, code, [], [], [])
                : new MirStatement(From(start), code);
            return BlockOf(statement);
        }

        if (Kind == TokenKind.OpenBrace)
        {
            return ParseBlock();
        }

        if (_quietUntil > 0 && _token.NewLineBefore && _previousEnd <= _quietUntil && _previousEnd > _quietUntil - 2
            && Column(_index) > Column(LineStart(_index - 1)))
        {
            return ParseIndented(LineStart(_index - 1));
        }

        if (LacksBraceOfBody(form))
        {
            return ParseBlockWithoutBrace();
        }

        EndOpenMember();
        return null;
    }

    /// <summary>
    /// Whether statements stand below a function that has no brace, further right than its own line.
    /// </summary>
    private bool LacksBraceOfBody(FunctionForm form)
    {
        int own = LineStart(Math.Max(0, _index - 1));
        return form == FunctionForm.Ordinary && _token.NewLineBefore && _missingCloseBraces < 0
            && Column(_index) > Column(own) && !StartsMethod()
            && Kind is TokenKind.Let or TokenKind.Var or TokenKind.If or TokenKind.While or TokenKind.For
                or TokenKind.Return or TokenKind.Loop or TokenKind.Match or TokenKind.Identifier;
    }

    private VariableDeclaration ParseVariable(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, bool isMember = false)
    {
        VariableKeyword keyword = Kind switch
        {
            TokenKind.Let => VariableKeyword.Let,
            TokenKind.Var => VariableKeyword.Var,
            TokenKind.Const => VariableKeyword.Const,
            TokenKind.Global => VariableKeyword.Global,
            _ => VariableKeyword.Static,
        };
        Token word = _token;
        Advance();
        if (Kind is TokenKind.Let or TokenKind.Var or TokenKind.Const or TokenKind.Global)
        {
            ReportForeign(word.Span.To(_token.Span), $"'{Text(word)} {Text(_token)}'", "write one of both words");
            Advance();
        }

        bool isMutable = Accept(TokenKind.Mut);
        TypeSyntax? type = null;
        bool isTypeOfGo = IsTypeBehindName();
        if (!isTypeOfGo && TypeStandsFirst())
        {
            type = ParseType();
        }

        Pattern pattern = ParseVariablePattern();
        type = ParseVariableType(word, pattern, type, isTypeOfGo);
        Expression? initializer = Accept(TokenKind.Equal) ? ParseInitializer() : null;
        ReportTextBehindVariable(word, pattern, type, initializer);
        Expression? address = null;
        if (!isMember && type is not null && IsWord("at") && !_token.NewLineBefore)
        {
            Advance();
            address = ParseExpression();
        }

        if (isMember)
        {
            EndOpenMember();
        }
        else
        {
            EndDeclaration();
        }

        return new VariableDeclaration(
            From(start), attributes, modifiers, keyword, isMutable, pattern, type, initializer, address);
    }

    /// <summary>
    /// The type behind the name of a variable, if one stands there or, in <paramref name="first"/>, before it; reports
    /// what other languages write there.
    /// </summary>
    private TypeSyntax? ParseVariableType(Token word, Pattern pattern, TypeSyntax? first, bool isTypeOfGo)
    {
        string name = _source.ToString(pattern.Span);
        if (isTypeOfGo)
        {
            ReportForeign(pattern.Span.To(_token.Span), "types without ':'", $"write '{name}: {Text(_token)}'");
            return ParseType();
        }

        if (Kind == TokenKind.Minus && !_token.SpaceBefore && KindAt(_index + 1) == TokenKind.Identifier)
        {
            ReportForeign(_token.Span, "'-' in names", $"write '{name}_{Text(TokenAt(_index + 1))}'");
            SkipLine();
        }
        else if (first is not null)
        {
            _diagnostics.CStyleVariable(_source.At(first.Span.To(pattern.Span)), name, _source.ToString(first.Span));
        }
        else if (Kind is TokenKind.Comma or TokenKind.OpenBracket && pattern.Span.Length > 0 && !_token.NewLineBefore)
        {
            bool isList = Kind == TokenKind.Comma;
            ReportForeign(_token.Span, isList ? $"lists of names after '{Text(word)}'" : "lengths behind a name",
                isList ? "write 'let (a, b) = (1, 2)'" : $"write '{name}: [type; length]'");
            SkipLine();
        }
        else if (Kind == TokenKind.Colon && NextTouches(TokenKind.Equal))
        {
            _diagnostics.ForeignSyntax(Here, "':='", "write '='");
            Advance();
        }
        else if (Accept(TokenKind.Colon))
        {
            return ParseType();
        }

        return first;
    }

    /// <summary>Reports more variables behind the first, and arguments behind its type.</summary>
    private void ReportTextBehindVariable(Token word, Pattern pattern, TypeSyntax? type, Expression? initializer)
    {
        if (_token.NewLineBefore)
        {
            return;
        }

        if (Kind == TokenKind.Comma && initializer is not null && KindAt(_index + 1) == TokenKind.Identifier
            && KindAt(_index + 2) is TokenKind.Equal or TokenKind.Colon)
        {
            ReportForeign(_token.Span, $"lists of variables after one '{Text(word)}'", "give each a line of its own");
            SkipLine();
        }
        else if (Kind == TokenKind.OpenParen && initializer is null && type is not null
            && ScanBrackets(_index) is var end and > 0)
        {
            TextSpan arguments = TextSpan.FromBounds(_token.Start, TokenAt(end - 1).End);
            string made = _source.ToString(type.Span.To(arguments));
            ReportForeign(arguments, "arguments behind the type of a variable",
                $"write '{Text(word)} {_source.ToString(pattern.Span)} = {made}'");
            SkipTo(end);
        }
    }

    /// <summary>Whether <c>u16 a</c> follows, as in C.</summary>
    private bool TypeStandsFirst()
    {
        if (Kind == TokenKind.Identifier && KindAt(_index + 1) is TokenKind.Colon or TokenKind.Equal)
        {
            return false;
        }

        int after = ScanType(_index);
        return after >= 0 && KindAt(after) == TokenKind.Identifier && !TokenAt(after).NewLineBefore
            && (KindAt(after + 1) == TokenKind.Equal || EndsAfter(after + 1));
    }

    private Pattern ParseVariablePattern()
    {
        if (Kind == TokenKind.OpenParen)
        {
            return ParseTuplePattern();
        }

        if (IsWord("_"))
        {
            Advance();
            return new WildcardPattern(From(TokenAt(_index - 1).Start));
        }

        TokenKind next = KindAt(_index + 1);
        bool isPath = Kind == TokenKind.Identifier && !TokenAt(_index + 1).NewLineBefore
            && (next is TokenKind.Dot or TokenKind.ColonColon or TokenKind.OpenParen || IsFieldList(_index + 1));
        if (isPath)
        {
            return ParseSinglePattern();
        }

        Identifier name = ParseName("the name of the variable");
        return new NamePattern(name.Span, name, isMutable: false);
    }

    /// <summary>The value of a new variable, where <c>{ }</c> is an empty array and not a block.</summary>
    private Expression ParseInitializer()
    {
        int start = _token.Start;
        Expression value = Kind == TokenKind.OpenBrace && KindAt(_index + 1) == TokenKind.CloseBrace
            ? ParseBraceLiteral() : ParseExpression();
        return Kind == TokenKind.FatArrow && !_token.NewLineBefore && (_mode & Mode.NewLines) != 0
            ? ParseArrowLambda(start) : value;
    }
}
