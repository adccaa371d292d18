using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// How many bytes of stack code needs, found by following it from a label on: pushes, frames and calls. Code outside
/// the program counts as <see cref="OutsideBytes"/>, a call back into code that is being followed as nothing.
/// </summary>
internal sealed class StackDepth
{
    /// <summary>Bytes for a call of code that is not part of the program, such as the ROM's.</summary>
    public const int OutsideBytes = 80;

    /// <summary>Times a loop is followed that leaves more on the stack each time.</summary>
    private const int MostRounds = 12;

    private readonly List<Item> _items;
    private readonly List<string> _addressTaken;
    private readonly Dictionary<string, int> _labels = [];
    private readonly Dictionary<string, int> _known = [];
    private readonly HashSet<string> _inside = [];
    private readonly HashSet<string> _recursive = [];
    private readonly Dictionary<string, HashSet<string>> _callees = [];

    /// <summary>Looks at code.</summary>
    /// <param name="items">The whole program.</param>
    /// <param name="addressTaken">Labels that jumps to computed addresses may lead to.</param>
    public StackDepth(List<Item> items, IEnumerable<string> addressTaken)
    {
        _items = items;
        _addressTaken = [.. addressTaken];
        for (var n = 0; n < items.Count; n++)
            if (items[n] is Label label)
                _labels[label.Name] = n;
    }

    /// <summary>Bytes below the stack pointer that the code at a label uses, without what recursion repeats.</summary>
    public int Of(string label)
    {
        if (_known.TryGetValue(label, out var known))
            return known;
        if (!_labels.TryGetValue(label, out var at))
            return OutsideBytes;
        if (!_inside.Add(label))
        {
            _recursive.Add(label);
            return 0;
        }
        _callees[label] = [];
        var most = Follow(at, label);
        _inside.Remove(label);
        return _known[label] = most;
    }

    /// <summary>True when what the code at a label calls may call itself again.</summary>
    public bool MayRecurse(string label)
    {
        Of(label);
        var seen = new HashSet<string>();
        var work = new Stack<string>([label]);
        while (work.TryPop(out var next))
            if (seen.Add(next))
            {
                if (_recursive.Contains(next))
                    return true;
                foreach (var callee in _callees.GetValueOrDefault(next) ?? [])
                    work.Push(callee);
            }
        return false;
    }

    private int Call(string from, string callee)
    {
        _callees[from].Add(callee);
        return Of(callee);
    }

    private int Follow(int start, string from)
    {
        var most = 0;
        var seen = new Dictionary<int, (int Depth, int Rounds)>();
        var work = new Stack<(int At, int Depth)>([(start, 0)]);
        while (work.TryPop(out var next))
        {
            var (at, depth) = next;
            for (var goesOn = true; goesOn && at < _items.Count; at++)
            {
                if (_items[at] is Label)
                {
                    var before = seen.GetValueOrDefault(at, (int.MinValue, 0));
                    if (before.Item1 >= depth || before.Item2 == MostRounds)
                        break;
                    seen[at] = (depth, before.Item2 + 1);
                }
                if (_items[at] is not Instruction i)
                    continue;
                goesOn = Step(i, at, from, ref depth, ref most, work);
                most = Math.Max(most, depth);
            }
        }
        return most;
    }

    // False when the code does not go on behind the instruction.
    private bool Step(Instruction i, int at, string from, ref int depth, ref int most, Stack<(int, int)> work)
    {
        switch (i.Mnemonic)
        {
            case Mnemonic.Push:
                depth += 2;
                return true;
            case Mnemonic.Pop:
                depth -= 2;
                return true;
            case Mnemonic.Inc or Mnemonic.Dec when i.First.Kind == OperandKind.SP:
                depth += i.Mnemonic == Mnemonic.Dec ? 1 : -1;
                return true;
            case Mnemonic.Ld when i.First.Kind == OperandKind.SP:
                depth += FrameAt(at);
                // Routines go on with another thread then; assembly of the program puts SP back.
                return i.Second.Kind == OperandKind.IX || i.Comment is not null;
            case Mnemonic.Call or Mnemonic.Rst:
                var callee = LabelOf(i);
                most = Math.Max(most, depth + 2 + (callee is null ? OutsideBytes : Call(from, callee)));
                // Nothing returns from a trap.
                return i.OperandCount > 1 || callee?.StartsWith("__trap_", StringComparison.Ordinal) != true;
            case Mnemonic.Ret or Mnemonic.Reti or Mnemonic.Retn:
                return i.OperandCount > 0;
            case Mnemonic.Jp when i.First.Kind is OperandKind.HL or OperandKind.IX or OperandKind.IY
                or OperandKind.IndHL or OperandKind.IndIX or OperandKind.IndIY:
                foreach (var label in _addressTaken)
                    most = Math.Max(most, depth + Call(from, label));
                return false;
            case Mnemonic.Jp or Mnemonic.Jr or Mnemonic.Jump or Mnemonic.Djnz:
                if (LabelOf(i) is { } target && _labels.TryGetValue(target, out var to))
                    work.Push((to, depth));
                else
                    most = Math.Max(most, depth + OutsideBytes);
                return i.Mnemonic == Mnemonic.Djnz || i.OperandCount == 2;
            default:
                return true;
        }
    }

    // Bytes of the frame that is entered by: ld ix,-n; add ix,sp; ld sp,ix.
    private int FrameAt(int at)
    {
        var before = new List<Instruction>();
        for (var n = at - 1; n >= 0 && before.Count < 2; n--)
            if (_items[n] is Instruction i)
                before.Add(i);
        return before is [{ Mnemonic: Mnemonic.Add }, { Mnemonic: Mnemonic.Ld, First.Kind: OperandKind.IX } size]
            && size.Second.IsConstant ? -(short)size.Second.Number : 0;
    }

    private static string? LabelOf(Instruction i) => i.Target is Expr.Symbol s ? s.Name : null;
}
