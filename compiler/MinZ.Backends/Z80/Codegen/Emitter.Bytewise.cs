using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Operations done byte by byte through A, for any size and place.</summary>
internal sealed partial class Emitter
{
    /// <summary>x op y from the lowest byte up.</summary>
    /// <param name="first">Operation on the lowest byte.</param>
    /// <param name="next">Operation on the others.</param>
    private bool Bytewise(Mnemonic first, Mnemonic next, Loc x, Loc y) => Best(
        () => BytewiseTo(Out, first, next, x, y, pointer: false),
        () => BytewiseTo(Out, first, next, x, y, pointer: true),
        () => Out.IsMem && FreeAmong(RegSeq.OfSize(_inst.Size), x.Mask | y.Mask | MaskA) is { } d
            && BytewiseTo(Loc.Of(d), first, next, x, y, pointer: false));

    private bool BytewiseTo(Loc to, Mnemonic first, Mnemonic next, Loc x, Loc y, bool pointer)
    {
        if (to.Kind == LocKind.None || pointer != y.IsMem || IsHazard(to, x) || IsHazard(to, y))
            return false;
        if (pointer && ((x.Mask | to.Mask) & RegSeq.HL.Mask) != 0)
            return false;
        RegSeq[] results = to.IsReg ? [to.Seq!] : [];
        return Use([AsIs(x), AsIs(y)], results, MaskA | (pointer ? RegSeq.HL.Mask : 0), _ =>
        {
            var started = false;
            if (pointer)
                I(Ld(HL, Imm(y.Expr!)));
            for (var i = 0; i < _inst.Size; i++)
            {
                var operation = started ? next : first;
                ByteStep(to.Byte(i), operation, x.Byte(i), pointer ? IndHL : y.Byte(i).Operand, ref started);
                if (pointer && i + 1 < _inst.Size)
                    I(Inc(HL));
            }
        });
    }

    // True when storing a low byte of the result destroys a higher byte of an operand.
    private static bool IsHazard(Loc to, Loc from)
    {
        if (!to.IsReg || !from.IsReg)
            return false;
        for (var i = 0; i < to.Size; i++)
            for (var k = i + 1; k < from.Size; k++)
                if (to.Byte(i) == from.Byte(k))
                    return true;
        return false;
    }

    private void ByteStep(ByteLoc to, Mnemonic operation, ByteLoc x, Operand y, ref bool started)
    {
        switch (operation, y.IsConstant ? y.Number & 0xFF : -1)
        {
            case (Mnemonic.Add or Mnemonic.Sub, 0) when !started:
            case (Mnemonic.And, 0xFF):
            case (Mnemonic.Or or Mnemonic.Xor, 0):
                CopyThroughA(to, x);
                return;
            case (Mnemonic.And, 0) when to.IsReg:
                I(Ld(to.Operand, 0));
                return;
            case (Mnemonic.Xor, 0xFF):
                I(Ld(A, x.Operand));
                I(Cpl());
                break;
            default:
                I(Ld(A, x.Operand));
                I(Do(operation, y));
                started = operation is Mnemonic.Add or Mnemonic.Sub or Mnemonic.Adc or Mnemonic.Sbc;
                break;
        }
        I(Ld(to.Operand, A));
    }

    private void CopyThroughA(ByteLoc to, ByteLoc from)
    {
        if (to == from)
            return;
        if (to.IsReg && !from.IsMem
            && InstructionTable.Find(Mnemonic.Ld, to.Operand.Kind, from.Operand.Kind) is not null)
        {
            I(Ld(to.Operand, from.Operand));
            return;
        }
        I(Ld(A, from.Operand));
        I(Ld(to.Operand, A));
    }

    private bool EmitLogic()
    {
        var (x, y) = (Arg(0), Arg(1));
        if (x.IsImm)
            (x, y) = (y, x);
        var operation = _inst.Op switch
        {
            LOp.And => Mnemonic.And,
            LOp.Or => Mnemonic.Or,
            _ => Mnemonic.Xor,
        };
        if (_inst.Size == 1)
            return Best(() => Accumulate(operation, x, y, true), () => ChangeBit(operation, x, y.Number),
                () => operation == Mnemonic.Xor && y.Number == 0xFF
                    && Use([In(x, RegSeq.A)], [RegSeq.A], 0, _ => I(Cpl())));
        return Best(() => Bytewise(operation, operation, x, y), () => Bytewise(operation, operation, y, x));
    }

    private bool EmitOrByte()
    {
        var (x, y) = (Arg(0), Arg(1));
        return Best([.. new[] { RegSeq.HL, RegSeq.DE, RegSeq.BC }.Select<RegSeq, Func<bool>>(
            d => () => Use([In(x, d), In(y, RegSeq.A)], [d], MaskA, _ =>
            {
                var half = ByteRegs.Operand(d.Bytes[_inst.Displacement]);
                I(Or(half));
                I(Ld(half, A));
            }))]);
    }

    private bool EmitJoinBytes() => Out.Kind == LocKind.None
        || Moves([new ByteMove(Out.Byte(0), Arg(1).Byte(0)), new ByteMove(Out.Byte(1), Arg(0).Byte(0))], _live);

    // SET and RES on any register.
    private bool ChangeBit(Mnemonic operation, Loc x, int? constant)
    {
        var bits = operation == Mnemonic.And ? ~constant & 0xFF : constant & 0xFF;
        if (operation == Mnemonic.Xor || bits is not { } b || !int.IsPow2(b)
            || Direct(Out, 1, 0, RegSeq.Bytes8) is not { } d)
            return false;
        var n = int.Log2(b);
        return Use([In(x, d)], [d], 0, _ => I(operation == Mnemonic.And ? Res(n, d.Operand) : Set(n, d.Operand)));
    }

    private bool EmitNegate()
    {
        var x = Arg(0);
        if (_inst.Size == 1)
            return Use([In(x, RegSeq.A)], [RegSeq.A], 0, _ => I(Neg()));
        return OnEachByte(x, (i, from) =>
        {
            if (i == 0)
                I(Xor(A));
            else if (_inst.Size == 2)
                I(Sbc(A));
            else
                I(Ld(A, 0));
            I(i == 0 || _inst.Size == 2 ? Sub(from) : Sbc(from));
        });
    }

    private bool EmitNot() => _inst.Size == 1
        ? Use([In(Arg(0), RegSeq.A)], [RegSeq.A], 0, _ => I(Cpl()))
        : OnEachByte(Arg(0), (_, from) =>
        {
            I(Ld(A, from));
            I(Cpl());
        });

    /// <summary>Computes each byte of the result in A from the same byte of an operand in registers.</summary>
    private bool OnEachByte(Loc x, Action<int, Operand> step)
    {
        var choice = RegSeq.OfSize(_inst.Size).Where(s => s != RegSeq.IX).ToArray();
        return Best([.. choice.Prepend(Out.IsReg ? Out.Seq! : choice[0]).Distinct().Select<RegSeq, Func<bool>>(
            d => () => Use([In(x, d)], [d], MaskA, _ =>
            {
                for (var i = 0; i < d.Size; i++)
                {
                    step(i, ByteRegs.Operand(d.Bytes[i]));
                    I(Ld(ByteRegs.Operand(d.Bytes[i]), A));
                }
            }))]);
    }
}
