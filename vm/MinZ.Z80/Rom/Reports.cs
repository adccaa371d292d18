namespace MinZ.Z80.Rom;

/// <summary>The error reports of Spectrum BASIC.</summary>
internal static class Reports
{
    public const byte OutOfScreen = 4;
    public const byte IntegerOutOfRange = 10;
    public const byte InvalidColour = 19;
    public const byte InvalidStream = 23;

    private static readonly string[] Texts =
    [
        "0 OK", "1 NEXT without FOR", "2 Variable not found", "3 Subscript wrong", "4 Out of memory", "5 Out of screen",
        "6 Number too big", "7 RETURN without GOSUB", "8 End of file", "9 STOP statement", "A Invalid argument",
        "B Integer out of range", "C Nonsense in BASIC", "D BREAK - CONT repeats", "E Out of DATA",
        "F Invalid file name", "G No room for line", "H STOP in INPUT", "I FOR without NEXT", "J Invalid I/O device",
        "K Invalid colour", "L BREAK into program", "M RAMTOP no good", "N Statement lost", "O Invalid stream",
        "P FN without DEF", "Q Parameter error", "R Tape loading error",
    ];

    /// <summary>The report for the byte behind RST 8.</summary>
    public static string Message(byte code)
    {
        int number = (byte)(code + 1);
        return number < Texts.Length ? $"error report {Texts[number]}" : $"error report with the unknown code {code}";
    }
}
