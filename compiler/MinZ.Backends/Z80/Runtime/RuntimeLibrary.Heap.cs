using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// The heap: blocks side by side from the end of the program on, each with its size in its first word, a bit per four bytes
/// that tells where blocks begin, and a collector that marks what the stack, IX and variables may mean by any of their words,
/// moves nothing and lets allocation sweep. See NOTES.md.
/// </summary>
internal static partial class RuntimeLibrary
{
    /// <summary>Bytes of the stack of blocks that the collector has yet to look into.</summary>
    public const int MarkStackBytes = 80;

    /// <summary>Bit of a block's kind: nothing in it is an address.</summary>
    public const int KindPlain = 2;

    /// <summary>Bit of a block's kind: it will be written over, so it need not be cleared.</summary>
    public const int KindUncleared = 4;

    /// <summary>Bit of a block's kind: addresses are at odd distances from its begin too.</summary>
    public const int KindOdd = 0x80;

    /// <summary>The map's byte and bit of the granule at HL: HL, A.</summary>
    public static readonly Routine HeapBit = new()
    {
        Label = "__heap_bit", Text = """
             ld a,l
             rrca
             rrca
             and 7
             ld c,a
             ld b,0
             xor a
             add hl,hl
             rla
             add hl,hl
             rla
             add hl,hl
             rla
             ld l,h
             ld h,a
             ld de,__heap_base
             add hl,de
             ex de,hl
             ld hl,.masks
             add hl,bc
             ld a,(hl)
             ex de,hl
             ret
            .masks:
             db 1,2,4,8,16,32,64,128
            """,
    };

    /// <summary>Makes all memory behind the program one block; where the stack is above, up to 1024 bytes below it.</summary>
    public static readonly Routine HeapStart = new()
    {
        Label = "__heap_init", Needs = () => [HeapBit], Text = """
             ld hl,__heap_limit-4
             ld (__heap_end),hl
             ld hl,-1024
             add hl,sp
             ld a,l
             and 0xFC
             ld l,a
             ld de,__heap_first
             or a
             sbc hl,de
             jr c,.clear
             add hl,de
             ld de,(__heap_end)
             or a
             sbc hl,de
             add hl,de
             jr nc,.clear
             ld (__heap_end),hl
            .clear:
             ld hl,__heap_map
             ld de,__heap_map+1
             ld bc,__heap_first-__heap_map-1
             ld (hl),0
             ldir
             ld de,__heap_first
            .block:
             ld hl,(__heap_end)
             or a
             sbc hl,de
             jr z,.last
             bit 7,h
             jr z,.one
             ld hl,0x4000
            .one:
             ex de,hl
             ld (hl),e
             inc hl
             ld (hl),d
             dec hl
             push hl
             push de
             call __heap_bit
             or (hl)
             ld (hl),a
             pop de
             pop hl
             add hl,de
             ex de,hl
             jr .block
            .last:
             xor a
             ld (de),a
             inc de
             ld (de),a
             ld hl,__heap_first
             ld (__heap_rover),hl
             ret
            """,
    };

    /// <summary>
    /// Marks every block that a word on the stack, in IX or in a variable may lie in (or just behind), and what those blocks
    /// mean. Where the stack of blocks to look into is full, all marked blocks are looked into once more.
    /// </summary>
    public static readonly Routine Collect = CollectorOf("");

    /// <summary>The same where there are threads: of the main program's stack what it uses; those of the others are blocks.</summary>
    public static readonly Routine CollectForThreads = CollectorOf("""
             ld hl,(__thread)
             ld bc,__thread_main
             or a
             sbc hl,bc
             jr z,.main
             ld de,(__thread_main+2)
            .main:
            """);

    // With code that changes DE, the lowest address of the main program's stack in use.
    private static Routine CollectorOf(string stack) => new()
    {
        Label = "__collect", Needs = () => [HeapBit], Preserves = RegSeq.IX.Mask, Text = $"""
             push ix
             xor a
             ld (__heap_over),a
             ld hl,__heap_marks
             ld (__heap_top),hl
             ld hl,0
             add hl,sp
             ex de,hl
            {stack}
             ld hl,(__stack)
             or a
             sbc hl,de
             ld b,h
             ld c,l
             dec bc
             ex de,hl
             call .range
             ld hl,__roots
            .root:
             ld e,(hl)
             inc hl
             ld d,(hl)
             inc hl
             ld a,d
             or e
             jr z,.again
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             push hl
             ex de,hl
             call .range
             pop hl
             jr .root
            .again:
             ld a,(__heap_over)
             or a
             jr z,.done
             xor a
             ld (__heap_over),a
             ld hl,__heap_first
            .block:
             ld e,(hl)
             inc hl
             ld d,(hl)
             dec hl
             ld a,d
             or e
             jr z,.again
             bit 0,e
             jr z,.skip
             bit 1,e
             jr nz,.skip
             push hl
             push de
             call .object
             call .drain
             pop de
             pop hl
            .skip:
             ld a,e
             and 0xFC
             ld e,a
             res 7,d
             add hl,de
             jr .block
            .done:
             ld hl,__heap_first
             ld (__heap_rover),hl
             pop ix
             ret
            .range:
             ld a,b
             or a
             jr nz,.much
             ld a,c
             or a
             ret z
             cp 33
             jr c,.part
            .much:
             ld a,32
            .part:
             ld e,a
             ld a,c
             sub e
             ld c,a
             jr nc,.counted
             dec b
            .counted:
             push bc
             ld b,e
             ld c,1
             call .next
             push hl
             call .drain
             pop hl
             pop bc
             jr .range
            .drain:
             ld hl,(__heap_top)
             ld a,l
             cp __heap_empty
             ret z
             dec hl
             ld d,(hl)
             dec hl
             ld e,(hl)
             ld (__heap_top),hl
             ex de,hl
             call .object
             jr .drain
            .object:
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             bit 7,b
             jr nz,.bytes
             srl b
             rr c
             dec bc
             dec bc
             inc b
             inc c
             ld a,b
             ld b,c
             ld c,a
            .word:
             ld e,(hl)
             inc hl
             ld a,(hl)
             inc hl
             cp __heap_page
             jr c,.number
             cp __heap_pages
             call c,.mark
            .number:
             djnz .word
             dec c
             jr nz,.word
             ret
            .bytes:
             res 7,b
             dec bc
             dec bc
             dec bc
             dec bc
             dec bc
             inc b
             inc c
             ld a,b
             ld b,c
             ld c,a
            .next:
             ld e,(hl)
             inc hl
             ld a,(hl)
             cp __heap_page
             jr c,.no
             cp __heap_pages
             call c,.mark
            .no:
             djnz .next
             dec c
             jr nz,.next
             ret
            .mark:
             ld d,a
             push hl
             push bc
             dec de
             dec de
             ld hl,0x10000-__heap_first
             add hl,de
             jr nc,.marked
             ld hl,(__heap_end)
             or a
             sbc hl,de
             jr c,.marked
             jr z,.marked
             ex de,hl
             push hl
             call __heap_bit
             ld c,a
             and (hl)
             jr z,.inside
             pop hl
             ld a,l
             and 0xFC
             ld l,a
             jr .start
            .inside:
             pop de
             ld a,c
             dec a
             and (hl)
             jr nz,.byte
            .back:
             dec hl
             or (hl)
             jr z,.back
            .byte:
             ld b,8
            .bit:
             dec b
             add a,a
             jr nc,.bit
             ld de,0x10000-__heap_base
             add hl,de
             add hl,hl
             add hl,hl
             add hl,hl
             add hl,hl
             add hl,hl
             ld a,b
             add a,a
             add a,a
             or l
             ld l,a
            .start:
             ld a,(hl)
             rrca
             jr c,.marked
             set 0,(hl)
             rrca
             jr c,.marked
             ex de,hl
             ld hl,(__heap_top)
             ld a,l
             cp __heap_stop
             jr z,.over
             ld (hl),e
             inc hl
             ld (hl),d
             inc hl
             ld (__heap_top),hl
            .marked:
             pop bc
             pop hl
             ret
            .over:
             ld a,1
             ld (__heap_over),a
             jr .marked
            """,
    };

    /// <summary>
    /// HL = address of HL bytes of the kind A. Goes on from the last block handed out: a marked block is passed and loses its
    /// mark, others are free and joined with the free ones behind. At the end of memory it collects once.
    /// </summary>
    public static readonly Routine New = new()
    {
        Label = "__new", Inputs = [RegSeq.HL, RegSeq.A], Outputs = [RegSeq.HL], TypicalTime = 900,
        Needs = () => [HeapStart, HeapBit, Collect, TrapOf(TrapCode.OutOfMemory)], Preserves = RegSeq.IX.Mask, Text = """
             ld (__heap_sp),sp
            .inner:
             ld (__heap_kind),a
             ld de,5
             add hl,de
             jr c,.full
             bit 7,h
             jr nz,.full
             ld a,l
             and 0xFC
             ld l,a
             ld (__heap_want),hl
             call .find
             jr nc,.found
             call __collect
             call .find
             jr nc,.found
            .full:
             ld sp,(__heap_sp)
             jp __trap_outofmemory
            .found:
             ld a,h
             or l
             jr z,.whole
             push de
             ex de,hl
             add hl,bc
             ld (hl),e
             inc hl
             ld (hl),d
             dec hl
             ld (__heap_rover),hl
             push bc
             call __heap_bit
             or (hl)
             ld (hl),a
             pop bc
             pop hl
             jr .head
            .whole:
             ld h,d
             ld l,e
             add hl,bc
             ld (__heap_rover),hl
             ex de,hl
            .head:
             ld a,(__heap_kind)
             ld e,a
             and 2
             or c
             ld (hl),a
             inc hl
             ld a,e
             and 0x80
             or b
             ld (hl),a
             inc hl
             bit 2,e
             ret nz
             push hl
             ld d,h
             ld e,l
             inc de
             dec bc
             dec bc
             dec bc
             ld (hl),0
             ldir
             pop hl
             ret
            .find:
             ld hl,(__heap_rover)
            .walk:
             ld e,(hl)
             inc hl
             ld d,(hl)
             dec hl
             bit 0,e
             jr nz,.live
             ld a,e
             and 0xFC
             ld e,a
             res 7,d
             or d
             jr z,.end
            .try:
             ld bc,(__heap_want)
             ex de,hl
             or a
             sbc hl,bc
             ret nc
             add hl,bc
             ex de,hl
             push hl
             add hl,de
             ld c,(hl)
             inc hl
             ld b,(hl)
             dec hl
             bit 0,c
             jr nz,.alone
             ld a,c
             and 0xFC
             ld c,a
             res 7,b
             or b
             jr z,.alone
             push hl
             ld h,d
             ld l,e
             add hl,bc
             bit 7,h
             jr nz,.long
             ex (sp),hl
             call __heap_bit
             cpl
             and (hl)
             ld (hl),a
             pop de
             pop hl
             jr .try
            .long:
             pop hl
            .alone:
             ex (sp),hl
             ld a,e
             or 2
             ld (hl),a
             inc hl
             ld (hl),d
             pop hl
             jr .walk
            .live:
             dec e
             ld (hl),e
             res 1,e
             res 7,d
             add hl,de
             jr .walk
            .end:
             scf
             ret
            """,
    };

    /// <summary>HL = address of HL elements of DE bytes, of the kind A.</summary>
    public static readonly Routine NewSlice = new()
    {
        Label = "__new_slice", Inputs = [RegSeq.HL, RegSeq.DE, RegSeq.A], Outputs = [RegSeq.HL], TypicalTime = 2000,
        Needs = () => [New], Preserves = RegSeq.IX.Mask, Text = """
             ld (__heap_sp),sp
             push af
             ld b,h
             ld c,l
             ld hl,0
             ld a,16
            .next:
             add hl,hl
             jp c,__new.full
             ex de,hl
             add hl,hl
             ex de,hl
             jr nc,.zero
             add hl,bc
             jp c,__new.full
            .zero:
             dec a
             jr nz,.next
             pop af
             jp __new.inner
            """,
    };
}
