namespace MinZ.Vm.Loading;

/// <summary>
/// Which slots of a function's frame hold addresses before each of its instructions. Made from the live ranges of the
/// registers that hold addresses when a collection first meets an instruction; until then it is these ranges only.
/// </summary>
internal sealed class StackMap
{
    /// <summary>A part of the addressable frame that holds addresses.</summary>
    /// <param name="Offset">Bytes from its start.</param>
    /// <param name="Layout">Number of the layout.</param>
    /// <param name="Bytes">Size.</param>
    public readonly record struct Part(uint Offset, int Layout, uint Bytes);

    /// <summary>A slot that holds an address from one position to before another.</summary>
    public readonly record struct Range(ushort Slot, int Start, int End);

    private readonly Range[] _ranges;
    private readonly int[] _positions;
    private readonly ushort[]?[] _slots;
    private readonly int _entered;

    /// <summary>Makes the map.</summary>
    /// <param name="ranges">Where slots hold addresses.</param>
    /// <param name="positions">By instruction: its position.</param>
    /// <param name="parts">Parts of the addressable frame with addresses.</param>
    /// <param name="frameSlot">Slot of the addressable frame's address, which holds it wherever there are
    /// parts.</param>
    /// <param name="entered">First instruction that has an addressable frame.</param>
    public StackMap(Range[] ranges, int[] positions, Part[] parts, int frameSlot, int entered)
    {
        (_ranges, _positions, _entered) = (ranges, positions, entered);
        (Parts, FrameSlot) = (parts, frameSlot);
        _slots = ranges.Length == 0 ? [] : new ushort[positions.Length][];
    }

    /// <summary>Parts of the addressable frame that hold addresses.</summary>
    public Part[] Parts { get; }

    /// <summary>Slot of the addressable frame's address.</summary>
    public int FrameSlot { get; }

    /// <summary>True when before an instruction the addressable frame is there.</summary>
    public bool HasAddressableFrame(int instruction) => Parts.Length > 0 && instruction >= _entered;

    /// <summary>Slots that hold addresses before an instruction.</summary>
    public ushort[] At(int instruction)
    {
        if (_ranges.Length == 0)
            return [];
        if (_slots[instruction] is { } known)
            return known;
        var position = _positions[instruction];
        var slots = new List<ushort>();
        foreach (var r in _ranges)
            if (r.Start <= position && position < r.End)
                slots.Add(r.Slot);
        // Machines that run one program at the same time would store the same.
        return _slots[instruction] = [.. slots];
    }
}
