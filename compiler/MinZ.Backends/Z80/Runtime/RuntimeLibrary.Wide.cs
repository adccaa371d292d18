using MinZ.Backends.Z80.Codegen;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// Products and quotients of 7 and 8 bytes, for f64 and 64-bit integers. Operands and results are in memory, laid out
/// as the structs of <c>Runtime/f64.minz</c> and <c>Runtime/wide.minz</c> say.
/// </summary>
internal static partial class RuntimeLibrary
{
    /// <summary>
    /// The B bytes at IX times C:DE, added to the product at IX + A; AHL = the three bytes above. IX moves behind the
    /// bytes. Bytes of zero, of which short numbers have many, take little time.
    /// </summary>
    private static readonly Routine MultiplyPiece = new()
    {
        Label = "__mul_piece", Needs = () => [MultiplyByte], Text = """
             ld (.from+2),a
             ld (.to+2),a
             ld a,ixl
             add a,b
             ld (.end+1),a
             ld a,c
             or d
             or e
             ld hl,0
             jr z,.nothing
             xor a
            .step:
             ld b,(ix+0)
             inc b
             dec b
             jr z,.zero
             call __f32_byte
            .made:
             ex af,af'
             ld a,b
            .from:
             add a,(ix+16)
            .to:
             ld (ix+16),a
             jr nc,.same
             inc l
             jr nz,.same
             inc h
             jr nz,.same
             ex af,af'
             inc a
             ex af,af'
            .same:
             inc ix
             ld a,ixl
            .end:
             cp 0
             jr z,.done
             ex af,af'
             jp .step
            .done:
             ex af,af'
             ret
            .zero:
             ld b,l
             ld l,h
             ld h,a
             xor a
             jr .made
            .nothing:
             ld c,b
             ld b,a
             add ix,bc
             ret
            """,
    };

    /// <summary>
    /// Clears the lowest 8 bytes of the product of the block at IX, and takes the first piece of the second factor.
    /// </summary>
    private static readonly Routine BeginProduct = new()
    {
        Label = "__mul_begin", Text = """
             ld de,16
             add hl,de
             xor a
             ld b,8
            .clear:
             ld (hl),a
             inc hl
             djnz .clear
             ld e,(ix+8)
             ld d,(ix+9)
             ld c,(ix+10)
             ld a,16
             ret
            """,
    };

    /// <summary>Keeps the block at HL in IX and on the stack, and takes the first piece of its second factor.</summary>
    private const string FirstPiece = """
         push ix
         push hl
         pop ix
         push hl
         call __mul_begin
        """;

    /// <summary>Returns IX to the block and takes the second piece of its second factor.</summary>
    private const string SecondPiece = """
         pop ix
         push ix
         ld e,(ix+11)
         ld d,(ix+12)
         ld c,(ix+13)
         ld a,19
        """;

    /// <summary>The product of two numbers of 7 bytes: at HL the factors, 8 bytes each, then 16 bytes for it.</summary>
    private static readonly Routine MultiplySignificands = new()
    {
        Label = "__f64_product", Inputs = [RegSeq.HL], Needs = () => [MultiplyPiece, BeginProduct], TypicalTime = 11000,
        Preserves = RegSeq.IX.Mask, Text = $"""
            {FirstPiece}
             ld b,7
             call __mul_piece
             ld (ix+16),l
             ld (ix+17),h
             ld (ix+18),a
            {SecondPiece}
             ld b,7
             call __mul_piece
             ld (ix+19),l
             ld (ix+20),h
             ld (ix+21),a
             pop ix
             ld e,(ix+14)
             ld d,0
             ld c,d
             ld a,22
             ld b,7
             call __mul_piece
             ld (ix+22),l
             ld (ix+23),h
             ld (ix+24),a
             pop ix
             ret
            """,
    };

    /// <summary>The lowest 8 bytes of a product: at HL the factors, 8 bytes each, then 8 bytes for it.</summary>
    private static readonly Routine MultiplyWide = new()
    {
        Label = "__u64_product", Inputs = [RegSeq.HL], Needs = () => [MultiplyPiece, BeginProduct], TypicalTime = 8000,
        Preserves = RegSeq.IX.Mask, Text = $"""
            {FirstPiece}
             ld b,8
             call __mul_piece
            {SecondPiece}
             ld b,5
             call __mul_piece
             pop ix
             ld e,(ix+14)
             ld d,(ix+15)
             ld c,0
             ld a,22
             ld b,2
             call __mul_piece
             pop ix
             ret
            """,
    };

    /// <summary>
    /// The quotient of two numbers of 54 bits in 56 bits, in place of the dividend at HL; the divisor at DE is not
    /// above it. The lowest bit also tells whether anything is left.
    /// </summary>
    private static readonly Routine DivideSignificands = new()
    {
        Label = "__f64_quotient", Inputs = [RegSeq.HL, RegSeq.DE], TypicalTime = 13000, Preserves = RegSeq.IX.Mask,
        Text = """
             push ix
             push hl
             pop ix
             ex de,hl
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             push bc
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
             push bc
             ld a,(hl)
             ld (.take4+1),a
             ld (.give4+1),a
             inc hl
             ld a,(hl)
             ld (.take5+1),a
             ld (.give5+1),a
             inc hl
             ld a,(hl)
             ld (.take6+1),a
             ld (.give6+1),a
             ld a,7
             ex af,af'
             exx
             pop de
             ld l,(ix+2)
             ld h,(ix+3)
             ld c,(ix+4)
             ld b,(ix+5)
             exx
             pop de
             ld l,(ix+0)
             ld h,(ix+1)
             ld b,(ix+6)
             ld (ix+7),0
             ld c,1
            .bit:
             or a
             sbc hl,de
             exx
             sbc hl,de
             ld a,c
            .take4:
             sbc a,0
             ld c,a
             ld a,b
            .take5:
             sbc a,0
             ld b,a
             exx
             ld a,b
            .take6:
             sbc a,0
             ld b,a
             jr nc,.fits
             add hl,de
             exx
             adc hl,de
             ld a,c
            .give4:
             adc a,0
             ld c,a
             ld a,b
            .give5:
             adc a,0
             ld b,a
             exx
             ld a,b
            .give6:
             adc a,0
             ld b,a
             scf
            .fits:
             ccf
             rl c
             jr c,.byte
            .shift:
             add hl,hl
             exx
             adc hl,hl
             rl c
             rl b
             exx
             rl b
             jr .bit
            .byte:
             ld (ix+6),c
             dec ix
             ex af,af'
             dec a
             jr z,.end
             ex af,af'
             ld c,1
             jr .shift
            .end:
             ld a,h
             or l
             or b
             exx
             or h
             or l
             or c
             or b
             exx
             jr z,.exact
             set 0,(ix+7)
            .exact:
             pop ix
             ret
            """,
    };
}
