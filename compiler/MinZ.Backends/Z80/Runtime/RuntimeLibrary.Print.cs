using MinZ.Backends.Z80.Codegen;

namespace MinZ.Backends.Z80.Runtime;

/// <summary>
/// Printing through the ROM (RST 16). The byte 10 becomes the Spectrum's 13; the count that makes the ROM ask "scroll?"
/// is kept up.
/// </summary>
internal static partial class RuntimeLibrary
{
    /// <summary>Prints the character A; keeps BC, DE and HL.</summary>
    public static readonly Routine PrintChar = new()
    {
        Label = "__putc", Inputs = [RegSeq.A], TypicalTime = 2000,
        Preserves = RegSeq.BC.Mask | RegSeq.DE.Mask | RegSeq.HL.Mask, Text = """
             push bc
             push de
             push hl
             cp 10
             jr nz,.print
             ld a,13
            .print:
             rst 0x10
             ld a,255
             ld (0x5C8C),a
             pop hl
             pop de
             pop bc
             ret
            """,
    };

    public static readonly Routine PrintLine = new()
    {
        Label = "__newline", Needs = () => [PrintChar], TypicalTime = 2000, Text = """
             ld a,13
             jp __putc
            """,
    };

    /// <summary>Prints the string at HL.</summary>
    public static readonly Routine PrintString = new()
    {
        Label = "__print_str", Inputs = [RegSeq.HL], Needs = () => [PrintChar], TypicalTime = 9000, Text = """
             ld c,(hl)
             inc hl
             ld b,(hl)
             inc hl
            .next:
             ld a,b
             or c
             ret z
             ld a,(hl)
             inc hl
             dec bc
             call __putc
             jr .next
            """,
    };

    /// <summary>The address of the text of a bool.</summary>
    public static readonly Routine TextOfBool = new()
    {
        Label = "__text_bool", Inputs = [RegSeq.A], Outputs = [RegSeq.HL], TypicalTime = 30, Text = """
             ld hl,.true
             or a
             ret nz
             ld hl,.false
             ret
            .true:
             dw 4
             db "true",0
            .false:
             dw 5
             db "false",0
            """,
    };

    public static readonly Routine PrintBool = new()
    {
        Label = "__print_bool", Inputs = [RegSeq.A], Needs = () => [PrintString, TextOfBool], TypicalTime = 9000,
        Text = """
             call __text_bool
             jp __print_str
            """,
    };

    /// <summary>Prints HL in decimal: each digit by subtraction.</summary>
    public static readonly Routine PrintU16 = new()
    {
        Label = "__print_u16", Inputs = [RegSeq.HL], Needs = () => [PrintChar], TypicalTime = 9000, Text = """
             ld e,'0'
             ld bc,-10000
             call .digit
             ld bc,-1000
             call .digit
             ld bc,-100
             call .digit
             ld bc,-10
             call .digit
             ld a,l
             add a,'0'
             jp __putc
            .digit:
             ld a,'0'-1
            .count:
             inc a
             add hl,bc
             jr c,.count
             sbc hl,bc
             cp e
             ret z
             ld e,0
             jp __putc
            """,
    };

    public static readonly Routine PrintU8 = new()
    {
        Label = "__print_u8", Inputs = [RegSeq.A], Needs = () => [PrintU16], TypicalTime = 9000, Text = """
             ld l,a
             ld h,0
             jp __print_u16
            """,
    };

    public static readonly Routine PrintI16 = new()
    {
        Label = "__print_i16", Inputs = [RegSeq.HL], Needs = () => [PrintU16, PrintChar], TypicalTime = 9000, Text = """
             bit 7,h
             jp z,__print_u16
             ld a,'-'
             call __putc
             xor a
             sub l
             ld l,a
             sbc a,a
             sub h
             ld h,a
             jp __print_u16
            """,
    };

    public static readonly Routine PrintI8 = new()
    {
        Label = "__print_i8", Inputs = [RegSeq.A], Needs = () => [PrintI16], TypicalTime = 9000, Text = """
             ld l,a
             rlca
             sbc a,a
             ld h,a
             jp __print_i16
            """,
    };

    /// <summary>A = last decimal digit of DEHL, which becomes a tenth of itself; Z when that is 0. Keeps C.</summary>
    private static readonly Routine LastDigit = new()
    {
        Label = "__last_digit", Text = """
             xor a
             ld b,32
            .bit:
             add hl,hl
             rl e
             rl d
             rla
             cp 10
             jr c,.less
             sub 10
             inc l
            .less:
             djnz .bit
             add a,'0'
             ld b,a
             ld a,h
             or l
             or e
             or d
             ld a,b
             ret
            """,
    };

    /// <summary>Prints DEHL in decimal: digits by division, last one first, through the stack.</summary>
    public static readonly Routine PrintU32 = new()
    {
        Label = "__print_u32", Inputs = [RegSeq.DEHL], Needs = () => [PrintChar, LastDigit], TypicalTime = 20000,
        Text = """
             xor a
             push af
            .next:
             call __last_digit
             push af
             jr nz,.next
            .print:
             pop af
             or a
             ret z
             call __putc
             jr .print
            """,
    };

    public static readonly Routine PrintI32 = new()
    {
        Label = "__print_i32", Inputs = [RegSeq.DEHL], Needs = () => [PrintU32, PrintChar, Negate32],
        TypicalTime = 20000, Text = """
             bit 7,d
             jp z,__print_u32
             ld a,'-'
             call __putc
             call __neg32
             jp __print_u32
            """,
    };

    /// <summary>Prints A as two hexadecimal digits; keeps BC, DE, HL.</summary>
    public static readonly Routine PrintHex8 = new()
    {
        Label = "__print_hex8", Inputs = [RegSeq.A], Needs = () => [PrintChar], TypicalTime = 5000, Text = """
             push af
             rrca
             rrca
             rrca
             rrca
             call .digit
             pop af
            .digit:
             and 15
             add a,0x90
             daa
             adc a,0x40
             daa
             jp __putc
            """,
    };

    public static readonly Routine PrintHex16 = new()
    {
        Label = "__print_hex16", Inputs = [RegSeq.HL], Needs = () => [PrintHex8], TypicalTime = 9000, Text = """
             ld a,h
             call __print_hex8
             ld a,l
             jp __print_hex8
            """,
    };

    public static readonly Routine PrintHex32 = new()
    {
        Label = "__print_hex32", Inputs = [RegSeq.DEHL], Needs = () => [PrintHex8, PrintHex16], TypicalTime = 9000,
        Text = """
             ld a,d
             call __print_hex8
             ld a,e
             call __print_hex8
             jp __print_hex16
            """,
    };

    public static readonly Routine PrintHex24 = new()
    {
        Label = "__print_hex24", Inputs = [RegSeq.EHL], Needs = () => [PrintHex8, PrintHex16], TypicalTime = 9000,
        Text = """
             ld a,e
             call __print_hex8
             jp __print_hex16
            """,
    };

    /// <summary>Ends the program with the exit code A.</summary>
    public static readonly Routine Exit = new()
    {
        Label = "__exit", Inputs = [RegSeq.A], Text = """
             ld c,a
             ld b,0
             ld sp,(__stack)
             jp __leave
            """,
    };
}
