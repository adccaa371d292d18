using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// List comprehensions, rewritten as loops: an array when the length is known and every element is kept, else a slice
/// on the heap.
/// </summary>
internal sealed partial class BodyBinder
{
    /// <summary>What a comprehension runs over.</summary>
    /// <param name="Before">Evaluates the ends or the sequence, once.</param>
    /// <param name="Count">Number of rounds, of an integer type.</param>
    /// <param name="Element">The value of a round from its number.</param>
    private sealed record Rounds(ImmutableArray<BoundStatement> Before, BoundExpression Count,
        Func<BoundExpression, BoundExpression> Element)
    {
        /// <summary>What the numbers of a range run through; null when that is not known.</summary>
        public (Int128 Low, Int128 High)? Reach { get; init; }
    }

    private BoundExpression BindComprehension(Comprehension c, MirType? expected) => InScope<BoundExpression>(() =>
    {
        var rounds = c.Iterable is RangeExpression { Start: not null, End: not null } range
            ? RoundsOfRange(range)
            : RoundsOfSequence(c.Iterable);
        if (rounds is null)
            return Failed(c.Span);
        var position = Hidden("position", rounds.Count.Type);
        var at = new BoundLocal(c.Span, position);
        var item = rounds.Element(at);
        var declare = c.Element is TuplePattern or StructPattern
            ? new BoundSequence(c.Element.Span, TakeApart(c.Element, item, true))
            : Round(c.Element, item, rounds);
        foreach (var variable in _scope.Symbols.OfType<LocalSymbol>())
            variable.IsDeclaredBehind = true;
        var condition = c.Condition is null ? null : BindCondition(c.Condition);
        var wanted = expected is Mir.ArrayType or Mir.SliceType ? expected.Element : null;
        if (c.IsJoined)
            (wanted, expected) = (wanted is null ? null : new Mir.SliceType(wanted), null);
        var value = wanted is null ? WithRoom(BindValue(c.Value)) : BindTo(c.Value, wanted);
        if (AnyError(value) || condition is not null && AnyError(condition))
            return Failed(c.Span);
        if (c.IsJoined)
            return Joined(c.Span, SliceOf(c.Span, rounds, position, declare, AsSlice(value), condition));
        return condition is null && expected is not Mir.SliceType && Folding.TryConstant(rounds.Count, out var length)
            ? ArrayOf(c.Span, rounds, position, declare, value, (int)length)
            : SliceOf(c.Span, rounds, position, declare, value, condition);
    });

    private BoundStatement Round(Pattern pattern, BoundExpression item, Rounds rounds)
    {
        var local = DeclareElement(pattern, item.Type);
        local.Reach = rounds.Reach;
        return new BoundDeclare(pattern.Span, local, item);
    }

    private BoundBlock ArrayOf(
        TextSpan span, Rounds rounds, LocalSymbol position, BoundStatement element, BoundExpression value, int length)
    {
        var list = Hidden("list", new Mir.ArrayType(value.Type, length));
        var at = new BoundLocal(span, position);
        var target = new BoundLocal(span, list);
        var round = new BoundBlock(span, [element, Store(target, at, value)], null, MirType.Void);
        return new BoundBlock(span,
            [.. rounds.Before, new BoundDeclare(span, list, null), .. Repeat(rounds, at, round)], target, list.Type);
    }

    private BoundBlock SliceOf(TextSpan span, Rounds rounds, LocalSymbol position, BoundStatement element,
        BoundExpression value, BoundExpression? condition)
    {
        var type = new Mir.SliceType(value.Type);
        var count = Hidden("count", rounds.Count.Type);
        var list = Hidden("list", type);
        var (at, target) = (new BoundLocal(span, position), new BoundLocal(span, list));
        var room = new BoundOperation(span, Op.SliceNew, value.Type, [new BoundLocal(span, count)], type);
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        statements.AddRange(rounds.Before);
        statements.Add(new BoundDeclare(span, count, rounds.Count));
        statements.Add(new BoundDeclare(span, list, room));
        var limited = rounds with { Count = new BoundLocal(span, count) };
        if (condition is null)
        {
            statements.AddRange(Repeat(limited, at,
                new BoundBlock(span, [element, Store(target, at, value)], null, MirType.Void)));
            return new BoundBlock(span, statements.ToImmutable(), target, type);
        }
        var kept = new BoundLocal(span, Hidden("kept", position.Type));
        statements.Add(new BoundDeclare(span, kept.Local, new BoundLiteral(span, position.Type, 0)));
        var keep = new BoundBlock(span, [Store(target, kept, value), Increase(kept)], null, MirType.Void);
        var test = new BoundExpressionStatement(new BoundIf(span, condition, keep, null, MirType.Void));
        statements.AddRange(Repeat(limited, at, new BoundBlock(span, [element, test], null, MirType.Void)));
        var from = new BoundLiteral(span, position.Type, 0);
        return new BoundBlock(span, statements.ToImmutable(), new BoundSlice(span, target, from, kept, type), type);
    }

    private static BoundExpression AsSlice(BoundExpression list) => list.Type is Mir.ArrayType array
        ? new BoundConversion(list.Span, ConversionKind.SliceOf, list, new Mir.SliceType(array.Element)) : list;

    /// <summary>The elements of all slices of a slice, in one.</summary>
    private BoundBlock Joined(TextSpan span, BoundExpression slices)
    {
        var part = slices.Type.Element!;
        var all = new BoundLocal(span, Hidden("parts", slices.Type));
        var list = new BoundLocal(span, Hidden("list", part));
        var total = new BoundLocal(span, Hidden("total", MirType.U32));
        var zero = new BoundLiteral(span, MirType.U32, 0);
        BoundExpression Length(BoundExpression of) => Numeric(new BoundLength(span, of), MirType.U32);
        IEnumerable<BoundStatement> Each(Func<BoundExpression, IEnumerable<BoundStatement>> round)
        {
            var at = new BoundLocal(span, Hidden("part", MirType.U32));
            var rounds = new Rounds([], Length(all), i => i);
            var body = round(new BoundIndex(span, all, at, part)).ToImmutableArray();
            return Repeat(rounds, at, new BoundBlock(span, body, null, MirType.Void));
        }
        IEnumerable<BoundStatement> Copy(BoundExpression from)
        {
            var at = new BoundLocal(span, Hidden("at", MirType.U32));
            var item = new BoundIndex(span, from, at, part.Element!);
            return Repeat(new Rounds([], Length(from), i => i), at,
                new BoundBlock(span, [Store(list, total, item), Increase(total)], null, MirType.Void));
        }
        return new BoundBlock(span,
            [
                new BoundDeclare(span, all.Local, slices),
                new BoundDeclare(span, total.Local, zero),
                .. Each(p => [new BoundExpressionStatement(
                    new BoundAssignment(span, total, new BoundBinary(span, Op.Add, total, Length(p))))]),
                new BoundDeclare(span, list.Local, new BoundOperation(span, Op.SliceNew, part.Element!, [total], part)),
                new BoundExpressionStatement(new BoundAssignment(span, total, zero)),
                .. Each(Copy),
            ], list, part);
    }

    private static BoundExpressionStatement Store(BoundExpression list, BoundExpression at, BoundExpression value) =>
        new(new BoundAssignment(value.Span, new BoundIndex(value.Span, list, at, value.Type), value));

    private static BoundExpressionStatement Increase(BoundLocal variable) =>
        new(new BoundAssignment(variable.Span, variable, new BoundBinary(
            variable.Span, Op.Add, variable, new BoundLiteral(variable.Span, variable.Type, 1))));

    /// <summary>A loop with the position from 0 up to the number of rounds.</summary>
    private static IEnumerable<BoundStatement> Repeat(Rounds rounds, BoundLocal at, BoundExpression round) =>
    [
        new BoundDeclare(at.Span, at.Local, new BoundLiteral(at.Span, at.Type, 0)),
        new BoundLoop(at.Span, new LoopSymbol(), new BoundCompare(at.Span, Op.CmpLt, at, rounds.Count), round,
            Increase(at)),
    ];

    private Rounds? RoundsOfRange(RangeExpression range)
    {
        var (start, end) = (Read(Bind(range.Start!, null)), Read(Bind(range.End!, null)));
        return RoundsBetween(start, end, range.IsInclusive, range.Span);
    }

    private Rounds? RoundsBetween(BoundExpression start, BoundExpression end, bool isInclusive, TextSpan span)
    {
        var type = TypeOfRange(start, end, span);
        if (type.IsError())
            return null;
        if (start is BoundUntyped a && end is BoundUntyped b)
        {
            var rounds = Int128.Clamp(b.Value - a.Value + (isInclusive ? 1 : 0), 0, 1 << 24);
            return new Rounds([],
                new BoundLiteral(span, Folding.SmallestFor(0, Int128.Max(rounds, 256)), (long)rounds),
                at => Offset(Convert(start, type), at))
            {
                Reach = ReachOf(start, end, isInclusive),
            };
        }
        var (first, last) = (Hidden("first", type), Hidden("last", type));
        var (from, to) = (new BoundLocal(span, first), new BoundLocal(span, last));
        var wide = type.Bits < 16 ? MirType.U16 : MirType.Unsigned(type.Bits);
        BoundExpression distance = new BoundBinary(span, Op.Sub, Numeric(to, wide), Numeric(from, wide));
        if (isInclusive)
            distance = new BoundBinary(span, Op.Add, distance, new BoundLiteral(span, wide, 1));
        var runs = new BoundCompare(span, isInclusive ? Op.CmpLe : Op.CmpLt, from, to);
        return new Rounds(
            [
                new BoundDeclare(span, first, Convert(start, type)),
                new BoundDeclare(span, last, Convert(end, type)),
            ],
            new BoundIf(span, runs, distance, new BoundLiteral(span, wide, 0), wide), at =>
                Offset(from, at));
    }

    private static BoundBinary Offset(BoundExpression start, BoundExpression at) =>
        new(start.Span, Op.Add, start, Numeric(at, start.Type));

    private Rounds? RoundsOfSequence(Expression syntax)
    {
        var sequence = Dereferenced(WithDefaultType(Bind(syntax, null)));
        if (AnyError(sequence))
            return null;
        if (RoundsOfValue(sequence) is { } ofRange)
            return ofRange;
        if (!HasLength(sequence.Type))
        {
            ReportNotIterable(sequence, syntax.Span);
            return null;
        }
        var holder = Hidden("sequence", sequence.Type);
        var held = new BoundLocal(syntax.Span, holder);
        return new Rounds([new BoundDeclare(syntax.Span, holder, sequence)], ToLiteral(LengthOf(held, syntax.Span)),
            at => held.Type.Kind == TypeKind.Str
                ? new BoundStringByte(syntax.Span, held, at)
                : new BoundIndex(syntax.Span, held, at, held.Type.Element!));
    }
}
