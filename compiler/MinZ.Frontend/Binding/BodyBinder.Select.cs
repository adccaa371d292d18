using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary><c>select { … }</c>, rewritten as a match over the number of the case that was ready.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>An arm with its case, the slot a value is received into, and its body.</summary>
    private sealed record BoundSelectArm(BoundSelectCase Case, LocalSymbol? Slot, BoundExpression Body);

    private BoundExpression BindSelect(SelectExpression s, MirType? expected)
    {
        foreach (var second in s.Arms.Where(a => a.Operation is null).Skip(1))
            _bag.WrongArgument(At(HeadOf(second.Span)), "a select has one `_` case",
                "leave one of them out: it is done when no other case is ready");
        var arms = s.Arms.Select(a => InScope(() => BindSelectArm(a, expected))).ToArray();
        if (arms.Length is 0 or > SelectCases.Limit)
        {
            _bag.WrongArgument(At(s.Span), $"a select has 1 to {SelectCases.Limit} cases, found {arms.Length}");
            return Failed(s.Span);
        }
        if (arms.Any(a => a is null || AnyError(a.Body)))
            return Failed(s.Span);
        var asStatement = expected is { Kind: TypeKind.Void };
        BoundExpression[] bodies = [.. arms.Select(a => asStatement ? AsStatement(a!.Body) : a!.Body)];
        if (Unify(bodies, expected) is not { } type)
            return Failed(s.Span);
        var ready = new BoundSelect(s.Span, [.. arms.Select(a => a!.Case)]);
        var choice = ImmutableArray.CreateBuilder<BoundArm>();
        for (var i = 0; i < arms.Length; i++)
        {
            BoundPattern pattern = i == arms.Length - 1 ? new BoundAnyPattern(bodies[i].Span)
                : new BoundValuePattern(bodies[i].Span, new BoundLiteral(bodies[i].Span, MirType.U8, i));
            choice.Add(new BoundArm(pattern, null, bodies[i]));
        }
        var slots = arms.Where(a => a!.Slot is not null)
            .Select(a => (BoundStatement)new BoundDeclare(s.Span, a!.Slot!, null)).ToImmutableArray();
        var match = new BoundMatch(s.Span, Hidden("ready", MirType.U8), ready, choice.ToImmutable(), type);
        return new BoundBlock(s.Span, slots, match, type);
    }

    private BoundSelectArm? BindSelectArm(SelectArm arm, MirType? expected)
    {
        if (BindSelectCase(arm) is not var (kind, operands, element))
        {
            if (arm.Binding is { } unknown)
                DeclareElement(unknown, Special.Error);
            else if (arm.Operation is BinaryExpression { Operator: BinaryOperator.Less, Left: NameExpression received })
                DeclareElement(new NamePattern(received.Span, received.Name, isMutable: false), Special.Error);
            Bind(arm.Body, expected);
            return null;
        }
        var slot = element is null ? null : Hidden("received", element);
        if (slot is not null)
            operands = operands.Add(Into(arm.Span, slot));
        var statements = ImmutableArray<BoundStatement>.Empty;
        if (arm.Binding is { } pattern)
        {
            if (slot is null)
                _bag.NoValue(At(pattern.Span), "this operation has none", "only `receive()` gives a value");
            var variable = DeclareElement(pattern, element ?? Special.Error);
            if (slot is not null)
                statements = [new BoundDeclare(pattern.Span, variable, new BoundLocal(pattern.Span, slot))];
        }
        var body = Bind(arm.Body, expected);
        if (!AnyError(body) && !statements.IsEmpty)
            body = body.Type.IsVoid() || body.Type.IsNever()
                ? new BoundBlock(body.Span, statements.Add(new BoundExpressionStatement(body)), null, body.Type)
                : new BoundBlock(body.Span, statements, WithDefaultType(body), WithDefaultType(body).Type);
        return new BoundSelectArm(new BoundSelectCase(kind, operands), slot, body);
    }

    /// <summary>
    /// What an arm waits for: its kind, the operands so far, and the type of what it receives; null after a report.
    /// </summary>
    private (SelectCase, ImmutableArray<BoundExpression>, MirType?)? BindSelectCase(SelectArm arm)
    {
        switch (arm.Operation)
        {
            case null:
                return (SelectCase.Default, [], null);
            case CallExpression { Callee: NameExpression { Name.Text: "timeout" or "after" }, Arguments: [var wait] }:
                var milliseconds = BindTo(wait.Value, MirType.U32);
                return AnyError(milliseconds) ? null : (SelectCase.Timeout, [milliseconds], null);
            case CallExpression { Callee: MemberExpression m } call:
                var target = Dereferenced(Bind(m.Target, null));
                if (AnyError(target))
                    return null;
                if (target.Type is ChannelType { Element: var element })
                    return BindChannelCase(m, call, target, element);
                break;
        }
        _bag.BadSelectCase(At(arm.Operation.Span));
        return null;
    }

    private (SelectCase, ImmutableArray<BoundExpression>, MirType?)? BindChannelCase(
        MemberExpression m, CallExpression call, BoundExpression channel, MirType element)
    {
        switch (m.Name.Text, call.Arguments)
        {
            case ("receive" or "recv", []):
                return (SelectCase.Receive, [channel], element);
            case ("closed", []):
                return (SelectCase.Closed, [channel], null);
            case ("send", [var sent]):
                var value = BindTo(sent.Value, element);
                return AnyError(value) ? null : (SelectCase.Send, [channel, value], null);
            default:
                _bag.BadSelectCase(At(call.Span));
                return null;
        }
    }
}
