using MinZ.Mir;
using MinZ.Vm.Memory;

namespace MinZ.Vm.Interpreter;

/// <summary>Allocation, and what the collector has to know of this machine.</summary>
internal sealed unsafe partial class Machine : IRootSource
{
    /// <summary>Calls that wait for a host function, which called back: all but the innermost.</summary>
    private readonly Stack<ExecutionStack> _waiting = new();
    private readonly List<IRootSource> _sources = [];

    /// <summary>Objects that the host keeps.</summary>
    public HandleTable Handles { get; } = new();

    /// <summary>Bytes of heap in use.</summary>
    public long HeapBytes => (long)(_heap.Frontier - _heap.Start - _heap.FreeBytes - (_buffer.Limit - _buffer.Top));

    public HeapStatistics HeapStatistics => _heap.Statistics;

    /// <summary>Makes room for an object in the buffer, by a collection when needed; on failure leaves the
    /// trap.</summary>
    /// <param name="size">Size with header.</param>
    private bool Reserve(ulong size)
    {
        if (size <= _buffer.Limit - _buffer.Top || _heap.TryExtend(ref _buffer, size))
            return true;
        for (; ; )
        {
            if (!Collect(size))
                return false;
            if (size <= _buffer.Limit - _buffer.Top || _heap.TryExtend(ref _buffer, size))
                return true;
            if (!_world.IsShared)
                return Refuse(size);
        }
    }

    private bool Refuse(ulong size)
    {
        var use = $"{HeapBytes} of {_heap.Capacity} bytes of heap are in use, {size} more were asked for";
        Stop(TrapCode.OutOfMemory, _program.IsNear
            ? $"{use}; the heap of a program with assembly or 16-bit addresses is small"
            : $"{VmTrap.Describe(TrapCode.OutOfMemory)} ({_options.MemoryLimit} bytes): {use}");
        return false;
    }

    private bool Collect(ulong wanted)
    {
        if (wanted > _heap.Capacity)
            return Refuse(wanted);
        if (_world.IsShared)
            return CollectAmongOthers(wanted);
        _buffer.Retire(_memory);
        if (_heap.Collect(_sources, wanted) is { } damage)
        {
            Stop(TrapCode.BadAddress, damage);
            return false;
        }
        return _options.StressCollector || Charge((ulong)_heap.Statistics.LiveBytes) || OutOfFuel();
    }

    private bool OutOfFuel()
    {
        Stop(TrapCode.FuelExhausted);
        return false;
    }

    /// <inheritdoc/>
    public void Show(IRootVisitor visitor)
    {
        foreach (var (global, address) in _program.Data.Globals)
            if (_program.GlobalLayout(global) is { } layout)
                visitor.Memory(address, layout, (uint)_program.Layout.SizeOf(global.Type));
        foreach (var worker in _world.Workers)
            worker.ShowWorker(visitor);
        foreach (var stack in _waiting)
            visitor.Stack(stack);
        ShowThreads(visitor);
        ShowRegisters(visitor);
    }

    /// <summary>An object of the buffer, whose room was reserved.</summary>
    private uint Take(ulong size, int layout)
    {
        var top = _buffer.Top;
        *(ulong*)(_memory + top) = (uint)layout | size << 32;
        _buffer.Top = top + size;
        return (uint)top + Heap.HeaderBytes;
    }

    private Insn* NewZeroed(Insn* ip, long* R)
    {
        var count = (ulong)R[ip->B];
        var size = Heap.SizeOf(count * (uint)ip->D);
        if (count > uint.MaxValue ? !Refuse(count) : !Reserve(size))
            return null;
        var address = Take(size, ip->E);
        if (_program.LayoutAt(ip->E).Zero is { } zero)
            foreach (var r in zero.Relocations)
                if (r.Target is StringConstant text)
                    for (var n = 0UL; n < count; n++)
                        WriteAddress(address + n * (uint)ip->D + (uint)r.Offset, _program.Data.AddressOf(text));
        R[ip->A] = address;
        return ip + 1;
    }

    private void WriteAddress(ulong at, uint address)
    {
        if (_program.IsNear)
            *(ushort*)(_memory + at) = (ushort)address;
        else
            *(uint*)(_memory + at) = address;
    }

    private ulong TextSize(ulong length) => Heap.SizeOf(length + (ulong)_linear.TextHeader + 1);

    /// <summary>Makes room for a string of so many bytes; on failure leaves the trap.</summary>
    private bool ReserveText(ulong length) => Reserve(TextSize(length));

    /// <summary>The bytes of a new string, for which room was made, to be filled.</summary>
    private Span<byte> NewText(int length, out uint address)
    {
        address = Take(TextSize((ulong)length), Heap.PlainLayout);
        if (_program.IsNear)
            *(ushort*)(_memory + address) = (ushort)length;
        else
            *(int*)(_memory + address) = length;
        return new Span<byte>(_memory + address + _linear.TextHeader, length);
    }

    /// <summary>Makes a string for a host function.</summary>
    /// <returns>Its address.</returns>
    /// <exception cref="VmTrapException">The memory limit is reached.</exception>
    public long NewText(ReadOnlySpan<byte> text)
    {
        if (!ReserveText((ulong)text.Length))
            throw new VmTrapException(_trap, _message ?? MessageOf(_trap));
        text.CopyTo(NewText(text.Length, out var address));
        return address;
    }
}
