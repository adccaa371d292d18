using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// How far counters and totals can grow in loops whose rounds can be counted: <c>for i in 1..=100 { sum += i }</c>
/// makes sum a <c>u16</c> when nothing else says what it is.
/// </summary>
internal sealed partial class BodyBinder
{
    /// <summary>The most rounds of each loop around a place, the outermost first; null when nobody knows.</summary>
    private readonly List<Int128?> _rounds = [];

    private T InRounds<T>(Int128? most, Func<T> bind)
    {
        _rounds.Add(most);
        var result = bind();
        _rounds.RemoveAt(_rounds.Count - 1);
        return result;
    }

    /// <summary>
    /// Binds the body of <c>while i &lt; 100</c>, in which i is less than 100, and which runs at most as often when i
    /// goes up.
    /// </summary>
    private BoundExpression InCountedRounds(BoundExpression? condition, Func<BoundExpression> bind)
    {
        if (condition is not BoundCompare { Op: Op.CmpLt or Op.CmpLe or Op.CmpNe } c ||
            CountedBy(c.Left) is not { } counter ||
            !Folding.TryConstant(c.Right, out var bits) || Folding.ValueOf(c.Right.Type, bits) is var end && end <= 0)
            return InRounds(null, bind);
        var most = c.Op == Op.CmpLe ? end + 1 : end;
        counter.Reach = (0, most - 1);
        var body = InRounds(most, bind);
        counter.Reach = null;
        return body;
    }

    private static LocalSymbol? CountedBy(BoundExpression e) => e switch
    {
        BoundLocal { Local: { InferenceKey: not null } local } => local,
        BoundConversion { Kind: ConversionKind.Numeric, IsCast: false } c => CountedBy(c.Operand),
        _ => null,
    };

    /// <summary>
    /// A variable whose type is inferred gets a sum or product of itself in a loop: it needs room for the last.
    /// </summary>
    private void WishForGrowth(BoundExpression target, object key, BoundExpression value)
    {
        if (value is not BoundBinary { Op: Op.Add or Op.Mul } b || RoundsSince(target) is not { } rounds)
            return;
        var step = KeyOf(Unwidened(b.Left)) == key ? b.Right
            : KeyOf(Unwidened(b.Right)) == key && b.Op is Op.Add or Op.Mul ? b.Left : null;
        if (step is null || Reach(step) is not var (low, high) || low < 0)
            return;
        var first = target is BoundLocal { Local.StaticInitial: BoundLiteral l } ? Folding.ValueOf(l.Type, l.Bits)
            : Int128.One;
        var most = b.Op == Op.Add ? first + _inference.Grow(key, rounds * high) : first;
        for (var i = 0; b.Op == Op.Mul && i < rounds && most <= uint.MaxValue && high > 1; i++)
            most *= high;
        _inference.Wish(key, target.Type, Roomy(target.Type, 0, most));
    }

    /// <summary>How often a place is reached at most while a variable lives; null when nobody knows.</summary>
    private Int128? RoundsSince(BoundExpression target)
    {
        var depth = target is BoundLocal { Local: { } local } ? local.Owner == _function ? local.LoopDepth : -1
            : target is BoundGlobal ? 0 : -1;
        if (depth < 0 || depth >= _rounds.Count)
            return null;
        Int128 all = 1;
        foreach (var rounds in _rounds.Skip(depth))
        {
            if (rounds is not { } some || all > uint.MaxValue)
                return null;
            all *= some;
        }
        return all;
    }

    private static BoundExpression Unwidened(BoundExpression e) =>
        e is BoundConversion { Kind: ConversionKind.Numeric, IsCast: false } c ? c.Operand : e;
}
