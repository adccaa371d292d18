using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Comparisons, and what is done with their outcome.</summary>
internal sealed partial class Emitter
{
    private bool EmitBranch() => Compare();

    private bool EmitSet() => Compare();

    private bool EmitCheck() => Compare();

    /// <summary>Emits code that leaves a condition in the flags, and uses it: jump, bool or trap.</summary>
    private bool Condition(Need[] needs, int clobbers, Action<Loc[]> core, Cond condition)
    {
        if (_inst.Op == LOp.Set)
            return Best(
                () => Use(needs, [RegSeq.A], clobbers | MaskA, at =>
                {
                    core(at);
                    Materialise(condition, RegSeq.A);
                }),
                () => Direct(Out, 1, MaskA, RegSeq.Bytes8) is { } d && Use(needs, [d], clobbers, at =>
                {
                    core(at);
                    Materialise(condition, d);
                }));
        if (!Use(needs, [], clobbers, core, flags: true))
            return false;
        if (_inst.Op == LOp.Check)
        {
            EmitTrapCall(condition.Inverse());
            return true;
        }
        JumpOn(condition);
        return true;
    }

    private void JumpOn(Cond condition)
    {
        I(Jump(condition, _inst.Targets[0].Label));
        // The way on is as a rule the next block: no price.
        _items.Add(Jump(_inst.Targets[1].Label));
    }

    private void Materialise(Cond condition, RegSeq d)
    {
        if (d == RegSeq.A && condition == Cond.C)
        {
            I(Ld(A, 0));
            I(Rla());
            return;
        }
        if (d == RegSeq.A && condition == Cond.NC)
        {
            I(Sbc(A));
            I(Inc(A));
            return;
        }
        var done = Local();
        I(Ld(d.Operand, 0));
        I(Jump(condition.Inverse(), done));
        I(Inc(d.Operand));
        At(done);
    }

    // Brings the comparison to the forms ==, !=, < and >=, a constant on the right.
    private bool Compare()
    {
        var (x, y, c) = (Arg(0), Arg(1), _inst.Comparison);
        if (x.IsImm && !y.IsImm)
            (x, y, c) = (y, x, c.Swapped());
        if (c is Comparison.Gt or Comparison.Le)
        {
            if (y.Number is { } n && Increment(n) is { } m)
                (y, c) = (Loc.Constant(m, y.Size), c == Comparison.Gt ? Comparison.Ge : Comparison.Lt);
            else
                (x, y, c) = (y, x, c.Swapped());
        }
        var isEqual = c is Comparison.Eq or Comparison.Ne;
        var holds = c is Comparison.Eq or Comparison.Lt;
        if (isEqual)
            return _inst.Size switch
            {
                1 => EqualByte(x, y, holds ? Cond.Z : Cond.NZ),
                2 => Best(
                    () => EqualWord(x, y, holds ? Cond.Z : Cond.NZ), () => EqualBytes(x, y, holds ? Cond.Z : Cond.NZ)),
                _ => EqualBytes(x, y, holds ? Cond.Z : Cond.NZ),
            };
        return _inst.Signed ? LessSigned(x, y, holds) : LessUnsigned(x, y, holds ? Cond.C : Cond.NC);
    }

    // The next larger constant, or null where there is none.
    private int? Increment(int n)
    {
        var bits = 8 * _inst.Size;
        var max = _inst.Signed ? (1L << (bits - 1)) - 1 : (1L << bits) - 1;
        var value = _inst.Signed ? (long)n << (64 - bits) >> (64 - bits) : n & ((1L << bits) - 1);
        return value == max ? null : (int)(value + 1);
    }

    private bool EqualByte(Loc x, Loc y, Cond condition) => Best(
        () => y.Number == 0 && Condition([In(x, RegSeq.A)], 0, _ => I(Or(A)), condition),
        () => y.Number == 0 && Condition([InByte(x)], 0, at =>
        {
            I(Inc(at[0].Seq!.Operand));
            I(Dec(at[0].Seq!.Operand));
        }, condition),
        () => (y.Number & 0xFF) is 1 or 0xFF && x.IsReg && (x.Mask & _live) == 0 && Condition([AsIs(x)], x.Mask,
            at => I((y.Number & 0xFF) == 1 ? Dec(at[0].Seq!.Operand) : Inc(at[0].Seq!.Operand)), condition),
        () => CompareByte(x, y, condition), () => CompareByte(y, x, condition),
        () => ComparePointer(x, y, condition), () => ComparePointer(y, x, condition));

    private bool CompareByte(Loc x, Loc y, Cond condition) =>
        Condition([In(x, RegSeq.A), InByteOrConstant(y)], 0, at => I(Cp(at[1].Byte(0).Operand)), condition);

    private bool ComparePointer(Loc x, Loc y, Cond condition) => y.IsMem &&
        Condition([In(x, RegSeq.A), AsIs(y)], RegSeq.HL.Mask, _ =>
        {
            I(Ld(HL, Imm(y.Expr!)));
            I(Cp(IndHL));
        }, condition);

    private bool EqualWord(Loc x, Loc y, Cond condition) => Best(
        () => y.Number == 0 && Condition([InOneOf(x, RegSeq.HL, RegSeq.DE, RegSeq.BC)], MaskA, at =>
        {
            I(Ld(A, at[0].Byte(1).Operand));
            I(Or(at[0].Byte(0).Operand));
        }, condition),
        () => (y.Number & 0xFFFF) == 0xFFFF && Condition([InOneOf(x, RegSeq.HL, RegSeq.DE, RegSeq.BC)], MaskA, at =>
        {
            I(Ld(A, at[0].Byte(1).Operand));
            I(And(at[0].Byte(0).Operand));
            I(Inc(A));
        }, condition),
        () => Subtract(x, y, condition, restore: false), () => Subtract(y, x, condition, restore: false),
        () => Subtract(x, y, condition, restore: true), () => Subtract(y, x, condition, restore: true));

    // SBC HL sets Z and C; adding the subtrahend again restores HL, keeps Z and yields the same C.
    private bool Subtract(Loc x, Loc y, Cond condition, bool restore) =>
        Condition([In(x, RegSeq.HL), InOneOf(y, RegSeq.DE, RegSeq.BC)], restore ? 0 : RegSeq.HL.Mask, at =>
        {
            I(And(A));
            I(Sbc(HL, at[1].Seq!.Operand));
            if (restore)
                I(Add(HL, at[1].Seq!.Operand));
        }, condition);

    // Byte by byte; the first difference, as a rule in the lowest byte, ends it with NZ.
    private bool EqualBytes(Loc x, Loc y, Cond condition) => Best(
        () => y.Number == 0 && ZeroBytes(x, condition),
        () => EqualBytesOf(x, y, condition, pointer: false),
        () => EqualBytesOf(x, y, condition, pointer: true), () => EqualBytesOf(y, x, condition, pointer: true));

    private bool ZeroBytes(Loc x, Cond condition) => Best(
        () => Condition([InAny(x)], MaskA, at =>
        {
            I(Ld(A, at[0].Byte(0).Operand));
            for (var i = 1; i < _inst.Size; i++)
                I(Or(at[0].Byte(i).Operand));
        }, condition),
        () => x.IsMem && Condition([AsIs(x)], MaskA | RegSeq.HL.Mask, _ =>
        {
            I(Ld(HL, Imm(x.Expr!)));
            I(Ld(A, IndHL));
            for (var i = 1; i < _inst.Size; i++)
            {
                I(Inc(HL));
                I(Or(IndHL));
            }
        }, condition));

    private bool EqualBytesOf(Loc x, Loc y, Cond condition, bool pointer)
    {
        if (pointer != y.IsMem || (pointer && (x.Mask & RegSeq.HL.Mask) != 0))
            return false;
        return Condition([AsIs(x), AsIs(y)], MaskA | (pointer ? RegSeq.HL.Mask : 0), _ =>
        {
            var differ = Local();
            if (pointer)
                I(Ld(HL, Imm(y.Expr!)));
            var before = _time;
            for (var i = 0; i < _inst.Size; i++)
            {
                I(Ld(A, x.Byte(i).Operand));
                I(Cp(pointer ? IndHL : y.Byte(i).Operand));
                if (i + 1 == _inst.Size)
                    break;
                I(Jump(Cond.NZ, differ));
                if (i == 0)
                    before = _time;
                if (pointer)
                    I(Inc(HL));
            }
            At(differ);
            Adjust((before - _time) * 0.9);
        }, condition);
    }

    private bool LessUnsigned(Loc x, Loc y, Cond condition)
    {
        if (_inst.Size == 1)
            return Best(() => CompareByte(x, y, condition), () => ComparePointer(x, y, condition),
                () => (y.Number & 0xFF) == 0x80 && Condition([InByte(x)], 0, at => I(Bit(7, at[0].Seq!.Operand)),
                    condition == Cond.C ? Cond.Z : Cond.NZ));
        return Best(
            () => _inst.Size == 2 && Subtract(x, y, condition, restore: false),
            () => _inst.Size == 2 && Subtract(x, y, condition, restore: true),
            () => _inst.Size == 2 && AddNegative(x, y, condition),
            () => LessBytes(x, y, condition, signed: false, pointer: false),
            () => LessBytes(x, y, condition, signed: false, pointer: true));
    }

    // x + (65536 - n) carries exactly when x >= n.
    private bool AddNegative(Loc x, Loc y, Cond condition) => y.Number is { } n && (n & 0xFFFF) != 0 &&
        Best([.. PlainPairs.Select<RegSeq, Func<bool>>(pair => () =>
            Condition([In(x, RegSeq.HL)], RegSeq.HL.Mask | pair.Mask, _ =>
            {
                I(Ld(pair.Operand, -n & 0xFFFF));
                I(Add(HL, pair.Operand));
            }, condition.Inverse()))]);

    private bool LessBytes(Loc x, Loc y, Cond condition, bool signed, bool pointer)
    {
        if (pointer != y.IsMem || (pointer && (x.Mask & RegSeq.HL.Mask) != 0))
            return false;
        return Condition([AsIs(x), AsIs(y)], MaskA | (pointer ? RegSeq.HL.Mask : 0), _ =>
        {
            if (pointer)
                I(Ld(HL, Imm(y.Expr!)));
            var started = false;
            for (var i = 0; i < _inst.Size; i++)
            {
                var operand = pointer ? IndHL : y.Byte(i).Operand;
                var isLast = i + 1 == _inst.Size;
                if (started || isLast || !operand.IsConstant || operand.Number != 0)
                {
                    I(Ld(A, x.Byte(i).Operand));
                    I(started ? Sbc(operand) : signed && isLast ? Sub(operand) : Cp(operand));
                    started = true;
                }
                if (pointer && !isLast)
                    I(Inc(HL));
            }
            if (signed)
                FixOverflow();
        }, condition);
    }

    // Makes the sign flag the truth about "less" after a subtraction that may have overflowed.
    private void FixOverflow()
    {
        var done = Local();
        I(Jp(Cond.PO, done));
        I(Xor(0x80));
        At(done);
        Adjust(-5);
    }

    private bool LessSigned(Loc x, Loc y, bool holds)
    {
        var sign = holds ? Cond.M : Cond.P;
        if (y.Number == 0)
            return SignOf(x, holds);
        if (_inst.Size > 1)
            return Best(() => LessBytes(x, y, sign, signed: true, pointer: false),
                () => LessBytes(x, y, sign, signed: true, pointer: true));
        return Best(
            () => y.IsImm && Condition([In(x, RegSeq.A), AsIs(y)], MaskA, _ =>
            {
                I(Add(0x80));
                I(Cp((y.Number!.Value + 0x80) & 0xFF));
            }, holds ? Cond.C : Cond.NC),
            () => Condition([In(x, RegSeq.A), InByteOrConstant(y)], MaskA, at =>
            {
                I(Sub(at[1].Byte(0).Operand));
                FixOverflow();
            }, sign));
    }

    private bool SignOf(Loc x, bool holds)
    {
        var top = x.IsReg ? Loc.Of(RegSeq.Of(x.Seq!.Bytes[^1]))
            : x.IsImm ? Loc.Constant(x.Byte(_inst.Size - 1).Expr!, 1) : Loc.Memory(x.Expr! + (_inst.Size - 1), 1);
        return Best(
            () => Condition([InByte(top)], 0, at => I(Bit(7, at[0].Seq!.Operand)), holds ? Cond.NZ : Cond.Z),
            () => Condition([In(top, RegSeq.A)], 0, _ => I(Or(A)), holds ? Cond.M : Cond.P),
            () => Condition([In(top, RegSeq.A)], MaskA, _ => I(Add(A)), holds ? Cond.C : Cond.NC));
    }

    private bool EmitDecrementBranch()
    {
        var x = Arg(0);
        if (_inst.Size == 2)
            return Best([.. new[] { RegSeq.BC, RegSeq.DE, RegSeq.HL }.Select<RegSeq, Func<bool>>(
                d => () => DecrementWord(x, d))]);
        return Best(
            () => Out.IsReg && DecrementByte(x, Out.Seq!),
            () => !Out.IsReg && DecrementByte(x, RegSeq.A),
            () => Out.IsMem && x.SameAs(Out) && Use([], [], RegSeq.HL.Mask, _ =>
            {
                I(Ld(HL, Imm(x.Expr!)));
                I(Dec(IndHL));
            }, flags: true) && Then(() => JumpOn(Cond.NZ)));
    }

    private static bool Then(Action action)
    {
        action();
        return true;
    }

    private bool DecrementByte(Loc x, RegSeq d) =>
        Use([In(x, d)], [d], 0, _ => I(Dec(d.Operand)), flags: true) && Then(() =>
        {
            JumpOn(Cond.NZ);
            // Becomes DJNZ when the target is near.
            if (d == RegSeq.B)
            {
                Adjust(-3);
                _bytes -= 2;
            }
        });

    private bool DecrementWord(Loc x, RegSeq d) => Use([In(x, d)], [d], MaskA, _ =>
    {
        I(Dec(d.Operand));
        I(Ld(A, ByteRegs.Operand(d.Bytes[1])));
        I(Or(ByteRegs.Operand(d.Bytes[0])));
    }, flags: true) && Then(() => JumpOn(Cond.NZ));
}
