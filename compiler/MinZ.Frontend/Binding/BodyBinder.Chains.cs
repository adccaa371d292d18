using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Chains such as <c>a.iter().map(f).filter(g).sum()</c>, rewritten as one loop over the source: nothing is made on the
/// way, no function value is called, and only <c>collect</c> allocates.
/// </summary>
internal sealed partial class BodyBinder
{
    /// <summary>Calls of a chain that have a next one, with how many arguments.</summary>
    private static readonly Dictionary<string, int> ChainStages = new()
    {
        ["iter"] = 0, ["iter_mut"] = 0, ["into_iter"] = 0, ["enumerate"] = 0, ["map"] = 1, ["filter"] = 1, ["skip"] = 1,
        ["take"] = 1, ["take_while"] = 1, ["skip_while"] = 1, ["zip"] = 1, ["chain"] = 1, ["inspect"] = 1,
        ["rev"] = 0, ["reverse"] = 0, ["step_by"] = 1,
    };

    /// <summary>Calls that end a chain, with the most arguments they take.</summary>
    private static readonly Dictionary<string, int> ChainEnds = new()
    {
        ["forEach"] = 1, ["for_each"] = 1, ["each"] = 1, ["reduce"] = 2, ["fold"] = 2, ["sum"] = 0, ["product"] = 0,
        ["count"] = 0, ["len"] = 0, ["min"] = 0, ["max"] = 0, ["any"] = 1, ["all"] = 1, ["find"] = 1, ["position"] = 1,
        ["collect"] = 0, ["to_array"] = 0, ["last"] = 0,
    };

    /// <summary>One call of a chain.</summary>
    private sealed record ChainCall(string Name, TextSpan NameSpan, ImmutableArray<Expression> Arguments, TextSpan Span)
    {
        /// <summary>The call as it is written; null for one that is not.</summary>
        public Expression? Call { get; init; }
    }

    /// <summary>What a chain runs over.</summary>
    /// <param name="Count">Number of elements.</param>
    /// <param name="Element">The element at a position.</param>
    private sealed record ChainSource(BoundExpression Count, Func<BoundExpression, BoundExpression> Element)
    {
        /// <summary>What the numbers of a range run through; null when that is not known.</summary>
        public (Int128 Low, Int128 High)? Reach { get; init; }
    }

    /// <summary>The loop of a chain while it is built.</summary>
    private sealed class ChainLoop(TextSpan span, ChainLoop? whole = null)
    {
        public TextSpan Span { get; } = span;

        /// <summary>What runs before the loop.</summary>
        public ImmutableArray<BoundStatement>.Builder Before { get; } =
            whole?.Before ?? ImmutableArray.CreateBuilder<BoundStatement>();

        /// <summary>True for one of several sources that the loop takes one after another.</summary>
        public bool IsPart { get; } = whole is not null;

        /// <summary>Set when a part has ended before its source has.</summary>
        public BoundLocal? Ended { get; set; }

        public LoopSymbol Symbol { get; } = new();
        public BoundExpression? Condition { get; set; }

        /// <summary>Most elements that come out, when that is known: of an array, with nothing left out.</summary>
        public int? Exactly { get; set; }

        /// <summary>Upper bound of the number of elements, as an expression.</summary>
        public BoundExpression Most { get; set; } = null!;

        public void Require(BoundExpression condition) =>
            Condition = Condition is null ? condition : new BoundLogical(Span, true, Condition, condition);
    }

    /// <summary>A chain; null when a call is none.</summary>
    private BoundExpression? BindChain(CallExpression c, MirType? expected)
    {
        if (UnrollChain(c) is not var (root, calls) || calls.Count == 0)
            return null;
        root = WithOwnCalls(root, calls);
        var last = calls[^1];
        var isEnd = ChainEnds.ContainsKey(last.Name) && !ChainStages.ContainsKey(last.Name);
        if (calls is [{ Name: "len" }])
            return null;
        if (calls.All(s => s.Name is "iter" or "into_iter"))
            return root is not RangeExpression && IsSequence(root, calls[0].Name) ? Bind(root, expected) : null;
        if (!IsSequence(root, calls[0].Name))
            return null;
        return InScope(() => BuildChain(c.Span, root, isEnd ? calls.GetRange(0, calls.Count - 1) : calls,
            isEnd ? last : new ChainCall("collect", last.NameSpan, [], c.Span), expected));
    }

    /// <summary>The calls of a chain from its source on.</summary>
    private static (Expression Root, List<ChainCall> Calls)? UnrollChain(Expression e)
    {
        var calls = new List<ChainCall>();
        while (e is CallExpression { Callee: MemberExpression { TypeArguments.IsEmpty: true } m } c &&
            (ChainStages.ContainsKey(m.Name.Text) || calls.Count == 0 && ChainEnds.ContainsKey(m.Name.Text)))
        {
            calls.Insert(0, new ChainCall(m.Name.Text, m.Name.Span, [.. c.Arguments.Select(a => a.Value)], c.Span)
            {
                Call = c,
            });
            e = m.Target;
        }
        return calls.Count == 0 ? null : (e, calls);
    }

    /// <summary>True for what a chain can run over, unless its type has such a method of its own.</summary>
    private bool IsSequence(Expression root, string method)
    {
        if (root is RangeExpression { Start: not null, End: not null })
            return true;
        if (root is NameExpression or MemberExpression && FindNamespace(root) is not null)
            return false;
        var errors = _bag.ErrorCount;
        var type = Dereferenced(Bind(root, null)).Type;
        return _bag.ErrorCount == errors && (HasLength(type) || _program.RangeParts(type) is not null)
            && _program.FindMethod(type, method) is null;
    }

    /// <summary>
    /// The source of a chain together with the calls that are methods of its own, which leave the list.
    /// </summary>
    private Expression WithOwnCalls(Expression root, List<ChainCall> calls)
    {
        while (calls.Count > 1 && calls[0].Call is { } call && HasOwn(root, calls[0]))
        {
            root = call;
            calls.RemoveAt(0);
        }
        return root;
    }

    /// <summary>
    /// True when a call that a chain could begin with is a method of the type, such as one that yields its elements.
    /// </summary>
    private bool HasOwn(Expression root, ChainCall call)
    {
        if (root is RangeExpression || root is NameExpression or MemberExpression && FindNamespace(root) is not null)
            return false;
        var errors = _bag.ErrorCount;
        var type = Dereferenced(Bind(root, null)).Type;
        return _bag.ErrorCount == errors && _program.FindMethod(type, call.Name) is not null;
    }

    private BoundExpression BuildChain(
        TextSpan span, Expression root, List<ChainCall> stages, ChainCall end, MirType? expected)
    {
        var loop = new ChainLoop(span);
        ChainEnd? result = null;
        if (!CheckCalls(stages, end) ||
            Drive(root, stages, loop, v => (result = EndOf(end, v, loop, expected)).Step) is not var (body, step) ||
            result is null || AnyError(body) || AnyError(result.Value))
            return Failed(span);
        loop.Before.Add(new BoundLoop(span, loop.Symbol, loop.Condition, body, step));
        return new BoundBlock(span, loop.Before.ToImmutable(),
            result.Value.Type.IsVoid() ? null : result.Value, result.Value.Type);
    }

    private bool CheckCalls(List<ChainCall> stages, ChainCall end)
    {
        var fine = true;
        foreach (var call in stages.Append(end))
        {
            var most = ChainStages.TryGetValue(call.Name, out var exactly) ? exactly : ChainEnds[call.Name];
            var least = call.Name is "reduce" ? 1 : most;
            if (call.Arguments.Length >= least && call.Arguments.Length <= most)
                continue;
            _bag.WrongArgumentCount(At(call.Span), $"`{call.Name}`", most, call.Arguments.Length);
            fine = false;
        }
        return fine;
    }

    private ChainSource? SourceOf(Expression root, List<ChainCall> stages, ChainLoop loop)
    {
        var source = SourceOf(root, loop);
        ReverseEarly(stages);
        while (source is not null && stages is [var call, ..])
        {
            if (call is { Name: "chain", Arguments: [var next] })
                source = Joined(source, SourceOf(Iterated(next), loop), call, loop);
            else if (call.Name is "rev" or "reverse")
                source = Reversed(source, call);
            else if (call.Name is "step_by")
                source = Spaced(source, call, loop);
            else if (call.Name is not ("iter" or "into_iter" or "iter_mut"))
                break;
            stages.RemoveAt(0);
        }
        return source;
    }

    private ChainSource? SourceOf(Expression root, ChainLoop loop)
    {
        if (root is RangeExpression range)
            return RoundsOfRange(range) is { } rounds ? SourceOf(rounds, loop) : null;
        var sequence = Dereferenced(WithDefaultType(Bind(root, null)));
        if (AnyError(sequence))
            return null;
        if (RoundsOfValue(sequence) is { } ofRange)
            return SourceOf(ofRange, loop);
        if (!HasLength(sequence.Type))
        {
            ReportNotIterable(sequence, root.Span);
            return null;
        }
        if (!sequence.IsPlace || sequence.Type.Kind != TypeKind.Array)
        {
            var holder = new BoundLocal(root.Span, Hidden("sequence", sequence.Type));
            loop.Before.Add(new BoundDeclare(root.Span, holder.Local, sequence));
            sequence = holder;
        }
        BoundExpression count = sequence.Type is Mir.ArrayType array
            ? new BoundLiteral(root.Span, array.Length <= 255 ? MirType.U8 : MirType.U16, array.Length)
            : Kept(new BoundLength(root.Span, sequence), loop);
        return new ChainSource(count, at => sequence.Type.Kind == TypeKind.Str
            ? new BoundStringByte(root.Span, sequence, at)
            : new BoundIndex(root.Span, sequence, at, sequence.Type.Element!)) { Reach = ReachOf(root) };
    }

    private ChainSource SourceOf(Rounds rounds, ChainLoop loop)
    {
        loop.Before.AddRange(rounds.Before);
        return new ChainSource(Kept(rounds.Count, loop), rounds.Element) { Reach = rounds.Reach };
    }

    /// <summary>A value that is computed once, before the loop.</summary>
    private BoundExpression Kept(BoundExpression value, ChainLoop loop)
    {
        if (value is BoundLocal || Folding.TryConstant(value, out _))
            return value;
        var holder = new BoundLocal(value.Span, Hidden("count", value.Type));
        loop.Before.Add(new BoundDeclare(value.Span, holder.Local, value));
        return holder;
    }

    /// <summary>One source behind another.</summary>
    private ChainSource? Joined(ChainSource first, ChainSource? second, ChainCall call, ChainLoop loop)
    {
        if (second is null)
            return null;
        var position = new BoundLiteral(call.Span, first.Count.Type, 0);
        var (a, b) = (first.Element(position).Type, second.Element(position).Type);
        if (a != b)
        {
            _bag.TypeMismatch(At(call.Arguments[0].Span), $"elements of type {a.Show()}", b.Show(), null);
            return null;
        }
        BoundExpression both = new BoundBinary(call.Span, Op.Add, Numeric(first.Count, MirType.U16),
            Numeric(second.Count, MirType.U16));
        if (Folding.TryConstant(both, out var total))
            both = new BoundLiteral(call.Span, MirType.U16, total);
        var here = Numeric(first.Count, MirType.U16);
        return new ChainSource(Kept(both, loop), at => new BoundIf(call.Span,
            new BoundCompare(call.Span, Op.CmpLt, at, here), first.Element(at),
            second.Element(new BoundBinary(call.Span, Op.Sub, at, here)), a));
    }

    /// <summary>What a chain does with each element, and its value when the loop is done.</summary>
    private sealed record ChainEnd(BoundExpression Step, BoundExpression Value);

    /// <summary>Gives a value a name for the rest.</summary>
    private BoundExpression Hold(BoundExpression value, TextSpan span, Func<BoundExpression, BoundExpression> rest,
        (Int128, Int128)? reach = null)
    {
        if (AnyError(value))
            return value;
        if (value is BoundLocal)
            return rest(value);
        var holder = new BoundLocal(span, Hidden("item", value.Type));
        holder.Local.Reach = reach ?? Reach(value);
        holder.Local.IsSoftSource = IsSoft(value);
        var then = rest(holder);
        return AnyError(then) ? then : new BoundBlock(span,
            [new BoundDeclare(span, holder.Local, value), new BoundExpressionStatement(then)], null, then.Type);
    }
}
