using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Whether the arms of a match take every value.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// Warns about variants or truth values that no arm without guard takes; true when all are taken.
    /// </summary>
    private bool CheckExhaustive(MatchExpression m, MirType type, List<BoundArm> arms, bool asValue = false)
    {
        var rows = arms.Where(a => a.Guard is null).SelectMany(a => Alternatives(a.Pattern))
            .Select(p => ImmutableArray.Create(p)).ToArray();
        if (rows.Any(r => TakesAll(r[0])))
            return true;
        if (m.Subject is null)
            return false;
        string[] missing = [.. CasesOf(type).Where(c => !Covers(c.Take(rows), c.Parts)).Select(c => c.Name)];
        if (missing.Length > 0 && type is EnumType or { Kind: TypeKind.Bool } && !_program.BitFields.ContainsKey(type))
            _bag.NotExhaustive(At(m.Span), string.Join(", ", missing));
        else if (missing.Length > 0 && asValue && (type.IsInteger || type.Kind == TypeKind.Str) && arms.Count > 0)
            _bag.NotExhaustive(At(HeadOf(m.Span)),
                $"every {(type.IsInteger ? "number" : "text")}: without a match the value is zero");
        return missing.Length == 0;
    }

    /// <summary>Some of the values of a type, and what patterns say about their parts.</summary>
    /// <param name="Name">How messages name them.</param>
    /// <param name="Parts">Types of their parts.</param>
    /// <param name="PartsOf">What a pattern asks of the parts; null when it does not match these values.</param>
    private sealed record ValueCase(
        string Name, ImmutableArray<MirType> Parts, Func<BoundPattern, ImmutableArray<BoundPattern>?> PartsOf)
    {
        /// <summary>
        /// The rows that match these values, with the patterns of the parts in place of the first pattern.
        /// </summary>
        public ImmutableArray<BoundPattern>[] Take(IEnumerable<ImmutableArray<BoundPattern>> rows) =>
        [
            .. rows.Select(r => (Row: r, Parts: TakesAll(r[0])
                    ? [.. Parts.Select(BoundPattern (_) => new BoundAnyPattern(r[0].Span))] : PartsOf(r[0])))
                .Where(r => r.Parts is not null).Select(r => r.Parts!.Value.AddRange(r.Row.Skip(1))),
        ];
    }

    /// <summary>True when rows of patterns together match all values of as many types.</summary>
    private bool Covers(ImmutableArray<BoundPattern>[] rows, ImmutableArray<MirType> types)
    {
        if (rows.Length == 0 || types.IsEmpty)
            return rows.Length > 0;
        if (rows.Any(r => r.All(TakesAll)))
            return true;
        var single = rows.SelectMany(r => Alternatives(r[0]).Select(p => r.SetItem(0, p))).ToArray();
        return CasesOf(types[0]).All(c => Covers(c.Take(single), [.. c.Parts, .. types.Skip(1)]));
    }

    /// <summary>
    /// The kinds of values that a type has; of numbers and text there is one, which only a name takes.
    /// </summary>
    private IEnumerable<ValueCase> CasesOf(MirType type) => type switch
    {
        _ when _program.BitFields.ContainsKey(type) => [Others()],
        EnumType e => e.Variants.Select((v, i) => new ValueCase($"`{v.Name}`", v.Payload, p => p switch
        {
            BoundVariantPattern of when of.Variant == i => of.Items,
            BoundValuePattern { Value: BoundLiteral l } when !e.HasPayload && l.Bits == v.Value => [],
            _ => null,
        })),
        { Kind: TypeKind.Bool } => ((long[])[0, 1]).Select(b => new ValueCase(b == 0 ? "`false`" : "`true`", [], p =>
            p is BoundValuePattern { Value: BoundLiteral l } && l.Bits == b
                ? ImmutableArray<BoundPattern>.Empty : null)),
        Mir.TupleType t => [Members(t.Items)],
        StructType s when !s.IsError() => [Members([.. s.Fields.Select(f => f.Type)])],
        _ => [Others()],
    };

    private static ValueCase Others() => new("other values", [], _ => null);

    private static ValueCase Members(ImmutableArray<MirType> types) => new("other values", types, p =>
        p is not BoundMembersPattern m ? null : [.. types.Select((_, i) =>
            m.Members.FirstOrDefault(x => x.Index == i).Pattern ?? new BoundAnyPattern(p.Span))]);

    private static bool TakesAll(BoundPattern p) => p is BoundAnyPattern or BoundBinderPattern
        || p is BoundMembersPattern m && m.Members.All(x => TakesAll(x.Pattern));

    private static IEnumerable<BoundPattern> Alternatives(BoundPattern p) =>
        p is BoundOrPattern o ? o.Alternatives.SelectMany(Alternatives) : [p];
}
