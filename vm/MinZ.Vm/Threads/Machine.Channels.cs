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
        Pause();
        return Operate(ip, R);
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

    /// <summary>Moves a channel's values to a larger buffer; on failure leaves the trap. The channel is not locked, for
    /// room may have to be made by a collection.</summary>
    private bool TryGiveRoom(ref long channel)
    {
        var c = (ChannelObject*)(_memory + (uint)channel);
        var room = (uint)Math.Min(Math.Max(c->Room * 2UL, ChannelObject.FirstRoom), c->Capacity);
        var size = Heap.SizeOf((ulong)room * c->ElementBytes);
        if (size > uint.MaxValue ? !Refuse(size) : !Reserve(size))
            return false;
        // A collection may have moved it, and another worker may have been faster.
        c = (ChannelObject*)(_memory + (uint)channel);
        Lock(c);
        var isSound = c->Room >= room || TryMoveTo(c, room, size);
        Unlock(c);
        return isSound || Spoilt() != null;
    }

    private bool TryMoveTo(ChannelObject* c, uint room, ulong size)
    {
        var bytes = c->ElementBytes;
        if (c->Layout >= _program.LayoutCount || Heap.SizeOf((ulong)room * bytes) != size)
            return false;
        var address = Take(size, c->Layout);
        for (var n = 0u; n < c->Count; n++)
        {
            var from = Cell(c, n, bytes);
            if (from == null || n >= room)
                return false;
            Move(_memory + address + (ulong)n * bytes, from, bytes);
        }
        (c->Buffer, c->Room, c->Head) = (address, room, 0);
        return true;
    }

    /// <summary>The n-th value in a channel's buffer; null when a stray write has spoilt the channel.</summary>
    /// <param name="bytes">Size of a value, read once: a program of several threads may write over it
    /// meanwhile.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Cell(ChannelObject* c, uint n, uint bytes)
    {
        var index = (ulong)c->Head + n;
        index = index >= c->Room ? index - c->Room : index;
        var address = c->Buffer + index * bytes;
        return index < c->Room && address <= uint.MaxValue && _linear.Covers((uint)address, bytes)
            ? _memory + address : null;
    }

    private Insn* Spoilt() => Stop(TrapCode.BadAddress, "a channel was overwritten");

    private Insn* Send(Insn* ip, long* R)
    {
        var c = ChannelAt(R[ip->A]);
        if (c == null)
            return null;
        Lock(c);
        var next = SendLocked(c, ip, R, out var outcome);
        Unlock(c);
        return outcome switch
        {
            Outcome.Done => next,
            Outcome.NeedsRoom => TryGiveRoom(ref R[ip->A]) ? ip : null,
            Outcome.GivesWay => Yield(next, R),
            Outcome.Waits => Switch(),
        };
    }

    /// <summary>What is to be done after an operation on a channel, when its lock is free again.</summary>
    private enum Outcome
    {
        /// <summary>Go on with the instruction it gave, or stop when that is null.</summary>
        Done,
        /// <summary>Make the buffer larger and do the instruction again.</summary>
        NeedsRoom,
        /// <summary>Let others run before the instruction it gave.</summary>
        GivesWay,
        /// <summary>The thread waits: go on with another one.</summary>
        Waits,
    }

    private Insn* SendLocked(ChannelObject* c, Insn* ip, long* R, out Outcome outcome)
    {
        outcome = Outcome.Done;
        var bytes = c->ElementBytes;
        var from = (byte*)(R + ip->B);
        if (ip->Op == Code.ChanSendFrom)
        {
            var address = (uint)R[ip->B];
            if (!_linear.Covers(address, bytes))
                return BadAddress(address);
            from = _memory + address;
        }
        else if (bytes > sizeof(long))
        {
            return Spoilt();
        }
        if (c->IsClosed)
            return Stop(TrapCode.Panic, SendOnClosed);
        if (TakeWaiter(c, false) is var receiver && receiver != null)
            return Deliver(receiver, from, bytes) ? ip + 1 : Spoilt();
        if (c->Count >= c->Capacity)
            return Await(ip, R, c, true, out outcome);
        if (c->Count >= c->Room)
        {
            outcome = Outcome.NeedsRoom;
            return ip;
        }
        if (!Put(c, from, bytes))
            return Spoilt();
        // Who receives may be slower than who sends: it has its turn while the values are still in the cache.
        if ((c->Count & BacklogMask) == 0)
            outcome = Outcome.GivesWay;
        return ip + 1;
    }

    /// <summary>Puts a value into the buffer, which has room.</summary>
    private bool Put(ChannelObject* c, byte* from, uint bytes)
    {
        var cell = Cell(c, c->Count, bytes);
        if (cell == null)
            return false;
        Move(cell, from, bytes);
        c->Count++;
        return true;
    }

    private Insn* Receive(Insn* ip, long* R)
    {
        var c = ChannelAt(R[ip->Op == Code.ChanReceiveTo ? ip->A : ip->B]);
        if (c == null)
            return null;
        Lock(c);
        var next = ReceiveLocked(c, ip, R, out var outcome);
        Unlock(c);
        return outcome == Outcome.Waits ? Switch() : next;
    }

    private Insn* ReceiveLocked(ChannelObject* c, Insn* ip, long* R, out Outcome outcome)
    {
        outcome = Outcome.Done;
        if (ip->Op != Code.ChanReceive && (uint)R[ip->Op == Code.ChanTake ? ip->C : ip->B] is var to &&
            !_linear.Covers(to, c->ElementBytes))
            return BadAddress(to);
        switch (TakeInto(c, ip, R, -1))
        {
            case CaseState.Done:
                return ip + 1;
            case CaseState.Failed:
                return null;
        }
        if (!c->IsClosed)
            return Await(ip, R, c, false, out outcome);
        if (ip->Op != Code.ChanTake)
            return Stop(TrapCode.Panic, ReceiveFromClosed);
        R[ip->A] = 0;
        return ip + 1;
    }

    /// <summary>Receives what is there: from the buffer, whose place a waiting sender then fills, or from that
    /// sender.</summary>
    private CaseState TakeInto(ChannelObject* c, Insn* ip, long* R, int part)
    {
        var sender = TakeWaiter(c, true);
        var isBuffered = c->Count > 0;
        if (!isBuffered && sender == null)
            return CaseState.NotReady;
        var bytes = c->ElementBytes;
        var from = isBuffered ? Cell(c, 0, bytes) : SourceOf(sender, bytes);
        var isDone = from != null && PutTo(ip, R, from, bytes, part);
        if (isDone && isBuffered)
            Advance(c);
        if (sender != null)
        {
            if (isDone && isBuffered)
                isDone = SourceOf(sender, bytes) is var next && next != null && Put(c, next, bytes);
            End(sender, isDone);
        }
        if (!isDone)
            Spoilt();
        return isDone ? CaseState.Done : CaseState.Failed;
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

    /// <summary>Gives a value to a receiver that waited.</summary>
    private bool Deliver(WaitNode* receiver, byte* from, uint bytes)
    {
        var thread = receiver->Thread;
        var part = receiver->Case < 0 ? -1 : PartOf(thread->Next, receiver->Case);
        var isDone = PutTo(thread->Next, thread->Frame, from, bytes, part);
        End(receiver, isDone);
        return isDone;
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
}
