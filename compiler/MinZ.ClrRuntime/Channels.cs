namespace MinZ.Runtime;

/// <summary>A thread that waits at a channel.</summary>
internal sealed class Waiter<T>
{
    public Waiter(Green thread, Selection? selection, int number)
    {
        Thread = thread;
        Selection = selection;
        Number = number;
    }

    public Green Thread { get; }
    /// <summary>The select it belongs to; null = a plain operation.</summary>
    public Selection? Selection { get; }
    /// <summary>Number of the case.</summary>
    public int Number { get; }
    /// <summary>What is sent, or was received.</summary>
    public T Value = default!;
    /// <summary>True when somebody did the operation.</summary>
    public bool IsDone;

    /// <summary>True when it can still be served.</summary>
    public bool Waits => !IsDone && (Selection is null || !Selection.IsDone) && Thread.IsWaiting;
}

/// <summary>What channels of all types can do.</summary>
public abstract class Channel
{
    internal bool IsClosed;

    /// <summary>True when it is closed and nothing is left.</summary>
    internal abstract bool IsOver { get; }

    internal abstract void WakeAll();

    internal abstract void AwaitEnd(Selection selection);

    /// <summary>Closes it: nothing more can be sent; again does nothing.</summary>
    internal void CloseNow()
    {
        IsClosed = true;
        WakeAll();
    }
}

/// <summary>A channel of MinZ: values go from thread to thread in the order they were sent.</summary>
public sealed class Channel<T> : Channel
{
    private readonly List<Waiter<T>> _senders = new List<Waiter<T>>();
    private readonly List<Waiter<T>> _receivers = new List<Waiter<T>>();
    private readonly List<Green> _watchers = new List<Green>();
    private readonly long _capacity;
    private T[] _buffer = new T[1];
    private int _head, _count;

    /// <summary>A channel that holds up to so many values; 0: who sends waits for who receives.</summary>
    public Channel(long capacity) => _capacity = Math.Max(0, capacity);

    internal override bool IsOver => IsClosed && _count == 0;

    private static Waiter<T>? First(List<Waiter<T>> queue)
    {
        var gone = 0;
        while (gone < queue.Count && !queue[gone].Waits)
            gone++;
        if (gone > 0)
            queue.RemoveRange(0, gone);
        return queue.Count > 0 ? queue[0] : null;
    }

    private void Put(T value)
    {
        if (_count == _buffer.Length)
        {
            var larger = new T[_count * 2];
            for (var n = 0; n < _count; n++)
                larger[n] = _buffer[(_head + n) % _count];
            (_buffer, _head) = (larger, 0);
        }
        _buffer[(_head + _count++) % _buffer.Length] = value;
    }

    /// <summary>Sends when that needs no waiting.</summary>
    internal bool TrySend(T value)
    {
        if (IsClosed)
            throw new TrapException(TrapCode.Panic, "a value is sent on a channel that is closed");
        if (First(_receivers) is { } receiver)
        {
            receiver.Value = value;
            Complete(receiver);
            return true;
        }
        if (_count >= _capacity)
            return false;
        Put(value);
        return true;
    }

    /// <summary>Receives when that needs no waiting.</summary>
    internal bool TryReceive(ref T to)
    {
        var sender = First(_senders);
        if (_count > 0)
        {
            to = _buffer[_head];
            _buffer[_head] = default!;
            _head = (_head + 1) % _buffer.Length;
            _count--;
            if (sender is not null)
                Put(sender.Value);
        }
        else if (sender is not null)
            to = sender.Value;
        else
            return false;
        if (sender is not null)
            Complete(sender);
        return true;
    }

    private static void Complete(Waiter<T> waiter)
    {
        waiter.IsDone = true;
        waiter.Selection?.Choose(waiter.Number);
        Threads.Wake(waiter.Thread);
    }

    internal Waiter<T> Join(bool sends, T value, Green thread, Selection? selection, int number)
    {
        var waiter = new Waiter<T>(thread, selection, number) { Value = value };
        (sends ? _senders : _receivers).Add(waiter);
        return waiter;
    }

    internal void Leave(Waiter<T> waiter)
    {
        _senders.Remove(waiter);
        _receivers.Remove(waiter);
    }

    internal override void AwaitEnd(Selection selection) => _watchers.Add(selection.Thread);

    internal override void WakeAll()
    {
        foreach (var w in _receivers)
            if (w.Waits)
                Threads.Ready(w.Thread);
        foreach (var w in _senders)
            if (w.Waits)
                Threads.Ready(w.Thread);
        foreach (var thread in _watchers)
            if (thread.IsWaiting)
                Threads.Ready(thread);
        _watchers.Clear();
    }

    /// <summary>Sends a value; waits while there is no room.</summary>
    public void Send(T value)
    {
        while (!TrySend(value))
        {
            var waiter = Join(true, value, Threads.Current, null, 0);
            Threads.Wait("to send");
            if (waiter.IsDone)
                return;
            Leave(waiter);
        }
    }

    /// <summary>Receives a value; waits while there is none.</summary>
    /// <returns>False when the channel is closed and empty.</returns>
    public bool TryTake(ref T to)
    {
        while (!TryReceive(ref to))
        {
            if (IsClosed)
                return false;
            var waiter = Join(false, default!, Threads.Current, null, 0);
            Threads.Wait("to receive");
            if (waiter.IsDone)
            {
                to = waiter.Value;
                return true;
            }
            Leave(waiter);
        }
        return true;
    }

    /// <summary>Receives a value; waits while there is none, and traps when there will be none.</summary>
    public T Receive()
    {
        var value = default(T)!;
        if (!TryTake(ref value))
            throw new TrapException(TrapCode.Panic, "nothing more can be received: the channel is closed");
        return value;
    }

    /// <summary>Closes it: nothing more can be sent; again does nothing.</summary>
    public void Close() => CloseNow();
}

/// <summary>The operations on channels as compiled code calls them.</summary>
internal static class Channels
{
    public static Channel<T> New<T>(long capacity) => new Channel<T>(capacity);

    public static void Send<T>(Channel<T> channel, T value) => channel.Send(value);

    public static T Receive<T>(Channel<T> channel) => channel.Receive();

    public static bool Take<T>(Channel<T> channel, ref T to) => channel.TryTake(ref to);

    public static void Close(Channel channel) => channel.CloseNow();
}
