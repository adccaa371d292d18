using MinZ.Z80;

namespace MinZ.Vm.Assembly;

/// <summary>The ports of a Spectrum that nobody types on; time does not pass.</summary>
internal sealed class SpectrumPorts(Spectrum machine) : IPorts
{
    /// <inheritdoc/>
    public byte In(ushort port)
    {
        var t = machine.T;
        return machine.Cpu.Bus.In(port, ref t);
    }

    /// <inheritdoc/>
    public void Out(ushort port, byte value)
    {
        var t = machine.T;
        machine.Cpu.Bus.Out(port, value, ref t);
    }
}
