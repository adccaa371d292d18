using System.Runtime.CompilerServices;
using MinZ.Vm.Loading;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// Operations on channels that need no other thread: a value goes into the buffer or comes out of it, and nobody waits.
/// They are most of what actors do, so the loop calls them straight. All of them do nothing and return false when there
/// is more to do: the same instruction is then done by <see cref="Concurrent"/>.
/// </summary>
internal sealed unsafe partial class Machine
{
    /// <summary>
    /// Who has put so many values less one into a buffer, or a multiple, gives way to who takes them.
    /// </summary>
    private const uint BacklogMask = 255;

    private bool TrySend(Insn* ip, long* R)
    {
        var handle = (uint)R[ip->A];
        if (!_linear.Covers(handle, ChannelObject.Bytes))
            return false;
        var c = (ChannelObject*)(_memory + handle);
        Lock(c);
        var isDone = TrySend(c, ip, R);
        Unlock(c);
        return isDone;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySend(ChannelObject* c, Insn* ip, long* R)
    {
        var bytes = c->ElementBytes;
        var count = c->Count;
        if (c->Waiters != 0 || c->IsClosed || count >= c->Capacity || count >= c->Room ||
            (count & BacklogMask) == BacklogMask)
            return false;
        byte* from;
        if (ip->Op == Code.ChanSend)
        {
            from = (byte*)(R + ip->B);
            if (bytes > sizeof(long))
                return false;
        }
        else
        {
            var address = (uint)R[ip->B];
            from = _memory + address;
            if (!_linear.Covers(address, bytes))
                return false;
        }
        var cell = Cell(c, count, bytes);
        if (cell == null)
            return false;
        Move(cell, from, bytes);
        c->Count = count + 1;
        return true;
    }

    private bool TryReceive(Insn* ip, long* R)
    {
        var handle = (uint)R[ip->B];
        if (!_linear.Covers(handle, ChannelObject.Bytes))
            return false;
        var c = (ChannelObject*)(_memory + handle);
        Lock(c);
        var cell = Filled(c, out var bytes);
        var isDone = cell != null && bytes <= sizeof(long);
        if (isDone)
        {
            R[ip->A] = Canonical((Rep)ip->D, cell);
            Advance(c);
        }
        Unlock(c);
        return isDone;
    }

    private bool TryReceiveTo(Insn* ip, long* R) => TryMove((uint)R[ip->A], (uint)R[ip->B]);

    private bool TryTake(Insn* ip, long* R)
    {
        if (!TryMove((uint)R[ip->B], (uint)R[ip->C]))
            return false;
        R[ip->A] = 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryMove(uint handle, uint to)
    {
        if (!_linear.Covers(handle, ChannelObject.Bytes))
            return false;
        var c = (ChannelObject*)(_memory + handle);
        Lock(c);
        var cell = Filled(c, out var bytes);
        var isDone = cell != null && _linear.Covers(to, bytes);
        if (isDone)
        {
            Move(_memory + to, cell, bytes);
            Advance(c);
        }
        Unlock(c);
        return isDone;
    }

    /// <summary>The value that a channel has to give at once; null = there is more to do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Filled(ChannelObject* c, out uint bytes)
    {
        bytes = c->ElementBytes;
        return c->Count == 0 || c->Waiters != 0 ? null : Cell(c, 0, bytes);
    }

    /// <summary>The first value of a buffer was taken out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Advance(ChannelObject* c)
    {
        var head = c->Head + 1;
        c->Head = head >= c->Room ? 0 : head;
        c->Count--;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move(byte* to, byte* from, uint bytes)
    {
        switch (bytes)
        {
            case 1:
                *to = *from;
                break;
            case 2:
                *(short*)to = *(short*)from;
                break;
            case 4:
                *(int*)to = *(int*)from;
                break;
            case 8:
                *(long*)to = *(long*)from;
                break;
            case > 4 and < 8:
                // Two words that overlap.
                var (first, last) = (*(int*)from, *(int*)(from + bytes - 4));
                (*(int*)to, *(int*)(to + bytes - 4)) = (first, last);
                break;
            case > 8 and <= 16:
                var (low, high) = (*(long*)from, *(long*)(from + bytes - 8));
                (*(long*)to, *(long*)(to + bytes - 8)) = (low, high);
                break;
            default:
                Buffer.MemoryCopy(from, to, bytes, bytes);
                break;
        }
    }
}
