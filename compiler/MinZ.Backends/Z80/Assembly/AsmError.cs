namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// What is wrong with an assembly text or program; the caller gives it a diagnostic code. Messages begin in lower
/// case and have no full stop.
/// </summary>
public sealed record AsmError(SourcePosition Position, string Message, string? Hint = null)
{
    /// <summary>Offset of the place in the parsed text; -1 when the item did not come from a text.</summary>
    public int Offset { get; init; } = -1;

    /// <summary>Length of the place in the parsed text.</summary>
    public int Length { get; init; }
}
