using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MinZ.Vm.Threads;

/// <summary>
/// Locks of the channels that several workers use at the same time: a channel's address chooses one of many, so that
/// channels of different threads rarely share one. They lie outside program memory, where no stray write reaches them.
/// Whoever holds one neither waits for others nor allocates, so collections, which move channels, find all of them
/// free.
/// </summary>
internal sealed unsafe class ChannelLocks : IDisposable
{
    /// <summary>How many there are.</summary>
    public const int Count = 1024;
    private const int CountBits = 10;
    /// <summary>Words from one lock to the next: a cache line.</summary>
    private const int Stride = 16;
    private int* _words = (int*)NativeMemory.AlignedAlloc(Count * Stride * sizeof(int), Stride * sizeof(int));

    public ChannelLocks() => NativeMemory.Clear(_words, Count * Stride * sizeof(int));

    ~ChannelLocks() => NativeMemory.AlignedFree(_words);

    /// <summary>Number of the lock of the channel at an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NumberOf(uint channel) => (int)((channel >> 3) * 2654435769U >> 32 - CountBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(int number) => Enter(ref _words[number * Stride]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit(int number) => Exit(ref _words[number * Stride]);

    /// <summary>Takes a lock, which is not held for long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(ref int word)
    {
        if (Interlocked.CompareExchange(ref word, 1, 0) != 0)
            Await(ref word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exit(ref int word) => Volatile.Write(ref word, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Await(ref int word)
    {
        var spin = new SpinWait();
        do
            spin.SpinOnce(sleep1Threshold: -1);
        while (Volatile.Read(ref word) != 0 || Interlocked.CompareExchange(ref word, 1, 0) != 0);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_words);
        _words = null;
        GC.SuppressFinalize(this);
    }
}
