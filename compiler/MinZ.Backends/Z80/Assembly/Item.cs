using System.Collections.Immutable;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// Where in the source an item comes from: file index as in MIR's locations, line and column, both counted from 1.
/// The default value means "nowhere". Smaller than <see cref="SourceLocation"/>, as every instruction has one.
/// </summary>
public readonly record struct SourcePosition
{
    private readonly ushort _file;
    private readonly ushort _column;

    /// <summary>Makes a position; columns beyond 65535 are cut.</summary>
    /// <exception cref="OverflowException">The file index is not in 0..65535.</exception>
    public SourcePosition(int file, int line, int column = 0)
    {
        _file = checked((ushort)file);
        Line = line;
        _column = (ushort)Math.Clamp(column, 0, ushort.MaxValue);
    }

    /// <summary>The start of a location of MIR.</summary>
    public static implicit operator SourcePosition(SourceLocation location) =>
        location.IsKnown ? new(location.File, location.Line, location.Column) : default;

    /// <summary>Index into the caller's list of files.</summary>
    public int File => _file;

    /// <summary>Line from 1, or 0 when there is no position.</summary>
    public int Line { get; }

    /// <summary>Column from 1, or 0 for the whole line.</summary>
    public int Column => _column;

    /// <summary>True when this is no place.</summary>
    public bool IsNone => Line == 0;
}

/// <summary>One element of an assembly program. A program is a list of items in the order of their addresses.</summary>
public abstract record Item
{
    /// <summary>The source this item was made from.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>A remark for the listing, without the semicolon.</summary>
    public string? Comment { get; init; }

    /// <summary>The item in assembly text; an instruction without its comment.</summary>
    public sealed override string ToString() =>
        this is Instruction instruction ? AsmPrinter.Format(instruction) : AsmPrinter.Format(this);
}

/// <summary>Names the current address.</summary>
public sealed record Label(string Name) : Item;

/// <summary>Names a value.</summary>
public sealed record Equ(string Name, Expr Value) : Item;

/// <summary>Bytes as they are.</summary>
public sealed record DataBytes(ImmutableArray<byte> Bytes) : Item;

/// <summary>Values of 1 byte (-128..255) or 2 bytes (-32768..65535, low byte first) each.</summary>
public sealed record DataValues(ImmutableArray<Expr> Values, int Width) : Item;

/// <summary>
/// <paramref name="Count"/> bytes of <paramref name="Fill"/>. The count may name symbols, if the layout settles.
/// </summary>
public sealed record Reserve(Expr Count, byte Fill = 0) : Item;

/// <summary>Fills with <paramref name="Fill"/> up to the next multiple of <paramref name="Boundary"/>.</summary>
public sealed record Align(int Boundary, byte Fill = 0) : Item;

/// <summary>Continues at another address; a new region starts there.</summary>
public sealed record Org(Expr Address) : Item;

/// <summary>A line of the listing that is only a comment (<see cref="Item.Comment"/>).</summary>
public sealed record Remark : Item;
