using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Files and declarations.</content>
internal sealed partial class Parser
{
    private CompilationUnit ParseCompilationUnit()
    {
        var declarations = ImmutableArray.CreateBuilder<Declaration>();
        while (Kind != TokenKind.EndOfFile)
        {
            ParseTopDeclaration(declarations);
        }

        return new CompilationUnit(new TextSpan(0, _source.Length), declarations.DrainToImmutable());
    }

    private Block ParseScript()
    {
        var statements = ImmutableArray.CreateBuilder<Statement>();
        Expression? tail = null;
        while (Kind != TokenKind.EndOfFile)
        {
            int before = _index;
            Statement statement = IsDeclarationHere() || IsTopOnly() ? TopStatement() : ParseStatement();
            if (Kind == TokenKind.EndOfFile && IsTail(statement))
            {
                tail = ((ExpressionStatement)statement).Expression;
                break;
            }

            statements.Add(statement);
            if (_index == before)
            {
                SkipUnexpected();
            }
        }

        return new Block(new TextSpan(0, _source.Length), statements.DrainToImmutable(), tail);
    }

    private bool IsTopOnly() => Kind is TokenKind.Import or TokenKind.Module;

    private DeclarationStatement TopStatement()
    {
        Declaration declaration = ParseDeclaration(atTop: true);
        return new DeclarationStatement(declaration.Span, declaration);
    }

    private void ParseTopDeclaration(ImmutableArray<Declaration>.Builder declarations)
    {
        if (Accept(TokenKind.Semicolon))
        {
            return;
        }

        int before = _index;
        int start = _token.Start;
        declarations.Add(ParseDeclaration(atTop: true));
        if (_index != before)
        {
            return;
        }

        if (Kind is TokenKind.CloseBrace or TokenKind.CloseParen or TokenKind.CloseBracket)
        {
            SkipUnmatchedClose();
        }
        else
        {
            SkipToDeclaration();
        }

        declarations[^1] = new MissingDeclaration(From(start));
    }

    private void SkipUnmatchedClose()
    {
        string bracket = TokenFacts.Describe(Kind);
        if (MayReport())
        {
            _diagnostics.UnmatchedClose(Here, bracket);
        }

        Advance();
    }

    /// <summary>Skips, after an error, to the next line that begins a declaration.</summary>
    private void SkipToDeclaration()
    {
        do
        {
            Advance();
            if (Kind == TokenKind.OpenBrace && ScanBrackets(_index) is var after and > 0)
            {
                while (_index < after)
                {
                    Advance();
                }
            }
        }
        while (Kind != TokenKind.EndOfFile && !(_token.NewLineBefore && (StartsDeclaration(Kind) || Kind is TokenKind.At
            or TokenKind.Asm or TokenKind.Mir or TokenKind.CloseBrace || IsContextualDeclaration(_index))));
    }

    /// <summary>
    /// <c>actor Name</c>, <c>test "words"</c>, <c>declare fn</c>; at the top also words of other languages.
    /// </summary>
    private bool IsContextualDeclaration(int index)
    {
        Token next = TokenAt(index + 1);
        if (KindAt(index) != TokenKind.Identifier || next.NewLineBefore)
        {
            return false;
        }

        return Text(TokenAt(index)) switch
        {
            "actor" => next.Kind == TokenKind.Identifier
                && KindAt(index + 2) is TokenKind.OpenBrace or TokenKind.Less or TokenKind.EndOfFile,
            "test" => next.Kind == TokenKind.String,
            "declare" => StartsDeclaration(next.Kind),
            "func" or "function" or "def" => next.Kind == TokenKind.Identifier
                && KindAt(index + 2) == TokenKind.OpenParen,
            "class" => next.Kind == TokenKind.Identifier && KindAt(index + 2) is TokenKind.OpenBrace or TokenKind.Colon
                or TokenKind.OpenParen or TokenKind.Less or TokenKind.Identifier,
            _ => false,
        };
    }

    private Declaration ParseDeclaration(bool atTop)
    {
        if (!Enter())
        {
            Leave();
            return new MissingDeclaration(new TextSpan(_previousEnd, 0));
        }

        int start = _token.Start;
        ImmutableArray<AttributeSyntax> attributes = ParseAttributes(atTop);
        Modifiers modifiers = ParseModifiers();
        Declaration declaration = ParseDeclarationCore(start, attributes, modifiers, atTop);
        Leave();
        return declaration;
    }

    private Modifiers ParseModifiers()
    {
        Modifiers modifiers = Modifiers.None;
        while (true)
        {
            Modifiers next = Kind switch
            {
                TokenKind.Pub => Modifiers.Public,
                TokenKind.Export => Modifiers.Export,
                TokenKind.Extern => Modifiers.Extern,
                TokenKind.Static when KindAt(_index + 1) is TokenKind.Fn or TokenKind.Fun => Modifiers.Static,
                TokenKind.Identifier when IsWord("declare") && IsContextualDeclaration(_index) => Modifiers.Extern,
                _ => Modifiers.None,
            };
            if (next == Modifiers.None)
            {
                return modifiers;
            }

            Token word = _token;
            Advance();
            modifiers |= next;
            if (Kind is TokenKind.Impl or TokenKind.Import or TokenKind.Module or TokenKind.At)
            {
                _diagnostics.ModifierNotAllowed(_source.At(word.Span), Text(word).ToString(), Found());
            }
        }
    }

    private Declaration ParseDeclarationCore(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, bool atTop)
    {
        switch (Kind)
        {
            case TokenKind.Fn or TokenKind.Fun:
                return ParseFunction(start, attributes, modifiers, FunctionForm.Ordinary);
            case TokenKind.Asm or TokenKind.Mir:
                return ParseAsmOrMirDeclaration(start, attributes, modifiers);
            case TokenKind.Const when KindAt(_index + 1) is TokenKind.Fn or TokenKind.Fun:
                ReportForeign(_token.Span, "'const' before a function",
                    "leave it out: constants may call any function");
                Advance();
                return ParseFunction(start, attributes, modifiers, FunctionForm.Ordinary);
            case TokenKind.Static when ForeignWords.IsTypeName(Text(TokenAt(_index + 1)).ToString())
                && KindAt(_index + 2) is TokenKind.Identifier && KindAt(_index + 3) is not TokenKind.Colon:
                Advance();
                return ParseDeclarationCore(start, attributes, modifiers, atTop);
            case TokenKind.Let or TokenKind.Var or TokenKind.Const or TokenKind.Global or TokenKind.Static
                or TokenKind.Type when IsGroupOfGo():
                return ParseGroupOfGo(start, attributes, modifiers);
            case TokenKind.Let or TokenKind.Var or TokenKind.Const or TokenKind.Global or TokenKind.Static:
                return ParseVariable(start, attributes, modifiers);
            case TokenKind.Struct:
                return ParseStruct(start, attributes, modifiers);
            case TokenKind.Enum:
                return ParseEnum(start, attributes, modifiers);
            case TokenKind.Interface:
                return ParseInterface(start, attributes, modifiers);
            case TokenKind.Impl:
                return ParseImpl(start, attributes, modifiers);
            case TokenKind.Type:
                return ParseTypeDeclaration(start, attributes, modifiers);
            case TokenKind.Import when KindAt(_index + 1) is TokenKind.Dot or TokenKind.DotDot or TokenKind.Slash:
                Advance();
                ReportForeign(_token.Span, $"'{Text(_token)}' before the path of a module",
                    "paths begin in the folder of the project: 'import tools.sums'");
                SkipLine();
                return new MissingDeclaration(From(start));
            case TokenKind.Import:
                return ParseImport(start);
            case TokenKind.Module:
                return ParseModule(start);
            case TokenKind.At when attributes.IsEmpty && modifiers == Modifiers.None:
                return ParseMetaDeclaration(start);
            case TokenKind.Identifier when IsContextualDeclaration(_index):
                return ParseContextualDeclaration(start, attributes, modifiers);
        }

        if (TryParseForeignDeclaration(start, attributes, atTop) is { } foreign)
        {
            return foreign;
        }

        ReportMissingDeclaration(attributes, atTop);
        return new MissingDeclaration(From(start));
    }

    private void ReportMissingDeclaration(ImmutableArray<AttributeSyntax> attributes, bool atTop)
    {
        bool isClose = Kind is TokenKind.CloseBrace or TokenKind.CloseParen or TokenKind.CloseBracket;
        if ((isClose && attributes.IsEmpty) || !MayReport())
        {
            return;
        }

        if (!attributes.IsEmpty)
        {
            AttributeSyntax last = attributes[^1];
            _diagnostics.AttributeWithoutDeclaration(_source.At(last.Span), last.Name.Text, Found());
            return;
        }

        TokenKind first = KindAt(LineStart(_index));
        string? hint = Text(_token) switch
        {
            _ when first is TokenKind.Semicolon or TokenKind.MinusMinus => "a comment begins with //",
            _ when Kind == TokenKind.Integer => "lines have no numbers, and statements belong into a function",
            "test" when KindAt(_index + 1) == TokenKind.OpenBrace => "a test has a name: 'test \"words\" { … }'",
            "test" when KindAt(_index + 1) == TokenKind.Identifier && KindAt(_index + 2) == TokenKind.OpenBrace =>
                $"the name of a test is text: 'test \"{Text(TokenAt(_index + 1))}\" {{ … }}'",
            "def" or "sub" or "proc" => "a function is declared 'fn name(x: type) -> type { … }'",
            _ when Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.Identifier
                && KindAt(_index + 2) == TokenKind.OpenParen
                && ForeignWords.Statement(Text(_token).ToString()) is null =>
                "a function is declared 'fn name(x: type) -> type { … }'",
            _ => atTop && (CanStartExpression(Kind) || Kind is TokenKind.While or TokenKind.For or TokenKind.Do)
                ? "statements belong into a function, such as 'fn main() { … }'" : null,
        };
        _diagnostics.ExpectedDeclaration(Here, Found(), hint);
    }

    private Declaration ParseContextualDeclaration(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        switch (Text(_token))
        {
            case "actor":
                return ParseActor(start, attributes, modifiers);
            case "test":
                Advance();
                TextSpan span = _token.Span;
                (int textStart, int textEnd) = StringContent(span);
                var name = new StringLiteral(
                    span, _literals.Bytes(textStart, textEnd, doubledBraces: false), StringPrefix.None);
                Advance();
                Block body = ParseBlock();
                return new TestDeclaration(From(start), attributes, name, body);
            case "class":
                ReportForeign(_token.Span, "'class'", "write 'struct', and 'impl' for its functions");
                return OnThisLine(TokenKind.OpenBrace) >= 0 || KindAt(_index + 2) == TokenKind.OpenBrace
                    ? ParseStruct(start, attributes, modifiers) : SkipIndented(start);
            default:
                ReportForeignQuietly($"'{Text(_token)}'", "write 'fn'");
                return ParseFunction(start, attributes, modifiers, FunctionForm.Ordinary);
        }
    }

    private ImportDeclaration ParseImport(int start)
    {
        Advance();
        ImmutableArray<Identifier> path = Kind == TokenKind.String ? ParseQuotedPath() : ParsePath("a module");
        if (Kind is TokenKind.Dot or TokenKind.ColonColon)
        {
            ReportForeign(_token.Span.To(TokenAt(_index + 1).Span), "lists of names in an import",
                "import the module, and write its name before what it holds: 'screen.clear(…)'");
            SkipLine();
        }

        if (Kind is TokenKind.Comma or TokenKind.Slash && !_token.NewLineBefore
            && KindAt(_index + 1) == TokenKind.Identifier)
        {
            string whole = _source.Text[start.._source.LineSpan(_source.PositionOf(start).Line).End].TrimEnd(';', ' ');
            ReportForeign(_token.Span, Kind == TokenKind.Comma ? "lists of modules after 'import'"
                    : "'/' in the path of a module",
                Kind == TokenKind.Comma
                    ? "give each module an 'import' of its own" : $"write '{whole.Replace('/', '.')}'");
            SkipLine();
        }

        Identifier? alias = Accept(TokenKind.As) ? ParseName("the other name of the module") : null;
        EndDeclaration();
        return new ImportDeclaration(From(start), path, alias);
    }

    /// <summary><c>import "a/b"</c>, read as <c>import a.b</c>.</summary>
    private ImmutableArray<Identifier> ParseQuotedPath()
    {
        TextSpan span = _token.Span;
        string[] names = [.. _source.ToString(span).Trim('"', '<', '>').Replace(".minz", "", StringComparison.Ordinal)
            .Split('/', '.', ':', '\\').Where(n => n.Length > 0 && (char.IsAsciiLetter(n[0]) || n[0] == '_'))];
        ReportForeign(span, "strings after 'import'", $"write 'import {string.Join('.', names)}'");
        Advance();
        return names.Length == 0 ? [new Identifier("", new TextSpan(span.Start, 0))]
            : [.. names.Select(n => new Identifier(Pooled(n), span))];
    }

    private ModuleDeclaration ParseModule(int start)
    {
        if (_moduleLine is { } first && MayReport())
        {
            _diagnostics.SecondModule(Here, _source.At(first));
        }

        _moduleLine ??= _token.Span;
        Advance();
        ImmutableArray<Identifier> path = ParsePath("a module");
        EndDeclaration();
        return new ModuleDeclaration(From(start), path);
    }

    private Declaration ParseAsmOrMirDeclaration(
        int start, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    {
        if (KindAt(_index + 1) is TokenKind.Fn or TokenKind.Fun)
        {
            FunctionForm form = Kind == TokenKind.Asm ? FunctionForm.Asm : FunctionForm.Mir;
            Advance();
            return ParseFunction(start, attributes, modifiers, form);
        }

        Statement statement = ParseAsmOrMir();
        return statement is AsmStatement asm ? new AsmDeclaration(From(start), attributes, asm)
            : new MirDeclaration(From(start), attributes, ((MirStatement)statement).Code);
    }
}
