namespace MinZ.Mir.Lowering;

public sealed partial class FlatMemory
{
    /// <summary>Threads and channels; actors and threads with other than scalar arguments are gone by now.</summary>
    private void LowerConcurrency(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        switch (i.Op)
        {
            case Op.ChanNew:
                _f.Replace(i.Result, _b.Emit(Op.ChanNew, i.Type, [Scalar(o[0])], new ChannelType(i.Type), null,
                    ElementBytes(i.Type)));
                break;
            case Op.ChanSend:
                var sent = _f.TypeOf(o[0]).Element!;
                if (IsMoved(sent))
                    _b.Emit(Op.ChanSend, MirType.Void, [Scalar(o[0]), InMemory(sent, o[1])], null, null,
                        ElementBytes(sent));
                else
                    _b.Emit(Op.ChanSend, MirType.Void, [Scalar(o[0]), Scalar(o[1])], null);
                break;
            case Op.ChanReceive:
                LowerReceive(i.Result, o[0]);
                break;
            case Op.ChanTake:
                var taken = _b.Emit(Op.ChanTake, MirType.Bool, [Scalar(o[0]), Scalar(o[1])],
                    i.Result.IsValid ? MirType.Bool : null, null, ElementBytes(_f.TypeOf(o[0]).Element!));
                if (i.Result.IsValid)
                    _f.Replace(i.Result, taken);
                break;
            case Op.ChanSelect:
                LowerSelectCases(i, o);
                break;
            default:
                Keep(id);
                break;
        }
    }

    /// <summary>True for elements that go through memory; others are values.</summary>
    private static bool IsMoved(MirType element) => element.IsAggregate || IsPair(element);

    private int ElementBytes(MirType element) => Math.Max(1, _layout.SizeOf(element));

    /// <summary>Address of memory that holds a value.</summary>
    private Value InMemory(MirType type, Value v)
    {
        if (type.IsAggregate)
            return Pointer(HomeOf(v), type);
        var home = new Home(NewTemporary(type), Value.None, 0);
        StoreValue(type, home, v);
        return Pointer(home, type);
    }

    private void LowerReceive(Value result, Value channel)
    {
        var type = _f.TypeOf(channel).Element!;
        if (!IsMoved(type))
        {
            var plain = LowerScalar(type);
            var v = _b.Emit(Op.ChanReceive, plain, [Scalar(channel)], plain);
            if (result.IsValid)
                _f.Replace(result, v);
            return;
        }
        var home = new Home(NewTemporary(type), Value.None, 0);
        _b.Emit(Op.ChanReceive, MirType.Void, [Scalar(channel), Pointer(home, type)], null, null, ElementBytes(type));
        if (!result.IsValid)
            return;
        if (IsPair(type))
            _pairs[result.Id] = LoadPair(type, home);
        else
            _homes[result.Id] = home;
    }

    private void LowerSelectCases(in Instruction i, Value[] o)
    {
        var cases = SelectCases.Decode(i.Bits).ToArray();
        var operands = new List<Value>();
        var next = 0;
        for (var n = 0; n < cases.Length; n++)
        {
            var count = SelectCases.OperandsOf(cases[n]);
            if (cases[n] == SelectCase.Send)
            {
                cases[n] = SelectCase.SendFrom;
                operands.Add(Scalar(o[next]));
                operands.Add(InMemory(_f.TypeOf(o[next]).Element!, o[next + 1]));
            }
            else
            {
                for (var k = 0; k < count; k++)
                    operands.Add(Scalar(o[next + k]));
            }
            next += count;
        }
        var chosen = _b.Emit(Op.ChanSelect, MirType.U8, [.. operands], MirType.U8, null, SelectCases.Encode(cases));
        if (i.Result.IsValid)
            _f.Replace(i.Result, chosen);
    }
}
