using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Z80;

namespace MinZ.Vm.Assembly;

/// <summary>
/// Z80 assembly for programs on the VM: the Z80 target's assembler makes the code, a ZX Spectrum with the substitute
/// ROM runs it in the program's own memory. Has no state: one instance serves all programs.
/// </summary>
public sealed class SpectrumAssembly : IAssemblyHost
{
    private const int NullPage = 0x1000;

    private SpectrumAssembly()
    {
    }

    /// <summary>The host.</summary>
    public static SpectrumAssembly Instance { get; } = new();

    /// <inheritdoc/>
    public bool Runs(string target) =>
        string.Equals(target, InlineAssembly.TargetName, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public IPorts Start(Span<byte> memory)
    {
        var machine = new Spectrum();
        machine.Memory[NullPage..].CopyTo(memory[NullPage..]);
        return new SpectrumPorts(machine);
    }

    /// <inheritdoc/>
    public (int Address, int Bytes) FrameCounter => (SystemVariables.Frames, 3);

    /// <inheritdoc/>
    public void Complete(Module module)
    {
        foreach (var f in module.Functions)
            if (f.IsExtern && f.Abi is { Address: { } address })
                Conventions.GiveBody(f, address);
            else if (f.Is(FunctionFlags.Naked) || f.Abi is { Convention: "naked" })
                Conventions.GiveRegisters(f);
    }

    /// <inheritdoc/>
    public IAssembly Assemble(AssemblyProgram program) => new AssembledProgram(program);
}
