using System.Runtime.InteropServices;

namespace MinZ.Vm.Memory;

/// <summary>Addresses that the host keeps.</summary>
internal sealed class HandleTable : IRootSource
{
    private readonly List<long> _slots = [];
    private readonly Stack<int> _free = new();

    /// <summary>Address of a handle.</summary>
    public long this[int number] => _slots[number];

    /// <summary>Keeps an address; returns the handle's number.</summary>
    public int Add(long address)
    {
        if (!_free.TryPop(out var number))
        {
            number = _slots.Count;
            _slots.Add(0);
        }
        _slots[number] = address;
        return number;
    }

    /// <summary>Forgets a handle.</summary>
    public void Remove(int number)
    {
        _slots[number] = 0;
        _free.Push(number);
    }

    /// <inheritdoc/>
    public void Show(IRootVisitor visitor)
    {
        foreach (ref var slot in CollectionsMarshal.AsSpan(_slots))
            visitor.Slot(ref slot);
    }
}
