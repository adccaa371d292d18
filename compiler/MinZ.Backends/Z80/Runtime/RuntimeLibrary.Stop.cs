using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>Stopping with a message and the place in source, or ending a thread whose end is reported.</summary>
internal static partial class RuntimeLibrary
{
    /// <summary>Words of a stack that are looked through for a place in source.</summary>
    private const int WordsSearched = 96;

    private static readonly TrapCode[] Codes = Enum.GetValues<TrapCode>();

    private static readonly Routine[] Traps = [.. Codes.Select(MakeTrap)];

    private static readonly Routine[] ReportedTraps = [.. Codes.Select(MakeReportedTrap)];

    /// <summary>The routine that stops the program for a reason. Where there is a message, it is at HL.</summary>
    public static Routine TrapOf(TrapCode code) => Traps[Array.IndexOf(Codes, code)];

    /// <summary>
    /// What stands for a routine of <see cref="TrapOf"/> where traps may be reported; others are themselves.
    /// </summary>
    public static Routine ReportedTrapOf(Routine routine) =>
        Array.IndexOf(Traps, routine) is >= 0 and var n ? ReportedTraps[n] : routine;

    private static bool HasMessage(TrapCode code) => code is TrapCode.Panic or TrapCode.Assert;

    private static Routine MakeTrap(TrapCode code) => new()
    {
        Label = "__trap_" + code.ToString().ToLowerInvariant(),
        Needs = () => [Trap],
        Text = HasMessage(code) ? " jp __trap" : $"""
             ld hl,.text
             jp __trap
            .text:
             dw {TextOf(code).Length}
             db "{TextOf(code)}"
            """,
    };

    private static Routine MakeReportedTrap(TrapCode code) => new()
    {
        Label = "__trap_" + code.ToString().ToLowerInvariant(),
        Needs = () => [TrapOrReport],
        Text = (HasMessage(code) ? "" : " ld hl,.text\n") + $"""
             ld de,.name
             jp __trap_or_report
            .text:
             dw {TextOf(code).Length}
             db "{TextOf(code)}"
            .name:
             dw {code.ToString().Length}
             db "{code}"
            """,
    };

    private static string TextOf(TrapCode code) => code switch
    {
        TrapCode.Panic => "panic",
        TrapCode.Assert => "assertion failed",
        TrapCode.DivideByZero => "division by zero",
        TrapCode.IndexOutOfRange => "index out of range",
        TrapCode.WrongVariant => "the enum value is of another variant",
        TrapCode.NullReference => "nothing is behind a null reference",
        TrapCode.StackOverflow => "too many nested calls",
        TrapCode.OutOfMemory => "out of memory",
        TrapCode.FuelExhausted => "out of fuel",
        TrapCode.Unreachable => "unreachable code",
        TrapCode.Deadlock => "all threads wait for each other",
        TrapCode.Denied => "service denied",
        TrapCode.BadAddress => "bad address",
        TrapCode.UnhandledError => "an error was not handled",
    };

    /// <summary>The message a trap without one of its own prints.</summary>
    public static StringConstant DefaultText(TrapCode code) => StringConstant.Of(TextOf(code));

    /// <summary>
    /// HL = what <see cref="PrintPlace"/> takes: the first word of the stack at HL that is the address behind a call
    /// known to trap decides; 0 for none.
    /// </summary>
    public static readonly Routine FindPlace = new()
    {
        Label = "__find_place", Text = $"""
             ld b,{WordsSearched}
            .word:
             ld e,(hl)
             inc hl
             ld d,(hl)
             inc hl
             push hl
             ld hl,__traps
            .next:
             ld a,(hl)
             inc hl
             or (hl)
             jr z,.last
             ld a,(hl)
             dec hl
             cp d
             jr nz,.other
             ld a,(hl)
             cp e
             jr z,.found
            .other:
             ld a,l
             add a,6
             ld l,a
             jr nc,.next
             inc h
             jr .next
            .last:
             pop hl
             djnz .word
             ld hl,0
             ret
            .found:
             pop de
             inc hl
             inc hl
             ret
            """,
    };

    /// <summary>Prints " at file:line" of the words line and address of the file's name at HL; nothing for 0.</summary>
    public static readonly Routine PrintPlace = new()
    {
        Label = "__print_place", Needs = () => [PrintString, PrintU16, PrintChar], Text = """
             ld a,h
             or l
             ret z
             ld e,(hl)
             inc hl
             ld d,(hl)
             inc hl
             ld a,(hl)
             inc hl
             ld h,(hl)
             ld l,a
             push de
             push hl
             ld hl,.at
             call __print_str
             pop hl
             call __print_str
             ld a,':'
             call __putc
             pop hl
             jp __print_u16
            .at:
             dw 4
             db " at "
            """,
    };

    /// <summary>
    /// Prints the text at HL and where the trap happened, by the return addresses on the stack, and stops with
    /// interrupts off and BC = 101.
    /// </summary>
    public static readonly Routine Trap = TrapWith("");

    /// <summary>
    /// The same where there are threads: it prints with the main program's stack, which has room for that.
    /// </summary>
    public static readonly Routine TrapForThreads = TrapWith("""
             ld bc,(__thread)
             inc bc
             inc bc
             ld a,l
             ld (bc),a
             inc bc
             ld a,h
             ld (bc),a
             ld sp,(__thread_main+2)
            """);

    // With code that has SP in HL and may change A, BC and SP.
    private static Routine TrapWith(string stack) => new()
    {
        Label = "__trap", Needs = () => [FindPlace, PrintPlace, PrintString, PrintChar], Text = $"""
             ex de,hl
             ld hl,0
             add hl,sp
            {stack}
             push de
             call __find_place
             ex (sp),hl
             push hl
             ld a,2
             call 0x1601
             pop hl
             call __print_str
             pop hl
             call __print_place
             ld a,13
             call __putc
            .stop:
             ld bc,101
             di
            .halt:
             halt
             jr .halt
            """,
    };
}
