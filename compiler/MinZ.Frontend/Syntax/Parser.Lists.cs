namespace MinZ.Frontend.Syntax;

/// <content>What stands between and behind the elements of lists.</content>
internal sealed partial class Parser
{
    /// <summary>Whether a comma is missing in the list here since its last one: it was reported.</summary>
    private bool _lacksCommas;

    /// <summary>Whether a list ends here, by its bracket or because that is missing.</summary>
    private bool EndsList(TokenKind close) => Kind == close
        || Kind is TokenKind.CloseBrace or TokenKind.Semicolon or TokenKind.EndOfFile;

    /// <summary>
    /// After an element of a list: whether another follows. A missing comma on the same line is reported and assumed.
    /// </summary>
    private bool ListContinues(TokenKind close)
    {
        if (Accept(TokenKind.Comma))
        {
            _lacksCommas = false;
            return true;
        }

        if (Kind == TokenKind.Semicolon && close == TokenKind.CloseParen && OnThisLine(close) > _index + 1
            && CanStartExpression(KindAt(_index + 1)) && MayReport())
        {
            _diagnostics.ExpectedToken(Here, $"',' or {TokenFacts.Describe(close)}", Found(),
                "arguments are separated by ','");
            Advance();
            return true;
        }

        if (Kind == close || _token.NewLineBefore || Kind == TokenKind.OpenBrace || !CanStartExpression(Kind)
            || TokenFacts.IsKeyword(Kind) || !(_lacksCommas || MayReport()))
        {
            _lacksCommas = false;
            return false;
        }

        if (!_lacksCommas)
        {
            _diagnostics.ExpectedToken(Here, $"',' or {TokenFacts.Describe(close)}", Found());
        }

        _lacksCommas = true;
        return true;
    }
}
