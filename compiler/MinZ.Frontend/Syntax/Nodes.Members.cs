using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary><c>interface I { fn m(self) … }</c>; members with a body are defaults.</summary>
public sealed class InterfaceDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name,
    ImmutableArray<TypeParameter> typeParameters, ImmutableArray<TypeSyntax> bases,
    ImmutableArray<FunctionDeclaration> methods) : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Interface;

    /// <summary>What impls and bounds call the interface.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Types that each impl chooses; empty for most.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; } = typeParameters;

    /// <summary>The interfaces after a colon, which an implementation must also have.</summary>
    public ImmutableArray<TypeSyntax> Bases { get; } = bases;

    /// <summary>The members.</summary>
    public ImmutableArray<FunctionDeclaration> Methods { get; } = methods;
}

/// <summary><c>impl I for T { … }</c> or <c>impl T { … }</c>.</summary>
public sealed class ImplDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers,
    ImmutableArray<TypeParameter> typeParameters, TypeSyntax? @interface, TypeSyntax target,
    ImmutableArray<FunctionDeclaration> methods, ImmutableArray<VariableDeclaration> constants)
    : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Impl;

    /// <summary>The type parameters of <c>impl&lt;T&gt;</c>.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; } = typeParameters;

    /// <summary>The interface before <c>for</c>.</summary>
    public TypeSyntax? Interface { get; } = @interface;

    /// <summary>The type that gets the methods.</summary>
    public TypeSyntax Target { get; } = target;

    /// <summary>The constants, named behind the type's name.</summary>
    public ImmutableArray<VariableDeclaration> Constants { get; } = constants;

    /// <summary>The functions between its braces.</summary>
    public ImmutableArray<FunctionDeclaration> Methods { get; } = methods;
}

/// <summary><c>actor A { var x: T = e  fn m() { … } }</c>.</summary>
public sealed class ActorDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name,
    ImmutableArray<TypeParameter> typeParameters, ImmutableArray<VariableDeclaration> variables,
    ImmutableArray<FunctionDeclaration> methods) : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Actor;

    /// <summary>What the program calls the actor; spawning it starts one.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Types that each actor is started with; empty for most.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; } = typeParameters;

    /// <summary>The private state.</summary>
    public ImmutableArray<VariableDeclaration> Variables { get; } = variables;

    /// <summary>The messages it understands.</summary>
    public ImmutableArray<FunctionDeclaration> Methods { get; } = methods;
}

/// <summary><c>type X = T</c>.</summary>
public sealed class TypeAlias(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name,
    ImmutableArray<TypeParameter> typeParameters, TypeSyntax type) : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.TypeAlias;

    /// <summary>The new name.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Types that the aliased type is written with; empty for most.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; } = typeParameters;

    /// <summary>The type it stands for.</summary>
    public TypeSyntax Type { get; } = type;
}

/// <summary>A field of a bit-struct, lowest bits first: <c>name: 3</c>.</summary>
public sealed class BitField(TextSpan span, Identifier name, Expression width) : SyntaxNode(span)
{
    /// <summary>What programs read and write the bits by.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Its width in bits, a constant expression.</summary>
    public Expression Width { get; } = width;
}

/// <summary><c>type X = bits { … }</c>, <c>bits_8</c>, <c>bits_16</c>.</summary>
public sealed class BitsDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name, int? size,
    ImmutableArray<BitField> fields) : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Bits;

    /// <summary>What the program calls the bit-struct.</summary>
    public Identifier Name { get; } = name;

    /// <summary>8 or 16 when spelled out; null: the smallest that holds the fields.</summary>
    public int? Size { get; } = size;

    /// <summary>The fields from bit 0 up.</summary>
    public ImmutableArray<BitField> Fields { get; } = fields;
}

/// <summary><c>test "words" { … }</c>.</summary>
public sealed class TestDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, StringLiteral name, Block body)
    : Declaration(span, attributes, Modifiers.None)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Test;

    /// <summary>What is tested, in words.</summary>
    public StringLiteral Name { get; } = name;

    /// <summary>What runs; the test passes when it ends without a trap.</summary>
    public Block Body { get; } = body;
}

/// <summary>
/// A metafunction at declaration level: <c>@define(…)</c>, <c>@minz[[[…]]]</c>, <c>@static_assert(…)</c>, …
/// </summary>
public sealed class MetaDeclaration(TextSpan span, ImmutableArray<AttributeSyntax> attributes, MetaExpression call)
    : Declaration(span, attributes, Modifiers.None)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Meta;

    /// <summary>The metafunction.</summary>
    public MetaExpression Call { get; } = call;
}

/// <summary>
/// Declarations that are there only under a condition: <c>@if(c) { … } else { … }</c>, <c>@target("z80") { … }</c>.
/// </summary>
public sealed class ConditionalDeclaration(
    TextSpan span, Identifier name, ImmutableArray<Argument> arguments, ImmutableArray<Declaration> then,
    ImmutableArray<Declaration> otherwise) : Declaration(span, [], Modifiers.None)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Conditional;

    /// <summary>The metafunction that decides: <c>if</c>, <c>target</c>, <c>platform</c>, <c>if_platform</c>.</summary>
    public Identifier Name { get; } = name;

    /// <summary>What stands between the parentheses and decides whether the declarations are compiled.</summary>
    public ImmutableArray<Argument> Arguments { get; } = arguments;

    /// <summary>The declarations when it holds.</summary>
    public ImmutableArray<Declaration> Then { get; } = then;

    /// <summary>The declarations when it does not.</summary>
    public ImmutableArray<Declaration> Otherwise { get; } = otherwise;
}

/// <summary>Assembly at the top of a file: <c>asm name { … }</c>.</summary>
public sealed class AsmDeclaration(TextSpan span, ImmutableArray<AttributeSyntax> attributes, AsmStatement body)
    : Declaration(span, attributes, Modifiers.None)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Asm;

    /// <summary>The block.</summary>
    public AsmStatement Body { get; } = body;
}

/// <summary>
/// MIR at the top of a file: <c>mir { … }</c>, <c>@mir[[[ … ]]]</c>; it holds whole MIR declarations.
/// </summary>
public sealed class MirDeclaration(TextSpan span, ImmutableArray<AttributeSyntax> attributes, RawText code)
    : Declaration(span, attributes, Modifiers.None)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Mir;

    /// <summary>The MIR text.</summary>
    public RawText Code { get; } = code;
}

/// <summary>Tokens that are no declaration; a diagnostic was reported.</summary>
public sealed class MissingDeclaration(TextSpan span) : Declaration(span, [], Modifiers.None)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Missing;
}
