using MinZ.Backends.Z80.Codegen;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// What f32 arithmetic shares. The first operand and the result are in DEHL, the second operand in IXBC. Numbers are
/// taken apart into a significand of 24 bits whose highest is set, an extra byte below it whose lowest bit stands for
/// all that was shifted out, and an exponent.
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
        Label = "__f32_finish", Outputs = [RegSeq.DEHL], Needs = () => [RoundFloat, FloatInfinity, FloatCells],
        Text = """
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
    /// Takes both operands apart: the first in the registers, the second in their shadows; the product's sign. Zero
    /// when both are plain numbers; else A is the first one's class, __f32_class the second one's.
    /// </summary>
    private static readonly Routine BeginFloat = new()
    {
        Label = "__f32_begin", Needs = () => [UnpackFloat, FloatCells], Text = """
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
}
