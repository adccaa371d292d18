using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>Expressions as values.</summary>
internal sealed partial class FunctionEmitter
{
    /// <summary>
    /// The value of an expression; none when it has none. What leaves control, such as <c>return</c> as an operand, is
    /// followed by a block that nothing reaches, so that the instruction around it has a place to stand.
    /// </summary>
    private Value Emit(BoundExpression e)
    {
        var value = EmitStatementExpression(e);
        ContinueSomewhere();
        return value;
    }

    /// <summary>Emits an expression whose value may be ignored; the block may be finished afterwards.</summary>
    private Value EmitStatementExpression(BoundExpression e)
    {
        ContinueSomewhere();
        var outer = _b.Location;
        At(e.Span);
        var value = EmitHere(e);
        _b.Location = outer;
        return value;
    }

    private Value EmitHere(BoundExpression e)
    {
        switch (e)
        {
            case BoundLiteral l:
                return _b.Constant(l.Type is EnumType plain ? plain.Tag : l.Type, l.Bits) is var number &&
                    l.Type is EnumType
                    ? _b.Bitcast(number, l.Type) : number;
            case BoundText t:
                return t.Type.Kind == TypeKind.Str ? _b.Text(t.Text)
                    : _b.Emit(Op.StrPtr, t.Type, [_b.Text(t.Text)], t.Type);
            case BoundZero z:
                return _b.None(z.Type);
            case BoundLocal l when _values.TryGetValue(l.Local, out var bound):
                return bound;
            case BoundLocal or BoundGlobal or BoundDereference or BoundPayload:
                return Load(e);
            case BoundField or BoundIndex:
                return Load(e);
            case BoundFunctionValue f:
                return EmitFunctionValue(f);
            case BoundStringByte s:
                return EmitOrdered(s.Text, s.Index, (text, index) =>
                    _b.Emit(Op.StrAt, MirType.Str, [text, index], MirType.U8));
            case BoundUnary u:
                return _b.Unary(u.Op, Emit(u.Operand));
            case BoundBinary b:
                return EmitOrdered(b.Left, b.Right, (x, y) => _b.Binary(b.Op, x, y));
            case BoundCompare c:
                return EmitOrdered(c.Left, c.Right, (x, y) => _b.Compare(c.Op, x, y));
            case BoundLogical or BoundTest:
                return EmitTruth(e);
            case BoundPointerOffset p:
                return EmitOffset(p);
            case BoundConversion c:
                return EmitConversion(c);
            case BoundAddressOf a:
                return EmitAddress(a);
            default:
                return EmitCompound(e);
        }
    }

    private Value EmitCompound(BoundExpression e)
    {
        switch (e)
        {
            case BoundCall c:
                var callee = _module.FunctionOf(c.Function);
                return _b.Call(callee, [.. EmitAll(c.Arguments), .. EmitCaptures(c.Function)]);
            case BoundIndirectCall c:
                var target = Emit(c.Callee);
                return _b.Emit(Op.CallIndirect, c.Type, [target, .. EmitAll(c.Arguments)], c.Type);
            case BoundInterface i:
                return EmitInterface(i);
            case BoundInterfaceCall c:
                return EmitInterfaceCall(c);
            case BoundInterfaceCast c:
                return EmitInterfaceCast(c);
            case BoundInterfaceTest t:
                return EmitInterfaceTest(Emit(t.Value), t.Tested);
            case BoundInterfaceBase b:
                return EmitInterfaceBase(b);
            case BoundIntrinsic i:
                return _b.Call(i.Intrinsic, EmitAll(i.Arguments));
            case BoundOperation o:
                return _b.Emit(o.Op, o.OpType, EmitAll(o.Operands), o.Type);
            case BoundLength l:
                return l.Target.Type.Kind == TypeKind.Str
                    ? _b.Emit(Op.StrLen, MirType.Str, [Emit(l.Target)], MirType.U16)
                    : _b.Emit(Op.Len, MirType.U16, [Emit(l.Target)], MirType.U16);
            case BoundSlice s:
                Value[] parts = EmitAll([s.Target, s.From, s.To]);
                return _b.Emit(s.Type.Kind == TypeKind.Str ? Op.StrSlice : Op.Slice, s.Type, parts, s.Type);
            case BoundAggregate or BoundRepeat or BoundEnumValue:
                return EmitAggregateValue(e);
            case BoundAssignment a:
                EmitAssignment(a);
                return Value.None;
            case BoundUpdate u:
                return EmitUpdate(u);
            case BoundBlock b:
                return InScope(() => EmitBlock(b));
            case BoundIf i:
                return EmitIf(i);
            case BoundMatch m:
                return EmitMatch(m, null);
            case BoundLoopValue l:
                EmitLoop(l.Loop);
                return l.Result is null || _b.IsFinished ? Value.None : Load(PlaceOf(l.Result));
            case BoundReturn r:
                EmitReturn(r);
                return Value.None;
            case BoundLeave l:
                EmitLeave(l);
                return Value.None;
            case BoundTrap t:
                _b.Trap(t.Code, t.Message is null ? Value.None : Emit(t.Message));
                return Value.None;
            case BoundBitField f:
                return Emit(f.Value);
            case BoundExpansion x:
                return InSource(x.Source, () => EmitStatementExpression(x.Inner));
            case BoundSpawn s:
                return EmitSpawn(s);
            case BoundSpawnActor s:
                return EmitSpawnActor(s);
            case BoundMessage m:
                return EmitMessage(m);
            case BoundSelect s:
                return EmitSelect(s);
            case BoundCompileTimeText t:
                return EmitCompileTimeText(t);
            case BoundNull:
                // As a statement, where nobody asks for its type.
                return Emit(new BoundLiteral(e.Span, MirType.U8, 0));
            default:
                throw new InvalidOperationException($"{e.GetType().Name} cannot be emitted");
        }
    }

    /// <summary>Emits two operands in order; nothing when control leaves on the way.</summary>
    private Value EmitOrdered(BoundExpression first, BoundExpression second, Func<Value, Value, Value> then)
    {
        var a = Emit(first);
        var location = _b.Location;
        var b = Emit(second);
        _b.Location = location;
        return then(a, b);
    }

    private Value[] EmitAll(ImmutableArray<BoundExpression> expressions)
    {
        var values = new Value[expressions.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = Emit(expressions[i]);
        return values;
    }

    private Value Load(BoundExpression e)
    {
        var place = EmitPlace(e);
        return _b.Load(place.Place, place.Operands.AsSpan());
    }

    private Value EmitOffset(BoundPointerOffset p)
    {
        var pointer = Emit(p.Pointer);
        var count = Emit(p.Count);
        return _b.AddressOf(Place.Behind(p.Type).PointerElement(), [pointer, count]);
    }

    private Value EmitConversion(BoundConversion c)
    {
        switch (c.Kind)
        {
            case ConversionKind.Numeric:
                return _b.Convert(Emit(c.Operand), c.Type);
            case ConversionKind.Bits:
                return _b.Bitcast(Emit(c.Operand), c.Type);
            case ConversionKind.StringPointer:
                return _b.Emit(Op.StrPtr, c.Type, [Emit(c.Operand)], c.Type);
            case ConversionKind.Tag:
                var tag = ((EnumType)c.Operand.Type).Tag;
                return _b.Emit(Op.EnumTag, c.Operand.Type, [Emit(c.Operand)], tag);
            case ConversionKind.SliceOf:
                NoteChange(c.Operand);
                var array = EmitPlace(c.Operand);
                return _b.Emit(Op.SliceOf, array.Type, array.Operands.AsSpan(), c.Type, array.Place);
            case ConversionKind.ArrayPointer:
                NoteChange(c.Operand);
                var first = EmitPlace(c.Operand).Element(_b.Constant(MirType.U8, 0));
                return _b.AddressOf(first.Place, first.Operands.AsSpan());
            default:
                return EmitAddress(new BoundAddressOf(c.Span, new BoundDereference(c.Span, c.Operand), c.Type));
        }
    }

    private Value EmitAddress(BoundAddressOf a)
    {
        NoteChange(a.Place);
        var place = EmitPlace(a.Place);
        return a.Type is ReferenceType r
            ? _b.Reference(place.Place, place.Operands.AsSpan(), r.Mutable)
            : _b.AddressOf(place.Place, place.Operands.AsSpan());
    }

    private void EmitAssignment(BoundAssignment a)
    {
        NoteChange(a.Target);
        var target = EmitPlace(a.Target);
        if (!a.Value.Type.IsAggregate)
        {
            var value = Emit(a.Value);
            if (!_b.IsFinished)
                _b.Store(target.Place, target.Operands.AsSpan(), value);
            return;
        }
        if (a.Value.IsPlace || a.Value is BoundCall or BoundIndirectCall or BoundZero)
        {
            EmitInto(target, a.Value);
            return;
        }
        // The value may read what it is going to replace, so it is complete before it is stored.
        var whole = PlaceRef.Of(NewTemporary(a.Value.Type));
        EmitInto(whole, a.Value);
        if (!_b.IsFinished)
            _b.Copy(target.Place, target.Operands.AsSpan(), whole.Place, []);
    }

    private Value EmitUpdate(BoundUpdate u)
    {
        NoteChange(u.Target);
        var target = EmitPlace(u.Target);
        var old = _b.Load(target.Place, target.Operands.AsSpan());
        _values[u.Current] = old;
        var result = Emit(u.Result);
        _b.Store(target.Place, target.Operands.AsSpan(), result);
        return u.YieldsOld ? old : result;
    }
}
