using MinZ.Mir;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// <c>chan.select</c>: its operands lie in the frame from slot A on, D is the number of its list of cases, B gets the
/// number of the case.
/// </summary>
internal sealed unsafe partial class Machine
{
    private Insn* Select(Insn* ip, long* R)
    {
        var cases = _program.Cases(ip->D);
        // Whether any case is ready and joining the queues of all is one step: all channels are locked.
        var locks = stackalloc int[_world.IsShared ? cases.Length : 0];
        var count = _world.IsShared ? LockCases(cases, R + ip->A, locks) : 0;
        var next = SelectLocked(cases, ip, R, out var outcome, out var part);
        while (count > 0)
            _world.Locks.Exit(locks[--count]);
        return outcome switch
        {
            Outcome.Waits => Switch(),
            Outcome.NeedsRoom => TryGiveRoom(ref R[ip->A + part]) ? ip : null,
            Outcome.Done or Outcome.GivesWay => next,
        };
    }

    /// <summary>Locks the channels of all cases in the order of the locks' numbers, each once.</summary>
    private int LockCases(SelectCase[] cases, long* operands, int* locks)
    {
        var found = 0;
        foreach (var kind in cases)
        {
            if (kind is not (SelectCase.Default or SelectCase.Timeout))
                locks[found++] = ChannelLocks.NumberOf((uint)*operands);
            operands += SelectCases.OperandsOf(kind);
        }
        new Span<int>(locks, found).Sort();
        var count = 0;
        for (var n = 0; n < found; n++)
        {
            if (n > 0 && locks[n] == locks[count - 1])
                continue;
            _world.Locks.Enter(locks[n]);
            locks[count++] = locks[n];
        }
        return count;
    }

    private Insn* SelectLocked(SelectCase[] cases, Insn* ip, long* R, out Outcome outcome, out int part)
    {
        outcome = Outcome.Done;
        part = 0;
        var chosen = -1;
        for (var n = 0; n < cases.Length; part += SelectCases.OperandsOf(cases[n]), n++)
        {
            if (cases[n] == SelectCase.Default)
            {
                chosen = n;
                continue;
            }
            if (cases[n] == SelectCase.Timeout)
                continue;
            var c = ChannelAt(R[ip->A + part]);
            if (c == null)
                return null;
            switch (TryCase(cases[n], c, ip, R, part))
            {
                case CaseState.Failed:
                    return null;
                case CaseState.NeedsRoom:
                    outcome = Outcome.NeedsRoom;
                    return ip;
                case CaseState.Done:
                    R[ip->B] = n;
                    return ip + 1;
            }
        }
        if (chosen < 0)
            return AwaitCases(ip, R, cases, out outcome);
        R[ip->B] = chosen;
        return ip + 1;
    }

    private enum CaseState { NotReady, Done, NeedsRoom, Failed }

    private CaseState TryCase(SelectCase kind, ChannelObject* c, Insn* ip, long* R, int part)
    {
        switch (kind)
        {
            case SelectCase.Receive:
                return TakeInto(c, ip, R, part);
            case SelectCase.Closed:
                return c->IsClosed && c->Count == 0 ? CaseState.Done : CaseState.NotReady;
        }
        var address = (uint)R[ip->A + part + 1];
        var bytes = c->ElementBytes;
        if (!_linear.Covers(address, bytes))
        {
            BadAddress(address);
            return CaseState.Failed;
        }
        if (c->IsClosed)
        {
            Stop(TrapCode.Panic, SendOnClosed);
            return CaseState.Failed;
        }
        var receiver = TakeWaiter(c, false);
        if (receiver == null && c->Count >= c->Capacity)
            return CaseState.NotReady;
        if (receiver == null && c->Count >= c->Room)
            return CaseState.NeedsRoom;
        if (receiver != null ? Deliver(receiver, _memory + address, bytes) : Put(c, _memory + address, bytes))
            return CaseState.Done;
        Spoilt();
        return CaseState.Failed;
    }

    private Insn* AwaitCases(Insn* ip, long* R, SelectCase[] cases, out Outcome outcome)
    {
        outcome = Outcome.Done;
        if (IsPinned)
            return CannotWait();
        var thread = _current;
        Save(ip, R);
        var part = 0;
        for (var n = 0; n < cases.Length; part += SelectCases.OperandsOf(cases[n]), n++)
        {
            if (cases[n] == SelectCase.Timeout)
                continue;
            var node = _world.IsShared ? Cache.NewNode() : Store.NewNode();
            if (node == null)
                return LeaveUnjoined(thread);
            node->Thread = thread;
            node->Case = (short)n;
            node->Sends = cases[n] == SelectCase.SendFrom;
            node->ForClose = cases[n] == SelectCase.Closed;
            node->Sibling = thread->Selecting;
            thread->Selecting = node;
            if (!TryJoin(ChannelAt(R[ip->A + part]), node))
                return LeaveUnjoined(thread);
        }
        // Read before others may end the wait, after which the frame is not this worker's any more.
        var isTimed = TimeoutCaseOf(ip, R, out var milliseconds) >= 0;
        thread->State = GreenState.Waiting;
        _current = null;
        var ticket = ++_lastTicket;
        Volatile.Write(ref thread->Ticket, ticket);
        if (isTimed)
            SetTimer(thread, ticket, milliseconds);
        outcome = Outcome.Waits;
        return null;
    }

    private Insn* LeaveUnjoined(GreenThread* thread)
    {
        LeaveSelect(thread);
        return NoThreadMemory();
    }

    /// <summary>Index of the first operand of a case.</summary>
    private int PartOf(Insn* select, int number)
    {
        var cases = _program.Cases(select->D);
        var part = 0;
        for (var n = 0; n < number; n++)
            part += SelectCases.OperandsOf(cases[n]);
        return part;
    }

    /// <summary>The case with the shortest time-out, of equal ones the first; -1 when there is none.</summary>
    private int TimeoutCaseOf(Insn* select, long* R, out uint milliseconds)
    {
        var cases = _program.Cases(select->D);
        var (shortest, part) = (-1, 0);
        milliseconds = uint.MaxValue;
        for (var n = 0; n < cases.Length; part += SelectCases.OperandsOf(cases[n]), n++)
            if (cases[n] == SelectCase.Timeout && (uint)R[select->A + part] is var time
                && (shortest < 0 || time < milliseconds))
                (shortest, milliseconds) = (n, time);
        return shortest;
    }

    /// <summary>A case was done for a thread that waited in a select.</summary>
    private static void EndSelect(GreenThread* thread, int number)
    {
        thread->Frame[thread->Next->B] = number;
        thread->Next++;
    }

    /// <summary>Leaves the queues of all cases, those of a select whose wait has ended.</summary>
    private void LeaveSelect(GreenThread* thread)
    {
        while (thread->Selecting != null)
        {
            var node = thread->Selecting;
            thread->Selecting = node->Sibling;
            if (Store.Queue(node->Queue) is var queue && queue != null)
            {
                if (_world.IsShared)
                    ChannelLocks.Enter(ref queue->Lock);
                Unlink(node, queue);
                UnlockQueue(queue);
            }
            if (_world.IsShared)
                Cache.Free(node);
            else
                Store.Free(node);
        }
    }
}
