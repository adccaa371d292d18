using MinZ.Mir;
using MinZ.Vm.Interpreter;
using MinZ.Vm.Loading;
using MinZ.Vm.Memory;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// Green threads: starting, taking turns, ending. A switch happens between two instructions by exchanging instruction,
/// frame and limits; nothing of a thread is on the host's stack.
/// </summary>
internal sealed unsafe partial class Machine
{
    /// <summary>Calls and loop iterations until the next thread's turn.</summary>
    private const long SliceFuel = 2000;
    /// <summary>So many threads may run by being woken before the oldest of the queue has its turn.</summary>
    private const int TurnsOutOfOrder = 32;

    private readonly ThreadStore _store;
    private readonly FrameMemory _frameMemory;
    private readonly RunQueue _queue = new();
    private readonly Queue<nint> _overflow = new();
    private GreenThread* _current;
    private GreenThread* _root;
    private GreenThread* _woken;
    private int _turns;
    /// <summary>Fuel that no thread has been given.</summary>
    private long _budget;

    /// <summary>Bytes of threads, their register frames, and queues.</summary>
    public long ThreadBytes => _store.Bytes;

    /// <summary>True while a host function is called that calls back: nobody else may run until it returns.</summary>
    private bool IsPinned => _nesting > 1;

    private void BeginProgram()
    {
        _root = _store.NewThread();
        if (_root == null)
            throw new VmLoadException("the memory limit is too low for a thread");
        _root->Slots = _linear.Frames;
        _root->SlotsEnd = _linear.Frames + _linear.FrameSlots;
        _root->FrameTop = _shadowBase;
        _root->FrameLimit = _shadowLimit;
        _current = _root;
        _stackLimit = _root->SlotsEnd;
        _shadowTop = _shadowBase;
        _shadowEnd = _shadowLimit;
        _chunkStart = 0;
        _fuel = _budget;
        _budget = 0;
    }

    /// <summary>Slots of a function that a host function calls back from a thread other than main.</summary>
    private const int NestedSlots = 1 << 15;

    /// <summary>Makes a stack for a call from a host function: the arguments it was given lie in the thread's own frames,
    /// which must not move.</summary>
    private bool TryBeginNested()
    {
        var thread = _store.NewThread();
        if (thread == null)
            return false;
        if (!_store.TryGrow(thread, NestedSlots))
        {
            _store.Free(thread);
            return false;
        }
        (_current->FrameTop, _current->FrameLimit) = (_shadowTop, _shadowEnd);
        _current->State = GreenState.Calling;
        GoOnIn(thread);
        return true;
    }

    private void EndNested(GreenThread* caller)
    {
        if (_current == caller)
            return;
        Release(_current);
        GoOnIn(caller);
        caller->State = GreenState.Ready;
    }

    private void GoOnIn(GreenThread* thread)
    {
        _current = thread;
        _stackLimit = thread->SlotsEnd;
        _shadowTop = thread->FrameTop;
        _shadowEnd = thread->FrameLimit;
        _chunkStart = thread->Chunk == null ? 0 : thread->Chunk->Start;
    }

    private void EndProgram()
    {
        _budget += Math.Max(0, _fuel);
        _fuel = 0;
        _frameMemory.Clear();
        _root->Slots = GreenThread.InlineSlotsOf(_root);
        _root->SlotsEnd = _root->Slots + GreenThread.InlineSlots;
        _store.Clear();
        while (_queue.PopAlone() != null)
        {
        }
        _overflow.Clear();
        _timers.Clear();
        _root = _current = _woken = null;
    }

    /// <summary>Runs until main ends or something stops the program.</summary>
    private TrapCode? Run(Insn* ip, long* frame)
    {
        for (; ; )
        {
            if (Execute(ip, frame) is not { } code)
                return null;
            if (ExitCode is not null || !OutlivesTrap(code))
                return code;
            ip = Switch();
            if (ip == null)
                return _trap;
            frame = _frame;
        }
    }

    /// <summary>True when the program goes on although the running thread trapped.</summary>
    private bool OutlivesTrap(TrapCode code)
    {
        if (_current == _root || IsPinned || _current->Report == 0 ||
            code is TrapCode.FuelExhausted or TrapCode.Deadlock)
            return false;
        var (message, fault) = (_message, _fault);
        var text = System.Text.Encoding.UTF8.GetBytes($"{code}: {message ?? MessageOf(code)}");
        var thread = _current;
        if (!ReserveText((ulong)text.Length))
        {
            // The trap to report, not the one of the report.
            (_message, _fault) = (message, fault);
            return false;
        }
        text.CopyTo(NewText(text.Length, out var address));
        CloseGuard(thread->Guard0);
        CloseGuard(thread->Guard1);
        if (!ReportEnd(thread, address))
            return false;
        (_message, _fault) = (null, 0);
        Release(thread);
        return true;
    }

    private void CloseGuard(long channel)
    {
        if (channel != 0 && ChannelAt(channel) is var c && c != null)
            Close(c);
    }

    private Insn* Spawn(Insn* ip, long* R)
    {
        var entry = (CodeEntry*)ip->Word;
        var thread = _store.NewThread();
        if (thread == null)
            return Stop(TrapCode.OutOfMemory, "the memory for threads is used up");
        var slots = SlotAllocator.FrameHeaderSlots + Math.Max(entry->FrameSlots, ip->C);
        if (slots > GreenThread.InlineSlots && !_store.TryGrow(thread, slots))
        {
            _store.Free(thread);
            return Stop(TrapCode.OutOfMemory, "the memory for threads is used up");
        }
        var frame = thread->Slots + SlotAllocator.FrameHeaderSlots;
        frame[-1] = (long)(_halt + 3);
        ((int*)frame)[-4] = 0;
        ((int*)frame)[-3] = 1;
        for (var n = 0; n < ip->C; n++)
            frame[n] = R[ip->A + n];
        thread->Frame = frame;
        thread->Next = entry->Code;
        Enqueue(thread);
        // The rest of a slice that was meant for one thread alone.
        if (_fuel > SliceFuel)
        {
            _budget += _fuel - SliceFuel;
            _fuel = SliceFuel;
        }
        return ip + 1;
    }

    private Insn* EndThread()
    {
        var thread = _current;
        if (thread->Report != 0 && !ReportEnd(thread, _program.Data.AddressOf(StringConstant.Of(""))))
            return null;
        Release(thread);
        return Switch();
    }

    /// <summary>Frees a thread that will not run again.</summary>
    private void Release(GreenThread* thread)
    {
        (thread->FrameTop, thread->FrameLimit) = (_shadowTop, _shadowEnd);
        while (thread->Chunk != null)
            _frameMemory.Shrink(thread);
        _store.Free(thread);
        _current = null;
    }

    /// <summary>Gives way; the thread goes on after all that are ready now.</summary>
    private Insn* Yield(Insn* next, long* R)
    {
        if (IsPinned || _woken == null && _queue.IsEmpty && _timers.Count == 0)
            return next;
        Save(next, R);
        Enqueue(_current);
        return Switch();
    }

    /// <summary>Notes where the running thread goes on.</summary>
    private void Save(Insn* next, long* R)
    {
        var t = _current;
        t->Next = next;
        t->Frame = R;
        t->FrameTop = _shadowTop;
        t->FrameLimit = _shadowEnd;
    }

    private void Enqueue(GreenThread* thread)
    {
        thread->State = GreenState.Ready;
        if (_overflow.Count > 0 || !_queue.TryPush(thread))
            _overflow.Enqueue((nint)thread);
    }

    /// <summary>Lets a thread go on that waited: soon, for what it waited for is fresh in the cache.</summary>
    private void Wake(GreenThread* thread)
    {
        thread->State = GreenState.Ready;
        var before = _woken;
        _woken = thread;
        if (before != null)
            Enqueue(before);
    }

    /// <summary>Goes on with another thread; null when none can, see <see cref="_trap"/>.</summary>
    private Insn* Switch()
    {
        if (_timers.Count > 0)
            WakeSleepers();
        var thread = _woken;
        if (thread != null && ++_turns < TurnsOutOfOrder)
        {
            _woken = null;
            return GoOn(thread);
        }
        _turns = 0;
        thread = _queue.PopAlone();
        if (thread != null && _overflow.Count > 0)
            _queue.TryPush((GreenThread*)_overflow.Dequeue());
        if (thread == null)
        {
            thread = _woken;
            _woken = null;
        }
        return thread != null ? GoOn(thread) : TryAwaitTimer(out thread) ? GoOn(thread) : Deadlocked();
    }

    private Insn* GoOn(GreenThread* thread)
    {
        if (thread->Selecting != null)
            LeaveSelect(thread);
        GoOnIn(thread);
        _frame = thread->Frame;
        _budget += _fuel;
        _fuel = Math.Min(SliceFuel, _budget);
        _budget -= _fuel;
        return thread->Next;
    }

    /// <summary>
    /// Comes when the fuel of a turn is used up, with one unit owed. Goes on with this thread or another, or null when the
    /// program may not run longer.
    /// </summary>
    /// <param name="ip">A call, or a jump that is taken.</param>
    /// <param name="R">The frame.</param>
    private Insn* EndTurn(Insn* ip, long* R)
    {
        _ip = ip;
        _frame = R;
        _fuel = 0;
        if (_budget <= 0)
            return Stop(TrapCode.FuelExhausted);
        var next = ip;
        if ((Codes.Of(ip->Op) & Fields.Jump) != 0)
        {
            // A call is done again and pays then.
            next = ip + ip->D;
            _budget--;
        }
        if (!IsPinned && (_woken != null || !_queue.IsEmpty || _timers.Count > 0))
            return Yield(next, R);
        _fuel = _store.Alive > 1 ? Math.Min(SliceFuel, _budget) : _budget;
        _budget -= _fuel;
        return next;
    }

    /// <summary>Comes when a frame does not fit: makes room, and the instruction is done again; or null.</summary>
    private Insn* MakeRoom(Insn* ip, long* R)
    {
        _ip = ip;
        _frame = R;
        switch (ip->Op)
        {
            case Code.Enter or Code.EnterZeroed:
                return TryExtendFrames((uint)ip->D) ? ip : Stop(TrapCode.StackOverflow);
            case Code.Call or Code.TailCall:
                // It is charged again.
                _fuel++;
                var entry = *(CodeEntry**)&ip->D;
                var slots = entry->FrameSlots + (ip->Op == Code.Call ? ip->A : 0);
                return (ip->Op == Code.TailCall || ((int*)R)[-3] < _maxDepth) && TryGrow(slots) ? ip
                    : Stop(TrapCode.StackOverflow);
            default:
                return Stop(TrapCode.StackOverflow);
        }
    }

    /// <summary>Makes room for so many slots from the innermost frame's start on; the frame may move.</summary>
    private bool TryGrow(long slots)
    {
        if (_frame + slots <= _stackLimit)
            return true;
        var used = _frame - _current->Slots;
        if (_current == _root || IsPinned || (used + slots) * sizeof(long) > _options.StackBytes)
            return false;
        _current->Frame = _frame;
        if (!_store.TryGrow(_current, used + slots))
            return false;
        _frame = _current->Frame;
        _stackLimit = _current->SlotsEnd;
        return true;
    }

    private bool TryExtendFrames(uint bytes)
    {
        if (_current == _root)
            return false;
        (_current->FrameTop, _current->FrameLimit) = (_shadowTop, _shadowEnd);
        if (!_frameMemory.TryExtend(_current, bytes))
            return false;
        (_shadowTop, _shadowEnd, _chunkStart) = (_current->FrameTop, _current->FrameLimit, _current->Chunk->Start);
        return true;
    }

    /// <summary>The frame that a chunk was taken for has ended.</summary>
    private void LeaveChunk()
    {
        if (_current->Chunk == null)
            return;
        _frameMemory.Shrink(_current);
        (_shadowTop, _shadowEnd) = (_current->FrameTop, _current->FrameLimit);
        _chunkStart = _current->Chunk == null ? 0 : _current->Chunk->Start;
    }

    /// <summary>Shows the collector all threads but the running one.</summary>
    private void ShowThreads(IRootVisitor visitor)
    {
        foreach (GreenThread* thread in _store.Threads())
        {
            visitor.Slot(ref thread->Report);
            visitor.Slot(ref thread->Guard0);
            visitor.Slot(ref thread->Guard1);
            if (thread != _current && thread->State != GreenState.Calling)
                visitor.Stack(new ExecutionStack(thread->Next, thread->Frame));
        }
    }
}
