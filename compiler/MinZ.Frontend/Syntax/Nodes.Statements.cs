using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary>The forms of a statement.</summary>
public enum StatementKind
{
#pragma warning disable CS1591 // each member is the class of the same name
    Expression,
    Declaration,
    While,
    For,
    DoTimes,
    Defer,
    Yield,
    Asm,
    Mir,
    Empty,
#pragma warning restore CS1591
}

/// <summary>
/// A statement. What can also be a value (<c>if</c>, <c>match</c>, <c>loop</c>, blocks, assignments, <c>return</c>, …)
/// is an <see cref="Expression"/> and becomes a statement through <see cref="ExpressionStatement"/>.
/// </summary>
public abstract class Statement(TextSpan span) : SyntaxNode(span)
{
    /// <summary>Which class the node is.</summary>
    public abstract StatementKind Kind { get; }
}

/// <summary>An expression whose value nobody takes, except at the end of a block.</summary>
public sealed class ExpressionStatement(TextSpan span, Expression expression, bool hasSemicolon) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.Expression;

    /// <summary>What is computed.</summary>
    public Expression Expression { get; } = expression;

    /// <summary>Whether a <c>;</c> follows.</summary>
    public bool HasSemicolon { get; } = hasSemicolon;
}

/// <summary>A local variable, constant, function or type.</summary>
public sealed class DeclarationStatement(TextSpan span, Declaration declaration) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.Declaration;

    /// <summary>What the block declares for the statements around it.</summary>
    public Declaration Declaration { get; } = declaration;
}

/// <summary><c>while condition { … }</c>: tests before each round.</summary>
public sealed class WhileStatement(TextSpan span, Expression condition, Block body) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.While;

    /// <summary>Tested before each round.</summary>
    public Expression Condition { get; } = condition;

    /// <summary>What is repeated while the condition holds.</summary>
    public Block Body { get; } = body;
}

/// <summary>How an iteration is spelled; the meaning is in the other members of <see cref="ForStatement"/>.</summary>
public enum ForSpelling
{
    /// <summary><c>for x in e</c>, <c>for x! in e</c>, <c>for (i, x) in e</c>.</summary>
    ForIn,

    /// <summary><c>loop e into x</c>.</summary>
    LoopInto,

    /// <summary><c>loop e ref to x</c>.</summary>
    LoopRefTo,

    /// <summary><c>loop e indexed to x, i</c>.</summary>
    LoopIndexedTo,

    /// <summary><c>loop at e -&gt; x</c>, <c>loop at e -&gt; !x</c>.</summary>
    LoopAt,
}

/// <summary>
/// Runs the body for each element of a range, array, slice, string or iterator chain, in every spelling.
/// </summary>
public sealed class ForStatement(
    TextSpan span, ForSpelling spelling, Pattern element, Identifier? index, bool byReference, Expression iterable,
    Block body) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.For;

    /// <summary>How it is written.</summary>
    public ForSpelling Spelling { get; } = spelling;

    /// <summary>What each element is bound to.</summary>
    public Pattern Element { get; } = element;

    /// <summary>The name of the position in <c>indexed to x, i</c>.</summary>
    public Identifier? Index { get; } = index;

    /// <summary>
    /// Whether assignments to the element write back (<c>x!</c>, <c>into</c>, <c>ref to</c>, <c>!x</c>).
    /// </summary>
    public bool ByReference { get; } = byReference;

    /// <summary>What is iterated; a <see cref="RangeExpression"/> excludes its end unless inclusive.</summary>
    public Expression Iterable { get; } = iterable;

    /// <summary>What is repeated for each value.</summary>
    public Block Body { get; } = body;
}

/// <summary><c>do count times { … }</c>: counts without a variable.</summary>
public sealed class DoTimesStatement(TextSpan span, Expression count, Block body) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.DoTimes;

    /// <summary>Number of rounds, evaluated once.</summary>
    public Expression Count { get; } = count;

    /// <summary>What is repeated.</summary>
    public Block Body { get; } = body;
}

/// <summary><c>defer statement</c>: runs when the block is left.</summary>
public sealed class DeferStatement(TextSpan span, Statement body) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.Defer;

    /// <summary>What runs later.</summary>
    public Statement Body { get; } = body;
}

/// <summary><c>yield</c>: lets other green threads run.</summary>
public sealed class YieldStatement(TextSpan span) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.Yield;
}

/// <summary>One operand of <c>asm("…" : "=r"(out) : "r"(in))</c>.</summary>
public sealed class AsmOperand(TextSpan span, string constraint, Expression value) : SyntaxNode(span)
{
    /// <summary>The constraint string, such as <c>=r</c>.</summary>
    public string Constraint { get; } = constraint;

    /// <summary>The variable or value.</summary>
    public Expression Value { get; } = value;
}

/// <summary>
/// Inline assembly: <c>asm { … }</c>, <c>asm name { … }</c>, <c>@asm { … }</c>, <c>asm("…" : outs : ins :
/// clobbers)</c>.
/// </summary>
public sealed class AsmStatement(
    TextSpan span, Identifier? name, RawText code, ImmutableArray<AsmOperand> outputs,
    ImmutableArray<AsmOperand> inputs, ImmutableArray<string> clobbers) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.Asm;

    /// <summary>The label of a named block.</summary>
    public Identifier? Name { get; } = name;

    /// <summary>The assembly text.</summary>
    public RawText Code { get; } = code;

    /// <summary>Operands written by the code.</summary>
    public ImmutableArray<AsmOperand> Outputs { get; } = outputs;

    /// <summary>Operands read by the code.</summary>
    public ImmutableArray<AsmOperand> Inputs { get; } = inputs;

    /// <summary>Registers the code changes.</summary>
    public ImmutableArray<string> Clobbers { get; } = clobbers;
}

/// <summary>Inline MIR: <c>mir { … }</c> or <c>@mir[[[ … ]]]</c>.</summary>
public sealed class MirStatement(TextSpan span, RawText code) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.Mir;

    /// <summary>The MIR text.</summary>
    public RawText Code { get; } = code;
}

/// <summary>A lone <c>;</c>, or the place of a statement that could not be read (a diagnostic was reported).</summary>
public sealed class EmptyStatement(TextSpan span) : Statement(span)
{
    /// <inheritdoc/>
    public override StatementKind Kind => StatementKind.Empty;
}
