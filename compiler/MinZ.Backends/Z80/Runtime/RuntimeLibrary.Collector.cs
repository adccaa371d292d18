using MinZ.Backends.Z80.Codegen;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>The collector of the heap.</summary>
internal static partial class RuntimeLibrary
{
    /// <summary>
    /// Marks every block that a word on the stack, in IX or in a variable may lie in (or just behind), and what those
    /// blocks mean. Where the stack of blocks to look into is full, all marked blocks are looked into once more.
    /// </summary>
    public static readonly Routine Collect = CollectorOf("""
             ld hl,0
             add hl,sp
             ex de,hl
             ld hl,(__stack)
             or a
             sbc hl,de
             ld b,h
             ld c,l
             dec bc
             ex de,hl
             call .range
            """);

    /// <summary>The same where there are threads: of each the block, the record, and what its stack holds.</summary>
    public static readonly Routine CollectForThreads = CollectorOf($"""
             ld hl,(__thread)
            .thread:
             push hl
             ld e,l
             ld a,h
             call .mark
             pop hl
             push hl
             ld bc,{ThreadRecordBytes - 1}
             call .range
             pop hl
             push hl
             inc hl
             inc hl
             ld e,(hl)
             inc hl
             ld d,(hl)
             inc hl
             ld c,(hl)
             inc hl
             ld b,(hl)
             pop hl
             push hl
             ld a,(__thread)
             cp l
             jr nz,.waits
             ld a,(__thread+1)
             cp h
             jr nz,.waits
             ld hl,0
             add hl,sp
             ex de,hl
            .waits:
             ld h,b
             ld l,c
             or a
             sbc hl,de
             ld b,h
             ld c,l
             dec bc
             ex de,hl
             call .range
             pop hl
             ld e,(hl)
             inc hl
             ld d,(hl)
             ex de,hl
             ld a,(__thread)
             cp l
             jr nz,.thread
             ld a,(__thread+1)
             cp h
             jr nz,.thread
            """);

    // With code that marks what stacks refer to.
    private static Routine CollectorOf(string stacks) => new()
    {
        Label = "__collect", Needs = () => [HeapBit], Preserves = RegSeq.IX.Mask, Text = $"""
             push ix
             xor a
             ld (__heap_over),a
             ld hl,__heap_marks
             ld (__heap_top),hl
            {stacks}
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
             rrca
             jr nc,.look
             inc hl
             bit 7,(hl)
             jr nz,.marked
             dec hl
             set 0,(hl)
             jr .marked
            .look:
             set 0,(hl)
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
}
