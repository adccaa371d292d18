using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>What holds functions: struct, interface, impl, actor.</content>
internal sealed partial class Parser
{

    private StructDeclaration ParseStruct(int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        Advance();
        Identifier name = ParseName("the name of the struct");
        ImmutableArray<TypeParameter> typeParameters = ParseWhere(ParseTypeParameters());
        if (Kind == TokenKind.Semicolon && !name.IsMissing)
        {
            ReportForeign(_token.Span, "structs without braces", $"write 'struct {name.Text} {{ }}'");
            Advance();
            return new StructDeclaration(From(start), attributes, modifiers, name, typeParameters, [], []);
        }

        if (Kind == TokenKind.OpenParen && ScanBrackets(_index) is var after and > 0
            && KindAt(after) is not TokenKind.OpenBrace and not TokenKind.Colon)
        {
            ReportForeign(TextSpan.FromBounds(_token.Start, TokenAt(after - 1).End),
                KindAt(_index + 2) == TokenKind.Colon ? "parentheses around fields" : "fields without names",
                KindAt(_index + 2) == TokenKind.Colon ? $"write 'struct {name.Text} {{ … }}'"
                    : $"write 'struct {name.Text} {{ value: {_source.ToString(TokenAt(_index + 1).Span)} }}'");
            SkipTo(after);
            Accept(TokenKind.Semicolon);
            var missing = new FieldDeclaration(From(start), [], Modifiers.None, new Identifier("", From(start)),
                new MissingType(From(start)), null);
            return new StructDeclaration(From(start), attributes, modifiers, name, typeParameters, [missing], []);
        }

        if (Kind is TokenKind.Colon or TokenKind.OpenParen || IsWord("extends") || IsWord("implements"))
        {
            ReportForeign(_token.Span, "inheritance",
                "give the struct a field of the other type, or an 'interface' to both");
            SkipTo(OnThisLine(TokenKind.OpenBrace));
        }

        return ParseStructBody(start, attributes, modifiers, name, typeParameters);
    }

    private StructDeclaration ParseStructBody(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name,
        ImmutableArray<TypeParameter> typeParameters)
    {
        var fields = ImmutableArray.CreateBuilder<FieldDeclaration>();
        var methods = ImmutableArray.CreateBuilder<FunctionDeclaration>();
        Token open = _token;
        if (Expect(TokenKind.OpenBrace))
        {
            while (!AtEndOfMembers(allowFunctions: true))
            {
                int before = _index;
                if (StartsMethod())
                {
                    AddMethod(methods);
                }
                else
                {
                    fields.Add(ParseField());
                    EndMember();
                }

                SkipIfStuck(before, "a field or a function");
            }

            CloseBlock(open);
        }

        return new StructDeclaration(From(start), attributes, modifiers, name, typeParameters,
            fields.DrainToImmutable(), methods.DrainToImmutable());
    }

    /// <summary>
    /// The end of a list of members; a missing brace is assumed before a declaration in the first column.
    /// </summary>
    private bool AtEndOfMembers(bool allowFunctions) => AtEndOfBlock
        || (!allowFunctions && _token.NewLineBefore && StartsDeclaration(Kind)
            && KindAt(_index + 1) == TokenKind.Identifier);

    private bool StartsMethod()
    {
        int i = _index;
        if (Kind == TokenKind.At)
        {
            return IsAttribute(i, atTop: false);
        }

        while (KindAt(i) is TokenKind.Pub or TokenKind.Static or TokenKind.Export or TokenKind.Extern)
        {
            i++;
        }

        return (KindAt(i) is TokenKind.Fn or TokenKind.Fun && KindAt(i + 1) != TokenKind.Colon)
            || (KindAt(i) is TokenKind.Asm or TokenKind.Mir && KindAt(i + 1) is TokenKind.Fn or TokenKind.Fun);
    }

    private void AddMethod(ImmutableArray<FunctionDeclaration>.Builder methods)
    {
        Location place = Here;
        _isMethod = true;
        Declaration declaration = ParseDeclaration(atTop: false);
        if (declaration is FunctionDeclaration function)
        {
            methods.Add(function);
        }
        else if (declaration is not MissingDeclaration)
        {
            _diagnostics.ExpectedMember(place, "a function", "another declaration");
        }
    }

    private FieldDeclaration ParseField()
    {
        int start = _token.Start;
        ImmutableArray<AttributeSyntax> attributes = ParseFieldAttributes();
        Modifiers modifiers = Accept(TokenKind.Pub) ? Modifiers.Public : Modifiers.None;
        AcceptVariableWord();
        SkipForeignModifiers();
        if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Identifier
            && KindAt(_index + 2) == TokenKind.OpenParen && !TokenAt(_index + 1).NewLineBefore)
        {
            return SkipMethodOfC(start, attributes);
        }

        if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.OpenParen
            && ScanBrackets(_index + 1) is var after and > 0
            && KindAt(after) is TokenKind.OpenBrace or TokenKind.Colon or TokenKind.Arrow)
        {
            return SkipMethodOfScript(start, attributes);
        }

        if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Identifier
            && !TokenAt(_index + 1).NewLineBefore)
        {
            return ParseFieldOfC(start, attributes, modifiers);
        }

        ReportFieldsOfGo();
        Identifier name = ParseFieldName();
        bool hasColon = (!name.IsMissing || Kind == TokenKind.Colon)
            && Expect(TokenKind.Colon, "a field is written 'name: type'");
        bool hasType = hasColon || (!name.IsMissing && CanStartType(Kind) && !_token.NewLineBefore);
        TypeSyntax type = hasType ? ParseType() : new MissingType(new TextSpan(_previousEnd, 0));
        Expression? initializer = Accept(TokenKind.Equal) ? ParseInitializer() : null;
        return new FieldDeclaration(From(start), attributes, modifiers, name, type, initializer);
    }

    /// <summary><c>X, Y int</c> and <c>x, y: u8</c>: one type for several fields.</summary>
    private void ReportFieldsOfGo()
    {
        int end = _index;
        while (KindAt(end) == TokenKind.Identifier && KindAt(end + 1) == TokenKind.Comma
            && !TokenAt(end + 2).NewLineBefore)
        {
            end += 2;
        }

        int type = KindAt(end + 1) == TokenKind.Colon ? end + 2 : end + 1;
        if (end > _index && KindAt(end) == TokenKind.Identifier && KindAt(type) == TokenKind.Identifier
            && !TokenAt(type).NewLineBefore)
        {
            string meant = ForeignNames.TypeFor(Text(TokenAt(type)).ToString());
            ReportForeign(_token.Span.To(TokenAt(end).Span), "fields that share a type",
                $"write '{Text(_token)}: {meant}, {Text(TokenAt(_index + 2))}: {meant}'");
        }
    }

    /// <summary><c>u8 x</c>.</summary>
    private FieldDeclaration ParseFieldOfC(int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        Token word = _token;
        Token next = TokenAt(_index + 1);
        bool isType = ForeignWords.IsTypeName(Text(word).ToString())
            && !(ForeignWords.IsBuiltInType(Text(next).ToString())
                && !ForeignWords.IsBuiltInType(Text(word).ToString()));
        ReportForeign(word.Span.To(next.Span), isType ? "fields with the type before the name" : "fields without ':'",
            isType ? $"write '{Text(next)}: {Text(word)}'" : $"write '{Text(word)}: {Text(next)}'");
        TypeSyntax type = new NamedType(isType ? word.Span : next.Span,
            [new Identifier(Text(isType ? word : next).ToString(), isType ? word.Span : next.Span)], []);
        var name = new Identifier(Text(isType ? next : word).ToString(), isType ? next.Span : word.Span);
        Advance();
        Advance();
        return new FieldDeclaration(From(start), attributes, modifiers, name, type, null);
    }

    private void AcceptVariableWord()
    {
        if (Kind is TokenKind.Let or TokenKind.Var && KindAt(_index + 1) == TokenKind.Identifier)
        {
            if (MayReport())
            {
                _diagnostics.ForeignSyntax(Here, $"'{Text(_token)}' before a field", "write 'name: type'");
            }

            Advance();
        }
    }

    private Identifier ParseFieldName() =>
        TokenFacts.IsKeyword(Kind) && KindAt(_index + 1) == TokenKind.Colon ? TakeName() : ParseName("a field");

    private ImmutableArray<AttributeSyntax> ParseFieldAttributes()
    {
        var attributes = ImmutableArray.CreateBuilder<AttributeSyntax>();
        while (Kind == TokenKind.At)
        {
            int start = _token.Start;
            Advance();
            Identifier name = ParseName("the name of an attribute");
            ImmutableArray<Argument> arguments = Kind == TokenKind.OpenParen ? ParseArguments() : [];
            attributes.Add(new AttributeSyntax(From(start), name, arguments, null));
        }

        return attributes.DrainToImmutable();
    }

    /// <summary>What may stand between members: a comma, a semicolon, a new line, or a function directly.</summary>
    private void EndMember()
    {
        if (Accept(TokenKind.Comma) || Accept(TokenKind.Semicolon)
            || Kind is TokenKind.CloseBrace or TokenKind.EndOfFile
            || _token.NewLineBefore || StartsMethod())
        {
            return;
        }

        if (Kind == TokenKind.Identifier && Text(_token) is "init" or "constructor"
            && KindAt(_index + 1) == TokenKind.OpenParen)
        {
            ReportForeign(_token.Span, "constructors", "write 'fn new(…) -> Self { … }'");
            SkipStatement();
            return;
        }

        if (MayReport())
        {
            _diagnostics.ExpectedToken(Here, "',' or a new line", Found());
        }

        if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Colon)
        {
            return;
        }

        SkipLine();
        Accept(TokenKind.Semicolon);
    }

    private void SkipIfStuck(int before, string expected)
    {
        if (_index != before)
        {
            return;
        }

        if (MayReport())
        {
            bool isField = expected == "a function" && KindAt(_index + 1) == TokenKind.Colon;
            _diagnostics.ExpectedMember(Here, expected, Found(), isField ? "fields belong into a struct"
                : Kind == TokenKind.Identifier ? "a function begins with 'fn', and statements belong into it" : null);
        }

        Advance();
        SkipLine();
        Accept(TokenKind.Semicolon);
    }

    private InterfaceDeclaration ParseInterface(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        Advance();
        Identifier name = ParseName("the name of the interface");
        ImmutableArray<TypeParameter> typeParameters = ParseTypeParameters();
        ImmutableArray<TypeSyntax> bases = Accept(TokenKind.Colon) ? ParseBounds() : [];
        typeParameters = ParseWhere(typeParameters);
        ImmutableArray<FunctionDeclaration> methods = ParseMethods();
        return new InterfaceDeclaration(From(start), attributes, modifiers, name, typeParameters, bases, methods);
    }

    private ImplDeclaration ParseImpl(int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        Advance();
        ImmutableArray<TypeParameter> typeParameters = ParseTypeParameters();
        TypeSyntax target = ParseType();
        TypeSyntax? @interface = null;
        if (Accept(TokenKind.For))
        {
            @interface = target;
            target = ParseType();
        }
        else if (Kind == TokenKind.Identifier && !_token.NewLineBefore && !IsWord("where"))
        {
            ReportForeign(_token.Span, "'impl' without 'for'",
                $"write 'impl {_source.ToString(target.Span)} for {Text(_token)}'");
            @interface = target;
            target = ParseType();
        }
        else if (Kind == TokenKind.Colon)
        {
            TextSpan colon = _token.Span;
            Advance();
            @interface = ParseType();
            ReportForeign(colon, "':' after the type of an 'impl'",
                $"write 'impl {_source.ToString(@interface.Span)} for {_source.ToString(target.Span)}'");
        }

        typeParameters = ParseWhere(typeParameters);
        var constants = ImmutableArray.CreateBuilder<VariableDeclaration>();
        ImmutableArray<FunctionDeclaration> methods = ParseMethods(constants);
        return new ImplDeclaration(From(start), attributes, modifiers, typeParameters, @interface, target, methods,
            constants.DrainToImmutable());
    }

    /// <param name="constants">Takes the constants among the methods; null where none can be.</param>
    private ImmutableArray<FunctionDeclaration> ParseMethods(
        ImmutableArray<VariableDeclaration>.Builder? constants = null)
    {
        var methods = ImmutableArray.CreateBuilder<FunctionDeclaration>();
        Token open = _token;
        if (Expect(TokenKind.OpenBrace))
        {
            while (!AtEndOfBlock)
            {
                int before = _index;
                bool isPublic = Kind == TokenKind.Pub;
                if (StartsMethod())
                {
                    AddMethod(methods);
                }
                else if (constants is not null && KindAt(isPublic ? _index + 1 : _index) == TokenKind.Const)
                {
                    int start = _token.Start;
                    Modifiers modifiers = Accept(TokenKind.Pub) ? Modifiers.Public : Modifiers.None;
                    constants.Add(ParseVariable(start, [], modifiers, isMember: true));
                }
                else if (!Accept(TokenKind.Semicolon) && !Accept(TokenKind.Comma))
                {
                    SkipIfStuck(before, "a function");
                }
            }

            CloseBlock(open);
        }

        return methods.DrainToImmutable();
    }

    /// <summary>A variable of an actor without <c>var</c>, as fields are written.</summary>
    private VariableDeclaration ParseStateVariable()
    {
        int start = _token.Start;
        Pattern name = ParseVariablePattern();
        Expect(TokenKind.Colon);
        TypeSyntax type = ParseType();
        Expression? initializer = Accept(TokenKind.Equal) ? ParseInitializer() : null;
        EndOpenMember();
        return new VariableDeclaration(
            From(start), [], Modifiers.None, VariableKeyword.Var, isMutable: true, name, type, initializer);
    }

    private ActorDeclaration ParseActor(int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        Advance();
        Identifier name = ParseName("the name of the actor");
        ImmutableArray<TypeParameter> typeParameters = ParseTypeParameters();
        var variables = ImmutableArray.CreateBuilder<VariableDeclaration>();
        var methods = ImmutableArray.CreateBuilder<FunctionDeclaration>();
        Token open = _token;
        if (Expect(TokenKind.OpenBrace))
        {
            while (!AtEndOfBlock)
            {
                int before = _index;
                if (Kind is TokenKind.Var or TokenKind.Let or TokenKind.Const)
                {
                    variables.Add(ParseVariable(_token.Start, [], Modifiers.None, isMember: true));
                }
                else if (Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Colon)
                {
                    variables.Add(ParseStateVariable());
                }
                else if (StartsMethod())
                {
                    AddMethod(methods);
                }
                else if (!Accept(TokenKind.Semicolon) && !Accept(TokenKind.Comma))
                {
                    SkipIfStuck(before, "a function or a variable");
                }
            }

            CloseBlock(open);
        }

        return new ActorDeclaration(From(start), attributes, modifiers, name, typeParameters,
            variables.DrainToImmutable(), methods.DrainToImmutable());
    }
}
