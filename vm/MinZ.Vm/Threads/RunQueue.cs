namespace MinZ.Vm.Threads;

/// <summary>
/// Threads ready to run on one worker: a ring that its owner fills and that any worker empties. What does not fit goes
/// to the scheduler's list. After the queue of the Go scheduler.
/// </summary>
internal sealed unsafe class RunQueue
{
    /// <summary>Threads the ring holds.</summary>
    public const int Capacity = 256;
    private readonly nint[] _ring = new nint[Capacity];
    private int _head;
    private int _tail;

    /// <summary>True when it looks empty at the moment.</summary>
    public bool IsEmpty => Volatile.Read(ref _head) == Volatile.Read(ref _tail);

    /// <summary>Threads it seems to hold at the moment.</summary>
    public int Count => Math.Max(0, Volatile.Read(ref _tail) - Volatile.Read(ref _head));

    /// <summary>Puts a thread at the end; owner only. False when the ring is full.</summary>
    public bool TryPush(GreenThread* thread)
    {
        if (_tail - Volatile.Read(ref _head) >= Capacity)
            return false;
        _ring[_tail & (Capacity - 1)] = (nint)thread;
        Volatile.Write(ref _tail, _tail + 1);
        return true;
    }

    /// <summary>Takes the first thread, or null; by one worker alone.</summary>
    public GreenThread* PopAlone() => _head == _tail ? null : (GreenThread*)_ring[_head++ & (Capacity - 1)];

    /// <summary>Takes the first thread, or null; by any worker.</summary>
    public GreenThread* Pop()
    {
        for (; ; )
        {
            var head = Volatile.Read(ref _head);
            if (head == Volatile.Read(ref _tail))
                return null;
            var thread = Volatile.Read(ref _ring[head & (Capacity - 1)]);
            if (Interlocked.CompareExchange(ref _head, head + 1, head) == head)
                return (GreenThread*)thread;
        }
    }
}
