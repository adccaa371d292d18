using MinZ.Mir;
using MinZ.Mir.Bytecode;

namespace MinZ.Backends.Runtime;

/// <summary>The runtime functions written in MinZ, for targets that lack 64-bit integers or floats.</summary>
internal static class RuntimeModule
{
    private static readonly Lazy<Module> Shared = new(Read);

    /// <summary>The module, high-level. It is shared: clone it to change it.</summary>
    public static Module Load() => Shared.Value;

    private static Module Read()
    {
        using var stream = typeof(RuntimeModule).Assembly.GetManifestResourceStream("runtime.mirb")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var result = MirbReader.Read(bytes);
        return result.Module ?? throw new InvalidOperationException(string.Join("\n", result.Errors));
    }
}
