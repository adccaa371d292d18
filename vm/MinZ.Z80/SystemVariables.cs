namespace MinZ.Z80;

/// <summary>
/// The addresses of the system variables that matter to machine code, by their names in the Spectrum manual.
/// </summary>
public static class SystemVariables
{
    /// <summary>The key being held, then the state of its repetition.</summary>
    public const ushort Kstate = 0x5C00;

    /// <summary>The newly pressed key.</summary>
    public const ushort LastK = 0x5C08;

    /// <summary>Frames until a held key repeats.</summary>
    public const ushort RepDel = 0x5C09;

    /// <summary>Frames between repetitions.</summary>
    public const ushort RepPer = 0x5C0A;

    /// <summary>Addresses of the channels attached to streams -3 to 15.</summary>
    public const ushort Strms = 0x5C10;

    /// <summary>256 less than the address of the font.</summary>
    public const ushort Chars = 0x5C36;

    /// <summary>Length of the warning buzz.</summary>
    public const ushort Rasp = 0x5C38;

    /// <summary>Length of the keyboard click.</summary>
    public const ushort Pip = 0x5C39;

    /// <summary>One less than the report code.</summary>
    public const ushort ErrNr = 0x5C3A;

    /// <summary>Bit 5: a new key has been pressed; bit 3: L mode.</summary>
    public const ushort Flags = 0x5C3B;

    /// <summary>Bit 0: the lower screen is in use.</summary>
    public const ushort TvFlag = 0x5C3C;

    /// <summary>The stack pointer to restore on an error.</summary>
    public const ushort ErrSp = 0x5C3D;

    /// <summary>The number of the line being run.</summary>
    public const ushort Ppc = 0x5C45;

    /// <summary>Border colour times 8; the attribute of the lower screen.</summary>
    public const ushort BordCr = 0x5C48;

    /// <summary>Variables.</summary>
    public const ushort Vars = 0x5C4B;

    /// <summary>Channel data.</summary>
    public const ushort Chans = 0x5C4F;

    /// <summary>The channel in use.</summary>
    public const ushort CurChl = 0x5C51;

    /// <summary>The BASIC program.</summary>
    public const ushort Prog = 0x5C53;

    /// <summary>The end of the channel data.</summary>
    public const ushort DatAdd = 0x5C57;

    /// <summary>The line being typed.</summary>
    public const ushort ELine = 0x5C59;

    /// <summary>The work space.</summary>
    public const ushort WorkSp = 0x5C61;

    /// <summary>The bottom of the calculator stack.</summary>
    public const ushort StkBot = 0x5C63;

    /// <summary>The end of the calculator stack.</summary>
    public const ushort StkEnd = 0x5C65;

    /// <summary>The calculator's memory area.</summary>
    public const ushort Mem = 0x5C68;

    /// <summary>Bit 3: CAPS LOCK.</summary>
    public const ushort Flags2 = 0x5C6A;

    /// <summary>Lines of the lower screen.</summary>
    public const ushort DfSz = 0x5C6B;

    /// <summary>Seed of RND.</summary>
    public const ushort Seed = 0x5C76;

    /// <summary>Frames since power on, three bytes.</summary>
    public const ushort Frames = 0x5C78;

    /// <summary>The first user-defined graphic.</summary>
    public const ushort Udg = 0x5C7B;

    /// <summary>The last plotted point: x, then y.</summary>
    public const ushort Coords = 0x5C7D;

    /// <summary>The print position of the lower screen in the display file.</summary>
    public const ushort DfCcl = 0x5C86;

    /// <summary>The print position in the display file.</summary>
    public const ushort DfCc = 0x5C84;

    /// <summary>The print position: 33 minus the column, then 24 minus the row.</summary>
    public const ushort SPosn = 0x5C88;

    /// <summary>The same of the lower screen.</summary>
    public const ushort SPosnl = 0x5C8A;

    /// <summary>Scrolls left before the ROM asks.</summary>
    public const ushort ScrCt = 0x5C8C;

    /// <summary>The permanent attribute.</summary>
    public const ushort AttrP = 0x5C8D;

    /// <summary>The permanent mask: 1 bits come from the screen.</summary>
    public const ushort MaskP = 0x5C8E;

    /// <summary>The attribute for the next character.</summary>
    public const ushort AttrT = 0x5C8F;

    /// <summary>The mask for the next character.</summary>
    public const ushort MaskT = 0x5C90;

    /// <summary>OVER (bit 0), INVERSE (bit 2) now and in the odd bits permanently.</summary>
    public const ushort PFlag = 0x5C91;

    /// <summary>The last byte of BASIC's memory.</summary>
    public const ushort RamTop = 0x5CB2;

    /// <summary>The last byte of RAM.</summary>
    public const ushort PRamT = 0x5CB4;

    /// <summary>The font in the ROM: 96 glyphs of 8 bytes.</summary>
    public const ushort RomFont = 0x3D00;

    /// <summary>The address IY holds while BASIC and the interrupt routine of the ROM run.</summary>
    public const ushort IyBase = ErrNr;

    /// <summary>Tells BASIC where its program, its variables and everything behind them lie.</summary>
    internal static void SetProgram(Spectrum machine, int program, int variables, int end)
    {
        machine.Poke16(Prog, (ushort)program);
        machine.Poke16(Vars, (ushort)variables);
        // The variables end with 0x80, as does the empty line being typed after ENTER.
        machine.Poke((ushort)end, 0x80);
        machine.Poke16(ELine, (ushort)(end + 1));
        machine.Poke((ushort)(end + 1), 0x0D);
        machine.Poke((ushort)(end + 2), 0x80);
        machine.Poke16(WorkSp, (ushort)(end + 3));
        machine.Poke16(StkBot, (ushort)(end + 3));
        machine.Poke16(StkEnd, (ushort)(end + 3));
    }
}
