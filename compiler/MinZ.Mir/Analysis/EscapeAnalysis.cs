namespace MinZ.Mir.Analysis;

/// <summary>
/// Finds the slots to which a reference, slice or pointer may be alive when their function has returned, or the round
/// of the loop they are declared in has ended. It follows addresses through slots, calls and results, without regard to
/// the order of instructions; those kept as integers are the programmer's.
/// </summary>
public sealed partial class EscapeAnalysis
{
    private readonly Module _module;
    private readonly Dictionary<Function, Summary> _summaries = [];
    private readonly Dictionary<MirType, List<Function>> _values = [];
    private readonly Dictionary<Function, Rounds> _rounds = [];
    private readonly Dictionary<MirType, bool> _carries = new(ReferenceEqualityComparer.Instance);
    private bool _changed;

    private EscapeAnalysis(Module module) => _module = module;

    /// <summary>What a function does with the references its parameters bring.</summary>
    private sealed class Summary(Function function)
    {
        /// <summary>The parameter's reference may be kept by something that outlives the call.</summary>
        public bool[] Escapes { get; } = new bool[function.Parameters.Length];

        /// <summary>The result may hold the parameter's reference.</summary>
        public bool[] Returned { get; } = new bool[function.Parameters.Length];

        public Dictionary<Value, HashSet<object>> Targets { get; } = [];
        public Dictionary<Local, HashSet<object>> Contents { get; } = [];
        public HashSet<Local> Escaped { get; } = [];
    }

    /// <summary>The slots of a high-level module that must be boxes.</summary>
    public static IReadOnlyCollection<Local> Find(Module module)
    {
        var analysis = new EscapeAnalysis(module);
        var functions = module.Functions.Where(f => !f.IsExtern && analysis.Matters(f)).ToArray();
        if (!functions.Any(MakesReferences))
            return [];
        foreach (var f in module.Functions)
            analysis._summaries[f] = new Summary(f);
        analysis.FindFunctionValues();
        do
        {
            analysis._changed = false;
            foreach (var f in functions)
                analysis.Follow(f);
        }
        while (analysis._changed);
        return [.. functions.SelectMany(f => f.Locals.Where(analysis._summaries[f].Escaped.Contains))];
    }

    private bool Matters(Function f) => f.Parameters.Any(p => Carries(p.Type)) || MakesReferences(f);

    private static bool MakesReferences(Function f) => f.Blocks.Any(b => b.Instructions.Any(id =>
        f[id].Op is Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf && f[id].Payload is Place { Local: not null }));

    /// <summary>Functions that a call through a value of a function type may reach.</summary>
    private void FindFunctionValues()
    {
        foreach (var f in _module.Functions)
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    if (f[id] is { Op: Op.FuncRef or Op.Closure, Payload: FunctionRef target } i)
                        Add(i.Op == Op.Closure ? i.Type : f.TypeOf(i.Result), target.Function);
        foreach (var g in _module.Globals)
            foreach (var value in g.Initial.WithParts())
                if (value is ConstantValue.FunctionValue { Function: var f })
                    Add(new FunctionType([.. f.Parameters.Select(p => p.Type)], f.Result), f);
    }

    private void Add(MirType type, Function function)
    {
        if (!_values.TryGetValue(type, out var known))
            _values[type] = known = [];
        if (!known.Contains(function))
            known.Add(function);
    }

    /// <summary>True when a value of the type can hold an address.</summary>
    private bool Carries(MirType type)
    {
        if (_carries.TryGetValue(type, out var known))
            return known;
        _carries[type] = false;
        return _carries[type] = type.Kind is TypeKind.Reference or TypeKind.Pointer or TypeKind.Slice
            or TypeKind.Interface or TypeKind.Function || Members(type).Any(Carries);
    }

    private static IEnumerable<MirType> Members(MirType type) => type switch
    {
        ArrayType a => [a.Element],
        TupleType t => t.Items,
        StructType s => s.Fields.Select(f => f.Type),
        EnumType e => e.Variants.SelectMany(v => v.Payload),
        _ => [],
    };
}
