using System.Collections.Immutable;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// An item with the place it got. A <see cref="Mnemonic.Jump"/> appears here as the JR or JP it became.
/// </summary>
public readonly record struct PlacedItem(Item Item, int Address, int Size)
{
    /// <summary>T-states of an instruction, taken if conditional; 0 for other items.</summary>
    public int TStates => (Item as Instruction)?.Form?.TStates ?? 0;

    /// <summary>T-states of an instruction when not taken; 0 for other items.</summary>
    public int TStatesNotTaken => (Item as Instruction)?.Form?.TStatesNotTaken ?? 0;
}

/// <summary>A named value of an image: the address of a label or the value of an EQU.</summary>
public sealed record ImageSymbol(string Name, int Value, bool IsLabel, SourcePosition Position);

/// <summary>A run of addresses that items were placed in.</summary>
public readonly record struct ImageRegion(int Start, int Length)
{
    /// <summary>The first address behind the region.</summary>
    public int End => Start + Length;
}

/// <summary>An assembled program.</summary>
public sealed class Image
{
    private readonly Dictionary<string, ImageSymbol> _byName;

    internal Image(
        ImmutableArray<byte> bytes, ImmutableArray<ImageRegion> regions, ImmutableArray<ImageSymbol> symbols,
        ImmutableArray<PlacedItem> items, int origin)
    {
        (Bytes, Regions, Symbols, Items, Origin) = (bytes, regions, symbols, items, origin);
        _byName = symbols.ToDictionary(s => s.Name);
    }

    /// <summary>The lowest address.</summary>
    public int Origin { get; }

    /// <summary>The first address behind the image; at most 65536.</summary>
    public int End => Origin + Bytes.Length;

    /// <summary>The bytes from <see cref="Origin"/> on, gaps between the regions filled.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>The regions that are not empty, by address.</summary>
    public ImmutableArray<ImageRegion> Regions { get; }

    /// <summary>All symbols in the order of their definition.</summary>
    public ImmutableArray<ImageSymbol> Symbols { get; }

    /// <summary>All items in program order with their addresses.</summary>
    public ImmutableArray<PlacedItem> Items { get; }

    /// <summary>The value of a symbol.</summary>
    /// <exception cref="KeyNotFoundException">There is no such symbol.</exception>
    public int this[string symbol] => _byName[symbol].Value;

    /// <summary>Looks a symbol up.</summary>
    public bool TryGetValue(string symbol, out int value)
    {
        var found = _byName.TryGetValue(symbol, out var entry);
        value = entry?.Value ?? 0;
        return found;
    }

    /// <summary>The bytes an item of <see cref="Items"/> became.</summary>
    public ReadOnlySpan<byte> BytesOf(PlacedItem item) =>
        item.Size == 0 ? [] : Bytes.AsSpan(item.Address - Origin, item.Size);
}

/// <summary>The outcome of <see cref="Assembler.Assemble"/>: an image, or errors.</summary>
public sealed record AssemblyResult(Image? Image, ImmutableArray<AsmError> Errors);
