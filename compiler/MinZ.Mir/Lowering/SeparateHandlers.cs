namespace MinZ.Mir.Lowering;

/// <summary>
/// Gives handlers of interrupts functions of their own where the rest of the program calls the same ones: variables
/// that have a fixed place are then those of one of both alone.
/// </summary>
public static class SeparateHandlers
{
    /// <summary>
    /// Copies what handlers share with the rest of the program; leaves a module that shares nothing as it is.
    /// </summary>
    /// <param name="module">A lowered module with all that it calls.</param>
    public static void Run(Module module)
    {
        var handlers = module.Functions.Where(f => f.Is(FunctionFlags.Interrupt) && !f.IsExtern).ToList();
        if (handlers.Count == 0)
            return;
        var inHandlers = Reachable(handlers);
        var elsewhere = Reachable(module.Functions.Where(f => !f.IsExtern && !f.Is(FunctionFlags.Interrupt)
            && (f == module.Main || f.Is(FunctionFlags.Export))));
        if (!inHandlers.Overlaps(elsewhere))
            return;
        var copies = new ModuleCopy();
        var ofHandlers = new Dictionary<Function, Function>();
        var all = module.Functions.ToList();
        foreach (var f in all.Where(inHandlers.Contains))
        {
            var copy = copies.Declare(f, f.Name + ".interrupt")!;
            module.Add(copy);
            if (f.Is(FunctionFlags.Interrupt))
                ofHandlers.Add(f, copy);
        }
        foreach (var g in module.Globals.Where(IsStateOfRuntime).ToList())
            module.Add(copies.Declare(g, g.Name + ".interrupt")!);
        copies.Fill();
        foreach (var f in all)
            NameHandlers(f, ofHandlers);
        foreach (var h in handlers)
            h.Flags &= ~FunctionFlags.Interrupt;
    }

    /// <summary>Variables of the runtime library; the one for high halves is saved by handlers.</summary>
    private static bool IsStateOfRuntime(Global g) =>
        !g.IsConst && g.Name.StartsWith('$') && g.Name != WideIntegers.HighHalf;

    /// <summary>Assembly that names a handler means what interrupts call: it is to be put into a vector.</summary>
    private static void NameHandlers(Function f, Dictionary<Function, Function> handlers)
    {
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (f[id].Payload is AsmBlock asm)
                    f[id].Payload = asm with
                    {
                        Bindings = [.. asm.Bindings.Select(b => b.Function is { } named
                            ? b with { Function = handlers.GetValueOrDefault(named, named) } : b)],
                    };
    }

    private static HashSet<Function> Reachable(IEnumerable<Function> roots)
    {
        var found = new HashSet<Function>();
        var open = new Stack<Function>(roots);
        while (open.TryPop(out var f))
        {
            if (f.IsExtern || !found.Add(f))
                continue;
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    switch (f[id].Payload)
                    {
                        case FunctionRef callee:
                            open.Push(callee.Function);
                            break;
                        case AsmBlock asm:
                            foreach (var binding in asm.Bindings)
                                if (binding.Function is { } named && !named.Is(FunctionFlags.Interrupt))
                                    open.Push(named);
                            break;
                    }
        }
        return found;
    }
}
