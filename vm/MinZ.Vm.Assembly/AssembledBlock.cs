using System.Collections.Immutable;
using MinZ.Backends.Z80;
using MinZ.Backends.Z80.Assembly;
using MinZ.Mir;

namespace MinZ.Vm.Assembly;

/// <summary>One inline assembly instruction of a program: its text read, and its place in memory.</summary>
internal sealed class AssembledBlock
{
    private readonly ImmutableArray<Item> _items;
    private readonly List<(string Symbol, Local Slot)> _slots = [];
    private readonly List<(string Symbol, Function Function)> _functions = [];

    public AssembledBlock(Function function, AsmBlock block, SourceLocation location, Func<Global, int> addressOf)
    {
        Function = function;
        Block = block;
        var start = location.IsKnown ? new SourcePosition(location.File, location.Line, location.Column)
            : new SourcePosition(0, 1, 1);
        var parsed = AsmParser.Parse(block.Text, new AsmParserOptions
        {
            Start = start, Resolve = name => InlineAssembly.Resolve(block, name, b => AddressOf(b, addressOf)),
        });
        _items = parsed.Items;
        MayReturn = InlineAssembly.MayReturn(_items) || function.Is(FunctionFlags.Naked);
        Error = parsed.Errors.IsEmpty ? RegisterError() : Describe(parsed.Errors[0]);
    }

    public Function Function { get; }

    public AsmBlock Block { get; }

    /// <summary>Why it cannot run; null when it can.</summary>
    public string? Error { get; private set; }

    /// <summary>True when it may go back to the caller of its function.</summary>
    public bool MayReturn { get; }

    /// <summary>
    /// True when the function is nothing but this assembly: others may jump right into it, and it ends with a return of
    /// its own, so that what lies on the stack is what it would be without the VM.
    /// </summary>
    public bool IsWholeFunction { get; set; }

    /// <summary>Address of its first byte.</summary>
    public int Start { get; set; }

    /// <summary>Bytes of its code, without the one behind it that marks the end.</summary>
    public int Size { get; private set; }

    /// <summary>Address that is reached when it is done.</summary>
    public int End => Start + Size;

    /// <summary>True when the code depends on where its function's frame is.</summary>
    public bool NamesSlots => _slots.Count > 0;

    private string? RegisterError()
    {
        var registers = Block.Inputs.Concat(Block.Outputs).Select(r => r.Register);
        return registers.FirstOrDefault(r => InlineAssembly.BytesOf(r).IsEmpty) is { } bad
            ? $"'{bad}' is no register a value can be in"
            : null;
    }

    private static string Describe(AsmError e) =>
        (e.Position.IsNone ? "" : $"line {e.Position.Line}: ") + e.Message + (e.Hint is null ? "" : $"; {e.Hint}");

    private Expr? AddressOf(AsmBinding b, Func<Global, int> addressOf)
    {
        if (b.Global is { } g)
            return Expr.Of(addressOf(g));
        if (b.Function is { } f)
            return f.Abi is { Address: { } at } ? Expr.Of(at) : Expr.Of(Symbol(_functions, f, "function"));
        return Expr.Of(Symbol(_slots, b.Local!, "slot"));
    }

    private static string Symbol<T>(List<(string Symbol, T Item)> known, T item, string kind) where T : class
    {
        foreach (var (symbol, other) in known)
            if (ReferenceEquals(other, item))
                return symbol;
        // Names of programs cannot begin like this.
        known.Add(($"__{kind}_{known.Count}", item));
        return known[^1].Symbol;
    }

    /// <summary>Finds out how long the code is, with any addresses.</summary>
    public void Measure()
    {
        if (Error is null && Assemble(_ => 0xC000, _ => 0xC000) is { } bytes)
            Size = bytes.Length;
    }

    /// <summary>The code; null, with <see cref="Error"/> set, when it is wrong.</summary>
    public byte[]? Assemble(Func<Function, int> functions, Func<Local, int> slots)
    {
        List<Item> items = [.. _items];
        items.AddRange(_functions.Select(f => new Equ(f.Symbol, Expr.Of(functions(f.Function)))));
        items.AddRange(_slots.Select(s => new Equ(s.Symbol, Expr.Of(slots(s.Slot)))));
        var result = Assembler.Assemble(items, new AssemblerOptions { Origin = Start == 0 ? 0x8000 : Start });
        if (result.Image is not { } image)
        {
            Error = Describe(result.Errors[0]);
            return null;
        }
        if (image.Regions.Length > 1)
        {
            Error = "assembly of several regions, by org, is for programs that are assembled as a whole";
            return null;
        }
        return [.. image.Bytes];
    }
}
