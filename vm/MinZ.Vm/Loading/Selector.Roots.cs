using MinZ.Mir;
using MinZ.Vm.Memory;

namespace MinZ.Vm.Loading;

/// <summary>What of a function's registers and slots the collector has to know.</summary>
internal sealed partial class Selector
{
    private StackMap.Part[]? _parts;
    private bool[]? _holdsAddress;

    /// <summary>
    /// True for a register whose value is an address by its type, or by that of a value it stands for.
    /// </summary>
    public bool HoldsAddress(int register)
    {
        if (_holdsAddress is null)
        {
            _holdsAddress = new bool[_f.ValueLimit];
            for (var v = 1; v < _f.ValueLimit; v++)
                if (ReferenceMap.IsAddress(_f.TypeOf(new Value(v))))
                    _holdsAddress[v] = _holdsAddress[Actual(new Value(v)).Id] = true;
        }
        return register < _holdsAddress.Length && _holdsAddress[register];
    }

    /// <summary>Parts of the addressable frame that hold addresses.</summary>
    public StackMap.Part[] AddressableParts()
    {
        if (_parts is not null)
            return _parts;
        // Objects of near memory stay where they are.
        if (_isNear)
            return _parts = [];
        var parts = new List<StackMap.Part>();
        foreach (var (local, offset) in _frame.Offsets)
            if (!new ReferenceMap(local.Type).IsEmpty)
                parts.Add(new StackMap.Part((uint)offset, _program.LayoutOf(local.Type),
                    (uint)DataLayout.Flat32.SizeOf(local.Type)));
        return _parts = [.. parts];
    }
}
