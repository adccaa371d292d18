namespace MinZ.Runtime;

/// <summary>A select in progress: the first of its cases that can go on is done, and only that.</summary>
internal sealed class Selection
{
    private static object? s_taken;
    private readonly List<Case> _cases = new List<Case>();
    private long _timeout = -1;
    private int _timeoutCase, _otherwise = -1, _chosen = -1;

    /// <summary>The thread that waits.</summary>
    public Green Thread { get; } = Threads.Current;

    /// <summary>True when a case was chosen.</summary>
    public bool IsDone => _chosen >= 0;

    /// <summary>Somebody did a case.</summary>
    public void Choose(int number) => _chosen = number;

    public static Selection New() => new Selection();

    public static Selection Receive<T>(Selection selection, Channel<T> channel) =>
        selection.Add(new ReceiveCase<T>(Checked(channel)));

    public static Selection Send<T>(Selection selection, Channel<T> channel, T value) =>
        selection.Add(new SendCase<T>(Checked(channel), value));

    public static Selection Closed(Selection selection, Channel channel) =>
        selection.Add(new ClosedCase(Checked(channel)));

    public static Selection Timeout(Selection selection, long milliseconds)
    {
        // Of several the shortest counts.
        if (selection._timeout < 0 || milliseconds < selection._timeout)
            (selection._timeout, selection._timeoutCase) = (milliseconds, selection._cases.Count);
        return selection.Add(new Case());
    }

    public static Selection Default(Selection selection)
    {
        selection._otherwise = selection._cases.Count;
        return selection.Add(new Case());
    }

    private static T Checked<T>(T channel) where T : class => channel ?? throw new NullReferenceException();

    private Selection Add(Case one)
    {
        _cases.Add(one);
        return this;
    }

    /// <summary>Waits for a case, does it, and yields its number.</summary>
    public static int Wait(Selection selection) => selection.Choose();

    private int Choose()
    {
        var (due, until) = _timeout < 0 ? (-1, -1) : (Threads.Now + _timeout, Threads.Clock + _timeout);
        for (; ; )
        {
            for (var n = 0; n < _cases.Count; n++)
                if (_cases[n].Try())
                    return Finish(n);
            if (_otherwise >= 0)
                return _otherwise;
            for (var n = 0; n < _cases.Count; n++)
                _cases[n].Join(this, n);
            var isLate = Threads.Wait("in a select", due, until);
            foreach (var c in _cases)
                c.Leave();
            if (IsDone)
                return Finish(_chosen);
            if (isLate)
                return _timeoutCase;
        }
    }

    private int Finish(int number)
    {
        s_taken = _cases[number];
        return number;
    }

    /// <summary>What the case that was just done received.</summary>
    public static T Taken<T>()
    {
        var done = (ReceiveCase<T>)s_taken!;
        s_taken = null;
        return done.Value;
    }
}

/// <summary>A case of a select; this one never goes on by itself.</summary>
internal class Case
{
    /// <summary>Does it when that needs no waiting.</summary>
    public virtual bool Try() => false;

    /// <summary>Lets the channel know that somebody waits.</summary>
    public virtual void Join(Selection selection, int number)
    {
    }

    /// <summary>Nobody waits any more.</summary>
    public virtual void Leave()
    {
    }
}

internal sealed class ReceiveCase<T> : Case
{
    private readonly Channel<T> _channel;
    private Waiter<T>? _waiter;
    private T _value = default!;

    public ReceiveCase(Channel<T> channel) => _channel = channel;

    /// <summary>What came.</summary>
    public T Value => _waiter is { IsDone: true } ? _waiter.Value : _value;

    public override bool Try() => _channel.TryReceive(ref _value);

    public override void Join(Selection selection, int number) =>
        _waiter = _channel.Join(false, default!, selection.Thread, selection, number);

    public override void Leave()
    {
        if (!_waiter!.IsDone)
            _channel.Leave(_waiter);
    }
}

internal sealed class SendCase<T> : Case
{
    private readonly Channel<T> _channel;
    private readonly T _value;
    private Waiter<T>? _waiter;

    public SendCase(Channel<T> channel, T value) => (_channel, _value) = (channel, value);

    public override bool Try() => _channel.TrySend(_value);

    public override void Join(Selection selection, int number) =>
        _waiter = _channel.Join(true, _value, selection.Thread, selection, number);

    public override void Leave() => _channel.Leave(_waiter!);
}

internal sealed class ClosedCase : Case
{
    private readonly Channel _channel;

    public ClosedCase(Channel channel) => _channel = channel;

    public override bool Try() => _channel.IsOver;

    public override void Join(Selection selection, int number) => _channel.AwaitEnd(selection);
}
