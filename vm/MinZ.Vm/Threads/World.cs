using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Threads;

/// <summary>
/// What the workers of one program share. With several, what is here changes under the lock of this object only, as a
/// rule when a worker has too much or too little to do; channels have locks of their own.
/// </summary>
internal sealed unsafe class World(ThreadStore store, FrameMemory frames) : IDisposable
{
    public ThreadStore Store { get; } = store;

    public FrameMemory Frames { get; } = frames;

    /// <summary>The machine that the host called, first, and those that help it.</summary>
    public List<Machine> Workers { get; } = [];

    private ChannelLocks? _locks;

    /// <summary>True while helpers exist.</summary>
    public bool IsShared { get; set; }

    /// <summary>The locks of channels, while helpers exist.</summary>
    public ChannelLocks Locks => _locks!;

    /// <summary>Threads that are ready and found no room in a worker's queue.</summary>
    public Queue<nint> Overflow { get; } = new();

    /// <summary>Threads that only the first worker may run: main, and who calls the host.</summary>
    public Queue<nint> Pinned { get; } = new();

    /// <summary>Who waits for which time.</summary>
    public PriorityQueue<(nint Thread, long Ticket), (long Due, long Order)> Timers { get; } = new();

    public GreenThread* Root;

    /// <summary>Fuel that no worker has been given.</summary>
    public long Budget;

    /// <summary>
    /// Workers that execute instructions: not those that have nothing to do or wait for a collection.
    /// </summary>
    public int Running;

    /// <summary>Workers that have nothing to do.</summary>
    public volatile int Idle;

    /// <summary>One of these was told that there is something to do, and has not looked yet.</summary>
    public volatile bool IsWaking;

    /// <summary>A collection waits for all others to stand still, or is under way.</summary>
    public volatile bool IsCollecting;

    /// <summary>The program has ended, or something stopped it.</summary>
    public volatile bool HasEnded;

    /// <summary>The trap of a helper that stopped the program.</summary>
    public VmTrap? Trap;

    /// <summary>From now on there are several workers.</summary>
    public void BeginSharing()
    {
        _locks ??= new ChannelLocks();
        IsShared = true;
        Running = 1;
    }

    public void Dispose()
    {
        Store.Dispose();
        _locks?.Dispose();
    }

    /// <summary>Forgets all threads.</summary>
    public void Clear()
    {
        Frames.Clear();
        Store.Clear();
        Overflow.Clear();
        Pinned.Clear();
        Timers.Clear();
        Root = null;
        HasEnded = IsWaking = false;
        Trap = null;
    }
}
