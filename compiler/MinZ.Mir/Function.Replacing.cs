using System.Runtime.InteropServices;

namespace MinZ.Mir;

/// <content>Making values stand for others, and closing the gaps that this leaves.</content>
public sealed partial class Function
{
    /// <summary>
    /// Makes every use of a value, now and until <see cref="ApplyReplacements"/>, a use of another. The definition
    /// stays.
    /// </summary>
    public void Replace(Value value, Value by)
    {
        by = Resolve(by);
        if (value == by)
            return;
        ref var v = ref _values[value.Id];
        v.Kind = ValueKind.Replaced;
        v.Index = by.Id;
        _replacements++;
    }

    /// <summary>The value that stands for this one after all replacements.</summary>
    public Value Resolve(Value value)
    {
        while (value.IsValid && _values[value.Id].Kind == ValueKind.Replaced)
            value = new Value(_values[value.Id].Index);
        return value;
    }

    /// <summary>Rewrites all operands by the replacements made so far.</summary>
    public void ApplyReplacements()
    {
        if (_replacements == 0)
            return;
        foreach (var block in Blocks)
            foreach (var id in block.Instructions)
                foreach (ref var operand in MutableOperands(id))
                    operand = Resolve(operand);
        _replacements = 0;
    }

    /// <summary>
    /// Sets <see cref="Block.Index"/> and parameter indices after blocks or parameters were moved or removed.
    /// </summary>
    public void Renumber()
    {
        for (var b = 0; b < Blocks.Count; b++)
        {
            Blocks[b].Index = b;
            for (var p = 0; p < Blocks[b].Parameters.Count; p++)
                _values[Blocks[b].Parameters[p].Id].Index = p;
        }
    }

    /// <summary>
    /// Forgets instructions that are in no block and values nobody can name, and closes the gaps. Ids change; block
    /// lists, results and operands follow.
    /// </summary>
    public void Compact()
    {
        ApplyReplacements();
        var instructions = new Instruction[Math.Max(16, Blocks.Sum(b => b.Instructions.Count))];
        var operands = new Value[Math.Max(32, _operandCount)];
        var values = new ValueInfo[_values.Length];
        var map = new Value[ValueLimit];
        int count = 0, used = 0, limit = 1;
        Value Map(Value v)
        {
            if (v.IsValid && !map[v.Id].IsValid)
            {
                values[limit] = _values[v.Id];
                map[v.Id] = new Value(limit++);
            }
            return map[v.Id];
        }
        foreach (var block in Blocks)
        {
            foreach (ref var p in CollectionsMarshal.AsSpan(block.Parameters))
                p = Map(p);
            foreach (ref var id in CollectionsMarshal.AsSpan(block.Instructions))
            {
                var i = _instructions[id];
                var from = _operands.AsSpan(i.OperandStart, i.OperandCount);
                i.OperandStart = used;
                foreach (var v in from)
                    operands[used++] = Map(v);
                i.Result = Map(i.Result);
                if (i.Result.IsValid)
                    values[i.Result.Id].Index = count;
                instructions[count] = i;
                id = count++;
            }
        }
        _constants.Clear();
        for (var v = 1; v < limit; v++)
            if (values[v].Kind == ValueKind.Constant)
                _constants[(values[v].Type, values[v].Bits)] = new Value(v);
        (_instructions, _operands, _values) = (instructions, operands, values);
        (InstructionLimit, _operandCount, ValueLimit) = (count, used, limit);
    }
}
