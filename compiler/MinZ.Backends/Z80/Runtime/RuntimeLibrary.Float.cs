using System.Collections.Immutable;
using MinZ.Backends.Z80.Codegen;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// f32 arithmetic. The first operand and the result are in DEHL, the second operand in IXBC. Numbers are taken apart into a
/// significand of 24 bits whose highest is set, an extra byte below it whose lowest bit stands for all that was shifted
/// out, and an exponent.
/// </summary>
internal static partial class RuntimeLibrary
{
    /// <summary>Unpacked numbers: cells of the routines below.</summary>
    private static readonly Routine FloatCells = new()
    {
        Label = "__f32_cells", Text = """
            __f32_sign:
             db 0
            __f32_class:
             db 0
            __f32_exponent:
             dw 0
            """,
    };

    /// <summary>Puts together A:H:L, exponent C below 255, sign in bit 7 of B.</summary>
    private static readonly Routine PackFloat = new()
    {
        Label = "__f32_pack", Outputs = [RegSeq.DEHL], Text = """
             add a,a
             srl c
             rra
             ld e,a
             ld a,b
             and 128
             or c
             ld d,a
             ret
            """,
    };

    /// <summary>Infinity with the sign in bit 7 of A.</summary>
    private static readonly Routine FloatInfinity = new()
    {
        Label = "__f32_infinity", Outputs = [RegSeq.DEHL], Text = """
             or 127
             ld d,a
             ld e,128
             ld hl,0
             ret
            """,
    };

    /// <summary>The canonical NaN.</summary>
    private static readonly Routine FloatNaN = new()
    {
        Label = "__f32_nan", Outputs = [RegSeq.DEHL], Text = """
             ld de,0x7FC0
             ld hl,0
             ret
            """,
    };

    /// <summary>
    /// Rounds A:H:L, extra byte D, exponent C of 1 to 255, sign in bit 7 of B, to nearest with ties to even.
    /// </summary>
    private static readonly Routine RoundFloat = new()
    {
        Label = "__f32_round", Outputs = [RegSeq.DEHL], Needs = () => [PackFloat, FloatInfinity], Text = """
             sla d
             jr nc,.exact
             jr nz,.up
             bit 0,l
             jr z,.exact
            .up:
             inc l
             jr nz,.exact
             inc h
             jr nz,.exact
             inc a
             jr nz,.exact
             ld a,128
             inc c
            .exact:
             ld e,c
             inc e
             jp nz,__f32_pack
             ld a,b
             jp __f32_infinity
            """,
    };

    /// <summary>
    /// Rounds A:H:L, extra byte B, exponent DE with sign, the number's sign in __f32_sign. Exponents below 1 become
    /// subnormal numbers.
    /// </summary>
    private static readonly Routine FinishFloat = new()
    {
        Label = "__f32_finish", Outputs = [RegSeq.DEHL], Needs = () => [RoundFloat, FloatInfinity, FloatCells], Text = """
             ld c,a
             ld a,d
             or a
             jr nz,.far
             or e
             jr z,.tiny
             inc a
             jr z,.infinity
             ld d,b
             ld a,(__f32_sign)
             ld b,a
             ld a,c
             ld c,e
             jp __f32_round
            .far:
             jp m,.tiny
            .infinity:
             ld a,(__f32_sign)
             jp __f32_infinity
            .tiny:
             ld a,e
             inc d
             jr nz,.one
             cp -24
             jr nc,.one
             ld c,0
             ld h,c
             ld l,c
             ld b,c
             ld a,c
            .one:
             ld d,a
            .shift:
             srl c
             rr h
             rr l
             rr b
             jr nc,.lost
             set 0,b
            .lost:
             inc d
             ld a,d
             dec a
             jr nz,.shift
             sla b
             jr nc,.down
             jr nz,.up
             bit 0,l
             jr z,.down
            .up:
             inc l
             jr nz,.down
             inc h
             jr nz,.down
             inc c
            .down:
             ld e,c
             ld a,(__f32_sign)
             and 128
             ld d,a
             ret
            """,
    };

    /// <summary>
    /// Takes DEHL apart: E:H:L the significand, BC the exponent, A = 0; or A = 1 for zero, 2 for infinity, 4 for NaN.
    /// </summary>
    private static readonly Routine UnpackFloat = new()
    {
        Label = "__f32_unpack", Text = """
             ld b,0
             ld a,e
             add a,a
             ld a,d
             adc a,a
             ld c,a
             jr z,.small
             inc a
             jr z,.large
             set 7,e
             xor a
             ret
            .small:
             ld a,e
             or h
             or l
             jr z,.zero
             inc c
            .shift:
             dec bc
             add hl,hl
             rl e
             jp p,.shift
             xor a
             ret
            .zero:
             inc a
             ret
            .large:
             ld a,e
             add a,a
             or h
             or l
             ld a,2
             ret z
             add a,a
             ret
            """,
    };

    /// <summary>
    /// Takes both operands apart: the first in the registers, the second in their shadows; the product's sign. Zero when
    /// both are plain numbers; else A is the first one's class, __f32_class the second one's.
    /// </summary>
    private static readonly Routine BeginFloat = new()
    {
        Label = "__f32_begin", UsesShadows = true, Needs = () => [UnpackFloat, FloatCells], Text = """
             ld a,ixh
             xor d
             ld (__f32_sign),a
             push ix
             push bc
             exx
             pop hl
             pop de
             call __f32_unpack
             ld (__f32_class),a
             exx
             call __f32_unpack
             ld d,a
             ld a,(__f32_class)
             or d
             ld a,d
             ret
            """,
    };

    /// <summary>DEHL = DEHL + IXBC.</summary>
    public static readonly Routine AddFloat = new()
    {
        Label = "__f32_add", Inputs = [RegSeq.DEHL, RegSeq.IXBC], Outputs = [RegSeq.DEHL], Commutes = true,
        TypicalTime = 700, UsesShadows = true, Needs = () => [RoundFloat, PackFloat, FloatNaN], Text = """
             push ix
             push bc
             exx
             pop hl
             pop de
             exx
            __f32_sum:
             ld a,d
             and 127
             ld b,a
             exx
             ld a,d
             exx
             and 127
             cp b
             jr c,.ordered
             jr nz,.swap
             exx
             ld a,e
             exx
             cp e
             jr c,.ordered
             jr nz,.swap
             push hl
             exx
             pop bc
             ld a,c
             sub l
             ld a,b
             sbc a,h
             exx
             jr nc,.ordered
            .swap:
             exx
            .ordered:
             ld b,d
             ld a,e
             add a,a
             ld a,d
             adc a,a
             ld c,a
             jr z,.small
             inc a
             jp z,.special
             set 7,e
             jr .second
            .small:
             inc c
            .second:
             exx
             ld a,e
             add a,a
             ld a,d
             adc a,a
             jr z,.smaller
             set 7,e
             jr .distance
            .smaller:
             inc a
            .distance:
             exx
             sub c
             neg
             cp 26
             jp nc,.alone
             exx
             ld b,0
            .bytes:
             cp 8
             jr c,.bits
             sub 8
             ld c,a
             ld a,b
             or a
             ld b,l
             jr z,.clean
             set 0,b
            .clean:
             ld l,h
             ld h,e
             ld e,0
             ld a,c
             jr .bytes
            .bits:
             or a
             jr z,.aligned
            .bit:
             srl e
             rr h
             rr l
             rr b
             jr nc,.lost
             set 0,b
            .lost:
             dec a
             jr nz,.bit
            .aligned:
             ld a,d
             ld d,b
             push de
             push hl
             exx
             xor b
             add a,a
             ld a,e
             pop de
             jr c,.subtract
             add hl,de
             pop de
             adc a,e
             jr nc,.whole
             rra
             rr h
             rr l
             rr d
             jr nc,.kept
             set 0,d
            .kept:
             inc c
             jp __f32_round
            .whole:
             or a
             jp m,__f32_round
             ld c,0
             jp __f32_pack
            .subtract:
             or a
             sbc hl,de
             pop de
             sbc a,e
             ld e,a
             xor a
             sub d
             ld d,a
             jr nc,.difference
             ld a,h
             or l
             dec hl
             jr nz,.difference
             dec e
            .difference:
             ld a,e
             or a
             jp m,__f32_round
             jr nz,.normalise
             or h
             or l
             or d
             jr z,.zero
             xor a
            .skip:
             ld e,a
             ld a,c
             sub 9
             ld a,e
             jr c,.normalise
             ld a,h
             ld h,l
             ld l,d
             ld d,0
             ld e,a
             ld a,c
             sub 8
             ld c,a
             ld a,e
             or a
             jr z,.skip
             jp m,__f32_round
            .normalise:
             dec c
             jp z,__f32_pack
             sla d
             adc hl,hl
             adc a,a
             jp p,.normalise
             jp __f32_round
            .zero:
             ld d,a
             ld e,a
             ret
            .alone:
             bit 0,c
             ret nz
             res 7,e
             ret
            .special:
             ld a,e
             add a,a
             or h
             or l
             jp nz,__f32_nan
             exx
             ld a,e
             add a,a
             ld a,d
             adc a,a
             inc a
             ld a,d
             exx
             ret nz
             xor b
             jp m,__f32_nan
             ret
            """,
    };

    /// <summary>DEHL = DEHL - IXBC.</summary>
    public static readonly Routine SubtractFloat = new()
    {
        Label = "__f32_sub", Inputs = [RegSeq.DEHL, RegSeq.IXBC], Outputs = [RegSeq.DEHL], TypicalTime = 720,
        UsesShadows = true, Needs = () => [AddFloat], Text = """
             push ix
             push bc
             exx
             pop hl
             pop de
             ld a,d
             xor 128
             ld d,a
             exx
             jp __f32_sum
            """,
    };

    /// <summary>One byte of a product: B times C:DE is added to A:H:L, which moves into B by a byte.</summary>
    private static readonly Routine MultiplyByte = new()
    {
        Label = "__f32_byte", Text = " srl b\n" + string.Concat(Enumerable.Range(0, 8).Select(n => $"""
             jr nc,.zero{n}
             add hl,de
             adc a,c
            .zero{n}:
             rra
             rr h
             rr l
             rr b

            """)) + " ret\n",
    };

    /// <summary>DEHL = DEHL · IXBC.</summary>
    public static readonly Routine MultiplyFloat = new()
    {
        Label = "__f32_mul", Inputs = [RegSeq.DEHL, RegSeq.IXBC], Outputs = [RegSeq.DEHL], Commutes = true,
        TypicalTime = 2000, UsesShadows = true, Needs = () => [BeginFloat, MultiplyByte, FinishFloat, FloatInfinity, FloatNaN], Text = """
             call __f32_begin
             jp nz,.odd
             ld (__f32_exponent),bc
             ld a,l
             ld (.low+1),a
             ld a,h
             ld (.middle+1),a
             ld a,e
             ld (.high+1),a
             exx
             push hl
             ld hl,(__f32_exponent)
             add hl,bc
             ld bc,-126
             add hl,bc
             ld (__f32_exponent),hl
             ld c,e
             pop de
             ld hl,0
             xor a
            .low:
             ld b,0
             call __f32_byte
             push bc
            .middle:
             ld b,0
             call __f32_byte
             push bc
            .high:
             ld b,0
             call __f32_byte
             pop de
             ld c,d
             pop de
             ld e,a
             ld a,d
             or c
             ld a,e
             jr z,.clean
             set 0,b
            .clean:
             ld de,(__f32_exponent)
             or a
             jp m,__f32_finish
             dec de
             sla b
             adc hl,hl
             adc a,a
             jp __f32_finish
            .odd:
             ld b,a
             ld a,(__f32_class)
             or b
             cp 3
             jp nc,__f32_nan
             rra
             ld hl,0
             ld e,l
             ld a,(__f32_sign)
             jp nc,__f32_infinity
             and 128
             ld d,a
             ret
            """,
    };

    /// <summary>DEHL = DEHL / IXBC.</summary>
    public static readonly Routine DivideFloat = new()
    {
        Label = "__f32_div", Inputs = [RegSeq.DEHL, RegSeq.IXBC], Outputs = [RegSeq.DEHL], TypicalTime = 2700,
        UsesShadows = true, Needs = () => [BeginFloat, FinishFloat, FloatInfinity, FloatNaN], Text = """
             call __f32_begin
             jp nz,.odd
             ld (__f32_exponent),bc
             ld a,e
             push hl
             exx
             push hl
             ld hl,(__f32_exponent)
             or a
             sbc hl,bc
             ld bc,127
             add hl,bc
             ld (__f32_exponent),hl
             ld c,e
             pop de
             pop hl
             ld b,a
             or a
             sbc hl,de
             sbc a,c
             ld a,b
             ld b,1
             jr nc,.fits
             add hl,de
             push hl
             ld hl,(__f32_exponent)
             dec hl
             ld (__f32_exponent),hl
             pop hl
             add hl,hl
             adc a,a
             jr .bit
            .fits:
             add hl,de
             or a
            .bit:
             jr c,.force
             sbc hl,de
             sbc a,c
             jr nc,.one
             add hl,de
             adc a,c
             sla b
             jr .next
            .force:
             or a
             sbc hl,de
             sbc a,c
            .one:
             scf
             rl b
            .next:
             jr c,.byte
             add hl,hl
             adc a,a
             jp .bit
            .byte:
             ld (.saved+1),a
             ld a,(.count)
             inc a
             ld (.count),a
             cp 3
            .saved:
             ld a,0
             jr z,.last
             push bc
             ld b,1
             add hl,hl
             adc a,a
             jp .bit
            .count:
             db 0
            .last:
             push bc
             add hl,hl
             adc a,a
             ld b,128
             jr c,.half
             sbc hl,de
             sbc a,c
             jr nc,.rest
             add hl,de
             adc a,c
             ld b,0
             jr .rest
            .half:
             or a
             sbc hl,de
             sbc a,c
            .rest:
             or h
             or l
             jr z,.whole
             set 0,b
            .whole:
             xor a
             ld (.count),a
             pop de
             ld l,d
             pop de
             ld h,d
             pop af
             ld de,(__f32_exponent)
             jp __f32_finish
            .odd:
             cp 4
             jp z,__f32_nan
             ld b,a
             ld a,(__f32_class)
             cp 4
             jp z,__f32_nan
             cp b
             jp z,__f32_nan
             ld hl,0
             ld e,l
             bit 1,a
             jr nz,.zero
             bit 0,b
             jr nz,.zero
             ld a,(__f32_sign)
             jp __f32_infinity
            .zero:
             ld a,(__f32_sign)
             and 128
             ld d,a
             ret
            """,
    };
}
