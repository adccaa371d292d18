namespace MinZ.Mir;

/// <summary>
/// A place in a source file. The default value means "unknown". File is an index into <see cref="Module.Files"/> plus
/// one; line and column count from 1; length is in characters.
/// </summary>
/// <param name="File">1-based index into the module's files; 0 = unknown.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Column">1-based column in UTF-16 units.</param>
/// <param name="Length">Characters covered, ≥ 0.</param>
public readonly record struct SourceLocation(int File, int Line, int Column, int Length)
{
    /// <summary>True when the place is known.</summary>
    public bool IsKnown => File > 0;
}

/// <summary>An entry of a function's location table.</summary>
/// <param name="Location">The place itself.</param>
/// <param name="InlinedAt">Index, in the same table, of the call this code was inlined through; 0 = not
/// inlined.</param>
/// <param name="InlinedFrom">Name of the function the code came from when inlined; null otherwise.</param>
public readonly record struct LocationEntry(SourceLocation Location, int InlinedAt, string? InlinedFrom);
