using System.Collections.Immutable;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>A statement with its meaning.</summary>
internal abstract record BoundStatement(TextSpan Span)
{
    /// <summary>False when control never comes behind the statement.</summary>
    public virtual bool Completes => true;
}

/// <summary>An expression whose value is not used.</summary>
internal sealed record BoundExpressionStatement(BoundExpression Expression) : BoundStatement(Expression.Span)
{
    public override bool Completes => !Expression.Type.IsNever();
}

/// <summary>Creates a variable; without initialiser it is zero.</summary>
internal sealed record BoundDeclare(TextSpan Span, LocalSymbol Local, BoundExpression? Initial) : BoundStatement(Span)
{
    public override bool Completes => Initial is null || !Initial.Type.IsNever();
}

/// <summary>Statements in the scope around them.</summary>
internal sealed record BoundSequence(TextSpan Span, ImmutableArray<BoundStatement> Statements) : BoundStatement(Span)
{
    public override bool Completes => Statements.All(s => s.Completes);
}

/// <summary>Statements of generated source, in the scope around them.</summary>
internal sealed record BoundExpandedStatement(TextSpan Span, SourceText Source, BoundStatement Inner)
    : BoundStatement(Span)
{
    public override bool Completes => Inner.Completes;
}

/// <summary>
/// Every loop: while the condition holds (always, when null), the body, then the step, to which <c>continue</c> goes.
/// </summary>
internal sealed record BoundLoop(
    TextSpan Span, LoopSymbol Symbol, BoundExpression? Condition, BoundExpression Body, BoundStatement? Step)
    : BoundStatement(Span)
{
    public override bool Completes => Condition is not null || Symbol.HasBreak;
}

/// <summary>Runs a statement when the block is left.</summary>
internal sealed record BoundDefer(TextSpan Span, BoundStatement Body) : BoundStatement(Span);

/// <summary>
/// Inline assembly; with <paramref name="ReturnRegister"/> the function's result is what it leaves there.
/// </summary>
internal sealed record BoundAsm(
    TextSpan Span, string Target, string Text, ImmutableArray<(string Name, Symbol Symbol)> Bindings,
    ImmutableArray<(string Register, BoundExpression Value)> Inputs,
    ImmutableArray<(string Register, BoundExpression Place)> Outputs, ImmutableArray<string> Clobbers,
    ImmutableArray<(LocalSymbol Copy, BoundExpression Place)> Fields) : BoundStatement(Span);

/// <summary>A pattern with its meaning.</summary>
internal abstract record BoundPattern(TextSpan Span);

/// <summary>Matches anything.</summary>
internal sealed record BoundAnyPattern(TextSpan Span) : BoundPattern(Span);

/// <summary>Matches anything and gives it a name.</summary>
internal sealed record BoundBinderPattern(TextSpan Span, LocalSymbol Local) : BoundPattern(Span);

/// <summary>Matches one value of the subject's type (a literal or string).</summary>
internal sealed record BoundValuePattern(TextSpan Span, BoundExpression Value) : BoundPattern(Span);

/// <summary>Matches from low to high, both included, of the subject's type.</summary>
internal sealed record BoundRangePattern(TextSpan Span, BoundExpression Low, BoundExpression High) : BoundPattern(Span);

/// <summary>Matches a variant of an enum with payload, and its items.</summary>
internal sealed record BoundVariantPattern(TextSpan Span, EnumType Enum, int Variant,
    ImmutableArray<BoundPattern> Items)
    : BoundPattern(Span);

/// <summary>Matches the named members of a struct or tuple.</summary>
internal sealed record BoundMembersPattern(TextSpan Span, ImmutableArray<(int Index, BoundPattern Pattern)> Members)
    : BoundPattern(Span);

/// <summary>Matches when one alternative does.</summary>
internal sealed record BoundOrPattern(TextSpan Span, ImmutableArray<BoundPattern> Alternatives) : BoundPattern(Span);
