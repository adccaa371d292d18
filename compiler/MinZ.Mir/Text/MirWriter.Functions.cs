using System.Globalization;

namespace MinZ.Mir.Text;

public sealed partial class MirWriter
{
    private Function _function = null!;
    private readonly HashSet<string> _taken = [];
    private readonly Dictionary<Value, string> _values = [];
    private readonly Dictionary<Local, string> _locals = [];
    private readonly Dictionary<Block, string> _blocks = [];

    private void WriteFunction(Function function)
    {
        _function = function;
        NameEverything();
        _text.Append(function.IsExtern ? "extern " : "").Append(function.Test is not null ? "test " : "")
            .Append("func ").Append(MirNames.Global(function.Name));
        TypeParameters(function.TypeParameters);
        if (function.Test is null || function.Parameters.Length > 0 || !function.TypeParameters.IsDefaultOrEmpty ||
            function.Result.Kind != TypeKind.Void)
        {
            _text.Append('(');
            List(function.Parameters.Select((p, n) => (p, n)), p => WriteParameter(p.p, p.n));
            _text.Append(')');
        }
        Result(function.Result);
        WriteMarks(function);
        Location(function.Location);
        if (function.IsExtern)
        {
            _text.Append('\n');
            return;
        }
        _text.Append(" {\n");
        foreach (var local in function.Locals)
            WriteLocal(local);
        foreach (var block in function.Blocks)
            WriteBlock(block);
        _text.Append("}\n");
    }

    private void WriteParameter(Parameter parameter, int index)
    {
        Type(parameter.Type);
        if (!_function.IsExtern && index < _function.Entry.Parameters.Count)
            _text.Append(' ').Append(_values.GetValueOrDefault(_function.Entry.Parameters[index], "%undefined"));
        else if (!MirNames.IsNumber(parameter.Name))
            _text.Append(" %").Append(MirNames.Member(parameter.Name));
    }

    private void WriteMarks(Function function)
    {
        if (function.Test is { } test)
        {
            _text.Append(' ').Append(MirNames.Quote(test.DisplayName));
            if (test.IgnoreReason is { } reason)
                _text.Append(" ignore ").Append(MirNames.Quote(reason));
            if (test.ExpectedTrap is { } trap)
                _text.Append(" traps ").Append(MirNames.Quote(trap));
            if (test.MaxTStates is { } limit)
                _text.Append(" tstates ").Append(limit);
        }
        foreach (var (flag, word) in Marks)
            if (function.Is(flag))
                _text.Append(' ').Append(word);
        if (function.Abi is not { } abi)
            return;
        _text.Append(" abi(").Append(MirNames.Member(abi.Convention));
        foreach (var (parameter, register) in abi.Registers.IsDefault ? [] : abi.Registers)
            _text.Append(", %").Append(MirNames.Member(parameter)).Append(" = ").Append(MirNames.Member(register));
        if (abi.Address is { } address)
            _text.Append(CultureInfo.InvariantCulture, $", address = 0x{address:X4}");
        if (abi.Symbol is { } symbol)
            _text.Append(", symbol = ").Append(MirNames.Quote(symbol));
        _text.Append(')');
    }

    /// <summary>Words of the marks that a function's text carries; a test's is written in front.</summary>
    internal static (FunctionFlags Flag, string Word)[] Marks { get; } =
    [
        (FunctionFlags.Export, "export"), (FunctionFlags.Pure, "pure"), (FunctionFlags.Inline, "inline"),
        (FunctionFlags.NoInline, "noinline"), (FunctionFlags.Interrupt, "interrupt"), (FunctionFlags.Cold, "cold"),
        (FunctionFlags.Naked, "naked"),
    ];

    private void WriteLocal(Local local)
    {
        _text.Append("    local ");
        Type(local.Type);
        _text.Append(' ').Append(_locals[local]);
        if (local.Pinned)
            _text.Append(" pinned");
        Location(local.Location);
        _text.Append('\n');
    }

    private void WriteBlock(Block block)
    {
        var entry = block == _function.Entry;
        if (!entry || block.Name != "entry")
        {
            _text.Append(_blocks[block]);
            if (!entry && block.Parameters.Count > 0)
            {
                _text.Append('(');
                List(block.Parameters, p =>
                {
                    Type(IsValue(p) ? _function.TypeOf(p) : MirType.Void);
                    _text.Append(' ').Append(_values.GetValueOrDefault(p, "%undefined"));
                });
                _text.Append(')');
            }
            _text.Append(":\n");
        }
        foreach (var id in block.Instructions)
        {
            if (id < 0 || id >= _function.InstructionLimit)
                continue;
            _text.Append("    ");
            WriteInstruction(id);
            WriteInstructionLocation(_function[id].Location);
            _text.Append('\n');
        }
    }

    private void WriteInstructionLocation(int index)
    {
        if (!_options.WithLocations || index <= 0 || index >= _function.Locations.Count)
            return;
        // The chain of a table row only leads to earlier rows; the count guards against one that does not.
        var mark = " !";
        for (var depth = 0; index > 0 && index < _function.Locations.Count && depth <= MirReader.MaxDepth; depth++)
        {
            var entry = _function.Locations[index];
            _text.Append(mark).Append(Text(entry.Location));
            if (entry.InlinedFrom is { } from)
                _text.Append(" from ").Append(MirNames.Global(from));
            index = entry.InlinedAt;
            mark = " at ";
        }
    }

    // Values, slots and blocks get the names they have, made unique; nameless values are numbered in text order.
    private void NameEverything()
    {
        _taken.Clear();
        _values.Clear();
        _locals.Clear();
        _blocks.Clear();
        foreach (var local in _function.Locals)
            _locals[local] = "%" + MirNames.Member(Unique(local.Name.Length == 0 ? "slot" : local.Name));
        var next = 1;
        foreach (var block in _function.Blocks)
        {
            foreach (var p in block.Parameters)
                if (IsValue(p))
                    NameValue(p, ref next);
            foreach (var id in block.Instructions)
                if (id >= 0 && id < _function.InstructionLimit && IsValue(_function[id].Result))
                    NameValue(_function[id].Result, ref next);
        }
        _taken.Clear();
        foreach (var block in _function.Blocks)
        {
            var name = Unique(block.Name);
            _blocks[block] = "." + (MirNames.IsPlain("b" + name, true) ? name : MirNames.Quote(name));
        }
    }

    private void NameValue(Value value, ref int next)
    {
        var name = _function[value].Name;
        _values[value] = "%" + (MirNames.IsNumber(name)
            ? (next++).ToString(CultureInfo.InvariantCulture) : MirNames.Member(Unique(name!)));
    }

    private string Unique(string name)
    {
        var unique = name;
        for (var n = 2; !_taken.Add(unique); n++)
            unique = name + "_" + n.ToString(CultureInfo.InvariantCulture);
        return unique;
    }
}
