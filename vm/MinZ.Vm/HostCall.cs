using System.Text;
using MinZ.Mir;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm;

/// <summary>Arguments and memory of a program that calls a host function; valid during the call only.</summary>
public readonly ref struct HostCall
{
    private readonly Machine _machine;

    internal HostCall(Machine machine, ReadOnlySpan<long> arguments)
    {
        _machine = machine;
        Arguments = arguments;
    }

    /// <summary>Canonical bits of the arguments. An address is an unsigned 32-bit offset; a slice is two
    /// arguments.</summary>
    public ReadOnlySpan<long> Arguments { get; }

    /// <summary>The program's bytes from an address on.</summary>
    /// <exception cref="VmTrapException">They are not all in memory.</exception>
    public Span<byte> Memory(long address, int count) =>
        count == 0 ? [] : _machine.Memory.Covers((uint)address, (uint)count)
            ? _machine.Memory.Bytes((uint)address, count)
            : throw new VmTrapException(TrapCode.BadAddress,
                $"the {count} bytes at 0x{(uint)address:X} are not all in memory");

    /// <summary>Text of a str argument.</summary>
    /// <exception cref="VmTrapException">It is no string.</exception>
    public string Text(int argument) => _machine.Memory.TryText((uint)Arguments[argument], out var text)
        ? Encoding.UTF8.GetString(text)
        : throw new VmTrapException(TrapCode.BadAddress, $"there is no string at 0x{(uint)Arguments[argument]:X}");

    /// <summary>
    /// Makes a str for the program and returns its address. This may collect and so move objects: spans of
    /// <see cref="Memory"/> got before, and addresses copied out of <see cref="Arguments"/>, are of no use after it;
    /// <see cref="Arguments"/> itself then holds the new addresses.
    /// </summary>
    /// <exception cref="VmTrapException">The memory limit is reached.</exception>
    public long NewText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return _machine.NewText(bytes);
    }
}
