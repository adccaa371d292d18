namespace MinZ.Frontend.Syntax;

/// <content>Lines that go on with the one before.</content>
internal sealed partial class Parser
{
    /// <summary>
    /// Whether a line that begins with <c>- * &amp; |</c> goes on with the expression before: a statement of its own
    /// would do nothing, since its value is dropped by a <c>;</c>, or never be reached, since a <c>return</c> is before
    /// it.
    /// </summary>
    private bool GoesOn()
    {
        if (Kind is not (TokenKind.Minus or TokenKind.Star or TokenKind.Ampersand or TokenKind.Pipe))
        {
            return false;
        }

        int depth = 0;
        for (int i = _index; ; i++)
        {
            Token token = TokenAt(i);
            bool isNext = depth == 0 && i > _index && token.NewLineBefore && !IsInfix(token.Kind);
            if (isNext || token.Kind == TokenKind.EndOfFile
                || (depth == 0 && token.Kind is TokenKind.CloseBrace or TokenKind.CloseParen or TokenKind.CloseBracket))
            {
                return (_mode & Mode.Returned) != 0;
            }

            if (depth == 0 && token.Kind == TokenKind.Semicolon)
            {
                return true;
            }

            if (depth == 0 && IsStatementSign(token.Kind))
            {
                return false;
            }

            depth += NestingOf(token.Kind);
        }
    }

    // Signs of what is done, not computed, and of the arms of `match`.
    private static bool IsStatementSign(TokenKind kind) => kind is TokenKind.FatArrow or TokenKind.PlusPlus
        or TokenKind.MinusMinus or TokenKind.Equal or TokenKind.PlusEqual or TokenKind.MinusEqual or TokenKind.StarEqual
        or TokenKind.SlashEqual or TokenKind.PercentEqual or TokenKind.AmpersandEqual or TokenKind.PipeEqual
        or TokenKind.CaretEqual or TokenKind.LessLessEqual or TokenKind.GreaterEqual;

    private static bool IsInfix(TokenKind kind) => kind is TokenKind.Plus or TokenKind.Minus or TokenKind.Star
        or TokenKind.Slash or TokenKind.Percent or TokenKind.Ampersand or TokenKind.Pipe or TokenKind.Caret
        or TokenKind.AmpersandAmpersand or TokenKind.PipePipe or TokenKind.EqualEqual or TokenKind.BangEqual
        or TokenKind.LessLess or TokenKind.Dot or TokenKind.As or TokenKind.QuestionQuestion;
}
