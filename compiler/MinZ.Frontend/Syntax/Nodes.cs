using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>
/// A node of the syntax tree. Nodes are immutable, compare by reference, and know their place but not their file; the
/// <see cref="SyntaxTree"/> knows the file.
/// </summary>
public abstract class SyntaxNode(TextSpan span)
{
    /// <summary>The source characters of the node, without surrounding white space.</summary>
    public TextSpan Span { get; } = span;
}

/// <summary>A name as written; <see cref="Text"/> is empty when it is missing and a diagnostic was reported.</summary>
public readonly record struct Identifier(string Text, TextSpan Span)
{
    /// <summary>Whether the name is missing in the source.</summary>
    public bool IsMissing => string.IsNullOrEmpty(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>One argument of a call, an attribute or a metafunction: <c>value</c> or <c>name: value</c>.</summary>
public sealed class Argument(TextSpan span, Identifier? name, Expression value) : SyntaxNode(span)
{
    /// <summary>The name before the colon.</summary>
    public Identifier? Name { get; } = name;

    /// <summary>What the parameter gets.</summary>
    public Expression Value { get; } = value;
}

/// <summary>An attribute before a declaration: <c>@name</c>, <c>@name(arguments)</c> or <c>@name{text}</c>.</summary>
public sealed class AttributeSyntax(
    TextSpan span, Identifier name, ImmutableArray<Argument> arguments, RawText? body) : SyntaxNode(span)
{
    /// <summary>The name without <c>@</c>.</summary>
    public Identifier Name { get; } = name;

    /// <summary>The arguments; empty without parentheses.</summary>
    public ImmutableArray<Argument> Arguments { get; } = arguments;

    /// <summary>The text in braces, as in <c>@abi{…}</c>.</summary>
    public RawText? Body { get; } = body;
}

/// <summary>Source text of another language, kept as it is: assembly, MIR, Lua or a template.</summary>
/// <param name="Text">The characters between the delimiters.</param>
/// <param name="Span">Where they are (or, for <c>asm("…")</c>, where the string literal is).</param>
public sealed record RawText(string Text, TextSpan Span);

/// <summary>The content of one source file.</summary>
public sealed class CompilationUnit(TextSpan span, ImmutableArray<Declaration> declarations) : SyntaxNode(span)
{
    /// <summary>All declarations in source order.</summary>
    public ImmutableArray<Declaration> Declarations { get; } = declarations;
}
