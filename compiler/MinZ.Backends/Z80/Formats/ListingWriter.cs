using System.Globalization;
using System.Text;
using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Formats;

/// <summary>
/// Writes <c>.lst</c>: address, bytes, T-states (taken/not taken) and assembly of every item, below the source line
/// it comes from.
/// </summary>
public static class ListingWriter
{
    private const int BytesPerRow = 4;
    private const int TextColumn = 26;

    /// <summary>Writes the listing as UTF-8.</summary>
    /// <param name="image">The program.</param>
    /// <param name="fileName">Name of a source file by its index.</param>
    /// <param name="sourceLine">Text of a line (from 1) of a source file; null where it is not known.</param>
    public static byte[] Write(Image image, Func<int, string> fileName, Func<int, int, string?> sourceLine)
    {
        var text = new StringBuilder();
        var shown = default(SourcePosition);
        foreach (var placed in image.Items)
        {
            var position = placed.Item.Position;
            if (!position.IsNone && (position.File, position.Line) != (shown.File, shown.Line))
            {
                AddSource(text, fileName(position.File), position.Line, sourceLine(position.File, position.Line));
                shown = position;
            }
            AddItem(text, placed, image.BytesOf(placed));
        }
        foreach (var region in image.Regions)
            text.Append($"; {region.Start:X4}-{region.End - 1:X4}: {region.Length} bytes\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AddSource(StringBuilder text, string file, int line, string? source) =>
        text.Append($"; {file}:{line}: {source}".TrimEnd()).Append('\n');

    private static void AddItem(StringBuilder text, PlacedItem placed, ReadOnlySpan<byte> bytes)
    {
        var row = new StringBuilder();
        if (placed.Item is not (Equ or Remark))
            row.Append($"{placed.Address & 0xFFFF:X4} ");
        AddBytes(row, bytes[..Math.Min(bytes.Length, BytesPerRow)]);
        row.Append(' ', Math.Max(0, 18 - row.Length));
        row.Append(TStates(placed));
        row.Append(' ', Math.Max(0, TextColumn - row.Length));
        row.Append(AsmPrinter.Format(Shortened(placed.Item)));
        text.Append(row.ToString().TrimEnd()).Append('\n');
        // Space is one row however long it is; data is shown whole.
        if (placed.Item is Reserve or Align)
            return;
        for (var at = BytesPerRow; at < bytes.Length; at += BytesPerRow)
        {
            row.Clear().Append($"{placed.Address + at:X4} ");
            AddBytes(row, bytes.Slice(at, Math.Min(BytesPerRow, bytes.Length - at)));
            text.Append(row.ToString().TrimEnd()).Append('\n');
        }
    }

    private static void AddBytes(StringBuilder row, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            row.Append($" {value:X2}");
    }

    private static string TStates(PlacedItem placed) => (placed.TStates, placed.TStatesNotTaken) switch
    {
        (0, _) => "",
        var (taken, not) when taken == not => taken.ToString(CultureInfo.InvariantCulture),
        var (taken, not) => string.Create(CultureInfo.InvariantCulture, $"{taken}/{not}"),
    };

    // The bytes beside a long table say it already.
    private static Item Shortened(Item item) => item is DataBytes { Bytes.Length: > BytesPerRow } data
        ? data with
        {
            Bytes = data.Bytes[..BytesPerRow],
            Comment = $"{data.Bytes.Length} bytes {data.Comment}".TrimEnd(),
        }
        : item;
}
