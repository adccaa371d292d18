using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Arrays and tuples of numbers without a type, as in <c>let a = [0; 10]</c>: their numbers take types from what is
/// assigned to them and where they are passed, as variables of one number do.
/// </summary>
internal sealed partial class BodyBinder
{
    /// <summary>True for a literal with numbers in it that have no type.</summary>
    private static bool HasSoftParts(Expression e) => e switch
    {
        ArrayLiteral a => a.Elements.All(IsSoft) && !a.Elements.IsEmpty,
        RepeatLiteral r => IsSoft(r.Value),
        TupleLiteral t => t.Elements.Any(IsSoft),
        _ => false,
    };

    private static bool IsSoft(Expression e) =>
        e is IntegerLiteral or UnaryExpression { Operator: UnaryOperator.Negate, Operand: IntegerLiteral } || HasSoftParts(e);

    /// <summary>A place in a variable with such parts is assigned a value.</summary>
    private void RaisePart(BoundExpression target, BoundExpression value)
    {
        if (RootOf(target) is not { Local: { SoftParts: { } } })
            return;
        if (value is BoundUntyped u)
        {
            if (target.Type.IsInteger && !Constants.Fits(target.Type, u.Value))
                RaisePart(target, Folding.Widened(target.Type, u.Value));
        }
        else if (!value.Type.IsError())
        {
            RaisePart(target, value.Type);
        }
    }

    /// <summary>A place in a variable with such parts must hold values of a type.</summary>
    private void RaisePart(BoundExpression place, MirType wanted)
    {
        if (RootOf(place) is not { Local: { SoftParts: { } syntax } local } ||
            PartOf(place, syntax) is not { } part || Joined(place.Type, wanted, part) is not { } joined)
            return;
        _inference.RaiseParts(local, Replaced(place, joined));
    }

    /// <summary>The literal that a place begins with; null when it is none.</summary>
    private static Expression? PartOf(BoundExpression place, Expression whole) => place switch
    {
        BoundLocal => whole,
        BoundIndex i => PartOf(i.Target, whole) switch
        {
            ArrayLiteral a => a.Elements[0],
            RepeatLiteral r => r.Value,
            _ => null,
        },
        BoundField f => PartOf(f.Target, whole) is TupleLiteral t ? t.Elements[f.Index] : null,
        _ => null,
    };

    /// <summary>The type of the variable when a place in it gets another type.</summary>
    private static MirType Replaced(BoundExpression place, MirType type) => place switch
    {
        BoundIndex { Target: { Type: Mir.ArrayType a } target } => Replaced(target, new Mir.ArrayType(type, a.Length)),
        BoundField { Target: { Type: Mir.TupleType t } target, Index: var i } =>
            Replaced(target, new Mir.TupleType(t.Items.SetItem(i, type))),
        _ => type,
    };

    /// <summary>The least type that holds what a part has and what is wanted; null when it cannot change so.</summary>
    private static MirType? Joined(MirType has, MirType wanted, Expression part)
    {
        if (!IsSoft(part))
            return has;
        switch (has, wanted)
        {
            case ({ IsInteger: true }, { IsInteger: true }):
                return Folding.Common(has, wanted);
            case (Mir.ArrayType a, Mir.ArrayType or Mir.SliceType):
                var first = part switch { ArrayLiteral l => l.Elements[0], RepeatLiteral r => r.Value, _ => null };
                return first is not null && Joined(a.Element, wanted.Element!, first) is { } element
                    ? new Mir.ArrayType(element, a.Length) : null;
            case (Mir.TupleType t, Mir.TupleType other) when t.Items.Length == other.Items.Length && part is TupleLiteral l:
                var items = t.Items.ToBuilder();
                for (var i = 0; i < items.Count; i++)
                    items[i] = Joined(items[i], other.Items[i], l.Elements[i]) ?? items[i];
                return new Mir.TupleType(items.ToImmutable());
            default:
                return null;
        }
    }
}
