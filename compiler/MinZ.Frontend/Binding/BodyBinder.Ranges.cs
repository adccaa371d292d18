using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Ranges as values: structs of two ends, which loops, chains and slices take as they take <c>a..b</c>.
/// </summary>
internal sealed partial class BodyBinder
{
    private bool IsRange(BoundExpression e) => _program.RangeParts(e.Type) is not null;

    private BoundExpression BindRange(RangeExpression r, MirType? expected)
    {
        if (r.Start is null || r.End is null)
            return Unsupported(r, "a range without both ends as a value", "say where it begins and ends: `0..n`");
        var wanted = expected is null ? null : _program.RangeParts(expected)?.Element;
        var (start, end) = (Read(Bind(r.Start, wanted)), Read(Bind(r.End, wanted)));
        var type = wanted ?? TypeOfRange(start, end, r.Span);
        if (type.IsError())
            return Failed(r.Span);
        (start, end) = (Convert(start, type), Convert(end, type));
        return AnyError(start, end) ? Failed(r.Span)
            : new BoundAggregate(r.Span, _program.RangeOf(type, r.IsInclusive, At(r.Span)), [start, end]);
    }

    /// <summary>The ends of a range that is a value, and what evaluates it once before they are read.</summary>
    private readonly record struct RangeEnds(
        ImmutableArray<BoundStatement> Before, BoundExpression Start, BoundExpression End, bool IsInclusive);

    /// <summary>The ends of a range; null for other values.</summary>
    private RangeEnds? EndsOf(BoundExpression range)
    {
        if (_program.RangeParts(range.Type) is not var (element, isInclusive))
            return null;
        var before = ImmutableArray.CreateBuilder<BoundStatement>();
        var held = Held(range, before);
        return new RangeEnds(before.ToImmutable(), new BoundField(range.Span, held, 0, element),
            new BoundField(range.Span, held, 1, element), isInclusive);
    }

    private Rounds? RoundsOfValue(BoundExpression range) => EndsOf(range) is var (before, start, end, isInclusive) &&
        RoundsBetween(start, end, isInclusive, range.Span) is { } rounds
            ? rounds with { Before = [.. before, .. rounds.Before] } : null;

    private BoundExpression LengthOfRange(BoundExpression range, TextSpan span)
    {
        var rounds = RoundsOfValue(range)!;
        return new BoundBlock(span, rounds.Before, rounds.Count, rounds.Count.Type);
    }

    /// <summary><c>a[r]</c>: the part of an array, slice or string that a range tells.</summary>
    private BoundExpression SliceByRange(IndexExpression i, BoundExpression target, BoundExpression range)
    {
        target = Dereferenced(target);
        if (!HasLength(target.Type))
        {
            _bag.NotIndexable(At(i.Target.Span), target.Type.Show());
            return Failed(i.Span);
        }
        var (before, start, end, isInclusive) = EndsOf(range)!.Value;
        var (from, to) = (Convert(start, MirType.U16), Convert(end, MirType.U16));
        if (AnyError(from, to))
            return Failed(i.Span);
        if (isInclusive)
            to = new BoundBinary(i.Span, Op.Add, to, new BoundLiteral(i.Span, MirType.U16, 1));
        var slice = SliceOf(i.Span, target, from, to);
        return before.IsEmpty ? slice : new BoundBlock(i.Span, before, slice, slice.Type);
    }
}
