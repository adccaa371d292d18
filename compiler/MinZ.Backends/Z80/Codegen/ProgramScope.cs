using MinZ.Backends.Z80.Assembly;
using MinZ.Mir;
using MinZ.Mir.Lowering;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Names and messages the whole program shares while MIR becomes register-transfer form.</summary>
internal sealed class ProgramScope(Module module, EmitOptions options)
{
    private readonly HashSet<string> _labels = [];
    private readonly Dictionary<Global, string> _globals = [];
    private readonly Dictionary<Function, LFunction> _functions = [];
    private readonly Dictionary<StringConstant, string> _strings = [];
    private readonly HashSet<(int, SourceLocation, string)> _reported = [];
    private readonly Dictionary<Function, bool> _stopping = [];

    public Module Module { get; } = module;
    public EmitOptions Options { get; } = options;
    public DataLayout Layout { get; } = DataLayout.Z80;
    public EmitContext Emit { get; } = new();
    public List<TargetMessage> Messages { get; } = [];
    public IReadOnlyDictionary<StringConstant, string> Strings => _strings;
    public IReadOnlyDictionary<Global, string> Globals => _globals;

    /// <summary>True when the program starts threads.</summary>
    public bool HasThreads { get; } =
        module.Functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id => f[id].Op == Op.Spawn)));

    /// <summary>Functions that the routines for threads call.</summary>
    public ThreadHooks Hooks { get; init; } = new(null, null, false);

    /// <summary>Functions that threads begin with.</summary>
    public HashSet<Function> Spawned { get; } = [];

    /// <summary>True to collect at every allocation.</summary>
    public bool StressesHeap { get; init; }

    /// <summary>Functions whose address is taken: they have the standard convention.</summary>
    public HashSet<Function> AddressTaken { get; } = [];

    /// <summary>A label for a name of the program, unique and legal in assembly.</summary>
    public string NewLabel(string name)
    {
        var text = AsmNames.Spell(name);
        var label = text;
        for (var n = 2; !_labels.Add(label.ToLowerInvariant()); n++)
            label = $"{text}_{n}";
        return label;
    }

    public string LabelOf(Global global)
    {
        if (!_globals.TryGetValue(global, out var label))
            _globals[global] = label = NewLabel(global.Name);
        return label;
    }

    /// <summary>Label of a string's record.</summary>
    public string LabelOf(StringConstant text)
    {
        if (!_strings.TryGetValue(text, out var label))
            _strings[text] = label = NewLabel($"__text{_strings.Count}");
        return label;
    }

    /// <summary>The register-transfer form of a function; empty until it is selected.</summary>
    public LFunction this[Function f]
    {
        get
        {
            if (!_functions.TryGetValue(f, out var l))
                _functions[f] = l = new LFunction(NewLabel(f.Abi?.Symbol ?? f.Name));
            return l;
        }
    }

    /// <summary>
    /// True for functions that are nowhere in source, as those of the runtime library, and may stop the program.
    /// </summary>
    public bool StopsForCaller(Function f)
    {
        if (f.Location.IsKnown)
            return false;
        if (_stopping.TryGetValue(f, out var known))
            return known;
        _stopping[f] = false;
        return _stopping[f] = f.Blocks.Any(b => b.Instructions.Any(Stops));

        bool Stops(int id) =>
            f[id].Op is Op.Trap or Op.New or Op.SliceNew or Op.Spawn or Op.StrConcat or Op.StrSlice or Op.StrOf
                or Op.Bounds
            || (f[id].Payload is FunctionRef { Function: var callee } && StopsForCaller(callee))
            || (f[id].Payload is FunctionRef { Function.Abi.Symbol: "thread_stuck" or "thread_null" });
    }

    public void Report(int code, string message, string? hint, SourceLocation location, bool isError = true)
    {
        if (_reported.Add((code, location, message)))
            Messages.Add(new TargetMessage(code, message, hint, location, isError));
    }
}

/// <summary>Words that cannot be labels.</summary>
internal static class AsmNames
{
    private static readonly HashSet<string> Words = new(
        Enum.GetNames<Mnemonic>().Concat(Enum.GetNames<OperandKind>())
            .Concat(["nz", "z", "nc", "po", "pe", "p", "m", "low", "high", "org", "equ", "db", "dw", "ds",
                "defb", "defw", "defs", "defm", "dm", "byte", "word", "align", "end", "mod", "and", "or", "xor", "not",
                "shl", "shr", "text", "block", "include", "macro", "endm", "if", "else", "endif"]),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>A name of a program as a label.</summary>
    public static string Spell(string name)
    {
        var text = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '_'));
        return text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] == '_') || Words.Contains(text)
            ? "_" + text : text;
    }
}
