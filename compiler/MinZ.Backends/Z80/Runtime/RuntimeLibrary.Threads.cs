using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// Threads: a ring of records of next record, SP and a guard word. The main program's record is the cell
/// <c>__thread_main</c>; that of another thread lies at the low end of a heap block that is also its stack. See NOTES.md.
/// </summary>
internal static partial class RuntimeLibrary
{
    /// <summary>Bytes of a thread's heap block besides the frames of functions, its record included.</summary>
    public const int ThreadBytes = 288;

    /// <summary>Bytes of the record: next, SP, guard.</summary>
    public const int ThreadRecordBytes = 6;

    /// <summary>What the guard word holds until the stack grows over it.</summary>
    public const int ThreadGuard = 0xA55A;

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

    /// <summary>Stops the program when the stack of the thread with the record IX has grown over its guard.</summary>
    public static readonly Routine CheckThread = new()
    {
        Label = "__thread_check", Needs = () => [TrapOf(TrapCode.StackOverflow)], Text = $"""
             ld c,(ix+4)
             ld b,(ix+5)
             ld hl,{0x10000 - ThreadGuard}
             add hl,bc
             ld a,h
             or l
             ret z
             jp __trap_stackoverflow
            """,
    };

    /// <summary>Lets the next thread run until it is this one's turn again.</summary>
    public static readonly Routine Yield = new()
    {
        Label = "__yield", Needs = () => [Resume, CheckThread], TypicalTime = 2000, Preserves = RegSeq.IX.Mask, Text = """
             push ix
             ld ix,(__thread)
             ld hl,0
             add hl,sp
             ld (ix+2),l
             ld (ix+3),h
             call __thread_check
             ld l,(ix+0)
             ld h,(ix+1)
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
        Label = "__thread_end", Needs = () => [ThreadBefore, CheckThread, Resume], Text = """
             ld ix,(__thread)
             call __thread_check
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

    /// <summary>Starts a thread that calls the code at HL with DE in HL. It runs when all others had their turn.</summary>
    public static readonly Routine Spawn = new()
    {
        Label = "__spawn", Inputs = [RegSeq.HL, RegSeq.DE], TypicalTime = 4000, Preserves = RegSeq.IX.Mask,
        Needs = () => [New, Yield, ThreadBefore, BeginThread, EndThread], Text = $"""
             push ix
             push hl
             push de
             ld hl,__thread_bytes
             ld a,{KindOdd}
             call __new
             push hl
             pop ix
             ld (ix+4),{ThreadGuard & 0xFF}
             ld (ix+5),{ThreadGuard >> 8}
             ld bc,__thread_bytes-1
             add hl,bc
             ld (hl),__thread_end/256
             dec hl
             ld (hl),__thread_end&255
             dec hl
             pop de
             pop bc
             ld (hl),b
             dec hl
             ld (hl),c
             dec hl
             ld (hl),d
             dec hl
             ld (hl),e
             dec hl
             ld (hl),__thread_begin/256
             dec hl
             ld (hl),__thread_begin&255
             dec hl
             dec hl
             ld (ix+2),l
             ld (ix+3),h
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
            """,
    };
}
