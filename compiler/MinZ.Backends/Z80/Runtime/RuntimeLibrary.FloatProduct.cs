using MinZ.Backends.Z80.Codegen;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>Products and quotients of f32.</summary>
internal static partial class RuntimeLibrary
{
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
        TypicalTime = 2000, Needs = () => [BeginFloat, MultiplyByte, FinishFloat, FloatInfinity, FloatNaN], Text = """
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
        Needs = () => [BeginFloat, FinishFloat, FloatInfinity, FloatNaN], Text = """
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
