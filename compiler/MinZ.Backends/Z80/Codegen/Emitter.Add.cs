using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Addition, subtraction and bitwise logic.</summary>
internal sealed partial class Emitter
{
    private const int MaskA = 1 << ByteRegs.A;

    private static Instruction Do(Mnemonic operation, Operand y) =>
        operation is Mnemonic.Add or Mnemonic.Adc or Mnemonic.Sbc
            ? new Instruction(operation, A, y) : new Instruction(operation, y);

    /// <summary>An operation of the accumulator on bytes, result in A; by value where it commutes.</summary>
    private bool Accumulate(Mnemonic operation, Loc x, Loc y, bool commutes) => Best(
        () => AccumulateOnce(operation, x, y),
        () => commutes && AccumulateOnce(operation, y, x),
        () => AccumulatePointer(operation, x, y),
        () => commutes && AccumulatePointer(operation, y, x));

    private bool AccumulateOnce(Mnemonic operation, Loc x, Loc y) =>
        Use([In(x, RegSeq.A), InByteOrConstant(y)], [RegSeq.A], 0, at => I(Do(operation, at[1].Byte(0).Operand)));

    private bool AccumulatePointer(Mnemonic operation, Loc x, Loc y) => y.IsMem &&
        Use([In(x, RegSeq.A), AsIs(y)], [RegSeq.A], RegSeq.HL.Mask, _ =>
        {
            I(Ld(HL, Imm(y.Expr!)));
            I(Do(operation, IndHL));
        });

    private bool EmitAdd()
    {
        var (x, y) = (Arg(0), Arg(1));
        if (x.IsImm)
            (x, y) = (y, x);
        return _inst.Size switch
        {
            1 => Best(() => Step(x, y.Number), () => StepMemory(x, y.Number),
                () => Accumulate(Mnemonic.Add, x, y, true)),
            2 => Best(() => Step(x, y.Number), () => AddWord(x, y), () => AddWord(y, x), () => AddExchanged(x, y),
                () => AddExchanged(y, x), () => AddIndex(x, y), () => Bytewise(Mnemonic.Add, Mnemonic.Adc, x, y),
                () => Bytewise(Mnemonic.Add, Mnemonic.Adc, y, x), () => AddLowByte(x, y.Number)),
            _ => AddWide(Mnemonic.Add, Mnemonic.Adc, x, y),
        };
    }

    // INC and DEC, repeated, on any register or pair.
    private bool Step(Loc x, int? amount)
    {
        var bits = 32 - 8 * _inst.Size;
        if (amount is not { } n || (n = n << bits >> bits) is < -4 or > 4)
            return false;
        var choice = _inst.Size == 1 ? RegSeq.OfSize(1) : RegSeq.Pairs;
        if ((Direct(Out, _inst.Size, 0, choice) ?? (x.IsReg ? x.Seq : null)) is not { } d)
            return false;
        return Use([In(x, d)], [d], 0, _ =>
        {
            for (var i = 0; i < Math.Abs(n); i++)
                I(n > 0 ? Inc(d.Operand) : Dec(d.Operand));
        });
    }

    private bool StepMemory(Loc x, int? amount)
    {
        if (amount is not { } n || (sbyte)n is not (1 or -1) || !x.IsMem || !Out.SameAs(x))
            return false;
        return Use([], [], RegSeq.HL.Mask, _ =>
        {
            I(Ld(HL, Imm(x.Expr!)));
            I((sbyte)n > 0 ? Inc(IndHL) : Dec(IndHL));
        });
    }

    private bool AddWord(Loc x, Loc y) => x.SameAs(y)
        ? Use([In(x, RegSeq.HL)], [RegSeq.HL], 0, _ => I(Add(HL, HL)))
        : Use([In(x, RegSeq.HL), InOneOf(y, RegSeq.DE, RegSeq.BC)], [RegSeq.HL], 0,
            at => I(Add(HL, at[1].Seq!.Operand)));

    // Result in DE without disturbing HL.
    private bool AddExchanged(Loc x, Loc y)
    {
        if (Out.Seq != RegSeq.DE || x.Seq != RegSeq.DE || (y.Seq != RegSeq.BC && y.Seq != RegSeq.HL))
            return false;
        I(Ex(DE, HL));
        I(Add(HL, y.Seq == RegSeq.BC ? BC : DE));
        I(Ex(DE, HL));
        return true;
    }

    private bool AddIndex(Loc x, Loc y) => (x.Seq == RegSeq.IX || Out.Seq == RegSeq.IX) && !x.SameAs(y) &&
        Use([In(x, RegSeq.IX), InOneOf(y, RegSeq.DE, RegSeq.BC)], [RegSeq.IX], 0, at => I(Add(IX, at[1].Seq!.Operand)));

    // A constant below 256: the carry goes on by INC.
    private bool AddLowByte(Loc x, int? amount)
    {
        if (amount is not (> 0 and < 256) || Direct(Out, 2, 0, [RegSeq.HL, RegSeq.DE, RegSeq.BC]) is not { } d)
            return false;
        return Use([In(x, d)], [d], MaskA, _ => CarryInto(d, Imm(amount.Value)));
    }

    private void CarryInto(RegSeq d, Operand low)
    {
        var done = Local();
        I(Ld(A, ByteRegs.Operand(d.Bytes[0])));
        I(Add(low));
        I(Ld(ByteRegs.Operand(d.Bytes[0]), A));
        I(Jr(Cond.NC, done));
        I(Inc(ByteRegs.Operand(d.Bytes[1])));
        At(done);
    }

    private bool EmitAddByte()
    {
        var (x, y) = (Arg(0), Arg(1));
        return Best(
            () => Use([In(x, RegSeq.HL), In(y, RegSeq.E)], [RegSeq.HL], 1 << ByteRegs.D, _ => AddExtended(DE, D)),
            () => Use([In(x, RegSeq.HL), In(y, RegSeq.C)], [RegSeq.HL], 1 << ByteRegs.B, _ => AddExtended(BC, B)),
            () => Use([In(x, RegSeq.DE), In(y, RegSeq.L)], [RegSeq.HL], 1 << ByteRegs.H, _ => AddExtended(DE, H)),
            () => Use([In(x, RegSeq.BC), In(y, RegSeq.L)], [RegSeq.HL], 1 << ByteRegs.H, _ => AddExtended(BC, H)),
            () => AddByteThroughA(x, y, RegSeq.HL), () => AddByteThroughA(x, y, RegSeq.DE),
            () => AddByteThroughA(x, y, RegSeq.BC), () => AddByteToConstant(x, y));
    }

    private void AddExtended(Operand pair, Operand high)
    {
        I(Ld(high, 0));
        I(Add(HL, pair));
    }

    // A is y; the sum's high byte comes from adding the carry: A + x.high - x.low' with the low byte just stored.
    private bool AddByteThroughA(Loc x, Loc y, RegSeq d) =>
        Use([In(y, RegSeq.A), In(x, d)], [d], MaskA, _ =>
        {
            var (low, high) = (ByteRegs.Operand(d.Bytes[0]), ByteRegs.Operand(d.Bytes[1]));
            I(Add(low));
            I(Ld(low, A));
            I(Adc(high));
            I(Sub(low));
            I(Ld(high, A));
        });

    private bool AddByteToConstant(Loc x, Loc y)
    {
        if (!x.IsImm || Direct(Out, 2, 0, [RegSeq.HL, RegSeq.DE, RegSeq.BC]) is not { } d)
            return false;
        return Use([In(y, RegSeq.A)], [d], MaskA, _ =>
        {
            var (low, high) = (ByteRegs.Operand(d.Bytes[0]), ByteRegs.Operand(d.Bytes[1]));
            I(Add(x.Byte(0).Operand));
            I(Ld(low, A));
            I(Adc(x.Byte(1).Operand));
            I(Sub(low));
            I(Ld(high, A));
        });
    }

    private bool EmitSub()
    {
        var (x, y) = (Arg(0), Arg(1));
        return _inst.Size switch
        {
            1 => Best(() => Accumulate(Mnemonic.Sub, x, y, false), () => SubReversed(x, y)),
            2 => Best(
                () => Use([In(x, RegSeq.HL), InOneOf(y, RegSeq.DE, RegSeq.BC)], [RegSeq.HL], 0,
                    at => SubWord(at[1].Seq!)),
                () => SubExchanged(x, y), () => Bytewise(Mnemonic.Sub, Mnemonic.Sbc, x, y)),
            _ => AddWide(Mnemonic.Sub, Mnemonic.Sbc, x, y),
        };
    }

    // y in A already: -(y - x).
    private bool SubReversed(Loc x, Loc y) => y.Seq == RegSeq.A &&
        Use([In(y, RegSeq.A), InByteOrConstant(x)], [RegSeq.A], 0, at =>
        {
            I(Sub(at[1].Byte(0).Operand));
            I(Neg());
        });

    private void SubWord(RegSeq y)
    {
        I(And(A));
        I(Sbc(HL, y.Operand));
    }

    private bool SubExchanged(Loc x, Loc y)
    {
        if (Out.Seq != RegSeq.DE || x.Seq != RegSeq.DE || (y.Seq != RegSeq.BC && y.Seq != RegSeq.HL))
            return false;
        I(Ex(DE, HL));
        SubWord(y.Seq == RegSeq.BC ? RegSeq.BC : RegSeq.DE);
        I(Ex(DE, HL));
        return true;
    }

    private bool AddWide(Mnemonic first, Mnemonic next, Loc x, Loc y) => Best(
        () => AddLong(first, x, y), () => AddWordByWord(first, x, y),
        () => Bytewise(first, next, x, y), () => first == Mnemonic.Add && Bytewise(first, next, y, x));

    private void AddWithCarry(Mnemonic first, bool isLow, RegSeq y)
    {
        if (first == Mnemonic.Add)
        {
            I(isLow ? Add(HL, y.Operand) : Adc(HL, y.Operand));
            return;
        }
        if (isLow)
            I(And(A));
        I(Sbc(HL, y.Operand));
    }

    // DEHL with a constant or memory, through BC.
    private bool AddLong(Mnemonic first, Loc x, Loc y) => _inst.Size == 4 && !y.IsReg &&
        Use([In(x, RegSeq.DEHL), AsIs(y)], [RegSeq.DEHL], RegSeq.BC.Mask, _ =>
        {
            for (var k = 0; k < 2; k++)
            {
                Moves([(Loc.Of(RegSeq.BC), y.Word(k)!)], _live | RegSeq.DEHL.Mask);
                AddWithCarry(first, k == 0, RegSeq.BC);
                I(Ex(DE, HL));
            }
        });

    private bool AddWordByWord(Mnemonic first, Loc x, Loc y)
    {
        var used = RegSeq.DEHL.Mask;
        if (_inst.Size != 4 || !Out.IsMem || ((x.Mask | y.Mask) & used) != 0)
            return false;
        return Use([AsIs(x), AsIs(y)], [], used, _ =>
        {
            for (var k = 0; k < 2; k++)
            {
                var keep = _live | x.Mask | y.Mask;
                Moves([(Loc.Of(RegSeq.HL), x.Word(k)!), (Loc.Of(RegSeq.DE), y.Word(k)!)], keep);
                AddWithCarry(first, k == 0, RegSeq.DE);
                Moves([(Out.Word(k)!, Loc.Of(RegSeq.HL))], keep);
            }
        });
    }
}
