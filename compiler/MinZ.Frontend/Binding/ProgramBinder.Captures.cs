using MinZ.Frontend.Syntax;

namespace MinZ.Frontend.Binding;

/// <summary>What nested functions reach of the functions around them.</summary>
internal sealed partial class ProgramBinder
{
    private readonly Dictionary<FunctionSymbol, IReadOnlyList<LocalSymbol>> _captures = [];

    /// <summary>
    /// The variables of functions around a nested one that it, or a nested function it uses, reaches. What outlives its
    /// function needs no reaching.
    /// </summary>
    public IReadOnlyList<LocalSymbol> CapturesOf(FunctionSymbol symbol)
    {
        if (symbol.Outer is null || symbol.IsExtern)
            return [];
        if (_captures.TryGetValue(symbol, out var known))
            return known;
        return _captures[symbol] = [.. Reached(symbol).Where(c => c.StaticName is null)];
    }

    private List<LocalSymbol> Reached(FunctionSymbol symbol)
    {
        var captures = new List<LocalSymbol>();
        var inside = new HashSet<FunctionSymbol>();
        Collect(symbol, inside);
        var seen = new HashSet<FunctionSymbol> { symbol };
        var work = new Queue<FunctionSymbol>(seen);
        while (work.TryDequeue(out var function))
        {
            BodyOf(function);
            captures.AddRange(function.Captures.Where(c => !inside.Contains(c.Owner!) && !captures.Contains(c)));
            foreach (var callee in function.NestedCalls.Where(c => !c.IsExtern && seen.Add(c)))
                work.Enqueue(callee);
        }
        return captures;
    }

    private static void Collect(FunctionSymbol symbol, HashSet<FunctionSymbol> all)
    {
        if (all.Add(symbol))
            foreach (var nested in symbol.Nested)
                Collect(nested, all);
    }

    /// <summary>Enters the bodies of a function and those inside it.</summary>
    public void Enter(IReadOnlyList<(FunctionSymbol Function, BoundBlock Body)> bodies)
    {
        foreach (var (function, body) in bodies)
            _bodies[function] = body;
        foreach (var (function, _) in bodies)
            if (function.Outer is not null && (function.Syntax?.Modifiers & Modifiers.Public) == Modifiers.Public)
                foreach (var shared in Reached(function))
                    MakeStatic(shared);
    }

    /// <summary>
    /// Gives a variable of a function the life of the program: what <c>pub</c> functions inside a function share must
    /// be there when they are called from outside.
    /// </summary>
    public void MakeStatic(LocalSymbol local) =>
        local.StaticName ??= Unique($"{local.Owner!.MirName}.{local.Name}");
}
