namespace MinZ.Mir.Passes;

/// <summary>A variable of a loop that changes by the same amount on each way round.</summary>
/// <param name="Index">Its position among the header's parameters.</param>
/// <param name="Variable">The header's parameter.</param>
/// <param name="Initial">Its value on entry.</param>
/// <param name="Next">Variable + step, the value for the next way round.</param>
/// <param name="Step">The same on each way round; constant, or a value from outside the loop.</param>
internal sealed record Induction(int Index, Value Variable, Value Initial, Value Next, Value Step);

/// <summary>A natural loop with one edge that enters it and one that repeats it.</summary>
internal sealed class SimpleLoop
{
    private readonly Function _f;
    private readonly HashSet<Value> _inside = [];
    private int _entrySuccessor;

    private SimpleLoop(Function f, Block header, HashSet<Block> body, Block outside, Block latch)
    {
        (_f, Header, Body, Outside, Latch) = (f, header, body, outside, latch);
        _entrySuccessor = f.SuccessorsOf(outside).IndexOf(header);
        LatchSuccessor = f.SuccessorsOf(latch).IndexOf(header);
        foreach (var b in body)
        {
            _inside.UnionWith(b.Parameters);
            foreach (var id in b.Instructions)
                if (f[id].Result.IsValid)
                    _inside.Add(f[id].Result);
        }
    }

    public Block Header { get; }
    public HashSet<Block> Body { get; }
    /// <summary>The block in front of the loop.</summary>
    public Block Outside { get; private set; }
    /// <summary>The block that repeats the loop.</summary>
    public Block Latch { get; }
    /// <summary>Which successor of the latch is the header.</summary>
    public int LatchSuccessor { get; }

    /// <summary>The loop of a header, or null when it has more edges.</summary>
    public static SimpleLoop? Of(Function f, Cfg cfg, Block header)
    {
        var body = cfg.LoopBody(header);
        var sides = cfg.Predecessors(header).ToLookup(body.Contains);
        return sides[false].ToArray() is [var outside] && sides[true].ToArray() is [var latch]
            && f.SuccessorsOf(outside).Count(b => b == header) == 1
            && f.SuccessorsOf(latch).Count(b => b == header) == 1
            ? new SimpleLoop(f, header, body, outside, latch) : null;
    }

    /// <summary>True when a value is the same on each way round.</summary>
    public bool IsInvariant(Value v) => !_inside.Contains(v);

    /// <summary>Value of a header's parameter on entry.</summary>
    public Value Initial(int parameter) => _f.ArgumentsFor(_f.TerminatorOf(Outside), _entrySuccessor)[parameter];

    /// <summary>Value of a header's parameter for the next way round.</summary>
    public Value Next(int parameter) => _f.ArgumentsFor(_f.TerminatorOf(Latch), LatchSuccessor)[parameter];

    /// <summary>The integer variables that change by the same amount on each way round.</summary>
    public IEnumerable<Induction> Inductions()
    {
        for (var p = 0; p < Header.Parameters.Count; p++)
        {
            var (variable, next) = (Header.Parameters[p], Next(p));
            var d = _f.DefinitionOf(next);
            if (d < 0 || _f[d].Op != Op.Add || !_f[d].Type.IsInteger)
                continue;
            var (a, b) = (_f.Operands(d)[0], _f.Operands(d)[1]);
            if (a == variable && IsInvariant(b))
                yield return new Induction(p, variable, Initial(p), next, b);
            else if (b == variable && IsInvariant(a))
                yield return new Induction(p, variable, Initial(p), next, a);
        }
    }

    /// <summary>
    /// How often the loop runs when its repetition depends on an induction variable that starts, steps and ends at
    /// constants and does not wrap; null when not known. <paramref name="comparison"/> is the instruction that decides.
    /// </summary>
    public long? Rounds(Induction v, out int comparison)
    {
        comparison = -1;
        var type = _f.TypeOf(v.Variable);
        var branch = _f.TerminatorOf(Latch);
        if (type.Bits > 32 || !_f.TryConstant(v.Step, out var step) || !_f.TryConstant(v.Initial, out var initial)
            || step <= 0 || _f[branch].Op != Op.JumpIf
            || _f.DefinitionOf(_f.Operands(branch)[0]) is not (>= 0 and var c)
            || !RepeatsBelow(_f[c].Op) || _f.Operands(c)[0] != v.Next
            || !_f.TryConstant(_f.Operands(c)[1], out var bound))
            return null;
        if (_f[c].Op is Op.CmpNe or Op.CmpEq && (bound <= initial || (bound - initial) % step != 0))
            return null;
        comparison = c;
        var rounds = bound <= initial ? 1 : (bound - initial + step - 1) / step;
        return initial + rounds * step <= Constants.MaxValue(type) ? rounds : null;
    }

    private bool RepeatsBelow(Op op) => LatchSuccessor == 0 ? op is Op.CmpLt or Op.CmpNe : op is Op.CmpGe or Op.CmpEq;

    /// <summary>A block in front of the loop that goes nowhere else; made when there is none.</summary>
    public Block Preheader()
    {
        if (_f[_f.TerminatorOf(Outside)].Op != Op.Jump)
        {
            Outside = Licm.NewPreheader(_f, Outside, Header);
            _entrySuccessor = 0;
        }
        return Outside;
    }

    /// <summary>Gives the header a parameter; <see cref="Repeat"/> must follow.</summary>
    public Value NewVariable(MirType type, Value initial, string? name = null)
    {
        var variable = _f.NewParameter(Header, type, name);
        AddArgument(_f, _f.TerminatorOf(Outside), _entrySuccessor, initial);
        _inside.Add(variable);
        return variable;
    }

    /// <summary>Passes the value of the newest variable for the next way round.</summary>
    public void Repeat(Value next) => AddArgument(_f, _f.TerminatorOf(Latch), LatchSuccessor, next);

    private static void AddArgument(Function f, int terminator, int successor, Value value)
    {
        var s = (Successors)f[terminator].Payload!;
        var (start, count) = f.ArgumentRange(terminator, successor);
        Value[] all = [.. f.Operands(terminator)];
        f.SetOperands(terminator, [.. all.AsSpan(0, start + count), value, .. all.AsSpan(start + count)]);
        f[terminator].Payload = s with { ArgumentCounts = s.ArgumentCounts.SetItem(successor, count + 1) };
    }
}
