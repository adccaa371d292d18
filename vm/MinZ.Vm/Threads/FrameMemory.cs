using System.Runtime.InteropServices;

namespace MinZ.Vm.Threads;

/// <summary>
/// Program memory for the addressable frames of green threads: chunks of 32 bytes and more, cut from the end of a range
/// downwards.
/// </summary>
internal sealed unsafe class FrameMemory(ulong start, ulong end)
{
    /// <summary>Log2 of the smallest chunk.</summary>
    private const int SmallestClass = 5;
    private const int BlockChunks = 256;
    private readonly List<ulong>[] _free = [.. Enumerable.Range(0, 32).Select(_ => new List<ulong>())];
    private FrameChunk* _freeChunks;
    private readonly List<nint> _blocks = [];

    /// <summary>Start of what was cut off.</summary>
    private readonly ulong _end = end;
    private ulong _bottom = end;

    /// <summary>Gives a thread a chunk with room for so many bytes; false when there is no more.</summary>
    /// <param name="thread">The thread; <see cref="GreenThread.FrameTop"/> and limit are up to date.</param>
    /// <param name="bytes">Size of the frame that is to go into it.</param>
    public bool TryExtend(GreenThread* thread, uint bytes)
    {
        var size = SmallestClass;
        if (thread->Chunk != null)
            size = Math.Min(thread->Chunk->SizeClass + 1, 20);
        while (1UL << size < bytes)
            size++;
        if (!TryTake(size, out var address))
            return false;
        var chunk = NewChunk();
        *chunk = new FrameChunk
        {
            Start = address, SizeClass = size, Outer = thread->Chunk, OuterTop = thread->FrameTop,
            OuterLimit = thread->FrameLimit,
        };
        thread->Chunk = chunk;
        thread->FrameTop = address;
        thread->FrameLimit = address + (1UL << size);
        return true;
    }

    private bool TryTake(int size, out ulong address)
    {
        var free = _free[size];
        if (free.Count > 0)
        {
            address = free[^1];
            free.RemoveAt(free.Count - 1);
            return true;
        }
        address = _bottom - (1UL << size);
        if (_bottom < 1UL << size || address < start)
            return false;
        _bottom = address;
        return true;
    }

    /// <summary>Takes back the current chunk of a thread; it goes on in the one before.</summary>
    public void Shrink(GreenThread* thread)
    {
        var chunk = thread->Chunk;
        _free[chunk->SizeClass].Add(chunk->Start);
        (thread->FrameTop, thread->FrameLimit) = (chunk->OuterTop, chunk->OuterLimit);
        thread->Chunk = chunk->Outer;
        chunk->Outer = _freeChunks;
        _freeChunks = chunk;
    }

    /// <summary>Takes back all chunks of all threads.</summary>
    public void Clear()
    {
        _bottom = _end;
        foreach (var free in _free)
            free.Clear();
        _freeChunks = null;
        foreach (FrameChunk* block in _blocks)
            Chain(block);
    }

    private void Chain(FrameChunk* block)
    {
        for (var n = 0; n < BlockChunks; n++)
        {
            block[n].Outer = _freeChunks;
            _freeChunks = block + n;
        }
    }

    private FrameChunk* NewChunk()
    {
        if (_freeChunks == null)
        {
            var block = (FrameChunk*)NativeMemory.Alloc(BlockChunks, (nuint)sizeof(FrameChunk));
            _blocks.Add((nint)block);
            Chain(block);
        }
        var chunk = _freeChunks;
        _freeChunks = chunk->Outer;
        return chunk;
    }

    ~FrameMemory()
    {
        foreach (var block in _blocks)
            NativeMemory.Free((void*)block);
    }
}
