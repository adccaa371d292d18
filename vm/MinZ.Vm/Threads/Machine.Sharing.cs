using MinZ.Mir;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// How several workers share threads and fuel. Each takes from its own queue, which others may empty too; threads that
/// do not fit there, and those that only the first worker may run, are in queues of the <see cref="World"/>.
/// </summary>
internal sealed unsafe partial class Machine
{
    /// <summary>So often a worker that has threads of its own looks for those that nobody has.</summary>
    private const int TurnsBetweenFetches = 64;
    /// <summary>So many threads are fetched at most.</summary>
    private const int MostFetched = 64;
    /// <summary>
    /// A worker takes this part of the fuel that is left, divided by the workers, so that little of it lies with those
    /// that do not need it.
    /// </summary>
    private const int ShareOfFuel = 8;
    private const long MostFuel = 1 << 20;

    /// <summary>Fuel this worker has for its next turns; 0 as long as there is only one.</summary>
    private long _reserve;
    private int _turnsSinceFetch;
    private bool _tookPinned;
    private nint _pinned;

    private StoreCache Cache => _cache ??= new StoreCache(Store);

    private Insn* SwitchAmongOthers()
    {
        Pause();
        if (_world.HasEnded)
            return Stop(TrapCode.Unreachable);
        if (_world.Timers.Count > 0)
            lock (_world)
                WakeSleepers();
        var thread = TakeReadyAmongOthers();
        if (thread == null)
            lock (_world)
            {
                thread = AwaitWork();
                if (thread == null)
                    return _world.HasEnded ? Stop(TrapCode.Unreachable) : Deadlocked();
            }
        else if (_world.Idle > 0 && !_queue.IsEmpty)
            WakeIdle();
        return GoOn(thread);
    }

    private Insn* TakeTurnAmongOthers(Insn* next, long* R, bool isJump)
    {
        if (_world.HasEnded)
            return Stop(TrapCode.Unreachable);
        TakeFuel();
        if (_fuel <= 0)
            return Stop(TrapCode.FuelExhausted);
        if (isJump)
            _fuel--;
        return !IsPinned && HasOthers ? Yield(next, R) : next;
    }

    /// <summary>Fuel for a turn.</summary>
    private void TakeFuel()
    {
        _reserve += _fuel;
        if (_reserve < SliceFuel)
            lock (_world)
            {
                var share = Math.Min(_world.Budget / (ShareOfFuel * _world.Workers.Count), MostFuel);
                share = Math.Max(0, Math.Min(_world.Budget, Math.Max(share, SliceFuel)));
                _world.Budget -= share;
                _reserve += share;
            }
        _fuel = Math.Min(SliceFuel, _reserve);
        _reserve -= _fuel;
    }

    private void GiveBack(long fuel)
    {
        if (_world.IsShared)
            lock (_world)
                _world.Budget += fuel;
        else
            _world.Budget += fuel;
    }

    private void EnqueueAmongOthers(GreenThread* thread)
    {
        if (thread == Root)
        {
            Pin(thread);
            return;
        }
        if (_queue.TryPush(thread))
            return;
        lock (_world)
        {
            // Half of them, so that the next ones fit.
            for (var n = 0; n < RunQueue.Capacity / 2 && _queue.Pop() is var first && first != null; n++)
                _world.Overflow.Enqueue((nint)first);
            _world.Overflow.Enqueue((nint)thread);
            if (_world.Idle > 0)
                Monitor.PulseAll(_world);
        }
    }

    /// <summary>Gives a thread that is ready to the first worker.</summary>
    private void Pin(GreenThread* thread)
    {
        lock (_world)
        {
            _world.Pinned.Enqueue((nint)thread);
            if (_world.Idle > 0)
                Monitor.PulseAll(_world);
        }
    }

    private GreenThread* TakeReadyAmongOthers()
    {
        // Main may give way again and again; the others have every second turn.
        if (!_tookPinned && TakePinned() is var pinned && pinned != null)
            return pinned;
        _tookPinned = false;
        var thread = _woken;
        if (thread != null && ++_turns < TurnsOutOfOrder)
        {
            _woken = null;
            return thread;
        }
        _turns = 0;
        thread = ++_turnsSinceFetch >= TurnsBetweenFetches ? Fetch() : null;
        if (thread == null)
            thread = _queue.Pop();
        if (thread == null)
            thread = Fetch();
        if (thread == null)
        {
            thread = _woken;
            _woken = null;
        }
        if (thread == null)
            thread = TakePinned();
        return thread != null ? thread : Steal();
    }

    private GreenThread* TakePinned()
    {
        if (IsHelper || _world.Pinned.Count == 0)
            return null;
        lock (_world)
            _tookPinned = _world.Pinned.TryDequeue(out _pinned);
        return _tookPinned ? (GreenThread*)_pinned : null;
    }

    /// <summary>Takes some of the threads that no worker has.</summary>
    private GreenThread* Fetch()
    {
        _turnsSinceFetch = 0;
        if (_world.Overflow.Count == 0)
            return null;
        lock (_world)
        {
            if (!_world.Overflow.TryDequeue(out var first))
                return null;
            var count = Math.Min(MostFetched, _world.Overflow.Count / _world.Workers.Count);
            while (--count >= 0 && _world.Overflow.TryPeek(out var next) && _queue.TryPush((GreenThread*)next))
                _world.Overflow.Dequeue();
            return (GreenThread*)first;
        }
    }

    /// <summary>Takes half of the threads in the queue of another worker.</summary>
    private GreenThread* Steal()
    {
        var workers = _world.Workers;
        var self = workers.IndexOf(this);
        for (var n = 1; n < workers.Count; n++)
        {
            var other = workers[(self + n) % workers.Count]._queue;
            var thread = other.Pop();
            if (thread == null)
                continue;
            for (var more = other.Count / 2; more > 0 && _queue.Count < RunQueue.Capacity; more--)
            {
                var next = other.Pop();
                if (next == null)
                    break;
                _queue.TryPush(next);
            }
            return thread;
        }
        return null;
    }

    /// <summary>Tells workers that have nothing to do that this one has more than one thread.</summary>
    private void WakeIdle()
    {
        if (_world.IsWaking)
            return;
        lock (_world)
        {
            if (_world.Idle == 0)
                return;
            _world.IsWaking = true;
            Monitor.PulseAll(_world);
        }
    }

    /// <summary>A thread for a worker that has nothing to do; null when the program ends or all wait for each
    /// other. The world is locked.</summary>
    private GreenThread* AwaitWork()
    {
        _buffer.Retire(_memory);
        GiveBack(_reserve + _fuel);
        _reserve = _fuel = 0;
        _world.Running--;
        _world.Idle++;
        Monitor.PulseAll(_world);
        GreenThread* thread = null;
        while (!_world.HasEnded)
        {
            if (!_world.IsCollecting)
            {
                thread = TakeReadyAmongOthers();
                if (thread != null || IsAllWaiting(out thread))
                    break;
            }
            if (_gate.IsRealTime && _world.Timers.Count > 0)
                Monitor.Wait(_world, 1);
            else
                Monitor.Wait(_world);
            _world.IsWaking = false;
            if (_world.Timers.Count > 0 && _gate.IsRealTime)
                WakeSleepers();
        }
        _world.Idle--;
        _world.Running++;
        return thread;
    }
}
