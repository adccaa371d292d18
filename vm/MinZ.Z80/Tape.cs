namespace MinZ.Z80;

/// <summary>A tape in the recorder: the blocks of a file and how far they have been read.</summary>
internal sealed class Tape(TapFile file)
{
    private int _next;

    /// <summary>The next block, or null at the end of the tape.</summary>
    public TapeBlock? Next() => _next < file.Blocks.Count ? file.Blocks[_next++] : null;
}
