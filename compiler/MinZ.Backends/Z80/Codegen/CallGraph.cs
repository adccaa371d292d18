using MinZ.Mir;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Who calls whom, from the roots on; strongly connected components by Tarjan's algorithm, callees first. A call
/// through a value may go to every function whose address is taken.
/// </summary>
internal sealed class CallGraph
{
    private readonly Dictionary<Function, List<Function>> _callees = [];
    private readonly Dictionary<Function, int> _index = [];
    private readonly Dictionary<Function, int> _low = [];
    private readonly Stack<Function> _stack = [];
    private readonly HashSet<Function> _onStack = [];
    private readonly HashSet<Function> _addressTaken;
    private readonly Dictionary<Global, HashSet<Function>> _named = [];

    public CallGraph(Module module, IEnumerable<Function> roots, HashSet<Function> addressTaken)
    {
        _addressTaken = addressTaken;
        foreach (var f in module.Functions)
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    if (f[id].Op is Op.FuncRef or Op.Spawn)
                        _addressTaken.Add(((FunctionRef)f[id].Payload!).Function);
                    else if (f[id].Payload is AsmBlock asm)
                        foreach (var b in asm.Bindings)
                            if (b.Function is { } bound && !bound.Is(FunctionFlags.Interrupt))
                                _addressTaken.Add(bound);
        foreach (var g in module.Globals)
            _addressTaken.UnionWith(NamedBy(g));
        foreach (var root in roots)
            if (!_index.ContainsKey(root))
                Visit(root);
    }

    /// <summary>Components, callees before callers; extern functions are in none.</summary>
    public List<List<Function>> Components { get; } = [];

    /// <summary>Functions a function may call, each once.</summary>
    public IReadOnlyList<Function> Callees(Function f) => _callees[f];

    /// <summary>True when a component can be entered again from inside.</summary>
    public bool IsRecursive(List<Function> component) =>
        component.Count > 1 || _callees[component[0]].Contains(component[0]);

    /// <summary>
    /// True when a function may be called again before it returns. That it starts a thread in which it runs is no such
    /// call.
    /// </summary>
    public bool MayCallItself(Function f)
    {
        var seen = new HashSet<Function>();
        var work = new Stack<Function>([f]);
        while (work.TryPop(out var caller))
            foreach (var c in _callees.GetValueOrDefault(caller) ?? [])
                if (!IsOnlySpawned(caller, c) && (c == f || seen.Add(c)))
                {
                    if (c == f)
                        return true;
                    work.Push(c);
                }
        return false;
    }

    /// <summary>True when all that a function does with another one is to start threads in it.</summary>
    private static bool IsOnlySpawned(Function f, Function other)
    {
        var spawns = false;
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
            {
                var op = f[id].Op;
                if (op == Op.CallIndirect || f[id].Payload is AsmBlock or Global)
                    return false;
                if (f[id].Payload is FunctionRef { Function: var named } && named == other)
                {
                    if (op != Op.Spawn)
                        return false;
                    spawns = true;
                }
            }
        return spawns;
    }

    /// <summary>Functions that may let another thread run before they return.</summary>
    public HashSet<Function> Suspending()
    {
        var found = new HashSet<Function>();
        foreach (var component in Components)
            if (component.Any(f => _callees[f].Any(found.Contains)
                || f.Blocks.Any(b => b.Instructions.Any(id => f[id].Op == Op.Yield))))
                found.UnionWith(component);
        return found;
    }

    /// <summary>All functions reachable from some.</summary>
    public HashSet<Function> Reachable(IEnumerable<Function> from)
    {
        var seen = new HashSet<Function>();
        var work = new Stack<Function>(from);
        while (work.TryPop(out var f))
            if (seen.Add(f))
                foreach (var c in _callees.GetValueOrDefault(f) ?? [])
                    work.Push(c);
        return seen;
    }

    /// <summary>Functions whose address the data of a variable holds, or of those it points to.</summary>
    private HashSet<Function> NamedBy(Global global)
    {
        if (_named.TryGetValue(global, out var known))
            return known;
        var found = new HashSet<Function>();
        var seen = new HashSet<Global> { global };
        var work = new Stack<Global>([global]);
        while (work.TryPop(out var g))
            foreach (var value in g.Initial.WithParts())
                switch (value)
                {
                    case ConstantValue.FunctionValue f:
                        found.Add(f.Function);
                        break;
                    case ConstantValue.Address a when seen.Add(a.Global):
                        work.Push(a.Global);
                        break;
                    case ConstantValue.SliceOf s when seen.Add(s.Global):
                        work.Push(s.Global);
                        break;
                }
        return _named[global] = found;
    }

    private List<Function> Find(Function f)
    {
        var set = new HashSet<Function>();
        foreach (var block in f.Blocks)
        {
            foreach (var id in block.Instructions)
            {
                if (f[id].Op is Op.Call or Op.TailCall)
                    set.Add(((FunctionRef)f[id].Payload!).Function);
                else if (f[id].Op is Op.CallIndirect)
                    set.UnionWith(_addressTaken);
                else if (f[id].Payload is AsmBlock asm)
                    // A handler is named to be put into a vector; only interrupts call it.
                    foreach (var b in asm.Bindings)
                        set.UnionWith(b.Function is { } bound ? bound.Is(FunctionFlags.Interrupt) ? [] : [bound]
                            : b.Global is { } data ? NamedBy(data) : []);
                else if (f[id].Op is Op.FuncRef or Op.Spawn)
                    set.Add(((FunctionRef)f[id].Payload!).Function);
                else if (f[id].Payload is Global g)
                    set.UnionWith(NamedBy(g));
            }
        }
        set.RemoveWhere(c => c.IsExtern);
        return [.. set];
    }

    private void Visit(Function f)
    {
        _index[f] = _low[f] = _index.Count;
        _stack.Push(f);
        _onStack.Add(f);
        foreach (var c in _callees[f] = Find(f))
        {
            if (!_index.ContainsKey(c))
            {
                Visit(c);
                _low[f] = Math.Min(_low[f], _low[c]);
            }
            else if (_onStack.Contains(c))
            {
                _low[f] = Math.Min(_low[f], _index[c]);
            }
        }
        if (_low[f] != _index[f])
            return;
        var component = new List<Function>();
        Function top;
        do
        {
            top = _stack.Pop();
            _onStack.Remove(top);
            component.Add(top);
        }
        while (top != f);
        Components.Add(component);
    }
}
