using System.Runtime.CompilerServices;

namespace MinZ.Vm.Memory;

/// <summary>The two passes over objects: marking them, and moving them with the addresses in them.</summary>
internal sealed unsafe partial class Collector
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsInHeap(uint address) => address - (_start + Heap.HeaderBytes) < _reach;

    /// <summary>Marks the object an address is in, or just behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mark(uint address)
    {
        if (IsInHeap(address))
            MarkObject(_tables.HeaderAt(GranuleOf(address) - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MarkObject(uint granule)
    {
        if (_tables.IsLive(granule))
            return;
        var header = *(ulong*)(_memory + _start + granule * 8UL);
        _tables.SetLive(granule, (uint)(header >> 35));
        if (_layouts[(int)(uint)header].References.IsEmpty)
            return;
        if (_depth < StackEntries)
            _stack[_depth++] = granule;
        else
            _overflowed = true;
    }

    private void Drain()
    {
        Scan();
        while (_overflowed)
        {
            // What did not fit the stack is marked but was not looked into: look into all that is marked.
            _overflowed = false;
            var granules = GranuleOf(_top);
            for (var g = _tables.Next(0, granules, true); g < granules; g = _tables.Next(g, granules, true))
            {
                var header = *(ulong*)(_memory + _start + g * 8UL);
                ScanObject(g, header);
                Scan();
                g += (uint)(header >> 35);
            }
        }
    }

    private void Scan()
    {
        while (_depth > 0)
        {
            var granule = _stack[--_depth];
            ScanObject(granule, *(ulong*)(_memory + _start + granule * 8UL));
        }
    }

    private void ScanObject(uint granule, ulong header)
    {
        var layout = _layouts[(int)(uint)header];
        if (layout.References.IsEmpty)
            return;
        var at = _memory + _start + granule * 8UL + Heap.HeaderBytes;
        var end = at + ((header >> 32) - Heap.HeaderBytes);
        for (; at + layout.Stride <= end; at += layout.Stride)
            MarkIn(at, layout.References);
    }

    private void MarkIn(byte* at, ReferenceMap map)
    {
        foreach (var offset in map.Offsets)
            Mark(*(uint*)(at + offset));
        foreach (var part in map.Enums)
            if (Payload(at, part) is { } payload)
                MarkIn(at, payload);
    }

    /// <summary>Addresses of the variant that is there; null = it has none.</summary>
    private static ReferenceMap? Payload(byte* at, ReferenceMap.EnumPart part)
    {
        var tag = part.TagBytes switch
        {
            1 => at[part.Offset],
            2 => *(ushort*)(at + part.Offset),
            4 => *(uint*)(at + part.Offset),
            _ => *(ulong*)(at + part.Offset),
        };
        foreach (var (known, payload) in part.Cases)
            if (known == tag)
                return payload;
        return null;
    }

    /// <summary>What becomes of an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Moved(uint address) =>
        IsInHeap(address)
            ? (uint)(_to + _tables.LiveBefore(GranuleOf(address)) * 8UL) + (address & 7) : address;

    private void MoveIn(byte* at, ReferenceMap map)
    {
        foreach (var offset in map.Offsets)
            *(uint*)(at + offset) = Moved(*(uint*)(at + offset));
        foreach (var part in map.Enums)
            if (Payload(at, part) is { } payload)
                MoveIn(at, payload);
    }

    /// <summary>Moves runs of live objects down, then rewrites the addresses in them.</summary>
    private void Slide()
    {
        var granules = GranuleOf(_top);
        var to = _memory + _start;
        for (var g = _tables.Next(0, granules, true); g < granules;)
        {
            var end = _tables.Next(g, granules, false);
            var from = _memory + _start + g * 8UL;
            var bytes = (end - g) * 8UL;
            if (from != to)
                Buffer.MemoryCopy(from, to, bytes, bytes);
            MoveObjects(to, to + bytes);
            to += bytes;
            g = _tables.Next(end, granules, true);
        }
        if (_to == _start)
            return;
        var all = (ulong)(to - (_memory + _start));
        Buffer.MemoryCopy(_memory + _start, _memory + _to, all, all);
        *(ulong*)(_memory + _start) = (uint)Heap.PlainLayout | _to - _start << 32;
    }

    private void MoveObjects(byte* at, byte* end)
    {
        while (at < end)
        {
            var header = *(ulong*)at;
            var next = at + (header >> 32);
            var layout = _layouts[(int)(uint)header];
            if (!layout.References.IsEmpty)
                for (at += Heap.HeaderBytes; at + layout.Stride <= next; at += layout.Stride)
                    MoveIn(at, layout.References);
            at = next;
        }
    }
}
