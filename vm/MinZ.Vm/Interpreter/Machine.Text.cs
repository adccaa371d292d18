using MinZ.Mir;

namespace MinZ.Vm.Interpreter;

/// <summary>Operations on strings: records of a length, bytes and a zero byte.</summary>
internal sealed unsafe partial class Machine
{
    private Insn* Text(Insn* ip, long* R)
    {
        if (ip->Op == Code.StrOf)
            return TextOfValue(ip, R);
        if (ip->Op == Code.StrFrom)
            return TextOfBytes(ip, R);
        if (!_linear.TryText((uint)R[ip->B], out var text))
            return BadAddress((uint)R[ip->B]);
        if (!Charge((ulong)text.Length))
            return Stop(TrapCode.FuelExhausted);
        switch (ip->Op)
        {
            case Code.StrLen:
                R[ip->A] = text.Length;
                return ip + 1;
            case Code.StrAt:
                if ((ulong)R[ip->C] >= (ulong)text.Length)
                    return Stop(TrapCode.IndexOutOfRange, $"index {R[ip->C]} is out of range for length {text.Length}");
                R[ip->A] = text[(int)R[ip->C]];
                return ip + 1;
            case Code.StrSlice:
                return Slice(ip, R, text);
            default:
                if (!_linear.TryText((uint)R[ip->C], out var second))
                    return BadAddress((uint)R[ip->C]);
                if (ip->Op == Code.StrConcat)
                    return Concat(ip, R, text, second);
                R[ip->A] = Math.Sign(text.SequenceCompareTo(second));
                return ip + 1;
        }
    }

    private Insn* Slice(Insn* ip, long* R, ReadOnlySpan<byte> text)
    {
        var (from, to) = (R[ip->C], R[ip->D]);
        if ((ulong)to > (ulong)text.Length || (ulong)from > (ulong)to)
            return Stop(TrapCode.IndexOutOfRange, $"range {from}..{to} is out of range for length {text.Length}");
        if (!ReserveText((ulong)(to - from)))
            return null;
        // A collection may have moved the text.
        _linear.TryText((uint)R[ip->B], out text);
        var bytes = NewText((int)(to - from), out var address);
        text[(int)from..(int)to].CopyTo(bytes);
        R[ip->A] = address;
        return ip + 1;
    }

    private Insn* Concat(Insn* ip, long* R, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (!ReserveText((ulong)a.Length + (ulong)b.Length))
            return null;
        // A collection may have moved both.
        _linear.TryText((uint)R[ip->B], out a);
        _linear.TryText((uint)R[ip->C], out b);
        var bytes = NewText(a.Length + b.Length, out var address);
        a.CopyTo(bytes);
        b.CopyTo(bytes[a.Length..]);
        R[ip->A] = address;
        return ip + 1;
    }

    private Insn* TextOfBytes(Insn* ip, long* R)
    {
        var length = (uint)R[ip->C];
        if (!Charge(length) || !ReserveText(length))
            return _trap == default ? Stop(TrapCode.FuelExhausted) : null;
        var bytes = NewText((int)length, out var address);
        _linear.Bytes((uint)R[ip->B], (int)length).CopyTo(bytes);
        R[ip->A] = address;
        return ip + 1;
    }

    private Insn* TextOfValue(Insn* ip, long* R)
    {
        var type = _program.Type(ip->D);
        if (type.Kind == TypeKind.Str)
        {
            R[ip->A] = R[ip->B];
            return ip + 1;
        }
        Span<byte> buffer = stackalloc byte[NumberText.MaxLength];
        var length = NumberText.Write(type, R[ip->B], buffer);
        if (!ReserveText((ulong)length))
            return null;
        var bytes = NewText(length, out var address);
        buffer[..length].CopyTo(bytes);
        R[ip->A] = address;
        return ip + 1;
    }
}
