using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Threads;

/// <summary>What a thread is doing.</summary>
internal enum GreenState : byte
{
    /// <summary>Not in use.</summary>
    Free,
    /// <summary>Waits in a queue for its turn.</summary>
    Ready,
    /// <summary>A worker runs it.</summary>
    Running,
    /// <summary>Waits for a channel.</summary>
    Waiting,
    /// <summary>Waits for a time.</summary>
    Sleeping,
    /// <summary>Its host function calls back, on a stack of its own.</summary>
    Calling,
}

/// <summary>
/// A green thread: where it goes on, its register frames, its addressable frames. Register frames start in the slots
/// right behind this header and move to a larger block when they do not fit; frames hold distances and return addresses
/// only, so copying is all there is to it.
/// </summary>
internal unsafe struct GreenThread
{
    /// <summary>Bytes of a thread with its first slots.</summary>
    public const int Bytes = 256;
    /// <summary>Slots behind the header.</summary>
    public static int InlineSlots => (Bytes - sizeof(GreenThread)) / sizeof(long);

    /// <summary>The instruction to go on with.</summary>
    public Insn* Next;
    /// <summary>Innermost frame.</summary>
    public long* Frame;
    /// <summary>Start and end of the block its frames lie in.</summary>
    public long* Slots, SlotsEnd;
    /// <summary>Next thread of the list it is in: overflowing run queue, free threads.</summary>
    public GreenThread* Link;
    /// <summary>Channel the end of the thread is reported on, and channels a trap of it closes; 0 = none.</summary>
    public long Report, Guard0, Guard1;
    /// <summary>Top and end of the current chunk of addressable frames.</summary>
    public ulong FrameTop, FrameLimit;
    /// <summary>The current chunk; null = none yet.</summary>
    public FrameChunk* Chunk;
    /// <summary>Its places in queues of channels while it waits in a select.</summary>
    public WaitNode* Selecting;
    /// <summary>Its place in the queue of a channel while it waits in any other operation.</summary>
    public WaitNode Node;
    /// <summary>
    /// Number of its present wait in a select or for a time, which no other wait has; 0 = none. Of all who could end
    /// that wait, the one does who sets this to 0.
    /// </summary>
    public long Ticket;
    /// <summary>1 for main.</summary>
    public uint Id;
    public GreenState State;

    /// <summary>True when its frames have outgrown the first slots.</summary>
    public bool HasOwnSlots
    {
        get
        {
            fixed (GreenThread* thread = &this)
                return Slots != InlineSlotsOf(thread);
        }
    }

    /// <summary>The first slots.</summary>
    public static long* InlineSlotsOf(GreenThread* thread) => (long*)(thread + 1);
}

/// <summary>A thread's place in the queue of a channel.</summary>
internal unsafe struct WaitNode
{
    /// <summary>Neighbours in the queue.</summary>
    public WaitNode* Next, Previous;
    /// <summary>The next place of the same select, or the next free node.</summary>
    public WaitNode* Sibling;
    public GreenThread* Thread;
    /// <summary>Number of the queue it is in; 0 = none.</summary>
    public uint Queue;
    /// <summary>Number of the case of a select; -1 for other operations.</summary>
    public short Case;
    /// <summary>True in the list of senders, false in that of receivers.</summary>
    public bool Sends;
    /// <summary>True for a case that waits for the channel to be closed.</summary>
    public bool ForClose;
}

/// <summary>Those who wait for a channel, first come first.</summary>
internal unsafe struct WaitQueue
{
    public WaitNode* Receivers, LastReceiver, Senders, LastSender;
    /// <summary>Next free queue.</summary>
    public uint Free;
    /// <summary>Counts its uses.</summary>
    public uint Generation;
    /// <summary>
    /// With several workers: 1 while one of them looks at it or changes it. A channel's own lock is not enough, for a
    /// program can write the number of another channel's queue into a channel.
    /// </summary>
    public int Lock;

    public readonly bool IsEmpty => Receivers == null && Senders == null;
}

/// <summary>
/// A piece of program memory for addressable frames of a thread. When a frame does not fit, the thread takes another
/// chunk; the frame's end gives it back.
/// </summary>
internal unsafe struct FrameChunk
{
    /// <summary>Address in program memory.</summary>
    public ulong Start;
    /// <summary>Log2 of its size.</summary>
    public int SizeClass;
    /// <summary>The chunk before, where that one ends, and how far it was filled.</summary>
    public FrameChunk* Outer;
    public ulong OuterTop, OuterLimit;
}
