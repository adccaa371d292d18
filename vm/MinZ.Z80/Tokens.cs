namespace MinZ.Z80;

/// <summary>The keywords of Spectrum BASIC: codes 0xA5 to 0xFF.</summary>
internal static class Tokens
{
    public const byte First = 0xA5;
    public const byte ScreenPicture = 0xAA;
    public const byte Code = 0xAF;
    public const byte Val = 0xB0;
    public const byte Usr = 0xC0;
    public const byte Ink = 0xD9;
    public const byte Paper = 0xDA;
    public const byte Flash = 0xDB;
    public const byte Bright = 0xDC;
    public const byte Inverse = 0xDD;
    public const byte Over = 0xDE;
    public const byte Border = 0xE7;
    public const byte Rem = 0xEA;
    public const byte Load = 0xEF;
    public const byte Pause = 0xF2;
    public const byte Poke = 0xF4;
    public const byte Print = 0xF5;
    public const byte Randomize = 0xF9;
    public const byte Cls = 0xFB;
    public const byte Clear = 0xFD;

    private static readonly string[] Words =
    [
        "RND", "INKEY$", "PI", "FN", "POINT", "SCREEN$", "ATTR", "AT", "TAB", "VAL$", "CODE", "VAL", "LEN", "SIN",
        "COS", "TAN", "ASN", "ACS", "ATN", "LN", "EXP", "INT", "SQR", "SGN", "ABS", "PEEK", "IN", "USR", "STR$",
        "CHR$", "NOT", "BIN", "OR", "AND", "<=", ">=", "<>", "LINE", "THEN", "TO", "STEP", "DEF FN", "CAT",
        "FORMAT", "MOVE", "ERASE", "OPEN #", "CLOSE #", "MERGE", "VERIFY", "BEEP", "CIRCLE", "INK", "PAPER",
        "FLASH", "BRIGHT", "INVERSE", "OVER", "OUT", "LPRINT", "LLIST", "STOP", "READ", "DATA", "RESTORE", "NEW",
        "BORDER", "CONTINUE", "DIM", "REM", "FOR", "GO TO", "GO SUB", "INPUT", "LOAD", "LIST", "LET", "PAUSE",
        "NEXT", "POKE", "PRINT", "PLOT", "RUN", "SAVE", "RANDOMIZE", "IF", "CLS", "DRAW", "CLEAR", "RETURN",
        "COPY",
    ];

    /// <summary>The keyword of a code from <see cref="First"/> on.</summary>
    public static string Word(byte code) => Words[code - First];

    /// <summary>A code as people know it, for messages.</summary>
    public static string Name(byte code) => code switch
    {
        >= First => Word(code),
        >= 0x20 and < 0x80 => $"'{SpectrumText.ToChar(code)}'",
        _ => $"code 0x{code:X2}",
    };
}
