using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// How the elements of a chain come: from one source, or from one behind another, each with calls of its own.
/// </summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// The body of the loop of a chain, with what steps on behind it; null after a report. A <c>chain</c> behind other
    /// calls makes two parts of what is before it: each round takes an element of the first while there is one.
    /// </summary>
    private (BoundExpression Body, BoundStatement? Step)? Drive(
        Expression root, List<ChainCall> stages, ChainLoop loop, Func<BoundExpression, BoundExpression> end)
    {
        if (LateChain(stages) is var at && at < 0)
            return DriveOne(root, stages, loop, end);
        var call = stages[at];
        var span = call.Span;
        BoundLocal? item = null;
        var has = new BoundLocal(span, Hidden("has", MirType.Bool));
        BoundExpression Keep(BoundExpression value)
        {
            item ??= Counter("item", value.Type, loop, span);
            var kept = TryConvert(value, item.Type);
            if (kept is null)
                _bag.TypeMismatch(
                    At(call.Arguments[0].Span), $"elements of type {item.Type.Show()}", value.Type.Show(), null);
            return kept is null ? Failed(span)
                : Then(Set(item, kept), () => Set(has, new BoundLiteral(span, MirType.Bool, 1)));
        }
        var (before, behind) = (new ChainLoop(span, loop), new ChainLoop(span, loop));
        var (root2, stages2) = SecondOf(call.Arguments[0]);
        if (Part(root, stages.GetRange(0, at), before, Keep) is not { } first ||
            Part(root2, stages2, behind, Keep) is not { } second)
            return null;
        loop.Require(new BoundLogical(span, false, before.Condition!, behind.Condition!));
        loop.Most = new BoundBinary(span, Op.Add, Numeric(before.Most, MirType.U16), Numeric(behind.Most, MirType.U16));
        loop.Exactly = before.Exactly + behind.Exactly;
        var take = new BoundIf(span, before.Condition!, AsStatement(first), AsStatement(second), MirType.Void);
        var rest = Stage(stages.GetRange(at + 1, stages.Count - at - 1), 0, item!, loop, end);
        return AnyError(rest) ? (rest, null) : (new BoundBlock(span,
            [
                new BoundDeclare(span, has.Local, new BoundLiteral(span, MirType.Bool, 0)),
                new BoundExpressionStatement(take),
                new BoundExpressionStatement(new BoundIf(span, has, AsStatement(rest), null, MirType.Void)),
            ], null, MirType.Void), null);
    }

    private (BoundExpression Body, BoundStatement? Step)? DriveOne(
        Expression root, List<ChainCall> stages, ChainLoop loop, Func<BoundExpression, BoundExpression> end)
    {
        if (SourceOf(root, stages, loop) is not { } source)
            return null;
        var span = loop.Span;
        var position = Counter("position", source.Count.Type, loop, span);
        loop.Require(new BoundCompare(span, Op.CmpLt, position, source.Count));
        loop.Most = source.Count;
        loop.Exactly = Folding.TryConstant(source.Count, out var exactly) ? (int)exactly : null;
        var element = Hold(
            source.Element(position), span, value => Stage(stages, 0, value, loop, end), source.Reach);
        return (element, Increase(position));
    }

    /// <summary>One round of a part; null after a report.</summary>
    private BoundExpression? Part(
        Expression root, List<ChainCall> stages, ChainLoop loop, Func<BoundExpression, BoundExpression> keep)
    {
        if (Drive(root, stages, loop, keep) is not var (body, step) || AnyError(body))
            return null;
        return step is null ? body
            : new BoundBlock(loop.Span, [new BoundExpressionStatement(body), step], null, MirType.Void);
    }

    /// <summary>What comes behind: a sequence, or a chain, which becomes part of the loop.</summary>
    private (Expression, List<ChainCall>) SecondOf(Expression argument) =>
        UnrollChain(argument) is var (root, calls) && calls.All(c => ChainStages.ContainsKey(c.Name)) &&
        IsSequence(root, calls[0].Name) ? (root, calls) : (argument, []);

    /// <summary>
    /// Position of the last <c>chain</c> that has other calls before it, or joins more than plain sequences; -1
    /// without.
    /// </summary>
    private int LateChain(List<ChainCall> stages)
    {
        var plain = stages.TakeWhile(s => s.Name is "iter" or "into_iter" or "iter_mut" ||
            s is { Name: "chain", Arguments: [var next] } && SecondOf(Iterated(next)).Item2.Count == 0).Count();
        return stages.FindLastIndex(s => s.Name == "chain") is var last && last >= plain ? last : -1;
    }
}
