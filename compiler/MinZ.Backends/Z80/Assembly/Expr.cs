using System.Globalization;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>Operators of <see cref="Expr.Unary"/>.</summary>
public enum UnaryOp : byte
{
    /// <summary>Arithmetic negation.</summary>
    Negate,

    /// <summary>Bitwise complement.</summary>
    Complement,

    /// <summary>1 for zero, else 0.</summary>
    Not,

    /// <summary>Bits 0-7.</summary>
    Low,

    /// <summary>Bits 8-15.</summary>
    High,
}

/// <summary>Operators of <see cref="Expr.Binary"/>; comparisons and logic yield 1 or 0.</summary>
public enum BinaryOp : byte
{
#pragma warning disable CS1591
    Add, Sub, Mul, Div, Mod, Shl, Shr, And, Xor, Or, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual,
    LogicalAnd, LogicalOr,
#pragma warning restore CS1591
}

/// <summary>
/// A number known at assembly time at the latest: 32-bit arithmetic over constants, symbols and the current address.
/// Build it with the operators and the factories, which fold constants.
/// </summary>
public abstract record Expr
{
    private Expr()
    {
    }

    /// <summary>A constant.</summary>
    public sealed record Constant(int Value) : Expr;

    /// <summary>The value of a label or of an EQU.</summary>
    public sealed record Symbol(string Name) : Expr;

    /// <summary>The address of the statement the expression stands in, written $.</summary>
    public sealed record Here : Expr
    {
        internal static readonly Here Instance = new();
    }

    /// <summary>An operator with one operand.</summary>
    public sealed record Unary(UnaryOp Op, Expr Operand) : Expr;

    /// <summary>An operator with two operands.</summary>
    public sealed record Binary(BinaryOp Op, Expr Left, Expr Right) : Expr;

    /// <summary>The address of the current statement.</summary>
    public static Expr Current => Here.Instance;

    /// <summary>A constant.</summary>
    public static Expr Of(int value) => new Constant(value);

    /// <summary>The value of a symbol.</summary>
    public static Expr Of(string symbol) => new Symbol(symbol);

    /// <summary>A constant.</summary>
    public static implicit operator Expr(int value) => new Constant(value);

    /// <summary>The value of a symbol.</summary>
    public static implicit operator Expr(string symbol) => new Symbol(symbol);

    /// <summary>Sum.</summary>
    public static Expr operator +(Expr left, Expr right) => Fold(BinaryOp.Add, left, right);

    /// <summary>Difference.</summary>
    public static Expr operator -(Expr left, Expr right) => Fold(BinaryOp.Sub, left, right);

    /// <summary>The low byte of a value.</summary>
    public static Expr Low(Expr value) => Fold(UnaryOp.Low, value);

    /// <summary>The high byte of a 16-bit value.</summary>
    public static Expr High(Expr value) => Fold(UnaryOp.High, value);

    /// <summary>Applies an operator, at once when the operand is constant.</summary>
    public static Expr Fold(UnaryOp op, Expr operand) =>
        operand is Constant constant ? Apply(op, constant.Value) : new Unary(op, operand);

    /// <summary>Applies an operator, at once when both operands are constant (and a divisor is not zero).</summary>
    public static Expr Fold(BinaryOp op, Expr left, Expr right) => (op, left, right) switch
    {
        (_, Constant a, Constant b) when Apply(op, a.Value, b.Value) is { } value => new Constant(value),
        (BinaryOp.Add or BinaryOp.Sub, _, Constant { Value: 0 }) => left,
        _ => new Binary(op, left, right),
    };

    /// <summary>The result of a unary operator.</summary>
    public static int Apply(UnaryOp op, int value) => op switch
    {
        UnaryOp.Negate => unchecked(-value),
        UnaryOp.Complement => ~value,
        UnaryOp.Not => value == 0 ? 1 : 0,
        UnaryOp.Low => value & 0xFF,
        UnaryOp.High => (value >> 8) & 0xFF,
    };

    /// <summary>The result of a binary operator, wrapped to 32 bits; null for a division by zero.</summary>
    public static int? Apply(BinaryOp op, int a, int b) => unchecked(op switch
    {
        BinaryOp.Add => a + b,
        BinaryOp.Sub => a - b,
        BinaryOp.Mul => a * b,
        BinaryOp.Div => b == 0 ? null : (int)((long)a / b),
        BinaryOp.Mod => b == 0 ? null : (int)((long)a % b),
        BinaryOp.Shl => b is >= 0 and < 32 ? a << b : 0,
        BinaryOp.Shr => b is >= 0 and < 32 ? a >> b : a < 0 ? -1 : 0,
        BinaryOp.And => a & b,
        BinaryOp.Xor => a ^ b,
        BinaryOp.Or => a | b,
        BinaryOp.Equal => a == b ? 1 : 0,
        BinaryOp.NotEqual => a != b ? 1 : 0,
        BinaryOp.Less => a < b ? 1 : 0,
        BinaryOp.LessEqual => a <= b ? 1 : 0,
        BinaryOp.Greater => a > b ? 1 : 0,
        BinaryOp.GreaterEqual => a >= b ? 1 : 0,
        BinaryOp.LogicalAnd => a != 0 && b != 0 ? 1 : 0,
        BinaryOp.LogicalOr => a != 0 || b != 0 ? 1 : 0,
    });

    /// <summary>The expression in assembly text; reading it back gives an equal value.</summary>
    public sealed override string ToString() => this switch
    {
        Constant c => FormatNumber(c.Value),
        Symbol s => s.Name,
        Here => "$",
        Unary { Op: UnaryOp.Low } u => $"low({u.Operand})",
        Unary { Op: UnaryOp.High } u => $"high({u.Operand})",
        Unary u => $"{Spell(u.Op)}{Grouped(u.Operand)}",
        Binary { Op: BinaryOp.Add or BinaryOp.Sub, Left: not Binary } b =>
            $"{b.Left}{Spell(b.Op)}{Grouped(b.Right)}",
        Binary b => $"{Grouped(b.Left)}{Spell(b.Op)}{Grouped(b.Right)}",
        _ => throw new InvalidOperationException("unknown expression"),
    };

    /// <summary>The spelling of a binary operator.</summary>
    public static string Spell(BinaryOp op) => op switch
    {
        BinaryOp.Add => "+",
        BinaryOp.Sub => "-",
        BinaryOp.Mul => "*",
        BinaryOp.Div => "/",
        BinaryOp.Mod => "%",
        BinaryOp.Shl => "<<",
        BinaryOp.Shr => ">>",
        BinaryOp.And => "&",
        BinaryOp.Xor => "^",
        BinaryOp.Or => "|",
        BinaryOp.Equal => "==",
        BinaryOp.NotEqual => "!=",
        BinaryOp.Less => "<",
        BinaryOp.LessEqual => "<=",
        BinaryOp.Greater => ">",
        BinaryOp.GreaterEqual => ">=",
        BinaryOp.LogicalAnd => "&&",
        BinaryOp.LogicalOr => "||",
    };

    private static string Spell(UnaryOp op) => op switch
    {
        UnaryOp.Negate => "-",
        UnaryOp.Complement => "~",
        UnaryOp.Not => "!",
        UnaryOp.Low => "low ",
        UnaryOp.High => "high ",
    };

    // Small numbers are read best in decimal, addresses and masks in hexadecimal.
    private static string FormatNumber(int value) => value is > -256 and < 256
        ? value.ToString(CultureInfo.InvariantCulture)
        : value < 0
            ? $"-0x{-(long)value:X4}"
            : $"0x{value:X4}";

    // Parentheses only around a part: an operand that is one parenthesis as a whole would be read as memory.
    private static string Grouped(Expr expr) => expr switch
    {
        Binary => $"({expr})",
        Constant { Value: < 0 } => $"({expr})",
        _ => expr.ToString(),
    };
}
