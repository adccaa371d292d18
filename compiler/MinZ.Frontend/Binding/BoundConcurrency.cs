using System.Collections.Immutable;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Starts a green thread that calls a function. With a type it yields the channel on which the thread's end is
/// reported.
/// </summary>
/// <param name="Callee">A function value to call when <paramref name="Function"/> is null.</param>
internal sealed record BoundSpawn(
    TextSpan Span, FunctionSymbol? Function, BoundExpression? Callee, ImmutableArray<BoundExpression> Arguments,
    MirType Type) : BoundExpression(Span, Type);

/// <summary>Starts an actor with its first state; yields its handle.</summary>
internal sealed record BoundSpawnActor(TextSpan Span, ActorType Actor, ImmutableArray<BoundExpression> State)
    : BoundExpression(Span, Actor);

/// <summary>A message to an actor; it waits for the reply when there is one.</summary>
/// <param name="Handler">The method that handles it.</param>
internal sealed record BoundMessage(
    TextSpan Span, BoundExpression Actor, FunctionSymbol Handler, ImmutableArray<BoundExpression> Arguments)
    : BoundExpression(Span, Handler.Result);

/// <summary>A case of a <c>select</c>: what must be ready, and the operands it has.</summary>
internal sealed record BoundSelectCase(SelectCase Kind, ImmutableArray<BoundExpression> Operands);

/// <summary>Waits for one of several cases, does it and yields its number.</summary>
internal sealed record BoundSelect(TextSpan Span, ImmutableArray<BoundSelectCase> Cases)
    : BoundExpression(Span, MirType.U8);
