using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// The heap: blocks side by side from the end of the program on, each with its size in its first word, a bit per four
/// bytes that tells where blocks begin, and a collector that marks what the stack, IX and variables may mean by any of
/// their words, moves nothing and lets allocation sweep. See NOTES.md.
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

    /// <summary>
    /// Makes all memory behind the program one block; where the stack is above, up to 1024 bytes below it.
    /// </summary>
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
             set 1,(hl)
             inc hl
             ld (hl),d
             set 7,(hl)
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
    /// HL = address of HL bytes of the kind A. Goes on from the last block handed out: a marked block is passed and
    /// loses its mark, others are free and joined with the free ones behind. At the end of memory it collects once.
    /// </summary>
    public static readonly Routine New = NewWith("");

    /// <summary>
    /// The same for tests: collects first, without the marks that the last time left, and overwrites what became free.
    /// </summary>
    public static readonly Routine NewUnderStress = NewWith("""
             ld hl,__heap_first
            .unmark:
             ld a,(hl)
             and 0xFE
             ld (hl),a
             and 0xFC
             ld e,a
             inc hl
             ld a,(hl)
             dec hl
             and 0x7F
             ld d,a
             or e
             add hl,de
             jr nz,.unmark
             call __collect
             ld hl,__heap_first
            .waste:
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             ld a,c
             and 0xFC
             ld e,a
             ld a,b
             and 0x7F
             ld d,a
             or e
             jr z,.wasted
             dec de
             dec de
             bit 0,c
             jr nz,.passed
             bit 7,b
             jr z,.garbage
             bit 1,c
             jr nz,.passed
            .garbage:
             dec hl
             set 7,(hl)
             dec hl
             set 1,(hl)
             inc hl
             inc hl
            .byte:
             ld (hl),0xA5
             inc hl
             dec de
             ld a,d
             or e
             jr nz,.byte
             jr .waste
            .passed:
             add hl,de
             jr .waste
            .wasted:
            """);

    // With code that runs before a block is looked for.
    private static Routine NewWith(string prelude) => new()
    {
        Label = "__new", Inputs = [RegSeq.HL, RegSeq.A], Outputs = [RegSeq.HL], TypicalTime = 900,
        Needs = () => [HeapStart, HeapBit, Collect, TrapOf(TrapCode.OutOfMemory)], Preserves = RegSeq.IX.Mask,
        Text = $"""
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
            {prelude}
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
             set 1,(hl)
             inc hl
             ld (hl),d
             set 7,(hl)
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
             ld (hl),e
             set 1,(hl)
             inc hl
             ld (hl),d
             set 7,(hl)
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
