using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary><c>==</c> of structs, tuples, arrays, slices and enums with payload: part by part.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>True when all parts of values of a type can be compared.</summary>
    private static bool IsComparable(MirType type) => type switch
    {
        StructType s => s.Fields.All(f => IsComparable(f.Type)),
        Mir.TupleType t => t.Items.All(IsComparable),
        Mir.ArrayType or Mir.SliceType => IsComparable(type.Element!),
        EnumType e => e.Variants.All(v => v.Payload.All(IsComparable)),
        _ => type.IsNumeric || type.IsAddress || type.Kind is TypeKind.Str or TypeKind.Actor or TypeKind.Channel,
    };

    private static bool HasParts(MirType type) => (type.IsAggregate || type.Kind == TypeKind.Slice) &&
        !type.IsUntyped() && type != Special.Null && type != Special.Lambda && !type.IsNever() && !type.IsError();

    /// <summary>Compares two values of one type that have parts; null when they have none.</summary>
    private BoundExpression? CompareParts(BinaryOperator op, TextSpan span, BoundExpression left, BoundExpression right)
    {
        if (op is not (BinaryOperator.Equal or BinaryOperator.NotEqual) || left.Type != right.Type ||
            !HasParts(left.Type) || !IsComparable(left.Type))
            return null;
        var statements = System.Collections.Immutable.ImmutableArray.CreateBuilder<BoundStatement>();
        var (a, b) = (Named(left, statements), Named(right, statements));
        var equal = Equality(span, a, b);
        if (op == BinaryOperator.NotEqual)
            equal = new BoundUnary(span, Op.Not, equal);
        return statements.Count == 0 ? equal : new BoundBlock(span, statements.ToImmutable(), equal, MirType.Bool);
    }

    private BoundExpression Named(
        BoundExpression value, System.Collections.Immutable.ImmutableArray<BoundStatement>.Builder statements)
    {
        if (value is BoundLocal or BoundGlobal || value.IsPlace && value is BoundField { Target: BoundLocal })
            return value;
        var holder = new BoundLocal(value.Span, Hidden("side", value.Type));
        statements.Add(new BoundDeclare(value.Span, holder.Local, value));
        return holder;
    }

    private BoundExpression Equality(TextSpan span, BoundExpression a, BoundExpression b)
    {
        switch (a.Type)
        {
            case StructType s:
                _program.ComparedTypes.Add(s);
                return All(span, s.Fields.Select((f, i) => Equality(span,
                    new BoundField(span, a, i, f.Type), new BoundField(span, b, i, f.Type))));
            case Mir.TupleType t:
                return All(span, t.Items.Select((item, i) => Equality(span,
                    new BoundField(span, a, i, item), new BoundField(span, b, i, item))));
            case Mir.ArrayType or Mir.SliceType:
                return ElementsEqual(span, a, b);
            case EnumType { HasPayload: true } e:
                var same = new BoundCompare(span, Op.CmpEq, TagOf(a, e), TagOf(b, e));
                var loaded = e.Variants.Select((v, n) => (Variant: v, Index: n))
                    .Where(v => v.Variant.Payload.Length > 0);
                return All(span, loaded.Select(v => OfVariant(span, a, b, e, v.Index)).Prepend(same));
            default:
                return new BoundCompare(span, Op.CmpEq, a, b);
        }
    }

    /// <summary>The values are not of a variant, or its payload is equal.</summary>
    private BoundExpression OfVariant(TextSpan span, BoundExpression a, BoundExpression b, EnumType e, int variant)
    {
        var other = new BoundCompare(span, Op.CmpNe, TagOf(a, e),
            new BoundLiteral(span, e.Tag, e.Variants[variant].Value));
        return new BoundLogical(span, false, other, All(span, e.Variants[variant].Payload.Select((t, i) =>
            Equality(span, new BoundPayload(span, a, variant, i, t), new BoundPayload(span, b, variant, i, t)))));
    }

    private static BoundExpression All(TextSpan span, IEnumerable<BoundExpression> parts) =>
        parts.Aggregate((BoundExpression?)null, (all, part) =>
            all is null ? part : new BoundLogical(span, true, all, part)) ?? new BoundLiteral(span, MirType.Bool, 1);

    private BoundBlock ElementsEqual(TextSpan span, BoundExpression a, BoundExpression b)
    {
        var counter = a.Type is Mir.ArrayType { Length: <= 255 } ? MirType.U8 : MirType.U16;
        var at = new BoundLocal(span, Hidden("position", counter));
        var equal = new BoundLocal(span, Hidden("equal", MirType.Bool));
        BoundExpression count = a.Type is Mir.ArrayType array ? new BoundLiteral(span, counter, array.Length)
            : new BoundLength(span, a);
        BoundExpression sameLength = a.Type is Mir.ArrayType ? new BoundLiteral(span, MirType.Bool, 1)
            : new BoundCompare(span, Op.CmpEq, new BoundLength(span, a), new BoundLength(span, b));
        var test = new BoundLogical(span, true, equal, new BoundCompare(span, Op.CmpLt, at, count));
        var element = a.Type.Element!;
        var compare = Set(equal, Equality(span, new BoundIndex(span, a, at, element),
            new BoundIndex(span, b, at, element)));
        return new BoundBlock(span,
            [
                new BoundDeclare(span, equal.Local, sameLength),
                new BoundDeclare(span, at.Local, new BoundLiteral(span, counter, 0)),
                new BoundLoop(span, new LoopSymbol(), test, compare, Increase(at)),
            ], equal, MirType.Bool);
    }
}
