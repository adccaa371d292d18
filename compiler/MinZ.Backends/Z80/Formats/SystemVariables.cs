namespace MinZ.Backends.Z80.Formats;

/// <summary>
/// Fills the memory of a 48K Spectrum as the ROM leaves it when a program is called by USR: screen cleared to black
/// on white, system variables, channels, an empty BASIC program. Addresses and values: "The Complete Spectrum ROM
/// Disassembly" (Logan, O'Hara), routines NEW, CLS and CL-ALL.
/// </summary>
internal static class SystemVariables
{
    public const int RamStart = 0x4000;
    private const int Attributes = 0x5800;
    private const int AttributesEnd = 0x5B00;
    private const byte BlackOnWhite = 0x38;
    private const int Channels = 0x5CB6;
    private const int ScreenChannel = Channels + 5;
    private const int Program = 0x5CCB;
    private const int EditLine = Program + 1;
    private const int WorkSpace = EditLine + 2;
    private const int UserGraphics = 0xFF58;

    // The ROM copies the characters A to U of its font there; only the bytes of the font differ between ROMs.
    private static readonly (int Address, int Value)[] Words =
    [
        (0x5C36, 0x3C00),          // CHARS: font - 256
        (0x5C4B, Program),         // VARS
        (0x5C4F, Channels),        // CHANS
        (0x5C51, ScreenChannel),   // CURCHL
        (0x5C53, Program),         // PROG
        (0x5C55, Program),         // NXTLIN
        (0x5C57, Program - 1),     // DATADD
        (0x5C59, EditLine),        // E_LINE
        (0x5C5B, EditLine),        // K_CUR
        (0x5C5D, EditLine),        // CH_ADD
        (0x5C61, WorkSpace),       // WORKSP
        (0x5C63, WorkSpace),       // STKBOT
        (0x5C65, WorkSpace),       // STKEND
        (0x5C68, 0x5C92),          // MEM: the calculator's memory
        (0x5C7B, UserGraphics),    // UDG
        (0x5C80, 0x5B00),          // PR_CC: printer buffer
        (0x5C82, 0x1721),          // ECHO_E
        (0x5C84, 0x4000),          // DF_CC: top left of the screen
        (0x5C86, 0x50E0),          // DFCCL: lower screen
        (0x5C88, 0x1821),          // S_POSN: line 0, column 0
        (0x5C8A, 0x1721),          // SPOSNL
        (0x5CB4, 0xFFFF),          // P_RAMT: end of memory
    ];

    private static readonly (int Address, byte Value)[] Bytes =
    [
        (0x5C00, 0xFF),            // KSTATE: no key
        (0x5C04, 0xFF),
        (0x5C09, 35),              // REPDEL
        (0x5C0A, 5),               // REPPER
        (0x5C38, 64),              // RASP
        (0x5C3A, 0xFF),            // ERR_NR: no error
        (0x5C3B, 0x8C),            // FLAGS: running a line, L mode
        (0x5C48, BlackOnWhite),    // BORDCR
        (0x5C6B, 2),               // DF_SZ: lines of the lower screen
        (0x5C7F, 33),              // P_POSN
        (0x5C8C, 1),               // SCR_CT
        (0x5C8D, BlackOnWhite),    // ATTR_P
        (0x5C8F, BlackOnWhite),    // ATTR_T
        (Program, 0x80),           // end of the (empty) variables
        (EditLine, 0x0D),          // empty edit line
        (EditLine + 1, 0x80),
    ];

    // Offsets into the channels for the streams -3 .. 3.
    private static readonly byte[] Streams = [1, 0, 6, 0, 11, 0, 1, 0, 1, 0, 6, 0, 16, 0];

    // Channels K, S, R, P: output routine, input routine, letter; the end mark. K's input and R's output are those
    // of the Sinclair ROM; programs reach the keyboard by its ports or KEY-SCAN.
    private static readonly byte[] ChannelTable =
    [
        0xF4, 0x09, 0xA8, 0x10, (byte)'K', 0xF4, 0x09, 0xC4, 0x15, (byte)'S',
        0x81, 0x0F, 0xC4, 0x15, (byte)'R', 0xF4, 0x09, 0xC4, 0x15, (byte)'P', 0x80,
    ];

    /// <summary>Writes everything into memory indexed by address.</summary>
    /// <param name="memory">64 KB.</param>
    /// <param name="ramTop">RAMTOP: last byte of BASIC.</param>
    /// <param name="errorStack">ERR_SP: address of the stack word that errors return to.</param>
    public static void Fill(Span<byte> memory, int ramTop, int errorStack)
    {
        memory[Attributes..AttributesEnd].Fill(BlackOnWhite);
        Streams.CopyTo(memory[0x5C10..]);
        ChannelTable.CopyTo(memory[Channels..]);
        foreach (var (address, value) in Words)
            memory.PutWord(address, value);
        foreach (var (address, value) in Bytes)
            memory[address] = value;
        memory.PutWord(0x5C3D, errorStack);
        memory.PutWord(0x5CB2, ramTop);
    }
}
