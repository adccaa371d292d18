using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <content>Operators, from assignment down to prefix.</content>
internal sealed partial class Parser
{
    /// <summary>Binding strength of <c>..</c>: below shifts, above <c>&amp;</c>.</summary>
    private const int RangePrecedence = 10;

    /// <summary>Binding strength of <c>is</c>: that of <c>&lt;</c>.</summary>
    private const int TestPrecedence = 6;

    /// <summary>
    /// The loosest binary operator, <c>|&gt;</c>; casts, prefixes and postfixes bind more strongly than all.
    /// </summary>
    private const int LoosestPrecedence = 1;

    /// <summary>Any expression, assignments included.</summary>
    private Expression ParseExpression()
    {
        if (!Enter())
        {
            Leave();
            return new MissingExpression(new TextSpan(_previousEnd, 0));
        }

        int start = _token.Start;
        Expression expression = ParseConditional();
        if (AssignmentOperator(out BinaryOperator? @operator, out int tokens))
        {
            if (Kind == TokenKind.Equal && _token.SpaceBefore && TokenAt(_index + 2).SpaceBefore
                && (NextTouches(TokenKind.Plus) || NextTouches(TokenKind.Minus)))
            {
                _diagnostics.SwappedOperator(_source.At(_token.Span.To(TokenAt(_index + 1).Span)),
                    Text(TokenAt(_index + 1)).ToString());
            }

            TextSpan operatorSpan = TakeOperator(tokens);
            Expression value = ParseExpression();
            expression = new AssignmentExpression(From(start), expression, @operator, operatorSpan, value);
        }

        Leave();
        return expression;
    }

    /// <summary>An expression in the head of a statement, where <c>{</c> begins the body.</summary>
    private Expression ParseHead(Mode mode = Mode.Head)
    {
        Mode before = SetMode(mode);
        Expression expression = ParseExpression();
        SetMode(before);
        return expression;
    }

    private TextSpan TakeOperator(int tokens)
    {
        int start = _token.Start;
        for (int i = 0; i < tokens; i++)
        {
            Advance();
        }

        return From(start);
    }

    private bool AssignmentOperator(out BinaryOperator? @operator, out int tokens)
    {
        tokens = 1;
        @operator = Kind switch
        {
            TokenKind.PlusEqual => BinaryOperator.Add,
            TokenKind.MinusEqual => BinaryOperator.Subtract,
            TokenKind.StarEqual => BinaryOperator.Multiply,
            TokenKind.SlashEqual => BinaryOperator.Divide,
            TokenKind.PercentEqual => BinaryOperator.Remainder,
            TokenKind.AmpersandEqual => BinaryOperator.BitAnd,
            TokenKind.PipeEqual => BinaryOperator.BitOr,
            TokenKind.CaretEqual => BinaryOperator.BitXor,
            TokenKind.LessLessEqual => BinaryOperator.ShiftLeft,
            TokenKind.Greater when NextTouches(TokenKind.GreaterEqual) => BinaryOperator.ShiftRight,
            TokenKind.AmpersandAmpersand when NextTouches(TokenKind.Equal) => BinaryOperator.And,
            TokenKind.PipePipe when NextTouches(TokenKind.Equal) => BinaryOperator.Or,
            TokenKind.QuestionQuestion when NextTouches(TokenKind.Equal) => BinaryOperator.Coalesce,
            _ => null,
        };
        tokens = @operator is BinaryOperator.ShiftRight or BinaryOperator.And or BinaryOperator.Or
            or BinaryOperator.Coalesce ? 2 : 1;
        return @operator is not null || Kind == TokenKind.Equal;
    }

    private bool NextTouches(TokenKind kind) => KindAt(_index + 1) == kind && !TokenAt(_index + 1).SpaceBefore;

    /// <summary><c>c ? a : b</c>, <c>a if c else b</c>, or what binds more strongly.</summary>
    private Expression ParseConditional()
    {
        int start = _token.Start;
        Expression expression = ParseBinary(LoosestPrecedence);
        if (Kind == TokenKind.Question)
        {
            Advance();
            _ternaryDepth++;
            Expression then = ParseExpression();
            _ternaryDepth--;
            Expect(TokenKind.Colon);
            Expression otherwise = ParseNestedConditional();
            return new ConditionalExpression(From(start), expression, then, otherwise, conditionInMiddle: false);
        }

        if (Kind == TokenKind.If && !_token.NewLineBefore && (_mode & Mode.InlineIf) != 0)
        {
            Advance();
            Expression condition = ParseBinary(LoosestPrecedence);
            Expect(TokenKind.Else, "a condition after a value is written 'a if c else b'");
            Expression otherwise = ParseNestedConditional();
            return new ConditionalExpression(From(start), condition, expression, otherwise, conditionInMiddle: true);
        }

        return expression;
    }

    private Expression ParseNestedConditional()
    {
        bool entered = Enter();
        Expression expression = entered ? ParseConditional() : new MissingExpression(new TextSpan(_previousEnd, 0));
        Leave();
        return expression;
    }

    private Expression ParseBinary(int lowest)
    {
        int start = _token.Start;
        Expression left = ParseCast();
        int chain = 0;
        while (true)
        {
            ReplaceForeignOperator();
            if (lowest <= TestPrecedence && IsTest())
            {
                left = ParseTest(start, left);
                continue;
            }

            (BinaryOperator @operator, int precedence, int tokens) = BinaryOperatorHere();
            bool isNewLine = NewLineEnds && (IsAlsoPrefix(Kind) ? !GoesOn() : IsLambdaLine());
            if (precedence < lowest || isNewLine || ChainTooLong(ref chain))
            {
                return left;
            }

            if (precedence == RangePrecedence)
            {
                left = ParseRangeEnd(start, left);
                continue;
            }

            TextSpan operatorSpan = TakeOperator(tokens);
            bool rightAssociative = @operator == BinaryOperator.Coalesce;
            Expression right = rightAssociative ? ParseRightAssociative(precedence) : ParseBinary(precedence + 1);
            left = new BinaryExpression(From(start), @operator, operatorSpan, left, right);
        }
    }

    /// <summary>Whether <c>is pattern</c> follows an operand on its line.</summary>
    private bool IsTest() => IsWord("is") && !_token.NewLineBefore
        && TokenAt(_index + 1) is { NewLineBefore: false } next
        && (IsLiteral(next.Kind) || next.Kind is TokenKind.Identifier or TokenKind.OpenParen or TokenKind.Not
            or TokenKind.Minus);

    /// <summary><c>e is pattern</c>, <c>e is not pattern</c>.</summary>
    private TestExpression ParseTest(int start, Expression value)
    {
        Advance();
        bool isNegated = Accept(TokenKind.Not);
        Pattern pattern = ParseSinglePattern();
        return new TestExpression(From(start), value, pattern, isNegated, isLet: false);
    }

    /// <summary><c>let pattern = e</c> as a condition, which <c>&amp;&amp;</c> may continue.</summary>
    private Expression ParseLetCondition()
    {
        int start = _token.Start;
        Advance();
        Mode before = SetMode(Mode.Statement);
        Pattern pattern = ParsePattern();
        SetMode(before);
        Expect(TokenKind.Equal);
        Expression value = ParseBinary(TestPrecedence);
        return new TestExpression(From(start), value, pattern, isNegated: false, isLet: true);
    }

    private Expression ParseRightAssociative(int precedence)
    {
        bool entered = Enter();
        Expression right = entered ? ParseBinary(precedence) : new MissingExpression(new TextSpan(_previousEnd, 0));
        Leave();
        return right;
    }

    private RangeExpression ParseRangeEnd(int start, Expression? first)
    {
        bool isInclusive = Kind == TokenKind.DotDotEqual;
        Advance();
        if (Kind is TokenKind.Dot or TokenKind.Less && !_token.SpaceBefore)
        {
            ReportForeign(TextSpan.FromBounds(TokenAt(_index - 1).Start, _token.End), Kind == TokenKind.Dot ? "'...'"
                : "'..<'",
                "write 'a..b' without the end, 'a..=b' with it");
            Advance();
        }

        bool hasEnd = CanStartExpression(Kind) && !(Kind == TokenKind.OpenBrace && (_mode & Mode.Structs) == 0);
        Expression? last = hasEnd && !NewLineEnds ? ParseBinary(RangePrecedence + 1) : null;
        return new RangeExpression(From(start), first, last, isInclusive);
    }

    /// <summary>The operator at the current token, its precedence (0: none) and the number of its tokens.</summary>
    private (BinaryOperator Operator, int Precedence, int Tokens) BinaryOperatorHere() => Kind switch
    {
        TokenKind.PipeGreater => (BinaryOperator.Pipe, 1, 1),
        TokenKind.QuestionQuestion or TokenKind.PipePipe or TokenKind.AmpersandAmpersand
            when NextTouches(TokenKind.Equal) => (default, 0, 0),
        TokenKind.QuestionQuestion => (BinaryOperator.Coalesce, 2, 1),
        TokenKind.PipePipe or TokenKind.Or => (BinaryOperator.Or, 3, 1),
        TokenKind.AmpersandAmpersand or TokenKind.And => (BinaryOperator.And, 4, 1),
        TokenKind.EqualEqual => (BinaryOperator.Equal, 5, 1),
        TokenKind.BangEqual => (BinaryOperator.NotEqual, 5, 1),
        TokenKind.Less => (BinaryOperator.Less, 6, 1),
        TokenKind.LessEqual => (BinaryOperator.LessOrEqual, 6, 1),
        TokenKind.Greater when NextTouches(TokenKind.Greater) => (BinaryOperator.ShiftRight, 11, 2),
        TokenKind.Greater when NextTouches(TokenKind.GreaterEqual) => (default, 0, 0),
        TokenKind.Greater => (BinaryOperator.Greater, 6, 1),
        TokenKind.GreaterEqual => (BinaryOperator.GreaterOrEqual, 6, 1),
        TokenKind.Pipe => (BinaryOperator.BitOr, 7, 1),
        TokenKind.Caret => (BinaryOperator.BitXor, 8, 1),
        TokenKind.Ampersand => (BinaryOperator.BitAnd, 9, 1),
        TokenKind.DotDot or TokenKind.DotDotEqual => (default, RangePrecedence, 1),
        TokenKind.LessLess => (BinaryOperator.ShiftLeft, 11, 1),
        TokenKind.Plus => (BinaryOperator.Add, 12, 1),
        TokenKind.Minus => (BinaryOperator.Subtract, 12, 1),
        TokenKind.Star => (BinaryOperator.Multiply, 13, 1),
        TokenKind.Slash => (BinaryOperator.Divide, 13, 1),
        TokenKind.Percent => (BinaryOperator.Remainder, 13, 1),
        _ => (default, 0, 0),
    };

    /// <summary>Signs that begin a statement when they begin a line.</summary>
    private static bool IsAlsoPrefix(TokenKind kind) => kind is TokenKind.Star or TokenKind.Ampersand or TokenKind.Minus
        or TokenKind.Pipe or TokenKind.OpenParen or TokenKind.OpenBracket or TokenKind.PlusPlus or TokenKind.MinusMinus;

    private Expression ParseCast()
    {
        int start = _token.Start;
        Expression expression = ParseUnary();
        int chain = 0;
        while (Kind == TokenKind.As && !ChainTooLong(ref chain))
        {
            Advance();
            TypeSyntax type = ParseType(inCast: true);
            expression = new CastExpression(From(start), expression, type, isBitCast: false);
        }

        return expression;
    }

    private Expression ParseUnary()
    {
        UnaryOperator? @operator = Kind switch
        {
            TokenKind.Minus => UnaryOperator.Negate,
            TokenKind.Plus => UnaryOperator.Plus,
            TokenKind.Bang or TokenKind.Not => UnaryOperator.Not,
            TokenKind.Tilde => UnaryOperator.Complement,
            TokenKind.Ampersand or TokenKind.AmpersandAmpersand => UnaryOperator.AddressOf,
            TokenKind.Star => UnaryOperator.Dereference,
            _ => null,
        };
        if (@operator is null && Kind is not (TokenKind.PlusPlus or TokenKind.MinusMinus))
        {
            return ParsePostfix();
        }

        if (!Enter())
        {
            Leave();
            return new MissingExpression(new TextSpan(_previousEnd, 0));
        }

        Token token = _token;
        Advance();
        if (@operator == UnaryOperator.AddressOf && Accept(TokenKind.Mut))
        {
            @operator = UnaryOperator.AddressOfMutable;
        }

        Expression operand = ParseUnary();
        Leave();
        if (@operator is null)
        {
            return new IncrementExpression(From(token.Start), operand, token.Kind == TokenKind.MinusMinus,
                isPrefix: true);
        }

        if (token.Kind == TokenKind.AmpersandAmpersand)
        {
            operand = new UnaryExpression(From(token.Start + 1), @operator.Value, operand);
            @operator = UnaryOperator.AddressOf;
        }

        return new UnaryExpression(From(token.Start), @operator.Value, operand);
    }
}
