namespace MinZ.Frontend.Syntax;

/// <content>
/// Look-ahead: these methods read tokens from an index without taking them, report nothing and build nothing.
/// </content>
internal sealed partial class Parser
{
    private const int ScanLimit = 4000;

    /// <summary>The index after the type that begins at <paramref name="i"/>, or -1 if none does.</summary>
    private int ScanType(int i, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            return -1;
        }

        switch (KindAt(i))
        {
            case TokenKind.Identifier:
                return ScanNamedType(i, depth);
            case TokenKind.Star or TokenKind.Ampersand or TokenKind.AmpersandAmpersand:
                i++;
                return ScanType(KindAt(i) is TokenKind.Mut or TokenKind.Const ? i + 1 : i, depth + 1);
            case TokenKind.OpenBracket:
                int close = ScanBrackets(i);
                int element = close < 0 ? -1 : ScanType(close, depth + 1);
                return element >= 0 && !TokenAt(close).NewLineBefore ? element : close;
            case TokenKind.OpenParen:
                return ScanBrackets(i);
            case TokenKind.Fn or TokenKind.Fun when KindAt(i + 1) == TokenKind.OpenParen:
                int end = ScanBrackets(i + 1);
                return end >= 0 && KindAt(end) == TokenKind.Arrow ? ScanType(end + 1, depth + 1) : end;
            default:
                return -1;
        }
    }

    private int ScanNamedType(int i, int depth)
    {
        i++;
        while (KindAt(i) is TokenKind.Dot or TokenKind.ColonColon
            && KindAt(i + 1) is TokenKind.Identifier or TokenKind.Integer)
        {
            i += 2;
        }

        if (KindAt(i) == TokenKind.Less)
        {
            i = ScanTypeArguments(i, depth + 1);
        }

        return i >= 0 && KindAt(i) == TokenKind.Question && !TokenAt(i).SpaceBefore ? i + 1 : i;
    }

    /// <summary>
    /// The index after the <c>&gt;</c> of type arguments whose <c>&lt;</c> is at <paramref name="i"/>, or -1.
    /// </summary>
    private int ScanTypeArguments(int i, int depth = 0)
    {
        do
        {
            i = ScanType(i + 1, depth + 1);
        }
        while (i >= 0 && KindAt(i) == TokenKind.Comma);
        return i >= 0 && KindAt(i) == TokenKind.Greater ? i + 1 : -1;
    }

    /// <summary>The index after the bracket that matches the opening one at <paramref name="i"/>, or -1.</summary>
    private int ScanBrackets(int i)
    {
        int depth = 0;
        for (int limit = i + ScanLimit; i < limit && KindAt(i) != TokenKind.EndOfFile; i++)
        {
            int nesting = NestingOf(KindAt(i));
            depth += nesting;
            if (nesting < 0 && depth == 0)
            {
                return i + 1;
            }
        }

        return -1;
    }

    /// <summary>By how much a token nests what follows it deeper in brackets: 1, -1 or 0.</summary>
    private static int NestingOf(TokenKind kind) => kind switch
    {
        TokenKind.OpenParen or TokenKind.OpenBracket or TokenKind.OpenBrace => 1,
        TokenKind.CloseParen or TokenKind.CloseBracket or TokenKind.CloseBrace => -1,
        _ => 0,
    };

    /// <summary>Whether <c>&lt;</c> after a name in an expression begins type arguments.</summary>
    private bool IsTypeArguments()
    {
        int after = ScanTypeArguments(_index);
        if (after < 0)
        {
            return false;
        }

        Token next = TokenAt(after);
        return next.Kind switch
        {
            TokenKind.OpenParen or TokenKind.Dot or TokenKind.ColonColon => true,
            TokenKind.OpenBrace => (_mode & Mode.Structs) != 0,
            TokenKind.CloseParen or TokenKind.CloseBracket or TokenKind.CloseBrace or TokenKind.Comma => true,
            TokenKind.Semicolon or TokenKind.EndOfFile => true,
            _ => next.NewLineBefore,
        };
    }

    /// <summary>Whether the <c>?</c> here begins <c>? a : b</c> and is not the postfix operator.</summary>
    private bool IsTernary()
    {
        if (!CanStartExpression(KindAt(_index + 1)))
        {
            return false;
        }

        bool newLines = (_mode & Mode.NewLines) != 0;
        int depth = 0;
        for (int i = _index + 1; i < _index + ScanLimit; i++)
        {
            Token token = TokenAt(i);
            if (depth == 0 && newLines && token.NewLineBefore && token.Kind != TokenKind.Colon
                && StartsStatement(token.Kind))
            {
                return false;
            }

            depth += NestingOf(token.Kind);
            if (depth < 0)
            {
                return false;
            }

            switch (token.Kind)
            {
                case TokenKind.Colon when depth == 0:
                    return true;
                case TokenKind.Semicolon or TokenKind.Comma or TokenKind.FatArrow when depth == 0:
                case TokenKind.EndOfFile:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Whether the brace here begins <c>{1, 2}</c> and not a block.</summary>
    private bool IsBraceLiteral()
    {
        TokenKind first = KindAt(_index + 1);
        if (first is TokenKind.Pipe or TokenKind.PipePipe)
        {
            return false;
        }

        if (IsLiteral(first) && KindAt(_index + 2) == TokenKind.CloseBrace)
        {
            return true;
        }

        int depth = 0;
        for (int i = _index + 1; i < _index + ScanLimit; i++)
        {
            depth += NestingOf(KindAt(i));
            if (depth < 0)
            {
                return false;
            }

            switch (KindAt(i))
            {
                case TokenKind.Comma when depth == 0:
                    return true;
                case TokenKind.Semicolon or TokenKind.Equal or TokenKind.FatArrow when depth == 0:
                case TokenKind.Let or TokenKind.Var or TokenKind.Return or TokenKind.If or TokenKind.While
                    when depth == 0:
                case TokenKind.EndOfFile:
                    return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether <c>{ name:</c>, <c>{ name,</c>, <c>{ name }</c> or <c>{ }</c> begins at token <paramref name="i"/>.
    /// </summary>
    private bool IsFieldList(int i)
    {
        if (KindAt(i) != TokenKind.OpenBrace)
        {
            return false;
        }

        TokenKind first = KindAt(i + 1);
        return first == TokenKind.CloseBrace
            || (first == TokenKind.DotDot && KindAt(i + 2) == TokenKind.CloseBrace)
            || (first == TokenKind.Mut && KindAt(i + 3) is TokenKind.Comma or TokenKind.CloseBrace)
            || ((first == TokenKind.Identifier || TokenFacts.IsKeyword(first))
                && KindAt(i + 2) is TokenKind.Colon or TokenKind.Comma or TokenKind.CloseBrace);
    }

    /// <summary>
    /// For <c>if (c) …</c>: whether the condition ends at its closing parenthesis although an operator that is also a
    /// prefix follows, as in <c>if (c) *p = 1;</c>: then no block begins before the end of the statement.
    /// </summary>
    private bool ConditionEndsAtParenthesis()
    {
        int i = ScanBrackets(_index);
        if (i < 0 || KindAt(i) is not (TokenKind.Star or TokenKind.Minus or TokenKind.Ampersand or TokenKind.OpenParen
            or TokenKind.OpenBracket or TokenKind.Pipe or TokenKind.PlusPlus or TokenKind.MinusMinus))
        {
            return false;
        }

        for (; KindAt(i) is not (TokenKind.Semicolon or TokenKind.EndOfFile or TokenKind.CloseBrace); i++)
        {
            if (KindAt(i) == TokenKind.OpenBrace || TokenFacts.IsKeyword(KindAt(i)))
            {
                return KindAt(i) is not (TokenKind.OpenBrace or TokenKind.And or TokenKind.Or or TokenKind.As);
            }
        }

        return true;
    }

    private static bool IsLiteral(TokenKind kind) =>
        kind is TokenKind.Integer or TokenKind.Fraction or TokenKind.Character or TokenKind.String
            or TokenKind.True or TokenKind.False or TokenKind.Null or TokenKind.None;

    /// <summary>Whether an expression can begin with this token.</summary>
    private static bool CanStartExpression(TokenKind kind) => IsLiteral(kind) || kind is TokenKind.Identifier
        or TokenKind.OpenParen or TokenKind.OpenBracket or TokenKind.OpenBrace or TokenKind.At or TokenKind.Minus
        or TokenKind.Plus or TokenKind.Bang or TokenKind.Not or TokenKind.Tilde or TokenKind.Ampersand
        or TokenKind.AmpersandAmpersand or TokenKind.Star or TokenKind.Pipe or TokenKind.PipePipe
        or TokenKind.PlusPlus or TokenKind.MinusMinus or TokenKind.Fn or TokenKind.Fun or TokenKind.If
        or TokenKind.Match or TokenKind.Case or TokenKind.When or TokenKind.Loop or TokenKind.Return
        or TokenKind.Break or TokenKind.Continue or TokenKind.Sizeof or TokenKind.Asm or TokenKind.Mir;

    /// <summary>Whether a type can begin with this token.</summary>
    private static bool CanStartType(TokenKind kind) => kind is TokenKind.Identifier or TokenKind.Star
        or TokenKind.Ampersand or TokenKind.OpenBracket or TokenKind.OpenParen or TokenKind.Fn or TokenKind.Fun
        or TokenKind.Pipe or TokenKind.PipePipe;

    /// <summary>Whether this token at the start of a line begins a statement rather than continuing the last.</summary>
    private static bool StartsStatement(TokenKind kind) =>
        CanStartExpression(kind) && kind is not (TokenKind.Plus or TokenKind.PipePipe or TokenKind.AmpersandAmpersand)
        || StartsDeclaration(kind)
        || kind is TokenKind.While or TokenKind.For or TokenKind.Do or TokenKind.Defer or TokenKind.CloseBrace;

    private static bool StartsDeclaration(TokenKind kind) => kind is TokenKind.Let or TokenKind.Var or TokenKind.Const
        or TokenKind.Global or TokenKind.Static or TokenKind.Fn or TokenKind.Fun or TokenKind.Struct or TokenKind.Enum
        or TokenKind.Interface or TokenKind.Impl or TokenKind.Type or TokenKind.Import or TokenKind.Module
        or TokenKind.Pub or TokenKind.Export or TokenKind.Extern;
}
