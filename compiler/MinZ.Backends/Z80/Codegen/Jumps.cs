using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Shortens ways: jumps to jumps, to the next instruction, around a jump, to a return; drops what is never reached.
/// </summary>
internal static class Jumps
{
    public static bool Run(List<Item> code)
    {
        var changed = false;
        while (Thread(code) | Straighten(code) | RemoveUnreachable(code) | RemoveLabels(code))
            changed = true;
        return changed;
    }

    private static Dictionary<string, int> Labels(List<Item> code)
    {
        var labels = new Dictionary<string, int>();
        for (var n = 0; n < code.Count; n++)
            if (code[n] is Label l)
                labels[l.Name] = n;
        return labels;
    }

    private static int NextInstruction(List<Item> code, int n)
    {
        while (n < code.Count && code[n] is Label or Assembly.Remark)
            n++;
        return n < code.Count && code[n] is Instruction ? n : -1;
    }

    private static bool IsJump(Item item, out Instruction jump)
    {
        jump = (item as Instruction)!;
        return jump is { Mnemonic: Mnemonic.Jump };
    }

    private static bool IsConditional(Instruction jump) => jump.First.IsCondition;

    private static Operand TargetOf(Instruction jump) => IsConditional(jump) ? jump.Second : jump.First;

    private static bool Thread(List<Item> code)
    {
        var labels = Labels(code);
        var changed = false;
        for (var n = 0; n < code.Count; n++)
        {
            if (!IsJump(code[n], out var jump) || TargetOf(jump).LabelName is not { } name
                || !labels.TryGetValue(name, out var at) || NextInstruction(code, at) is not (>= 0 and var m) || m == n)
                continue;
            if (code[m] is Instruction { Mnemonic: Mnemonic.Ret, First.IsNone: true })
            {
                code[n] = (IsConditional(jump) ? Ret(jump.First.Condition) : Ret()) with { Position = jump.Position };
                changed = true;
                continue;
            }
            if (!IsJump(code[m], out var next) || TargetOf(next).LabelName is not { } further || further == name)
                continue;
            if (!IsConditional(next) || (IsConditional(jump) && next.First == jump.First))
            {
                code[n] = (IsConditional(jump) ? Jump(jump.First.Condition, further) : Jump(further))
                    with { Position = jump.Position };
                changed = true;
            }
        }
        return changed;
    }

    private static bool Straighten(List<Item> code)
    {
        var changed = false;
        for (var n = 0; n < code.Count; n++)
        {
            if (!IsJump(code[n], out var jump))
                continue;
            if (LeadsTo(code, n + 1, TargetOf(jump).LabelName))
            {
                code.RemoveAt(n--);
                changed = true;
                continue;
            }
            if (!IsConditional(jump) || n + 1 >= code.Count)
                continue;
            var inverse = jump.First.Condition.Inverse();
            if (IsJump(code[n + 1], out var other) && !IsConditional(other)
                && LeadsTo(code, n + 2, jump.Second.LabelName))
            {
                code[n] = Jump(inverse, other.First) with { Position = jump.Position };
                code.RemoveAt(n + 1);
                changed = true;
            }
            else if (code[n + 1] is Instruction { Mnemonic: Mnemonic.Ret, First.IsNone: true }
                && LeadsTo(code, n + 2, jump.Second.LabelName))
            {
                code[n] = Ret(inverse) with { Position = jump.Position };
                code.RemoveAt(n + 1);
                changed = true;
            }
        }
        return changed;
    }

    // True when only labels, one of them the given one, lie at a position.
    private static bool LeadsTo(List<Item> code, int n, string? label)
    {
        for (; n < code.Count && code[n] is Label or Assembly.Remark; n++)
            if (code[n] is Label l && l.Name == label)
                return true;
        return false;
    }

    private static bool RemoveUnreachable(List<Item> code)
    {
        var changed = false;
        for (var n = 0; n + 1 < code.Count; n++)
        {
            if (code[n] is not Instruction { Form.Flow: Flow.Jump or Flow.Return })
                continue;
            var end = n + 1;
            while (end < code.Count && code[end] is Instruction { Comment: null })
                end++;
            if (end == n + 1)
                continue;
            code.RemoveRange(n + 1, end - n - 1);
            changed = true;
        }
        return changed;
    }

    // Labels without a reference keep neighbours apart; trap sites and the entry stay.
    private static bool RemoveLabels(List<Item> code)
    {
        var used = new HashSet<string>();
        foreach (var item in code)
            if (item is Instruction i)
                for (var k = 0; k < i.OperandCount; k++)
                    Collect(i[k].Expression, used);
            else if (item is DataValues d)
                foreach (var v in d.Values)
                    Collect(v, used);
        var before = code.Count;
        var first = code.OfType<Label>().First().Name;
        for (var n = code.Count - 1; n > 0; n--)
        {
            if (code[n] is not Label l || used.Contains(l.Name) || l.Name == first)
                continue;
            var isTrapSite = code[n - 1] is Instruction { Form.Flow: Flow.Call or Flow.CallIf };
            if (!isTrapSite)
                code.RemoveAt(n);
        }
        return code.Count != before;
    }

    private static void Collect(Expr? e, HashSet<string> used)
    {
        switch (e)
        {
            case Expr.Symbol s:
                used.Add(s.Name);
                break;
            case Expr.Unary u:
                Collect(u.Operand, used);
                break;
            case Expr.Binary b:
                Collect(b.Left, used);
                Collect(b.Right, used);
                break;
        }
    }
}
