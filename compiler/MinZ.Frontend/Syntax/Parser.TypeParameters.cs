using System.Collections.Immutable;

namespace MinZ.Frontend.Syntax;

/// <content>Type parameters and their bounds.</content>
internal sealed partial class Parser
{
    /// <summary><c>&lt;T: A + B, U&gt;</c>, or nothing.</summary>
    private ImmutableArray<TypeParameter> ParseTypeParameters()
    {
        Token open = _token;
        if (!Accept(TokenKind.Less))
        {
            return [];
        }

        var parameters = ImmutableArray.CreateBuilder<TypeParameter>();
        while (Kind is not (TokenKind.Greater or TokenKind.OpenParen or TokenKind.OpenBrace or TokenKind.EndOfFile))
        {
            int start = _token.Start;
            if (Kind == TokenKind.Const && KindAt(_index + 1) == TokenKind.Identifier)
            {
                ReportForeign(
                    _token.Span, "values as type parameters", "take a slice '[]T', or an array of a fixed length");
                Advance();
            }

            Identifier name = ParseName("a type parameter");
            ImmutableArray<TypeSyntax> bounds = Accept(TokenKind.Colon) ? ParseBounds() : [];
            parameters.Add(new TypeParameter(From(start), name, bounds));
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        ExpectClose(TokenKind.Greater, open);
        return parameters.DrainToImmutable();
    }

    private ImmutableArray<TypeSyntax> ParseBounds()
    {
        var bounds = ImmutableArray.CreateBuilder<TypeSyntax>();
        do
        {
            bounds.Add(ParseType());
        }
        while (Accept(TokenKind.Plus));
        return bounds.DrainToImmutable();
    }

    /// <summary>Merges <c>where T: A, U: B</c> into the type parameters.</summary>
    private ImmutableArray<TypeParameter> ParseWhere(ImmutableArray<TypeParameter> parameters)
    {
        if (!IsWord("where") || KindAt(_index + 1) != TokenKind.Identifier)
        {
            return parameters;
        }

        Advance();
        do
        {
            Identifier name = ParseName("a type parameter");
            Expect(TokenKind.Colon);
            ImmutableArray<TypeSyntax> bounds = ParseBounds();
            int index = IndexOf(parameters, name.Text);
            if (index < 0)
            {
                _diagnostics.ExpectedName(_source.At(name.Span), "a type parameter of this declaration",
                    $"'{name.Text}'");
                continue;
            }

            TypeParameter old = parameters[index];
            parameters = parameters.SetItem(index, new TypeParameter(old.Span, old.Name, old.Bounds.AddRange(bounds)));
        }
        while (Accept(TokenKind.Comma) && Kind == TokenKind.Identifier);
        return parameters;
    }

    private static int IndexOf(ImmutableArray<TypeParameter> parameters, string name)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Name.Text == name)
            {
                return i;
            }
        }

        return -1;
    }
}
