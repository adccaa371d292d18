namespace MinZ.Mir;

public sealed partial class Function
{
    /// <summary>
    /// Makes signature, marks, slots and body those of another function, rewritten by a remapper. The name and the type
    /// parameters stay this function's own. Ids of instructions and values are the same as in the source.
    /// </summary>
    public void CopyFrom(Function source, Remapper map)
    {
        Parameters = [.. source.Parameters.Select(p => p with { Type = map.Map(p.Type) })];
        Result = map.Map(source.Result);
        (Flags, Abi, Test, Location) = (source.Flags, source.Abi, source.Test, map.Map(source.Location));
        Locations.Clear();
        Locations.AddRange(source.Locations.Select(l => l with { Location = map.Map(l.Location) }));
        Locals.Clear();
        Blocks.Clear();
        var locals = new Dictionary<Local, Local>();
        foreach (var l in source.Locals)
        {
            locals[l] = NewLocal(l.Name, map.Map(l.Type), map.Map(l.Location));
            locals[l].Pinned = l.Pinned;
        }
        var blocks = new Dictionary<Block, Block>();
        foreach (var b in source.Blocks)
        {
            var copy = blocks[b] = NewBlock(b.Name);
            copy.Parameters.AddRange(b.Parameters);
            copy.Instructions.AddRange(b.Instructions);
        }
        CopyTables(source, map, locals, blocks);
    }

    private void CopyTables(Function source, Remapper map, Dictionary<Local, Local> locals,
        Dictionary<Block, Block> blocks)
    {
        _instructions = source._instructions.AsSpan().ToArray();
        _values = source._values.AsSpan().ToArray();
        _operands = source._operands.AsSpan().ToArray();
        (_operandCount, _replacements) = (source._operandCount, source._replacements);
        (InstructionLimit, ValueLimit) = (source.InstructionLimit, source.ValueLimit);
        for (var id = 0; id < InstructionLimit; id++)
        {
            ref var i = ref _instructions[id];
            i.Type = map.Map(i.Type);
            i.Payload = map.Payload(i.Payload, locals, blocks);
        }
        _constants.Clear();
        for (var id = 1; id < ValueLimit; id++)
        {
            ref var v = ref _values[id];
            v.Type = map.Map(v.Type);
            if (v.Block is not null)
                v.Block = blocks.GetValueOrDefault(v.Block, v.Block);
            if (v.Kind == ValueKind.Constant)
                _constants.TryAdd((v.Type, v.Bits), new Value(id));
        }
    }
}
