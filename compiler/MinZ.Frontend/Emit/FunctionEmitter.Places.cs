using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>Places, and values that are built in place.</summary>
internal sealed partial class FunctionEmitter
{
    /// <summary>Arrays from this many constant elements on are copied from a table.</summary>
    private const int TableFrom = 8;

    /// <summary>The place an expression denotes; a value that is no place gets one.</summary>
    private PlaceRef EmitPlace(BoundExpression e)
    {
        ContinueSomewhere();
        switch (e)
        {
            case BoundLocal l when !_values.ContainsKey(l.Local):
                return PlaceOf(l.Local);
            case BoundGlobal g:
                return new PlaceRef(Place.Of(_module.GlobalOf(g.Global)), []);
            case BoundField { Target.Type: ActorType actor } f:
                return new PlaceRef(Place.Behind(actor), [Emit(f.Target)]).Field(f.Index);
            case BoundField f:
                return EmitPlace(f.Target).Field(f.Index);
            case BoundPayload p:
                return EmitPlace(p.Target).Payload(p.Variant, p.Item);
            case BoundDereference { Address.Type: PointerType { Element.Kind: TypeKind.Array } pointer } d:
                // An index right behind a raw pointer counts whole arrays, so the array itself is number 0.
                return new PlaceRef(Place.Behind(pointer).PointerElement(),
                    [Emit(d.Address), _b.Constant(MirType.U8, 0)]);
            case BoundDereference d:
                return new PlaceRef(Place.Behind(d.Address.Type), [Emit(d.Address)]);
            case BoundIndex { Target.Type.Kind: TypeKind.Array } i:
                var array = EmitPlace(i.Target);
                return array.Element(Emit(i.Index));
            case BoundIndex i:
                var run = Emit(i.Target);
                var index = Emit(i.Index);
                var behind = Place.Behind(i.Target.Type);
                return new PlaceRef(i.Target.Type.Kind == TypeKind.Slice ? behind.Element()
                    : behind.PointerElement(), [run, index]);
            default:
                return EmitHolder(e);
        }
    }

    /// <summary>A place for a value that has none.</summary>
    private PlaceRef EmitHolder(BoundExpression e)
    {
        if (_module.IsBoxed(e))
        {
            var type = new BoxType(e.Type);
            return new PlaceRef(Place.Behind(type), [_b.Emit(Op.New, e.Type, [Emit(e)], type)]);
        }
        var local = NewTemporary(e.Type);
        _module.Slots[local] = e;
        var holder = PlaceRef.Of(local);
        EmitInto(holder, e);
        return holder;
    }

    private Value EmitAggregateValue(BoundExpression e)
    {
        var holder = PlaceRef.Of(NewTemporary(e.Type));
        EmitInto(holder, e);
        return _b.IsFinished ? Value.None : _b.Load(holder.Place, []);
    }

    /// <summary>Evaluates an expression into a place that it does not read.</summary>
    private void EmitInto(PlaceRef to, BoundExpression e)
    {
        ContinueSomewhere();
        switch (e)
        {
            case BoundAggregate { Type: ArrayType { Length: >= TableFrom } } a when IsTable(a):
                CopyTo(to, new PlaceRef(Place.Of(_module.NewTable(a.Type, a)), []));
                break;
            case BoundAggregate a:
                EmitItems(to, a);
                break;
            case BoundRepeat r:
                EmitRepeat(to, r);
                break;
            case BoundZero z when z.Type.IsAggregate:
                Clear(to);
                break;
            case BoundEnumValue v:
                var payload = EmitAll(v.Payload);
                Store(to, _b.Emit(Op.EnumMake, v.Type, payload, v.Type, null, v.Variant));
                break;
            case BoundBlock { Tail: { } tail } b:
                InScope(() =>
                {
                    EmitStatements(b.Statements);
                    EmitInto(to, tail);
                    return Value.None;
                });
                break;
            case BoundIf { Else: { } otherwise } i when !i.Type.IsVoid():
                EmitIfInto(to, i, otherwise);
                break;
            case BoundMatch m:
                EmitMatch(m, to);
                break;
            case { Type.IsAggregate: true, IsPlace: true } when e is not BoundLocal l || !_values.ContainsKey(l.Local):
                CopyTo(to, EmitPlace(e));
                break;
            default:
                var value = Emit(e);
                if (!_b.IsFinished && value.IsValid)
                    Store(to, value);
                break;
        }
    }

    private static bool IsTable(BoundAggregate a) => a.Items.All(i => i is not null &&
        (i.Type.IsNumeric && Folding.TryConstant(i, out _) || i is BoundText || i is BoundAggregate inner &&
            IsTable(inner)));

    private void Store(PlaceRef to, Value value) => _b.Store(to.Place, to.Operands.AsSpan(), value);

    private void Clear(PlaceRef to) => _b.Clear(to.Place, to.Operands.AsSpan());

    private void CopyTo(PlaceRef to, PlaceRef from) =>
        _b.Copy(to.Place, to.Operands.AsSpan(), from.Place, from.Operands.AsSpan());

    private void EmitItems(PlaceRef to, BoundAggregate a)
    {
        // Elements left out of a long array are cleared all at once.
        var clearFirst = a.Type.Kind == TypeKind.Array && a.Items.Count(i => i is null) > 1;
        if (clearFirst)
            Clear(to);
        for (var i = 0; i < a.Items.Length; i++)
        {
            if (a.Items[i] is null && clearFirst)
                continue;
            var item = a.Type.Kind == TypeKind.Array ? to.Element(_b.Constant(MirType.U16, i)) : to.Field(i);
            if (a.Items[i] is { } value)
                EmitInto(item, value);
            else if (item.Type.IsAggregate)
                Clear(item);
            else
                Store(item, _b.None(item.Type));
        }
    }

    private void EmitRepeat(PlaceRef to, BoundRepeat r)
    {
        if (Folding.TryConstant(r.Value, out var bits) && bits == 0)
        {
            Clear(to);
            return;
        }
        var value = Emit(r.Value);
        Store(to, _b.Emit(Op.ArrayFill, r.Type, [value], r.Type));
    }

    private void EmitIfInto(PlaceRef to, BoundIf i, BoundExpression otherwise)
    {
        var (then, not, done) = (NewBlock("then"), NewBlock("else"), NewBlock("join"));
        EmitBranch(i.Condition, then, not);
        _b.At(then);
        EmitInto(to, i.Then);
        if (!_b.IsFinished)
            _b.Jump(done);
        _b.At(not);
        EmitInto(to, otherwise);
        if (!_b.IsFinished)
            _b.Jump(done);
        _b.At(done);
    }
}
