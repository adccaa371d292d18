using System.Text;
using MinZ.Mir;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>Waiting for a time, and what is to be said when nobody can go on.</summary>
internal sealed unsafe partial class Machine
{
    /// <summary>Threads a report of a deadlock shows.</summary>
    private const int WaitersShown = 20;
    /// <summary>Without a clock a millisecond is so many turns long, and as long as nobody can run.</summary>
    private const int TurnsPerMillisecond = 1 << 16;

    private int _turnsOfMillisecond;
    private int _timersAfterSweep;

    private Insn* Sleep(Insn* ip, long* R)
    {
        if (IsPinned)
            return CannotWait();
        Save(ip + 1, R);
        var thread = _current;
        _current = null;
        thread->State = GreenState.Sleeping;
        thread->Ticket = ++_lastTicket;
        SetTimer(thread, _lastTicket, (uint)R[ip->A]);
        return Switch();
    }

    /// <summary>Lets a wait end at a time; it may have ended already.</summary>
    private void SetTimer(GreenThread* thread, long ticket, uint milliseconds)
    {
        if (_world.IsShared)
            Monitor.Enter(_world);
        _world.Timers.Enqueue(((nint)thread, ticket), (_gate.Time + milliseconds, ticket));
        if (_world.Timers.Count > 2 * _timersAfterSweep + 1024)
            SweepTimers();
        if (_world.IsShared)
            Monitor.Exit(_world);
    }

    // Time-outs of selects that something else ended stay until they are due; that may be long.
    private void SweepTimers()
    {
        var due = _world.Timers.UnorderedItems
            .Where(t => Volatile.Read(ref ((GreenThread*)t.Element.Thread)->Ticket) == t.Element.Ticket).ToList();
        _world.Timers.Clear();
        _world.Timers.EnqueueRange(due);
        _timersAfterSweep = due.Count;
    }

    private void WakeSleepers()
    {
        if (!_gate.IsRealTime && ++_turnsOfMillisecond >= TurnsPerMillisecond)
        {
            _turnsOfMillisecond = 0;
            _gate.PassTime(_gate.Time + 1);
        }
        // Asking a real clock takes longer than a turn.
        if (_gate.IsRealTime && (++_turnsOfMillisecond & 15) != 0)
            return;
        while (_world.Timers.TryPeek(out _, out var at) && at.Due <= _gate.Time)
            if (TryTakeTimer(out var thread))
                Enqueue(thread);
    }

    private bool TryTakeTimer(out GreenThread* thread)
    {
        var (address, ticket) = _world.Timers.Dequeue();
        thread = (GreenThread*)address;
        if (!TryClaim(thread, ticket))
            return false;
        if (thread->State == GreenState.Waiting)
            EndSelect(thread, TimeoutCaseOf(thread->Next, thread->Frame, out _));
        return true;
    }

    /// <summary>Nobody can run: time passes until somebody can.</summary>
    private bool TryAwaitTimer(out GreenThread* thread)
    {
        while (_world.Timers.TryPeek(out _, out var at))
        {
            if (_gate.IsRealTime)
                for (long left; (left = at.Due - _gate.Time) > 0;)
                    Thread.Sleep((int)Math.Min(left, 10));
            else
                _gate.PassTime(at.Due);
            if (TryTakeTimer(out thread))
                return true;
        }
        thread = null;
        return false;
    }

    private Insn* CannotWait() =>
        Stop(TrapCode.Denied, "a function that the host calls back cannot wait for other threads");

    /// <summary>Stops the program where main waits, with the list of those who wait.</summary>
    private Insn* Deadlocked()
    {
        var text = new StringBuilder(VmTrap.Describe(TrapCode.Deadlock));
        var threads = Store.Threads();
        foreach (GreenThread* thread in threads.OrderBy(t => ((GreenThread*)t)->Id).Take(WaitersShown))
        {
            var trace = StackTrace.Capture(_program, TrapCode.Deadlock, "", thread->Next, thread->Frame);
            text.Append("\n   ").Append(thread == Root ? "main" : $"thread {thread->Id}").Append(" waits ")
                .Append(WaitOf(thread->Next)).Append(' ').Append(trace.Stack.FirstOrDefault());
        }
        if (threads.Count > WaitersShown)
            text.Append($"\n   ... {threads.Count - WaitersShown} more ...");
        _current = Root;
        Root->State = GreenState.Running;
        _ip = Root->Next;
        _frame = Root->Frame;
        return Stop(TrapCode.Deadlock, text.ToString());
    }

    private static string WaitOf(Insn* ip) => ip->Op switch
    {
        Code.ChanSend or Code.ChanSendFrom => "to send",
        Code.ChanSelect => "in a select",
        _ => "to receive",
    };
}
