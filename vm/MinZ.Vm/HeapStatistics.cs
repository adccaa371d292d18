namespace MinZ.Vm;

/// <summary>What the collector of an instance has done so far.</summary>
public sealed record HeapStatistics
{
    /// <summary>Number of collections.</summary>
    public int Collections { get; init; }

    /// <summary>Time the program stood still for them.</summary>
    public TimeSpan TotalPause { get; init; }

    /// <summary>The longest time it stood still at once.</summary>
    public TimeSpan LongestPause { get; init; }

    /// <summary>Bytes that were allocated and found dead, headers included.</summary>
    public long ReclaimedBytes { get; init; }

    /// <summary>Bytes of the objects that were alive after the last collection, headers included.</summary>
    public long LiveBytes { get; init; }
}
