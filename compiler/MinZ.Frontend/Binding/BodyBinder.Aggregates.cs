using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Literals of arrays, structs and tuples.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindArrayLiteral(ImmutableArray<Expression> elements, TextSpan span, MirType? expected)
    {
        var element = expected is Mir.ArrayType or Mir.SliceType ? expected.Element : null;
        if (element is null && elements.IsEmpty)
        {
            _bag.CannotInfer(At(span), "an empty array");
            return Failed(span);
        }
        BoundExpression[] items = [.. elements.Select(e => Bind(e, element))];
        if (element is null && !AnyError(items) && WidestOf(items) is { } widest)
            (element, items) = (widest, [.. elements.Select(e => Bind(e, widest))]);
        if (element is null && !AnyError(items) && InstanceOfAll(elements, items) is { } instance)
            (element, items) = (instance, [.. elements.Select(e => Bind(e, instance))]);
        if (element is null)
        {
            if (AnyError(items) || Unify(items, null, "all elements must have one type") is not { } common)
                return Failed(span);
            if (common.IsVoid())
            {
                _bag.NoValue(At(span), "an element has none", null);
                return Failed(span);
            }
            element = common;
        }
        items = [.. items.Select(i => Convert(i, element))];
        if (AnyError(items))
            return Failed(span);
        // A declared length may exceed the number of elements; the rest is zero.
        var length = expected is Mir.ArrayType a ? a.Length : items.Length;
        if (items.Length > length)
        {
            _bag.WrongArgument(At(span), $"the array has {length} elements, found {items.Length} values");
            return Failed(span);
        }
        var type = new Mir.ArrayType(element, length);
        return new BoundAggregate(span, type,
            [.. items, .. Enumerable.Repeat<BoundExpression?>(null, length - items.Length)]);
    }

    /// <summary>
    /// The instance of a generic type that all elements can be of, when the numbers in them made them different ones;
    /// null when they are alike, or cannot.
    /// </summary>
    private MirType? InstanceOfAll(ImmutableArray<Expression> elements, BoundExpression[] items) =>
        items.All(i => i.Type == items[0].Type) ? null : items.Select(i => i.Type).Distinct().FirstOrDefault(type =>
            _program.ArgumentsOf(type) is not null && elements.All(e => Quietly(e, type)?.Type == type));

    /// <summary>
    /// The type that holds all of several tuples or arrays of numbers, when they differ in the widths of these alone;
    /// null when they do not differ, or in more.
    /// </summary>
    private static MirType? WidestOf(ReadOnlySpan<BoundExpression> items)
    {
        var type = items[0].Type;
        foreach (var item in items[1..])
        {
            if (Widest(type, item.Type) is not { } wider)
                return null;
            type = wider;
        }
        return type is Mir.TupleType or Mir.ArrayType && !AllOf(items, type) ? type : null;
    }

    private static bool AllOf(ReadOnlySpan<BoundExpression> items, MirType type)
    {
        foreach (var item in items)
            if (item.Type != type)
                return false;
        return true;
    }

    private static MirType? Widest(MirType a, MirType b)
    {
        switch (a, b)
        {
            case (Mir.TupleType x, Mir.TupleType y) when x.Items.Length == y.Items.Length:
                var parts = x.Items.Zip(y.Items, Widest).ToArray();
                return parts.Contains(null) ? null : new Mir.TupleType([.. parts!]);
            case (Mir.ArrayType x, Mir.ArrayType y)
                when x.Length == y.Length && Widest(x.Element, y.Element) is { } element:
                return new Mir.ArrayType(element, x.Length);
            case ({ IsInteger: true }, { IsInteger: true }):
                return Folding.CommonForCompare(a, b);
            default:
                return a == b ? a : null;
        }
    }

    private BoundExpression BindRepeat(RepeatLiteral r, MirType? expected)
    {
        var value = Bind(r.Value, expected?.Element);
        value = expected is Mir.ArrayType or Mir.SliceType ? Convert(value, expected.Element!) : WithDefaultType(value);
        var count = BindConstantInt(r.Count, "the number of elements");
        if (AnyError(value) || count is null)
            return Failed(r.Span);
        if (count >= 0 && count <= 1 << 24)
            return new BoundRepeat(r.Span, new Mir.ArrayType(value.Type, (int)count), value);
        _bag.BadLength(At(r.Count.Span), count.ToString()!);
        return Failed(r.Span);
    }

    /// <summary><c>{1, 2}</c>: elements of an array, or the fields of a struct in order.</summary>
    private BoundExpression BindBrace(BraceLiteral b, MirType? expected)
    {
        switch (expected)
        {
            case Mir.ArrayType:
                return BindArrayLiteral(b.Elements, b.Span, expected);
            case StructType s when b.Elements.Length <= s.Fields.Length:
                var values = b.Elements.Select((e, i) => BindTo(e, s.Fields[i].Type)).ToArray();
                return AnyError(values) ? Failed(b.Span) : new BoundAggregate(b.Span, s,
                    [.. values, .. Enumerable.Range(values.Length, s.Fields.Length - values.Length).Select(i =>
                        Default(s, i))]);
            default:
                // Braces around one value are a block.
                if (b.Elements is [var only])
                    return Bind(only, expected);
                _bag.CannotInfer(At(b.Span), "`{…}`");
                return Failed(b.Span);
        }
    }

    private BoundExpression BindTuple(TupleLiteral t, MirType? expected)
    {
        if (t.Elements.IsEmpty)
            return new BoundBlock(t.Span, [], null, MirType.Void);
        var types = expected is Mir.TupleType tuple && tuple.Items.Length == t.Elements.Length ? tuple.Items : default;
        var items = t.Elements.Select((e, i) => types.IsDefault ? BindValue(e) : BindTo(e, types[i])).ToArray();
        return AnyError(items) ? Failed(t.Span)
            : new BoundAggregate(t.Span, new Mir.TupleType([.. items.Select(i => i.Type)]), [.. items]);
    }

    private BoundExpression BindStructLiteral(StructLiteral s, MirType? expected)
    {
        if (s.Type is { Path.Length: > 1 } path && VariantType(s, path, expected) is { } variant)
            return BindVariantLiteral(s, variant);
        var type = expected is not null && expected.IsError() ? expected
            : s.Type is not null ? BindLiteralType(s, s.Type, expected) : expected;
        if (type is EnumType bits && _program.BitFields.ContainsKey(bits))
            return BindBitsLiteral(s, bits);
        if (type is not StructType structure || type.IsError())
        {
            if (type is null)
                _bag.CannotInfer(At(s.Span), _source.Slice(s.Span) is ['.', ..] ? "`.{…}`" : "`{…}`",
                    $"name its type: `Name {{ {s.Fields.FirstOrDefault()?.Name.Text ?? "x"}: … }}`");
            else if (!type.IsError())
                _bag.TypeMismatch(At(s.Type?.Span ?? s.Span), "a struct", type is InterfaceType
                    ? $"interface {type.Show()}" : type.Show(),
                    type is InterfaceType ? "make a value of a type that implements it"
                        : type is ActorType ? $"start the actor: `spawn {TypeNames.Of(type)} {{ … }}`" : null);
            foreach (var f in s.Fields)
                Bind(f.Value, null);
            return Failed(s.Span);
        }
        var values = new BoundExpression?[structure.Fields.Length];
        var failed = false;
        foreach (var f in s.Fields)
        {
            if (structure.IndexOf(f.Name.Text) is var i and >= 0)
            {
                if (values[i] is not null)
                    _bag.FieldTwice(At(f.Name.Span), f.Name.Text);
                values[i] = BindTo(f.Value, structure.Fields[i].Type);
                failed |= AnyError(values[i]!);
                continue;
            }
            failed = true;
            Bind(f.Value, null);
            ReportUnknownField(f.Name, structure);
        }
        for (var i = 0; i < values.Length && !failed; i++)
            values[i] ??= Default(structure, i);
        return failed ? Failed(s.Span)
            : InWrittenOrder(s.Span, [.. s.Fields.Select(f => structure.IndexOf(f.Name.Text))],
                values, ordered => new BoundAggregate(s.Span, structure, [.. ordered]));
    }

    /// <summary>
    /// The type of a struct literal; a generic struct without arguments takes those of the expected type.
    /// </summary>
    private MirType BindLiteralType(StructLiteral literal, NamedType named, MirType? expected)
    {
        if (named is not { Arguments.IsEmpty: true, Path: [var name] } || Lookup(name.Text) is not TypeSymbol symbol)
            return BindType(named);
        if (expected is StructType e && symbol.Instances.ContainsValue(e))
            return e;
        if (symbol.Syntax is not StructDeclaration { TypeParameters.IsEmpty: false } declaration)
            return BindType(named);
        var fields = literal.Fields.Select(f =>
            (declaration.Fields.FirstOrDefault(d => d.Name.Text == f.Name.Text)?.Type, f.Value));
        return InferInstance(symbol, declaration.TypeParameters.Select(p => p.Name.Text), fields, At(named.Span))
            ?? BindType(named);
    }

    private (EnumType, int)? VariantType(StructLiteral literal, NamedType path, MirType? expected)
    {
        var prefix = PathExpression([.. path.Path.SkipLast(1)]);
        var type = InferVariant(literal, path, expected) ?? FindNamespace(prefix, expected);
        return type is ResolvedType { Type: EnumType e } && IndexOfVariant(e, path.Name.Text) is var v and >= 0
            ? (e, v) : null;
    }

    private BoundExpression BindVariantLiteral(StructLiteral s, (EnumType Type, int Index) variant)
    {
        var names = _program.PayloadNames.GetValueOrDefault((variant.Type, variant.Index), []);
        var payload = variant.Type.Variants[variant.Index].Payload;
        BoundExpression[] values = [.. payload.Select(t => new BoundZero(s.Span, t))];
        foreach (var f in s.Fields)
        {
            if (names.IndexOf(f.Name.Text) is var i and >= 0)
                values[i] = BindTo(f.Value, payload[i]);
            else
                _bag.UnknownMember(At(f.Name.Span), $"variant `{s.Type!.Name}`", f.Name.Text,
                    Nearest.To(f.Name.Text, names));
        }
        return AnyError(values) ? Failed(s.Span) : new BoundEnumValue(s.Span, variant.Type, variant.Index, [.. values]);
    }

    /// <summary>The value of a field that a literal leaves out; null is zero.</summary>
    private BoundExpression? Default(StructType type, int field) =>
        _program.FieldDefaults.TryGetValue((type, field), out var found)
            ? new BodyBinder(_program, found.Owner.Module, found.Owner.Where!.Value.Source)
                .BindTo(found.Value, type.Fields[field].Type)
            : null;
}
