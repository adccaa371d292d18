using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>The forms of a pattern.</summary>
public enum PatternKind
{
#pragma warning disable CS1591 // each member is the class of the same name
    Wildcard,
    Name,
    Literal,
    Range,
    Variant,
    Tuple,
    Struct,
    Or,
    Missing,
#pragma warning restore CS1591
}

/// <summary>
/// What a value is compared with or taken apart by, in match arms, <c>let</c>, <c>for</c> and lambdas.
/// </summary>
public abstract class Pattern(TextSpan span) : SyntaxNode(span)
{
    /// <summary>Which class the node is.</summary>
    public abstract PatternKind Kind { get; }
}

/// <summary><c>_</c>: matches anything.</summary>
public sealed class WildcardPattern(TextSpan span) : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Wildcard;
}

/// <summary>A lone name: a binder, or an unqualified variant or constant if one of that name is in scope.</summary>
public sealed class NamePattern(TextSpan span, Identifier name, bool isMutable) : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Name;

    /// <summary>What the arm calls the value; or a variant or constant of that name.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Whether <c>mut</c> stands before it.</summary>
    public bool IsMutable { get; } = isMutable;
}

/// <summary>A literal, possibly with a minus sign.</summary>
public sealed class LiteralPattern(TextSpan span, Expression value) : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Literal;

    /// <summary>The literal; a negative number is a <see cref="UnaryExpression"/>.</summary>
    public Expression Value { get; } = value;
}

/// <summary>A range with both ends included: <c>a..b</c> or <c>a..=b</c>; the ends are literals or constants.</summary>
public sealed class RangePattern(TextSpan span, Expression low, Expression high) : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Range;

    /// <summary>The lowest value.</summary>
    public Expression Low { get; } = low;

    /// <summary>The highest value.</summary>
    public Expression High { get; } = high;
}

/// <summary>A variant or constant by path: <c>E.V</c>, <c>E::V</c>, <c>E.V(x, y)</c>, <c>V(x)</c>.</summary>
public sealed class VariantPattern(TextSpan span, ImmutableArray<Identifier> path, ImmutableArray<Pattern>? payload)
    : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Variant;

    /// <summary>The names of the path; one only if there is a payload.</summary>
    public ImmutableArray<Identifier> Path { get; } = path;

    /// <summary>The patterns in parentheses; null without parentheses.</summary>
    public ImmutableArray<Pattern>? Payload { get; } = payload;
}

/// <summary><c>(a, b)</c>.</summary>
public sealed class TuplePattern(TextSpan span, ImmutableArray<Pattern> elements) : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Tuple;

    /// <summary>What the parts of the tuple have to match, in order.</summary>
    public ImmutableArray<Pattern> Elements { get; } = elements;
}

/// <summary>
/// One field of a <see cref="StructPattern"/>: <c>name: pattern</c>, or <c>name</c> alone which binds it.
/// </summary>
public sealed class FieldPattern(TextSpan span, Identifier name, Pattern pattern) : SyntaxNode(span)
{
    /// <summary>The field.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Its pattern; a <see cref="NamePattern"/> of the same name for the short form.</summary>
    public Pattern Pattern { get; } = pattern;
}

/// <summary><c>Point { x: 0, y }</c>; fields not named match anything.</summary>
public sealed class StructPattern(TextSpan span, ImmutableArray<Identifier> path, ImmutableArray<FieldPattern> fields)
    : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Struct;

    /// <summary>The names of the path of the struct or variant.</summary>
    public ImmutableArray<Identifier> Path { get; } = path;

    /// <summary>The fields named.</summary>
    public ImmutableArray<FieldPattern> Fields { get; } = fields;
}

/// <summary><c>p1 | p2</c>.</summary>
public sealed class OrPattern(TextSpan span, ImmutableArray<Pattern> alternatives) : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Or;

    /// <summary>Two or more patterns, none of them an <see cref="OrPattern"/>.</summary>
    public ImmutableArray<Pattern> Alternatives { get; } = alternatives;
}

/// <summary>No pattern where one is required; a diagnostic was reported.</summary>
public sealed class MissingPattern(TextSpan span) : Pattern(span)
{
    /// <inheritdoc/>
    public override PatternKind Kind => PatternKind.Missing;
}
