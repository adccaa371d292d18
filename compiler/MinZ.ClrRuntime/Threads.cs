using System.Runtime.ExceptionServices;
using System.Text;

namespace MinZ.Runtime;

/// <summary>
/// A thread of a MinZ program. It has a thread of the system of its own, but only one of all runs at a time.
/// </summary>
internal sealed class Green
{
    private static int s_last;
    private readonly Action? _start;

    public Green(Action? start)
    {
        _start = start;
        Id = ++s_last;
    }

    /// <summary>1 is main.</summary>
    public int Id { get; }
    /// <summary>Released when it is its turn.</summary>
    public SemaphoreSlim Turn { get; } = new SemaphoreSlim(0);
    /// <summary>Where its end is reported; null = a trap stops the program.</summary>
    public Channel<Str>? Report;
    /// <summary>Closed when it traps.</summary>
    public Channel? Guard0, Guard1;
    /// <summary>What it waits for, in words; null = it does not wait.</summary>
    public string? Reason;
    /// <summary>Where it waits; set on request.</summary>
    public string? Place;
    /// <summary>Milliseconds on <see cref="Threads.Now"/> until which it waits, which is its place among others that
    /// wait; -1 = for ever.</summary>
    public long Due = -1;
    /// <summary>The same on <see cref="Threads.Clock"/>: it waits no shorter.</summary>
    public long Until;
    /// <summary>Order of those who wait until the same time.</summary>
    public long Ticket;
    /// <summary>True when the time came before anything else.</summary>
    public bool IsLate;
    /// <summary>True while somebody asks where it waits.</summary>
    public bool IsAsked;
    /// <summary>Its frames in raw memory.</summary>
    public RawStack Frames;

    public bool IsMain => _start is null;
    public bool IsStarted { get; set; }
    public bool IsWaiting => Reason is not null;

    public void Run() => _start!();
}

/// <summary>
/// The threads of a program. They take turns: one goes on until it waits, yields, or has run for long. The order does
/// not depend on time, so a program without time-outs does the same whenever it runs.
/// </summary>
internal static class Threads
{
    /// <summary>Loop iterations until the next thread's turn.</summary>
    private const int Slice = 2000;
    /// <summary>So many threads may run by being woken before the oldest of the queue has its turn.</summary>
    private const int TurnsOutOfOrder = 32;
    /// <summary>Turns, less one, after which the clock is looked at although somebody can run.</summary>
    private const int TurnsBetweenLooks = 63;
    /// <summary>Threads a report of a deadlock shows.</summary>
    private const int WaitersShown = 20;
    private const int StackBytes = 1 << 20;
    /// <summary>Milliseconds after which a turn counts as time that passes.</summary>
    private const int LongTurn = 250;

    private static readonly List<Green> s_alive = new List<Green>();
    private static readonly List<Green> s_timers = new List<Green>();
    private static readonly SemaphoreSlim s_answer = new SemaphoreSlim(0);
    private static Green[] s_ready = new Green[16];
    private static int s_head, s_count, s_turns, s_looks, s_fuel = Slice;
    private static long s_lastTicket, s_clock, s_now, s_turn;
    private static int s_lastTick = Environment.TickCount;
    private static Green? s_woken, s_main, s_current;
    private static Exception? s_failure;

    /// <summary>Milliseconds of a clock that is never set back.</summary>
    public static long Clock
    {
        get
        {
            var tick = Environment.TickCount;
            // The system's counter wraps.
            s_clock += (uint)(tick - s_lastTick);
            s_lastTick = tick;
            return s_clock;
        }
    }

    /// <summary>
    /// The clock as it was last looked at. It stands while threads take short turns, so that of two which go to sleep
    /// one after the other the one that sleeps shorter wakes first, however long the system took to start them.
    /// </summary>
    public static long Now
    {
        get
        {
            if (Clock - s_turn > LongTurn)
                Look();
            return s_now;
        }
    }

    private static void Look() => s_now = s_turn = Clock;

    /// <summary>The thread that runs. Whoever calls first is main.</summary>
    public static Green Current
    {
        get
        {
            if (s_current is null)
            {
                s_current = s_main = new Green(null) { IsStarted = true };
                s_alive.Add(s_main);
            }
            return s_current;
        }
    }

    /// <summary>Starts a thread; its turn comes later.</summary>
    public static void Spawn(Action start)
    {
        _ = Current;
        var thread = new Green(start);
        s_alive.Add(thread);
        Ready(thread);
    }

    /// <summary>Starts a thread and yields a channel on which its end is reported.</summary>
    public static Channel<Str> SpawnReported(Action start)
    {
        _ = Current;
        var thread = new Green(start) { Report = new Channel<Str>(1) };
        s_alive.Add(thread);
        Ready(thread);
        return thread.Report;
    }

    public static void Report(Channel<Str>? channel) => Current.Report = channel;

    public static void Guard(Channel? channel, int number)
    {
        if (number == 0)
            Current.Guard0 = channel;
        else
            Current.Guard1 = channel;
    }

    /// <summary>Puts a thread at the end of the queue.</summary>
    public static void Ready(Green thread)
    {
        StopWaiting(thread);
        if (s_count == s_ready.Length)
        {
            var larger = new Green[s_count * 2];
            for (var n = 0; n < s_count; n++)
                larger[n] = s_ready[(s_head + n) % s_count];
            (s_ready, s_head) = (larger, 0);
        }
        s_ready[(s_head + s_count++) % s_ready.Length] = thread;
    }

    /// <summary>Lets a thread go on for which somebody did what it waited for: soon.</summary>
    public static void Wake(Green thread)
    {
        StopWaiting(thread);
        var before = s_woken;
        s_woken = thread;
        if (before is not null)
            Ready(before);
    }

    private static void StopWaiting(Green thread)
    {
        thread.Reason = null;
        if (thread.Due < 0)
            return;
        thread.Due = -1;
        s_timers.Remove(thread);
    }

    /// <summary>Counts an iteration of a loop; gives way now and then.</summary>
    public static void Count()
    {
        if (--s_fuel <= 0)
            Yield();
    }

    /// <summary>Lets all others that are ready go first.</summary>
    public static void Yield()
    {
        s_fuel = Slice;
        if (s_count == 0 && s_woken is null && s_timers.Count == 0)
            return;
        var me = Current;
        Ready(me);
        GiveWay(me);
    }

    public static void Sleep(long milliseconds) => Wait("for a time", Now + milliseconds, Clock + milliseconds);

    /// <summary>Waits until somebody lets the running thread go on.</summary>
    public static void Wait(string reason) => Wait(reason, -1, -1);

    /// <summary>
    /// Waits until somebody lets the running thread go on or a time, on both clocks, has come; true for the latter.
    /// </summary>
    public static bool Wait(string reason, long due, long until)
    {
        var me = Current;
        me.Reason = reason;
        me.IsLate = false;
        if (due >= 0)
        {
            (me.Due, me.Until) = (due, until);
            me.Ticket = ++s_lastTicket;
            s_timers.Add(me);
        }
        GiveWay(me);
        return me.IsLate;
    }

    /// <summary>Another thread's turn; returns when it is this one's again.</summary>
    private static void GiveWay(Green me)
    {
        var next = Next();
        if (next is null)
        {
            s_failure = Deadlock(me);
            next = s_main!;
        }
        if (next != me)
        {
            Pass(next);
            AwaitTurn(me);
        }
        me.Reason = null;
        s_fuel = Slice;
        s_turn = Clock;
        if (me.IsMain && s_failure is { } failure)
        {
            s_failure = null;
            ExceptionDispatchInfo.Capture(failure).Throw();
        }
    }

    /// <summary>The thread whose turn it is; null when none can go on.</summary>
    private static Green? Next()
    {
        for (; ; )
        {
            // Whoever can run comes before those whose time has come, so that a slow machine does the same as a fast
            // one.
            if (s_count == 0 && s_woken is null || (++s_looks & TurnsBetweenLooks) == 0)
                WakeSleepers();
            if (s_woken is { } woken && ++s_turns < TurnsOutOfOrder)
            {
                s_woken = null;
                return woken;
            }
            s_turns = 0;
            if (s_count > 0)
            {
                var first = s_ready[s_head];
                s_ready[s_head] = null!;
                s_head = (s_head + 1) % s_ready.Length;
                s_count--;
                return first;
            }
            if (s_woken is { } last)
            {
                s_woken = null;
                return last;
            }
            if (s_timers.Count == 0)
                return null;
            var rest = FirstDue().Until - Clock;
            if (rest > 0)
                Thread.Sleep((int)Math.Min(rest, int.MaxValue));
        }
    }

    private static Green FirstDue()
    {
        var first = s_timers[0];
        foreach (var t in s_timers)
            if (t.Due < first.Due || t.Due == first.Due && t.Ticket < first.Ticket)
                first = t;
        return first;
    }

    private static void WakeSleepers()
    {
        if (s_timers.Count == 0)
            return;
        Look();
        while (s_timers.Count > 0 && FirstDue() is var first && first.Until <= s_now)
        {
            Ready(first);
            first.IsLate = true;
        }
    }

    private static void Pass(Green next)
    {
        s_current!.Frames = RawMemory.Stack;
        Enter(next);
        if (next.IsStarted)
            next.Turn.Release();
        else
        {
            next.IsStarted = true;
            new Thread(new ThreadStart(Begin), StackBytes) { IsBackground = true }.Start();
        }
    }

    private static void Enter(Green next)
    {
        s_current = next;
        next.Reason = null;
        RawMemory.Stack = next.Frames;
    }

    private static void AwaitTurn(Green me)
    {
        for (; ; )
        {
            me.Turn.Wait();
            if (!me.IsAsked)
                return;
            me.Place = Host.PlaceOfCaller();
            me.IsAsked = false;
            s_answer.Release();
        }
    }

    /// <summary>
    /// What a thread of the system does: the thread whose turn it is, then others that have not begun.
    /// </summary>
    private static void Begin()
    {
        for (; ; )
        {
            var me = s_current!;
            s_fuel = Slice;
            s_turn = Clock;
            Green? next;
            try
            {
                me.Run();
                End(me, "");
                next = Next();
            }
            catch (Exception e) when (Traps.CodeOf(e) is { } code && me.Report is not null)
            {
                me.Guard0?.CloseNow();
                me.Guard1?.CloseNow();
                End(me, code + ": " + Traps.MessageOf(e));
                next = Next();
            }
            catch (Exception e)
            {
                // Main ends with it: the program stops.
                s_failure = e;
                End(me, "");
                next = s_main!;
            }
            if (next is null)
            {
                s_failure = Deadlock(null);
                next = s_main!;
            }
            if (next.IsStarted)
            {
                Enter(next);
                next.Turn.Release();
                return;
            }
            next.IsStarted = true;
            Enter(next);
        }
    }

    private static void End(Green me, string report)
    {
        s_alive.Remove(me);
        RawMemory.Release();
        // A report that nobody has room for is lost.
        if (me.Report is { IsClosed: false } channel)
            channel.TrySend(report);
    }

    private static Exception Deadlock(Green? asking)
    {
        var text = new StringBuilder(Traps.Describe(TrapCode.Deadlock));
        for (var n = 0; n < s_alive.Count && n < WaitersShown; n++)
        {
            var thread = s_alive[n];
            if (thread == asking)
                thread.Place = Host.PlaceOfCaller();
            else
            {
                thread.IsAsked = true;
                thread.Turn.Release();
                s_answer.Wait();
            }
            text.Append("\n   ").Append(thread.IsMain ? "main" : "thread " + thread.Id).Append(" waits ")
                .Append(thread.Reason).Append(' ').Append(thread.Place);
        }
        if (s_alive.Count > WaitersShown)
            text.Append("\n   ... ").Append(s_alive.Count - WaitersShown).Append(" more ...");
        return new TrapException(TrapCode.Deadlock, text.ToString());
    }
}
