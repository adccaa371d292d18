using System.Text;
using MinZ.Mir;
using MinZ.Vm.Interpreter;
using MinZ.Vm.Loading;

namespace MinZ.Vm.Sandbox;

/// <summary>
/// The only way from a program to the world: console, clock, random numbers, arguments, ports and host functions. What
/// is not granted is refused here, so this is also the place to record.
/// </summary>
internal sealed class Gate(Machine machine, VmOptions options)
{
    private readonly byte[] _buffer = new byte[4096];
    private int _buffered;
    private long _milliseconds;
    private ulong _seed = 0x9E3779B97F4A7C15;

    public bool IsGranted(string service) => options.Capabilities.Contains(service);

    /// <summary>What a trap says when a service is refused.</summary>
    public static string Denial(string service) => $"the service '{service}' is not granted to this program";

    /// <summary>Writes to the console; callers have asked <see cref="IsGranted"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (options.Output is null)
            return;
        if (bytes.Length > _buffer.Length - _buffered)
            Flush();
        if (bytes.Length > _buffer.Length)
        {
            options.Output.Write(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    /// <summary>Hands on what is buffered.</summary>
    public void Flush()
    {
        if (_buffered > 0)
            options.Output!.Write(_buffer, 0, _buffered);
        _buffered = 0;
        options.Output?.Flush();
    }

    /// <summary>Calls a service or host function.</summary>
    /// <returns>False, with the reason, when the program may not.</returns>
    public bool TryInvoke(HostTarget target, ReadOnlySpan<long> arguments, out long result, out string denial)
    {
        result = 0;
        denial = "";
        switch (target.Kind)
        {
            case HostKind.Native:
                if (!options.Natives.TryGetValue(target.Name!, out var native))
                {
                    denial = $"the host offers no function '{target.Name}' to this program";
                    return false;
                }
                Flush();
                result = native(new HostCall(machine, arguments));
                return true;
            case HostKind.Syscall when options.Syscalls.TryGetValue(target.Number, out var syscall):
                Flush();
                result = syscall(new HostCall(machine, arguments));
                return true;
            case HostKind.Syscall:
                return TrySyscall(target.Number, arguments, out result, out denial);
            case HostKind.PortIn or HostKind.PortOut:
                return TryPort(target.Kind, arguments, out result, out denial);
            default:
                return false;
        }
    }

    private bool TryPort(HostKind kind, ReadOnlySpan<long> arguments, out long result, out string denial)
    {
        result = 0xFF;
        denial = Denial(HostServices.Ports);
        if (!IsGranted(HostServices.Ports))
            return false;
        var ports = options.Ports ?? machine.MachinePorts;
        if (kind == HostKind.PortIn)
            result = ports?.In((ushort)arguments[0]) ?? 0xFF;
        else
            ports?.Out((ushort)arguments[0], (byte)arguments[1]);
        return true;
    }

    private bool TrySyscall(long number, ReadOnlySpan<long> arguments, out long result, out string denial)
    {
        result = 0;
        var name = HostServices.NameOf(number);
        denial = name is null ? $"there is no syscall {number}" : Denial(name);
        if (name is null || number != HostServices.ExitNumber && !IsGranted(name))
            return false;
        if (arguments.Length < ArgumentsOf(number))
            throw new VmTrapException(TrapCode.Denied,
                $"syscall {number} ({name}) takes {ArgumentsOf(number)} arguments, not {arguments.Length}");
        result = number switch
        {
            HostServices.ExitNumber => Exit(arguments[0]),
            HostServices.WriteNumber => WriteMemory((uint)arguments[0], (uint)arguments[1]),
            HostServices.ClockNumber => Now(),
            HostServices.RandomNumber => (long)(options.Random?.Invoke() ?? NextRandom()),
            HostServices.ArgumentCountNumber => options.Arguments.Length,
            _ => Argument(arguments[0]),
        };
        return true;
    }

    private static int ArgumentsOf(long number) => number switch
    {
        HostServices.WriteNumber => 2,
        HostServices.ExitNumber or HostServices.ArgumentNumber => 1,
        _ => 0,
    };

    private long Exit(long code)
    {
        machine.Exit((int)(code & 0xFF));
        return 0;
    }

    private long WriteMemory(uint address, uint count)
    {
        if (count == 0)
            return 0;
        if (count > int.MaxValue || !machine.Memory.Covers(address, count))
            throw new VmTrapException(TrapCode.BadAddress, $"the {count} bytes at 0x{address:X} are not all in memory");
        Write(machine.Memory.Bytes(address, (int)count));
        return count;
    }

    private long Now() => options.Clock is null ? ++_milliseconds : Time;

    /// <summary>True when the program may see a real clock, so that waiting takes real time.</summary>
    public bool IsRealTime => options.Clock is not null && IsGranted(HostServices.Clock);

    /// <summary>Milliseconds since an arbitrary moment, as sleeping threads count them.</summary>
    public long Time => IsRealTime ? options.Clock!.GetUtcNow().ToUnixTimeMilliseconds() : _milliseconds;

    /// <summary>Sets the time forward where there is no real clock.</summary>
    public void PassTime(long milliseconds) => _milliseconds = Math.Max(_milliseconds, milliseconds);

    /// <summary>SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators).</summary>
    private ulong NextRandom()
    {
        var z = _seed += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    private long Argument(long index)
    {
        if ((ulong)index >= (ulong)options.Arguments.Length)
            throw new VmTrapException(TrapCode.IndexOutOfRange,
                $"argument {index} is asked for, but there are {options.Arguments.Length}");
        var bytes = Encoding.UTF8.GetBytes(options.Arguments[(int)index]);
        return machine.NewText(bytes);
    }
}
