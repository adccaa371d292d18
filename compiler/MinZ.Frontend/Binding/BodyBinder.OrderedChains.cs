using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Chains that take the elements of their source in another order: <c>rev</c>, <c>step_by</c>.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// What maps each element alone may as well do so in the other order: <c>a.map(f).rev()</c> is
    /// <c>a.rev().map(f)</c>.
    /// </summary>
    private static void ReverseEarly(List<ChainCall> stages)
    {
        for (var i = 1; i < stages.Count; i++)
        {
            if (stages[i].Name is not ("rev" or "reverse") || stages[i - 1].Name is not ("map" or "filter"))
                continue;
            (stages[i - 1], stages[i]) = (stages[i], stages[i - 1]);
            i = Math.Max(0, i - 2);
        }
    }

    /// <summary>The elements of a source from the last to the first.</summary>
    private static ChainSource Reversed(ChainSource source, ChainCall call)
    {
        var type = source.Count.Type;
        var last = new BoundBinary(call.Span, Op.Sub, source.Count, new BoundLiteral(call.Span, type, 1));
        return source with
        {
            Element = at => source.Element(new BoundBinary(call.Span, Op.Sub, last, Numeric(at, type))),
        };
    }

    private bool IsStep(BoundExpression step, ChainCall call)
    {
        if (!(step is BoundUntyped u && u.Value <= 0 || Folding.TryConstant(step, out var bits) && bits <= 0))
            return true;
        _bag.WrongArgument(At(call.Arguments[0].Span), "the step is at least 1");
        return false;
    }

    /// <summary>Every n-th element of a source, beginning with the first.</summary>
    private ChainSource? Spaced(ChainSource source, ChainCall call, ChainLoop loop)
    {
        var span = call.Span;
        var type = source.Count.Type;
        var step = Bind(call.Arguments[0], type);
        if (AnyError(step) || !IsStep(step, call))
            return null;
        if (TryConvert(step, type) is null && WithDefaultType(step).Type is { IsInteger: true } wide)
            type = wide;
        step = Kept(Convert(step, type), loop);
        var (none, one) = (new BoundLiteral(span, type, 0), new BoundLiteral(span, type, 1));
        var count = Numeric(source.Count, type);
        var rounds = new BoundBinary(span, Op.Add, new BoundBinary(span, Op.Div,
            new BoundBinary(span, Op.Sub, count, one), step), one);
        return new ChainSource(
            Kept(new BoundIf(span, new BoundCompare(span, Op.CmpEq, count, none), none, rounds, type), loop),
            at => source.Element(new BoundBinary(span, Op.Mul, Numeric(at, type), step))) { Reach = source.Reach };
    }
}
