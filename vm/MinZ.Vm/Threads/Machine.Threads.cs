using MinZ.Mir;
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

    private readonly World _world;
    private readonly RunQueue _queue = new();
    private GreenThread* _current;
    private GreenThread* _woken;
    private int _turns;

    private ThreadStore Store => _world.Store;
    private GreenThread* Root => _world.Root;

    /// <summary>Most bytes that threads, their register frames and queues have taken.</summary>
    public long ThreadBytes => Store.MostBytes;

    /// <summary>True while a host function is called that calls back: nobody else may run until it returns.</summary>
    private bool IsPinned => _nesting > 1;

    private void BeginProgram()
    {
        _program.TranslateAhead();
        _world.Root = Store.NewThread();
        if (Root == null)
            throw new VmLoadException("the memory limit is too low for a thread");
        Root->Slots = _linear.Frames;
        Root->SlotsEnd = _linear.Frames + _linear.FrameSlots;
        Root->FrameTop = _shadowBase;
        Root->FrameLimit = _shadowLimit;
        Root->State = GreenState.Running;
        _current = Root;
        _stackLimit = Root->SlotsEnd;
        _shadowTop = _shadowBase;
        _shadowEnd = _shadowLimit;
        _chunkStart = 0;
        TakeOwnTurn();
    }

    /// <summary>Slots of a function that a host function calls back from a thread other than main.</summary>
    private const int NestedSlots = 1 << 15;

    /// <summary>
    /// Makes a stack for a call from a host function: the arguments it was given lie in the thread's own frames, which
    /// must not move.
    /// </summary>
    private bool TryBeginNested()
    {
        var thread = _world.IsShared ? Cache.NewThread() : Store.NewThread();
        if (thread == null)
            return false;
        if (!TryGrow(thread, NestedSlots))
        {
            Free(thread);
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
    }

    private void GoOnIn(GreenThread* thread)
    {
        _current = thread;
        thread->State = GreenState.Running;
        _stackLimit = thread->SlotsEnd;
        _shadowTop = thread->FrameTop;
        _shadowEnd = thread->FrameLimit;
        _chunkStart = thread->Chunk == null ? 0 : thread->Chunk->Start;
    }

    private void EndProgram()
    {
        EndHelpers();
        _world.Budget += Math.Max(0, _fuel);
        _fuel = 0;
        Root->Slots = GreenThread.InlineSlotsOf(Root);
        Root->SlotsEnd = Root->Slots + GreenThread.InlineSlots;
        _world.Clear();
        Forget();
    }

    /// <summary>Runs until main ends or something stops the program.</summary>
    private TrapCode? Run(Insn* ip, long* frame)
    {
        for (; ; )
        {
            if (Execute(ip, frame) is not { } code)
                return null;
            Pause();
            var goesOn = ExitCode is null && !_world.HasEnded && OutlivesTrap(code);
            ip = goesOn ? Switch() : null;
            if (!goesOn)
                return code;
            if (ip == null)
                return _trap;
            frame = _frame;
        }
    }

    /// <summary>True when the program goes on although the running thread trapped.</summary>
    private bool OutlivesTrap(TrapCode code)
    {
        if (_current == Root || IsPinned || _current->Report == 0 ||
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
        var thread = _world.IsShared ? Cache.NewThread() : Store.NewThread();
        if (thread == null)
            return NoThreadMemory();
        var slots = SlotAllocator.FrameHeaderSlots + Math.Max(entry->FrameSlots, ip->C);
        if (slots > GreenThread.InlineSlots && !TryGrow(thread, slots))
        {
            Free(thread);
            return NoThreadMemory();
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
        LeaveSliceOnly();
        return ip + 1;
    }

    /// <summary>Gives back the rest of a slice that was meant for one thread alone.</summary>
    private void LeaveSliceOnly()
    {
        if (_fuel <= SliceFuel)
            return;
        GiveBack(_fuel - SliceFuel);
        _fuel = SliceFuel;
    }

    private void Free(GreenThread* thread)
    {
        if (_world.IsShared)
            Cache.Free(thread);
        else
            Store.Free(thread);
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
        _current = null;
        if (thread->Chunk != null)
            FreeChunks(thread);
        Free(thread);
    }

    /// <summary>Gives way; the thread goes on after all that are ready now.</summary>
    private Insn* Yield(Insn* next, long* R)
    {
        if (IsPinned || !HasOthers)
            return next;
        Save(next, R);
        var thread = _current;
        _current = null;
        Enqueue(thread);
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
        if (_world.IsShared)
            EnqueueAmongOthers(thread);
        else if (_world.Overflow.Count > 0 || !_queue.TryPush(thread))
            _world.Overflow.Enqueue((nint)thread);
    }

    /// <summary>Lets a thread go on that waited: soon, for what it waited for is fresh in the cache.</summary>
    private void Wake(GreenThread* thread)
    {
        if (_world.IsShared && thread == Root)
        {
            Enqueue(thread);
            return;
        }
        thread->State = GreenState.Ready;
        var before = _woken;
        _woken = thread;
        if (before != null)
            Enqueue(before);
    }

    /// <summary>Goes on with another thread; null when none can, see <see cref="_trap"/>.</summary>
    private Insn* Switch()
    {
        if (_world.IsShared)
            return SwitchAmongOthers();
        if (_world.Timers.Count > 0)
            WakeSleepers();
        var thread = TakeReady();
        return thread != null || TryAwaitTimer(out thread) ? GoOn(thread) : Deadlocked();
    }

    /// <summary>The thread whose turn it is; null when none is ready.</summary>
    private GreenThread* TakeReady()
    {
        var thread = _woken;
        if (thread != null && ++_turns < TurnsOutOfOrder)
        {
            _woken = null;
            return thread;
        }
        _turns = 0;
        thread = _queue.PopAlone();
        if (_world.Overflow.Count > 0)
        {
            var next = (GreenThread*)_world.Overflow.Dequeue();
            if (thread == null)
                return next;
            _queue.TryPush(next);
        }
        if (thread != null)
            return thread;
        thread = _woken;
        _woken = null;
        return thread;
    }

    private Insn* GoOn(GreenThread* thread)
    {
        if (thread->Selecting != null)
            LeaveSelect(thread);
        GoOnIn(thread);
        _frame = thread->Frame;
        if (_world.IsShared)
        {
            TakeFuel();
            return thread->Next;
        }
        _world.Budget += _fuel;
        _fuel = Math.Min(SliceFuel, _world.Budget);
        _world.Budget -= _fuel;
        return thread->Next;
    }

    /// <summary>
    /// Comes when the fuel of a turn is used up, with one unit owed. Goes on with this thread or another, or null when
    /// the program may not run longer.
    /// </summary>
    /// <param name="ip">A call, or a jump that is taken.</param>
    /// <param name="R">The frame.</param>
    private Insn* EndTurn(Insn* ip, long* R)
    {
        _ip = ip;
        _frame = R;
        _fuel = 0;
        var isJump = (Codes.Of(ip->Op) & Fields.Jump) != 0;
        // A call is done again and pays then.
        var next = isJump ? ip + ip->D : ip;
        if (!_world.IsShared)
            return TakeTurn(next, R, isJump);
        // What the frame holds is what the target finds.
        _ip = next;
        Pause();
        _ip = ip;
        return TakeTurnAmongOthers(next, R, isJump);
    }

    private Insn* TakeTurn(Insn* next, long* R, bool isJump)
    {
        if (_world.Budget <= 0)
            return Stop(TrapCode.FuelExhausted);
        if (isJump)
            _world.Budget--;
        if (!IsPinned && HasOthers)
            return Yield(next, R);
        TakeOwnTurn();
        return HasFrames ? EndFrame(next, isJump) : next;
    }

    /// <summary>Fuel for the only worker, until others are to run or the next frame begins.</summary>
    private void TakeOwnTurn()
    {
        var most = Store.Alive > 1 ? SliceFuel : HasFrames ? FrameFuel : long.MaxValue;
        _fuel = Math.Min(most, _world.Budget);
        _world.Budget -= _fuel;
    }

    /// <summary>True when others may be ready, or may become so by time.</summary>
    private bool HasOthers =>
        _woken != null || !_queue.IsEmpty || _world.Timers.Count > 0 || _world.Overflow.Count > 0 ||
        _world.Pinned.Count > 0 && !IsHelper;

    /// <summary>Shows the collector all threads but the running ones.</summary>
    private void ShowThreads(IRootVisitor visitor)
    {
        var slab = 0;
        GreenThread* next = null;
        while (Store.TryNext(ref slab, ref next, out var thread))
        {
            if (thread->State == GreenState.Free)
                continue;
            if (thread->Report != 0)
                visitor.Slot(ref thread->Report);
            if (thread->Guard0 != 0)
                visitor.Slot(ref thread->Guard0);
            if (thread->Guard1 != 0)
                visitor.Slot(ref thread->Guard1);
            if (thread->State is not (GreenState.Running or GreenState.Calling))
                visitor.Stack(new ExecutionStack(thread->Next, thread->Frame));
        }
    }
}
