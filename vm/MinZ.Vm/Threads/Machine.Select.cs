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
        var chosen = -1;
        var part = 0;
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
                case CaseState.Again:
                    return ip;
                case CaseState.Done:
                    R[ip->B] = n;
                    return ip + 1;
            }
        }
        if (chosen < 0)
            return AwaitCases(ip, R, cases);
        R[ip->B] = chosen;
        return ip + 1;
    }

    private enum CaseState { NotReady, Done, Again, Failed }

    private CaseState TryCase(SelectCase kind, ChannelObject* c, Insn* ip, long* R, int part)
    {
        switch (kind)
        {
            case SelectCase.Receive:
                return c->Count == 0 && FirstWaiter(c, true) == null ? CaseState.NotReady
                    : TakeInto(c, ip, R, part) ? CaseState.Done : CaseState.Failed;
            case SelectCase.Closed:
                return c->IsClosed && c->Count == 0 ? CaseState.Done : CaseState.NotReady;
        }
        var address = (uint)R[ip->A + part + 1];
        if (!_linear.Covers(address, c->ElementBytes))
        {
            BadAddress(address);
            return CaseState.Failed;
        }
        if (c->IsClosed)
        {
            Stop(TrapCode.Panic, SendOnClosed);
            return CaseState.Failed;
        }
        if (FirstWaiter(c, false) is var receiver && receiver != null)
        {
            if (Deliver(receiver, _memory + address, c->ElementBytes))
                return CaseState.Done;
            Spoilt();
            return CaseState.Failed;
        }
        if (c->Count >= c->Capacity)
            return CaseState.NotReady;
        var next = Put(ip, ref R[ip->A + part], _memory + address);
        return next == null ? CaseState.Failed : next == ip ? CaseState.Again : CaseState.Done;
    }

    private Insn* AwaitCases(Insn* ip, long* R, SelectCase[] cases)
    {
        if (IsPinned)
            return CannotWait();
        var thread = _current;
        Save(ip, R);
        var part = 0;
        for (var n = 0; n < cases.Length; part += SelectCases.OperandsOf(cases[n]), n++)
        {
            if (cases[n] == SelectCase.Timeout)
                continue;
            var node = Store.NewNode();
            if (node == null)
                return Stop(TrapCode.OutOfMemory, "the memory for threads is used up");
            node->Thread = thread;
            node->Case = (short)n;
            node->Sends = cases[n] == SelectCase.SendFrom;
            node->ForClose = cases[n] == SelectCase.Closed;
            node->Sibling = thread->Selecting;
            thread->Selecting = node;
            if (!TryJoin(ChannelAt(R[ip->A + part]), node))
                return Stop(TrapCode.OutOfMemory, "the memory for threads is used up");
        }
        if (TimeoutCaseOf(ip, R, out var milliseconds) >= 0)
            SetTimer(milliseconds);
        thread->State = GreenState.Waiting;
        return Switch();
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
            if (cases[n] == SelectCase.Timeout && (uint)R[select->A + part] is var time && (shortest < 0 || time < milliseconds))
                (shortest, milliseconds) = (n, time);
        return shortest;
    }

    /// <summary>A case was done for a thread that waits in a select.</summary>
    private static void EndSelect(GreenThread* thread, int number)
    {
        thread->Frame[thread->Next->B] = number;
        thread->Next++;
        thread->State = GreenState.Ready;
    }

    /// <summary>Leaves the queues of all cases.</summary>
    private void LeaveSelect(GreenThread* thread)
    {
        while (thread->Selecting != null)
        {
            var node = thread->Selecting;
            thread->Selecting = node->Sibling;
            Unlink(node);
            Store.Free(node);
        }
        // A time-out that is still to come is none any more.
        thread->Ticket = 0;
    }
}
