namespace MinZ.Backends.Z80.Assembly;

internal enum Directive : byte
{
    Org,
    Equ,
    Bytes,
    ZeroTerminated,
    Words,
    Space,
    Align,
}

/// <summary>The words of assembly text. All are found without regard to case.</summary>
internal static class AsmWords
{
    private static readonly Dictionary<string, Mnemonic> OtherMnemonics = new()
    {
        ["sli"] = Mnemonic.Sll,
        ["sl1"] = Mnemonic.Sll,
        ["sls"] = Mnemonic.Sll,
        ["outir"] = Mnemonic.Otir,
        ["outdr"] = Mnemonic.Otdr,
    };

    public static Dictionary<string, Mnemonic> Mnemonics { get; } = Enum.GetValues<Mnemonic>()
        .Select(m => KeyValuePair.Create(m.ToString(), m))
        .Concat(OtherMnemonics)
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    public static Dictionary<string, Directive> Directives { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["org"] = Directive.Org,
        ["equ"] = Directive.Equ,
        ["db"] = Directive.Bytes,
        ["defb"] = Directive.Bytes,
        ["byte"] = Directive.Bytes,
        ["dm"] = Directive.Bytes,
        ["defm"] = Directive.Bytes,
        ["dz"] = Directive.ZeroTerminated,
        ["defz"] = Directive.ZeroTerminated,
        ["asciz"] = Directive.ZeroTerminated,
        ["dw"] = Directive.Words,
        ["defw"] = Directive.Words,
        ["word"] = Directive.Words,
        ["ds"] = Directive.Space,
        ["defs"] = Directive.Space,
        ["block"] = Directive.Space,
        ["space"] = Directive.Space,
        ["align"] = Directive.Align,
    };

    /// <summary>
    /// Registers; C is the register here, the parser knows where it is the condition. F is not among them: only
    /// IN F,(C) names it, and elsewhere it is a good name for a label.
    /// </summary>
    public static Dictionary<string, OperandKind> Registers { get; } = Enum.GetValues<OperandKind>()
        .Where(k => k is >= OperandKind.B and <= OperandKind.AFAlt and not OperandKind.F)
        .Select(k => KeyValuePair.Create(OperandNames.Of(k), k))
        .Concat(new Dictionary<string, OperandKind>
        {
            ["hx"] = OperandKind.IXH,
            ["xh"] = OperandKind.IXH,
            ["lx"] = OperandKind.IXL,
            ["xl"] = OperandKind.IXL,
            ["hy"] = OperandKind.IYH,
            ["yh"] = OperandKind.IYH,
            ["ly"] = OperandKind.IYL,
            ["yl"] = OperandKind.IYL,
        })
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    public static Dictionary<string, Cond> Conditions { get; } = Enum.GetValues<Cond>()
        .ToDictionary(c => c.ToString(), StringComparer.OrdinalIgnoreCase);

    public static bool TryGetDirective(string word, out Directive directive) =>
        Directives.TryGetValue(word.StartsWith('.') ? word[1..] : word, out directive);

    public static bool IsStatement(string word) => Mnemonics.ContainsKey(word) || TryGetDirective(word, out _);

    /// <summary>
    /// What does on the Z80 what an instruction of another processor does; null when the word is none.
    /// </summary>
    public static string? Meant(string word) => word.ToLowerInvariant() switch
    {
        "mov" or "move" or "movb" or "movw" or "mvi" or "lxi" => "ld to, from",
        "lda" or "ldaa" or "ldax" or "lhld" => "ld a,(address) or ld a,value",
        "sta" or "stax" or "shld" => "ld (address),a",
        "ldx" or "ldy" => "ld b,value",
        "stx" or "sty" => "ld (address),a, through A",
        "jmp" or "b" or "bra" or "goto" => "jp label",
        "jne" or "jnz" or "bne" or "brne" => "jr nz,label",
        "je" or "jz" or "beq" or "breq" => "jr z,label",
        "jnc" or "jae" => "jr nc,label",
        "jc" or "jb" => "jr c,label",
        "cmp" or "cpi" or "cpx" or "cpy" => "cp value",
        "jsr" or "bsr" or "bl" => "call label",
        "rts" or "iret" => "ret",
        "rti" => "reti",
        "inx" or "inr" or "iny" => "inc register",
        "dex" or "dcr" or "dcx" or "dey" => "dec register",
        "xchg" => "ex de,hl",
        "dad" => "add hl,pair",
        "ani" or "ana" or "test" => "and value",
        "ora" or "ori" => "or value",
        "xra" or "xri" or "eor" => "xor value",
        "adi" => "add a,value",
        "sui" => "sub value",
        "shl" or "asl" or "sal" or "lsl" => "sla register",
        "shr" or "lsr" => "srl register",
        "asr" or "sar" => "sra register",
        "rol" => "rlc register",
        "ror" => "rrc register",
        "hlt" => "halt",
        "sei" or "sti" => "ei",
        "cli" => "di",
        "tax" or "tay" => "ld b,a",
        "txa" or "tya" => "ld a,b",
        "pha" => "push af",
        "pla" => "pop af",
        "loop" => "djnz label",
        "mul" or "imul" or "div" => "a call: the Z80 has no multiplication and no division",
        "lea" => "ld hl,label",
        _ => null,
    };

    /// <summary>What the writer of an unknown instruction probably meant, or null.</summary>
    public static string? Suggest(string word) =>
        Spelling.Nearest(word, Mnemonics.Keys.Concat(Directives.Keys).Select(w => w.ToLowerInvariant()).Order());
}
