using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// Threads: a ring of records, each the struct <c>Thread</c> of <c>Runtime/threads.minz</c>: next record, SP, SP of the
/// empty stack, channel for the report. The main program's record is the cell <c>__thread_main</c>; that of another
/// thread lies at the low end of a heap block that is also its stack. See NOTES.md.
/// </summary>
internal static partial class RuntimeLibrary
{
    /// <summary>Bytes of the record.</summary>
    public const int ThreadRecordBytes = 16;

    /// <summary>Number of the thread that was begun last, behind the main program's record.</summary>
    public const int LastThreadBytes = 2;

    /// <summary>
    /// Bytes a thread has on its stack when it begins: where it ends, code, argument, where it begins, IX.
    /// </summary>
    public const int FirstStackBytes = 10;

    /// <summary>Goes on with the thread whose record is at HL.</summary>
    public static readonly Routine Resume = new()
    {
        Label = "__resume", Preserves = RegSeq.IX.Mask, Text = """
             ld (__thread),hl
             inc hl
             inc hl
             ld e,(hl)
             inc hl
             ld d,(hl)
             ex de,hl
             ld sp,hl
             pop ix
             ret
            """,
    };

    /// <summary>Lets the next thread run until it is this one's turn again.</summary>
    public static readonly Routine Yield = new()
    {
        Label = "__yield", Needs = () => [Resume], TypicalTime = 2000, Preserves = RegSeq.IX.Mask, Text = """
             push ix
             ld de,(__thread)
             ld hl,0
             add hl,sp
             ex de,hl
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             ld (hl),e
             inc hl
             ld (hl),d
             ld h,b
             ld l,c
             jp __resume
            """,
    };

    /// <summary>HL = second byte of the record before the current one, DE = the current record.</summary>
    public static readonly Routine ThreadBefore = new()
    {
        Label = "__thread_before", Text = """
             ld de,(__thread)
             ld h,d
             ld l,e
            .next:
             ld c,(hl)
             inc hl
             ld b,(hl)
             ld a,c
             cp e
             jr nz,.other
             ld a,b
             cp d
             ret z
            .other:
             ld h,b
             ld l,c
             jr .next
            """,
    };

    /// <summary>Where threads begin: their argument and the code to run lie on the stack.</summary>
    public static readonly Routine BeginThread = new()
    {
        Label = "__thread_begin", Text = """
             pop hl
             ret
            """,
    };

    /// <summary>Takes the running thread out of the ring and goes on with the next one.</summary>
    public static readonly Routine EndThread = new()
    {
        Label = "__thread_end", Needs = () => [ThreadBefore, Resume], Text = """
             call __thread_before
             ex de,hl
             ld c,(hl)
             inc hl
             ld b,(hl)
             ex de,hl
             ld (hl),b
             dec hl
             ld (hl),c
             ld h,b
             ld l,c
             jp __resume
            """,
    };

    /// <summary>Where the code of a thread returns to.</summary>
    public static readonly Routine ReturnFromThread = new()
    {
        Label = "__thread_return", Needs = () => [EndThread], Text = """
             ld hl,.none
             ld d,h
             ld e,l
             call __thread_ended
             jp __thread_end
            .none:
             dw 0
             db 0
            """,
    };

    /// <summary>
    /// Starts a thread of BC bytes that calls the code at HL with DE in HL. It runs when all others had their turn.
    /// </summary>
    public static readonly Routine Spawn = new()
    {
        Label = "__spawn", Inputs = [RegSeq.HL, RegSeq.DE, RegSeq.BC], TypicalTime = 4000, Preserves = RegSeq.IX.Mask,
        Needs = () => [New, Yield, ThreadBefore, BeginThread, ReturnFromThread], Text = $"""
             push ix
             push hl
             push de
             push bc
             ld h,b
             ld l,c
             ld a,{KindPlain | KindUncleared}
             call __new
             pop bc
             push hl
             pop ix
             add hl,bc
             ld (ix+4),l
             ld (ix+5),h
             ld de,__thread_return
             call .push
             pop bc
             pop de
             call .push
             ld d,b
             ld e,c
             call .push
             ld de,__thread_begin
             call .push
             dec hl
             dec hl
             ld (ix+2),l
             ld (ix+3),h
             push ix
             pop hl
             ld de,6
             add hl,de
             xor a
             ld b,{ThreadRecordBytes - 6}
            .clear:
             ld (hl),a
             inc hl
             djnz .clear
             ld hl,(__thread_main+{ThreadRecordBytes})
             inc hl
             ld (__thread_main+{ThreadRecordBytes}),hl
             ld (ix+12),l
             ld (ix+13),h
             call __thread_before
             ld (ix+0),e
             ld (ix+1),d
             push ix
             pop bc
             ld (hl),b
             dec hl
             ld (hl),c
             pop ix
             ret
            .push:
             dec hl
             ld (hl),d
             dec hl
             ld (hl),e
             ret
            """,
    };

    /// <summary>
    /// What a trap with the message HL and the name DE does: where the thread's end is reported only that ends.
    /// </summary>
    public static readonly Routine TrapOrReport = new()
    {
        Label = "__trap_or_report", Needs = () => [Trap, EndThread], Text = """
             ld ix,(__thread)
             ld a,(ix+6)
             or (ix+7)
             jp z,__trap
             ex de,hl
             push hl
             ld l,(ix+4)
             ld h,(ix+5)
             pop bc
             ld sp,hl
             ld h,b
             ld l,c
             call __thread_ended
             jp __thread_end
            """,
    };

    /// <summary>
    /// The same where there is a handler of interrupts, whose traps are the program's: interrupts are off in it. An
    /// interrupt during the first question may hide that they are on.
    /// </summary>
    public static readonly Routine TrapOrReportOutsideHandlers = new()
    {
        Label = TrapOrReport.Label, Needs = TrapOrReport.Needs, Text = """
             ld a,i
             jp pe,.asked
             ld a,i
             jp po,__trap
            .asked:

            """ + TrapOrReport.Text,
    };

    /// <summary>Stops the program when there is little left of the stack; changes nothing.</summary>
    public static readonly Routine CheckStack = new()
    {
        Label = "__check_stack", Needs = () => [TrapOf(TrapCode.StackOverflow)], Preserves = ByteRegs.All, Text = """
             push hl
             push de
             push af
             ld hl,(__thread)
             ld de,__thread_main
             or a
             sbc hl,de
             jr nz,.thread
             ld hl,(0x5C65)
             sbc hl,de
            .thread:
             add hl,de
             ld de,__stack_margin
             add hl,de
             or a
             sbc hl,sp
             pop de
             ld a,d
             pop de
             pop hl
             ret c
             jp __trap_stackoverflow
            """,
    };

    public static readonly Routine ThreadSelf = new()
    {
        Label = "__thread_self", Outputs = [RegSeq.HL], Preserves = ~RegSeq.HL.Mask & ByteRegs.All, Text = """
             ld hl,(__thread)
             ret
            """,
    };

    /// <summary>HL = frames that have begun.</summary>
    public static readonly Routine ThreadClock = new()
    {
        Label = "__clock", Outputs = [RegSeq.HL], Text = """
             ld hl,(0x5C78)
             ret
            """,
    };

    /// <summary>Waits for the next frame; with interrupts off for as long as one takes, and counts it.</summary>
    public static readonly Routine ThreadFrame = new()
    {
        Label = "__next_frame", TypicalTime = 69888, Text = """
             ld a,i
             jp pe,.wait
             ld a,i
             jp pe,.wait
             ld bc,69888/26
            .next:
             dec bc
             ld a,b
             or c
             jr nz,.next
             ld hl,(0x5C78)
             inc hl
             ld (0x5C78),hl
             ret
            .wait:
             halt
             ret
            """,
    };

    /// <summary>
    /// Stops the program because nobody can go on: the report is made below what the main program has on its stack.
    /// </summary>
    public static readonly Routine ThreadStuck = new()
    {
        Label = "__thread_stuck", Needs = () => [Trap], Text = """
             ld hl,0
             add hl,sp
             ex de,hl
             ld hl,(__thread)
             inc hl
             inc hl
             ld (hl),e
             inc hl
             ld (hl),d
             ld sp,(__thread_main+2)
             ld a,2
             call 0x1601
             call __thread_deadlock
             jp __trap.stop
            """,
    };

    /// <summary>Prints the innermost place in source that the stack at HL tells of.</summary>
    public static readonly Routine ThreadPlace = new()
    {
        Label = "__thread_place", Inputs = [RegSeq.HL], TypicalTime = 100000, Needs = () => [FindPlace, PrintPlace],
        Text = """
             call __find_place
             jp __print_place
            """,
    };

    /// <summary>True for routines that need the cells of threads.</summary>
    public static bool UsesThreads(IReadOnlySet<Routine> routines) =>
        routines.Contains(Spawn) || routines.Contains(ThreadSelf) || routines.Contains(ThreadStuck)
        || routines.Contains(CheckStack);
}
