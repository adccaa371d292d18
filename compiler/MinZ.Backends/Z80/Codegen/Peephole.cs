using MinZ.Backends.Z80.Assembly;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Improves the code of one function (instructions with a comment stay as they are: inline assembly, volatile
/// accesses): jumps, then rules on neighbouring instructions, with what each reads and writes taken from the
/// instruction table.
/// </summary>
internal static class Peephole
{
    private const int MaxRounds = 20;

    public static void Run(List<Item> code, bool optimize)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var changed = Jumps.Run(code);
            if (optimize)
            {
                changed |= KnownValues.Run(code);
                changed |= Rules(code);
            }
            if (!changed)
                break;
        }
        if (optimize)
            CountDown(code);
    }

    private static bool Rules(List<Item> code)
    {
        var flow = new CodeFlow(code);
        var changed = false;
        for (var n = 0; n < code.Count; n++)
        {
            if (code[n] is not Instruction { Comment: null } i || i.Form is not { } form)
                continue;
            var after = flow.LiveAfter(n);
            if (IsUseless(i, form, after))
            {
                code.RemoveAt(n);
                return true;
            }
            if (Replacement(code, n, i, after) is not { } better)
                continue;
            code[n] = better with { Position = i.Position };
            changed = true;
        }
        return changed || Pairs(code);
    }

    // Nothing it changes is read before it is changed again.
    private static bool IsUseless(Instruction i, InstructionForm form, Regs after) =>
        form.Flow == Flow.Next && (form.Effects & ~Effects.Load) == 0 && form.Defs != Regs.None
        && (form.Defs & (after | Regs.SP)) == 0 && i.Mnemonic is not (Mnemonic.In or Mnemonic.Pop);

    // One instruction by a better one.
    private static Instruction? Replacement(List<Item> code, int n, Instruction i, Regs after)
    {
        var flagsDead = (after & Regs.Flags) == 0;
        switch (i.Mnemonic)
        {
            case Mnemonic.Ld when i.First.Kind == OperandKind.A && i.Second.IsConstant && i.Second.Number == 0
                && flagsDead:
                return Xor(A);
            case Mnemonic.Cp when i.First.IsConstant && i.First.Number == 0
                && (after & (Regs.FlagH | Regs.FlagN | Regs.FlagPV)) == 0:
                return Or(A);
            case Mnemonic.Or or Mnemonic.And when i.First.Kind == OperandKind.A && FlagsAreSet(code, n, after):
                return Nop();
            case Mnemonic.Add when i.First.Kind == OperandKind.A && i.Second.IsConstant && flagsDead
                && (i.Second.Number & 0xFF) is 1 or 0xFF:
                return (i.Second.Number & 0xFF) == 1 ? Inc(A) : Dec(A);
            case Mnemonic.Sla when i.First.Kind == OperandKind.A && (after & (Regs.FlagH | Regs.FlagPV)) == 0:
                return Add(A);
            case Mnemonic.Rl when i.First.Kind == OperandKind.A && (after & Regs.Flags & ~Regs.FlagC) == 0:
                return Rla();
            case Mnemonic.Rr when i.First.Kind == OperandKind.A && (after & Regs.Flags & ~Regs.FlagC) == 0:
                return Rra();
            default:
                return null;
        }
    }

    // OR A behind an operation whose result is in A: Z and S are right already.
    private static bool FlagsAreSet(List<Item> code, int n, Regs after)
    {
        if (n == 0 || code[n - 1] is not Instruction before)
            return false;
        var needed = after & Regs.Flags;
        switch (before.Mnemonic)
        {
            case Mnemonic.And or Mnemonic.Or or Mnemonic.Xor:
                return (needed & ~(Regs.FlagZ | Regs.FlagS | Regs.FlagC | Regs.FlagPV)) == 0;
            case Mnemonic.Add or Mnemonic.Adc or Mnemonic.Sub or Mnemonic.Sbc or Mnemonic.Neg:
                return (needed & ~(Regs.FlagZ | Regs.FlagS)) == 0
                    && (before.Mnemonic is Mnemonic.Sub or Mnemonic.Neg || before.First.Kind == OperandKind.A);
            case Mnemonic.Inc or Mnemonic.Dec or Mnemonic.Srl or Mnemonic.Sra or Mnemonic.Sla or Mnemonic.Rl
                or Mnemonic.Rr:
                return before.First.Kind == OperandKind.A && (needed & ~(Regs.FlagZ | Regs.FlagS)) == 0;
            default:
                return false;
        }
    }

    // Two neighbours that undo or repeat each other.
    private static bool Pairs(List<Item> code)
    {
        var changed = false;
        for (var n = 0; n + 1 < code.Count; n++)
        {
            if (code[n] is Instruction { Mnemonic: Mnemonic.Nop } nop && nop.Comment is null)
            {
                code.RemoveAt(n--);
                changed = true;
                continue;
            }
            if (code[n] is not Instruction { Comment: null } a || code[n + 1] is not Instruction { Comment: null } b)
                continue;
            if (Undoes(a, b))
            {
                code.RemoveRange(n, 2);
                changed = true;
                n = Math.Max(-1, n - 2);
            }
            else if (a.Mnemonic == Mnemonic.Call && a.Second.IsNone && b.Mnemonic == Mnemonic.Ret && b.First.IsNone)
            {
                code[n] = Jump(a.First) with { Position = a.Position };
                code.RemoveAt(n + 1);
                changed = true;
            }
        }
        return changed;
    }

    private static bool Undoes(Instruction a, Instruction b) => (a.Mnemonic, b.Mnemonic) switch
    {
        (Mnemonic.Inc, Mnemonic.Dec) or (Mnemonic.Dec, Mnemonic.Inc) or (Mnemonic.Push, Mnemonic.Pop) =>
            a.First.IsPair && a.First == b.First,
        (Mnemonic.Ex, Mnemonic.Ex) => a.First.Kind == OperandKind.DE && b.First.Kind == OperandKind.DE,
        _ => false,
    };

    // DEC B; JP NZ to a near place: DJNZ. Distances are upper bounds.
    private static void CountDown(List<Item> code)
    {
        var flow = new CodeFlow(code);
        var at = new int[code.Count + 1];
        for (var n = 0; n < code.Count; n++)
            at[n + 1] = at[n] + SizeOf(code[n]);
        for (var n = 0; n + 1 < code.Count; n++)
        {
            if (code[n] is not Instruction { Mnemonic: Mnemonic.Dec, First.Kind: OperandKind.B } dec
                || code[n + 1] is not Instruction { Mnemonic: Mnemonic.Jump, First.Kind: OperandKind.CondNZ } jump
                || jump.Second.LabelName is not { } label || (flow.LiveAfter(n + 1) & Regs.Flags) != 0)
                continue;
            var target = code.FindIndex(i => i is Label l && l.Name == label);
            if (target < 0 || Math.Abs(at[target] - at[n]) > 120)
                continue;
            code[n] = Djnz(jump.Second) with { Position = dec.Position };
            code[n + 1] = Nop();
        }
        code.RemoveAll(i => i is Instruction { Mnemonic: Mnemonic.Nop, Comment: null });
    }

    private static int SizeOf(Item item) => item switch
    {
        Instruction i => i.Form?.Size ?? 4,
        DataBytes d => d.Bytes.Length,
        DataValues d => d.Values.Length * d.Width,
        _ => 0,
    };
}

/// <summary>Which registers and flags are read later, for each item of a function.</summary>
internal sealed class CodeFlow
{
    private readonly Regs[] _after;

    public CodeFlow(List<Item> code)
    {
        _after = new Regs[code.Count];
        var labels = new Dictionary<string, int>();
        for (var n = 0; n < code.Count; n++)
            if (code[n] is Label l)
                labels[l.Name] = n;
        var before = new Regs[code.Count + 1];
        before[code.Count] = Regs.All & ~Regs.Flags;
        for (var changed = true; changed;)
        {
            changed = false;
            for (var n = code.Count - 1; n >= 0; n--)
            {
                var live = Out(code[n], before[n + 1], labels, before);
                _after[n] = live;
                var now = Before(code[n], live);
                if (now == before[n])
                    continue;
                before[n] = now;
                changed = true;
            }
        }
    }

    private static Regs Before(Item item, Regs live)
    {
        if (item is not Instruction i)
            return item is DataBytes or DataValues ? Regs.All : live;
        if (i.Form is not { } form)
            return Regs.All;
        if (IsOpaque(i))
            return Regs.All & ~Regs.Flags;
        // The message of a trap is in HL.
        return (live & ~Kills(form)) | form.Uses | (IsTrap(i) ? Regs.H | Regs.L : Regs.None);
    }

    /// <summary>What is read after an item.</summary>
    public Regs LiveAfter(int item) => _after[item];

    // Calls and jumps out of the function may read any register, but no flag.
    private static bool IsOpaque(Item item) => item is Instruction { Form.Flow: Flow.Call } i && !IsTrap(i);

    private static bool IsTrap(Instruction i) =>
        i.Target is Expr.Symbol s && s.Name.StartsWith("__trap", StringComparison.Ordinal);

    private static Regs Kills(InstructionForm form) => form.Flow is Flow.CallIf ? Regs.None : form.Defs;

    private static Regs Out(Item item, Regs next, Dictionary<string, int> labels, Regs[] before)
    {
        if (item is not Instruction { Form: { } form } i)
            return next;
        Regs Target() => i.Target is Expr.Symbol s && labels.TryGetValue(s.Name, out var at)
            ? before[at] : Regs.All & ~Regs.Flags;
        return form.Flow switch
        {
            Flow.Jump => Target(),
            Flow.Branch => Target() | next,
            Flow.Return => Regs.All & ~Regs.Flags,
            Flow.CallIf or Flow.Call when IsTrap(i) => form.Flow == Flow.Call ? Regs.HL : next,
            Flow.ReturnIf or Flow.CallIf => (Regs.All & ~Regs.Flags) | next,
            Flow.Call or Flow.Next => next,
        };
    }
}
