using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// Making strings. Operands are on the stack while memory is asked for, where the collector sees them.
/// </summary>
internal static partial class RuntimeLibrary
{
    /// <summary>HL = a string of the bytes of the strings HL and DE.</summary>
    public static readonly Routine ConcatStrings = new()
    {
        Label = "__concat", Inputs = [RegSeq.HL, RegSeq.DE], Outputs = [RegSeq.HL], TypicalTime = 2000,
        Needs = () => [New], Preserves = RegSeq.IX.Mask, Text = """
             ld (__heap_sp),sp
             push hl
             push de
             ld c,(hl)
             inc hl
             ld b,(hl)
             ex de,hl
             ld e,(hl)
             inc hl
             ld d,(hl)
             ex de,hl
             add hl,bc
             jp c,__new.full
             push hl
             ld de,3
             add hl,de
             jp c,__new.full
             ld a,6
             call __new.inner
             ld (__heap_want),hl
             pop bc
             ld (hl),c
             inc hl
             ld (hl),b
             inc hl
             ex de,hl
             pop bc
             pop hl
             push bc
             call .copy
             pop hl
             call .copy
             xor a
             ld (de),a
             ld hl,(__heap_want)
             ret
            .copy:
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             ld a,b
             or c
             ret z
             ldir
             ret
            """,
    };

    /// <summary>
    /// Writes length and text into the new string at HL, on the stack too: the BC bytes at DE. Returns it in HL.
    /// </summary>
    private const string FillString = """
         ld (hl),c
         inc hl
         ld (hl),b
         inc hl
         ex de,hl
         ld a,b
         or c
         jr z,.end
         ldir
        .end:
         xor a
         ld (de),a
         pop hl
         ret
        """;

    /// <summary>HL = a string of the BC bytes at HL.</summary>
    public static readonly Routine StringOfBytes = new()
    {
        Label = "__stringof", Inputs = [RegSeq.HL, RegSeq.BC], Outputs = [RegSeq.HL], TypicalTime = 1300,
        Needs = () => [New], Preserves = RegSeq.IX.Mask, Text = $"""
             ld (__heap_sp),sp
             push hl
             push bc
             ld hl,3
             add hl,bc
             ld a,6
             call __new.inner
             pop bc
             pop de
             push hl
            {FillString}
            """,
    };

    /// <summary>HL = the bytes from DE to before BC of the string HL.</summary>
    public static readonly Routine SliceString = new()
    {
        Label = "__substring", Inputs = [RegSeq.HL, RegSeq.DE, RegSeq.BC], Outputs = [RegSeq.HL], TypicalTime = 1500,
        Needs = () => [New, TrapOf(TrapCode.IndexOutOfRange)], Preserves = RegSeq.IX.Mask, Text = $"""
             ld (__heap_sp),sp
             push hl
             ld a,(hl)
             inc hl
             ld h,(hl)
             ld l,a
             or a
             sbc hl,bc
             jr c,.range
             ld h,b
             ld l,c
             sbc hl,de
             jr c,.range
             push de
             push hl
             ld de,3
             add hl,de
             ld a,6
             call __new.inner
             pop bc
             pop de
             ex (sp),hl
             add hl,de
             inc hl
             inc hl
             pop de
             push de
             ex de,hl
            {FillString}
            .range:
             pop hl
             jp __trap_indexoutofrange
            """,
    };

    /// <summary>HL = DEHL in decimal: digits by division, the last one first, through the stack.</summary>
    public static readonly Routine TextOfU32 = new()
    {
        Label = "__text_u32", Inputs = [RegSeq.DEHL], Outputs = [RegSeq.HL], TypicalTime = 20000,
        Needs = () => [New, LastDigit], Preserves = RegSeq.IX.Mask, Text = """
             ld (__heap_sp),sp
             xor a
            .signed:
             ld (__heap_sign),a
             ld c,0
            .next:
             inc c
             call __last_digit
             push af
             jr nz,.next
             ld a,(__heap_sign)
             or a
             jr z,.made
             push af
             inc c
            .made:
             ld a,c
             ld (__heap_sign),a
             add a,3
             ld l,a
             ld h,0
             ld a,6
             call __new.inner
             ld a,(__heap_sign)
             ld b,a
             ld c,l
             ld e,h
             ld (hl),a
             inc hl
             ld (hl),0
             inc hl
            .put:
             pop af
             ld (hl),a
             inc hl
             djnz .put
             ld (hl),0
             ld l,c
             ld h,e
             ret
            """,
    };

    /// <summary>HL = the signed DEHL in decimal.</summary>
    public static readonly Routine TextOfI32 = new()
    {
        Label = "__text_i32", Inputs = [RegSeq.DEHL], Outputs = [RegSeq.HL], TypicalTime = 20000,
        Needs = () => [TextOfU32, Negate32], Preserves = RegSeq.IX.Mask, Text = """
             bit 7,d
             jp z,__text_u32
             ld (__heap_sp),sp
             call __neg32
             ld a,'-'
             jp __text_u32.signed
            """,
    };
}
