using System.Globalization;
using System.Text;
using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Formats;

/// <summary>
/// Writes <c>.sld</c>, version 1 of sjasmplus' source level debugging data, which DeZog reads: a line for every label
/// and every instruction with the source line it comes from.
/// </summary>
/// <remarks>
/// A line is <c>file|line|definition file|definition line|page|value|type|data</c>. The page is that of sjasmplus'
/// 48K device: slots of 16 KB.
/// </remarks>
public static class SldWriter
{
    private const int SlotBits = 14;
    private const string Device = "pages.size:16384,pages.count:4,slots.count:4,slots.adr:0,16384,32768,49152";

    /// <summary>Writes the data as UTF-8.</summary>
    /// <param name="image">The program.</param>
    /// <param name="fileName">Path of a source file by its index, as the debugger shall open it.</param>
    public static byte[] Write(Image image, Func<int, string> fileName)
    {
        var text = new StringBuilder("|SLD.data.version|1\n||K|KEYWORDS|WPMEM,LOGPOINT,ASSERTION\n");
        var first = image.Items.FirstOrDefault(i => !i.Item.Position.IsNone);
        if (first.Item is null)
            return Encoding.UTF8.GetBytes(text.ToString());

        text.Append($"{fileName(first.Item.Position.File)}|1||0|-1|-1|Z|{Device}\n");
        var position = first.Item.Position;
        foreach (var placed in image.Items)
        {
            // Code without a line of its own, such as a function's entry, belongs to the line before it.
            if (!placed.Item.Position.IsNone)
                position = placed.Item.Position;
            var data = placed.Item switch
            {
                Label label => $"L|,{label.Name},,+used",
                Instruction => "T|",
                _ => null,
            };
            if (data is null)
                continue;
            text.Append(CultureInfo.InvariantCulture,
                $"{fileName(position.File)}|{position.Line}||0|{placed.Address >> SlotBits}|{placed.Address}|{data}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
