using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Branches and loops.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindIf(IfExpression i, MirType? expected)
    {
        var outer = _scope;
        var condition = BindTestedCondition(i.Condition);
        if (expected is { Kind: TypeKind.Void } || i.Else is null)
        {
            var then = AsStatement(Bind(i.Then, MirType.Void));
            _scope = outer;
            var otherwise = i.Else is null ? null : AsStatement(Bind(i.Else, MirType.Void));
            var never = then.Type.IsNever() && otherwise is { Type: var t } && t.IsNever();
            return AnyError(condition) ? Failed(i.Span)
                : new BoundIf(i.Span, condition, then, otherwise, never ? Special.Never : MirType.Void);
        }
        var value = Bind(i.Then, expected);
        _scope = outer;
        return Branches(i.Span, condition, value, Bind(i.Else, expected), expected);
    }

    private BoundExpression BindConditional(ConditionalExpression c, MirType? expected)
    {
        var outer = _scope;
        var condition = BindTestedCondition(c.Condition);
        var then = Bind(c.Then, expected);
        _scope = outer;
        return Branches(c.Span, condition, then, Bind(c.Else, expected), expected);
    }

    private BoundExpression Branches(
        TextSpan span, BoundExpression condition, BoundExpression then, BoundExpression otherwise, MirType? expected)
    {
        if (AnyError(condition, then, otherwise))
            return Failed(span);
        BoundExpression[] values = [then, otherwise];
        return Unify(values, expected) is { } type
            ? new BoundIf(span, condition, values[0], values[1], type)
            : Failed(span);
    }

    /// <summary>The value of an expression is not used; numbers need a type all the same.</summary>
    private static BoundExpression AsStatement(BoundExpression e) =>
        e.Type.IsVoid() || e.Type.IsNever() || e.Type.IsError() ? e
            : new BoundBlock(e.Span, [new BoundExpressionStatement(WithDefaultType(e))], null, MirType.Void);

    /// <summary>Converts the values of branches to one type; null after a report.</summary>
    private MirType? Unify(Span<BoundExpression> values, MirType? expected,
        string hint = "all branches must have one type")
    {
        MirType? type = null;
        foreach (var v in values)
            type = v.Type.IsNever() ? type : type is null ? v.Type : Joined(type, v.Type);
        if (type is null)
            return Special.Never;
        var fits = expected is not null && !expected.IsVoid();
        if (fits)
            foreach (var v in values)
                fits &= TryInto(v, expected!) is not null;
        if (fits)
            type = expected!;
        else if (type.IsUntyped())
            type = DefaultOf(values);
        for (var i = 0; i < values.Length; i++)
        {
            Wish(values[i], type);
            if (type.IsVoid())
                values[i] = AsStatement(values[i]);
            else if (TryInto(values[i], type) is { } converted)
                values[i] = converted;
            else
            {
                var like = values.ToArray().FirstOrDefault(v => v.Type == type);
                _bag.TypeMismatch(At(values[i].Span), type.Show(), values[i].Type.Show(), hint,
                    like is null ? [] : [new RelatedPlace(At(like.Span), $"this is {type.Show()}")]);
                return null;
            }
        }
        return type;
    }

    private static MirType Joined(MirType a, MirType b) =>
        a == Special.Null && !b.IsVoid() ? b : b == Special.Null && !a.IsVoid() ? a
            : a.IsUntyped() && !b.IsVoid() ? b : b.IsUntyped() && !a.IsVoid() ? a
            : a.IsVoid() || b.IsVoid() ? MirType.Void
            : a.IsInteger && b.IsInteger ? Folding.CommonForCompare(a, b) : a;

    private static MirType DefaultOf(Span<BoundExpression> values)
    {
        Int128 low = 0, high = 0;
        foreach (var v in values)
        {
            switch (TailOf(v))
            {
                case BoundUntyped u:
                    (low, high) = (Int128.Min(low, u.Value), Int128.Max(high, u.Value));
                    break;
                case BoundFraction:
                    return MirType.F32;
            }
        }
        return Folding.SmallestFor(low, high);
    }

    private static BoundExpression TailOf(BoundExpression e) => e is BoundBlock { Tail: { } tail } ? TailOf(tail) : e;

    /// <summary>Converts a value, at the end of a block if it is one.</summary>
    private BoundExpression? TryInto(BoundExpression e, MirType to)
    {
        if (e is BoundBlock { Tail: { } tail } block && !block.Type.IsNever())
            return TryInto(tail, to) is { } inner ? block with { Tail = inner, Type = to } : null;
        return TryConvert(e, to);
    }

    private T InLoop<T>(LoopSymbol loop, Func<T> bind)
    {
        _loops.Add(loop);
        var result = bind();
        _loops.RemoveAt(_loops.Count - 1);
        return result;
    }

    private BoundLoop BindWhile(WhileStatement w)
    {
        var loop = new LoopSymbol();
        var outer = _scope;
        BoundExpression? condition = BindTestedCondition(w.Condition);
        if (condition is BoundLiteral { Bits: 1 })
            condition = null;
        var body = InCountedRounds(condition, () => InLoop(loop, () => BindBlock(w.Body, MirType.Void)));
        _scope = outer;
        return new BoundLoop(w.Span, loop, condition, body, null);
    }

    private BoundExpression BindLoopExpression(LoopExpression l, MirType? expected)
    {
        var loop = new LoopSymbol { IsValue = true, Expected = expected };
        var body = InRounds(null, () => InLoop(loop, () => BindBlock(l.Body, MirType.Void)));
        var bound = new BoundLoop(l.Span, loop, null, body, null);
        return new BoundLoopValue(l.Span, bound, loop.Result,
            loop.Result?.Type ?? (loop.HasBreak ? MirType.Void : Special.Never));
    }

    private BoundExpression BindBreak(BreakExpression b)
    {
        if (_loops.Count == 0)
        {
            _bag.OutsideLoop(At(b.Span), "break");
            return Failed(b.Span);
        }
        var loop = _loops[^1];
        loop.HasBreak = true;
        if (b.Value is null)
            return new BoundLeave(b.Span, loop, false, null);
        if (!loop.IsValue)
        {
            _bag.OutsideLoop(At(b.Span), "only `loop` has a value that `break` can give");
            return Failed(b.Span);
        }
        var wanted = loop.Result?.Type ?? (loop.Expected is { Kind: not TypeKind.Void } e ? e : null);
        var value = wanted is null ? FirstResult(b.Value, loop) : Bind(b.Value, wanted);
        if (AnyError(value))
            return value;
        loop.Result ??= Hidden("result", wanted!);
        RaiseAssigned(new BoundLocal(b.Span, loop.Result), value);
        value = Convert(value, loop.Result.Type);
        return AnyError(value) ? value : new BoundLeave(b.Span, loop, false, value);
    }

    /// <summary>The value of the first <c>break</c> of a loop, which says what the loop's value is.</summary>
    private BoundExpression FirstResult(Expression syntax, LoopSymbol loop)
    {
        var value = FirstValue(Bind(syntax, null), syntax, out var inferred);
        if (value.Type.IsVoid())
        {
            ReportNoValue(value, syntax.Span);
            return Failed(syntax.Span);
        }
        if (!AnyError(value))
            loop.Result = Hidden("result", value.Type, inferred ? syntax : null);
        return value;
    }

    private BoundExpression BindContinue(ContinueExpression c)
    {
        if (_loops.Count > 0)
            return new BoundLeave(c.Span, _loops[^1], true, null);
        _bag.OutsideLoop(At(c.Span), "continue");
        return Failed(c.Span);
    }

    private BoundStatement BindDoTimes(DoTimesStatement d)
    {
        var count = BindValue(d.Count);
        if (!AnyError(count) && !count.Type.IsInteger)
        {
            _bag.TypeMismatch(At(d.Count.Span), "an integer", count.Type.Show(), null);
            count = Failed(d.Count.Span);
        }
        var rest = Hidden("times", AnyError(count) ? MirType.U8 : count.Type);
        var left = new BoundLocal(d.Count.Span, rest);
        var zero = new BoundLiteral(d.Count.Span, rest.Type, 0);
        var loop = new LoopSymbol();
        Int128? most = Folding.TryConstant(count, out var times) ? times : null;
        var body = InRounds(most, () => InLoop(loop, () => BindBlock(d.Body, MirType.Void)));
        // Counting down to zero is what small processors do best.
        var step = new BoundAssignment(d.Count.Span, left,
            new BoundBinary(d.Count.Span, Op.Sub, left, new BoundLiteral(d.Count.Span, rest.Type, 1)));
        var test = new BoundCompare(d.Count.Span, rest.Type.IsSigned ? Op.CmpGt : Op.CmpNe, left, zero);
        return new BoundSequence(d.Span, [new BoundDeclare(d.Count.Span, rest, AnyError(count) ? null : count),
            new BoundLoop(d.Span, loop, test, body, new BoundExpressionStatement(step))]);
    }
}
