using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>The operators with one operand.</summary>
public enum UnaryOperator
{
    /// <summary><c>-</c>.</summary>
    Negate,

    /// <summary><c>+</c>.</summary>
    Plus,

    /// <summary><c>!</c> or <c>not</c>: logical.</summary>
    Not,

    /// <summary><c>~</c>: bitwise.</summary>
    Complement,

    /// <summary><c>&amp;e</c>.</summary>
    AddressOf,

    /// <summary><c>&amp;mut e</c>.</summary>
    AddressOfMutable,

    /// <summary><c>*e</c>.</summary>
    Dereference,
}

/// <summary>The operators with two operands; also the operator of a compound assignment.</summary>
public enum BinaryOperator
{
#pragma warning disable CS1591 // |> ?? || && == != < <= > >= | ^ & << >> + - * / %
    Pipe,
    Coalesce,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    BitOr,
    BitXor,
    BitAnd,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
#pragma warning restore CS1591
}

/// <summary>An operator before its operand.</summary>
public sealed class UnaryExpression(TextSpan span, UnaryOperator @operator, Expression operand) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Unary;

    /// <summary>The sign or word before or behind the operand.</summary>
    public UnaryOperator Operator { get; } = @operator;

    /// <summary>What the operator is applied to.</summary>
    public Expression Operand { get; } = operand;
}

/// <summary><c>x++</c>, <c>x--</c>, <c>++x</c>, <c>--x</c>.</summary>
public sealed class IncrementExpression(
    TextSpan span, Expression operand, bool isDecrement, bool isPrefix) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Increment;

    /// <summary>The variable.</summary>
    public Expression Operand { get; } = operand;

    /// <summary>Whether it is <c>--</c>.</summary>
    public bool IsDecrement { get; } = isDecrement;

    /// <summary>Whether the value is the new one.</summary>
    public bool IsPrefix { get; } = isPrefix;
}

/// <summary>
/// An operator between two operands. <c>&amp;&amp;</c>, <c>||</c>, <c>??</c> evaluate the right one only when needed.
/// </summary>
public sealed class BinaryExpression(
    TextSpan span, BinaryOperator @operator, TextSpan operatorSpan, Expression left, Expression right)
        : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Binary;

    /// <summary>The sign or word between the operands.</summary>
    public BinaryOperator Operator { get; } = @operator;

    /// <summary>Where the operator is.</summary>
    public TextSpan OperatorSpan { get; } = operatorSpan;

    /// <summary>The left operand.</summary>
    public Expression Left { get; } = left;

    /// <summary>The right operand.</summary>
    public Expression Right { get; } = right;
}

/// <summary><c>t = e</c> and <c>t += e</c>; the target may be a tuple.</summary>
public sealed class AssignmentExpression(
    TextSpan span, Expression target, BinaryOperator? @operator, TextSpan operatorSpan, Expression value)
        : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Assignment;

    /// <summary>What is assigned.</summary>
    public Expression Target { get; } = target;

    /// <summary>The operator of a compound assignment; null for <c>=</c>.</summary>
    public BinaryOperator? Operator { get; } = @operator;

    /// <summary>Where the operator is.</summary>
    public TextSpan OperatorSpan { get; } = operatorSpan;

    /// <summary>What is stored, or joined to what is there by the operator.</summary>
    public Expression Value { get; } = value;
}

/// <summary>
/// <c>e is pattern</c>, <c>e is not pattern</c> or, as a condition, <c>let pattern = e</c>: whether a value matches.
/// The names of the pattern are known where it has matched.
/// </summary>
public sealed class TestExpression(
    TextSpan span, Expression value, Pattern pattern, bool isNegated, bool isLet) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Test;

    /// <summary>What is compared with the pattern.</summary>
    public Expression Value { get; } = value;

    /// <summary>What it has to match; its names are known where it did.</summary>
    public Pattern Pattern { get; } = pattern;

    /// <summary>Whether it is <c>is not</c>.</summary>
    public bool IsNegated { get; } = isNegated;

    /// <summary>Whether it is written with <c>let</c>, where a lone name is new.</summary>
    public bool IsLet { get; } = isLet;
}

/// <summary><c>a..b</c> without its end, <c>a..=b</c> with it; an end may be missing in slices.</summary>
public sealed class RangeExpression(
    TextSpan span, Expression? start, Expression? end, bool isInclusive) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Range;

    /// <summary>The first value.</summary>
    public Expression? Start { get; } = start;

    /// <summary>The end behind the dots; null for a range without one.</summary>
    public Expression? End { get; } = end;

    /// <summary>Whether it is <c>..=</c>.</summary>
    public bool IsInclusive { get; } = isInclusive;
}

/// <summary><c>e as T</c>, <c>@as(T, e)</c>; <c>@unsafe_cast(T, e)</c> keeps the bits.</summary>
public sealed class CastExpression(
    TextSpan span, Expression operand, TypeSyntax type, bool isBitCast) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Cast;

    /// <summary>The value.</summary>
    public Expression Operand { get; } = operand;

    /// <summary>The type wanted.</summary>
    public TypeSyntax Type { get; } = type;

    /// <summary>Whether it is <c>@unsafe_cast</c>.</summary>
    public bool IsBitCast { get; } = isBitCast;
}

/// <summary><c>e?</c>: the value, or return with the error.</summary>
public sealed class PropagateExpression(TextSpan span, Expression operand) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Propagate;

    /// <summary>What may fail.</summary>
    public Expression Operand { get; } = operand;
}

/// <summary><c>sizeof(T)</c>: the number of bytes of a type or of the type of a variable.</summary>
public sealed class SizeofExpression(TextSpan span, TypeSyntax type) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Sizeof;

    /// <summary>The type; may name a variable.</summary>
    public TypeSyntax Type { get; } = type;
}
