using System.Collections.Immutable;

namespace MinZ.Frontend.Syntax;

/// <content>Functions and variables.</content>
internal sealed partial class Parser
{
    /// <summary>The end of a declaration without braces.</summary>
    private void EndDeclaration() => EndStatement(isBlockLike: false);

    /// <summary>The end of a member without braces; the next member may follow on the same line.</summary>
    private void EndOpenMember()
    {
        if (!StartsMethod() && Kind is not (TokenKind.Var or TokenKind.Let or TokenKind.Const))
        {
            EndStatement(isBlockLike: false);
        }
    }

    /// <summary>Everything from <c>fn</c> or <c>fun</c>, also without it after a misspelled word.</summary>
    private FunctionDeclaration ParseFunction(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, FunctionForm form)
    {
        Advance();
        Identifier name = ParseName("the name of the function");
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
                _diagnostics.ForeignSyntax(Here, "':' before a result type", "write '-> type'");
            }

            Advance();
            return ParseType();
        }

        return null;
    }

    private Block? ParseFunctionBody(FunctionForm form)
    {
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

        EndOpenMember();
        return null;
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
        Advance();
        bool isMutable = Accept(TokenKind.Mut);
        TypeSyntax? type = TypeStandsFirst() ? ParseType() : null;
        Pattern pattern = ParseVariablePattern();
        if (type is not null)
        {
            string name = _source.ToString(pattern.Span);
            _diagnostics.CStyleVariable(_source.At(type.Span.To(pattern.Span)), name, _source.ToString(type.Span));
        }
        else if (Kind == TokenKind.Colon && NextTouches(TokenKind.Equal))
        {
            _diagnostics.ForeignSyntax(Here, "':='", "write '='");
            Advance();
        }
        else if (Accept(TokenKind.Colon))
        {
            type = ParseType();
        }

        Expression? initializer = Accept(TokenKind.Equal) ? ParseInitializer() : null;
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

        Identifier name = ParseName("the name of the variable");
        return new NamePattern(name.Span, name, isMutable: false);
    }

    /// <summary>The value of a new variable, where <c>{ }</c> is an empty array and not a block.</summary>
    private Expression ParseInitializer() =>
        Kind == TokenKind.OpenBrace && KindAt(_index + 1) == TokenKind.CloseBrace
            ? ParseBraceLiteral() : ParseExpression();
}
