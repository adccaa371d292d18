using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>The forms of a type.</summary>
public enum TypeSyntaxKind
{
#pragma warning disable CS1591 // each member is the class of the same name
    Named,
    Array,
    Slice,
    Pointer,
    Tuple,
    Function,
    Optional,
    Fallible,
    Missing,
#pragma warning restore CS1591
}

/// <summary>A type as written.</summary>
public abstract class TypeSyntax(TextSpan span) : SyntaxNode(span)
{
    /// <summary>Which class the node is.</summary>
    public abstract TypeSyntaxKind Kind { get; }
}

/// <summary>
/// A name with optional type arguments: <c>u8</c>, <c>Pair&lt;u8, T&gt;</c>, <c>zx.Sprite</c>, <c>chan&lt;u8&gt;</c>,
/// <c>Self</c>. Fixed-point types such as <c>f8.8</c> and <c>f.16</c> are one name.
/// </summary>
public sealed class NamedType(TextSpan span, ImmutableArray<Identifier> path, ImmutableArray<TypeSyntax> arguments)
    : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Named;

    /// <summary>The names between the dots, at least one.</summary>
    public ImmutableArray<Identifier> Path { get; } = path;

    /// <summary>The last name.</summary>
    public Identifier Name => Path[^1];

    /// <summary>The types in angle brackets.</summary>
    public ImmutableArray<TypeSyntax> Arguments { get; } = arguments;
}

/// <summary>An array of fixed length: <c>[T; N]</c> or <c>[N]T</c>.</summary>
public sealed class ArrayType(TextSpan span, TypeSyntax element, Expression length, bool lengthFirst) : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Array;

    /// <summary>The type of each of its elements.</summary>
    public TypeSyntax Element { get; } = element;

    /// <summary>The number of elements, a constant expression.</summary>
    public Expression Length { get; } = length;

    /// <summary>Whether it is spelled <c>[N]T</c>.</summary>
    public bool LengthFirst { get; } = lengthFirst;
}

/// <summary>A slice: <c>[]T</c> or <c>[T]</c>.</summary>
public sealed class SliceType(TextSpan span, TypeSyntax element) : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Slice;

    /// <summary>The type of the elements it looks at.</summary>
    public TypeSyntax Element { get; } = element;
}

/// <summary>What a pointer type says about writing through it.</summary>
public enum PointerAccess
{
    /// <summary>Nothing is said.</summary>
    Unspecified,

    /// <summary><c>mut</c>.</summary>
    Mutable,

    /// <summary><c>const</c>.</summary>
    Constant,
}

/// <summary>A pointer <c>*T</c> or reference <c>&amp;T</c>, with optional <c>mut</c> or <c>const</c>.</summary>
public sealed class PointerType(TextSpan span, TypeSyntax element, bool isReference, PointerAccess access)
    : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Pointer;

    /// <summary>The type pointed to.</summary>
    public TypeSyntax Element { get; } = element;

    /// <summary>Whether it is spelled with <c>&amp;</c>.</summary>
    public bool IsReference { get; } = isReference;

    /// <summary>The access named in the type.</summary>
    public PointerAccess Access { get; } = access;
}

/// <summary>A tuple <c>(A, B)</c>; <c>()</c> is void.</summary>
public sealed class TupleType(TextSpan span, ImmutableArray<TypeSyntax> elements) : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Tuple;

    /// <summary>The element types: none, or two and more.</summary>
    public ImmutableArray<TypeSyntax> Elements { get; } = elements;
}

/// <summary>
/// A function type: <c>fn(A) -&gt; R</c>, <c>fun(A) -&gt; R</c>, <c>|A| =&gt; R</c> or <c>(A =&gt; R)</c>.
/// </summary>
public sealed class FunctionType(TextSpan span, ImmutableArray<TypeSyntax> parameters, TypeSyntax? result)
    : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Function;

    /// <summary>The types of what it takes, in order.</summary>
    public ImmutableArray<TypeSyntax> Parameters { get; } = parameters;

    /// <summary>The result, possibly a <see cref="FallibleType"/>; null is void.</summary>
    public TypeSyntax? Result { get; } = result;
}

/// <summary>A value that may be absent: <c>T?</c>.</summary>
public sealed class OptionalType(TextSpan span, TypeSyntax element) : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Optional;

    /// <summary>The type when present.</summary>
    public TypeSyntax Element { get; } = element;
}

/// <summary>A value or an error: <c>T ? E</c>.</summary>
public sealed class FallibleType(TextSpan span, TypeSyntax value, TypeSyntax error) : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Fallible;

    /// <summary>The type on success.</summary>
    public TypeSyntax Value { get; } = value;

    /// <summary>The error enum.</summary>
    public TypeSyntax Error { get; } = error;
}

/// <summary>No type where one is required; a diagnostic was reported.</summary>
public sealed class MissingType(TextSpan span) : TypeSyntax(span)
{
    /// <inheritdoc/>
    public override TypeSyntaxKind Kind => TypeSyntaxKind.Missing;
}
