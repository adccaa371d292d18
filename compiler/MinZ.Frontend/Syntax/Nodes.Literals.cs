using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>A whole number: decimal, <c>0x</c>, <c>0b</c>, with optional <c>_</c>.</summary>
public sealed class IntegerLiteral(TextSpan span, ulong value) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.IntegerLiteral;

    /// <summary>The number without its sign, which is an operator.</summary>
    public ulong Value { get; } = value;
}

/// <summary>A decimal fraction such as <c>3.14</c>.</summary>
public sealed class FractionLiteral(TextSpan span, double value) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.FractionLiteral;

    /// <summary>The nearest binary value.</summary>
    public double Value { get; } = value;
}

/// <summary>A character such as <c>'a'</c>.</summary>
public sealed class CharLiteral(TextSpan span, int value) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.CharLiteral;

    /// <summary>Its code point, or the byte of <c>\xNN</c>.</summary>
    public int Value { get; } = value;
}

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed class BooleanLiteral(TextSpan span, bool value) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.BooleanLiteral;

    /// <summary>True for <c>true</c>.</summary>
    public bool Value { get; } = value;
}

/// <summary><c>null</c> or <c>none</c>: no value.</summary>
public sealed class NullLiteral(TextSpan span, bool isNone) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.NullLiteral;

    /// <summary>Whether it is spelled <c>none</c>.</summary>
    public bool IsNone { get; } = isNone;
}

/// <summary>The letter before a string literal.</summary>
public enum StringPrefix
{
    /// <summary>A literal without a letter before it.</summary>
    None,

    /// <summary><c>s"…"</c>: length in one byte.</summary>
    Short,

    /// <summary><c>l"…"</c> or <c>L"…"</c>: length in two bytes.</summary>
    Long,
}

/// <summary>A string without interpolation.</summary>
public sealed class StringLiteral(TextSpan span, ImmutableArray<byte> bytes, StringPrefix prefix) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.StringLiteral;

    /// <summary>The UTF-8 bytes after escapes; <c>\xNN</c> gives one byte, so they may be no valid UTF-8.</summary>
    public ImmutableArray<byte> Bytes { get; } = bytes;

    /// <summary>The letter before it.</summary>
    public StringPrefix Prefix { get; } = prefix;

    /// <summary>The bytes read as UTF-8, for names and messages.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes.AsSpan());
}

/// <summary>
/// One piece of a formatted string: literal <see cref="Bytes"/>, or a hole with an expression, or a hole <c>{}</c> (no
/// expression) that takes the next argument.
/// </summary>
public sealed class FormatPart(
    TextSpan span, ImmutableArray<byte>? bytes, Expression? value, string? specification) : SyntaxNode(span)
{
    /// <summary>The literal UTF-8 bytes; null for a hole.</summary>
    public ImmutableArray<byte>? Bytes { get; } = bytes;

    /// <summary>The expression in the hole; null for literal text and for <c>{}</c>.</summary>
    public Expression? Value { get; } = value;

    /// <summary>What follows the colon, as <c>x</c> in <c>{n:x}</c>.</summary>
    public string? Specification { get; } = specification;
}

/// <summary>
/// <c>"…#{e}…"</c>, or the string argument of <c>@print</c>, <c>@println</c>, <c>@to_string</c>, … with its <c>{e}</c>.
/// </summary>
public sealed class FormatString(TextSpan span, ImmutableArray<FormatPart> parts) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.FormatString;

    /// <summary>Text and holes in order.</summary>
    public ImmutableArray<FormatPart> Parts { get; } = parts;
}

/// <summary><c>[1, 2, 3]</c>.</summary>
public sealed class ArrayLiteral(TextSpan span, ImmutableArray<Expression> elements) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.ArrayLiteral;

    /// <summary>The expressions between the brackets, in order.</summary>
    public ImmutableArray<Expression> Elements { get; } = elements;
}

/// <summary><c>[value; count]</c>: an array that holds the same value everywhere.</summary>
public sealed class RepeatLiteral(TextSpan span, Expression value, Expression count) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.RepeatLiteral;

    /// <summary>The value of each element.</summary>
    public Expression Value { get; } = value;

    /// <summary>The number of elements.</summary>
    public Expression Count { get; } = count;
}

/// <summary>
/// <c>[value for x in e]</c>, optionally with <c>if condition</c>. Of <c>[value for x in e for y in f]</c> the value is
/// the comprehension over <c>f</c>, and joined.
/// </summary>
public sealed class Comprehension(TextSpan span, Expression value, Pattern element, Expression iterable,
    Expression? condition, bool isJoined) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Comprehension;

    /// <summary>Evaluated for each element.</summary>
    public Expression Value { get; } = value;

    /// <summary>What each element is bound to.</summary>
    public Pattern Element { get; } = element;

    /// <summary>What is iterated.</summary>
    public Expression Iterable { get; } = iterable;

    /// <summary>Only the elements for which it holds.</summary>
    public Expression? Condition { get; } = condition;

    /// <summary>
    /// Whether the value is a comprehension whose elements are the elements, one list after the other.
    /// </summary>
    public bool IsJoined { get; } = isJoined;
}

/// <summary><c>{1, 2, 3}</c>: an array or struct of the expected type.</summary>
public sealed class BraceLiteral(TextSpan span, ImmutableArray<Expression> elements) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.BraceLiteral;

    /// <summary>The expressions between the braces, in order.</summary>
    public ImmutableArray<Expression> Elements { get; } = elements;
}

/// <summary><c>name: value</c> in a struct literal; <c>name</c> alone takes the variable of that name.</summary>
public sealed class FieldInitializer(TextSpan span, Identifier name, Expression value) : SyntaxNode(span)
{
    /// <summary>The field.</summary>
    public Identifier Name { get; } = name;

    /// <summary>What the field begins with.</summary>
    public Expression Value { get; } = value;
}

/// <summary><c>Name { f: e }</c>; without a name, <c>.{ f: e }</c>, of the expected type.</summary>
public sealed class StructLiteral(
    TextSpan span, NamedType? type, ImmutableArray<FieldInitializer> fields) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.StructLiteral;

    /// <summary>The struct, or the variant of an enum.</summary>
    public NamedType? Type { get; } = type;

    /// <summary>The fields named; others are zero.</summary>
    public ImmutableArray<FieldInitializer> Fields { get; } = fields;
}

/// <summary><c>(a, b)</c>; <c>()</c> is the void value.</summary>
public sealed class TupleLiteral(TextSpan span, ImmutableArray<Expression> elements) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.TupleLiteral;

    /// <summary>None, or two and more.</summary>
    public ImmutableArray<Expression> Elements { get; } = elements;
}

/// <summary>How a lambda is spelled.</summary>
public enum LambdaSpelling
{
    /// <summary><c>|x| e</c>, <c>|x: T| =&gt; R { … }</c>, <c>|| { … }</c>.</summary>
    Bars,

    /// <summary><c>fn(x: T) -&gt; R { … }</c> or <c>fun</c>.</summary>
    Function,

    /// <summary><c>lamb(x) -&gt; T { … }</c>.</summary>
    Lamb,
}

/// <summary>A function value that captures variables by reference.</summary>
public sealed class LambdaExpression(
    TextSpan span, LambdaSpelling spelling, ImmutableArray<Parameter> parameters, TypeSyntax? result,
    Expression body) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Lambda;

    /// <summary>How it is written.</summary>
    public LambdaSpelling Spelling { get; } = spelling;

    /// <summary>What the lambda takes, with or without types.</summary>
    public ImmutableArray<Parameter> Parameters { get; } = parameters;

    /// <summary>Whether the type of some parameter is left to the context.</summary>
    public bool HasOpenParameters => Parameters.Any(p => p.Type is null);

    /// <summary>The result; null when inferred.</summary>
    public TypeSyntax? Result { get; } = result;

    /// <summary>What it computes: an expression, or a <see cref="Block"/>.</summary>
    public Expression Body { get; } = body;
}
