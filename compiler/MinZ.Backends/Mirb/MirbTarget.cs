using System.Collections.Immutable;
using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Mir.Bytecode;

namespace MinZ.Backends.Mirb;

/// <summary>The MIR VM: the module itself, as it is.</summary>
public static class MirbTarget
{
    /// <summary>The target's row of the registry.</summary>
    public static Target Target { get; } =
        new("mirb", "Module for the MIR VM", [".mirb"], MemoryFamily.Flat, Emit);

    private static EmitResult Emit(Module module, EmitOptions options)
    {
        ImmutableArray<TargetMessage> messages = [.. InlineAssemblyCheck.Check(module), .. MissingFunctions(module)];
        return messages.Any(m => m.IsError) ? new EmitResult([], messages)
            : new EmitResult([new OutputFile(".mirb", [.. MirbWriter.Write(module)])], messages);
    }

    /// <summary>Calls of functions that are not there: another module may bring them, so that these are warnings.</summary>
    private static IEnumerable<TargetMessage> MissingFunctions(Module module) =>
        from f in module.Functions
        from block in f.Blocks
        from id in block.Instructions
        where f[id].Op is Op.Call or Op.TailCall
        let callee = (f[id].Payload as FunctionRef)?.Function
        where callee is { IsExtern: true } && callee.Abi?.Address is null
        select new TargetMessage(1060, $"the function '{callee.Name}' has no body: calling it stops the program",
            "give it a body, an address as in @extern(0x0D6B), or link the module that has it",
            f.Locations[f[id].Location].Location, IsError: false);
}
