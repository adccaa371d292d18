using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

internal sealed partial class ModuleEmitter
{
    private readonly Dictionary<FunctionType, Function> _starters = [];
    private readonly HashSet<ActorType> _complete = [];

    /// <summary>Gives an actor its messages, so that their handlers are emitted.</summary>
    public void RequireMessages(ActorType actor)
    {
        if (!_complete.Add(actor))
            return;
        var handlers = Program.MessagesOf(actor);
        foreach (var handler in handlers)
            Program.BindSignature(handler);
        actor.Messages =
        [
            .. handlers.Select(h => new ActorMessage(NameOfMessage(h, handlers),
                [.. h.Parameters.Skip(1).Select(p => p.Type)], h.Result, FunctionOf(h))),
        ];
    }

    private static string NameOfMessage(FunctionSymbol handler, ImmutableArray<FunctionSymbol> all) =>
        all.Count(h => h.Name == handler.Name) == 1 ? handler.Name
            : handler.MirName[(handler.MirName.LastIndexOf('.') + 1)..];

    /// <summary>The function of a thread that calls a function value with the rest of its arguments.</summary>
    public Function StarterOf(FunctionType type)
    {
        if (_starters.TryGetValue(type, out var known))
            return known;
        var starter = new Function(Program.Unique($"spawn.{ProgramBinder.Mangle(type.ToString())}"))
        {
            Parameters = [new Parameter("f", type),
                .. type.Parameters.Select((p, n) => new Parameter($"a{n + 1}", p))],
            Result = MirType.Void,
        };
        _starters[type] = starter;
        _module.Add(starter);
        var b = new Builder(starter);
        b.At(starter.NewEntry());
        b.Emit(Op.CallIndirect, type.Result, [.. starter.Entry.Parameters],
            type.Result.Kind == TypeKind.Void ? null : type.Result);
        b.Return();
        return starter;
    }
}
