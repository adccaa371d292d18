using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Syntax;

/// <summary><c>{ … }</c>: a scope whose value is its tail.</summary>
public sealed class Block(TextSpan span, ImmutableArray<Statement> statements, Expression? tail) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Block;

    /// <summary>All statements, without the tail.</summary>
    public ImmutableArray<Statement> Statements { get; } = statements;

    /// <summary>The last expression when no <c>;</c> follows it. It need not be used as a value.</summary>
    public Expression? Tail { get; } = tail;
}

/// <summary><c>if c { … } else …</c>.</summary>
public sealed class IfExpression(
    TextSpan span, Expression condition, Expression then, Expression? @else) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.If;

    /// <summary>What decides, a <c>bool</c> or a test that declares names.</summary>
    public Expression Condition { get; } = condition;

    /// <summary>A <see cref="Block"/>, or an expression in <c>if (c) e</c>.</summary>
    public Expression Then { get; } = then;

    /// <summary>A <see cref="Block"/>, another <see cref="IfExpression"/> or an expression.</summary>
    public Expression? Else { get; } = @else;
}

/// <summary><c>c ? a : b</c>, or <c>a if c else b</c>.</summary>
public sealed class ConditionalExpression(
    TextSpan span, Expression condition, Expression then, Expression @else, bool conditionInMiddle) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Conditional;

    /// <summary>What decides between the two values, wherever it stands.</summary>
    public Expression Condition { get; } = condition;

    /// <summary>The value when it holds.</summary>
    public Expression Then { get; } = then;

    /// <summary>The value when not.</summary>
    public Expression Else { get; } = @else;

    /// <summary>Whether it is <c>a if c else b</c>.</summary>
    public bool ConditionInMiddle { get; } = conditionInMiddle;
}

/// <summary><c>pattern [if guard] =&gt; body</c>.</summary>
public sealed class MatchArm(TextSpan span, Pattern pattern, Expression? guard, Expression body) : SyntaxNode(span)
{
    /// <summary>What a value has to match for the arm to be taken.</summary>
    public Pattern Pattern { get; } = pattern;

    /// <summary>A further condition.</summary>
    public Expression? Guard { get; } = guard;

    /// <summary>An expression, which includes blocks, assignments and jumps.</summary>
    public Expression Body { get; } = body;
}

/// <summary><c>match e { … }</c>, <c>case e { … }</c>, <c>when e { … }</c>; the first arm that matches runs.</summary>
public sealed class MatchExpression(
    TextSpan span, Expression? subject, ImmutableArray<MatchArm> arms) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Match;

    /// <summary>
    /// The value; null in <c>when { condition =&gt; … }</c>, whose arms have wildcard patterns and guards.
    /// </summary>
    public Expression? Subject { get; } = subject;

    /// <summary>The arms in order.</summary>
    public ImmutableArray<MatchArm> Arms { get; } = arms;
}

/// <summary><c>loop { … }</c> until <c>break</c>, whose value it has.</summary>
public sealed class LoopExpression(TextSpan span, Block body) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Loop;

    /// <summary>What is repeated until a <c>break</c>.</summary>
    public Block Body { get; } = body;
}

/// <summary><c>return [e]</c>.</summary>
public sealed class ReturnExpression(TextSpan span, Expression? value) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Return;

    /// <summary>What the function returns; null in functions without a result.</summary>
    public Expression? Value { get; } = value;
}

/// <summary><c>break [e]</c>.</summary>
public sealed class BreakExpression(TextSpan span, Expression? value) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Break;

    /// <summary>What the <see cref="LoopExpression"/> yields; null when it yields nothing.</summary>
    public Expression? Value { get; } = value;
}

/// <summary><c>continue</c>: the next round of the innermost loop.</summary>
public sealed class ContinueExpression(TextSpan span) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Continue;
}

/// <summary><c>throw E.X</c> or <c>@error(E.X)</c>; without a value it raises the current error again.</summary>
public sealed class ThrowExpression(TextSpan span, Expression? value) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Throw;

    /// <summary>The error.</summary>
    public Expression? Value { get; } = value;
}

/// <summary><c>try { … } catch e { … }</c>.</summary>
public sealed class TryExpression(TextSpan span, Block body, Identifier? name, Block? @catch) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Try;

    /// <summary>What may fail.</summary>
    public Block Body { get; } = body;

    /// <summary>The name of the error in the handler.</summary>
    public Identifier? Name { get; } = name;

    /// <summary>The handler; null only after a syntax error.</summary>
    public Block? Catch { get; } = @catch;
}

/// <summary><c>spawn f(x)</c> starts a green thread, <c>spawn Counter</c> an actor.</summary>
public sealed class SpawnExpression(TextSpan span, Expression operand) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Spawn;

    /// <summary>A call, an actor type, or a block as a lambda without parameters.</summary>
    public Expression Operand { get; } = operand;
}

/// <summary>
/// <c>x = ch.receive() =&gt; body</c>, <c>ch.send(v) =&gt; body</c>, or <c>_ =&gt; body</c> when none is ready.
/// </summary>
public sealed class SelectArm(
    TextSpan span, Pattern? binding, Expression? operation, Expression body) : SyntaxNode(span)
{
    /// <summary>What the value received is bound to.</summary>
    public Pattern? Binding { get; } = binding;

    /// <summary>The channel operation; null for <c>_</c> and <c>else</c>.</summary>
    public Expression? Operation { get; } = operation;

    /// <summary>Runs when it was done.</summary>
    public Expression Body { get; } = body;
}

/// <summary><c>select { … }</c>: does the first channel operation that is ready.</summary>
public sealed class SelectExpression(TextSpan span, ImmutableArray<SelectArm> arms) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Select;

    /// <summary>The arms in order.</summary>
    public ImmutableArray<SelectArm> Arms { get; } = arms;
}

/// <summary>
/// A metafunction: <c>@name(args)</c>, <c>@name[[[ text ]]](args)</c>, <c>@name(args) { … } else { … }</c>.
/// </summary>
public sealed class MetaExpression(
    TextSpan span, Identifier name, bool hasArguments, ImmutableArray<Argument> arguments, RawText? text,
    ImmutableArray<Argument> textArguments, Block? body, Expression? @else) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Meta;

    /// <summary>The name without <c>@</c>.</summary>
    public Identifier Name { get; } = name;

    /// <summary>Whether there are parentheses.</summary>
    public bool HasArguments { get; } = hasArguments;

    /// <summary>
    /// The arguments. A string with holes is a <see cref="FormatString"/> for the printing functions.
    /// </summary>
    public ImmutableArray<Argument> Arguments { get; } = arguments;

    /// <summary>The raw text in <c>[[[ ]]]</c>, <c>[[ ]]</c> or braces.</summary>
    public RawText? Text { get; } = text;

    /// <summary>The arguments after the raw text.</summary>
    public ImmutableArray<Argument> TextArguments { get; } = textArguments;

    /// <summary>The block in <c>@if(c) { … }</c>, <c>@target("z80") { … }</c>.</summary>
    public Block? Body { get; } = body;

    /// <summary>The block, or the next <c>@if</c>, after <c>else</c>.</summary>
    public Expression? Else { get; } = @else;
}

/// <summary>No expression where one is required; a diagnostic was reported.</summary>
public sealed class MissingExpression(TextSpan span) : Expression(span)
{
    /// <inheritdoc/>
    public override ExpressionKind Kind => ExpressionKind.Missing;
}
