using MinZ.Mir;
using MinZ.Vm.Memory;
using MinZ.Vm.Sandbox;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// Several workers: operating-system threads that run the green threads of one program. Each is a machine of its own with
/// its queue and its allocation buffer; memory, threads and channels are shared. The first one is the host's thread and
/// alone runs main and calls host functions.
/// </summary>
internal sealed unsafe partial class Machine
{
    private readonly Machine _first;
    private Thread? _helper;

    /// <summary>A helper of another machine.</summary>
    private Machine(Machine first)
    {
        _first = first;
        (_program, _options, _linear, _gate, _heap) = (first._program, first._options, first._linear, first._gate,
            first._heap);
        (_span, _maxDepth, _world, _sources, Handles) = (first._span, first._maxDepth, first._world, first._sources,
            first.Handles);
        _memory = first._memory;
        _halt = first._halt;
        GC.SuppressFinalize(this);
    }

    private bool IsHelper => _first != this;

    /// <summary>Starts helpers at the first thread of a program, when the options ask for more than one worker.</summary>
    private void StartHelpers()
    {
        if (_world.IsShared || _options.Workers <= 1 || IsHelper)
            return;
        _world.IsShared = true;
        _world.Running = 1;
        while (_world.Workers.Count < _options.Workers)
            _world.Workers.Add(new Machine(this));
        foreach (var worker in _world.Workers)
            if (worker.IsHelper)
            {
                worker._helper = new Thread(worker.Help) { IsBackground = true, Name = "MinZ worker" };
                worker._helper.Start();
            }
    }

    /// <summary>Ends the helpers; all of them stand still afterwards.</summary>
    private void EndHelpers()
    {
        if (!_world.IsShared)
            return;
        lock (_world)
        {
            // Main has returned: there is nothing of it that the collector could look at.
            _current = null;
            _world.HasEnded = true;
            _world.Running--;
            Monitor.PulseAll(_world);
        }
        foreach (var worker in _world.Workers)
            worker._helper?.Join();
        _world.IsShared = false;
        foreach (var worker in _world.Workers)
        {
            worker._current = worker._woken = null;
            while (worker._queue.PopAlone() != null)
            {
            }
            _world.Budget += Math.Max(0, worker._fuel);
            worker._fuel = 0;
            worker._helper = null;
        }
    }

    /// <summary>A helper's work, from the program's first thread to its end.</summary>
    private void Help()
    {
        _nesting = 1;
        lock (_world)
        {
            _world.Running++;
            for (var ip = Switch(); ip != null && !_world.HasEnded; ip = HelpOn(ip))
            {
            }
            _buffer.Retire(_memory);
            _world.Running--;
            Monitor.PulseAll(_world);
        }
    }

    // The lock is held except while instructions are executed.
    private Insn* HelpOn(Insn* ip)
    {
        Monitor.Exit(_world);
        var trap = Execute(ip, _frame);
        Monitor.Enter(_world);
        if (_world.HasEnded)
            return null;
        if (ExitCode is null && OutlivesTrap(trap ?? TrapCode.Unreachable))
            return Switch();
        _first.ExitCode ??= ExitCode;
        _world.Trap ??= Stopped(trap ?? TrapCode.Unreachable);
        _world.HasEnded = true;
        Monitor.PulseAll(_world);
        return null;
    }

    /// <summary>Takes the lock that threads and channels need, where what the frame holds is known to the
    /// collector.</summary>
    private void Enter()
    {
        if (!_world.IsShared)
            return;
        Monitor.Enter(_world);
        if (_world.IsCollecting)
            AwaitCollection();
    }

    private void Exit()
    {
        if (_world.IsShared)
            Monitor.Exit(_world);
    }

    /// <summary>Stands still while another worker collects.</summary>
    private void AwaitCollection()
    {
        _buffer.Retire(_memory);
        _world.Running--;
        Monitor.PulseAll(_world);
        while (_world.IsCollecting)
            Monitor.Wait(_world);
        _world.Running++;
    }

    /// <summary>Runs the collector while all other workers stand still, and takes the room it made before they can; or
    /// waits for one who does so already.</summary>
    private bool CollectAmongOthers(ulong wanted)
    {
        lock (_world)
        {
            if (_world.IsCollecting)
            {
                AwaitCollection();
                return true;
            }
            _world.IsCollecting = true;
            while (_world.Running > 1)
                Monitor.Wait(_world);
            _buffer.Retire(_memory);
            var damage = _heap.Collect(_sources, wanted);
            var hasRoom = damage is null && _heap.TryExtend(ref _buffer, wanted);
            _world.IsCollecting = false;
            Monitor.PulseAll(_world);
            if (damage is null)
                return hasRoom ? _options.StressCollector || Charge((ulong)_heap.Statistics.LiveBytes) || OutOfFuel()
                    : Refuse(wanted);
            Stop(TrapCode.BadAddress, damage);
            return false;
        }
    }

    /// <summary>Shows where this worker is.</summary>
    private void ShowWorker(IRootVisitor visitor)
    {
        if (_nesting > 0 && _current != null && _current->State == GreenState.Running)
            visitor.Stack(new ExecutionStack(_ip, _frame));
    }

    /// <summary>Takes a thread that waits in the queue of another worker.</summary>
    private GreenThread* Steal()
    {
        foreach (var worker in _world.Workers)
            if (worker != this && worker._queue.PopAlone() is var thread && thread != null)
                return thread;
        return null;
    }

    /// <summary>A thread for a worker that has nothing to do; null when the program ends or all wait for each
    /// other.</summary>
    private GreenThread* AwaitWork()
    {
        _current = null;
        _buffer.Retire(_memory);
        _world.Running--;
        _world.Idle++;
        Monitor.PulseAll(_world);
        GreenThread* thread = null;
        while (!_world.HasEnded)
        {
            if (!_world.IsCollecting)
            {
                thread = TakeReady();
                if (thread != null || IsAllWaiting(out thread))
                    break;
            }
            if (_gate.IsRealTime && _world.Timers.Count > 0)
                Monitor.Wait(_world, 1);
            else
                Monitor.Wait(_world);
            if (_world.Timers.Count > 0 && _gate.IsRealTime)
                WakeSleepers();
        }
        _world.Idle--;
        _world.Running++;
        return thread;
    }

    /// <summary>True for the first worker when nobody can run; a thread whose time has come first ends that.</summary>
    private bool IsAllWaiting(out GreenThread* thread)
    {
        thread = null;
        // Others may have been woken without having come to run yet; they are not idle.
        if (_world.Idle < _world.Workers.Count || IsHelper)
            return false;
        if (_world.Timers.Count == 0)
            return true;
        return !_gate.IsRealTime && TryAwaitTimer(out thread);
    }

    /// <summary>Leaves the running thread to the first worker, which calls the host.</summary>
    private Insn* LeaveToFirst(Insn* ip, long* R)
    {
        Enter();
        Save(ip, R);
        _current->State = GreenState.Ready;
        _world.Pinned.Enqueue((nint)_current);
        if (_world.Idle > 0)
            Monitor.PulseAll(_world);
        var next = Switch();
        Exit();
        return next;
    }
}
