using MinZ.Frontend.Text;

namespace MinZ.Frontend.Binding;

/// <summary>What nested functions reach of the functions around them.</summary>
internal sealed partial class ProgramBinder
{
    /// <summary>Where nested functions are used as values, which cannot carry what they capture.</summary>
    public List<(FunctionSymbol Function, Location Where)> NestedValues { get; } = [];

    /// <summary>
    /// The variables of functions around a nested one that it, or a nested function it calls, reaches by reference.
    /// </summary>
    public IReadOnlyList<LocalSymbol> CapturesOf(FunctionSymbol symbol)
    {
        if (symbol.Outer is null || symbol.IsExtern)
            return [];
        if (_captures.TryGetValue(symbol, out var known))
            return known;
        var captures = new List<LocalSymbol>();
        var seen = new HashSet<FunctionSymbol> { symbol };
        var work = new Queue<FunctionSymbol>(seen);
        while (work.TryDequeue(out var function))
        {
            BodyOf(function);
            captures.AddRange(function.Captures.Keys.Where(c => c.Owner != symbol && !captures.Contains(c)));
            foreach (var callee in function.NestedCalls.Where(c => !c.IsExtern && seen.Add(c)))
                work.Enqueue(callee);
        }
        return _captures[symbol] = captures;
    }

    private readonly Dictionary<FunctionSymbol, IReadOnlyList<LocalSymbol>> _captures = [];

    private void CheckNestedValues()
    {
        foreach (var (function, where) in NestedValues)
            if (CapturesOf(function) is [var first, ..])
                Diagnostics.NotSupported(where, $"a function value that uses `{first.Name}` of the function around it",
                    "call it by its name, or pass the variable as a parameter");
    }
}
