using System.Text;
using K = MinZ.Backends.Z80.Assembly.OperandKind;
using M = MinZ.Backends.Z80.Assembly.Mnemonic;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// Short names for writing assembly in C#, meant for <c>using static</c>: <c>Ld(A, 5)</c>, <c>Ld(HL, Mem("x"))</c>,
/// <c>Jp(Cond.NZ, "loop")</c>, <c>Set(7, Ix(2))</c>. Numbers and label names convert to immediate operands.
/// </summary>
public static class Asm
{
#pragma warning disable CS1591 // operands and instructions carry Zilog's names
    public static Operand A => new(K.A);
    public static Operand B => new(K.B);
    public static Operand C => new(K.C);
    public static Operand D => new(K.D);
    public static Operand E => new(K.E);
    public static Operand H => new(K.H);
    public static Operand L => new(K.L);
    public static Operand F => new(K.F);
    public static Operand IXH => new(K.IXH);
    public static Operand IXL => new(K.IXL);
    public static Operand IYH => new(K.IYH);
    public static Operand IYL => new(K.IYL);
    public static Operand I => new(K.I);
    public static Operand R => new(K.R);
    public static Operand AF => new(K.AF);
    public static Operand AFAlt => new(K.AFAlt);
    public static Operand BC => new(K.BC);
    public static Operand DE => new(K.DE);
    public static Operand HL => new(K.HL);
    public static Operand SP => new(K.SP);
    public static Operand IX => new(K.IX);
    public static Operand IY => new(K.IY);
    public static Operand IndBC => new(K.IndBC);
    public static Operand IndDE => new(K.IndDE);
    public static Operand IndHL => new(K.IndHL);
    public static Operand IndSP => new(K.IndSP);
    public static Operand IndC => new(K.IndC);

    /// <summary>Memory at IX plus a displacement of -128..127.</summary>
    public static Operand Ix(Expr displacement) => Operand.Of(K.IndIX, displacement);

    /// <summary>Memory at IY plus a displacement of -128..127.</summary>
    public static Operand Iy(Expr displacement) => Operand.Of(K.IndIY, displacement);

    /// <summary>An immediate number.</summary>
    public static Operand Imm(Expr value) => Operand.Of(K.Imm, value);

    /// <summary>Memory at a fixed address; a port for IN and OUT.</summary>
    public static Operand Mem(Expr address) => Operand.Of(K.Mem, address);

    /// <summary>The low byte of a value, such as an address.</summary>
    public static Operand Low(Expr value) => Imm(Expr.Low(value));

    /// <summary>The high byte of a value, such as an address.</summary>
    public static Operand High(Expr value) => Imm(Expr.High(value));

    public static Instruction Ld(Operand to, Operand from) => new(M.Ld, to, from);
    public static Instruction Push(Operand pair) => new(M.Push, pair);
    public static Instruction Pop(Operand pair) => new(M.Pop, pair);
    public static Instruction Ex(Operand left, Operand right) => new(M.Ex, left, right);
    public static Instruction Exx() => new(M.Exx);

    /// <summary>ADD A,source.</summary>
    public static Instruction Add(Operand source) => new(M.Add, A, source);
    public static Instruction Add(Operand to, Operand source) => new(M.Add, to, source);

    /// <summary>ADC A,source.</summary>
    public static Instruction Adc(Operand source) => new(M.Adc, A, source);
    public static Instruction Adc(Operand to, Operand source) => new(M.Adc, to, source);

    /// <summary>SBC A,source.</summary>
    public static Instruction Sbc(Operand source) => new(M.Sbc, A, source);
    public static Instruction Sbc(Operand to, Operand source) => new(M.Sbc, to, source);
    public static Instruction Sub(Operand source) => new(M.Sub, source);
    public static Instruction And(Operand source) => new(M.And, source);
    public static Instruction Or(Operand source) => new(M.Or, source);
    public static Instruction Xor(Operand source) => new(M.Xor, source);
    public static Instruction Cp(Operand source) => new(M.Cp, source);
    public static Instruction Inc(Operand place) => new(M.Inc, place);
    public static Instruction Dec(Operand place) => new(M.Dec, place);
    public static Instruction Daa() => new(M.Daa);
    public static Instruction Cpl() => new(M.Cpl);
    public static Instruction Neg() => new(M.Neg);
    public static Instruction Ccf() => new(M.Ccf);
    public static Instruction Scf() => new(M.Scf);
    public static Instruction Nop() => new(M.Nop);
    public static Instruction Halt() => new(M.Halt);
    public static Instruction Di() => new(M.Di);
    public static Instruction Ei() => new(M.Ei);
    public static Instruction Im(int mode) => new(M.Im, mode);

    public static Instruction Rlca() => new(M.Rlca);
    public static Instruction Rrca() => new(M.Rrca);
    public static Instruction Rla() => new(M.Rla);
    public static Instruction Rra() => new(M.Rra);
    public static Instruction Rld() => new(M.Rld);
    public static Instruction Rrd() => new(M.Rrd);

    /// <summary>A rotate or shift of a place: RLC, RRC, RL, RR, SLA, SRA, SLL or SRL.</summary>
    public static Instruction Shift(Mnemonic operation, Operand place) => new(operation, place);
    public static Instruction Rlc(Operand place) => new(M.Rlc, place);
    public static Instruction Rrc(Operand place) => new(M.Rrc, place);
    public static Instruction Rl(Operand place) => new(M.Rl, place);
    public static Instruction Rr(Operand place) => new(M.Rr, place);
    public static Instruction Sla(Operand place) => new(M.Sla, place);
    public static Instruction Sra(Operand place) => new(M.Sra, place);
    public static Instruction Sll(Operand place) => new(M.Sll, place);
    public static Instruction Srl(Operand place) => new(M.Srl, place);
    public static Instruction Bit(int bit, Operand place) => new(M.Bit, bit, place);
    public static Instruction Set(int bit, Operand place) => new(M.Set, bit, place);
    public static Instruction Res(int bit, Operand place) => new(M.Res, bit, place);

    public static Instruction Jp(Operand target) => new(M.Jp, target);
    public static Instruction Jp(Cond condition, Operand target) => new(M.Jp, condition, target);
    public static Instruction Jr(Operand target) => new(M.Jr, target);
    public static Instruction Jr(Cond condition, Operand target) => new(M.Jr, condition, target);

    /// <summary>A jump whose length the assembler chooses.</summary>
    public static Instruction Jump(Operand target) => new(M.Jump, target);

    /// <summary>A conditional jump whose length the assembler chooses.</summary>
    public static Instruction Jump(Cond condition, Operand target) => new(M.Jump, condition, target);
    public static Instruction Djnz(Operand target) => new(M.Djnz, target);
    public static Instruction Call(Operand target) => new(M.Call, target);
    public static Instruction Call(Cond condition, Operand target) => new(M.Call, condition, target);
    public static Instruction Rst(int address) => new(M.Rst, address);
    public static Instruction Ret() => new(M.Ret);
    public static Instruction Ret(Cond condition) => new(M.Ret, condition);
    public static Instruction Reti() => new(M.Reti);
    public static Instruction Retn() => new(M.Retn);

    public static Instruction In(Operand to, Operand port) => new(M.In, to, port);
    public static Instruction Out(Operand port, Operand from) => new(M.Out, port, from);
    public static Instruction Ldi() => new(M.Ldi);
    public static Instruction Ldir() => new(M.Ldir);
    public static Instruction Ldd() => new(M.Ldd);
    public static Instruction Lddr() => new(M.Lddr);
    public static Instruction Cpi() => new(M.Cpi);
    public static Instruction Cpir() => new(M.Cpir);
    public static Instruction Cpd() => new(M.Cpd);
    public static Instruction Cpdr() => new(M.Cpdr);
#pragma warning restore CS1591

    /// <summary>Names the current address.</summary>
    public static Label At(string name) => new(name);

    /// <summary>Bytes as they are.</summary>
    public static DataBytes Bytes(params ReadOnlySpan<byte> bytes) => new([.. bytes]);

    /// <summary>The bytes of a text in Latin-1; characters beyond become '?'.</summary>
    public static DataBytes Text(string text) => new([.. Encoding.Latin1.GetBytes(text)]);

    /// <summary>Values of one byte each.</summary>
    public static DataValues ByteValues(params ReadOnlySpan<Expr> values) => new([.. values], 1);

    /// <summary>Values of two bytes each, low byte first: addresses, tables.</summary>
    public static DataValues Words(params ReadOnlySpan<Expr> values) => new([.. values], 2);

    /// <summary>Zero bytes.</summary>
    public static Reserve Space(int count) => new(count);

    /// <summary>A comment line.</summary>
    public static Remark Remark(string text) => new() { Comment = text };
}
