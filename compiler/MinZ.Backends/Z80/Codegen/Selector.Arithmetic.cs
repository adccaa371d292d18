using System.Numerics;
using MinZ.Backends.Z80.Runtime;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Arithmetic, with constants taken apart and routines of the runtime library where the processor has no code.
/// </summary>
internal sealed partial class Selector
{
    /// <summary>Longest chain of doublings and additions that replaces a multiplication.</summary>
    private const int MaxChain = 14;

    private void SelectArithmetic(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        var type = i.Type;
        var size = SizeOf(type);
        var x = Val(o[0]);
        var y = o.Length > 1 ? Val(o[1]) : default;
        var to = NewVariable(i.Result);
        switch (i.Op)
        {
            case Op.Add:
                DoInto(to, LOp.Add, x, y);
                break;
            case Op.Sub:
                if (y.Number is { } n && !x.IsConstant)
                    DoInto(to, LOp.Add, x, Opnd.Of(Truncated(-n, size), size));
                else if (x.Number == 0)
                    DoInto(to, LOp.Neg, y);
                else
                    DoInto(to, LOp.Sub, x, y);
                break;
            case Op.AddCarry or Op.SubBorrow:
                var carry = Extend(Val(o[2]), size, false);
                var op = i.Op == Op.AddCarry ? LOp.Add : LOp.Sub;
                DoInto(to, op, Do(op, size, x, y), carry);
                break;
            case Op.And:
                DoInto(to, LOp.And, x, y);
                break;
            case Op.Or:
                if (!TryOrByte(to, o))
                    DoInto(to, LOp.Or, x, y);
                break;
            case Op.Xor:
                DoInto(to, LOp.Xor, x, y);
                break;
            case Op.Neg:
                DoInto(to, LOp.Neg, x);
                break;
            case Op.Not:
                if (type.Kind == TypeKind.Bool)
                    DoInto(to, LOp.Xor, x, Opnd.Of(1, 1));
                else
                    DoInto(to, LOp.Not, x);
                break;
            case Op.Mul:
                SelectMultiply(to, o, x, y, size);
                break;
            case Op.MulWide:
                SelectMultiplyWide(to, x, y, size, type.IsSigned);
                break;
            case Op.Div or Op.Rem:
                SelectDivision(i.Op == Op.Div, to, x, y, type);
                break;
            case Op.Abs or Op.Min or Op.Max:
                SelectExtreme(i.Op, to, x, y, type);
                break;
            default:
                SelectShift(i.Op, to, x, y, type);
                break;
        }
    }

    // A word and a byte leave the high half alone; a byte above a byte makes a word without computing.
    private bool TryOrByte(Opnd to, Value[] o)
    {
        for (var k = 0; k < 2; k++)
        {
            if (to.Size != 2 || NarrowByte(o[k]) is not { IsConstant: false } low)
                continue;
            if (ShiftedByte(o[1 - k]) is { } high)
                DoInto(to, LOp.JoinBytes, high, low);
            else
                DoInto(to, LOp.OrByte, Val(o[1 - k]), low);
            return true;
        }
        for (var k = 0; k < 2; k++)
        {
            if (to.Size != 2 || ShiftedByte(o[k]) is not { IsConstant: false } high)
                continue;
            Add(new LInst(LOp.OrByte, 2) { Outs = [to.Register], Args = [Val(o[1 - k]), high], Displacement = 1 });
            return true;
        }
        return false;
    }

    /// <summary>The byte behind a value that is one byte moved to the high half of a word, or null.</summary>
    private Opnd? ShiftedByte(Value v)
    {
        var id = _f.DefinitionOf(v);
        return id >= 0 && _f[id].Op == Op.Shl && _f.TryConstant(_f.Operands(id)[1], out var count) && count == 8
            ? NarrowByte(_f.Operands(id)[0]) : null;
    }

    private Opnd Extend(Opnd x, int size, bool signed) => x.Size == size ? x
        : x.Number is { } n ? Opnd.Of(signed ? n << (32 - 8 * x.Size) >> (32 - 8 * x.Size) : n, size)
        : Do(signed ? LOp.SignExtend : LOp.ZeroExtend, size, x);

    private void Routine(Routine routine, ReadOnlySpan<Opnd> args, params ReadOnlySpan<Opnd> outs)
    {
        var o = new int[outs.Length];
        for (var k = 0; k < o.Length; k++)
            o[k] = outs[k].Register;
        Add(new LInst(LOp.Routine, 0) { Outs = [.. o], Args = [.. args], Payload = routine });
    }

    private void SelectMultiply(Opnd to, Value[] o, Opnd x, Opnd y, int size)
    {
        if (x.IsConstant)
            (x, y, o) = (y, x, [o[1], o[0]]);
        if (y.Number is { } n && !x.IsConstant && TryChain(x, n, size, to))
            return;
        switch (size)
        {
            case 1:
                var wide = Temporary(2);
                Routine(RuntimeLibrary.Multiply8, [x, y], wide);
                DoInto(to, LOp.Truncate, wide with { Size = 1 });
                break;
            case 2 when NarrowByte(o[0]) is { } a && NarrowByte(o[1]) is { } b:
                Routine(RuntimeLibrary.Multiply8, [a, b], to);
                break;
            case 2:
                Routine(RuntimeLibrary.Multiply16, [x, y], to);
                break;
            case 4 when NarrowWord(o[0]) is { } a && NarrowWord(o[1]) is { } b:
                Routine(RuntimeLibrary.Multiply16Wide, [a, b], to);
                break;
            default:
                SelectLong(RuntimeLibrary.Multiply32, to, x, y, false);
                break;
        }
    }

    /// <summary>The byte behind a value that is one byte extended without sign, or null.</summary>
    private Opnd? NarrowByte(Value v) => Narrow(v, 1);

    private Opnd? NarrowWord(Value v) => Narrow(v, 2);

    private Opnd? Narrow(Value v, int size)
    {
        if (_f.TryConstant(v, out var bits))
            return bits >= 0 && bits < 1L << (8 * size) ? Opnd.Of((int)bits, size) : null;
        var id = _f.DefinitionOf(v);
        if (id < 0 || _f[id].Op != Op.Conv)
            return null;
        var source = _f.Operands(id)[0];
        var type = _f.TypeOf(source);
        return type.IsInteger && !type.IsSigned && SizeOf(type) <= size ? Extend(Val(source), size, false) : null;
    }

    // Operations of 24 and 32 bits are done in 32.
    private void SelectLong(Routine routine, Opnd to, Opnd x, Opnd y, bool signed, bool second = false)
    {
        var (a, b) = (Extend(x, 4, signed), Extend(y, 4, signed));
        if (to.Size == 4 && !second)
        {
            Routine(routine, [a, b], to);
            return;
        }
        var (first, other) = (Temporary(4), Temporary(4));
        if (routine.Outputs.Length > 1)
            Routine(routine, [a, b], first, other);
        else
            Routine(routine, [a, b], first);
        DoInto(to, LOp.Truncate, (second ? other : first) with { Size = to.Size });
    }

    // x·n from the highest bit down: double, and add x where a bit is set; trailing zeros are one shift at the end.
    private bool TryChain(Opnd x, int n, int size, Opnd to)
    {
        var bits = (uint)n & (uint)((1L << (8 * size)) - 1);
        if (bits == 0)
        {
            Copy(to, Opnd.Of(0, size));
            return true;
        }
        var zeros = BitOperations.TrailingZeroCount(bits);
        var odd = bits >> zeros;
        var cost = BitOperations.Log2(odd) + BitOperations.PopCount(odd) - 1 + zeros % 8;
        if (cost > (size == 1 ? 8 : size == 2 ? MaxChain : 10))
            return false;
        var sum = x;
        for (var bit = BitOperations.Log2(odd) - 1; bit >= 0; bit--)
        {
            sum = Do(LOp.Shl, size, sum, Opnd.Of(1, 1));
            if ((odd >> bit & 1) != 0)
                sum = Do(LOp.Add, size, sum, x);
        }
        if (zeros > 0)
            DoInto(to, LOp.Shl, sum, Opnd.Of(zeros, 1));
        else
            Copy(to, sum);
        return true;
    }

    private Opnd MultiplyBy(Opnd x, int n, int size)
    {
        if (n == 1)
            return x;
        var to = Temporary(size);
        if (!TryChain(x, n, size, to))
            Routine(RuntimeLibrary.Multiply16, [x, Opnd.Of(n & 0xFFFF, 2)], to);
        return to;
    }

    private void SelectMultiplyWide(Opnd to, Opnd x, Opnd y, int size, bool signed)
    {
        if (size == 1 && !signed)
            Routine(RuntimeLibrary.Multiply8, [x, y], to);
        else if (size == 1)
            Routine(RuntimeLibrary.Multiply16, [Extend(x, 2, true), Extend(y, 2, true)], to);
        else if (size == 2 && !signed)
            Routine(RuntimeLibrary.Multiply16Wide, [x, y], to);
        else
            SelectLong(RuntimeLibrary.Multiply32, to, x, y, signed);
    }

    private void SelectDivision(bool isQuotient, Opnd to, Opnd x, Opnd y, MirType type)
    {
        var size = x.Size;
        if (y.Number is { } n && !type.IsSigned && BitOperations.PopCount((uint)n) == 1)
        {
            var shift = BitOperations.Log2((uint)n);
            if (!isQuotient)
                DoInto(to, LOp.And, x, Opnd.Of(n - 1, size));
            else if (shift == 0)
                Copy(to, x);
            else
                DoInto(to, LOp.Shr, x, Opnd.Of(shift, 1));
            return;
        }
        var dividend = x.IsConstant ? -1 : x.Register;
        var divisor = !y.IsConstant ? y.Register : y.Number is { } c ? int.MinValue + (c & 0xFFFFFF) : -2;
        var key = (dividend, divisor, type.IsSigned);
        if (x.IsConstant || (y.IsConstant && y.Number is null) || !_divisions.TryGetValue(key, out var both))
        {
            both = Divide(x, y, type);
            _divisions[key] = both;
        }
        Copy(to, isQuotient ? both.Item1 : both.Item2);
    }

    // Quotient and remainder together: what asks for one often asks for the other.
    private (Opnd, Opnd) Divide(Opnd x, Opnd y, MirType type)
    {
        var size = x.Size;
        var isSafe = y.Number is { } n && n != 0;
        var wide = Math.Max(size, 1) switch { 3 => 4, var s => s };
        var (q, r) = (Temporary(wide), Temporary(wide));
        var routine = RuntimeLibrary.Division(wide, type.IsSigned, isSafe);
        Add(new LInst(LOp.Routine, 0)
        {
            Outs = [q.Register, r.Register], Args = [Extend(x, wide, type.IsSigned), Extend(y, wide, type.IsSigned)],
            Payload = routine,
        });
        if (!isSafe)
            _block.Instructions[^1].Site = Site(TrapCode.DivideByZero);
        if (wide == size)
            return (q, r);
        return (Do(LOp.Truncate, size, q with { Size = size }), Do(LOp.Truncate, size, r with { Size = size }));
    }

    private void SelectExtreme(Op op, Opnd to, Opnd x, Opnd y, MirType type)
    {
        var (other, done) = (NewBlock(_block, ".e"), NewBlock(_block, ".d"));
        if (op == Op.Abs)
        {
            Copy(to, x);
            if (!type.IsSigned)
                return;
            Branch(Comparison.Lt, x, Opnd.Of(0, x.Size), true, other, done);
            Continue(other);
            DoInto(to, LOp.Neg, x);
        }
        else
        {
            Copy(to, x);
            Branch(op == Op.Min ? Comparison.Lt : Comparison.Gt, y, x, type.IsSigned, other, done);
            Continue(other);
            Copy(to, y);
        }
        Add(new LInst(LOp.Jump, 0) { Targets = [done] });
        Continue(done);
    }

    private void Branch(Comparison comparison, Opnd x, Opnd y, bool signed, LBlock then, LBlock otherwise) =>
        Add(new LInst(LOp.Branch, x.Size)
        {
            Args = [x, y], Comparison = comparison, Signed = signed, Targets = [then, otherwise],
        });

    private void SelectShift(Op op, Opnd to, Opnd x, Opnd count, MirType type)
    {
        var (size, bits) = (x.Size, x.Size * 8);
        if (count.Number is not { } n)
        {
            SelectVariableShift(op, to, x, count, type);
            return;
        }
        n &= 0xFF;
        if (op is Op.Rotl or Op.Rotr)
        {
            n = op == Op.Rotl ? n % bits : (bits - n % bits) % bits;
            if (n == 0)
                Copy(to, x);
            else
                DoInto(to, LOp.Rotl, x, Opnd.Of(n, 1));
            return;
        }
        if (n == 0)
            Copy(to, x);
        else if (n >= bits && !(op == Op.Shr && type.IsSigned))
            Copy(to, Opnd.Of(0, size));
        else
        {
            var shift = op == Op.Shl ? LOp.Shl : type.IsSigned ? LOp.Sar : LOp.Shr;
            DoInto(to, shift, x, Opnd.Of(Math.Min(n, bits - 1), 1));
        }
    }

    private void SelectVariableShift(Op op, Opnd to, Opnd x, Opnd count, MirType type)
    {
        var size = x.Size;
        var isRotate = op is Op.Rotl or Op.Rotr;
        if (size == 3 && !isRotate)
        {
            var wide = Temporary(4);
            Routine(RuntimeLibrary.Shift(op, 4, type.IsSigned), [Extend(x, 4, type.IsSigned), count], wide);
            DoInto(to, LOp.Truncate, wide with { Size = 3 });
            return;
        }
        Routine(RuntimeLibrary.Shift(op, size, type.IsSigned), [x, count], to);
    }
}
