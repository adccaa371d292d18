using System.Runtime.CompilerServices;
using MinZ.Mir;
using MinZ.Vm.Loading;
using MinZ.Vm.Memory;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// Operations on channels. A thread that cannot go on is parked before the instruction; whoever completes the operation
/// moves the value straight between the two, and the thread goes on behind the instruction. When something else changed
/// (the channel was closed), it does the instruction again.
/// </summary>
internal sealed unsafe partial class Machine
{
    private const string SendOnClosed = "a value is sent on a channel that is closed";
    private const string ReceiveFromClosed = "nothing more can be received: the channel is closed";

    /// <summary>Does an operation on threads or channels; see <see cref="Slow"/>.</summary>
    private Insn* Concurrent(Insn* ip, long* R)
    {
        if (ip->Op == Code.Spawn)
            StartHelpers();
        if (!_world.IsShared)
            return Operate(ip, R);
        Enter();
        var next = Operate(ip, R);
        Exit();
        return next;
    }

    private Insn* Operate(Insn* ip, long* R)
    {
        switch (ip->Op)
        {
            case Code.ChanSend or Code.ChanSendFrom:
                return Send(ip, R);
            case Code.ChanReceive or Code.ChanReceiveTo or Code.ChanTake:
                return Receive(ip, R);
            case Code.ChanSelect:
                return Select(ip, R);
            case Code.ChanNew:
                return NewChannel(ip, R);
            case Code.ChanClose:
                var c = ChannelAt(R[ip->A]);
                if (c == null)
                    return null;
                Close(c);
                return ip + 1;
            case Code.Spawn:
                return Spawn(ip, R);
            case Code.EndThread:
                return EndThread();
            case Code.Yield:
                return Yield(ip + 1, R);
            case Code.Sleep:
                return Sleep(ip, R);
            case Code.ThreadReport:
                _current->Report = R[ip->A];
                return ip + 1;
            default:
                if (ip->D == 0)
                    _current->Guard0 = R[ip->A];
                else
                    _current->Guard1 = R[ip->A];
                return ip + 1;
        }
    }

    /// <summary>The channel at an address; null, with a trap, when it is not in memory.</summary>
    private ChannelObject* ChannelAt(long handle)
    {
        if (_linear.Covers((uint)handle, ChannelObject.Bytes))
            return (ChannelObject*)(_memory + (uint)handle);
        BadAddress((uint)handle);
        return null;
    }

    private Insn* NewChannel(Insn* ip, long* R)
    {
        var capacity = (uint)Math.Clamp(R[ip->B], 0, int.MaxValue);
        var room = Math.Min(capacity, ChannelObject.FirstRoom);
        var size = Heap.SizeOf(ChannelObject.Bytes);
        var bufferSize = room == 0 ? 0 : Heap.SizeOf((ulong)room * (uint)ip->D);
        if (!Reserve(size + bufferSize))
            return null;
        var address = Take(size, _program.ChannelLayout);
        *(ChannelObject*)(_memory + address) = new ChannelObject
        {
            Capacity = capacity, ElementBytes = (uint)ip->D, Marks = (uint)ip->E, Room = room,
            Buffer = room == 0 ? 0 : Take(bufferSize, ip->E),
        };
        R[ip->A] = address;
        return ip + 1;
    }

    /// <summary>Moves a channel's values to a larger buffer; on failure leaves the trap.</summary>
    private bool TryGiveRoom(ref long channel)
    {
        var c = (ChannelObject*)(_memory + (uint)channel);
        var room = (uint)Math.Min(Math.Max(c->Room * 2UL, ChannelObject.FirstRoom), c->Capacity);
        var size = Heap.SizeOf((ulong)room * c->ElementBytes);
        if (size > uint.MaxValue ? !Refuse(size) : !Reserve(size))
            return false;
        // A collection may have moved it, and another worker may have been faster.
        c = (ChannelObject*)(_memory + (uint)channel);
        if (c->Room >= room)
            return true;
        if (c->Layout >= _program.LayoutCount)
            return Spoilt() != null;
        var address = Take(size, c->Layout);
        for (var n = 0u; n < c->Count; n++)
        {
            var from = Cell(c, n);
            if (from == null || n >= room)
                return Spoilt() != null;
            Move(_memory + address + (ulong)n * c->ElementBytes, from, c->ElementBytes);
        }
        (c->Buffer, c->Room, c->Head) = (address, room, 0);
        return true;
    }

    /// <summary>The n-th value in a channel's buffer; null when a stray write has spoilt the channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Cell(ChannelObject* c, uint n)
    {
        var index = (ulong)c->Head + n;
        index = index >= c->Room ? index - c->Room : index;
        var address = c->Buffer + index * c->ElementBytes;
        return index < c->Room && address <= uint.MaxValue && _linear.Covers((uint)address, c->ElementBytes)
            ? _memory + address : null;
    }

    private Insn* Spoilt() => Stop(TrapCode.BadAddress, "a channel was overwritten");

    private Insn* Send(Insn* ip, long* R)
    {
        var c = ChannelAt(R[ip->A]);
        if (c == null)
            return null;
        if (ip->Op == Code.ChanSendFrom && !_linear.Covers((uint)R[ip->B], (uint)ip->D))
            return BadAddress((uint)R[ip->B]);
        if (c->IsClosed)
            return Stop(TrapCode.Panic, SendOnClosed);
        var from = ip->Op == Code.ChanSend ? (byte*)(R + ip->B) : _memory + (uint)R[ip->B];
        if (FirstWaiter(c, false) is var receiver && receiver != null)
            return Deliver(receiver, from, c->ElementBytes) ? ip + 1 : Spoilt();
        if (c->Count >= c->Capacity)
            return Await(ip, R, c, true);
        var next = Put(ip, ref R[ip->A], from);
        // Who receives may be slower than who sends: it has its turn while the values are still in the cache.
        return next == ip + 1 && (c->Count & BacklogMask) == 0 ? Yield(next, R) : next;
    }

    /// <summary>Puts a value into the buffer, or makes the buffer larger, after which the instruction is done
    /// again.</summary>
    private Insn* Put(Insn* ip, ref long channel, byte* from)
    {
        var c = (ChannelObject*)(_memory + (uint)channel);
        if (c->Count >= c->Room)
            return TryGiveRoom(ref channel) ? ip : null;
        var cell = Cell(c, c->Count);
        if (cell == null)
            return Spoilt();
        Move(cell, from, c->ElementBytes);
        c->Count++;
        return ip + 1;
    }

    private Insn* Receive(Insn* ip, long* R)
    {
        var c = ChannelAt(R[ip->Op == Code.ChanReceiveTo ? ip->A : ip->B]);
        if (c == null)
            return null;
        if (ip->Op != Code.ChanReceive && (uint)R[ip->Op == Code.ChanTake ? ip->C : ip->B] is var to &&
            !_linear.Covers(to, c->ElementBytes))
            return BadAddress(to);
        if (c->Count > 0 || FirstWaiter(c, true) != null)
        {
            if (!TakeInto(c, ip, R, -1))
                return null;
            return ip + 1;
        }
        if (!c->IsClosed)
            return Await(ip, R, c, false);
        if (ip->Op != Code.ChanTake)
            return Stop(TrapCode.Panic, ReceiveFromClosed);
        R[ip->A] = 0;
        return ip + 1;
    }

    /// <summary>Receives what is there: from the buffer, whose place a waiting sender then fills, or from that
    /// sender.</summary>
    private bool TakeInto(ChannelObject* c, Insn* ip, long* R, int part)
    {
        var sender = FirstWaiter(c, true);
        var from = c->Count > 0 ? Cell(c, 0) : SourceOf(sender, c->ElementBytes);
        if (from == null || !PutTo(ip, R, from, c->ElementBytes, part))
        {
            Spoilt();
            return false;
        }
        if (c->Count > 0)
        {
            c->Head = c->Head + 1 >= c->Room ? 0 : c->Head + 1;
            c->Count--;
        }
        if (sender == null)
            return true;
        if (c->Capacity > 0 && SourceOf(sender, c->ElementBytes) is var next && Cell(c, c->Count) is var cell)
        {
            if (next == null || cell == null)
            {
                Spoilt();
                return false;
            }
            Move(cell, next, c->ElementBytes);
            c->Count++;
        }
        Complete(sender);
        return true;
    }

    /// <summary>Where a waiting sender's value is; null when that is not in memory.</summary>
    private byte* SourceOf(WaitNode* sender, uint bytes)
    {
        var ip = sender->Thread->Next;
        var frame = sender->Thread->Frame;
        if (ip->Op == Code.ChanSend)
            return bytes <= sizeof(long) ? (byte*)(frame + ip->B) : null;
        var address = (uint)(ip->Op == Code.ChanSelect ? frame[ip->A + PartOf(ip, sender->Case) + 1] : frame[ip->B]);
        return _linear.Covers(address, bytes) ? _memory + address : null;
    }

    /// <summary>Gives a value to the first receiver that waits.</summary>
    private bool Deliver(WaitNode* receiver, byte* from, uint bytes)
    {
        var thread = receiver->Thread;
        var part = receiver->Case < 0 ? -1 : PartOf(thread->Next, receiver->Case);
        if (!PutTo(thread->Next, thread->Frame, from, bytes, part))
            return false;
        Complete(receiver);
        return true;
    }

    /// <summary>Writes a value where a receiving instruction wants it.</summary>
    private bool PutTo(Insn* ip, long* frame, byte* from, uint bytes, int part)
    {
        if (ip->Op == Code.ChanReceive)
        {
            if (Reps.Bits((Rep)ip->D) > bytes * 8 && (Rep)ip->D != Rep.Bool)
                return false;
            frame[ip->A] = Canonical((Rep)ip->D, from);
            return true;
        }
        var address = (uint)(part >= 0 ? frame[ip->A + part + 1]
            : ip->Op == Code.ChanTake ? frame[ip->C] : frame[ip->B]);
        if (!_linear.Covers(address, bytes))
            return false;
        Move(_memory + address, from, bytes);
        if (ip->Op == Code.ChanTake)
            frame[ip->A] = 1;
        return true;
    }

    private static long Canonical(Rep rep, byte* from) => rep switch
    {
        Rep.Void => 0,
        Rep.Bool or Rep.U8 => *from,
        Rep.I8 => *(sbyte*)from,
        Rep.U16 => *(ushort*)from,
        Rep.I16 => *(short*)from,
        Rep.U24 => from[0] | from[1] << 8 | from[2] << 16,
        Rep.I24 => (from[0] | from[1] << 8 | from[2] << 16) << 8 >> 8,
        Rep.U32 or Rep.F32 => *(uint*)from,
        Rep.I32 => *(int*)from,
        Rep.U64 or Rep.I64 or Rep.F64 => *(long*)from,
    };

    /// <summary>Parks the running thread until somebody completes its instruction.</summary>
    private Insn* Await(Insn* ip, long* R, ChannelObject* c, bool sends)
    {
        if (IsPinned)
            return CannotWait();
        var thread = _current;
        thread->Node.Case = -1;
        thread->Node.Sends = sends;
        if (!TryJoin(c, &thread->Node))
            return Stop(TrapCode.OutOfMemory, "the memory for threads is used up");
        Save(ip, R);
        thread->State = GreenState.Waiting;
        return Switch();
    }

    private bool TryJoin(ChannelObject* c, WaitNode* node)
    {
        var queue = QueueOf(c);
        if (queue == null)
        {
            c->Waiters = Store.NewQueue();
            if (c->Waiters == 0)
                return false;
            queue = Store.Queue(c->Waiters);
            c->Generation = queue->Generation;
        }
        node->Queue = c->Waiters;
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
        return true;
    }

    /// <summary>The first thread that still waits to send or receive; null when none does.</summary>
    private WaitNode* FirstWaiter(ChannelObject* c, bool sends)
    {
        var queue = QueueOf(c);
        if (queue == null)
            return null;
        var node = sends ? queue->Senders : queue->Receivers;
        // Others of a select may have ended it, and some wait for the end of the channel only.
        while (node != null && (node->ForClose || node->Thread->State != GreenState.Waiting))
            node = node->Next;
        return node;
    }

    private WaitQueue* QueueOf(ChannelObject* c)
    {
        if (c->Waiters == 0)
            return null;
        var queue = Store.Queue(c->Waiters);
        if (queue != null && queue->Generation == c->Generation)
            return queue;
        c->Waiters = 0;
        return null;
    }

    /// <summary>A thread's operation has been done for it.</summary>
    private void Complete(WaitNode* node)
    {
        var thread = node->Thread;
        if (node->Case >= 0)
        {
            EndSelect(thread, node->Case);
        }
        else
        {
            Unlink(node);
            thread->Next++;
        }
        Wake(thread);
    }

    private void Unlink(WaitNode* node)
    {
        var queue = Store.Queue(node->Queue);
        if (queue == null)
            return;
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
        if (queue->IsEmpty)
            Store.FreeQueue(node->Queue);
        node->Queue = 0;
    }

    /// <summary>Closes a channel: all who wait look again.</summary>
    private void Close(ChannelObject* c)
    {
        c->Marks |= ChannelObject.ClosedMark;
        var queue = QueueOf(c);
        if (queue == null)
            return;
        foreach (var first in (ReadOnlySpan<nint>)[(nint)queue->Receivers, (nint)queue->Senders])
            for (var node = (WaitNode*)first; node != null;)
            {
                var next = node->Next;
                if (node->Thread->State == GreenState.Waiting)
                {
                    if (node->Case < 0)
                        Unlink(node);
                    node->Thread->State = GreenState.Ready;
                    Enqueue(node->Thread);
                }
                node = next;
            }
    }

    /// <summary>Sends the end of a thread where it is asked for. A report that nobody has room for is lost.</summary>
    private bool ReportEnd(GreenThread* thread, uint text)
    {
        // The thread's second guard is closed by now; here the collector finds the text.
        thread->Guard1 = text;
        var c = ChannelAt(thread->Report);
        if (c == null)
            return false;
        long value = text;
        if (c->IsClosed || c->ElementBytes != sizeof(uint))
            return true;
        if (FirstWaiter(c, false) is var receiver && receiver != null)
            return Deliver(receiver, (byte*)&value, sizeof(uint));
        if (c->Count >= c->Capacity || c->Count >= c->Room && !TryGiveRoom(ref thread->Report))
            return true;
        c = (ChannelObject*)(_memory + (uint)thread->Report);
        if (c->Count >= c->Room)
            return true;
        if (Cell(c, c->Count) is var cell && cell == null)
            return false;
        *(uint*)cell = (uint)thread->Guard1;
        c->Count++;
        return true;
    }
}
