using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>The forms of a declaration.</summary>
public enum DeclarationKind
{
#pragma warning disable CS1591 // each member is the class of the same name
    Module,
    Import,
    Function,
    Variable,
    Struct,
    Enum,
    Interface,
    Impl,
    Actor,
    TypeAlias,
    Bits,
    Test,
    Meta,
    Conditional,
    Asm,
    Mir,
    Missing,
#pragma warning restore CS1591
}

/// <summary>The words before a declaration.</summary>
[Flags]
public enum Modifiers
{
    /// <summary>No word before the declaration.</summary>
    None = 0,

    /// <summary><c>pub</c>: other modules can use it.</summary>
    Public = 1,

    /// <summary><c>export</c>: other programs can call it by its name.</summary>
    Export = 2,

    /// <summary><c>extern</c> or <c>declare</c>: defined elsewhere.</summary>
    Extern = 4,

    /// <summary><c>static</c>.</summary>
    Static = 8,
}

/// <summary>A declaration, at the top of a file, in a type, or local.</summary>
public abstract class Declaration(TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers)
    : SyntaxNode(span)
{
    /// <summary>Which class the node is.</summary>
    public abstract DeclarationKind Kind { get; }

    /// <summary>The attributes before it.</summary>
    public ImmutableArray<AttributeSyntax> Attributes { get; } = attributes;

    /// <summary>The modifiers before it.</summary>
    public Modifiers Modifiers { get; } = modifiers;
}

/// <summary><c>module a.b</c>.</summary>
public sealed class ModuleDeclaration(TextSpan span, ImmutableArray<Identifier> path)
    : Declaration(span, [], Modifiers.None)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Module;

    /// <summary>The names between the dots.</summary>
    public ImmutableArray<Identifier> Path { get; } = path;
}

/// <summary><c>import a.b.c [as name]</c>.</summary>
public sealed class ImportDeclaration(TextSpan span, ImmutableArray<Identifier> path, Identifier? alias)
    : Declaration(span, [], Modifiers.None)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Import;

    /// <summary>The names between the dots.</summary>
    public ImmutableArray<Identifier> Path { get; } = path;

    /// <summary>The name after <c>as</c>.</summary>
    public Identifier? Alias { get; } = alias;
}

/// <summary><c>T: A + B</c> in angle brackets; bounds of a <c>where</c> clause are merged in.</summary>
public sealed class TypeParameter(TextSpan span, Identifier name, ImmutableArray<TypeSyntax> bounds) : SyntaxNode(span)
{
    /// <summary>What the declaration calls the type that it does not know.</summary>
    public Identifier Name { get; } = name;

    /// <summary>The interfaces it must implement.</summary>
    public ImmutableArray<TypeSyntax> Bounds { get; } = bounds;
}

/// <summary>
/// A parameter: <c>x: T</c>, <c>mut x: T</c>, <c>self</c>, <c>self: *T</c>, <c>&amp;self</c>, <c>&amp;mut self</c>; in
/// lambdas also <c>x</c> and <c>(a, b)</c>.
/// </summary>
public sealed class Parameter(
    TextSpan span, Pattern pattern, TypeSyntax? type, bool isMutable, bool isReference) : SyntaxNode(span)
{
    /// <summary>A <see cref="NamePattern"/>, or in lambdas also a <see cref="TuplePattern"/> or wildcard.</summary>
    public Pattern Pattern { get; } = pattern;

    /// <summary>The name, or an empty one for a tuple.</summary>
    public Identifier Name => Pattern is NamePattern named ? named.Name : new Identifier("", Pattern.Span);

    /// <summary>The type; null for a plain <c>self</c> and untyped lambda parameters.</summary>
    public TypeSyntax? Type { get; } = type;

    /// <summary>Whether <c>mut</c> is written.</summary>
    public bool IsMutable { get; } = isMutable;

    /// <summary>Whether it is <c>&amp;self</c> or <c>&amp;mut self</c>.</summary>
    public bool IsReference { get; } = isReference;

    /// <summary>Whether it is the receiver of a method.</summary>
    public bool IsSelf => Pattern is NamePattern { Name.Text: "self" };
}

/// <summary>What the body of a function is written in.</summary>
public enum FunctionForm
{
    /// <summary>MinZ.</summary>
    Ordinary,

    /// <summary><c>asm fun</c>: the body is one <see cref="AsmStatement"/>.</summary>
    Asm,

    /// <summary><c>mir fun</c>: the body is one <see cref="MirStatement"/>.</summary>
    Mir,
}

/// <summary>A function, method or interface member.</summary>
public sealed class FunctionDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, FunctionForm form,
    NamedType? receiver, Identifier name, bool canFail, ImmutableArray<TypeParameter> typeParameters,
    ImmutableArray<Parameter> parameters, TypeSyntax? result, Block? body)
    : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Function;

    /// <summary>The language of the body.</summary>
    public FunctionForm Form { get; } = form;

    /// <summary>The type in <c>fun T.m(self: *T)</c>.</summary>
    public NamedType? Receiver { get; } = receiver;

    /// <summary>The name, without a <c>?</c>.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Whether a <c>?</c> follows the name.</summary>
    public bool CanFail { get; } = canFail;

    /// <summary>Types that each call chooses; empty for most functions.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; } = typeParameters;

    /// <summary>The parameters, <c>self</c> included.</summary>
    public ImmutableArray<Parameter> Parameters { get; } = parameters;

    /// <summary>The result, possibly a <see cref="FallibleType"/>; null is void.</summary>
    public TypeSyntax? Result { get; } = result;

    /// <summary>The body; null for a declaration only.</summary>
    public Block? Body { get; } = body;
}

/// <summary>The word that declares a variable.</summary>
public enum VariableKeyword
{
#pragma warning disable CS1591 // the words themselves
    Let,
    Var,
    Const,
    Global,
    Static,
#pragma warning restore CS1591
}

/// <summary>
/// A global, local, constant or actor variable: <c>let [mut] p [: T] [= e]</c>, <c>var</c>, <c>const</c>,
/// <c>global</c>, <c>static mut</c>, and the C-like <c>let u16 a = 1</c>.
/// </summary>
public sealed class VariableDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, VariableKeyword keyword,
    bool isMutable, Pattern pattern, TypeSyntax? type, Expression? initializer, Expression? address = null)
    : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Variable;

    /// <summary>The declaring word.</summary>
    public VariableKeyword Keyword { get; } = keyword;

    /// <summary>Whether <c>mut</c> is written.</summary>
    public bool IsMutable { get; } = isMutable;

    /// <summary>A <see cref="NamePattern"/>, or a tuple of names and wildcards.</summary>
    public Pattern Pattern { get; } = pattern;

    /// <summary>The name, or an empty one for a tuple.</summary>
    public Identifier Name => Pattern is NamePattern named ? named.Name : new Identifier("", Pattern.Span);

    /// <summary>The type; null when inferred.</summary>
    public TypeSyntax? Type { get; } = type;

    /// <summary>The first value; null means zero.</summary>
    public Expression? Initializer { get; } = initializer;

    /// <summary>The address it lies at, a constant expression: <c>global a: T at 0x5800</c>.</summary>
    public Expression? Address { get; } = address;
}

/// <summary>A field of a struct or of the payload of an enum variant.</summary>
public sealed class FieldDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name, TypeSyntax type,
    Expression? initializer) : SyntaxNode(span)
{
    /// <summary>The attributes before it.</summary>
    public ImmutableArray<AttributeSyntax> Attributes { get; } = attributes;

    /// <summary>The modifiers before it.</summary>
    public Modifiers Modifiers { get; } = modifiers;

    /// <summary>The name; empty for an unnamed payload.</summary>
    public Identifier Name { get; } = name;

    /// <summary>The type as written, which decides what is stored.</summary>
    public TypeSyntax Type { get; } = type;

    /// <summary>The default value, or null.</summary>
    public Expression? Initializer { get; } = initializer;
}

/// <summary><c>struct S&lt;T&gt; { … }</c> or <c>type S = struct { … }</c>.</summary>
public sealed class StructDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name,
    ImmutableArray<TypeParameter> typeParameters, ImmutableArray<FieldDeclaration> fields,
    ImmutableArray<FunctionDeclaration> methods) : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Struct;

    /// <summary>What the program calls the struct.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Types that each use of the struct chooses; empty for most.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; } = typeParameters;

    /// <summary>The fields in order.</summary>
    public ImmutableArray<FieldDeclaration> Fields { get; } = fields;

    /// <summary>Functions written inside the struct, as in an <c>impl</c>.</summary>
    public ImmutableArray<FunctionDeclaration> Methods { get; } = methods;
}

/// <summary>One variant: <c>V</c>, <c>V = 3</c>, <c>V(A, B)</c> or <c>V { f: A }</c>.</summary>
public sealed class EnumVariant(
    TextSpan span, Identifier name, ImmutableArray<FieldDeclaration> payload, Expression? value) : SyntaxNode(span)
{
    /// <summary>What patterns and constructors call it.</summary>
    public Identifier Name { get; } = name;

    /// <summary>The payload; names are empty in the tuple form.</summary>
    public ImmutableArray<FieldDeclaration> Payload { get; } = payload;

    /// <summary>The explicit value.</summary>
    public Expression? Value { get; } = value;
}

/// <summary><c>enum E { … }</c>.</summary>
public sealed class EnumDeclaration(
    TextSpan span, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, Identifier name,
    ImmutableArray<TypeParameter> typeParameters, TypeSyntax? underlying, ImmutableArray<EnumVariant> variants)
    : Declaration(span, attributes, modifiers)
{
    /// <inheritdoc/>
    public override DeclarationKind Kind => DeclarationKind.Enum;

    /// <summary>What the program calls the enum; its variants are named behind it.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Types that each use of the enum chooses; empty for most.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; } = typeParameters;

    /// <summary>The type after a colon, <c>enum E: u16</c>; null means <c>u8</c>.</summary>
    public TypeSyntax? Underlying { get; } = underlying;

    /// <summary>The variants in order.</summary>
    public ImmutableArray<EnumVariant> Variants { get; } = variants;
}
