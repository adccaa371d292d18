using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MinZ.Mir;
using MinZ.Vm.Interpreter;
using MinZ.Vm.Loading;

namespace MinZ.Vm.Memory;

/// <summary>
/// One collection: marks what can be reached, then slides it to the heap's start in its present order. Marks are kept
/// per granule beside the heap, and a granule's new place is the number of live granules before it, so nothing is
/// written into objects, an address in the middle of an object moves like one of its start, and no second space is
/// needed. See: Abuaiadh et al., An efficient parallel heap compaction algorithm, OOPSLA 2004, for counting marks.
/// </summary>
internal sealed unsafe partial class Collector : IRootVisitor, IDisposable
{
    /// <summary>Objects that wait to be scanned; when there are more, marking looks for them among the marked
    /// ones.</summary>
    private const int StackEntries = 1 << 18;

    private readonly LoadedProgram _program;
    private readonly byte* _memory;
    private readonly ulong _start;
    private readonly ulong _limit;
    private readonly HeapTables _tables;
    private readonly bool _moves;
    private readonly bool _isNear;
    private uint* _stack;
    private int _depth;
    private bool _overflowed;
    private HeapLayout[] _layouts = [];
    private Shape* _shapes;
    private bool _marking;
    private CompiledFunction? _lastFunction;
    private ulong _top;
    private ulong _reach;
    private ulong _to;
    /// <summary>
    /// Start and length of the addresses that change: objects before the first one that has died stay.
    /// </summary>
    private ulong _movedFrom, _movedReach;

    /// <summary>Makes a collector.</summary>
    /// <param name="start">Where the heap starts.</param>
    /// <param name="limit">Where it ends at most.</param>
    /// <param name="moves">Moves everything in every collection, to find whoever keeps an old address.</param>
    public Collector(LoadedProgram program, byte* memory, ulong start, ulong limit, bool moves)
    {
        _program = program;
        _memory = memory;
        _start = start;
        _limit = limit;
        _moves = moves;
        _isNear = program.IsNear;
        _tables = new HeapTables(limit - start);
        _stack = (uint*)NativeMemory.Alloc(StackEntries, sizeof(uint));
    }

    ~Collector() => Free();

    /// <summary>Frames the last collection saw: what it costs besides the heap.</summary>
    public int Frames { get; private set; }

    /// <summary>Collections so far.</summary>
    public int Collections { get; private set; }

    /// <summary>
    /// Collects.
    /// </summary>
    /// <param name="roots">All there are.</param>
    /// <param name="top">End of the heap's objects.</param>
    /// <param name="newTop">Their end afterwards.</param>
    /// <returns>Null, or what is wrong with a heap that the program wrote over.</returns>
    public string? Collect(IReadOnlyList<IRootSource> roots, ulong top, out ulong newTop)
    {
        _top = newTop = top;
        // The first object's contents start behind a header; an address may be just behind the last one's.
        _reach = top > _start ? top - _start - Heap.HeaderBytes + 1 : 0;
        SetLayouts(_program.Layouts());
        Collections++;
        Frames = 0;
        _tables.Clear(GranuleOf(top));
        if (FindObjects() is { } damage)
            return damage;
        _marking = true;
        foreach (var source in roots)
            source.Show(this);
        Drain();
        var live = _tables.CountLive(GranuleOf(top));
        var staying = _tables.Next(0, GranuleOf(top), false);
        // Sliding stays exact when the destination changes from one collection to the next.
        var shift = _moves ? (ulong)(Collections % 7 * 8) : 0;
        _to = _start + shift;
        newTop = _start + live * 8UL + shift;
        // Nothing moves when all that lives lies together at the start.
        if (live == staying && shift == 0)
            return null;
        if (newTop > _limit)
            (_to, newTop) = (_start, newTop - shift);
        (_movedFrom, _movedReach) = (_start + Heap.HeaderBytes, _reach);
        if (_to == _start)
            (_movedFrom, _movedReach) = (_start + staying * 8UL, top - _start - staying * 8UL + 1);
        _marking = false;
        foreach (var source in roots)
            source.Show(this);
        Slide();
        return null;
    }

    private uint GranuleOf(ulong address) => (uint)(address - _start >> 3);

    /// <summary>Walks all objects and notes where they start. Objects have headers a program can write over by raw
    /// addresses, so this is also where damage is found; after it headers are trusted.</summary>
    private string? FindObjects()
    {
        var starts = _tables.Starts;
        var numbers = _tables.Numbers;
        var layouts = (uint)_layouts.Length;
        var block = 0u;
        var word = 0UL;
        for (var at = _start; at < _top;)
        {
            var header = *(ulong*)(_memory + at);
            var size = header >> 32;
            if (size < Heap.HeaderBytes || (size & 7) != 0 || size > _top - at || (uint)header >= layouts)
                return $"the header of the object at 0x{at + Heap.HeaderBytes:X} was overwritten";
            var granule = GranuleOf(at);
            if (granule / HeapTables.BlockGranules != block)
            {
                starts[block] = word;
                (block, word) = (granule / HeapTables.BlockGranules, 0);
            }
            word |= 1UL << (int)(granule % HeapTables.BlockGranules);
            at += size;
            for (var next = block + 1; next <= GranuleOf(at - 8) / HeapTables.BlockGranules; next++)
                numbers[next] = granule;
        }
        starts[block] = word;
        return null;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Slot(ref long slot)
    {
        if ((ulong)slot > uint.MaxValue)
            return;
        if (_marking)
            Mark((uint)slot);
        else
            slot = Moved((uint)slot);
    }

    /// <inheritdoc/>
    public void Memory(uint address, int layout, uint bytes)
    {
        if (_isNear)
            return;
        var l = _layouts[layout];
        if (l.References.IsEmpty)
            return;
        for (var at = 0u; at + (uint)l.Stride <= bytes; at += (uint)l.Stride)
            if (_marking)
                MarkIn(_memory + address + at, l.References);
            else
                MoveIn(_memory + address + at, l.References);
    }

    /// <inheritdoc/>
    public void Stack(ExecutionStack stack)
    {
        var ip = (Insn*)stack.Next;
        var frame = (long*)stack.Frame;
        if (ip->Op == Code.Translate)
        {
            Parameters((CodeEntry*)ip->Word, frame);
            Leave(ref ip, ref frame);
        }
        else
        {
            Outgoing(ip, frame);
        }
        if (_isNear)
        {
            Frames += MarkSlots(ip, frame);
            return;
        }
        for (; FunctionAt(ip) is { } f; Frames++)
        {
            var at = (int)(ip - f.Code);
            foreach (var slot in f.Map.At(at))
                Slot(ref frame[slot]);
            if (f.Map.HasAddressableFrame(at))
                foreach (var part in f.Map.Parts)
                    Memory((uint)frame[f.Map.FrameSlot] + part.Offset, part.Layout, part.Bytes);
            if (((int*)frame)[-4] == 0)
            {
                // The first frame of a thread.
                Frames++;
                return;
            }
            Leave(ref ip, ref frame);
        }
    }

    private CompiledFunction? FunctionAt(Insn* ip)
    {
        // Of many threads, most wait in the same function.
        if (_lastFunction is null || !_lastFunction.Contains(ip))
            _lastFunction = _program.Find(ip) ?? _lastFunction;
        return _lastFunction is { } f && f.Contains(ip) ? f : null;
    }

    private static void Leave(ref Insn* ip, ref long* frame)
    {
        // A return address is behind the call it belongs to.
        ip = (Insn*)frame[-1] - 1;
        frame -= ((int*)frame)[-4];
    }

    /// <summary>Arguments of a call that was not made yet, or that a host function has not finished with.</summary>
    private void Outgoing(Insn* ip, long* frame)
    {
        switch (ip->Op)
        {
            case Code.Call or Code.Spawn:
                Parameters((CodeEntry*)ip->Word, frame + ip->A);
                break;
            case Code.TailCall:
                Parameters((CodeEntry*)ip->Word, frame);
                break;
            case Code.CallIndirect:
                var entry = _program.EntryAt((uint)frame[ip->C]);
                if (entry != null && entry->Signature == ip->E)
                    Parameters(entry, frame + ip->A);
                break;
            case Code.ChanSelect:
                var at = ip->A;
                foreach (var kind in _program.Cases(ip->D))
                    for (var n = 0; n < SelectCases.OperandsOf(kind); n++, at++)
                        if (kind != SelectCase.Timeout)
                            Slot(ref frame[at]);
                break;
            case Code.Host:
                for (var n = 0; n < Math.Min((int)ip->C, 32); n++)
                    if ((ip->E >> n & 1) != 0)
                        Slot(ref frame[ip->A + n]);
                break;
        }
    }

    private void Parameters(CodeEntry* entry, long* frame)
    {
        var parameters = _program.Module.Functions[entry->Index].Parameters;
        for (var n = 0; n < parameters.Length; n++)
            if (ReferenceMap.IsAddress(parameters[n].Type))
                Slot(ref frame[n]);
    }

    public void Dispose()
    {
        _tables.Dispose();
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_stack);
        _stack = null;
        FreeShapes();
    }
}
