using System.Collections.Immutable;
using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Mir.Bytecode;

namespace MinZ.Backends.Mirb;

/// <summary>The MIR VM: the module itself, as it is.</summary>
public static class MirbTarget
{
    private const int MissingBody = 1060;

    /// <summary>The target's row of the registry.</summary>
    public static Target Target { get; } =
        new("mirb", "Module for the MIR VM", [".mirb"], MemoryFamily.Flat, Emit);

    private static EmitResult Emit(Module module, EmitOptions options)
    {
        ImmutableArray<TargetMessage> messages =
            [.. InlineAssemblyCheck.Check(module), .. MissingFunctions.Report(module, MissingBody)];
        return messages.Any(m => m.IsError) ? new EmitResult([], messages)
            : new EmitResult([new OutputFile(".mirb", [.. MirbWriter.Write(module)])], messages);
    }
}
