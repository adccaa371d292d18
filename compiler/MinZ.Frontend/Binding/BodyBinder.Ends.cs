using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>What a chain comes to.</summary>
internal sealed partial class BodyBinder
{
    private static readonly BoundExpression NoValueOfChain = new BoundBlock(default, [], null, MirType.Void);

    private ChainEnd EndOf(ChainCall end, BoundExpression value, ChainLoop loop, MirType? expected)
    {
        var span = end.Span;
        switch (end.Name)
        {
            case "forEach" or "for_each" or "each":
                var action = BindApplied(end.Arguments[0], [value], span, MirType.Void);
                return new ChainEnd(AnyError(action) ? action : AsStatement(action), NoValueOfChain);
            case "reduce" or "fold":
                return end.Arguments is [var first, var second]
                    ? Folded(end, first is LambdaExpression ? (second, first) : (first, second), value, loop, expected)
                    : Reduced(value, loop, span, (a, v) => BindApplied(end.Arguments[0], [a, v], span, a.Type));
            case "sum" or "product":
                return Totalled(end, value, loop, expected);
            case "count" or "len":
                var type = expected is { IsInteger: true } ? expected
                    : loop.Most.Type.Bits <= 8 ? MirType.U8 : MirType.U16;
                var counter = Counter("count", type, loop, span);
                return new ChainEnd(Count(counter), counter);
            case "min" or "max":
                if (!value.Type.IsNumeric || value.Type.Kind == TypeKind.Bool)
                    return NoChainEnd(end, value);
                return Reduced(value, loop, span,
                    (a, v) => new BoundBinary(span, end.Name == "min" ? Op.Min : Op.Max, a, v));
            case "any" or "all":
                return Decided(end, value, loop);
            case "find" or "position":
                return Found(end, value, loop);
            case "last":
                return Reduced(value, loop, span, (_, v) => v);
            default:
                return Collected(value, loop, span, expected);
        }
    }

    private ChainEnd NoChainEnd(ChainCall end, BoundExpression value)
    {
        _bag.NoOperator(At(end.NameSpan), end.Name, value.Type.Show());
        return new ChainEnd(Failed(end.Span), Failed(end.Span));
    }

    /// <summary>A result that each element changes; of no elements, zero.</summary>
    private ChainEnd Reduced(BoundExpression value, ChainLoop loop, TextSpan span,
        Func<BoundExpression, BoundExpression, BoundExpression> join)
    {
        var result = new BoundLocal(span, Hidden("result", value.Type));
        loop.Before.Add(new BoundDeclare(span, result.Local, new BoundZero(span, value.Type)));
        var begun = Counter("begun", MirType.Bool, loop, span);
        var next = Convert(join(result, value), value.Type);
        var step = AnyError(next) ? next : new BoundIf(span, begun, Set(result, next),
            new BoundBlock(span, [new BoundExpressionStatement(Set(result, value)),
                new BoundExpressionStatement(Set(begun, new BoundLiteral(span, MirType.Bool, 1)))], null, MirType.Void),
            MirType.Void);
        return new ChainEnd(step, result);
    }

    private ChainEnd Folded(ChainCall end, (Expression Initial, Expression Function) parts, BoundExpression value,
        ChainLoop loop, MirType? expected)
    {
        var span = end.Span;
        var initial = Bind(parts.Initial, expected is { Kind: not TypeKind.Void } ? expected : null);
        var inferred = false;
        if (initial is BoundUntyped or BoundFraction)
        {
            var type = expected is { IsNumeric: true } && TryConvert(initial, expected) is not null ? expected
                : value.Type.IsNumeric && TryConvert(initial, value.Type) is not null ? value.Type
                : WithDefaultType(initial).Type;
            // What the function makes of it may be wider.
            if (parts.Function is LambdaExpression l && expected is not { IsNumeric: true } &&
                l.Parameters.Length == 2 && l.Parameters[0].Type is { } written)
                type = BindType(written);
            else if (parts.Function is NameExpression n && Lookup(n.Name.Text) is FunctionGroup { Functions: [var f] })
            {
                _program.BindSignature(f);
                type = f.Parameters is [{ Type: { IsNumeric: true } first }, ..] ? first : type;
            }
            inferred = type.IsInteger;
            initial = Convert(initial, _inference.TypeOf(parts.Initial, type));
        }
        var result = new BoundLocal(span, Hidden("result", initial.Type, inferred ? parts.Initial : null));
        var next = AnyError(initial) ? initial : BindApplied(parts.Function, [result, value], span, initial.Type);
        RaiseAssigned(result, next);
        if (inferred && expected is not { IsNumeric: true } && !AnyError(next))
            _inference.Wish(parts.Initial, initial.Type, RoomyFold(result.Local, initial, next, loop));
        next = Convert(next, initial.Type);
        if (AnyError(next))
            return new ChainEnd(next, next);
        loop.Before.Add(new BoundDeclare(span, result.Local, initial));
        return new ChainEnd(Set(result, next), result);
    }

    private ChainEnd Totalled(ChainCall end, BoundExpression value, ChainLoop loop, MirType? expected)
    {
        if (!value.Type.IsNumeric || value.Type.Kind == TypeKind.Bool)
            return NoChainEnd(end, value);
        var type = expected is { IsNumeric: true } && TryConvert(value, expected) is not null ? expected : value.Type;
        var key = end.Call is CallExpression { Callee: MemberExpression m } && type.IsInteger ? m.Target : null;
        if (key is not null)
        {
            _inference.MarkComputed(key);
            if (expected is not { IsNumeric: true } && end.Name == "sum")
                _inference.Wish(key, type, RoomyTotal(value, type, loop));
            type = _inference.TypeOf(key, type);
        }
        var total = new BoundLocal(end.Span, Hidden("total", type, key));
        var (first, op) = end.Name == "sum" ? (0, Op.Add) : (1, Op.Mul);
        loop.Before.Add(new BoundDeclare(end.Span, total.Local, Convert(new BoundUntyped(end.Span, first), type)));
        return new ChainEnd(Set(total, new BoundBinary(end.Span, op, total, Convert(value, type))), total);
    }

    private ChainEnd Decided(ChainCall end, BoundExpression value, ChainLoop loop)
    {
        var span = end.Span;
        var isAny = end.Name == "any";
        var result = new BoundLocal(span, Hidden("result", MirType.Bool));
        loop.Before.Add(new BoundDeclare(span, result.Local, new BoundLiteral(span, MirType.Bool, isAny ? 0 : 1)));
        var holds = AsCondition(BindApplied(end.Arguments[0], [value], span));
        var decide = new BoundBlock(span,
            [
                new BoundExpressionStatement(Set(result, new BoundLiteral(span, MirType.Bool, isAny ? 1 : 0))),
                new BoundExpressionStatement(LeaveChain(loop, span)),
            ], null, MirType.Void);
        return new ChainEnd(AnyError(holds) ? holds
            : new BoundIf(span, isAny ? holds : new BoundUnary(span, Op.Not, holds), decide, null, MirType.Void),
                result);
    }

    private ChainEnd Found(ChainCall end, BoundExpression value, ChainLoop loop)
    {
        var span = end.Span;
        BoundExpression what = value;
        BoundExpression? after = null;
        if (end.Name == "position")
        {
            var number = Counter("number", loop.Most.Type.Bits <= 8 ? MirType.U8 : MirType.U16, loop, span);
            (what, after) = (number, Count(number));
        }
        var type = _program.Optional(what.Type);
        var result = new BoundLocal(span, Hidden("found", type));
        loop.Before.Add(new BoundDeclare(span, result.Local, new BoundEnumValue(span, type, 0, [])));
        var holds = AsCondition(BindApplied(end.Arguments[0], [value], span));
        if (AnyError(holds))
            return new ChainEnd(holds, holds);
        var found = new BoundBlock(span,
            [
                new BoundExpressionStatement(Set(result, new BoundEnumValue(span, type, 1, [what]))),
                new BoundExpressionStatement(LeaveChain(loop, span)),
            ], null, MirType.Void);
        BoundExpression step = new BoundIf(span, holds, found, null, MirType.Void);
        return new ChainEnd(after is null ? step : Then(step, () => after), result);
    }

    /// <summary>An array when as many elements come out as go in, and their number is known; else a slice.</summary>
    private ChainEnd Collected(BoundExpression value, ChainLoop loop, TextSpan span, MirType? expected)
    {
        if (value.Type.IsVoid())
        {
            _bag.NoValue(At(span), "an element has none", null);
            return new ChainEnd(Failed(span), Failed(span));
        }
        var wanted = expected is Mir.ArrayType or Mir.SliceType ? expected.Element! : value.Type;
        value = Convert(value, wanted);
        if (AnyError(value))
            return new ChainEnd(value, value);
        var length = expected is Mir.ArrayType fixedArray ? fixedArray.Length : expected is Mir.SliceType ? null
            : loop.Exactly;
        var kept = Counter("kept", length is <= 255 ? MirType.U8 : MirType.U16, loop, span);
        MirType type = length is { } n ? new Mir.ArrayType(wanted, n) : new Mir.SliceType(wanted);
        var list = new BoundLocal(span, Hidden("list", type));
        loop.Before.Add(new BoundDeclare(span, list.Local, length is not null ? null : new BoundOperation(span,
            Op.SliceNew, wanted, [Numeric(loop.Most, MirType.U16)], type)));
        var step = Then(new BoundAssignment(span, new BoundIndex(span, list, kept, wanted), value), () => Count(kept));
        return new ChainEnd(step, length is not null ? list
            : new BoundSlice(span, list, new BoundLiteral(span, MirType.U16, 0), kept, type));
    }

    /// <summary><c>for x in a.iter().map(f) { … }</c>: the body is the end of the chain.</summary>
    private BoundStatement? BindForChain(ForStatement f)
    {
        if (UnrollChain(f.Iterable) is not var (root, calls))
            return null;
        root = WithOwnCalls(root, calls);
        if (calls.All(s => s.Name is "iter" or "into_iter" or "iter_mut" or "enumerate") ||
            calls.Any(s => !ChainStages.ContainsKey(s.Name)) || !IsSequence(root, calls[0].Name))
            return null;
        var span = f.Span;
        var loop = new ChainLoop(span);
        var none = new ChainCall("iter", f.Iterable.Span, [], f.Iterable.Span);
        if (!CheckCalls(calls, none))
            return new BoundSequence(span, []);
        var index = f.Index is { } named
            ? new LocalSymbol(named.Text, MirType.U16) { IsMutable = true, Where = At(named.Span), Owner = _function }
            : null;
        var number = index is null ? null : Counter("number", MirType.U16, loop, span);
        var driven = Drive(root, calls, loop, item => InScope(() =>
        {
            var names = TakeApart(f.Element, item, true);
            if (index is not null)
            {
                _scope.Declare(index);
                names = [new BoundDeclare(span, index, number), new BoundExpressionStatement(Count(number!)), .. names];
            }
            return (BoundExpression)InRound(
                InRounds(null, () => InLoop(loop.Symbol, () => BindBlock(f.Body, MirType.Void))), names);
        }));
        if (driven is not var (body, step) || AnyError(body))
            return new BoundSequence(span, []);
        loop.Before.Add(new BoundLoop(span, loop.Symbol, loop.Condition, body, step));
        return new BoundSequence(span, loop.Before.ToImmutable());
    }

    /// <summary>
    /// <c>x |&gt; f</c>, <c>x |&gt; f(y)</c>: x is the first argument; else the call is a method or chain of x.
    /// </summary>
    private BoundExpression BindPipe(BinaryExpression b, MirType? expected)
    {
        var (callee, more) = b.Right is CallExpression c ? (c.Callee, c.Arguments) : (b.Right, []);
        if (b.Right is CallExpression && callee is NameExpression n && Lookup(n.Name.Text) is null &&
            (ChainStages.ContainsKey(n.Name.Text) || ChainEnds.ContainsKey(n.Name.Text)))
            callee = new MemberExpression(n.Span, b.Left, MemberAccess.Dot, n.Name, []);
        else
            more = [new Argument(b.Left.Span, null, b.Left), .. more];
        return Bind(new CallExpression(b.Span, callee, more, false), expected);
    }
}
