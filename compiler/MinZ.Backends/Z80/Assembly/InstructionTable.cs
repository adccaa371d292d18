using System.Collections.Immutable;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// All instructions of the Z80 (Zilog UM0080 and, for the undocumented ones, Sean Young's "The Undocumented Z80
/// Documented"). Encoder, parser, disassembler, T-states and register effects all come from <see cref="Rows"/>.
/// </summary>
/// <remarks>
/// A row is: syntax, opcode bits, T-states taken/not taken, then effects. Only the rows of the bare opcodes, of page
/// CB and of page ED are written down. The instructions of IX and IY are derived as the processor does it: a prefix
/// turns HL, H, L and (HL) of the following opcode (not on page ED, not in EX DE,HL) into IX, IXH, IXL and (IX+d).
/// <code>
/// fields     d s  B C D E H L A; code 6, (HL), has rows of its own
///            p    BC DE HL SP      q  BC DE HL AF     c  NZ Z NC C PO PE P M     k  NZ Z NC C
///            b    bit number       t  restart         m  interrupt mode
///            n    byte             nn word            e  relative target
///            x    either bit; the assembler makes 0
/// effects    w r m after the syntax: each operand in turn is written, read, both;
///            ?X flags read, !X flags written (S Z H V N C), &lt;X and &gt;X registers read and written besides,
///            load store port wait, jump branch call callif return returnif
/// </code>
/// </remarks>
public static class InstructionTable
{
    internal static readonly ImmutableArray<(string Syntax, string Bits, string TStates, string Effects)> Rows =
    [
        ("nop", "00000000", "4", ""),
        ("ld p,nn", "00pp0001", "10", "w r"),
        ("ld (bc),a", "00000010", "7", "w r"),
        ("ld (de),a", "00010010", "7", "w r"),
        ("ld a,(bc)", "00001010", "7", "w r"),
        ("ld a,(de)", "00011010", "7", "w r"),
        ("ld (nn),hl", "00100010", "16", "w r"),
        ("ld hl,(nn)", "00101010", "16", "w r"),
        ("ld (nn),a", "00110010", "13", "w r"),
        ("ld a,(nn)", "00111010", "13", "w r"),
        ("ld d,n", "00ddd110", "7", "w r"),
        ("ld (hl),n", "00110110", "10", "w r"),
        ("ld d,s", "01dddsss", "4", "w r"),
        ("ld d,(hl)", "01ddd110", "7", "w r"),
        ("ld (hl),s", "01110sss", "7", "w r"),
        ("ld sp,hl", "11111001", "6", "w r"),
        ("push q", "11qq0101", "11", "r <SP >SP store"),
        ("pop q", "11qq0001", "10", "w <SP >SP load"),
        ("ex de,hl", "11101011", "4", "m m"),
        ("ex af,af'", "00001000", "4", "m m"),
        ("ex (sp),hl", "11100011", "19", "m m"),
        ("exx", "11011001", "4", "<BC,DE,HL,BCAlt,DEAlt,HLAlt >BC,DE,HL,BCAlt,DEAlt,HLAlt"),
        ("inc p", "00pp0011", "6", "m"),
        ("dec p", "00pp1011", "6", "m"),
        ("inc d", "00ddd100", "4", "m !SZHVN"),
        ("dec d", "00ddd101", "4", "m !SZHVN"),
        ("inc (hl)", "00110100", "11", "m !SZHVN"),
        ("dec (hl)", "00110101", "11", "m !SZHVN"),
        ("add hl,p", "00pp1001", "11", "m r !HNC"),
        ("rlca", "00000111", "4", "<A >A !HNC"),
        ("rrca", "00001111", "4", "<A >A !HNC"),
        ("rla", "00010111", "4", "<A >A ?C !HNC"),
        ("rra", "00011111", "4", "<A >A ?C !HNC"),
        ("daa", "00100111", "4", "<A >A ?HNC !SZHVC"),
        ("cpl", "00101111", "4", "<A >A !HN"),
        ("scf", "00110111", "4", "!HNC"),
        ("ccf", "00111111", "4", "?C !HNC"),
        ("add a,s", "10000sss", "4", "m r !SZHVNC"),
        ("add a,(hl)", "10000110", "7", "m r !SZHVNC"),
        ("add a,n", "11000110", "7", "m r !SZHVNC"),
        ("adc a,s", "10001sss", "4", "m r ?C !SZHVNC"),
        ("adc a,(hl)", "10001110", "7", "m r ?C !SZHVNC"),
        ("adc a,n", "11001110", "7", "m r ?C !SZHVNC"),
        ("sub s", "10010sss", "4", "r <A >A !SZHVNC"),
        ("sub (hl)", "10010110", "7", "r <A >A !SZHVNC"),
        ("sub n", "11010110", "7", "r <A >A !SZHVNC"),
        ("sbc a,s", "10011sss", "4", "m r ?C !SZHVNC"),
        ("sbc a,(hl)", "10011110", "7", "m r ?C !SZHVNC"),
        ("sbc a,n", "11011110", "7", "m r ?C !SZHVNC"),
        ("and s", "10100sss", "4", "r <A >A !SZHVNC"),
        ("and (hl)", "10100110", "7", "r <A >A !SZHVNC"),
        ("and n", "11100110", "7", "r <A >A !SZHVNC"),
        ("xor s", "10101sss", "4", "r <A >A !SZHVNC"),
        ("xor (hl)", "10101110", "7", "r <A >A !SZHVNC"),
        ("xor n", "11101110", "7", "r <A >A !SZHVNC"),
        ("or s", "10110sss", "4", "r <A >A !SZHVNC"),
        ("or (hl)", "10110110", "7", "r <A >A !SZHVNC"),
        ("or n", "11110110", "7", "r <A >A !SZHVNC"),
        ("cp s", "10111sss", "4", "r <A !SZHVNC"),
        ("cp (hl)", "10111110", "7", "r <A !SZHVNC"),
        ("cp n", "11111110", "7", "r <A !SZHVNC"),
        ("djnz e", "00010000", "13/8", "r <B >B branch"),
        ("jr e", "00011000", "12", "r jump"),
        ("jr k,e", "001kk000", "12/7", "r r branch"),
        ("jp nn", "11000011", "10", "r jump"),
        ("jp c,nn", "11ccc010", "10", "r r branch"),
        ("jp hl", "11101001", "4", "r jump"),
        ("call nn", "11001101", "17", "r <SP >SP store call"),
        ("call c,nn", "11ccc100", "17/10", "r r <SP >SP store callif"),
        ("rst t", "11ttt111", "11", "r <SP >SP store call"),
        ("ret", "11001001", "10", "<SP >SP load return"),
        ("ret c", "11ccc000", "11/5", "r <SP >SP load returnif"),
        ("in a,(n)", "11011011", "11", "w r <A port"),
        ("out (n),a", "11010011", "11", "r r port"),
        ("halt", "01110110", "4", "<Interrupt wait"),
        ("di", "11110011", "4", ">Interrupt wait"),
        ("ei", "11111011", "4", ">Interrupt wait"),

        ("rlc s", "CB 00000sss", "8", "m !SZHVNC"),
        ("rlc (hl)", "CB 00000110", "15", "m !SZHVNC"),
        ("rrc s", "CB 00001sss", "8", "m !SZHVNC"),
        ("rrc (hl)", "CB 00001110", "15", "m !SZHVNC"),
        ("rl s", "CB 00010sss", "8", "m ?C !SZHVNC"),
        ("rl (hl)", "CB 00010110", "15", "m ?C !SZHVNC"),
        ("rr s", "CB 00011sss", "8", "m ?C !SZHVNC"),
        ("rr (hl)", "CB 00011110", "15", "m ?C !SZHVNC"),
        ("sla s", "CB 00100sss", "8", "m !SZHVNC"),
        ("sla (hl)", "CB 00100110", "15", "m !SZHVNC"),
        ("sra s", "CB 00101sss", "8", "m !SZHVNC"),
        ("sra (hl)", "CB 00101110", "15", "m !SZHVNC"),
        ("sll s", "CB 00110sss", "8", "m !SZHVNC"),
        ("sll (hl)", "CB 00110110", "15", "m !SZHVNC"),
        ("srl s", "CB 00111sss", "8", "m !SZHVNC"),
        ("srl (hl)", "CB 00111110", "15", "m !SZHVNC"),
        ("bit b,s", "CB 01bbbsss", "8", "r r !SZHVN"),
        ("bit b,(hl)", "CB 01bbb110", "12", "r r !SZHVN"),
        ("res b,s", "CB 10bbbsss", "8", "r m"),
        ("res b,(hl)", "CB 10bbb110", "15", "r m"),
        ("set b,s", "CB 11bbbsss", "8", "r m"),
        ("set b,(hl)", "CB 11bbb110", "15", "r m"),

        ("in d,(c)", "ED 01ddd000", "12", "w r !SZHVN port"),
        ("in f,(c)", "ED 01110000", "12", "- r !SZHVN port"),
        ("out (c),d", "ED 01ddd001", "12", "r r port"),
        ("out (c),0", "ED 01110001", "12", "r r port"),
        ("sbc hl,p", "ED 01pp0010", "15", "m r ?C !SZHVNC"),
        ("adc hl,p", "ED 01pp1010", "15", "m r ?C !SZHVNC"),
        ("ld (nn),p", "ED 01pp0011", "20", "w r"),
        ("ld p,(nn)", "ED 01pp1011", "20", "w r"),
        ("neg", "ED 01xxx100", "8", "<A >A !SZHVNC"),
        ("retn", "ED 01000101", "14", "<SP >SP load <Interrupt >Interrupt return"),
        ("retn", "ED 0101x101", "14", "<SP >SP load <Interrupt >Interrupt return"),
        ("retn", "ED 011xx101", "14", "<SP >SP load <Interrupt >Interrupt return"),
        ("reti", "ED 01001101", "14", "<SP >SP load <Interrupt >Interrupt return"),
        ("im m", "ED 010mm110", "8", "r <Interrupt >Interrupt wait"),
        ("im m", "ED 011mm110", "8", "r <Interrupt >Interrupt wait"),
        ("ld i,a", "ED 01000111", "9", "w r"),
        ("ld r,a", "ED 01001111", "9", "w r"),
        ("ld a,i", "ED 01010111", "9", "w r <Interrupt !SZHVN"),
        ("ld a,r", "ED 01011111", "9", "w r <Interrupt !SZHVN"),
        ("rrd", "ED 01100111", "18", "<A,HL >A !SZHVN load store"),
        ("rld", "ED 01101111", "18", "<A,HL >A !SZHVN load store"),
        ("ldi", "ED 10100000", "16", "<BC,DE,HL >BC,DE,HL !HVN load store"),
        ("ldd", "ED 10101000", "16", "<BC,DE,HL >BC,DE,HL !HVN load store"),
        ("ldir", "ED 10110000", "21/16", "<BC,DE,HL >BC,DE,HL !HVN load store"),
        ("lddr", "ED 10111000", "21/16", "<BC,DE,HL >BC,DE,HL !HVN load store"),
        ("cpi", "ED 10100001", "16", "<A,BC,HL >BC,HL !SZHVN load"),
        ("cpd", "ED 10101001", "16", "<A,BC,HL >BC,HL !SZHVN load"),
        ("cpir", "ED 10110001", "21/16", "<A,BC,HL >BC,HL !SZHVN load"),
        ("cpdr", "ED 10111001", "21/16", "<A,BC,HL >BC,HL !SZHVN load"),
        ("ini", "ED 10100010", "16", "<BC,HL >B,HL !SZHVNC store port"),
        ("ind", "ED 10101010", "16", "<BC,HL >B,HL !SZHVNC store port"),
        ("inir", "ED 10110010", "21/16", "<BC,HL >B,HL !SZHVNC store port"),
        ("indr", "ED 10111010", "21/16", "<BC,HL >B,HL !SZHVNC store port"),
        ("outi", "ED 10100011", "16", "<BC,HL >B,HL !SZHVNC load port"),
        ("outd", "ED 10101011", "16", "<BC,HL >B,HL !SZHVNC load port"),
        ("otir", "ED 10110011", "21/16", "<BC,HL >B,HL !SZHVNC load port"),
        ("otdr", "ED 10111011", "21/16", "<BC,HL >B,HL !SZHVNC load port"),
    ];

    /// <summary>Every form, in the order of the rows.</summary>
    public static ImmutableArray<InstructionForm> Forms { get; } = InstructionTableBuilder.Build(Rows);

    // Not a frozen dictionary: building one costs more than all look-ups of a small program.
    private static readonly Dictionary<uint, InstructionForm> ByKinds = Forms
        .Where(form => !form.DecodeOnly)
        .ToDictionary(form => Key(form.Mnemonic, form.First, form.Second, form.Third));

    /// <summary>The form with these operands, or null when the Z80 has none. <c>Jump</c> answers as JP.</summary>
    public static InstructionForm? Find(
        Mnemonic mnemonic, OperandKind first, OperandKind second = default, OperandKind third = default)
    {
        if (mnemonic == Mnemonic.Jump)
            mnemonic = Mnemonic.Jp;
        return ByKinds.GetValueOrDefault(Key(mnemonic, first, second, third));
    }

    /// <summary>The form of an instruction, or null when the Z80 has none.</summary>
    public static InstructionForm? Find(Instruction instruction) => Find(
        instruction.Mnemonic, instruction.First.Kind, instruction.Second.Kind, instruction.Third.Kind);

    /// <summary>The form of an instruction.</summary>
    /// <exception cref="InvalidOperationException">The Z80 has no such instruction.</exception>
    public static InstructionForm Get(Instruction instruction) => Find(instruction)
        ?? throw new InvalidOperationException($"the Z80 has no instruction '{instruction}'");

    /// <summary>Bytes of an instruction; a <c>Jump</c> counts as JP.</summary>
    public static int Size(Instruction instruction) => Get(instruction).Size;

    /// <summary>T-states of an instruction, taken if conditional.</summary>
    public static int TStates(Instruction instruction) => Get(instruction).TStates;

    /// <summary>Registers and flags an instruction reads.</summary>
    public static Regs Uses(Instruction instruction) => Get(instruction).Uses;

    /// <summary>Registers and flags an instruction may change.</summary>
    public static Regs Defs(Instruction instruction) => Get(instruction).Defs;

    private static uint Key(Mnemonic mnemonic, OperandKind first, OperandKind second, OperandKind third) =>
        ((uint)mnemonic << 24) | ((uint)first << 16) | ((uint)second << 8) | (uint)third;
}
