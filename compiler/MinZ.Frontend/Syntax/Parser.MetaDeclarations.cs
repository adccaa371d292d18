using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Declarations that metafunctions decide about: conditions, groups, macros.</content>
internal sealed partial class Parser
{
    private Declaration ParseMetaDeclaration(int start)
    {
        if (KindAt(_index + 1) is TokenKind.Asm or TokenKind.Mir)
        {
            return ParseAsmOrMirDeclaration(start, [], Modifiers.None);
        }

        if (IsConditionalMeta(Text(TokenAt(_index + 1))) && IsDeclarationGroup())
        {
            return ParseConditional(start);
        }

        if (HasDeclarationArguments(_index))
        {
            return ParseConditionalArguments(start);
        }

        if (Text(TokenAt(_index + 1)) is "macro" && !IsTemplate(_index + 2))
        {
            return ParseForeignMacro(start);
        }

        MetaExpression call = ParseMeta();
        EndDeclaration();
        return new MetaDeclaration(From(start), [], call);
    }

    private bool IsDeclarationGroup()
    {
        int after = KindAt(_index + 2) == TokenKind.OpenParen ? ScanBrackets(_index + 2) : _index + 2;
        return after > 0 && KindAt(after) == TokenKind.OpenBrace;
    }

    /// <summary><c>@if(c) { declarations } else { declarations }</c> at the top of a file.</summary>
    private ConditionalDeclaration ParseConditional(int start)
    {
        Advance();
        Identifier name = TakeName();
        ImmutableArray<Argument> arguments = Kind == TokenKind.OpenParen ? ParseArguments() : [];
        ImmutableArray<Declaration> then = ParseDeclarationGroup();
        ImmutableArray<Declaration> otherwise = [];
        if (Accept(TokenKind.Else))
        {
            bool isNext = Kind == TokenKind.At && IsConditionalMeta(Text(TokenAt(_index + 1))) && Enter();
            otherwise = isNext ? [ParseConditional(_token.Start)] : ParseDeclarationGroup();
            _depth -= isNext ? 1 : 0;
        }

        return new ConditionalDeclaration(From(start), name, arguments, then, otherwise);
    }

    /// <summary>Whether <c>@if(c, fn f() …)</c> begins: declarations stand where values could.</summary>
    private bool HasDeclarationArguments(int index)
    {
        if (KindAt(index) != TokenKind.At || Text(TokenAt(index + 1)) is not "if"
            || KindAt(index + 2) != TokenKind.OpenParen)
        {
            return false;
        }

        int depth = 0;
        for (int i = index + 2; i < index + ScanLimit; i++)
        {
            depth += NestingOf(KindAt(i));
            if (depth == 1 && KindAt(i) == TokenKind.Comma)
            {
                bool isLambda = KindAt(i + 1) is TokenKind.Fn or TokenKind.Fun && KindAt(i + 2) == TokenKind.OpenParen;
                return StartsDeclaration(KindAt(i + 1)) && !isLambda;
            }

            if (depth <= 0 || KindAt(i) == TokenKind.EndOfFile)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary><c>@if(c, declaration, declaration)</c>, the second of which may be missing.</summary>
    private ConditionalDeclaration ParseConditionalArguments(int start)
    {
        Advance();
        Identifier name = TakeName();
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        ImmutableArray<Argument> condition = [ParseArgument()];
        ImmutableArray<Declaration> then = ParseDeclarationArgument();
        ImmutableArray<Declaration> otherwise = ParseDeclarationArgument();
        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        EndDeclaration();
        return new ConditionalDeclaration(From(start), name, condition, then, otherwise);
    }

    private ImmutableArray<Declaration> ParseDeclarationArgument()
    {
        if (!Accept(TokenKind.Comma) || Kind == TokenKind.CloseParen)
        {
            return [];
        }

        bool before = _endsAtComma;
        _endsAtComma = true;
        Declaration declaration = ParseDeclaration(atTop: true);
        _endsAtComma = before;
        return [declaration];
    }

    /// <summary>Whether <c>(names)[[[</c> follows.</summary>
    private bool IsTemplate(int index) => KindAt(index) == TokenKind.OpenParen
        && ScanBrackets(index) is var after and > 0 && KindAt(after) == TokenKind.RawBrackets;

    /// <summary><c>@macro name(x) { … }</c>: reported and skipped.</summary>
    private MissingDeclaration ParseForeignMacro(int start)
    {
        Advance();
        TextSpan span = From(start).To(_token.Span);
        if (MayReport())
        {
            _diagnostics.ForeignSyntax(_source.At(span), "'@macro'",
                "a template is '@define(a, b)[[[ … {0} … {1} … ]]]', used as '@define(\"x\", \"y\")'; "
                    + "a function of constants is computed at compile time anyway");
        }

        Advance();
        while (Kind != TokenKind.EndOfFile && !_token.NewLineBefore)
        {
            int after = Kind is TokenKind.OpenBrace or TokenKind.OpenParen ? ScanBrackets(_index) : _index + 1;
            do
            {
                Advance();
            }
            while (_index < after);
        }

        return new MissingDeclaration(From(start));
    }

    private ImmutableArray<Declaration> ParseDeclarationGroup()
    {
        Token open = _token;
        var declarations = ImmutableArray.CreateBuilder<Declaration>();
        if (!Expect(TokenKind.OpenBrace))
        {
            return [];
        }

        while (Kind is not (TokenKind.CloseBrace or TokenKind.EndOfFile))
        {
            ParseTopDeclaration(declarations);
        }

        CloseBlock(open);
        return declarations.DrainToImmutable();
    }
}
