using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Enums, aliases and bit-structs.</content>
internal sealed partial class Parser
{
    /// <summary>
    /// <c>type X = T</c>, <c>= struct { … }</c>, <c>= enum { … }</c>, <c>= bits { … }</c>, <c>bits_8</c>,
    /// <c>bits_16</c>.
    /// </summary>
    private Declaration ParseTypeDeclaration(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        Advance();
        Identifier name = ParseName("the name of the type");
        ImmutableArray<TypeParameter> typeParameters = ParseTypeParameters();
        if (Kind is TokenKind.Struct or TokenKind.Enum or TokenKind.Interface && !_token.NewLineBefore)
        {
            ReportForeign(_token.Span, $"'{Text(_token)}' behind the name of a type",
                $"write '{Text(_token)} {name.Text} {{ … }}'");
            if (Kind == TokenKind.Interface)
            {
                SkipStatement();
                return new MissingDeclaration(From(start));
            }
        }
        else
        {
            Expect(TokenKind.Equal, "a type is declared 'type Name = …'");
        }

        Declaration declaration;
        if (Accept(TokenKind.Struct))
        {
            declaration = ParseStructBody(start, attributes, modifiers, name, typeParameters);
        }
        else if (Accept(TokenKind.Enum))
        {
            declaration = ParseEnumBody(start, attributes, modifiers, name, typeParameters, null);
        }
        else if (KindAt(_index + 1) == TokenKind.OpenBrace && Text(_token) is "bits" or "bits_8" or "bits_16")
        {
            declaration = ParseBits(start, attributes, modifiers, name);
        }
        else
        {
            TypeSyntax type = ParseType();
            declaration = new TypeAlias(From(start), attributes, modifiers, name, typeParameters, type);
            EndDeclaration();
            return declaration;
        }

        Accept(TokenKind.Semicolon);
        return declaration;
    }

    private BitsDeclaration ParseBits(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name)
    {
        int? size = Text(_token) switch { "bits_8" => 8, "bits_16" => 16, _ => null };
        Advance();
        Token open = _token;
        Advance();
        var fields = ImmutableArray.CreateBuilder<BitField>();
        while (!AtEndOfMembers(allowFunctions: false))
        {
            int before = _index;
            int fieldStart = _token.Start;
            Identifier field = ParseFieldName();
            Expression width = field.IsMissing || !Expect(TokenKind.Colon, "a bit field is written 'name: width'")
                ? new MissingExpression(new TextSpan(_previousEnd, 0)) : ParseExpression();
            fields.Add(new BitField(From(fieldStart), field, width));
            EndMember();
            SkipIfStuck(before, "a bit field");
        }

        CloseBlock(open);
        return new BitsDeclaration(From(start), attributes, modifiers, name, size, fields.DrainToImmutable());
    }

    private EnumDeclaration ParseEnum(int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        Advance();
        Identifier name = ParseName("the name of the enum");
        ImmutableArray<TypeParameter> typeParameters = ParseWhere(ParseTypeParameters());
        TypeSyntax? underlying = Accept(TokenKind.Colon) ? ParseType() : null;
        return ParseEnumBody(start, attributes, modifiers, name, typeParameters, underlying);
    }

    private EnumDeclaration ParseEnumBody(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name,
        ImmutableArray<TypeParameter> typeParameters, TypeSyntax? underlying)
    {
        var variants = ImmutableArray.CreateBuilder<EnumVariant>();
        Token open = _token;
        if (Expect(TokenKind.OpenBrace))
        {
            while (!AtEndOfMembers(allowFunctions: false))
            {
                int before = _index;
                variants.Add(ParseVariant());
                EndMember();
                SkipIfStuck(before, "a variant");
            }

            CloseBlock(open);
        }

        return new EnumDeclaration(
            From(start), attributes, modifiers, name, typeParameters, underlying, variants.DrainToImmutable());
    }

    private EnumVariant ParseVariant()
    {
        int start = _token.Start;
        if (Kind == TokenKind.Case && KindAt(_index + 1) == TokenKind.Identifier)
        {
            ReportOnce(_token.Span, "'case' before a variant", "leave it out");
            Advance();
        }

        Identifier name = ParseName("a variant");
        ImmutableArray<FieldDeclaration> payload = Kind switch
        {
            TokenKind.OpenParen when !name.IsMissing => ParsePayload(TokenKind.CloseParen),
            TokenKind.OpenBrace when !name.IsMissing => ParsePayload(TokenKind.CloseBrace),
            _ => [],
        };
        if (Kind == TokenKind.Colon && !name.IsMissing)
        {
            ReportForeign(_token.Span, "':' behind a variant", $"write '{name.Text}({Text(TokenAt(_index + 1))})'");
            Advance();
            ParseType();
        }

        Expression? value = Accept(TokenKind.Equal) ? ParseExpression() : null;
        return new EnumVariant(From(start), name, payload, value);
    }

    private ImmutableArray<FieldDeclaration> ParsePayload(TokenKind close)
    {
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        var fields = ImmutableArray.CreateBuilder<FieldDeclaration>();
        while (Kind != close && Kind != TokenKind.EndOfFile)
        {
            int start = _token.Start;
            Identifier name = Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Colon
                ? TakeName() : new Identifier("", new TextSpan(start, 0));
            Accept(TokenKind.Colon);
            TypeSyntax type = ParseType();
            fields.Add(new FieldDeclaration(From(start), [], Modifiers.None, name, type, null));
            if (!Accept(TokenKind.Comma) && !Accept(TokenKind.Semicolon))
            {
                break;
            }
        }

        SetMode(before);
        ExpectClose(close, open);
        return fields.DrainToImmutable();
    }
}
