namespace MinZ.Mir.Lowering;

/// <summary>
/// For targets that cannot build strings: a trap whose message is put together from pieces writes the pieces to the
/// console, and traps with the first literal among them. So a failed <c>assert_eq</c> still shows both values.
/// </summary>
public static class TrapMessages
{
    /// <summary>Rewrites the traps of all functions. Runs on high-level or lowered modules.</summary>
    public static void Lower(Module module)
    {
        foreach (var function in module.Functions)
            foreach (var block in function.Blocks)
                if (function.IsFinished(block) && function[function.TerminatorOf(block)].Op == Op.Trap)
                    Lower(function, block);
    }

    private static void Lower(Function f, Block block)
    {
        var trap = block.Instructions[^1];
        if (f.Operands(trap) is not [var message] || DefinitionOf(f, message) is not (Op.StrConcat or Op.StrOf))
            return;
        var pieces = new List<Value>();
        var built = new HashSet<int>();
        Collect(f, message, pieces, built);
        block.Instructions.RemoveAll(id => built.Contains(id) || id == trap);
        var b = new Builder(f) { Location = f[trap].Location };
        b.At(block);
        foreach (var piece in pieces)
            b.Call(Intrinsic.PrintText, piece);
        b.Call(Intrinsic.PrintLine);
        var literal = pieces.Find(p => DefinitionOf(f, p) == Op.ConstStr);
        b.Trap((TrapCode)f[trap].Bits, literal);
    }

    private static Op? DefinitionOf(Function f, Value value) =>
        f.DefinitionOf(f.Resolve(value)) is var id and >= 0 ? f[id].Op : null;

    /// <summary>Finds what a message is made of, in order, and the instructions that put it together.</summary>
    private static void Collect(Function f, Value value, List<Value> pieces, HashSet<int> built)
    {
        value = f.Resolve(value);
        var id = f.DefinitionOf(value);
        if (id < 0 || f[id].Op is not (Op.StrConcat or Op.StrOf))
        {
            pieces.Add(value);
            return;
        }
        built.Add(id);
        Value[] operands = [.. f.Operands(id)];
        if (f[id].Op == Op.StrOf)
            pieces.Add(operands[0]);
        else
            foreach (var part in operands)
                Collect(f, part, pieces, built);
    }
}
