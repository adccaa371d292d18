using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>Division of integers.</summary>
internal static partial class RuntimeLibrary
{
    private static Routine DivideByZero => TrapOf(TrapCode.DivideByZero);

    /// <summary>D = D / E, A = the remainder.</summary>
    private static readonly Routine Divide8 = new()
    {
        Label = "__div8", Inputs = [RegSeq.D, RegSeq.E], Outputs = [RegSeq.D, RegSeq.A],
        TypicalTime = 350, Text = """
             xor a
             ld b,8
            .next:
             sla d
             rla
             jr c,.one
             cp e
             jr c,.zero
            .one:
             sub e
             inc d
            .zero:
             djnz .next
             ret
            """,
    };

    private static readonly Routine DivideSigned8 = new()
    {
        Label = "__sdiv8", Inputs = [RegSeq.D, RegSeq.E], Outputs = [RegSeq.D, RegSeq.A], Needs = () => [Divide8],
        TypicalTime = 450, Text = """
             ld a,e
             ld h,d
             xor d
             ld l,a
             bit 7,d
             jr z,.divisor
             xor a
             sub d
             ld d,a
            .divisor:
             bit 7,e
             jr z,.divide
             xor a
             sub e
             ld e,a
            .divide:
             call __div8
             bit 7,h
             jr z,.quotient
             neg
            .quotient:
             bit 7,l
             ret z
             ld l,a
             xor a
             sub d
             ld d,a
             ld a,l
             ret
            """,
    };

    /// <summary>HL = HL / DE, DE = the remainder; divisors below 256 take a shorter loop.</summary>
    private static readonly Routine Divide16 = new()
    {
        Label = "__div16", Inputs = [RegSeq.HL, RegSeq.DE], Outputs = [RegSeq.HL, RegSeq.DE],
        TypicalTime = 1000, Text = """
             ld b,16
             ld a,d
             or a
             jr z,.short
             ld a,h
             ld c,l
             ld hl,0
            .next:
             sla c
             rla
             adc hl,hl
             jr c,.over
             sbc hl,de
             jr nc,.one
             add hl,de
             djnz .next
             jr .done
            .over:
             or a
             sbc hl,de
            .one:
             inc c
             djnz .next
            .done:
             ex de,hl
             ld h,a
             ld l,c
             ret
            .short:
             cp h
             jr nz,.bit
             ld h,l
             ld l,a
             ld b,8
            .bit:
             add hl,hl
             rla
             jr c,.take
             cp e
             jr c,.less
            .take:
             sub e
             inc l
            .less:
             djnz .bit
             ld e,a
             ret
            """,
    };

    private static readonly Routine DivideSigned16 = new()
    {
        Label = "__sdiv16", Inputs = [RegSeq.HL, RegSeq.DE], Outputs = [RegSeq.HL, RegSeq.DE], Needs = () => [Divide16],
        TypicalTime = 1200, Text = """
             ld a,h
             push af
             xor d
             push af
             bit 7,h
             call nz,.negate
             ex de,hl
             bit 7,h
             call nz,.negate
             ex de,hl
             call __div16
             pop af
             rla
             call c,.negate
             pop af
             rla
             ret nc
             ex de,hl
             call .negate
             ex de,hl
             ret
            .negate:
             xor a
             sub l
             ld l,a
             sbc a,a
             sub h
             ld h,a
             ret
            """,
    };

    /// <summary>
    /// DEHL = DEHL / IXBC, IXBC = the remainder. HL' HL holds the remainder, DE' DE the divisor, BC' BC the quotient.
    /// </summary>
    private static readonly Routine Divide32 = new()
    {
        Label = "__div32", Inputs = [RegSeq.DEHL, RegSeq.IXBC], Outputs = [RegSeq.DEHL, RegSeq.IXBC],
        TypicalTime = 5000, Text = """
             push ix
             push de
             exx
             pop bc
             pop de
             ld hl,0
             exx
             ld d,b
             ld e,c
             ld b,h
             ld c,l
             ld hl,0
             ld a,32
            .next:
             sla c
             rl b
             exx
             rl c
             rl b
             exx
             adc hl,hl
             exx
             adc hl,hl
             jr c,.over
             exx
             sbc hl,de
             exx
             sbc hl,de
             exx
             jr nc,.one
             add hl,de
             exx
             adc hl,de
             exx
             dec a
             jr nz,.next
             jr .done
            .over:
             exx
             or a
             sbc hl,de
             exx
             sbc hl,de
             exx
            .one:
             inc c
             dec a
             jr nz,.next
            .done:
             push hl
             ld h,b
             ld l,c
             exx
             push hl
             pop ix
             push bc
             exx
             pop de
             pop bc
             ret
            """,
    };

    private static readonly Routine DivideSigned32 = new()
    {
        Label = "__sdiv32", Inputs = [RegSeq.DEHL, RegSeq.IXBC], Outputs = [RegSeq.DEHL, RegSeq.IXBC],
        Needs = () => [Divide32, Negate32], TypicalTime = 5500, Text = """
             ld a,d
             push af
             xor ixh
             push af
             bit 7,d
             call nz,__neg32
             ld a,ixh
             rla
             call c,.negate
             call __div32
             pop af
             rla
             call c,__neg32
             pop af
             rla
             ret nc
            .negate:
             push de
             push hl
             push ix
             pop de
             ld h,b
             ld l,c
             call __neg32
             ld b,h
             ld c,l
             push de
             pop ix
             pop hl
             pop de
             ret
            """,
    };

    /// <summary>Unsigned or signed division of 1, 2 or 4 bytes.</summary>
    /// <param name="size">Bytes of each operand.</param>
    /// <param name="signed">By the signed types.</param>
    /// <param name="isSafe">True when the divisor cannot be zero: the check, and the trap with its texts, stay
    /// out.</param>
    public static Routine Division(int size, bool signed, bool isSafe) => (size, signed) switch
    {
        (1, false) => isSafe ? Divide8 : CheckedDivide8,
        (1, true) => isSafe ? DivideSigned8 : CheckedDivideSigned8,
        (2, false) => isSafe ? Divide16 : CheckedDivide16,
        (2, true) => isSafe ? DivideSigned16 : CheckedDivideSigned16,
        (_, false) => isSafe ? Divide32 : CheckedDivide32,
        (_, true) => isSafe ? DivideSigned32 : CheckedDivideSigned32,
    };

    private static readonly Routine CheckedDivide8 = Checked(Divide8);
    private static readonly Routine CheckedDivideSigned8 = Checked(DivideSigned8);
    private static readonly Routine CheckedDivide16 = Checked(Divide16);
    private static readonly Routine CheckedDivideSigned16 = Checked(DivideSigned16);
    private static readonly Routine CheckedDivide32 = Checked(Divide32);
    private static readonly Routine CheckedDivideSigned32 = Checked(DivideSigned32);

    // The return address tells the trap where the division is, so the routines are jumped to.
    private static Routine Checked(Routine division) => new()
    {
        Label = division.Label + ".checked", Inputs = division.Inputs, Outputs = division.Outputs,
        Needs = () => [division, DivideByZero], TypicalTime = division.TypicalTime + 25,
        Text = division.Inputs[1].Size switch
        {
            1 => """
                 ld a,e
                 or a
                """,
            2 => """
                 ld a,d
                 or e
                """,
            _ => """
                 ld a,ixh
                 or ixl
                 or b
                 or c
                """,
        } + $"\n jp z,__trap_dividebyzero\n jp {division.Label}\n",
    };
}
