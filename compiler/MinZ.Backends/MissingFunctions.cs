using MinZ.Mir;

namespace MinZ.Backends;

/// <summary>Functions that a program calls and nobody has: neither the program nor the memory of the machine.</summary>
internal static class MissingFunctions
{
    /// <summary>
    /// Warnings for the calls of such functions; as in other languages a program may be complete without them.
    /// </summary>
    /// <param name="module">A module that is not lowered yet.</param>
    /// <param name="code">Number of the warning.</param>
    public static IEnumerable<TargetMessage> Report(Module module, int code) =>
        from f in module.Functions
        from block in f.Blocks
        from id in block.Instructions
        where f[id].Op is Op.Call or Op.TailCall && IsMissing(((FunctionRef)f[id].Payload!).Function)
        select new TargetMessage(code,
            $"the function '{((FunctionRef)f[id].Payload!).Function.Name}' has no body: calling it stops the program",
            "give it a body, an address as in @extern(0x0D6B), or link the module that has it",
            f.Locations[f[id].Location].Location, IsError: false);

    /// <summary>Gives such functions a body that stops the program.</summary>
    public static void GiveTraps(Module module)
    {
        foreach (var f in module.Functions.Where(IsMissing))
        {
            var b = new Builder(f).At(f.NewBlock("entry"));
            b.Location = f.AddLocation(f.Location);
            foreach (var p in f.Parameters)
                f.NewParameter(b.Block, p.Type, p.Name);
            b.Trap(TrapCode.Unreachable, b.Text(StringConstant.Of($"the function '{f.Name}' has no body")));
        }
    }

    private static bool IsMissing(Function f) =>
        f is { IsExtern: true, Abi: null or { Address: null, Convention: not "rst" } };
}
