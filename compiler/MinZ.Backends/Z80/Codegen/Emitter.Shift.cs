using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Shifts by a constant, and changes of size.</summary>
internal sealed partial class Emitter
{
    private bool EmitShift()
    {
        var (x, n) = (Arg(0), Arg(1).Number!.Value);
        if (_inst.Size == 1)
            return Best(() => ShiftA(x, n), () => ShiftByte(x, n));
        var size = _inst.Size;
        var choice = RegSeq.OfSize(size).Where(s => s != RegSeq.IX);
        return Best([.. choice.Select<RegSeq, Func<bool>>(d => () => ShiftIn(d, x, n))]);
    }

    private bool ShiftByte(Loc x, int n)
    {
        if (Direct(Out, 1, 0, RegSeq.Bytes8) is not { } d)
            return false;
        var operation = _inst.Op switch
        {
            LOp.Shl => Mnemonic.Sla,
            LOp.Shr => Mnemonic.Srl,
            LOp.Sar => Mnemonic.Sra,
            _ => Mnemonic.Rlc,
        };
        return Use([In(x, d)], [d], 0, _ =>
        {
            for (var i = 0; i < n; i++)
                I(Shift(operation, d.Operand));
        });
    }

    private bool ShiftA(Loc x, int n) => Use([In(x, RegSeq.A)], [RegSeq.A], 0, _ => Best(
        () => _inst.Op == LOp.Shl && Repeat(n, Add(A)),
        () => _inst.Op == LOp.Shl && Rotate(n) && Masked(0xFF << n),
        () => _inst.Op == LOp.Shr && Repeat(n, Srl(A)),
        () => _inst.Op == LOp.Shr && Rotate(8 - n) && Masked(0xFF >> n),
        () => _inst.Op == LOp.Sar && Repeat(n, Sra(A)),
        () => _inst.Op == LOp.Sar && n == 7 && Repeat(1, Rlca()) && Repeat(1, Sbc(A)),
        () => _inst.Op == LOp.Rotl && Rotate(n)));

    private bool Repeat(int n, Instruction instruction)
    {
        for (var i = 0; i < n; i++)
            I(instruction);
        return true;
    }

    private bool Rotate(int left) => left <= 4 ? Repeat(left, Rlca()) : Repeat(8 - left, Rrca());

    private bool Masked(int mask) => Repeat(1, And(mask & 0xFF));

    // Whole bytes move first, then the remaining bits go one by one through the bytes that are not all the same.
    private bool ShiftIn(RegSeq d, Loc x, int n)
    {
        var (size, bytes, bits) = (_inst.Size, n / 8, n % 8);
        var fillsSign = _inst.Op == LOp.Sar && bytes > 0;
        if (_inst.Op == LOp.Shr && n == 7 && size == 2)
            return ShiftRightSeven(d, x);
        return Use([AsIs(x)], [d], fillsSign || (_inst.Op == LOp.Rotl && bits > 0) ? MaskA : 0, _ =>
        {
            var moves = new List<ByteMove>();
            for (var i = 0; i < size; i++)
            {
                var from = _inst.Op switch
                {
                    LOp.Shl => i - bytes,
                    LOp.Rotl => (i - bytes + size) % size,
                    _ => i + bytes,
                };
                if (from >= 0 && from < size)
                    moves.Add(new ByteMove(Register(d.Bytes[i]), x.Byte(from)));
                else if (!fillsSign)
                    moves.Add(new ByteMove(Register(d.Bytes[i]), new ByteLoc(LocKind.Imm, 0, Expr.Of(0))));
            }
            Moves(moves, _live & ~d.Mask);
            if (fillsSign)
                FillSign(d, size - bytes);
            for (var i = 0; i < bits; i++)
                ShiftOnce(d, bytes);
        });
    }

    // Shift right by seven: one bit left, then a byte right.
    private bool ShiftRightSeven(RegSeq d, Loc x) => Use([In(x, d)], [d], 0, _ =>
    {
        var (low, high) = (ByteRegs.Operand(d.Bytes[0]), ByteRegs.Operand(d.Bytes[1]));
        I(Sla(low));
        I(Ld(low, high));
        I(Rl(low));
        I(Ld(high, 0));
        I(Rl(high));
    });

    /// <summary>Sets the bytes from n on to the sign of the byte below them, through A.</summary>
    private void FillSign(RegSeq d, int n)
    {
        I(Ld(A, ByteRegs.Operand(d.Bytes[n - 1])));
        I(Rlca());
        I(Sbc(A));
        for (var i = n; i < d.Size; i++)
            I(Ld(ByteRegs.Operand(d.Bytes[i]), A));
    }

    private void ShiftOnce(RegSeq d, int bytes)
    {
        var size = d.Size;
        switch (_inst.Op)
        {
            case LOp.Shl:
                ShiftUp(d, bytes);
                break;
            case LOp.Rotl:
                I(Ld(A, ByteRegs.Operand(d.Bytes[size - 1])));
                I(Rlca());
                for (var i = 0; i < size; i++)
                    I(Rl(ByteRegs.Operand(d.Bytes[i])));
                break;
            default:
                for (var i = size - 1 - bytes; i >= 0; i--)
                    I(i == size - 1 - bytes
                        ? Shift(_inst.Op == LOp.Sar ? Mnemonic.Sra : Mnemonic.Srl, ByteRegs.Operand(d.Bytes[i]))
                        : Rr(ByteRegs.Operand(d.Bytes[i])));
                break;
        }
    }

    private void ShiftUp(RegSeq d, int bytes)
    {
        var i = bytes;
        if (i == 0 && d.Bytes[0] == ByteRegs.L && d.Bytes[1] == ByteRegs.H)
        {
            I(Add(HL, HL));
            i = 2;
        }
        for (var first = i == bytes; i < d.Size; i++, first = false)
            I(first ? Sla(ByteRegs.Operand(d.Bytes[i])) : Rl(ByteRegs.Operand(d.Bytes[i])));
    }

    private bool EmitZeroExtend()
    {
        if (Out.Kind == LocKind.None)
            return true;
        var bytes = new List<ByteMove>();
        for (var i = 0; i < Out.Size; i++)
            bytes.Add(new ByteMove(Out.Byte(i),
                i < Arg(0).Size ? Arg(0).Byte(i) : new ByteLoc(LocKind.Imm, 0, Expr.Of(0))));
        return Moves(bytes, _live);
    }

    private bool EmitSignExtend()
    {
        var x = Arg(0);
        if (Out.Kind == LocKind.None)
            return true;
        var choice = RegSeq.OfSize(_inst.Size).Where(s => s != RegSeq.IX).ToList();
        if (Out.IsReg && !choice.Contains(Out.Seq!))
            choice.Add(Out.Seq!);
        return Best([.. choice.Select<RegSeq, Func<bool>>(d => () => Use([AsIs(x)], [d], MaskA, _ =>
        {
            var moves = new List<ByteMove>();
            for (var i = 0; i < x.Size; i++)
                moves.Add(new ByteMove(Register(d.Bytes[i]), x.Byte(i)));
            Moves(moves, _live & ~d.Mask & ~MaskA);
            FillSign(d, x.Size);
        }))]);
    }
}
