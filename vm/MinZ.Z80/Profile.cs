namespace MinZ.Z80;

/// <summary>
/// Counts executions and T-states per address while installed as <see cref="Spectrum.Observer"/>. Waits, and an
/// interrupt's acceptance, count with the instruction before them.
/// </summary>
public sealed class Profile : IInstructionObserver
{
    private readonly long[] _executions = new long[0x10000];
    private readonly long[] _tStates = new long[0x10000];
    private long _lastT = -1;
    private ushort _lastPc;

    /// <summary>T-states of all instructions whose end has been seen.</summary>
    public long TotalTStates { get; private set; }

    /// <summary>How often the instruction at an address has begun.</summary>
    public long Executions(ushort address) => _executions[address];

    /// <summary>The T-states spent in it.</summary>
    public long TStates(ushort address) => _tStates[address];

    /// <inheritdoc/>
    public void BeforeInstruction(ushort pc, long t)
    {
        if (_lastT >= 0)
        {
            _tStates[_lastPc] += t - _lastT;
            TotalTStates += t - _lastT;
        }
        _executions[pc]++;
        (_lastPc, _lastT) = (pc, t);
    }

    /// <summary>Forgets where the last instruction was, so that the time until the next counts for none.</summary>
    public void Pause() => _lastT = -1;
}
