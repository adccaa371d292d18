namespace MinZ.Mir.Passes;

/// <summary>
/// What is known of the values an induction variable takes: from where it starts, from the comparison that repeats the
/// loop and from index checks.
/// </summary>
internal sealed class LoopRange
{
    private readonly Function _f;
    private readonly Cfg _cfg;
    private readonly Induction _variable;
    private readonly long _max;
    private readonly List<(Block Block, long Low, long High)> _checks = [];
    private readonly (long Low, long High) _range;

    /// <summary>False when the variable may wrap around; nothing is known then.</summary>
    public bool IsExact { get; }

    public LoopRange(Function f, Cfg cfg, SimpleLoop loop, Induction variable)
    {
        (_f, _cfg, _variable) = (f, cfg, variable);
        var type = f.TypeOf(variable.Variable);
        if (type.IsSigned || type.Bits > 32 || !f.TryConstant(variable.Step, out var step))
            return;
        _max = (1L << type.Bits) - 1;
        if (step > _max / 2)
            step -= _max + 1;
        var first = f.TryConstant(variable.Initial, out var initial)
            ? (Low: initial, High: initial)
            : (Low: 0L, High: _max);
        var (always, before) = ((Low: 0L, High: _max), (Low: 0L, High: _max));
        FindChecks(loop);
        foreach (var (block, low, high) in _checks)
            if (cfg.Dominates(block, loop.Latch))
                before = (Math.Max(before.Low, low), Math.Min(before.High, high));
        if (LimitOfNext(loop, first, step, ref before) is { } limit)
            always.High = Math.Max(first.High, limit);
        before = (Math.Max(before.Low, always.Low), Math.Min(before.High, always.High));
        IsExact = step > 0 ? before.High + step <= _max : before.Low + step >= 0;
        _range = step > 0
            ? (first.Low, Math.Min(always.High, Math.Max(first.High, before.High + step)))
            : (Math.Min(first.Low, before.Low + step), Math.Min(always.High, first.High));
    }

    /// <summary>
    /// True when variable + offset, computed in the variable's type, is the sum of the numbers at a block.
    /// </summary>
    public bool IsExactSum(Block at, long offset)
    {
        if (!IsExact)
            return false;
        var (low, high) = _range;
        foreach (var c in _checks)
            if (_cfg.Dominates(c.Block, at))
                (low, high) = (Math.Max(low, c.Low), Math.Min(high, c.High));
        return low + offset >= 0 && high + offset <= _max;
    }

    /// <summary>A value as variable + offset, index checks left out; null when it is something else.</summary>
    public static long? OffsetFrom(Function f, Value variable, Value v)
    {
        var offset = 0L;
        var type = f.TypeOf(variable);
        while (v != variable)
        {
            var d = f.DefinitionOf(v);
            if (d < 0)
                return null;
            var isSame = f[d].Type == type;
            var widens = f[d].Op == Op.Conv && f.TypeOf(f.Operands(d)[0]) == type && f[d].Type.Bits > type.Bits;
            if (f[d].Op == Op.Add && isSame && f.TryConstant(f.Operands(d)[1], out var c))
                offset += c;
            else if (f[d].Op != Op.Bounds && !widens)
                return null;
            v = f.Operands(d)[0];
        }
        var size = 1L << type.Bits;
        offset &= size - 1;
        return offset >= size / 2 ? offset - size : offset;
    }

    private void FindChecks(SimpleLoop loop)
    {
        foreach (var block in loop.Body)
            foreach (var id in block.Instructions)
                if (_f[id].Op == Op.Bounds && _f.TryConstant(_f.Operands(id)[1], out var n) && n > 0
                    && n <= _max / 2 + 1 && _f[id].Type == _f.TypeOf(_variable.Variable)
                    && OffsetFrom(_f, _variable.Variable, _f.Operands(id)[0]) is { } k && -k >= 0 && n - 1 - k <= _max)
                    _checks.Add((block, -k, n - 1 - k));
                else if (_f[id].Op == Op.Bounds && _f.TryConstant(_f.Operands(id)[1], out n) && n > 0
                    && _f.Operands(id)[0] == _variable.Variable)
                    _checks.Add((block, 0, n - 1));
    }

    // Largest value of Next that repeats the loop; a comparison for inequality bounds the variable itself.
    private long? LimitOfNext(SimpleLoop loop, (long Low, long High) first, long step, ref (long Low, long High) before)
    {
        long? limit = null;
        foreach (var block in loop.Body)
            foreach (var id in block.Instructions)
                if (_f[id].Op == Op.Bounds && _f.Operands(id)[0] == _variable.Next && _cfg.Dominates(block, loop.Latch)
                    && _f.TryConstant(_f.Operands(id)[1], out var n))
                    limit = Math.Min(limit ?? _max, n - 1);
        var branch = _f.TerminatorOf(loop.Latch);
        if (_f[branch].Op != Op.JumpIf || _f.DefinitionOf(_f.Operands(branch)[0]) is not (>= 0 and var c)
            || _f[c].Op is < Op.CmpEq or > Op.CmpGe || _f.Operands(c)[0] != _variable.Next)
            return limit;
        var bound = _f.TryConstant(_f.Operands(c)[1], out var k) ? k : -1;
        switch (_f[c].Op)
        {
            case Op.CmpLt when loop.LatchSuccessor == 0:
            case Op.CmpGe when loop.LatchSuccessor == 1:
                return Math.Min(limit ?? _max, bound >= 0 ? bound - 1 : _max - 1);
            case Op.CmpNe when loop.LatchSuccessor == 0:
            case Op.CmpEq when loop.LatchSuccessor == 1:
                if (step == 1 && bound > first.High)
                    before.High = Math.Min(before.High, bound - 1);
                if (step == -1 && bound == 0 && first.Low > 0)
                    before.Low = Math.Max(before.Low, 1);
                return limit;
            default:
                return limit;
        }
    }
}
