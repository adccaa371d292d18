using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>What stands between the source and the end of a chain.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>What happens to an element from one call of the chain on.</summary>
    private BoundExpression Stage(List<ChainCall> stages, int index, BoundExpression value, ChainLoop loop,
        Func<BoundExpression, BoundExpression> end)
    {
        if (index == stages.Count)
            return end(value);
        var call = stages[index];
        var span = call.Span;
        BoundExpression Rest(BoundExpression v) => Stage(stages, index + 1, v, loop, end);
        if (call.Name is not ("map" or "enumerate" or "inspect" or "iter" or "into_iter" or "iter_mut" or "zip"))
            loop.Exactly = null;
        switch (call.Name)
        {
            case "map":
                return Hold(BindApplied(call.Arguments[0], [value], span), span, Rest);
            case "inspect":
                return Then(BindApplied(call.Arguments[0], [value], span), () => Rest(value));
            case "filter":
                var isKept = AsCondition(BindApplied(call.Arguments[0], [value], span));
                return Branch(isKept, () => Rest(value), null, span);
            case "take_while":
                return Branch(AsCondition(BindApplied(call.Arguments[0], [value], span)), () => Rest(value),
                    LeaveChain(loop, span), span);
            case "skip_while":
                var started = Counter("started", MirType.Bool, loop, span);
                var skips = new BoundLogical(span, true, new BoundUnary(span, Op.Not, started),
                    AsCondition(BindApplied(call.Arguments[0], [value], span)));
                return Branch(new BoundUnary(span, Op.Not, skips),
                    () => Then(Set(started, new BoundLiteral(span, MirType.Bool, 1)), () => Rest(value)), null, span);
            case "skip":
                var (skipped, toSkip) = Limit(call, loop);
                return AnyError(toSkip) ? toSkip : Branch(new BoundCompare(span, Op.CmpGe, skipped, toSkip),
                    () => Rest(value), Count(skipped), span);
            case "take":
                var (taken, toTake) = Limit(call, loop);
                if (AnyError(toTake))
                    return toTake;
                loop.Require(new BoundCompare(span, Op.CmpLt, taken, toTake));
                return Then(Count(taken), () => Rest(value));
            case "enumerate":
                var number = Counter("number", loop.Most.Type.Bits <= 8 ? MirType.U8 : MirType.U16, loop, span);
                return Hold(Pair(number, value, span), span, pair => Then(Count(number), () => Rest(pair)));
            case "step_by":
                var (left, step) = Limit(call, loop);
                if (AnyError(step) || !IsStep(step, call))
                    return Failed(span);
                var one = new BoundLiteral(span, step.Type, 1);
                return Branch(new BoundCompare(span, Op.CmpEq, left, new BoundLiteral(span, step.Type, 0)),
                    () => Then(Set(left, new BoundBinary(span, Op.Sub, step, one)), () => Rest(value)),
                    Set(left, new BoundBinary(span, Op.Sub, left, one)), span);
            case "rev" or "reverse":
                return Unsupported(call.Call!, $"`{call.Name}` behind what counts or leaves out elements",
                    $"put `{call.Name}` first, or collect the elements into a variable before it");
            case "zip":
                return Zip(call, value, loop, Rest);
            default:
                return Rest(value);
        }
    }

    private BoundExpression Zip(
        ChainCall call, BoundExpression value, ChainLoop loop, Func<BoundExpression, BoundExpression> rest)
    {
        if (SourceOf(Iterated(call.Arguments[0]), loop) is not { } other)
            return Failed(call.Span);
        var at = Counter("other", other.Count.Type, loop, call.Span);
        loop.Require(new BoundCompare(call.Span, Op.CmpLt, at, other.Count));
        if (loop.Exactly is { } most)
            loop.Exactly = Folding.TryConstant(other.Count, out var n) ? Math.Min(most, (int)n) : null;
        return Hold(Pair(value, other.Element(at), call.Span), call.Span, pair => Then(Count(at), () => rest(pair)));
    }

    private static BoundAggregate Pair(BoundExpression first, BoundExpression second, TextSpan span) =>
        new(span, new Mir.TupleType([first.Type, second.Type]), [first, second]);

    /// <summary>A variable that starts at zero before the loop.</summary>
    private BoundLocal Counter(string purpose, MirType type, ChainLoop loop, TextSpan span)
    {
        var local = Hidden(purpose, type);
        loop.Before.Add(new BoundDeclare(span, local, new BoundLiteral(span, type, 0)));
        return new BoundLocal(span, local);
    }

    private (BoundLocal Counter, BoundExpression Limit) Limit(ChainCall call, ChainLoop loop)
    {
        var limit = Read(Bind(call.Arguments[0], MirType.U16));
        if (!AnyError(limit))
            limit = limit is BoundUntyped u && Constants.Fits(MirType.U8, u.Value) ? Convert(limit, MirType.U8)
                : limit.Type is { IsInteger: true, IsSigned: false, Bits: <= 16 } ? limit : Convert(limit, MirType.U16);
        if (AnyError(limit))
            return (new BoundLocal(call.Span, Hidden("counter", MirType.U8)), limit);
        return (Counter("counter", limit.Type, loop, call.Span), Kept(limit, loop));
    }

    private static BoundExpression Count(BoundLocal counter) => Increase(counter).Expression;

    private static BoundAssignment Set(BoundLocal variable, BoundExpression value) =>
        new(variable.Span, variable, value);

    private BoundExpression Then(BoundExpression first, Func<BoundExpression> second)
    {
        if (AnyError(first))
            return first;
        var rest = second();
        return AnyError(rest) ? rest : new BoundBlock(first.Span,
            [new BoundExpressionStatement(first), new BoundExpressionStatement(rest)], null, rest.Type);
    }

    private BoundExpression Branch(
        BoundExpression condition, Func<BoundExpression> yes, BoundExpression? no, TextSpan span)
    {
        if (AnyError(condition))
            return condition;
        var then = yes();
        return AnyError(then) ? then : new BoundIf(span, condition, AsStatement(then), no, MirType.Void);
    }

    private BoundExpression LeaveChain(ChainLoop loop, TextSpan span)
    {
        if (loop.IsPart)
        {
            if (loop.Ended is null)
                loop.Require(new BoundUnary(span, Op.Not, loop.Ended = Counter("ended", MirType.Bool, loop, span)));
            return Set(loop.Ended, new BoundLiteral(span, MirType.Bool, 1));
        }
        loop.Symbol.HasBreak = true;
        return new BoundLeave(span, loop.Symbol, false, null);
    }

    /// <summary>
    /// Applies a lambda or function to values. A lambda becomes part of the loop, unless it returns from its middle.
    /// </summary>
    private BoundExpression BindApplied(
        Expression function, ImmutableArray<BoundExpression> values, TextSpan span, MirType? expected = null)
    {
        if (function is LambdaExpression l && !LeavesEarly(l) && InlineLambda(l, values, expected) is { } inlined)
            return inlined;
        return InScope(() =>
        {
            var spread = values is [{ Type: Mir.TupleType tuple }] && ParameterCount(function) == tuple.Items.Length &&
                tuple.Items.Length > 1
                ? [.. tuple.Items.Select(BoundExpression (t, i) => new BoundField(span, values[0], i, t))]
                : values;
            var arguments = ImmutableArray.CreateBuilder<Argument>();
            var holders = ImmutableArray.CreateBuilder<BoundStatement>();
            foreach (var value in spread)
            {
                var local = value is BoundLocal known ? known.Local : Hidden("item", value.Type);
                if (value is not BoundLocal)
                    holders.Add(new BoundDeclare(span, local, value));
                _scope.Declare(local);
                var name = new Identifier(local.Name, function.Span);
                arguments.Add(new Argument(function.Span, null, new NameExpression(function.Span, name, [])));
            }
            var call = BindCall(new CallExpression(function.Span, function, arguments.ToImmutable(), false), expected);
            if (AnyError(call) || holders.Count == 0)
                return call;
            return new BoundBlock(span, holders.ToImmutable(), call.Type.IsVoid() ? null : call, call.Type) is var b &&
                call.Type.IsVoid() ? b with { Statements = b.Statements.Add(new BoundExpressionStatement(call)) } : b;
        });
    }

    /// <summary>How many values a function asks for; -1 when that is not known.</summary>
    private int ParameterCount(Expression function)
    {
        switch (function)
        {
            case LambdaExpression l:
                return l.Parameters.Length;
            case NameExpression n when Lookup(n.Name.Text) is FunctionGroup { Functions: [var only], Generics: [] } g &&
                g.Lambda is null:
                _program.BindSignature(only);
                return only.Parameters.Length;
            case NameExpression n when Lookup(n.Name.Text) is FunctionGroup { Functions: [], Generics: [var generic] }:
                return generic.Syntax.Parameters.Length;
            case NameExpression n when Lookup(n.Name.Text) is LocalSymbol { Type: Mir.FunctionType f }:
                return f.Parameters.Length;
            default:
                return -1;
        }
    }

    /// <summary>True for a lambda that may be left before its end, which only a function can be.</summary>
    private bool LeavesEarly(LambdaExpression l)
    {
        var text = _source.ToString(l.Body.Span);
        string[] words = ["return", "break", "continue", "throw", "asm", "defer", "?"];
        return words.Any(w => text.Contains(w, StringComparison.Ordinal));
    }

    private void TakeParameter(
        Syntax.Parameter p, BoundExpression value, ImmutableArray<BoundStatement>.Builder statements)
    {
        if (p.Type is not null)
            TakeApart(p.Pattern, Convert(value, BindType(p.Type)), true, statements);
        else if (p.Pattern is NamePattern name)
            statements.Add(Declare(name, value, true, softValue: value));
        else
            TakeApart(p.Pattern, value, true, statements);
    }

    /// <summary>The body of a lambda with its parameters as variables; null when it does not fit the values.</summary>
    private BoundExpression? InlineLambda(
        LambdaExpression l, ImmutableArray<BoundExpression> values, MirType? expected)
    {
        if (values is [{ Type: Mir.TupleType tuple } whole] && l.Parameters.Length == tuple.Items.Length &&
            l.Parameters.Length > 1)
            values = [.. tuple.Items.Select(BoundExpression (t, i) => new BoundField(l.Span, whole, i, t))];
        if (l.Parameters.Length != values.Length)
            return null;
        var outer = _loops.ToArray();
        _loops.Clear();
        var result = InScope(() =>
        {
            var statements = ImmutableArray.CreateBuilder<BoundStatement>();
            foreach (var (p, value) in l.Parameters.Zip(values))
                TakeParameter(p, value, statements);
            var wanted = l.Result is null ? expected : BindType(l.Result);
            var body = Bind(l.Body, wanted);
            if (l.Result is not null)
                body = Convert(body, wanted!);
            body = WithDefaultType(body);
            body = wanted is null ? WithRoom(body) : body;
            if (AnyError(body))
                return body;
            return body.Type.IsVoid() || body.Type.IsNever()
                ? new BoundBlock(l.Span, [.. statements, new BoundExpressionStatement(body)], null, body.Type)
                : (BoundExpression)new BoundBlock(l.Span, statements.ToImmutable(), body, body.Type);
        });
        _loops.AddRange(outer);
        return result;
    }
}
