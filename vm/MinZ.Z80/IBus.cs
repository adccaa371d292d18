namespace MinZ.Z80;

/// <summary>
/// What a Z80 is soldered to: memory, ports and whatever stretches its machine cycles.
/// </summary>
/// <remarks>
/// Each member performs one machine cycle and adds its length, wait states included, to <c>t</c>, the T-state counter.
/// Implementations are structs, so that <see cref="Cpu{TBus}"/> is compiled once per bus with every call inlined.
/// </remarks>
public interface IBus
{
    /// <summary>Opcode fetch (M1), 4 T.</summary>
    byte Fetch(ushort address, ref long t);

    /// <summary>Memory read, 3 T.</summary>
    byte Read(ushort address, ref long t);

    /// <summary>Memory write, 3 T.</summary>
    void Write(ushort address, byte value, ref long t);

    /// <summary>
    /// Port read, 4 T; <paramref name="port"/> is the whole address bus, of which A8-A15 count on a Spectrum.
    /// </summary>
    byte In(ushort port, ref long t);

    /// <summary>Port write, 4 T.</summary>
    void Out(ushort port, byte value, ref long t);

    /// <summary>
    /// <paramref name="count"/> T-states of internal work with <paramref name="address"/> left on the bus.
    /// </summary>
    void Idle(ushort address, int count, ref long t);

    /// <summary>The byte the interrupting device puts on the data bus; takes no time of its own.</summary>
    byte Acknowledge();
}

/// <summary>64 KB of RAM, no devices, no wait states: the fastest bus, for kernels and measurements.</summary>
/// <param name="memory">The 65,536 bytes to work on; shared, not copied.</param>
public readonly struct FlatBus(byte[] memory) : IBus
{
    /// <summary>The memory behind the bus.</summary>
    public byte[] Memory { get; } = memory.Length == 0x10000
        ? memory
        : throw new ArgumentException("a Z80 addresses exactly 65,536 bytes", nameof(memory));

    /// <inheritdoc/>
    public byte Fetch(ushort address, ref long t)
    {
        t += 4;
        return Memory[address];
    }

    /// <inheritdoc/>
    public byte Read(ushort address, ref long t)
    {
        t += 3;
        return Memory[address];
    }

    /// <inheritdoc/>
    public void Write(ushort address, byte value, ref long t)
    {
        t += 3;
        Memory[address] = value;
    }

    /// <inheritdoc/>
    public byte In(ushort port, ref long t)
    {
        t += 4;
        return 0xFF;
    }

    /// <inheritdoc/>
    public void Out(ushort port, byte value, ref long t) => t += 4;

    /// <inheritdoc/>
    public void Idle(ushort address, int count, ref long t) => t += count;

    /// <inheritdoc/>
    public byte Acknowledge() => 0xFF;
}
