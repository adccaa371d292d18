using System.Collections.Immutable;

namespace MinZ.Backends.Z80.Assembly;

/// <summary>
/// Gives items their addresses and symbols their values. Jumps of open length begin short and only ever grow, so the
/// search ends; counts and addresses that depend on symbols are recomputed until nothing moves.
/// </summary>
internal sealed class Layout
{
    // Passes in which no jump grew: enough for chains of ORG and DS that depend on later labels.
    private const int MaxIdlePasses = 16;

    private readonly IReadOnlyList<Item> _items;
    private readonly int _origin;
    private readonly ImmutableArray<AsmError>.Builder _errors;
    private readonly Dictionary<string, int> _definitions = [];
    private readonly HashSet<string> _evaluating = [];
    private readonly bool[] _long;

    public Layout(IReadOnlyList<Item> items, int origin, ImmutableArray<AsmError>.Builder errors)
    {
        _items = items;
        _origin = origin;
        _errors = errors;
        _long = new bool[items.Count];
        Addresses = new int[items.Count];
        Sizes = new int[items.Count];
    }

    public int[] Addresses { get; }

    public int[] Sizes { get; }

    /// <summary>Why an expression has no value.</summary>
    public sealed record Problem(string Message, string? Hint = null);

    public void Solve()
    {
        Define();
        if (_errors.Count > 0)
            return;
        var idle = 0;
        while (true)
        {
            var moved = Place(report: false);
            var grown = GrowJumps();
            if (!moved && !grown)
                break;
            idle = grown ? 0 : idle + 1;
            if (idle <= MaxIdlePasses)
                continue;
            _errors.Add(new AsmError(FirstVariable().Position,
                "the sizes and addresses of the program depend on each other without end",
                "let ds, align and org depend only on labels defined before them"));
            return;
        }
        Place(report: true);
    }

    /// <summary>The item at an index, with an open jump replaced by what it became.</summary>
    public Item Resolved(int index) => _items[index] is Instruction { Mnemonic: Mnemonic.Jump } jump
        ? jump with { Mnemonic = IsShort(index, jump) ? Mnemonic.Jr : Mnemonic.Jp }
        : _items[index];

    public ImmutableArray<ImageSymbol> Symbols()
    {
        var symbols = ImmutableArray.CreateBuilder<ImageSymbol>(_definitions.Count);
        foreach (var (name, index) in _definitions.OrderBy(d => d.Value))
        {
            if (SymbolValue(name, out _) is { } value)
                symbols.Add(new ImageSymbol(name, value, _items[index] is Label, _items[index].Position));
        }
        return symbols.ToImmutable();
    }

    public int? Evaluate(Expr expression, int here, out Problem? problem)
    {
        problem = null;
        switch (expression)
        {
            case Expr.Constant constant:
                return constant.Value;
            case Expr.Here:
                return here;
            case Expr.Symbol symbol:
                return SymbolValue(symbol.Name, out problem);
            case Expr.Unary unary:
                return Evaluate(unary.Operand, here, out problem) is { } operand
                    ? Expr.Apply(unary.Op, operand)
                    : null;
            case Expr.Binary binary:
                if (Evaluate(binary.Left, here, out problem) is not { } left
                    || Evaluate(binary.Right, here, out problem) is not { } right)
                    return null;
                var value = Expr.Apply(binary.Op, left, right);
                if (value is null)
                    problem = new Problem($"division by zero in '{expression}'");
                return value;
            default:
                throw new InvalidOperationException("unknown expression");
        }
    }

    private int? SymbolValue(string name, out Problem? problem)
    {
        problem = null;
        if (!_definitions.TryGetValue(name, out var index))
        {
            var near = Spelling.Nearest(name, _definitions.Keys);
            problem = new Problem($"'{name}' is not defined", near is null ? null : $"did you mean '{near}'?");
            return null;
        }
        if (_items[index] is not Equ equ)
            return Addresses[index];
        if (!_evaluating.Add(name))
        {
            problem = new Problem($"the value of '{name}' depends on itself");
            return null;
        }
        var value = Evaluate(equ.Value, Addresses[index], out problem);
        _evaluating.Remove(name);
        return value;
    }

    private void Define()
    {
        for (var i = 0; i < _items.Count; i++)
        {
            switch (_items[i])
            {
                case Label label:
                    Define(label.Name, i);
                    break;
                case Equ equ:
                    Define(equ.Name, i);
                    break;
                case Instruction { Form: null } instruction:
                    Report(i, $"the Z80 has no instruction '{instruction}'", InstructionHints.For(instruction));
                    break;
                case Align { Boundary: <= 0 } align:
                    Report(i, $"cannot align to {align.Boundary}", "the boundary is 1 or more, as a rule a power of 2");
                    break;
                case DataValues { Width: not (1 or 2) } data:
                    Report(i, $"data of width {data.Width}; only 1 and 2 are possible");
                    break;
            }
        }
    }

    private void Define(string name, int index)
    {
        if (_definitions.TryAdd(name, index))
            return;
        var first = _items[_definitions[name]].Position;
        Report(index, $"'{name}' is already defined", first.IsNone ? null : $"first defined in line {first.Line}");
    }

    // One pass over the program; true when an address changed.
    private bool Place(bool report)
    {
        var address = _origin;
        var moved = false;
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i] is Org org)
                address = Number(org.Address, i, address, 0xFFFF, report);
            moved |= Addresses[i] != address;
            Addresses[i] = address;
            Sizes[i] = SizeOf(i, address, report);
            address += Sizes[i];
        }
        return moved;
    }

    private int SizeOf(int index, int address, bool report) => _items[index] switch
    {
        Instruction { Mnemonic: Mnemonic.Jump } jump => IsShort(index, jump) ? 2 : jump.Form!.Size,
        Instruction instruction => instruction.Form!.Size,
        DataBytes data => data.Bytes.Length,
        DataValues data => data.Values.Length * data.Width,
        Reserve reserve => Number(reserve.Count, index, address, 0x10000, report),
        Align align => (align.Boundary - address % align.Boundary) % align.Boundary,
        _ => 0,
    };

    // A number that the layout depends on. While it is unknown or wild it counts as the nearest possible one.
    private int Number(Expr expression, int index, int here, int max, bool report)
    {
        var value = Evaluate(expression, here, out var problem);
        if (report && value is null)
            Report(index, problem!.Message, problem.Hint);
        else if (report && (value < 0 || value > max))
            Report(index, $"{value} is outside 0 to {max}");
        return Math.Clamp(value ?? 0, 0, max);
    }

    private bool IsShort(int index, Instruction jump) => !_long[index]
        && InstructionTable.Find(Mnemonic.Jr, jump.First.Kind, jump.Second.Kind) is not null;

    private bool GrowJumps()
    {
        var grown = false;
        for (var i = 0; i < _items.Count; i++)
        {
            if (_items[i] is not Instruction { Mnemonic: Mnemonic.Jump } jump || !IsShort(i, jump))
                continue;
            // An undefined target is reported when the jump is encoded.
            if (jump.Target is not { } target || Evaluate(target, Addresses[i], out _) is not { } to)
                continue;
            if (to - (Addresses[i] + 2) is >= -128 and <= 127)
                continue;
            _long[i] = true;
            grown = true;
        }
        return grown;
    }

    private Item FirstVariable() =>
        _items.FirstOrDefault(i => i is Reserve { Count: not Expr.Constant } or Org { Address: not Expr.Constant })
        ?? _items[0];

    private void Report(int index, string message, string? hint = null) =>
        _errors.Add(new AsmError(_items[index].Position, message, hint));
}
