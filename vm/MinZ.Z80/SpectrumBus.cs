using System.Runtime.CompilerServices;

namespace MinZ.Z80;

/// <summary>
/// The board of the 48K Spectrum: 16 KB ROM, 48 KB RAM of which the lower 16 KB share their time with the ULA, one
/// port.
/// </summary>
public readonly struct SpectrumBus : IBus
{
    /// <summary>The first address of RAM; writes below are lost.</summary>
    public const int RamStart = 0x4000;

    private readonly byte[] _memory;
    private readonly Ula _ula;

    internal SpectrumBus(byte[] memory, Ula ula)
    {
        _memory = memory;
        _ula = ula;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Fetch(ushort address, ref long t)
    {
        Wait(address, ref t);
        t += 4;
        return _memory[address];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Read(ushort address, ref long t)
    {
        Wait(address, ref t);
        t += 3;
        return _memory[address];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ushort address, byte value, ref long t)
    {
        Wait(address, ref t);
        t += 3;
        if (address >= RamStart)
        {
            _memory[address] = value;
        }
    }

    /// <inheritdoc/>
    public void Idle(ushort address, int count, ref long t)
    {
        if (!IsContended(address))
        {
            t += count;
            return;
        }
        for (; count > 0; count--)
        {
            t += _ula.Delay(t) + 1;
        }
    }

    /// <inheritdoc/>
    public byte In(ushort port, ref long t)
    {
        PortCycle(port, ref t);
        // The value is taken during the last T-state.
        return _ula.In(port, t - 1);
    }

    /// <inheritdoc/>
    public void Out(ushort port, byte value, ref long t)
    {
        Wait(port, ref t);
        t++;
        // The ULA sees the value before the waits that its own port causes.
        _ula.Out(port, value, t);
        EndPortCycle(port, ref t);
    }

    /// <inheritdoc/>
    public byte Acknowledge() => 0xFF;

    private static bool IsContended(ushort address) => (address & 0xC000) == RamStart;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Wait(ushort address, ref long t)
    {
        if (IsContended(address))
        {
            t += _ula.Delay(t);
        }
    }

    private void PortCycle(ushort port, ref long t)
    {
        Wait(port, ref t);
        t++;
        EndPortCycle(port, ref t);
    }

    // The ULA stops the clock for its own (even) port, and, mistaking the address for its memory, once per T-state
    // for any port whose high byte lies in 0x40-0x7F.
    private void EndPortCycle(ushort port, ref long t)
    {
        if ((port & 1) == 0)
        {
            t += _ula.Delay(t) + 3;
        }
        else if (IsContended(port))
        {
            for (int i = 0; i < 3; i++)
            {
                t += _ula.Delay(t) + 1;
            }
        }
        else
        {
            t += 3;
        }
    }
}
