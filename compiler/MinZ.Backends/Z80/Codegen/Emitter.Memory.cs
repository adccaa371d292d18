using System.Collections.Immutable;
using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Loads and stores through addresses, copies and fills, ports.</summary>
internal sealed partial class Emitter
{
    private const int MaxSteps = 4;
    private static readonly ImmutableArray<RegSeq> PlainPairs = [RegSeq.DE, RegSeq.BC];

    private bool EmitLoad()
    {
        var p = Arg(0);
        var size = _inst.Size;
        if (p.IsImm)
            return Out.Kind == LocKind.None || Moves([(Out, Loc.Memory(p.Expr! + _inst.Displacement, size))], _live);
        return size switch
        {
            1 => Best(
                () => Direct(Out, 1, RegSeq.HL.Mask, RegSeq.Bytes8) is { } d && LoadThroughHL(p, d),
                () => Out.IsReg && (Out.Mask & RegSeq.HL.Mask) != 0 && LoadLast(p, Out.Seq!),
                () => _inst.Displacement == 0
                    && Use([InOneOf(p, RegSeq.DE, RegSeq.BC)], [RegSeq.A], 0, at => I(Ld(A, Indirect(at[0].Seq!)))),
                () => Direct(Out, 1, 0, RegSeq.Bytes8) is { } d && LoadIndexed(p, d)),
            2 => Best(
                () => LoadThroughHL(p, RegSeq.DE), () => LoadThroughHL(p, RegSeq.BC), () => LoadPointerItself(p),
                () => LoadIndexed(p, RegSeq.HL), () => LoadIndexed(p, RegSeq.DE), () => LoadIndexed(p, RegSeq.BC),
                () => LoadThroughA(p, RegSeq.DE, RegSeq.HL), () => LoadThroughA(p, RegSeq.BC, RegSeq.HL)),
            3 => Best(() => LoadThroughHL(p, RegSeq.CDE), () => LoadBlock(p)),
            _ => Best(() => LoadThroughHL(p, RegSeq.BCDE), () => LoadBlock(p)),
        };
    }

    private static Operand Indirect(RegSeq pair) => pair == RegSeq.DE ? IndDE : pair == RegSeq.BC ? IndBC : IndHL;

    private void Advance(Operand pair, int n)
    {
        for (var i = 0; i < Math.Abs(n); i++)
            I(n > 0 ? Inc(pair) : Dec(pair));
    }

    /// <summary>
    /// Accesses consecutive bytes at HL plus the displacement: with HL put back afterwards, or lost; a large
    /// displacement is added through a free pair.
    /// </summary>
    private bool WalkHL(Loc p, Need[] more, RegSeq[] results, int clobbers, Action<int, Loc[]> access)
    {
        var (first, last) = (_inst.Displacement, _inst.Displacement + _inst.Size - 1);
        bool Walk(int lost, bool back, RegSeq? offset) =>
            Use([In(p, RegSeq.HL), .. more], results, clobbers | lost, at =>
            {
                if (offset == RegSeq.A)
                {
                    AddToHL(first);
                }
                else if (offset is not null)
                {
                    I(Ld(offset.Operand, first));
                    I(Add(HL, offset.Operand));
                }
                else
                {
                    Advance(HL, first);
                }
                for (var i = 0; i < _inst.Size; i++)
                {
                    access(i, at);
                    if (i + 1 < _inst.Size)
                        I(Inc(HL));
                }
                if (back)
                    Advance(HL, -last);
            });
        var used = clobbers | FixedMask(more);
        foreach (var r in results)
            used |= r.Mask;
        return Best(
            () => Math.Abs(first) <= MaxSteps && Walk(last == 0 ? 0 : RegSeq.HL.Mask, false, null),
            () => last != 0 && Math.Abs(first) <= MaxSteps && Walk(0, true, null),
            () => Math.Abs(first) > MaxSteps && FreeAmong(PlainPairs, used | MaskOf(more)) is { } pair
                && Walk(RegSeq.HL.Mask | pair.Mask, false, pair),
            () => Math.Abs(first) > MaxSteps && (FixedMask(more) & RegSeq.DE.Mask) == 0
                && Walk(RegSeq.HL.Mask | RegSeq.DE.Mask, false, RegSeq.DE),
            () => Math.Abs(first) > MaxSteps && (FixedMask(more) & MaskA) == 0
                && Walk(RegSeq.HL.Mask | MaskA, false, RegSeq.A));
    }

    private void AddToHL(int n)
    {
        I(Ld(A, L));
        I(Add(n & 0xFF));
        I(Ld(L, A));
        I(Ld(A, H));
        I(Adc(n >> 8 & 0xFF));
        I(Ld(H, A));
    }

    /// <summary>Registers operands must be in while the offset is added.</summary>
    private static int FixedMask(Need[] needs) => needs.Aggregate(0, (m, n) => m | (n.Target?.Mask ?? 0));

    private static int MaskOf(Need[] needs) => needs.Aggregate(0, (m, n) => m | n.Source.Mask);

    private bool LoadThroughHL(Loc p, RegSeq d) =>
        WalkHL(p, [], [d], 0, (i, _) => I(Ld(ByteRegs.Operand(d.Bytes[i]), IndHL)));

    private bool LoadLast(Loc p, RegSeq d) => Math.Abs(_inst.Displacement) <= MaxSteps &&
        Use([In(p, RegSeq.HL)], [d], _inst.Displacement == 0 ? 0 : RegSeq.HL.Mask, _ =>
        {
            Advance(HL, _inst.Displacement);
            I(Ld(d.Operand, IndHL));
        });

    private bool LoadPointerItself(Loc p)
    {
        var d = _inst.Displacement;
        if (Math.Abs(d) > MaxSteps)
            return false;
        return Use([In(p, RegSeq.HL)], [RegSeq.HL], MaskA, _ =>
        {
            Advance(HL, d);
            I(Ld(A, IndHL));
            I(Inc(HL));
            I(Ld(H, IndHL));
            I(Ld(L, A));
        });
    }

    private bool LoadThroughA(Loc p, RegSeq pointer, RegSeq d) =>
        _inst.Displacement == 0 && (p.Mask & pointer.Mask) != 0 &&
        Use([In(p, pointer)], [d], MaskA | pointer.Mask, _ =>
        {
            for (var i = 0; i < 2; i++)
            {
                I(Ld(A, Indirect(pointer)));
                I(Ld(ByteRegs.Operand(d.Bytes[i]), A));
                if (i == 0)
                    I(Inc(pointer.Operand));
            }
        });

    private bool IsIndexable(Loc p) => p.Seq == RegSeq.IX && _inst.Displacement >= -128
        && _inst.Displacement + _inst.Size <= 128;

    private bool LoadIndexed(Loc p, RegSeq d) => IsIndexable(p) && Use([AsIs(p)], [d], 0, _ =>
    {
        for (var i = 0; i < d.Size; i++)
            I(Ld(ByteRegs.Operand(d.Bytes[i]), Ix(_inst.Displacement + i)));
    });

    // Memory to memory by LDI.
    private bool LoadBlock(Loc p)
    {
        if (!Out.IsMem || Math.Abs(_inst.Displacement) > MaxSteps)
            return false;
        return Use([In(p, RegSeq.HL)], [], RegSeq.HL.Mask | RegSeq.DE.Mask | RegSeq.BC.Mask, _ =>
        {
            Advance(HL, _inst.Displacement);
            I(Ld(DE, Imm(Out.Expr!)));
            Repeat(_inst.Size, Ldi());
        });
    }

    private bool EmitStore()
    {
        var (p, v) = (Arg(0), Arg(1));
        if (p.IsImm)
            return Moves([(Loc.Memory(p.Expr! + _inst.Displacement, _inst.Size), v)], _live);
        return _inst.Size switch
        {
            1 => Best(
                () => WalkHL(p, [InPlain(v)], [], 0, (_, at) => I(Ld(IndHL, at[1].Byte(0).Operand))),
                () => _inst.Displacement == 0 && Use([InOneOf(p, RegSeq.DE, RegSeq.BC), In(v, RegSeq.A)], [], 0,
                    at => I(Ld(Indirect(at[0].Seq!), A))),
                () => StoreIndexed(p, InPlain(v))),
            2 => Best(
                () => v.IsImm && WalkHL(p, [AsIs(v)], [], 0, (i, at) => I(Ld(IndHL, at[1].Byte(i).Operand))),
                () => WalkHL(p, [InOneOf(v, RegSeq.DE, RegSeq.BC)], [], 0,
                    (i, at) => I(Ld(IndHL, at[1].Byte(i).Operand))),
                () => StoreIndexed(p, v.IsImm ? AsIs(v) : InOneOf(v, RegSeq.HL, RegSeq.DE, RegSeq.BC)),
                () => StoreThroughA(p, v)),
            3 => Best(() => StoreWide(p, v, RegSeq.CDE), () => StoreConstant(p, v), () => StoreBlock(p, v)),
            _ => Best(() => StoreWide(p, v, RegSeq.BCDE), () => StoreConstant(p, v), () => StoreBlock(p, v),
                () => StoreThroughA(p, v)),
        };
    }

    private bool StoreWide(Loc p, Loc v, RegSeq seq) =>
        WalkHL(p, [In(v, seq)], [], 0, (i, at) => I(Ld(IndHL, at[1].Byte(i).Operand)));

    private bool StoreConstant(Loc p, Loc v) =>
        v.IsImm && WalkHL(p, [AsIs(v)], [], 0, (i, at) => I(Ld(IndHL, at[1].Byte(i).Operand)));

    private bool StoreIndexed(Loc p, Need v) => IsIndexable(p) && Use([AsIs(p), v], [], 0, at =>
    {
        for (var i = 0; i < _inst.Size; i++)
            I(Ld(Ix(_inst.Displacement + i), at[1].Byte(i).Operand));
    });

    private bool StoreThroughA(Loc p, Loc v)
    {
        var pointer = (v.Mask & RegSeq.DE.Mask) != 0 ? RegSeq.BC : RegSeq.DE;
        if (_inst.Displacement != 0 || (v.Mask & pointer.Mask) != 0)
            return false;
        return Use([In(p, pointer), AsIs(v)], [], MaskA | pointer.Mask, at =>
        {
            for (var i = 0; i < _inst.Size; i++)
            {
                I(Ld(A, at[1].Byte(i).Operand));
                I(Ld(Indirect(pointer), A));
                if (i + 1 < _inst.Size)
                    I(Inc(pointer.Operand));
            }
        });
    }

    private bool StoreBlock(Loc p, Loc v)
    {
        if (!v.IsMem || Math.Abs(_inst.Displacement) > MaxSteps)
            return false;
        return Use([In(p, RegSeq.DE), AsIs(v)], [], RegSeq.HL.Mask | RegSeq.DE.Mask | RegSeq.BC.Mask, _ =>
        {
            Advance(DE, _inst.Displacement);
            I(Ld(HL, Imm(v.Expr!)));
            Repeat(_inst.Size, Ldi());
        });
    }

    // The count is a constant above zero and the areas do not overlap: see the selector.
    private bool EmitCopyMemory()
    {
        var n = Arg(2).Number!.Value;
        var all = RegSeq.HL.Mask | RegSeq.DE.Mask | RegSeq.BC.Mask;
        return Use([In(Arg(0), RegSeq.DE), In(Arg(1), RegSeq.HL)], [], all, _ => Best(
            () => n <= 8 && Repeat(n, Ldi()),
            () => Repeat(1, Ld(BC, n)) && Repeat(1, Ldir()) && Spend(21 * (n - 1))));
    }

    private bool Spend(double time)
    {
        Adjust(time);
        return true;
    }

    private bool EmitFillMemory()
    {
        var (p, v, n) = (Arg(0), Arg(1), Arg(2).Number!.Value);
        return Best(
            () => n <= 12 && Use([In(p, RegSeq.HL), InPlain(v)], [], RegSeq.HL.Mask, at =>
            {
                for (var i = 0; i < n; i++)
                {
                    I(Ld(IndHL, at[1].Byte(0).Operand));
                    if (i + 1 < n)
                        I(Inc(HL));
                }
            }),
            () => n > 1 && Use([In(p, RegSeq.HL), v.IsImm ? AsIs(v) : In(v, RegSeq.A)], [],
                RegSeq.HL.Mask | RegSeq.DE.Mask | RegSeq.BC.Mask, at =>
                {
                    I(Ld(IndHL, at[1].Byte(0).Operand));
                    if (p.IsImm)
                    {
                        I(Ld(DE, Imm(p.Expr! + 1)));
                    }
                    else
                    {
                        I(Ld(D, H));
                        I(Ld(E, L));
                        I(Inc(DE));
                    }
                    I(Ld(BC, n - 1));
                    I(Ldir());
                    Adjust(21 * (n - 2));
                }));
    }

    private bool EmitFrameAddress()
    {
        var offset = Arg(0).Number!.Value;
        return Use([], [RegSeq.HL], offset == 0 ? 0 : RegSeq.DE.Mask, _ =>
        {
            I(Push(IX));
            I(Pop(HL));
            if (offset == 0)
                return;
            I(Ld(DE, offset));
            I(Add(HL, DE));
        });
    }

    private bool EmitIn()
    {
        var port = Arg(0);
        return Best(
            () => port.IsImm && Use([], [RegSeq.A], 0, _ =>
            {
                I(Ld(A, port.Byte(1).Operand));
                I(Asm.In(A, Mem(port.Byte(0).Expr!)));
            }),
            () => (Direct(Out, 1, 0, RegSeq.Bytes8) ?? RegSeq.A) is { } d
                && Use([In(port, RegSeq.BC)], [d], 0, _ => I(Asm.In(d.Operand, IndC))));
    }

    private bool EmitOut()
    {
        var (port, v) = (Arg(0), Arg(1));
        return Best(
            () => port.Number is >= 0 and < 256 && Use([In(v, RegSeq.A)], [], 0, _ => I(Asm.Out(Mem(port.Expr!), A))),
            () => Use([In(port, RegSeq.BC), InByte(v)], [], 0, at => I(Asm.Out(IndC, at[1].Byte(0).Operand))));
    }
}
