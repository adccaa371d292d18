using MinZ.Mir;
using MinZ.Vm.Memory;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// Several workers: operating-system threads that run the green threads of one program. Each is a machine of its own
/// with its queue and its allocation buffer; memory, threads and channels are shared. The first one is the host's
/// thread and alone runs main and calls host functions.
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
        _lastTicket = (long)_world.Workers.Count << 48;
        GC.SuppressFinalize(this);
    }

    private bool IsHelper => _first != this;

    /// <summary>
    /// Starts helpers at the first thread of a program, when the options ask for more than one worker.
    /// </summary>
    private void StartHelpers()
    {
        if (_world.IsShared || _options.Workers <= 1 || IsHelper)
            return;
        _world.BeginSharing();
        LeaveSliceOnly();
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
            _buffer.Retire(_memory);
            _world.HasEnded = true;
            _world.Running--;
            Monitor.PulseAll(_world);
        }
        foreach (var worker in _world.Workers)
            worker._helper?.Join();
        _world.IsShared = false;
        foreach (var worker in _world.Workers)
        {
            worker.Forget();
            worker._helper = null;
        }
    }

    /// <summary>Forgets all threads, which have ended, and gives back what fuel is left.</summary>
    private void Forget()
    {
        while (_queue.PopAlone() != null)
        {
        }
        _current = _woken = null;
        _cache = null;
        GiveBack(Math.Max(0, _fuel) + _reserve);
        _fuel = _reserve = 0;
    }

    /// <summary>A helper's work, from the program's first thread to its end.</summary>
    private void Help()
    {
        _nesting = 1;
        lock (_world)
        {
            while (_world.IsCollecting)
                Monitor.Wait(_world);
            _world.Running++;
        }
        for (var ip = Switch(); ip != null && !_world.HasEnded; ip = HelpOn(ip))
        {
        }
        lock (_world)
        {
            _buffer.Retire(_memory);
            _world.Running--;
            Monitor.PulseAll(_world);
        }
    }

    private Insn* HelpOn(Insn* ip)
    {
        var trap = Execute(ip, _frame) ?? TrapCode.Unreachable;
        Pause();
        if (_world.HasEnded)
            return null;
        if (ExitCode is null && OutlivesTrap(trap))
            return Switch();
        lock (_world)
        {
            if (_world.HasEnded)
                return null;
            _first.ExitCode ??= ExitCode;
            _world.Trap ??= Stopped(trap);
            _world.HasEnded = true;
            Monitor.PulseAll(_world);
        }
        return null;
    }

    /// <summary>Stands still while another worker collects: at a place where what the frame holds is known to the
    /// collector, and no channel is locked.</summary>
    private void Pause()
    {
        if (!_world.IsShared || !_world.IsCollecting)
            return;
        lock (_world)
            if (_world.IsCollecting)
                AwaitCollection();
    }

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
        Save(ip, R);
        var thread = _current;
        _current = null;
        thread->State = GreenState.Ready;
        Pin(thread);
        return Switch();
    }
}
