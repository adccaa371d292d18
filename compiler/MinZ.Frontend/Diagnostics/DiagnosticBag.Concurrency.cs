using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

public sealed partial class DiagnosticBag
{
    internal void CannotSpawn(Location where, string? hint = null) => Report(BindingCodes.CannotSpawn, where,
        "only a call, a block or an actor can be spawned", hint
            ?? "write `spawn f(x)`, `spawn { … }` or `spawn Counter`");

    internal void PrivateState(Location where, string actor, string name) => Report(BindingCodes.PrivateState, where,
        $"`{name}` is private to actor `{actor}`", $"give `{actor}` a method that answers what you want to know");

    internal void BadSelectCase(Location where) => Report(BindingCodes.BadSelectCase, where,
        "a select cannot wait for this",
        "write `x = ch.receive()`, `ch.send(v)`, `ch.closed()`, `timeout(ms)` or `_`");
}
