using System.Runtime.InteropServices;
using MinZ.Vm.Memory;

namespace MinZ.Vm.Threads;

/// <summary>
/// Memory of green threads outside the program's reach: headers with their first slots in slabs, larger blocks of
/// slots, queues of channels, places in them. All of it counts against a limit. With several workers, each asks through
/// its <see cref="StoreCache"/>, and whatever else changes here is done under the lock of this object.
/// </summary>
internal sealed unsafe class ThreadStore(long limit) : IDisposable
{
    private const int SlabBytes = 1 << 18;
    /// <summary>Slabs of programs with many threads: the system gives such a one at once instead of page by
    /// page.</summary>
    private const int LargeSlabBytes = HostPages.LargeBytes;
    /// <summary>The first slab is small, for most programs start no thread.</summary>
    private const int FirstSlabBytes = 1 << 12;
    private const int BlockQueues = 1024;
    private const int BlockNodes = 256;
    private const int MaxQueueBlocks = 1 << 14;
    private readonly List<(nint Start, int Bytes)> _slabs = [];
    private readonly List<nint> _nodeBlocks = [];
    private readonly WaitQueue** _queues =
        (WaitQueue**)NativeMemory.AllocZeroed(MaxQueueBlocks, (nuint)sizeof(WaitQueue*));
    private int _queueBlocks;
    private uint _freeQueue;
    private GreenThread* _freeThreads;
    private byte* _slab;
    private byte* _slabEnd;
    private WaitNode* _freeNodes;
    private uint _lastId;
    /// <summary>Threads whose slots are a block of their own.</summary>
    private int _grown;

    /// <summary>Bytes in use and kept for use again.</summary>
    public long Bytes { get; private set; }

    /// <summary>The most that <see cref="Bytes"/> has been.</summary>
    public long MostBytes { get; private set; }

    /// <summary>Threads that have not ended.</summary>
    public int Alive { get; private set; }

    /// <summary>A thread that has not begun, with its first slots; null when the limit is reached.</summary>
    public GreenThread* NewThread()
    {
        var thread = Take();
        if (thread != null)
            Prepare(thread, ++_lastId);
        return thread;
    }

    /// <summary>A thread as its last user left it; null when the limit is reached.</summary>
    public GreenThread* Take()
    {
        var thread = _freeThreads;
        if (thread != null)
            _freeThreads = thread->Link;
        else if (!TryCutThread(out thread))
            return null;
        Alive++;
        return thread;
    }

    /// <summary>Makes a thread one that has not begun.</summary>
    public static void Prepare(GreenThread* thread, uint id)
    {
        *thread = default;
        thread->Slots = GreenThread.InlineSlotsOf(thread);
        thread->SlotsEnd = thread->Slots + GreenThread.InlineSlots;
        thread->Node.Thread = thread;
        thread->Id = id;
        thread->State = GreenState.Ready;
    }

    /// <summary>The first of so many numbers of threads.</summary>
    public uint TakeIds(uint count) => (_lastId += count) - count + 1;

    private bool TryCutThread(out GreenThread* thread)
    {
        thread = null;
        if (_slab == _slabEnd)
        {
            var bytes = _slabs.Count == 0 ? FirstSlabBytes : Alive < LargeSlabBytes / GreenThread.Bytes ? SlabBytes
                : LargeSlabBytes;
            if (!TryCharge(bytes))
            {
                bytes = SlabBytes;
                if (!TryCharge(bytes))
                    return false;
            }
            _slab = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, bytes < LargeSlabBytes ? 64U : LargeSlabBytes);
            _slabEnd = _slab + bytes;
            _slabs.Add(((nint)_slab, bytes));
            if (bytes == LargeSlabBytes)
                HostPages.PreferLarge(_slab, LargeSlabBytes);
        }
        thread = (GreenThread*)_slab;
        _slab += GreenThread.Bytes;
        return true;
    }

    /// <summary>Takes back a thread that has ended.</summary>
    public void Free(GreenThread* thread)
    {
        if (thread->HasOwnSlots)
            FreeSlots(thread);
        Return(thread);
    }

    /// <summary>Takes back a thread without slots of its own.</summary>
    public void Return(GreenThread* thread)
    {
        thread->State = GreenState.Free;
        thread->Link = _freeThreads;
        _freeThreads = thread;
        Alive--;
    }

    /// <summary>
    /// Gives a thread a block of at least so many slots and moves its frames there; false at the limit.
    /// </summary>
    public bool TryGrow(GreenThread* thread, long slots)
    {
        var old = thread->SlotsEnd - thread->Slots;
        slots = Math.Max(slots, old * 2);
        if (!TryCharge(slots * sizeof(long)))
            return false;
        var block = (long*)NativeMemory.Alloc((nuint)slots, sizeof(long));
        Buffer.MemoryCopy(thread->Slots, block, slots * sizeof(long), old * sizeof(long));
        if (thread->Frame != null)
            thread->Frame = block + (thread->Frame - thread->Slots);
        if (thread->HasOwnSlots)
            FreeSlots(thread);
        _grown++;
        thread->Slots = block;
        thread->SlotsEnd = block + slots;
        return true;
    }

    /// <summary>Frees the block of slots that a thread has grown into.</summary>
    public void FreeSlots(GreenThread* thread)
    {
        _grown--;
        Bytes -= (thread->SlotsEnd - thread->Slots) * sizeof(long);
        NativeMemory.Free(thread->Slots);
        thread->Slots = GreenThread.InlineSlotsOf(thread);
    }

    private bool TryCharge(long bytes)
    {
        if (Bytes + bytes > limit)
            return false;
        Bytes += bytes;
        MostBytes = Math.Max(MostBytes, Bytes);
        return true;
    }

    /// <summary>Number of an empty queue; 0 when there are too many.</summary>
    public uint NewQueue()
    {
        if (_freeQueue == 0 && !TryMakeQueues())
            return 0;
        var number = _freeQueue;
        var queue = Queue(number);
        _freeQueue = queue->Free;
        return number;
    }

    private bool TryMakeQueues()
    {
        if (_queueBlocks == MaxQueueBlocks || !TryCharge(BlockQueues * sizeof(WaitQueue)))
            return false;
        _queues[_queueBlocks] = (WaitQueue*)NativeMemory.AllocZeroed(BlockQueues, (nuint)sizeof(WaitQueue));
        var first = (uint)_queueBlocks++ * BlockQueues;
        for (var n = BlockQueues - 1; n >= 0; n--)
            if (first + n != 0)
                FreeQueue(first + (uint)n);
        return true;
    }

    /// <summary>Takes back an empty queue whose generation has ended.</summary>
    public void FreeQueue(uint number)
    {
        Queue(number)->Free = _freeQueue;
        _freeQueue = number;
    }

    /// <summary>A queue by its number; null when there is none.</summary>
    public WaitQueue* Queue(uint number) => number != 0 && number / BlockQueues < (uint)Volatile.Read(ref _queueBlocks)
        ? _queues[number / BlockQueues] + number % BlockQueues : null;

    /// <summary>A place in a queue for one case of a select; null when the limit is reached.</summary>
    public WaitNode* NewNode()
    {
        if (_freeNodes == null)
        {
            if (!TryCharge(BlockNodes * sizeof(WaitNode)))
                return null;
            var block = (WaitNode*)NativeMemory.Alloc(BlockNodes, (nuint)sizeof(WaitNode));
            _nodeBlocks.Add((nint)block);
            Chain(block);
        }
        var node = _freeNodes;
        _freeNodes = node->Sibling;
        *node = default;
        return node;
    }

    private void Chain(WaitNode* block)
    {
        for (var n = 0; n < BlockNodes; n++)
            Free(block + n);
    }

    /// <summary>Takes back a place.</summary>
    public void Free(WaitNode* node)
    {
        node->Sibling = _freeNodes;
        _freeNodes = node;
    }

    /// <summary>All threads that have not ended, oldest memory first.</summary>
    public List<nint> Threads()
    {
        var found = new List<nint>(Alive);
        var slab = 0;
        GreenThread* next = null;
        while (TryNext(ref slab, ref next, out var thread))
            if (thread->State != GreenState.Free)
                found.Add((nint)thread);
        return found;
    }

    /// <summary>Goes through the memory of all threads, also of those that are free.</summary>
    /// <param name="slab">0 at first.</param>
    /// <param name="next">Null at first.</param>
    public bool TryNext(ref int slab, ref GreenThread* next, out GreenThread* thread)
    {
        thread = next;
        if (slab >= _slabs.Count)
            return false;
        var (start, bytes) = _slabs[slab];
        if (thread == null)
            thread = (GreenThread*)start;
        next = (GreenThread*)((byte*)thread + GreenThread.Bytes);
        if ((byte*)next >= (slab == _slabs.Count - 1 ? _slab : (byte*)start + bytes))
            {
            slab++;
            next = null;
        }
        return true;
    }

    /// <summary>Ends every thread and forgets who waits. Gives all memory back but that of a few threads.</summary>
    public void Clear()
    {
        // Without it no thread has to be looked at.
        if (_grown > 0)
            foreach (GreenThread* thread in Threads())
                if (thread->HasOwnSlots)
                    FreeSlots(thread);
        for (; _slabs.Count > 1; _slabs.RemoveAt(_slabs.Count - 1))
        {
            Bytes -= _slabs[^1].Bytes;
            NativeMemory.AlignedFree((void*)_slabs[^1].Start);
        }
        if (_slabs.Count > 0)
            _slabEnd = (_slab = (byte*)_slabs[0].Start) + FirstSlabBytes;
        _freeThreads = null;
        _freeNodes = null;
        foreach (WaitNode* block in _nodeBlocks)
            Chain(block);
        Alive = 0;
        _lastId = 0;
        _freeQueue = 0;
        for (var number = (uint)_queueBlocks * BlockQueues; number-- > 1;)
        {
            *Queue(number) = new WaitQueue { Generation = Queue(number)->Generation + 1 };
            FreeQueue(number);
        }
    }

    ~ThreadStore() => Release();

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        foreach (GreenThread* thread in Threads())
            if (thread->HasOwnSlots)
                FreeSlots(thread);
        foreach (var (start, _) in _slabs)
            NativeMemory.AlignedFree((void*)start);
        foreach (var block in _nodeBlocks)
            NativeMemory.Free((void*)block);
        for (var n = 0; n < _queueBlocks; n++)
            NativeMemory.Free(_queues[n]);
        NativeMemory.Free(_queues);
        _slabs.Clear();
        _nodeBlocks.Clear();
        _queueBlocks = 0;
        _slab = _slabEnd = null;
    }
}
