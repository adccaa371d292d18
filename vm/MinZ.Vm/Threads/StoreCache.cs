namespace MinZ.Vm.Threads;

/// <summary>
/// What one of several workers keeps at hand of the store of threads, queues and places in them, so that starting and
/// waiting rarely need the store's lock.
/// </summary>
internal sealed unsafe class StoreCache(ThreadStore store)
{
    /// <summary>How many of a kind are fetched, and given back when there are twice as many.</summary>
    private const int Batch = 32;
    private GreenThread* _threads;
    private int _threadCount;
    private uint _nextId, _idEnd;
    private WaitNode* _nodes;
    private int _nodeCount;
    private readonly uint[] _queues = new uint[2 * Batch];
    private int _queueCount;

    /// <summary>A thread that has not begun; null when the limit is reached.</summary>
    public GreenThread* NewThread()
    {
        if (_threads == null || _nextId == _idEnd)
            Fetch();
        var thread = _threads;
        if (thread == null)
            return null;
        _threads = thread->Link;
        _threadCount--;
        ThreadStore.Prepare(thread, _nextId++);
        return thread;
    }

    private void Fetch()
    {
        lock (store)
        {
            if (_nextId == _idEnd)
                _idEnd = (_nextId = store.TakeIds(Batch)) + Batch;
            for (; _threadCount < Batch && store.Take() is var thread && thread != null; _threadCount++)
                Push(thread);
        }
    }

    private void Push(GreenThread* thread)
    {
        thread->State = GreenState.Free;
        thread->Link = _threads;
        _threads = thread;
    }

    /// <summary>Takes back a thread that has ended.</summary>
    public void Free(GreenThread* thread)
    {
        if (thread->HasOwnSlots)
            lock (store)
                store.FreeSlots(thread);
        Push(thread);
        if (++_threadCount < 2 * Batch)
            return;
        lock (store)
            for (; _threadCount > Batch; _threadCount--)
            {
                var next = _threads->Link;
                store.Return(_threads);
                _threads = next;
            }
    }

    /// <summary>A place in a queue; null when the limit is reached.</summary>
    public WaitNode* NewNode()
    {
        if (_nodes == null)
            lock (store)
                for (; _nodeCount < Batch && store.NewNode() is var node && node != null; _nodeCount++)
                {
                    node->Sibling = _nodes;
                    _nodes = node;
                }
        var found = _nodes;
        if (found == null)
            return null;
        _nodes = found->Sibling;
        _nodeCount--;
        *found = default;
        return found;
    }

    /// <summary>Takes back a place.</summary>
    public void Free(WaitNode* node)
    {
        node->Sibling = _nodes;
        _nodes = node;
        if (++_nodeCount < 2 * Batch)
            return;
        lock (store)
            for (; _nodeCount > Batch; _nodeCount--)
            {
                var next = _nodes->Sibling;
                store.Free(_nodes);
                _nodes = next;
            }
    }

    /// <summary>Number of an empty queue; 0 when there are too many.</summary>
    public uint NewQueue()
    {
        if (_queueCount == 0)
            lock (store)
                while (_queueCount < Batch && store.NewQueue() is var number && number != 0)
                    _queues[_queueCount++] = number;
        return _queueCount == 0 ? 0 : _queues[--_queueCount];
    }

    /// <summary>Takes back a queue that is empty and whose generation has ended.</summary>
    public void FreeQueue(uint number)
    {
        if (_queueCount == _queues.Length)
            lock (store)
                while (_queueCount > Batch)
                    store.FreeQueue(_queues[--_queueCount]);
        _queues[_queueCount++] = number;
    }
}
