using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>Multiplication, negation, and shifts by a variable count.</summary>
internal static partial class RuntimeLibrary
{
    /// <summary>HL = A · E.</summary>
    public static readonly Routine Multiply8 = new()
    {
        Label = "__mul8", Inputs = [RegSeq.A, RegSeq.E], Outputs = [RegSeq.HL], Commutes = true, TypicalTime = 300,
        Text = """
             ld h,a
             ld d,0
             ld l,d
             ld b,8
            .next:
             add hl,hl
             jr nc,.zero
             add hl,de
            .zero:
             djnz .next
             ret
            """,
    };

    /// <summary>HL = HL · DE, low 16 bits; a zero high byte of HL costs nothing.</summary>
    public static readonly Routine Multiply16 = new()
    {
        Label = "__mul16", Inputs = [RegSeq.HL, RegSeq.DE], Outputs = [RegSeq.HL], Commutes = true, TypicalTime = 600,
        Text = """
             ld c,l
             ld a,h
             ld hl,0
             or a
             call nz,.byte
             ld a,c
            .byte:
             ld b,8
            .next:
             add hl,hl
             rla
             jr nc,.zero
             add hl,de
            .zero:
             djnz .next
             ret
            """,
    };

    /// <summary>DEHL = HL · DE.</summary>
    public static readonly Routine Multiply16Wide = new()
    {
        Label = "__mul16w", Inputs = [RegSeq.HL, RegSeq.DE], Outputs = [RegSeq.DEHL], Commutes = true,
        TypicalTime = 1100, Text = """
             ld b,h
             ld c,l
             ld hl,0
             ld a,16
            .next:
             add hl,hl
             rl e
             rl d
             jr nc,.zero
             add hl,bc
             jr nc,.zero
             inc de
            .zero:
             dec a
             jr nz,.next
             ret
            """,
    };

    /// <summary>DEHL = DEHL · IXBC.</summary>
    public static readonly Routine Multiply32 = new()
    {
        Label = "__mul32", Inputs = [RegSeq.DEHL, RegSeq.IXBC], Outputs = [RegSeq.DEHL], Commutes = true,
        TypicalTime = 2500, Text = """
             push hl
             push ix
             exx
             pop bc
             ld hl,0
             exx
             ld hl,0
             ld a,d
             or e
             call nz,.word
             pop de
             call .word
             exx
             push hl
             exx
             pop de
             ret
            .word:
             ld a,16
            .next:
             add hl,hl
             exx
             adc hl,hl
             exx
             ex de,hl
             add hl,hl
             ex de,hl
             jr nc,.zero
             add hl,bc
             exx
             adc hl,bc
             exx
            .zero:
             dec a
             jr nz,.next
             ret
            """,
    };

    /// <summary>DEHL = -DEHL; keeps BC.</summary>
    public static readonly Routine Negate32 = new()
    {
        Label = "__neg32", Inputs = [RegSeq.DEHL], Outputs = [RegSeq.DEHL], Text = """
             xor a
             sub l
             ld l,a
             ld a,0
             sbc a,h
             ld h,a
             ld a,0
             sbc a,e
             ld e,a
             sbc a,a
             sub d
             ld d,a
             ret
            """,
    };

    private static readonly Dictionary<(Op, int, bool), Routine> Shifts = MakeShifts();

    /// <summary>Shift or rotate of 1, 2 or 4 bytes (rotates also 3) by the count in B.</summary>
    public static Routine Shift(Op op, int size, bool signed) => Shifts[(op, size, op == Op.Shr && signed)];

    private static Dictionary<(Op, int, bool), Routine> MakeShifts()
    {
        var table = new Dictionary<(Op, int, bool), Routine>();
        void Row(Op op, int size, bool signed, string name, string step) => table[(op, size, signed)] = new Routine
        {
            Label = $"__{name}{size * 8}",
            Inputs = [Value(size), RegSeq.B], Outputs = [Value(size)], TypicalTime = 120,
            Text = $" inc b\n jr .test\n.next:\n {step.Replace(":", "\n ")}\n.test:\n djnz .next\n ret\n",
        };
        Row(Op.Shl, 1, false, "shl", "add a,a");
        Row(Op.Shr, 1, false, "shr", "srl a");
        Row(Op.Shr, 1, true, "sar", "sra a");
        Row(Op.Rotl, 1, false, "rotl", "rlca");
        Row(Op.Rotr, 1, false, "rotr", "rrca");
        Row(Op.Shl, 2, false, "shl", "add hl,hl");
        Row(Op.Shr, 2, false, "shr", "srl h:rr l");
        Row(Op.Shr, 2, true, "sar", "sra h:rr l");
        Row(Op.Rotl, 2, false, "rotl", "ld a,h:rlca:adc hl,hl");
        Row(Op.Rotr, 2, false, "rotr", "ld a,l:rrca:rr h:rr l");
        Row(Op.Rotl, 3, false, "rotl", "ld a,e:rlca:adc hl,hl:rl e");
        Row(Op.Rotr, 3, false, "rotr", "ld a,l:rrca:rr e:rr h:rr l");
        Row(Op.Shl, 4, false, "shl", "add hl,hl:rl e:rl d");
        Row(Op.Shr, 4, false, "shr", "srl d:rr e:rr h:rr l");
        Row(Op.Shr, 4, true, "sar", "sra d:rr e:rr h:rr l");
        Row(Op.Rotl, 4, false, "rotl", "ld a,d:rlca:adc hl,hl:rl e:rl d");
        Row(Op.Rotr, 4, false, "rotr", "ld a,l:rrca:rr d:rr e:rr h:rr l");
        return table;
    }

    private static RegSeq Value(int size) => size switch
    {
        1 => RegSeq.A,
        2 => RegSeq.HL,
        3 => RegSeq.EHL,
        _ => RegSeq.DEHL,
    };
}
