using MinZ.Mir;
using MinZ.Mir.Text;

namespace MinZ.Backends.Mirb;

/// <summary>The MIR VM: the module itself, as it is.</summary>
public static class MirbTarget
{
    /// <summary>The target's row of the registry.</summary>
    public static Target Target { get; } =
        new("mirb", "Module for the MIR VM", [".mirb"], MemoryFamily.Flat, Emit);

    private static EmitResult Emit(Module module, EmitOptions options)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(MirWriter.Write(module, new MirWriterOptions(WithLocations: true)));
        return new EmitResult([new OutputFile(".mirb", [.. bytes])], []);
    }
}
