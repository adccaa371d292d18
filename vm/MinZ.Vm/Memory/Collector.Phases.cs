using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    private void MarkObject(uint granule)
    {
        if (_tables.IsLive(granule))
            return;
        var header = *(ulong*)(_memory + _start + granule * 8UL);
        HeapTables.SetLive(_tables.Live, granule, (uint)(header >> 35));
        if ((uint)header != Heap.PlainLayout || _isNear)
            Push(granule);
    }

    private void Push(uint granule)
    {
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
                if ((uint)header != Heap.PlainLayout)
                    Push(g);
                Scan();
                g += (uint)(header >> 35);
            }
        }
    }

    /// <summary>Looks into what waits on the stack. This is where most of a collection's time goes, so what does not
    /// change is at hand in locals, and objects whose addresses are at fixed offsets are done right here.</summary>
    private void Scan()
    {
        var heap = _memory + _start;
        var contents = _start + Heap.HeaderBytes;
        var reach = _reach;
        var starts = _tables.Starts;
        var live = _tables.Live;
        var shapes = _shapes;
        var stack = _stack;
        var depth = _depth;
        while (depth > 0)
        {
            var granule = stack[--depth];
            var header = *(ulong*)(heap + granule * 8UL);
            var at = heap + granule * 8UL + Heap.HeaderBytes;
            var shape = shapes + (uint)header;
            var (stride, count) = (shape->Stride, shape->Count);
            var offsets = shape->Offsets;
            var last = heap + granule * 8UL + (header >> 32) - stride;
            if (count < 0)
            {
                _depth = depth;
                ScanObject(at, last, _layouts[(int)(uint)header]);
                depth = _depth;
                continue;
            }
            for (; at <= last; at += stride)
                for (var n = 0; n < count; n++)
                {
                    var into = *(uint*)(at + offsets[n]) - contents;
                    if (into >= reach)
                        continue;
                    var found = (uint)(into >> 3);
                    if ((starts[found >> 6] >> (int)(found & 63) & 1) == 0)
                        found = _tables.HeaderAt(found);
                    if ((live[found >> 6] >> (int)(found & 63) & 1) != 0)
                        continue;
                    var other = *(ulong*)(heap + found * 8UL);
                    HeapTables.SetLive(live, found, (uint)(other >> 35));
                    if ((uint)other == Heap.PlainLayout)
                        continue;
                    if (depth < StackEntries)
                        stack[depth++] = found;
                    else
                        _overflowed = true;
                }
        }
        _depth = 0;
    }

    private void ScanObject(byte* at, byte* last, HeapLayout layout)
    {
        for (; at <= last; at += layout.Stride)
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
        address - _movedFrom < _movedReach
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
        var (from, reach, to) = (_movedFrom, _movedReach, _to);
        var shapes = _shapes;
        while (at < end)
        {
            var header = *(ulong*)at;
            var next = at + (header >> 32);
            var shape = shapes + (uint)header;
            var (stride, count) = (shape->Stride, shape->Count);
            var offsets = shape->Offsets;
            if (count < 0)
                for (at += Heap.HeaderBytes; at + stride <= next; at += stride)
                    MoveIn(at, _layouts[(int)(uint)header].References);
            else if (count > 0)
                for (at += Heap.HeaderBytes; at + stride <= next; at += stride)
                    for (var n = 0; n < count; n++)
                    {
                        var place = (uint*)(at + offsets[n]);
                        if (*place - from < reach)
                            *place = (uint)(to + _tables.LiveBefore(GranuleOf(*place)) * 8UL) + (*place & 7);
                    }
            at = next;
        }
    }

    /// <summary>What the two passes have to know of most layouts.</summary>
    private struct Shape
    {
        /// <summary>See <see cref="HeapLayout.Stride"/>.</summary>
        public int Stride;
        /// <summary>How many addresses there are in an element; -1 when that depends on tags.</summary>
        public int Count;
        /// <summary>Their offsets.</summary>
        public uint* Offsets;
    }

    private void SetLayouts(HeapLayout[] layouts)
    {
        if (layouts.Length == _layouts.Length)
            return;
        FreeShapes();
        _layouts = layouts;
        _shapes = (Shape*)NativeMemory.Alloc((nuint)layouts.Length, (nuint)sizeof(Shape));
        for (var n = 0; n < layouts.Length; n++)
        {
            var (offsets, enums) = (layouts[n].References.Offsets, layouts[n].References.Enums);
            var copy = (uint*)NativeMemory.Alloc((nuint)offsets.Length, sizeof(uint));
            for (var k = 0; k < offsets.Length; k++)
                copy[k] = (uint)offsets[k];
            _shapes[n] = new Shape
            {
                Stride = layouts[n].Stride, Count = enums.Length > 0 ? -1 : offsets.Length, Offsets = copy,
            };
        }
    }

    private void FreeShapes()
    {
        for (var n = 0; _shapes != null && n < _layouts.Length; n++)
            NativeMemory.Free(_shapes[n].Offsets);
        NativeMemory.Free(_shapes);
        _shapes = null;
    }
}
