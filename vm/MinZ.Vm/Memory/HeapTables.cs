using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MinZ.Vm.Memory;

/// <summary>
/// What a collection notes beside the heap: for each granule of eight bytes whether an object starts there and whether
/// it is alive, and for each block of 64 granules one number. 1/24 of the heap's size, of which the system commits what
/// is used.
/// </summary>
internal sealed unsafe class HeapTables : IDisposable
{
    /// <summary>Granules of a block: the bits of a word.</summary>
    public const int BlockGranules = 64;

    private readonly nuint _blocks;

    /// <summary>Makes empty tables.</summary>
    /// <param name="bytes">Largest size of the heap.</param>
    public HeapTables(ulong bytes)
    {
        _blocks = (nuint)(bytes / (8 * BlockGranules) + 2);
        Starts = (ulong*)NativeMemory.AllocZeroed(_blocks, sizeof(ulong));
        Live = (ulong*)NativeMemory.AllocZeroed(_blocks, sizeof(ulong));
        Numbers = (uint*)NativeMemory.AllocZeroed(_blocks, sizeof(uint));
    }

    ~HeapTables() => Free();

    /// <summary>Bit set = an object's header is in the granule.</summary>
    public ulong* Starts { get; private set; }

    /// <summary>Bit set = the granule belongs to an object that is alive.</summary>
    public ulong* Live { get; private set; }

    /// <summary>While marking: granule of the header of the object that reaches into the block from before it. Then:
    /// live granules before the block.</summary>
    public uint* Numbers { get; private set; }

    /// <summary>Forgets the notes of the first granules.</summary>
    public void Clear(uint granules)
    {
        var bytes = (nuint)(granules / BlockGranules + 2) * sizeof(ulong);
        NativeMemory.Clear(Starts, bytes);
        NativeMemory.Clear(Live, bytes);
    }

    /// <summary>The header at or before a granule.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint HeaderAt(uint granule)
    {
        var block = granule / BlockGranules;
        var starts = Starts[block] & ulong.MaxValue >> (BlockGranules - 1 - (int)(granule % BlockGranules));
        return starts != 0 ? block * BlockGranules + (uint)BitOperations.Log2(starts) : Numbers[block];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsLive(uint granule) => (Live[granule / BlockGranules] >> (int)(granule % BlockGranules) & 1) != 0;

    /// <summary>Marks a run of granules.</summary>
    /// <param name="live"><see cref="Live"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetLive(ulong* live, uint first, uint count)
    {
        var bit = (int)(first % BlockGranules);
        if ((uint)bit + count < BlockGranules)
            live[first / BlockGranules] |= (1UL << (int)count) - 1 << bit;
        else
            SetLong(live + first / BlockGranules, bit, count);
    }

    private static void SetLong(ulong* live, int bit, uint count)
    {
        *live++ |= ulong.MaxValue << bit;
        for (count -= (uint)(BlockGranules - bit); count >= BlockGranules; count -= BlockGranules)
            *live++ = ulong.MaxValue;
        *live |= (1UL << (int)count) - 1;
    }

    /// <summary>Counts live granules before each block; returns their sum.</summary>
    public uint CountLive(uint granules)
    {
        var sum = 0u;
        for (var block = 0u; block <= granules / BlockGranules; block++)
        {
            Numbers[block] = sum;
            sum += (uint)BitOperations.PopCount(Live[block]);
        }
        return sum;
    }

    /// <summary>Live granules before one, after <see cref="CountLive"/>: its new place when it is alive or just behind
    /// what is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint LiveBefore(uint granule)
    {
        var block = granule / BlockGranules;
        return Numbers[block] +
            (uint)BitOperations.PopCount(Live[block] & (1UL << (int)(granule % BlockGranules)) - 1);
    }

    /// <summary>The first granule from one on that is alive or, when asked for, not; at most the limit.</summary>
    public uint Next(uint granule, uint limit, bool isLive)
    {
        while (granule < limit)
        {
            var word = isLive ? Live[granule / BlockGranules] : ~Live[granule / BlockGranules];
            word >>= (int)(granule % BlockGranules);
            if (word != 0)
                return Math.Min(granule + (uint)BitOperations.TrailingZeroCount(word), limit);
            granule = (granule / BlockGranules + 1) * BlockGranules;
        }
        return limit;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(Starts);
        NativeMemory.Free(Live);
        NativeMemory.Free(Numbers);
        Starts = Live = null;
        Numbers = null;
    }
}
