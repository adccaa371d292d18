using System.Diagnostics;
using System.Runtime.InteropServices;
using MinZ.Vm.Loading;

namespace MinZ.Vm.Memory;

/// <summary>
/// The heap of one machine: hands out runs of zeroed memory, decides when to collect. After a collection as much again as
/// is alive may be allocated before the next one, so collecting costs a constant share of allocating; the limit is exact
/// all the same, for near it collections come more often.
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
        _frontier = _dirty = start;
        SetGoal(0);
    }

    /// <summary>Address its objects start at.</summary>
    public ulong Start => _start;

    /// <summary>Address behind the runs handed out so far.</summary>
    public ulong Frontier => _frontier;

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

    /// <summary>Collects. All threads stand still and have given back their buffers.</summary>
    /// <param name="roots">Everything that holds addresses.</param>
    /// <param name="wanted">Size of the object that did not fit.</param>
    /// <returns>Null, or what is wrong with the heap.</returns>
    public string? Collect(IReadOnlyList<IRootSource> roots, ulong wanted)
    {
        _collector ??= new Collector(_program, _memory, _start, _limit, _stress);
        var begin = Stopwatch.GetTimestamp();
        var top = _frontier;
        var damage = _collector.Collect(roots, top, out var newTop);
        _dirty = Math.Max(_dirty, Math.Max(top, newTop));
        _frontier = newTop;
        _live = newTop - _start;
        _reclaimed += Math.Max(top, newTop) - newTop;
        if (_stress && newTop < top)
            // Whoever still uses an old address finds out.
            NativeMemory.Fill(_memory + newTop, (nuint)(top - newTop), 0xDB);
        SetGoal(wanted);
        var time = Stopwatch.GetElapsedTime(begin);
        _time += time;
        _longest = time > _longest ? time : _longest;
        return damage;
    }

    private void SetGoal(ulong wanted)
    {
        var more = _stress ? wanted : Math.Max(wanted,
            Math.Max(FewestBytes, _frontier - _start) + (ulong)(_collector?.Frames ?? 0) * BytesPerFrame);
        _goal = more > _limit - _frontier ? _limit : _frontier + more;
    }

    public void Dispose() => _collector?.Dispose();
}
