using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <content>Bit-structs: integers whose parts have names.</content>
internal sealed partial class BodyBinder
{
    /// <summary>A field of a bit-struct; null when it has none of this name.</summary>
    private BoundBitField? BitField(BoundExpression target, string name, TextSpan span)
    {
        if (!_program.BitFields.TryGetValue(target.Type, out var fields) ||
            fields.FirstOrDefault(f => f.Name == name) is not { Name: not null } field)
            return null;
        return new BoundBitField(span, target, field.Offset, field.Width, FieldOf(target, field, span));
    }

    /// <summary>The number in a field: the bits above and below it are cut off.</summary>
    private static BoundExpression FieldOf(BoundExpression whole, BitRange field, TextSpan span)
    {
        var tag = ((EnumType)whole.Type).Tag;
        var bits = Bits(whole, tag);
        if (field.Offset > 0)
            bits = new BoundBinary(span, Op.Shr, bits, new BoundLiteral(span, MirType.U8, field.Offset));
        if (field.Offset + field.Width < tag.Bits)
            bits = new BoundBinary(span, Op.And, bits, new BoundLiteral(span, tag, Mask(field.Width)));
        return Numeric(bits, MirType.Unsigned(field.Width <= 8 ? 8 : field.Width <= 16 ? 16 : 32));
    }

    private static long Mask(int width) => (1L << width) - 1;

    /// <summary>The whole with another number in a field.</summary>
    private static BoundExpression WithField(BoundExpression whole, int offset, int width, BoundExpression value)
    {
        var (type, tag, span) = (whole.Type, ((EnumType)whole.Type).Tag, value.Span);
        var others = new BoundBinary(span, Op.And, Bits(whole, tag),
            new BoundLiteral(span, tag, Constants.Wrap(tag, ~(Mask(width) << offset))));
        return Bits(new BoundBinary(span, Op.Or, others, Placed(tag, offset, width, value)), type);
    }

    /// <summary>A number moved to where its field is.</summary>
    private static BoundExpression Placed(ScalarType tag, int offset, int width, BoundExpression value)
    {
        var span = value.Span;
        var number = Numeric(value, tag);
        if (width < tag.Bits)
            number = new BoundBinary(span, Op.And, number, new BoundLiteral(span, tag, Mask(width)));
        return offset == 0 ? number
            : new BoundBinary(span, Op.Shl, number, new BoundLiteral(span, MirType.U8, offset));
    }

    /// <summary><c>flags.mode = 3</c>: the other fields stay as they are.</summary>
    private BoundExpression AssignBitField(TextSpan span, BoundBitField target, BoundExpression value)
    {
        if (FitField(value, target) is not { } number || AnyError(number))
            return Failed(span);
        var current = Hidden("old", target.Target.Type);
        var result = WithField(new BoundLocal(span, current), target.Offset, target.Width, number);
        var update = new BoundUpdate(span, target.Target, current, result, false);
        return new BoundBlock(span, [new BoundExpressionStatement(update)], null, MirType.Void);
    }

    /// <summary><c>flags.count += 1</c>: wraps at the width of the field.</summary>
    private BoundExpression UpdateBitField(
        TextSpan span, BoundBitField target, BinaryOperator op, BoundExpression operand)
    {
        var current = Hidden("old", target.Target.Type);
        var whole = new BoundLocal(span, current);
        var old = FieldOf(whole, new BitRange("", target.Offset, target.Width), span);
        var number = Combine(op, span, old, operand);
        if (AnyError(number))
            return number;
        number = WithDefaultType(AsCast(number, old.Type));
        var update = new BoundUpdate(span, target.Target, current,
            WithField(whole, target.Offset, target.Width, number), false);
        return new BoundBlock(span, [new BoundExpressionStatement(update)], null, MirType.Void);
    }

    private static BoundExpression AsCast(BoundExpression e, MirType to) =>
        e.Type.IsNumeric && e.Type != to ? Numeric(e, to) : e;

    /// <summary>A value as a field takes it: bool is 0 or 1, and constants must fit.</summary>
    private BoundExpression? FitField(BoundExpression value, BoundBitField field) =>
        FitField(value, field.Type, field.Width);

    private BoundExpression? FitField(BoundExpression value, MirType type, int width)
    {
        value = Read(value);
        if (value is BoundUntyped number && (number.Value < 0 || number.Value > Mask(width)))
        {
            _bag.TooLargeForField(At(value.Span), number.Value.ToString(), width, Mask(width));
            return null;
        }
        // Whatever is wider keeps its low bits, as in the field itself.
        if (value.Type.IsInteger && value.Type.Bits > type.Bits || value.Type.Kind == TypeKind.Bool ||
            value.Type.IsPlainEnum())
            return Cast(value, type) ?? Convert(value, type);
        return Convert(value, type);
    }

    /// <summary><c>Flags { ready: 1, mode: 3 }</c>; fields left out are zero.</summary>
    private BoundExpression BindBitsLiteral(StructLiteral s, EnumType type)
    {
        var fields = _program.BitFields[type];
        BoundExpression whole = new BoundLiteral(s.Span, type.Tag, 0);
        var seen = new HashSet<string>();
        var failed = false;
        foreach (var f in s.Fields)
        {
            if (!seen.Add(f.Name.Text))
                _bag.FieldTwice(At(f.Name.Span), f.Name.Text);
            if (fields.FirstOrDefault(x => x.Name == f.Name.Text) is not { Name: not null } field)
            {
                failed = true;
                Bind(f.Value, null);
                _bag.UnknownMember(At(f.Name.Span), type.Show(), f.Name.Text,
                    Nearest.To(f.Name.Text, fields.Select(x => x.Name)));
                continue;
            }
            var number = FitField(Bind(f.Value, null), MirType.Unsigned(field.Width <= 8 ? 8 : 16), field.Width);
            failed |= number is null || AnyError(number);
            if (!failed)
                whole = new BoundBinary(f.Value.Span, Op.Or, whole,
                    Placed(type.Tag, field.Offset, field.Width, number!));
        }
        if (failed)
            return Failed(s.Span);
        return Folding.TryConstant(whole, out var bits) ? new BoundLiteral(s.Span, type, bits) : Bits(whole, type);
    }
}
