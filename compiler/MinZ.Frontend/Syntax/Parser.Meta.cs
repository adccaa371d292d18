using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Attributes, metafunctions, inline assembly and MIR.</content>
internal sealed partial class Parser
{
    /// <summary>Names that are always metafunctions, never attributes of the declaration after them.</summary>
    private static bool IsMetaFunction(ReadOnlySpan<char> name) => name is "define" or "minz" or "lua" or "lua_eval"
        or "mir" or "asm" or "print" or "println" or "static_print" or "assert" or "static_assert" or "error" or "emit"
        or "to_string" or "ptr" or "macro" or "as" or "unsafe_cast" or "err" or "ok" or "check_error" or "get_error"
        or "halt" || IsConditionalMeta(name);

    /// <summary>
    /// Metafunctions that decide whether a block is compiled; <c>target</c> without block is an attribute.
    /// </summary>
    private static bool IsConditionalMeta(ReadOnlySpan<char> name) =>
        name is "if" or "if_platform" or "target" or "platform";

    /// <summary>Metafunctions whose first string holds expressions in braces.</summary>
    private static bool IsFormatting(ReadOnlySpan<char> name) =>
        name is "print" or "println" or "static_print" or "to_string" or "emit" or "format" or "debug";

    /// <summary>Whether the <c>@</c> at this index begins an attribute of a declaration.</summary>
    private bool IsAttribute(int index, bool atTop)
    {
        bool placesVariable = true;
        while (KindAt(index) == TokenKind.At)
        {
            ReadOnlySpan<char> name = Text(TokenAt(index + 1));
            placesVariable &= name is "address" or "at" or "absolute" or "volatile" or "aligned" or "align";
            int after = index + 2;
            if (KindAt(after) == TokenKind.OpenParen)
            {
                after = ScanBrackets(after);
            }
            else if (KindAt(after) == TokenKind.RawBraces)
            {
                after++;
            }

            bool isBlock = IsConditionalMeta(name) && (after < 0 || KindAt(after) == TokenKind.OpenBrace
                || name is "if");
            // As others write it, `@macro` stands before a function.
            bool isMacro = name is "macro" && KindAt(after) is TokenKind.Fn or TokenKind.Fun or TokenKind.Pub;
            if (after < 0 || isBlock || (IsMetaFunction(name) && !IsConditionalMeta(name) && !isMacro))
            {
                return false;
            }

            index = after;
        }

        TokenKind kind = KindAt(index);
        if (kind is TokenKind.Let or TokenKind.Var or TokenKind.Import or TokenKind.Module)
        {
            // Before other names these are calls: `@debug_mark()` and then a variable.
            return atTop || (placesVariable && kind is TokenKind.Let or TokenKind.Var);
        }

        return StartsDeclaration(kind) || kind is TokenKind.Asm or TokenKind.Mir || IsContextualDeclaration(index)
            || (atTop && kind is TokenKind.EndOfFile or TokenKind.CloseBrace);
    }

    private ImmutableArray<AttributeSyntax> ParseAttributes(bool atTop)
    {
        if (Kind != TokenKind.At || !IsAttribute(_index, atTop))
        {
            return [];
        }

        var attributes = ImmutableArray.CreateBuilder<AttributeSyntax>();
        while (Kind == TokenKind.At)
        {
            int start = _token.Start;
            Advance();
            Identifier name = TokenFacts.IsKeyword(Kind) ? TakeName() : ParseName("the name of an attribute");
            ImmutableArray<Argument> arguments = Kind == TokenKind.OpenParen ? ParseArguments() : [];
            RawText? body = Kind == TokenKind.RawBraces ? TakeRaw() : null;
            attributes.Add(new AttributeSyntax(From(start), name, arguments, body));
        }

        return attributes.DrainToImmutable();
    }

    /// <summary>The text inside the raw token here.</summary>
    private RawText TakeRaw()
    {
        Token token = _token;
        Advance();
        int width = token.Kind == TokenKind.RawBraces ? 1 : 3;
        ReadOnlySpan<char> text = Text(token);
        if (width == 3 && !text.StartsWith("[[["))
        {
            width = 2;
        }

        bool isParens = text.StartsWith('(');
        width = isParens ? 1 : width;
        ReadOnlySpan<char> close = isParens ? ")" : token.Kind == TokenKind.RawBraces ? "}" : "]]]".AsSpan(0, width);
        int end = text.Length >= 2 * width && text.EndsWith(close) ? token.End - width : token.End;
        TextSpan span = TextSpan.FromBounds(token.Start + width, end);
        return new RawText(_source.ToString(span), span);
    }

    /// <summary><c>@name…</c> as an operand.</summary>
    private Expression ParseMetaOperand()
    {
        if (KindAt(_index + 1) is TokenKind.Asm or TokenKind.Mir)
        {
            return BlockOf(ParseAsmOrMir());
        }

        Token next = TokenAt(_index + 1);
        bool isCast = KindAt(_index + 2) == TokenKind.OpenParen && Text(next) is "as" or "unsafe_cast";
        return isCast ? ParseMetaCast() : Text(next) is "error" ? ParseMetaError() : ParseMeta();
    }

    /// <summary><c>@as(T, e)</c>, <c>@unsafe_cast(T, e)</c>.</summary>
    private CastExpression ParseMetaCast()
    {
        int start = _token.Start;
        Advance();
        bool isBitCast = Kind == TokenKind.Identifier;
        Advance();
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        TypeSyntax type = ParseType();
        Expect(TokenKind.Comma);
        Expression operand = ParseExpression();
        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        return new CastExpression(From(start), operand, type, isBitCast);
    }

    /// <summary><c>@error(e)</c>, <c>@error</c>.</summary>
    private ThrowExpression ParseMetaError()
    {
        int start = _token.Start;
        Advance();
        Advance();
        Expression? value = Kind == TokenKind.OpenParen && !NewLineEnds ? ParseParenthesized() : null;
        return new ThrowExpression(From(start), value is TupleLiteral { Elements.Length: 0 } ? null : value);
    }

    /// <summary><c>@name(args)</c>, <c>@name[[[ … ]]](args)</c>, <c>@name(args) { … } else { … }</c>.</summary>
    private MetaExpression ParseMeta()
    {
        int start = _token.Start;
        Advance();
        Identifier name = TokenFacts.IsKeyword(Kind) ? TakeName() : ParseName("the name of a metafunction");
        bool hasArguments = Kind == TokenKind.OpenParen && !NewLineEnds;
        ImmutableArray<Argument> arguments = hasArguments ? ParseMetaArguments(name.Text) : [];
        RawText? text = null;
        ImmutableArray<Argument> textArguments = [];
        Block? body = null;
        Expression? otherwise = null;
        if (Kind is TokenKind.RawBrackets or TokenKind.RawBraces)
        {
            // `@macro(a)[[[ … ]]]` is another name of `@define(a)[[[ … ]]]`.
            name = name.Text == "macro" ? new Identifier("define", name.Span) : name;
            text = TakeRaw();
            textArguments = Kind == TokenKind.OpenParen && !NewLineEnds ? ParseArguments() : [];
        }
        else if (Kind == TokenKind.OpenBrace && HasBlock(name.Text, hasArguments))
        {
            body = ParseBlock();
            otherwise = IsConditionalMeta(name.Text) && Accept(TokenKind.Else) ? ParseMetaElse() : null;
        }

        return new MetaExpression(From(start), name, hasArguments, arguments, text, textArguments, body, otherwise);
    }

    private bool HasBlock(string name, bool hasArguments) =>
        (IsConditionalMeta(name) || (name == "debug" && !hasArguments)) && (_mode & Mode.Structs) != 0;

    private Expression ParseMetaElse()
    {
        bool isNext = Kind == TokenKind.At && IsConditionalMeta(Text(TokenAt(_index + 1))) && Enter();
        Expression otherwise = isNext ? ParseMeta() : ParseBlock();
        _depth -= isNext ? 1 : 0;
        return otherwise;
    }

    private ImmutableArray<Argument> ParseMetaArguments(string name)
    {
        if (name is "define" or "macro" && IsTemplate(_index))
        {
            return ParseTemplateParameters();
        }

        if (name == "emit")
        {
            bool wasCode = _isCode;
            _isCode = true;
            ImmutableArray<Argument> emitted = ParseArguments();
            _isCode = wasCode;
            return emitted;
        }

        bool isFormat = IsFormatting(name) && KindAt(_index + 1) == TokenKind.String
            && KindAt(_index + 2) is TokenKind.Comma or TokenKind.CloseParen;
        if (!isFormat)
        {
            return ParseArguments();
        }

        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        TextSpan span = _token.Span;
        Advance();
        var arguments = ImmutableArray.CreateBuilder<Argument>();
        arguments.Add(new Argument(span, null, ParseFormat(span, braces: true)));
        while (Accept(TokenKind.Comma) && Kind is not (TokenKind.CloseParen or TokenKind.EndOfFile))
        {
            arguments.Add(ParseArgument());
        }

        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        return arguments.DrainToImmutable();
    }

    /// <summary>The parameters of a template: any words, reserved ones too.</summary>
    private ImmutableArray<Argument> ParseTemplateParameters()
    {
        Token open = _token;
        Advance();
        var parameters = ImmutableArray.CreateBuilder<Argument>();
        while (Kind == TokenKind.Identifier || TokenFacts.IsKeyword(Kind))
        {
            Identifier name = TakeName();
            parameters.Add(new Argument(name.Span, null, new NameExpression(name.Span, name, [])));
            if (!Accept(TokenKind.Comma))
            {
                break;
            }
        }

        ExpectClose(TokenKind.CloseParen, open);
        return parameters.DrainToImmutable();
    }

    /// <summary>
    /// <c>asm { … }</c>, <c>asm name { … }</c>, <c>asm("…")</c>, <c>mir { … }</c>, all also with <c>@</c>.
    /// </summary>
    private Statement ParseAsmOrMir()
    {
        int start = _token.Start;
        Accept(TokenKind.At);
        bool isAsm = Kind == TokenKind.Asm;
        Advance();
        // As in C: assembly is never left out or moved anyway.
        if (isAsm && IsWord("volatile") && KindAt(_index + 1) is TokenKind.OpenParen or TokenKind.RawBraces)
        {
            Advance();
        }

        bool isNamed = Kind == TokenKind.Identifier && KindAt(_index + 1) == TokenKind.RawBraces;
        Identifier? name = isNamed ? TakeName() : null;
        if (isAsm && Kind == TokenKind.OpenParen)
        {
            return ParseAsmString(start);
        }

        RawText? code = Kind is TokenKind.RawBraces or TokenKind.RawBrackets ? TakeRaw() : null;
        if (code is null)
        {
            Expect(TokenKind.OpenBrace, isAsm ? "assembly is 'asm { … }' or 'asm(\"…\")'" : "MIR is 'mir { … }'");
            SkipToLineOfBrace();
            code = new RawText("", new TextSpan(_previousEnd, 0));
        }

        Accept(TokenKind.Semicolon);
        return isAsm ? new AsmStatement(From(start), name, code, [], [], []) : new MirStatement(From(start), code);
    }

    /// <summary><c>asm("text" "text" : "=r"(out) : "r"(in) : "clobber")</c>.</summary>
    private AsmStatement ParseAsmString(int start)
    {
        Token open = _token;
        Advance();
        Mode before = SetMode(Mode.Bracketed);
        int textStart = _token.Start;
        string text = ParseStringText();
        while (Kind == TokenKind.String)
        {
            text += ParseStringText();
        }

        var code = new RawText(text, From(textStart));
        ImmutableArray<AsmOperand> outputs = [];
        ImmutableArray<AsmOperand> inputs = [];
        var clobbers = ImmutableArray.CreateBuilder<string>();
        if (AcceptAsmColon())
        {
            outputs = ParseAsmOperands();
        }

        if (AcceptAsmColon())
        {
            inputs = ParseAsmOperands();
        }

        if (AcceptAsmColon())
        {
            while (Kind == TokenKind.String)
            {
                clobbers.Add(ParseStringText());
                Accept(TokenKind.Comma);
            }
        }

        SetMode(before);
        ExpectClose(TokenKind.CloseParen, open);
        EndStatement(isBlockLike: false);
        return new AsmStatement(From(start), null, code, outputs, inputs, clobbers.DrainToImmutable());
    }

    /// <summary>Takes a colon; <c>::</c> counts as two, as in <c>asm("…" :: "r"(x))</c>.</summary>
    private bool AcceptAsmColon()
    {
        if (_halfColon)
        {
            _halfColon = false;
            return true;
        }

        _halfColon = Accept(TokenKind.ColonColon);
        return _halfColon || Accept(TokenKind.Colon);
    }

    private ImmutableArray<AsmOperand> ParseAsmOperands()
    {
        var operands = ImmutableArray.CreateBuilder<AsmOperand>();
        while (Kind == TokenKind.String && !_halfColon)
        {
            int start = _token.Start;
            string constraint = ParseStringText();
            Token open = _token;
            if (Expect(TokenKind.OpenParen))
            {
                Expression value = ParseExpression();
                ExpectClose(TokenKind.CloseParen, open);
                operands.Add(new AsmOperand(From(start), constraint, value));
            }

            Accept(TokenKind.Comma);
        }

        return operands.DrainToImmutable();
    }

    private string ParseStringText()
    {
        if (Kind != TokenKind.String)
        {
            Expect(TokenKind.String);
            return "";
        }

        Token token = _token;
        Advance();
        (int start, int end) = StringContent(token.Span);
        return System.Text.Encoding.UTF8.GetString(_literals.Bytes(start, end, doubledBraces: false).AsSpan());
    }
}
