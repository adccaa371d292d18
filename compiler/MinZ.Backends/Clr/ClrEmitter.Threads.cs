using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Threads and channels: calls of the support code.</summary>
internal sealed partial class ClrEmitter
{
    private void EmitThread(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        switch (i.Op)
        {
            case Op.Spawn:
                EmitClosure(((FunctionRef)i.Payload!).Function, o, isStart: true);
                _body.Op(ILOpCode.Newobj, _types.DelegateConstructor(new FunctionType([], MirType.Void)));
                _il.Call(_module.Runtime("Threads", i.Result.IsValid ? "SpawnReported" : "Spawn"));
                break;
            case Op.Yield:
                _il.Call(_module.Runtime("Threads", "Yield"));
                break;
            case Op.Sleep:
                PushIndex(o[0]);
                _il.Call(_module.Runtime("Threads", "Sleep"));
                break;
            case Op.ThreadReport:
                Push(o[0]);
                _il.Call(_module.Runtime("Threads", "Report"));
                break;
            default:
                Push(o[0]);
                _il.LoadConstantI4((int)i.Bits);
                _il.Call(_module.Runtime("Threads", "Guard"));
                break;
        }
    }

    private void EmitChannel(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id).ToArray();
        switch (i.Op)
        {
            case Op.ChanNew:
                PushIndex(o[0]);
                Channel("New", i.Type);
                break;
            case Op.ChanSend:
                PushAll(o);
                Channel("Send", _f.TypeOf(o[0]).Element!);
                break;
            case Op.ChanReceive:
                Push(o[0]);
                Channel("Receive", _f.TypeOf(o[0]).Element!);
                break;
            case Op.ChanTake:
                EmitTake(_f.TypeOf(o[0]).Element!, o[0], o[1]);
                break;
            case Op.ChanClose:
                Push(o[0]);
                _il.Call(_module.Runtime("Channels", "Close"));
                break;
            default:
                EmitChoice(id, o);
                break;
        }
    }

    private void Channel(string name, MirType element) =>
        _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Channels", name), element));

    /// <summary>Receives into a local variable and from there, if anything came, into the place.</summary>
    private void EmitTake(MirType type, Value channel, Value to)
    {
        var (value, came) = (_body.Borrow(type), _body.Borrow(MirType.Bool));
        Push(channel);
        _il.LoadLocalAddress(value);
        Channel("Take", type);
        _il.StoreLocal(came);
        var end = _il.DefineLabel();
        _il.LoadLocal(came);
        _il.Branch(ILOpCode.Brfalse, end);
        StoreBehind(type, to, () => _il.LoadLocal(value));
        _il.MarkLabel(end);
        _il.LoadLocal(came);
        _body.Release(type, value);
        _body.Release(MirType.Bool, came);
    }

    /// <summary>Stores what an action pushes into what a reference refers to.</summary>
    private void StoreBehind(MirType type, Value reference, Action push)
    {
        var place = Place.Behind(_f.TypeOf(reference));
        EmitStore(new PlaceUse(place with { Type = type }, [reference], true), push);
    }

    /// <summary>A select: hands over all cases, waits, stores what came.</summary>
    private void EmitChoice(int id, Value[] o)
    {
        var cases = SelectCases.Decode(_f[id].Bits);
        var depth = _body.Depth;
        _il.Call(_module.Runtime("Selection", "New"));
        var first = new int[cases.Length];
        for (int n = 0, next = 0; n < cases.Length; next += SelectCases.OperandsOf(cases[n]), n++)
        {
            first[n] = next;
            _body.Depth = depth + 1;
            EmitCase(cases[n], o.AsSpan(next));
        }
        var chosen = _body.Borrow(MirType.U8);
        _il.Call(_module.Runtime("Selection", "Wait"));
        _il.StoreLocal(chosen);
        _body.Depth = depth;
        for (var n = 0; n < cases.Length; n++)
        {
            if (cases[n] != SelectCase.Receive)
                continue;
            var other = _il.DefineLabel();
            _il.LoadLocal(chosen);
            _il.LoadConstantI4(n);
            _il.Branch(ILOpCode.Bne_un, other);
            var type = _f.TypeOf(o[first[n]]).Element!;
            StoreBehind(type, o[first[n] + 1], () => _body.Op(ILOpCode.Call,
                _types.Generic(_module.Runtime("Selection", "Taken"), type)));
            _il.MarkLabel(other);
        }
        _il.LoadLocal(chosen);
        _body.Release(MirType.U8, chosen);
    }

    private void EmitCase(SelectCase kind, ReadOnlySpan<Value> o)
    {
        switch (kind)
        {
            case SelectCase.Receive:
                Push(o[0]);
                Selection("Receive", _f.TypeOf(o[0]).Element!);
                break;
            case SelectCase.Send:
                Push(o[0]);
                Push(o[1]);
                Selection("Send", _f.TypeOf(o[0]).Element!);
                break;
            case SelectCase.Closed:
                Push(o[0]);
                _il.Call(_module.Runtime("Selection", "Closed"));
                break;
            case SelectCase.Timeout:
                PushIndex(o[0]);
                _il.Call(_module.Runtime("Selection", "Timeout"));
                break;
            case SelectCase.Default:
                _il.Call(_module.Runtime("Selection", "Default"));
                break;
            case SelectCase.SendFrom:
                throw new InvalidOperationException("'send.from' stands in a high-level module");
        }
    }

    private void Selection(string name, MirType element) =>
        _body.Op(ILOpCode.Call, _types.Generic(_module.Runtime("Selection", name), element));
}
