using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Parallel moves between registers, memory and constants. They never change a flag that is used later, so they may
/// stand between a comparison and its jump, and between the steps of an addition with carry.
/// </summary>
internal sealed partial class Emitter
{
    private readonly record struct ByteMove(ByteLoc To, ByteLoc From);

    private List<ByteMove> _pending = [];
    private int _kept;
    private int _reserved;
    private int _done;

    private bool Moves(IEnumerable<(Loc To, Loc From)> moves, int keep)
    {
        var bytes = new List<ByteMove>();
        foreach (var (to, from) in moves)
            for (var n = 0; n < to.Size; n++)
                bytes.Add(new ByteMove(to.Byte(n), from.Byte(n)));
        return Moves(bytes, keep);
    }

    private bool Moves(List<ByteMove> moves, int keep)
    {
        _done = 0;
        // What stays where it is must not be overwritten on the way either.
        foreach (var m in moves)
            if (m.To == m.From && m.To.IsReg)
                _done |= 1 << m.To.Register;
        moves.RemoveAll(m => m.To == m.From);
        _pending = moves;
        _kept = keep | _reserved;
        while (_pending.Count > 0)
        {
            if (StoreRegisters() || ExchangePairs() || MoveRegisters() || StoreOthers() || LoadPairs() || LoadBytes())
                continue;
            if (!BreakCycle())
                return false;
        }
        return true;
    }

    private bool IsRead(int register) => _pending.Exists(m => m.From.IsReg && m.From.Register == register);

    private bool IsRead(Expr address) => _pending.Exists(m => m.From.IsMem && m.From.Expr!.Equals(address));

    /// <summary>True when a register may be overwritten for a moment.</summary>
    private bool IsFree(int register) => ((_kept | _done) & (1 << register)) == 0 && !IsRead(register);

    private bool IsFree(RegSeq seq)
    {
        foreach (var b in seq.Bytes)
            if (!IsFree(b))
                return false;
        return true;
    }

    private RegSeq? FreePair() => IsFree(RegSeq.HL) ? RegSeq.HL : IsFree(RegSeq.DE) ? RegSeq.DE
        : IsFree(RegSeq.BC) ? RegSeq.BC : null;

    private int Find(ByteLoc to, ByteLoc from) => _pending.FindIndex(m => m.To == to && m.From == from);

    private int FindTo(int register) => _pending.FindIndex(m => m.To.IsReg && m.To.Register == register);

    private void Finish(params ReadOnlySpan<int> moves)
    {
        var sorted = moves.ToArray();
        Array.Sort(sorted);
        for (var k = sorted.Length - 1; k >= 0; k--)
        {
            var to = _pending[sorted[k]].To;
            if (to.IsReg)
                _done |= 1 << to.Register;
            _pending.RemoveAt(sorted[k]);
        }
    }

    private static ByteLoc Register(int r) => new(LocKind.Reg, r, null);
    private static ByteLoc Cell(Expr address) => new(LocKind.Mem, 0, address);

    private bool StoreRegisters()
    {
        for (var n = 0; n < _pending.Count; n++)
        {
            var m = _pending[n];
            if (!m.To.IsMem || !m.From.IsReg || IsRead(m.To.Expr!))
                continue;
            if (StorePair(n))
                return true;
            var r = m.From.Register;
            if (r == ByteRegs.A)
            {
                I(Ld(Mem(m.To.Expr!), A));
                Finish(n);
                return true;
            }
            if (_pending.Exists(o => o != m && o.To.IsMem && o.From.IsReg && o.From.Register == ByteRegs.A))
                continue;
            if (StoreByte(m.To.Expr!, r))
            {
                Finish(n);
                return true;
            }
        }
        return false;
    }

    private bool StorePair(int n)
    {
        var m = _pending[n];
        foreach (var pair in RegSeq.Pairs)
        {
            if (pair.Bytes[0] != m.From.Register)
                continue;
            var other = Find(Cell(m.To.Expr! + 1), Register(pair.Bytes[1]));
            if (other < 0 || IsRead(m.To.Expr! + 1))
                return false;
            I(Ld(Mem(m.To.Expr!), pair.Operand));
            Finish(n, other);
            return true;
        }
        return false;
    }

    private bool StoreByte(Expr address, int register)
    {
        if (IsFree(ByteRegs.A))
        {
            I(Ld(A, ByteRegs.Operand(register)));
            I(Ld(Mem(address), A));
        }
        else if (IsFree(RegSeq.HL) && !ByteRegs.IsIndexHalf(register))
        {
            I(Ld(HL, Imm(address)));
            I(Ld(IndHL, ByteRegs.Operand(register)));
        }
        else
        {
            I(Push(AF));
            I(Ld(A, ByteRegs.Operand(register)));
            I(Ld(Mem(address), A));
            I(Pop(AF));
        }
        return true;
    }

    // EX DE,HL: both wanted exchanged, or one wanted in the other and its own content not needed any more.
    private bool ExchangePairs()
    {
        var de1 = Find(Register(ByteRegs.E), Register(ByteRegs.L));
        var de2 = Find(Register(ByteRegs.D), Register(ByteRegs.H));
        var hl1 = Find(Register(ByteRegs.L), Register(ByteRegs.E));
        var hl2 = Find(Register(ByteRegs.H), Register(ByteRegs.D));
        var toDE = de1 >= 0 && de2 >= 0;
        var toHL = hl1 >= 0 && hl2 >= 0;
        if (toDE && toHL)
        {
            if (ReadCount(RegSeq.HL) > 2 || ReadCount(RegSeq.DE) > 2
                || (_kept & (RegSeq.HL.Mask | RegSeq.DE.Mask)) != 0)
                return false;
            I(Ex(DE, HL));
            Finish(de1, de2, hl1, hl2);
            return true;
        }
        if (toDE && ReadCount(RegSeq.DE) == 0 && ReadCount(RegSeq.HL) == 2 && ((_kept | _done) & RegSeq.HL.Mask) == 0)
        {
            I(Ex(DE, HL));
            Finish(de1, de2);
            return true;
        }
        if (toHL && ReadCount(RegSeq.HL) == 0 && ReadCount(RegSeq.DE) == 2 && ((_kept | _done) & RegSeq.DE.Mask) == 0)
        {
            I(Ex(DE, HL));
            Finish(hl1, hl2);
            return true;
        }
        return false;
    }

    private int ReadCount(RegSeq seq) =>
        _pending.Count(m => m.From.IsReg && (seq.Mask & (1 << m.From.Register)) != 0);

    private bool MoveRegisters()
    {
        for (var n = 0; n < _pending.Count; n++)
        {
            var m = _pending[n];
            if (!m.To.IsReg || !m.From.IsReg || IsRead(m.To.Register))
                continue;
            if (!CopyThroughStack(n) && !CopyByte(m.To.Register, m.From.Register))
                continue;
            if (_pending.Count > n && _pending[n] == m)
                Finish(n);
            return true;
        }
        return false;
    }

    private bool CopyByte(int to, int from)
    {
        if (InstructionTable.Find(Mnemonic.Ld, ByteRegs.Operand(to).Kind, ByteRegs.Operand(from).Kind) is not null)
        {
            I(Ld(ByteRegs.Operand(to), ByteRegs.Operand(from)));
            return true;
        }
        foreach (var through in (ReadOnlySpan<int>)[ByteRegs.A, ByteRegs.E, ByteRegs.C, ByteRegs.D, ByteRegs.B])
        {
            if (!IsFree(through) || through == to)
                continue;
            I(Ld(ByteRegs.Operand(through), ByteRegs.Operand(from)));
            I(Ld(ByteRegs.Operand(to), ByteRegs.Operand(through)));
            return true;
        }
        // Neither is A: only H, L and the halves of IX have no move between them.
        I(Push(AF));
        I(Ld(A, ByteRegs.Operand(from)));
        I(Ld(ByteRegs.Operand(to), A));
        I(Pop(AF));
        return true;
    }

    // HL and IX: no byte moves between them.
    private bool CopyThroughStack(int n)
    {
        var m = _pending[n];
        if (InstructionTable.Find(Mnemonic.Ld, m.To.Operand.Kind, m.From.Operand.Kind) is not null)
            return false;
        var to = RegSeq.Pairs.First(p => (p.Mask & (1 << m.To.Register)) != 0);
        var from = RegSeq.Pairs.First(p => (p.Mask & (1 << m.From.Register)) != 0);
        var high = Find(Register(to.Bytes[1]), Register(from.Bytes[1]));
        var low = Find(Register(to.Bytes[0]), Register(from.Bytes[0]));
        if (high < 0 || low < 0 || IsRead(to.Bytes[0]) || IsRead(to.Bytes[1]))
            return false;
        I(Push(from.Operand));
        I(Pop(to.Operand));
        Finish(high, low);
        return true;
    }

    private bool StoreOthers()
    {
        for (var n = 0; n < _pending.Count; n++)
        {
            var m = _pending[n];
            if (!m.To.IsMem || m.From.IsReg || IsRead(m.To.Expr!))
                continue;
            var high = _pending.FindIndex(o => o.To.IsMem && !o.From.IsReg && o.To.Expr!.Equals(m.To.Expr! + 1));
            if (high >= 0 && !IsRead(m.To.Expr! + 1) && WordOf(m.From, _pending[high].From) is { } word
                && FreePair() is { } pair)
            {
                I(Ld(pair.Operand, word));
                I(Ld(Mem(m.To.Expr!), pair.Operand));
                Finish(n, high);
                return true;
            }
            StoreByteOf(m);
            Finish(n);
            return true;
        }
        return false;
    }

    private void StoreByteOf(ByteMove m)
    {
        var spare = !IsFree(ByteRegs.A);
        if (spare && m.From.IsImm && IsFree(RegSeq.HL))
        {
            I(Ld(HL, Imm(m.To.Expr!)));
            I(Ld(IndHL, m.From.Operand));
            return;
        }
        if (spare)
            I(Push(AF));
        I(Ld(A, m.From.Operand));
        I(Ld(Mem(m.To.Expr!), A));
        if (spare)
            I(Pop(AF));
    }

    /// <summary>
    /// The operand that loads two bytes at once into a pair: neighbouring cells or two halves of a constant.
    /// </summary>
    private static Operand? WordOf(ByteLoc low, ByteLoc high)
    {
        if (low.IsMem && high.IsMem && high.Expr!.Equals(low.Expr! + 1))
            return Mem(low.Expr!);
        if (!low.IsImm || !high.IsImm)
            return null;
        if (low.Expr is Expr.Constant a && high.Expr is Expr.Constant b)
            return Imm((a.Value & 0xFF) | ((b.Value & 0xFF) << 8));
        return low.Expr is Expr.Unary { Op: UnaryOp.Low } x && high.Expr is Expr.Unary { Op: UnaryOp.High } y
            && x.Operand.Equals(y.Operand) ? Imm(x.Operand) : (Operand?)null;
    }

    private bool LoadPairs()
    {
        foreach (var pair in RegSeq.Pairs)
        {
            int low = FindTo(pair.Bytes[0]), high = FindTo(pair.Bytes[1]);
            if (low < 0 || high < 0 || IsRead(pair.Bytes[0]) || IsRead(pair.Bytes[1])
                || WordOf(_pending[low].From, _pending[high].From) is not { } word)
                continue;
            I(Ld(pair.Operand, word));
            Finish(low, high);
            return true;
        }
        return false;
    }

    private bool LoadBytes()
    {
        // A comes last: it is the way for other bytes.
        for (var pass = 0; pass < 2; pass++)
        {
            for (var n = 0; n < _pending.Count; n++)
            {
                var m = _pending[n];
                if (!m.To.IsReg || m.From.IsReg || IsRead(m.To.Register)
                    || (pass == 0
                        && (m.To.Register == ByteRegs.A || (m.From.IsImm && _pending.Exists(o => o.From.IsMem)))))
                    continue;
                LoadByte(m);
                Finish(n);
                return true;
            }
        }
        return false;
    }

    private void LoadByte(ByteMove m)
    {
        var to = ByteRegs.Operand(m.To.Register);
        if (m.From.IsImm || m.To.Register == ByteRegs.A)
        {
            I(Ld(to, m.From.Operand));
            return;
        }
        var pair = RegSeq.Pairs.First(p => (p.Mask & (1 << m.To.Register)) != 0);
        var isLow = pair.Bytes[0] == m.To.Register;
        var mate = pair.Bytes[isLow ? 1 : 0];
        if (IsFree(mate) && (pair == RegSeq.HL || !IsFree(ByteRegs.A)))
        {
            I(Ld(pair.Operand, Mem(m.From.Expr! + (isLow ? 0 : -1))));
            return;
        }
        var spare = !IsFree(ByteRegs.A);
        if (spare)
            I(Push(AF));
        I(Ld(A, Mem(m.From.Expr!)));
        I(Ld(to, A));
        if (spare)
            I(Pop(AF));
    }

    // Every move left overwrites something that another one reads: one of them is put aside.
    private bool BreakCycle()
    {
        var at = _pending.FindIndex(p => p.To.IsReg ? IsRead(p.To.Register) : IsRead(p.To.Expr!));
        if (at < 0)
            return false;
        var m = _pending[at];
        ReadOnlySpan<int> registers =
        [
            ByteRegs.A, ByteRegs.C, ByteRegs.B, ByteRegs.E, ByteRegs.D, ByteRegs.L, ByteRegs.H,
            ByteRegs.IXL, ByteRegs.IXH,
        ];
        foreach (var aside in registers)
        {
            if (!IsFree(aside) || FindTo(aside) >= 0)
                continue;
            var from = m.To;
            if (from.IsReg && InstructionTable.Find(Mnemonic.Ld, ByteRegs.Operand(aside).Kind,
                    ByteRegs.Operand(from.Register).Kind) is null)
                continue;
            if (from.IsMem && aside != ByteRegs.A)
                continue;
            I(Ld(ByteRegs.Operand(aside), from.Operand));
            for (var n = 0; n < _pending.Count; n++)
                if (_pending[n].From == from)
                    _pending[n] = new ByteMove(_pending[n].To, Register(aside));
            return true;
        }
        return false;
    }
}
