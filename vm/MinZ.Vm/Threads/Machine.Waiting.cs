using System.Runtime.CompilerServices;
using MinZ.Mir;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// Waiting for a channel. With several workers each channel has a lock (<see cref="ChannelLocks"/>) and each queue of
/// those who wait has one of its own, always taken after the channel's. A thread is in a queue, fully saved, before
/// that queue is free for others; from then on it belongs to whoever takes it out. Order of locks: channels by number,
/// queue, <see cref="World"/>, store.
/// </summary>
internal sealed unsafe partial class Machine
{
    private StoreCache? _cache;
    /// <summary>Number of the last wait that this worker gave one; the upper bits are the worker's own.</summary>
    private long _lastTicket;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int LockOf(ChannelObject* c) => ChannelLocks.NumberOf((uint)((byte*)c - _memory));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Lock(ChannelObject* c)
    {
        if (_world.IsShared)
            _world.Locks.Enter(LockOf(c));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Unlock(ChannelObject* c)
    {
        if (_world.IsShared)
            _world.Locks.Exit(LockOf(c));
    }

    /// <summary>Parks the running thread until somebody completes its instruction. The channel is locked.</summary>
    private Insn* Await(Insn* ip, long* R, ChannelObject* c, bool sends, out Outcome outcome)
    {
        outcome = Outcome.Done;
        if (IsPinned)
            return CannotWait();
        var thread = _current;
        thread->Node.Case = -1;
        thread->Node.Sends = sends;
        Save(ip, R);
        thread->State = GreenState.Waiting;
        if (!TryJoin(c, &thread->Node))
        {
            thread->State = GreenState.Running;
            return NoThreadMemory();
        }
        // Another worker may run it at once.
        _current = null;
        outcome = Outcome.Waits;
        return null;
    }

    private Insn* NoThreadMemory() => Stop(TrapCode.OutOfMemory, "the memory for threads is used up");

    private bool TryJoin(ChannelObject* c, WaitNode* node)
    {
        var queue = LockQueue(c, out var number);
        if (queue == null)
        {
            number = _world.IsShared ? Cache.NewQueue() : Store.NewQueue();
            if (number == 0)
                return false;
            queue = Store.Queue(number);
            if (_world.IsShared)
                ChannelLocks.Enter(ref queue->Lock);
            (c->Waiters, c->Generation) = (number, queue->Generation);
        }
        node->Queue = number;
        node->Next = null;
        ref var last = ref *(node->Sends ? &queue->LastSender : &queue->LastReceiver);
        node->Previous = last;
        if (last != null)
            last->Next = node;
        else if (node->Sends)
            queue->Senders = node;
        else
            queue->Receivers = node;
        last = node;
        UnlockQueue(queue);
        return true;
    }

    /// <summary>The queue of those who wait for a channel, locked; null when nobody does.</summary>
    private WaitQueue* LockQueue(ChannelObject* c, out uint number)
    {
        // Read once: a program of several threads may write over it meanwhile.
        number = Volatile.Read(ref c->Waiters);
        if (number == 0)
            return null;
        var queue = Store.Queue(number);
        if (queue != null)
        {
            if (_world.IsShared)
                ChannelLocks.Enter(ref queue->Lock);
            if (queue->Generation == c->Generation)
                return queue;
            UnlockQueue(queue);
        }
        c->Waiters = 0;
        return null;
    }

    private void UnlockQueue(WaitQueue* queue)
    {
        if (_world.IsShared)
            ChannelLocks.Exit(ref queue->Lock);
    }

    /// <summary>Takes the first thread that waits to send or receive out of the queue; null when none does. The caller
    /// lets it go on (<see cref="End"/>).</summary>
    private WaitNode* TakeWaiter(ChannelObject* c, bool sends)
    {
        var queue = LockQueue(c, out _);
        if (queue == null)
            return null;
        var node = sends ? queue->Senders : queue->Receivers;
        // Another case of a select may have ended it, and some wait for the end of the channel only.
        while (node != null && (node->ForClose || node->Case >= 0 && !TryClaim(node->Thread)))
            node = node->Next;
        if (node != null)
            Unlink(node, queue);
        UnlockQueue(queue);
        return node;
    }

    /// <summary>True for the one who ends a thread's wait in a select.</summary>
    private bool TryClaim(GreenThread* thread)
    {
        var ticket = Volatile.Read(ref thread->Ticket);
        return ticket != 0 && TryClaim(thread, ticket);
    }

    private bool TryClaim(GreenThread* thread, long ticket)
    {
        if (_world.IsShared)
            return Interlocked.CompareExchange(ref thread->Ticket, 0, ticket) == ticket;
        if (thread->Ticket != ticket)
            return false;
        thread->Ticket = 0;
        return true;
    }

    /// <summary>Lets a thread go on that was taken out of a queue.</summary>
    /// <param name="isDone">Its operation has been done for it; else it does that again.</param>
    private void End(WaitNode* node, bool isDone)
    {
        var thread = node->Thread;
        if (isDone && node->Case >= 0)
            EndSelect(thread, node->Case);
        else if (isDone)
            thread->Next++;
        Wake(thread);
    }

    /// <summary>Takes a place out of its queue, which is locked.</summary>
    private void Unlink(WaitNode* node, WaitQueue* queue)
    {
        if (node->Previous != null)
            node->Previous->Next = node->Next;
        else if (node->Sends)
            queue->Senders = node->Next;
        else
            queue->Receivers = node->Next;
        if (node->Next != null)
            node->Next->Previous = node->Previous;
        else if (node->Sends)
            queue->LastSender = node->Previous;
        else
            queue->LastReceiver = node->Previous;
        var number = node->Queue;
        node->Queue = 0;
        if (!queue->IsEmpty)
            return;
        // From now on the channel it was for has none.
        queue->Generation++;
        if (_world.IsShared)
            Cache.FreeQueue(number);
        else
            Store.FreeQueue(number);
    }

    /// <summary>Closes a channel: all who wait look again.</summary>
    private void Close(ChannelObject* c)
    {
        Lock(c);
        c->Marks |= ChannelObject.ClosedMark;
        WakeAll(c, false);
        WakeAll(c, true);
        Unlock(c);
    }

    private void WakeAll(ChannelObject* c, bool sends)
    {
        var queue = LockQueue(c, out _);
        if (queue == null)
            return;
        for (var node = sends ? queue->Senders : queue->Receivers; node != null;)
        {
            var next = node->Next;
            var thread = node->Thread;
            var waits = true;
            if (node->Case < 0)
                Unlink(node, queue);
            else
                waits = TryClaim(thread);
            if (waits)
                Enqueue(thread);
            node = next;
        }
        UnlockQueue(queue);
    }

    /// <summary>Sends the end of a thread where it is asked for. A report that nobody has room for is lost.</summary>
    private bool ReportEnd(GreenThread* thread, uint text)
    {
        // The thread's second guard is closed by now; here the collector finds the text.
        thread->Guard1 = text;
        for (; ; )
        {
            var c = ChannelAt(thread->Report);
            if (c == null)
                return false;
            Lock(c);
            var isSound = TryReport(c, (uint)thread->Guard1, out var needsRoom);
            Unlock(c);
            if (!isSound)
                return Spoilt() != null;
            if (!needsRoom || !TryGiveRoom(ref thread->Report))
                return true;
        }
    }

    private bool TryReport(ChannelObject* c, long text, out bool needsRoom)
    {
        needsRoom = false;
        if (c->IsClosed || c->ElementBytes != sizeof(uint))
            return true;
        if (TakeWaiter(c, false) is var receiver && receiver != null)
            return Deliver(receiver, (byte*)&text, sizeof(uint));
        if (c->Count >= c->Capacity)
            return true;
        needsRoom = c->Count >= c->Room;
        return needsRoom || Put(c, (byte*)&text, sizeof(uint));
    }
}
