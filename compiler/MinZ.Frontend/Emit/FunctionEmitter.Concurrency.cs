using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>Green threads, actors and channels.</summary>
internal sealed partial class FunctionEmitter
{
    private Value EmitSpawn(BoundSpawn s)
    {
        var result = s.Type.IsVoid() ? null : s.Type;
        if (s.Function is { } function)
            return _b.Emit(Op.Spawn, s.Type, EmitAll(s.Arguments), result, _module.FunctionOf(function).Reference);
        Value[] operands = EmitAll([s.Callee!, .. s.Arguments]);
        var starter = _module.StarterOf((FunctionType)s.Callee!.Type);
        return _b.Emit(Op.Spawn, s.Type, operands, result, starter.Reference);
    }

    private Value EmitSpawnActor(BoundSpawnActor s)
    {
        _module.RequireMessages(s.Actor);
        return _b.Emit(Op.Spawn, s.Actor, EmitAll(s.State), s.Actor, new MessageRef(s.Actor, -1));
    }

    private Value EmitMessage(BoundMessage m)
    {
        var actor = (ActorType)m.Actor.Type;
        _module.RequireMessages(actor);
        var number = _module.Program.MessagesOf(actor).IndexOf(m.Handler);
        return _b.Emit(m.Type.IsVoid() ? Op.ActorSend : Op.ActorAsk, m.Type, EmitAll([m.Actor, .. m.Arguments]),
            m.Type.IsVoid() ? null : m.Type, new MessageRef(actor, number));
    }

    private Value EmitSelect(BoundSelect s) => _b.Emit(Op.ChanSelect, MirType.U8,
        EmitAll([.. s.Cases.SelectMany(c => c.Operands)]), MirType.U8, null,
        SelectCases.Encode([.. s.Cases.Select(c => c.Kind)]));
}
