using System.Diagnostics;
using System.Runtime.InteropServices;
using MinZ.Vm.Loading;

namespace MinZ.Vm.Memory;

/// <summary>
/// The heap of one machine: hands out runs of zeroed memory, decides when to collect. After a collection as much again
/// as is alive may be allocated before the next one, so collecting costs a constant share of allocating; the limit is
/// exact all the same, for near it collections come more often. In near memory, where nothing moves, what a collection
/// frees is handed out again where it lies.
/// </summary>
internal sealed unsafe class ManagedHeap : IDisposable
{
    /// <summary>Bytes handed out at a time.</summary>
    private const ulong RunBytes = 32 << 10;
    /// <summary>Bytes that may be allocated at least between two collections, unless the limit is nearer: what fits the
    /// processor's caches.</summary>
    private const ulong FewestBytes = 2 << 20;
    /// <summary>How much more may be allocated for each frame a collection has to look at.</summary>
    private const ulong BytesPerFrame = 64;

    private readonly byte* _memory;
    private readonly LoadedProgram _program;
    private readonly ulong _start;
    private readonly ulong _limit;
    private readonly bool _stress;
    private readonly bool _isNear;
    /// <summary>Runs between objects of near memory.</summary>
    private readonly List<(ulong Start, ulong End)> _free = [];
    /// <summary>True when near memory was collected since the last allocation, under stress.</summary>
    private bool _isFresh;
    private readonly Lock _lock = new();
    private Collector? _collector;
    private ulong _frontier;
    private ulong _goal;
    private ulong _dirty;
    private TimeSpan _time;
    private TimeSpan _longest;
    private ulong _reclaimed;
    private ulong _live;

    /// <summary>Makes an empty heap.</summary>
    /// <param name="start">First address, a multiple of 8.</param>
    /// <param name="limit">Address it may grow up to.</param>
    /// <param name="stress">Collects at every allocation and moves everything.</param>
    public ManagedHeap(LoadedProgram program, LinearMemory memory, ulong start, ulong limit, bool stress)
    {
        _program = program;
        _memory = memory.Base;
        _start = start;
        _limit = limit & ~7UL;
        _stress = stress;
        _isNear = program.IsNear;
        _frontier = _dirty = start;
        SetGoal(0);
    }

    /// <summary>Address its objects start at.</summary>
    public ulong Start => _start;

    /// <summary>Address behind the runs handed out so far.</summary>
    public ulong Frontier => _frontier;

    /// <summary>Bytes before it that no object has and nobody was handed.</summary>
    public ulong FreeBytes
    {
        get
        {
            var sum = 0UL;
            foreach (var (start, end) in _free)
                sum += end - start;
            return sum;
        }
    }

    /// <summary>Bytes it may hold.</summary>
    public ulong Capacity => _limit - _start;

    /// <summary>Numbers about its collections.</summary>
    public HeapStatistics Statistics => new()
    {
        Collections = _collector?.Collections ?? 0,
        TotalPause = _time,
        LongestPause = _longest,
        ReclaimedBytes = (long)_reclaimed,
        LiveBytes = (long)_live,
    };

    /// <summary>Makes room for an object at a buffer's top.</summary>
    /// <param name="buffer">The caller's own buffer.</param>
    /// <param name="size">Size with header, a multiple of 8.</param>
    /// <returns>False when it is time to collect, or, straight after a collection, when there is no room.</returns>
    public bool TryExtend(ref AllocationBuffer buffer, ulong size)
    {
        lock (_lock)
        {
            if (_isNear && _stress && !_isFresh)
                return false;
            _isFresh = false;
            if (_isNear && TryReuse(ref buffer, size))
                return true;
            var begin = buffer.Limit == _frontier ? buffer.Top : _frontier;
            if (size > _goal - begin)
                return false;
            var end = Math.Min(Math.Max(begin + (_stress ? size : RunBytes), begin + size), _goal);
            end = Math.Max(end, _frontier);
            if (begin == _frontier && buffer.Limit != _frontier)
            {
                buffer.Retire(_memory);
                buffer.Top = begin;
            }
            if (_frontier < _dirty)
                NativeMemory.Clear(_memory + _frontier, (nuint)(Math.Min(end, _dirty) - _frontier));
            buffer.Limit = _frontier = end;
            return true;
        }
    }

    private bool TryReuse(ref AllocationBuffer buffer, ulong size)
    {
        var n = _free.FindIndex(run => run.End - run.Start >= size);
        if (n < 0)
            return false;
        buffer.Retire(_memory);
        var (start, end) = _free[n];
        if (_stress && end - start > size)
        {
            _free[n] = (start + size, end);
            *(ulong*)(_memory + start + size) = (uint)Heap.PlainLayout | end - start - size << 32;
            end = start + size;
        }
        else
        {
            _free.RemoveAt(n);
        }
        NativeMemory.Clear(_memory + start, (nuint)(end - start));
        (buffer.Top, buffer.Limit) = (start, end);
        return true;
    }

    /// <summary>Collects. All threads stand still and have given back their buffers.</summary>
    /// <param name="roots">Everything that holds addresses.</param>
    /// <param name="wanted">Size of the object that did not fit.</param>
    /// <returns>Null, or what is wrong with the heap.</returns>
    public string? Collect(IReadOnlyList<IRootSource> roots, ulong wanted)
    {
        _collector ??= new Collector(_program, _memory, _start, _limit, _stress);
        var begin = Stopwatch.GetTimestamp();
        var top = _frontier;
        ulong newTop;
        var damage = _isNear
            ? _collector.Sweep(roots, top, _free, out newTop)
            : _collector.Collect(roots, top, out newTop);
        _isFresh = true;
        _dirty = Math.Max(_dirty, Math.Max(top, newTop));
        _frontier = newTop;
        _live = newTop - _start - FreeBytes;
        _reclaimed += Math.Max(top, newTop) - newTop;
        if (_stress)
            Spoil(newTop, top);
        SetGoal(wanted);
        var time = Stopwatch.GetElapsedTime(begin);
        _time += time;
        _longest = time > _longest ? time : _longest;
        return damage;
    }

    /// <summary>Overwrites what is free, so that whoever still uses an old address finds out.</summary>
    private void Spoil(ulong newTop, ulong top)
    {
        const byte pattern = 0xDB;
        if (newTop < top)
            NativeMemory.Fill(_memory + newTop, (nuint)(top - newTop), pattern);
        foreach (var (start, end) in _free)
            NativeMemory.Fill(_memory + start + Heap.HeaderBytes, (nuint)(end - start) - Heap.HeaderBytes, pattern);
    }

    private void SetGoal(ulong wanted)
    {
        if (_isNear)
        {
            _goal = _limit;
            return;
        }
        var more = _stress ? wanted : Math.Max(wanted,
            Math.Max(FewestBytes, _frontier - _start) + (ulong)(_collector?.Frames ?? 0) * BytesPerFrame);
        _goal = more > _limit - _frontier ? _limit : _frontier + more;
    }

    public void Dispose() => _collector?.Dispose();
}
