using MinZ.Backends.Z80.Codegen;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>Sums and differences of f32.</summary>
internal static partial class RuntimeLibrary
{
    /// <summary>DEHL = DEHL + IXBC.</summary>
    public static readonly Routine AddFloat = new()
    {
        Label = "__f32_add", Inputs = [RegSeq.DEHL, RegSeq.IXBC], Outputs = [RegSeq.DEHL], Commutes = true,
        TypicalTime = 700, Needs = () => [RoundFloat, PackFloat, FloatNaN], Text = """
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
        Needs = () => [AddFloat], Text = """
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
}
