namespace MinZ.Backends.Z80.Assembly;

public sealed partial class AsmParser
{
    // Binary operators by precedence, weakest first, as in C.
    private static readonly (string Symbol, BinaryOp Op)[][] Levels =
    [
        [("||", BinaryOp.LogicalOr)],
        [("&&", BinaryOp.LogicalAnd)],
        [("|", BinaryOp.Or)],
        [("^", BinaryOp.Xor)],
        [("&", BinaryOp.And)],
        [("==", BinaryOp.Equal), ("=", BinaryOp.Equal), ("!=", BinaryOp.NotEqual), ("<>", BinaryOp.NotEqual)],
        [
            ("<", BinaryOp.Less), ("<=", BinaryOp.LessEqual),
            (">", BinaryOp.Greater), (">=", BinaryOp.GreaterEqual),
        ],
        [("<<", BinaryOp.Shl), (">>", BinaryOp.Shr)],
        [("+", BinaryOp.Add), ("-", BinaryOp.Sub)],
        [("*", BinaryOp.Mul), ("/", BinaryOp.Div), ("%", BinaryOp.Mod)],
    ];

    // Bounds on what is walked recursively, here and when the expression is evaluated.
    private const int MaxDepth = 100;
    private const int MaxTerms = 1000;

    private int _depth;
    private int _terms;

    /// <summary>An expression, or null after reporting why there is none.</summary>
    private Expr? ReadExpression()
    {
        (_depth, _terms) = (0, 0);
        return ReadBinary(0);
    }

    private Expr? ReadBinary(int level)
    {
        if (level == Levels.Length)
            return ReadUnary();
        var left = ReadBinary(level + 1);
        while (left is not null && FindOperator(level) is { } op)
        {
            var symbol = _tokens[_at++];
            if (ReadBinary(level + 1) is not { } right)
                return null;
            if (op is BinaryOp.Div or BinaryOp.Mod && right is Expr.Constant { Value: 0 })
            {
                Report(symbol, "division by zero");
                return null;
            }
            left = Expr.Fold(op, left, right);
        }
        return left;
    }

    private BinaryOp? FindOperator(int level)
    {
        foreach (var (symbol, op) in Levels[level])
        {
            if (Peek.Is(symbol))
                return op;
        }
        return null;
    }

    private Expr? ReadUnary()
    {
        if (++_terms > MaxTerms || _depth >= MaxDepth)
        {
            Report(Peek, _depth >= MaxDepth ? "the expression is nested too deeply" : "the expression is too long");
            return null;
        }
        _depth++;
        var value = ReadSigned();
        _depth--;
        return value;
    }

    private Expr? ReadSigned()
    {
        var token = Peek;
        UnaryOp? op = token switch
        {
            { Kind: AsmTokenKind.Symbol, Text: "-" } => UnaryOp.Negate,
            { Kind: AsmTokenKind.Symbol, Text: "~" } => UnaryOp.Complement,
            // "!x" also is an old way to name the variable x.
            { Kind: AsmTokenKind.Symbol, Text: "!" } => IsVariableMark() ? null : UnaryOp.Not,
            { Kind: AsmTokenKind.Symbol, Text: "<" } => UnaryOp.Low,
            { Kind: AsmTokenKind.Symbol, Text: ">" } => UnaryOp.High,
            _ when IsFunction(token, "low") => UnaryOp.Low,
            _ when IsFunction(token, "high") => UnaryOp.High,
            _ => null,
        };
        if (op is null)
        {
            // "+x" is x; "&x" is the address of x, which is what a name in an expression means anyway.
            var skips = token.Kind == AsmTokenKind.Symbol && token.Text is "+" or "&" or "!";
            if (!skips)
                return ReadPrimary();
            _at++;
            return ReadUnary();
        }
        _at++;
        return ReadUnary() is { } operand ? Expr.Fold(op.Value, operand) : null;
    }

    private bool IsVariableMark() => _at + 1 < _end && _tokens[_at + 1] is { Kind: AsmTokenKind.Name } name
        && Binding(name.Text) is not null;

    // "low" is a function before something to apply it to; else it is a name like any other.
    private bool IsFunction(AsmToken token, string name) => token.IsWord(name) && !_labels.Contains(token.Text)
        && _at + 1 < _end
        && (_tokens[_at + 1].Kind != AsmTokenKind.Symbol || _tokens[_at + 1].Text is "(" or "[" or "$");

    private Expr? ReadPrimary()
    {
        var token = Peek;
        switch (token.Kind)
        {
            case AsmTokenKind.Number:
                _at++;
                return token.Number;
            case AsmTokenKind.Text when token.Text.Length == 1:
                _at++;
                return (int)token.Text[0];
            case AsmTokenKind.Text:
                Report(token, "a text in an expression has exactly one character");
                return null;
            case AsmTokenKind.Name or AsmTokenKind.Placeholder:
                _at++;
                return ReadSymbol(token);
            case AsmTokenKind.Symbol when token.Text == "$":
                _at++;
                return Expr.Current;
            case AsmTokenKind.Symbol when token.Text is "(" or "[":
                return ReadGroup(token);
            case AsmTokenKind.End:
                Report(token, "expected a value");
                return null;
            default:
                Report(token, $"expected a value, found '{token.Text}'");
                return null;
        }
    }

    private Expr? ReadGroup(AsmToken open)
    {
        _at++;
        if (ReadBinary(0) is not { } inner)
            return null;
        var close = open.Text == "(" ? ")" : "]";
        if (Take(close))
            return inner;
        Report(Peek, $"expected '{close}'");
        return null;
    }

    private Expr? ReadSymbol(AsmToken token)
    {
        if (Binding(token) is not { } binding)
        {
            if (token.Kind == AsmTokenKind.Placeholder)
                return Unbound(token);
            if (!AsmWords.Registers.ContainsKey(token.Text) || _labels.Contains(token.Text))
                return Expr.Of(FullName(token.Text));
            Report(token, $"the register '{token.Text}' cannot be part of a number");
            return null;
        }
        if (binding.Kind is OperandKind.Imm or OperandKind.Mem)
            return binding.Value;
        Report(token, $"'{token.Text}' is kept in '{binding}' and has no address",
            $"use '{token.Text}' alone as the operand");
        return null;
    }

    private Expr? Unbound(AsmToken token)
    {
        Report(token, $"nothing is bound to '{{{token.Text}}}'");
        return null;
    }

    /// <summary>What the caller says a name stands for; null for labels of the text itself.</summary>
    private Operand? Binding(string name)
    {
        var found = _labels.Contains(LocalName(name)) ? null : _options.Resolve?.Invoke(name);
        _hasVariable |= found is { Kind: OperandKind.Mem };
        return found;
    }

    private Operand? Binding(AsmToken token) => token.Kind switch
    {
        AsmTokenKind.Name => Binding(token.Text),
        AsmTokenKind.Placeholder => _options.Resolve?.Invoke(token.Text),
        AsmTokenKind.End or AsmTokenKind.Number or AsmTokenKind.Text or AsmTokenKind.Symbol => null,
    };

    private string FullName(string name)
    {
        var full = LocalName(name);
        return _labels.Contains(full) ? _options.LabelPrefix + full : full;
    }
}
