using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>The forms of an expression.</summary>
public enum ExpressionKind
{
#pragma warning disable CS1591 // each member is the class of the same name
    IntegerLiteral,
    FractionLiteral,
    CharLiteral,
    BooleanLiteral,
    NullLiteral,
    StringLiteral,
    FormatString,
    Name,
    Member,
    Call,
    Index,
    Slice,
    Unary,
    Increment,
    Binary,
    Assignment,
    Range,
    Test,
    Cast,
    Propagate,
    Sizeof,
    ArrayLiteral,
    RepeatLiteral,
    Comprehension,
    BraceLiteral,
    StructLiteral,
    TupleLiteral,
    Lambda,
    Block,
    If,
    Conditional,
    Match,
    Loop,
    Return,
    Break,
    Continue,
    Throw,
    Try,
    Spawn,
    Select,
    Meta,
    Missing,
#pragma warning restore CS1591
}

/// <summary>An expression; jumps are expressions that have no value.</summary>
public abstract class Expression(TextSpan span) : SyntaxNode(span)
{
    /// <summary>Which class the node is.</summary>
    public abstract ExpressionKind Kind { get; }
}

/// <summary>A name, with type arguments if it instantiates a generic: <c>x</c>, <c>max&lt;u8&gt;</c>.</summary>
public sealed class NameExpression(
    TextSpan span, Identifier name, ImmutableArray<TypeSyntax> typeArguments) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Name;

    /// <summary>What is looked up in the scopes around it, then in the module and its imports.</summary>
    public Identifier Name { get; } = name;

    /// <summary>The types in angle brackets.</summary>
    public ImmutableArray<TypeSyntax> TypeArguments { get; } = typeArguments;
}

/// <summary>The sign before a member name.</summary>
public enum MemberAccess
{
    /// <summary><c>.</c>.</summary>
    Dot,

    /// <summary><c>-&gt;</c>: through a pointer.</summary>
    Arrow,

    /// <summary><c>::</c>.</summary>
    DoubleColon,
}

/// <summary>
/// A field, method, variant or module member: <c>a.b</c>, <c>p-&gt;f</c>, <c>E::V</c>; a number for tuples: <c>t.0</c>.
/// </summary>
public sealed class MemberExpression(
    TextSpan span, Expression target, MemberAccess access, Identifier name,
    ImmutableArray<TypeSyntax> typeArguments) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Member;

    /// <summary>What is before the sign.</summary>
    public Expression Target { get; } = target;

    /// <summary>The sign.</summary>
    public MemberAccess Access { get; } = access;

    /// <summary>The member; all digits for a tuple element.</summary>
    public Identifier Name { get; } = name;

    /// <summary>The types in angle brackets.</summary>
    public ImmutableArray<TypeSyntax> TypeArguments { get; } = typeArguments;
}

/// <summary><c>f(a, b)</c>, <c>x.m(a)</c>, <c>f?(a)</c>.</summary>
public sealed class CallExpression(
    TextSpan span, Expression callee, ImmutableArray<Argument> arguments, bool isFallible) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Call;

    /// <summary>What is called; a <see cref="MemberExpression"/> for methods.</summary>
    public Expression Callee { get; } = callee;

    /// <summary>What is handed over, in the order written.</summary>
    public ImmutableArray<Argument> Arguments { get; } = arguments;

    /// <summary>Whether it is spelled <c>f?(…)</c>, which names an error-capable function.</summary>
    public bool IsFallible { get; } = isFallible;
}

/// <summary><c>a[i]</c>.</summary>
public sealed class IndexExpression(TextSpan span, Expression target, Expression index) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Index;

    /// <summary>The array, slice, string or pointer.</summary>
    public Expression Target { get; } = target;

    /// <summary>The position.</summary>
    public Expression Index { get; } = index;
}

/// <summary><c>a[i..j]</c>: the elements from i up to, not including, j.</summary>
public sealed class SliceExpression(
    TextSpan span, Expression target, Expression? start, Expression? end, bool isInclusive) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Slice;

    /// <summary>The array, slice, string or pointer.</summary>
    public Expression Target { get; } = target;

    /// <summary>First position; null is 0.</summary>
    public Expression? Start { get; } = start;

    /// <summary>End position; null is the length.</summary>
    public Expression? End { get; } = end;

    /// <summary>Whether it is <c>..=</c>.</summary>
    public bool IsInclusive { get; } = isInclusive;
}
