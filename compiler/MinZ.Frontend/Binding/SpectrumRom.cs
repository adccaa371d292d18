using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MinZ.Frontend.Binding;

/// <summary>A routine of the ROM of the ZX Spectrum 48K.</summary>
/// <param name="Address">Where it begins.</param>
/// <param name="Registers">Registers that its parameters are in, by their order.</param>
internal sealed record RomRoutine(int Address, params ImmutableArray<string> Registers);

/// <summary>
/// Routines of the Spectrum's ROM by the names that "The Complete Spectrum ROM Disassembly" gives them and by those
/// that programs use, so that these need not say addresses.
/// </summary>
internal static class SpectrumRom
{
    private static readonly FrozenDictionary<string, RomRoutine> Routines = new Dictionary<string, RomRoutine>
    {
        ["PRINTA"] = new(0x0010, "A"),
        ["PRINTA1"] = new(0x0010, "A"),
        ["PRINTCHAR"] = new(0x0010, "A"),
        ["PUTCHAR"] = new(0x0010, "A"),
        ["PRINT"] = new(0x0010, "A"),
        ["RST10"] = new(0x0010, "A"),
        ["PRINTOUT"] = new(0x09F4, "A"),
        ["PRINTA2"] = new(0x15F2, "A"),
        ["KEYSCAN"] = new(0x028E),
        ["KEYBOARD"] = new(0x02BF),
        ["BEEPER"] = new(0x03B5, "HL", "DE"),
        ["BEEP"] = new(0x03B5, "HL", "DE"),
        ["LDBYTES"] = new(0x0556),
        ["CLS"] = new(0x0D6B),
        ["CLEARSCREEN"] = new(0x0D6B),
        ["CLSLOWER"] = new(0x0D6E),
        ["CLALL"] = new(0x0DAF),
        ["CLSET"] = new(0x0DD9, "BC"),
        ["CLSCALL"] = new(0x0DFE),
        ["SCROLL"] = new(0x0DFE),
        ["CLSCROLL"] = new(0x0E00, "B"),
        ["CLLINE"] = new(0x0E44, "B"),
        ["WAITKEY"] = new(0x15D4),
        ["CHANOPEN"] = new(0x1601, "A"),
        ["OPENCHANNEL"] = new(0x1601, "A"),
        ["OUTNUM1"] = new(0x1A1B, "BC"),
        ["PRINTNUM"] = new(0x1A1B, "BC"),
        ["BREAKKEY"] = new(0x1F54),
        ["PRSTRING"] = new(0x203C, "DE", "BC"),
        ["BORDER1"] = new(0x229B, "A"),
        ["BORDER"] = new(0x229B, "A"),
        ["SETBORDER"] = new(0x229B, "A"),
        ["PIXELADD"] = new(0x22AA, "C", "B"),
        ["PLOTSUB"] = new(0x22E5, "C", "B"),
        ["PLOT"] = new(0x22E5, "C", "B"),
        ["DRAWLINE"] = new(0x24BA, "C", "B"),
        ["STACKA"] = new(0x2D28, "A"),
        ["STACKBC"] = new(0x2D2B, "BC"),
        ["FPTOBC"] = new(0x2DA2),
        ["PRINTFP"] = new(0x2DE3),
    }.ToFrozenDictionary();

    /// <summary>The routine of a name such as <c>CHAN_OPEN</c>, <c>chan-open</c> or <c>ROM_CHAN_OPEN</c>; null when
    /// there is none.</summary>
    public static RomRoutine? Find(string name)
    {
        var key = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal)
            .ToUpperInvariant();
        return Routines.GetValueOrDefault(key) ?? (key.StartsWith("ROM", StringComparison.Ordinal)
            ? Routines.GetValueOrDefault(key[3..]) : null);
    }
}
