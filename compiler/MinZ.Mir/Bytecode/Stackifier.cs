namespace MinZ.Mir.Bytecode;

/// <summary>What the stackifier asks its user to do, in order.</summary>
internal interface IStackSink
{
    /// <summary>Pushes a constant or what a local holds.</summary>
    void Push(Value value);
    /// <summary>Pops the top into the local of a value.</summary>
    void Set(Value value);
    void Pop();
    void Dup();
    void Swap();
    /// <summary>Does an instruction whose operands lie on the stack, the last on top.</summary>
    void Do(int instruction);
}

/// <summary>
/// Puts register code on a stack: a value that is used once, in the block it comes from and in the order of a stack,
/// stays there; every other value goes through a local. Instructions keep their order. Block parameters lie on the
/// stack when their block begins, the last on top; the function's parameters are in locals.
/// </summary>
internal sealed class Stackifier
{
    private readonly Function _f;
    private readonly IStackSink _sink;
    // Number of uses of each value, and the block of the only use.
    private readonly int[] _uses;
    private readonly Block?[] _user;
    private readonly HashSet<Value> _inLocal = [];

    public Stackifier(Function function, IReadOnlyList<Block> blocks, IStackSink sink)
    {
        _f = function;
        _sink = sink;
        _uses = new int[function.ValueLimit];
        _user = new Block?[function.ValueLimit];
        foreach (var block in blocks)
            foreach (var id in block.Instructions)
                foreach (var operand in function.Operands(id))
                {
                    var v = function.Resolve(operand);
                    _uses[v.Id]++;
                    _user[v.Id] = block;
                }
        foreach (var p in function.Entry.Parameters)
            _inLocal.Add(p);
    }

    /// <summary>True when something uses the value.</summary>
    public bool IsUsed(Value value) => _uses[value.Id] > 0;

    /// <summary>Emits a block.</summary>
    public void Emit(Block block)
    {
        var kept = block == _f.Entry ? 0 : block.Parameters.TakeWhile(p => MayStay(p, block)).Count();
        // A first walk finds out which values cannot stay; it starts anew when that concerns a parameter.
        while (Walk(block, kept, null) is var fewer && fewer < kept)
            kept = fewer;
        if (block != _f.Entry)
            for (var n = block.Parameters.Count - 1; n >= kept; n--)
                Leave(block.Parameters[n]);
        Walk(block, kept, _sink);
    }

    private void Leave(Value value)
    {
        if (IsUsed(value))
            _sink.Set(value);
        else
            _sink.Pop();
    }

    private bool MayStay(Value value, Block block) => _uses[value.Id] == 1 && _user[value.Id] == block &&
        !_inLocal.Contains(value);

    /// <summary>Follows the stack through a block. Returns the number of parameters that can stay on it.</summary>
    private int Walk(Block block, int kept, IStackSink? sink)
    {
        var stack = new List<Value>(block.Parameters.Take(kept));
        for (var n = kept; n < block.Parameters.Count; n++)
            _inLocal.Add(block.Parameters[n]);
        foreach (var id in block.Instructions)
        {
            var operands = _f.Operands(id);
            var matched = Matched(stack, operands, out var swapped);
            for (var k = matched; k < operands.Length; k++)
            {
                var v = _f.Resolve(operands[k]);
                if (swapped && k == 1 || stack.LastIndexOf(v) is not (>= 0 and var at))
                    continue;
                // It lies in the wrong place.
                stack.RemoveAt(at);
                _inLocal.Add(v);
                if (at < kept)
                    return at;
            }
            if (sink is not null)
                PushRest(sink, operands, matched, swapped);
            var taken = swapped ? 1 : IsDup(operands, matched) ? 1 : matched;
            stack.RemoveRange(stack.Count - taken, taken);
            kept = Math.Min(kept, stack.Count);
            sink?.Do(id);
            if (_f[id].Result is { IsValid: true } result)
                Yielded(result, block, stack, sink);
        }
        return int.MaxValue;
    }

    private void Yielded(Value result, Block block, List<Value> stack, IStackSink? sink)
    {
        if (_uses[result.Id] == 0)
            sink?.Pop();
        else if (MayStay(result, block) || _uses[result.Id] == 2 && _user[result.Id] == block &&
            !_inLocal.Contains(result))
            stack.Add(result);
        else
        {
            _inLocal.Add(result);
            sink?.Set(result);
        }
    }

    private bool IsDup(ReadOnlySpan<Value> operands, int matched) => matched == 2 && operands.Length == 2 &&
        _f.Resolve(operands[0]) == _f.Resolve(operands[1]);

    /// <summary>
    /// Number of leading operands that lie on top of the stack. Swapped: only the second of two does.
    /// </summary>
    private int Matched(List<Value> stack, ReadOnlySpan<Value> operands, out bool swapped)
    {
        swapped = false;
        if (stack.Count == 0 || operands.Length == 0)
            return 0;
        var top = stack[^1];
        if (operands.Length == 2 && _f.Resolve(operands[1]) == top)
        {
            if (_f.Resolve(operands[0]) == top)
                return 2;
            if (!stack.Contains(_f.Resolve(operands[0])) && _uses[top.Id] == 1)
            {
                swapped = true;
                return 0;
            }
        }
        for (var count = Math.Min(operands.Length, stack.Count); count > 0; count--)
        {
            var all = true;
            for (var k = 0; k < count && all; k++)
                all = _f.Resolve(operands[k]) == stack[stack.Count - count + k] &&
                    _uses[stack[stack.Count - count + k].Id] == 1;
            if (all)
                return count;
        }
        return 0;
    }

    private void PushRest(IStackSink sink, ReadOnlySpan<Value> operands, int matched, bool swapped)
    {
        if (swapped)
        {
            sink.Push(_f.Resolve(operands[0]));
            sink.Swap();
            return;
        }
        if (IsDup(operands, matched))
        {
            sink.Dup();
            return;
        }
        for (var k = matched; k < operands.Length; k++)
            sink.Push(_f.Resolve(operands[k]));
    }
}
