using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Memory;

/// <summary>
/// Collections of near memory. Integers, registers of the processor and bytes at any place may hold addresses there, so
/// every word that could be one keeps the object it lies in, and nothing moves.
/// </summary>
internal sealed unsafe partial class Collector
{
    /// <summary>Collects without moving anything.</summary>
    /// <param name="roots">All there are, besides memory itself.</param>
    /// <param name="top">End of the heap's objects.</param>
    /// <param name="free">Gets the runs between objects that live, as start and end, lowest first.</param>
    /// <param name="newTop">End of the last object that lives.</param>
    /// <returns>Null, or what is wrong with a heap that the program wrote over.</returns>
    public string? Sweep(
        IReadOnlyList<IRootSource> roots, ulong top, List<(ulong Start, ulong End)> free, out ulong newTop)
    {
        free.Clear();
        _top = newTop = top;
        _reach = top > _start ? top - _start - Heap.HeaderBytes + 1 : 0;
        SetLayouts(_program.Layouts());
        Collections++;
        Frames = 0;
        var granules = GranuleOf(top);
        _tables.Clear(granules);
        if (FindObjects() is { } damage)
            return damage;
        _marking = true;
        foreach (var source in roots)
            source.Show(this);
        MarkWords(LinearMemory.NullPageBytes, _start);
        MarkWords(_limit, LinearMemory.LowBytes);
        while (_depth > 0)
        {
            var at = _start + _stack[--_depth] * 8UL;
            MarkWords(at + Heap.HeaderBytes, at + (*(ulong*)(_memory + at) >> 32));
        }
        for (var g = _tables.Next(0, granules, false); g < granules;)
        {
            var end = _tables.Next(g, granules, true);
            if (end == granules)
            {
                newTop = _start + g * 8UL;
                break;
            }
            free.Add((_start + g * 8UL, _start + end * 8UL));
            *(ulong*)(_memory + _start + g * 8UL) = (uint)Heap.PlainLayout | (end - g) * 8UL << 32;
            g = _tables.Next(end, granules, false);
        }
        return null;
    }

    /// <summary>Marks what the words of a range mean, at odd addresses too.</summary>
    private void MarkWords(ulong from, ulong to)
    {
        for (var at = from; at + sizeof(ushort) <= to; at++)
            Mark(*(ushort*)(_memory + at));
    }

    /// <summary>Marks what all slots of a thread's frames mean.</summary>
    /// <returns>How many frames there are.</returns>
    private int MarkSlots(Insn* ip, long* frame)
    {
        var frames = 0;
        for (; FunctionAt(ip) is { } f; frames++)
        {
            for (var n = 0; n < f.FrameSlots; n++)
                Slot(ref frame[n]);
            if (((int*)frame)[-4] == 0)
                return frames + 1;
            Leave(ref ip, ref frame);
        }
        return frames;
    }
}
