using MinZ.Mir;
using MinZ.Mir.Bytecode;

namespace MinZ.Backends.Mirb;

/// <summary>The MIR VM: the module itself, as it is.</summary>
public static class MirbTarget
{
    /// <summary>The target's row of the registry.</summary>
    public static Target Target { get; } =
        new("mirb", "Module for the MIR VM", [".mirb"], MemoryFamily.Flat, Emit);

    private static EmitResult Emit(Module module, EmitOptions options) =>
        new([new OutputFile(".mirb", [.. MirbWriter.Write(module)])], []);
}
