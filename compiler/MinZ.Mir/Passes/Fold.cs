using MinZ.Mir.Passes.Rules;

namespace MinZ.Mir.Passes;

/// <summary>
/// Evaluates ops on constants with the op table's evaluators and applies the rule lists of <see cref="Rules"/> until
/// nothing changes. Constants become operands; <c>const</c> and <c>load.param</c> disappear.
/// </summary>
public static class Fold
{
    private static readonly Dictionary<Op, Rule[]> ByOp =
        Arith.All.Concat(Bits.All).Concat(Compare.All).Concat(Rules.Convert.All).Concat(Memory.All)
            .GroupBy(r => r.Op).ToDictionary(g => g.Key, g => g.ToArray());

    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var changed = false;
        for (var round = 0; round < 8 && Round(f); round++)
            changed = true;
        return changed;
    }

    private static bool Round(Function f)
    {
        var uses = CountUses(f);
        var rewrite = new Rewrite(f, uses);
        var changed = false;
        foreach (var block in new Cfg(f).ReversePostorder)
        {
            var body = block.Instructions.ToArray();
            block.Instructions.Clear();
            foreach (var id in body)
            {
                foreach (ref var v in f.MutableOperands(id))
                    v = f.Resolve(v);
                rewrite.At(id, block.Instructions);
                if (Simplify(f, id, rewrite) is { IsValid: true } by)
                {
                    f.Replace(f[id].Result, by);
                    changed = true;
                    continue;
                }
                changed |= rewrite.TakeChanged();
                block.Instructions.Add(id);
            }
        }
        f.ApplyReplacements();
        return changed;
    }

    private static int[] CountUses(Function f)
    {
        var uses = new int[f.ValueLimit];
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                foreach (var v in f.Operands(id))
                    uses[v.Id]++;
        return uses;
    }

    private static Value Simplify(Function f, int id, Rewrite r)
    {
        if (Evaluate(f, id) is { IsValid: true } constant)
            return constant;
        ref var i = ref f[id];
        if (i.Op.Info().Commutative && f.TryConstant(f.Operands(id)[0], out _)
            && !f.TryConstant(f.Operands(id)[1], out _))
        {
            var o = f.MutableOperands(id);
            (o[0], o[1]) = (o[1], o[0]);
        }
        if (!ByOp.TryGetValue(i.Op, out var rules))
            return Value.None;
        foreach (var rule in rules)
            if (rule.Apply(r) is { IsValid: true } by && by != f[id].Result)
                return by;
        return Value.None;
    }

    private static Value Evaluate(Function f, int id)
    {
        ref var i = ref f[id];
        if (!i.Result.IsValid)
            return Value.None;
        var type = f.TypeOf(i.Result);
        var o = f.Operands(id);
        switch (i.Op)
        {
            case Op.Const:
                return f.Constant(type, i.Bits);
            case Op.LoadParam:
                return o[0];
            case Op.Conv when f.TryConstant(o[0], out var bits) && f.TypeOf(o[0]).IsNumeric:
                return f.Constant(type, Evaluators.Convert(f.TypeOf(o[0]), type, bits));
            case Op.Select when f.TryConstant(o[0], out var c):
                return o[c != 0 ? 1 : 2];
        }
        if (i.Op.Info().Evaluate is not { } evaluate || !i.Type.IsNumeric || !f.TryConstant(o[0], out var a))
            return Value.None;
        long b = 0;
        if (o.Length > 1 && !f.TryConstant(o[1], out b))
            return Value.None;
        return evaluate(i.Type, a, b, out var result) ? f.Constant(type, result) : Value.None;
    }
}
