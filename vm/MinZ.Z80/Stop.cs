namespace MinZ.Z80;

/// <summary>Why a run of the machine ended.</summary>
public enum StopReason
{
    /// <summary>The frames or T-states asked for have passed.</summary>
    TimeSpent,

    /// <summary>A breakpoint, or the address the run was to reach; the instruction there has not run yet.</summary>
    Breakpoint,

    /// <summary>The condition given to the run came true.</summary>
    Condition,

    /// <summary>The program returned to <see cref="Spectrum.ReturnAddress"/>; the value is BC.</summary>
    Returned,

    /// <summary>The program wrote to <see cref="Spectrum.ExitPort"/>; the value is the byte written.</summary>
    Exited,

    /// <summary>HALT with interrupts disabled: nothing will ever happen again.</summary>
    Halted,

    /// <summary>RST 8: an error report; the value is its code, 255 for "0 OK".</summary>
    RomError,

    /// <summary>The substitute ROM has nothing at this address.</summary>
    UnknownRomEntry,

    /// <summary>
    /// The substitute ROM was called in a way that would damage memory with the original: IY is not 0x5C3A.
    /// </summary>
    RomMisuse,
}

/// <summary>The end of a run.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="Address">PC at that moment.</param>
/// <param name="Value">What the reason says it is, else BC.</param>
/// <param name="Message">One line for people.</param>
public sealed record Stop(StopReason Reason, ushort Address, ushort Value, string Message);

/// <summary>The outcome of calling one routine.</summary>
/// <param name="Stop">How the call ended; <see cref="StopReason.Returned"/> if all went well.</param>
/// <param name="TStates">T-states from the first instruction of the routine to the end of its last.</param>
/// <param name="Registers">The registers at the end.</param>
public sealed record CallResult(Stop Stop, long TStates, Registers Registers)
{
    /// <summary>Whether the routine returned.</summary>
    public bool Returned => Stop.Reason == StopReason.Returned;
}
