using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Keeping live registers over code that needs them for something else.</summary>
internal sealed partial class Emitter
{
    /// <summary>A cell no variable lives in, for moments when every register is taken.</summary>
    private Expr Scratch => function.RunsInHandler ? HandlerScratch : "__scratch";

    /// <summary>The same for what runs in an interrupt handler.</summary>
    public const string HandlerScratch = "__scratch.int";

    /// <summary>
    /// Plans to keep the registers of <paramref name="lost"/>: adds to the moves before and after, or pushes.
    /// </summary>
    private bool Save(int lost, ReadOnlySpan<Need> needs, Loc[] at, int destroyed, int busy, List<(Loc, Loc)> before,
        List<(Loc To, Loc From)> after, List<Instruction> pops, bool flags)
    {
        lost = FindCopies(lost, needs, at, destroyed, after);
        var taken = busy | destroyed | lost;
        foreach (var pair in RegSeq.Pairs)
        {
            if ((lost & pair.Mask) != pair.Mask)
                continue;
            lost &= ~pair.Mask;
            if (FreeAmong([RegSeq.BC, RegSeq.DE, RegSeq.HL], taken) is { } free && pair != RegSeq.IX)
            {
                taken |= free.Mask;
                before.Add((Loc.Of(free), Loc.Of(pair)));
                after.Add((Loc.Of(pair), Loc.Of(free)));
                continue;
            }
            PushPair(pair, pops);
        }
        for (var r = 0; r < ByteRegs.Count; r++)
            if ((lost & (1 << r)) != 0 && !SaveByte(r, ref taken, before, after, pops, flags))
                return false;
        return true;
    }

    private void PushPair(RegSeq pair, List<Instruction> pops)
    {
        I(Push(pair.Operand));
        pops.Add(Pop(pair.Operand));
    }

    // Operands that the core leaves alone are copies of what is lost.
    private static int FindCopies(int lost, ReadOnlySpan<Need> needs, Loc[] at, int destroyed,
        List<(Loc To, Loc From)> after)
    {
        for (var i = 0; i < at.Length; i++)
        {
            if (!needs[i].Source.IsReg || !at[i].IsReg || (at[i].Mask & destroyed) != 0
                || at[i].SameAs(needs[i].Source) || (needs[i].Source.Mask & lost) != needs[i].Source.Mask)
                continue;
            lost &= ~needs[i].Source.Mask;
            after.Add((needs[i].Source, at[i]));
        }
        return lost;
    }

    private bool SaveByte(int register, ref int taken, List<(Loc, Loc)> before, List<(Loc To, Loc From)> after,
        List<Instruction> pops, bool flags)
    {
        var choice = register is ByteRegs.H or ByteRegs.L ? RegSeq.Bytes8 : RegSeq.OfSize(1);
        if (FreeAmong(choice, taken) is { } free)
        {
            taken |= free.Mask;
            before.Add((Loc.Of(free), Loc.Of(RegSeq.Of(register))));
            after.Add((Loc.Of(RegSeq.Of(register)), Loc.Of(free)));
            return true;
        }
        if (register == ByteRegs.A)
        {
            if (!flags && (_outs.Length == 0 || (_outs[0].Mask & (1 << ByteRegs.A)) == 0))
            {
                I(Push(AF));
                pops.Add(Pop(AF));
                return true;
            }
            before.Add((Loc.Memory(Scratch, 1), Loc.Of(RegSeq.A)));
            after.Add((Loc.Of(RegSeq.A), Loc.Memory(Scratch, 1)));
            return true;
        }
        var pair = RegSeq.Pairs.First(p => (p.Mask & (1 << register)) != 0);
        var mate = pair.Mask & ~(1 << register);
        foreach (var o in _outs)
            if ((o.Mask & mate) != 0)
                return false;
        PushPair(pair, pops);
        return true;
    }
}
