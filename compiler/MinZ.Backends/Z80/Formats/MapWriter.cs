using System.Text;
using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Formats;

/// <summary>
/// Writes <c>.map</c>: the regions with their sizes, then all symbols by value and name in the form
/// <c>name = $8000 ; addr</c> that Z80 debuggers read; values of EQU are marked <c>const</c>.
/// </summary>
public static class MapWriter
{
    private const int NameWidth = 32;

    /// <summary>Writes the map as UTF-8.</summary>
    public static byte[] Write(Image image)
    {
        var text = new StringBuilder();
        foreach (var region in image.Regions)
            text.Append($"; region ${region.Start:X4}-${region.End - 1:X4} {region.Length} bytes\n");
        text.Append($"; total {image.Regions.Sum(r => r.Length)} bytes\n");
        var symbols = image.Symbols.OrderBy(s => s.IsLabel ? 0 : 1).ThenBy(s => s.Value)
            .ThenBy(s => s.Name, StringComparer.Ordinal);
        foreach (var symbol in symbols)
        {
            var value = unchecked((ushort)symbol.Value);
            text.Append($"{symbol.Name.PadRight(NameWidth)} = ${value:X4} ; {(symbol.IsLabel ? "addr" : "const")}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
