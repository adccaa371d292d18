namespace MinZ.Mir.Linking;

/// <summary>What <see cref="TreeShaking"/> keeps besides what the program's start needs.</summary>
/// <param name="KeepExports">Exported functions, globals and types: for libraries.</param>
/// <param name="KeepTests">Tests.</param>
public sealed record ShakeOptions(bool KeepExports = false, bool KeepTests = false);

/// <summary>
/// Removes what nothing needs: functions, globals, types and implementations that cannot be reached from <c>main</c>,
/// interrupt handlers, and what the options name.
/// </summary>
public sealed class TreeShaking
{
    private readonly Module _module;
    private readonly HashSet<Function> _functions = [];
    private readonly HashSet<Global> _globals = [];
    private readonly HashSet<MirType> _types = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Implementation> _implementations = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<object> _work = new();
    // Structural types by value: the same one is looked at once.
    private readonly HashSet<MirType> _seen = [];

    private TreeShaking(Module module) => _module = module;

    /// <summary>Removes what is not needed; returns the number of functions, globals and types removed.</summary>
    public static int Run(Module module, ShakeOptions? options = null)
    {
        var shaking = new TreeShaking(module);
        shaking.Roots(options ?? new ShakeOptions());
        shaking.Follow();
        return shaking.Remove();
    }

    private void Roots(ShakeOptions options)
    {
        foreach (var f in _module.Functions)
            if (f == _module.Main || f.Is(FunctionFlags.Interrupt) || options.KeepExports &&
                f.Is(FunctionFlags.Export) ||
                options.KeepTests && f.Is(FunctionFlags.Test))
                Need(f);
        foreach (var g in _module.Globals)
            if (options.KeepExports && g.Exported)
                Need(g);
        foreach (var t in _module.Types)
            if (options.KeepExports && t.Exported)
                Need(t);
    }

    private void Follow()
    {
        do
        {
            while (_work.TryPop(out var next))
                Visit(next);
            // An implementation is needed once its interface and its type are: any call through the one may mean the
            // other.
            foreach (var i in _module.Implementations)
                if (!_implementations.Contains(i) && IsNeeded(i.Interface) && IsNeeded(i.Type))
                {
                    _implementations.Add(i);
                    foreach (var method in i.Methods)
                        Need(method);
                    Need(i.Interface);
                    Need(i.Type);
                }
        }
        while (_work.Count > 0);
    }

    private bool IsNeeded(MirType type) => TypeMembers.DefinitionOf(type) is not TypeDefinition d || _types.Contains(d);

    private void Visit(object thing)
    {
        switch (thing)
        {
            case Function f:
                VisitFunction(f);
                break;
            case Global g:
                Need(g.Type);
                Need(g.Initial);
                break;
            case TypeDefinition d:
                VisitDefinition(d);
                break;
        }
    }

    private void Need(Function f)
    {
        if (_functions.Add(f))
            _work.Push(f);
    }

    private void Need(Global g)
    {
        if (_globals.Add(g))
            _work.Push(g);
    }

    private void Need(MirType? type)
    {
        if (type is null or ScalarType)
            return;
        if (type is TypeDefinition d)
        {
            if (_types.Add(d))
                _work.Push(d);
            return;
        }
        if (!_seen.Add(type))
            return;
        foreach (var part in type switch
        {
            TupleType t => t.Items,
            FunctionType f => f.Parameters.Add(f.Result),
            InstanceType i => i.Arguments.Add(i.Definition),
            TypeParameter p => p.Bounds,
            _ => type.Element is { } e ? [e] : [],
        })
            Need(part);
    }

    private void Need(ConstantValue initial)
    {
        foreach (var value in initial.WithParts())
            switch (value)
            {
                case ConstantValue.FunctionValue f:
                    Need(f.Function);
                    break;
                case ConstantValue.Address a:
                    Need(a.Global);
                    break;
                case ConstantValue.SliceOf s:
                    Need(s.Global);
                    break;
            }
    }

    private void VisitDefinition(TypeDefinition type)
    {
        foreach (var p in type.TypeParameters.IsDefault ? [] : type.TypeParameters)
            Need(p);
        switch (type)
        {
            case StructType s:
                foreach (var f in s.Fields)
                    Need(f.Type);
                break;
            case EnumType e:
                foreach (var t in e.Variants.SelectMany(v => v.Payload))
                    Need(t);
                break;
            case InterfaceType i:
                foreach (var m in i.Methods)
                    NeedAll(m.Parameters, m.Result);
                break;
            case ActorType a:
                foreach (var f in a.Fields)
                    Need(f.Type);
                foreach (var m in a.Messages)
                {
                    NeedAll(m.Parameters, m.Result);
                    Need(m.Handler);
                }
                break;
        }
    }

    private void NeedAll(IEnumerable<MirType> types, MirType result)
    {
        foreach (var t in types)
            Need(t);
        Need(result);
    }

    private void VisitFunction(Function f)
    {
        foreach (var p in f.TypeParameters.IsDefault ? [] : f.TypeParameters)
            Need(p);
        NeedAll(f.Parameters.Select(p => p.Type), f.Result);
        foreach (var l in f.Locals)
            Need(l.Type);
        foreach (var block in f.Blocks)
        {
            foreach (var p in block.Parameters)
                Need(f.TypeOf(p));
            foreach (var id in block.Instructions)
            {
                Need(f[id].Type);
                if (f[id].Result is { IsValid: true } result)
                    Need(f.TypeOf(result));
                foreach (var operand in f.Operands(id))
                    Need(f.TypeOf(operand));
                NeedPayload(f[id].Payload);
            }
        }
    }

    private void NeedPayload(object? payload)
    {
        switch (payload)
        {
            case FunctionRef r:
                Need(r.Function);
                foreach (var t in r.TypeArguments.IsDefault ? [] : r.TypeArguments)
                    Need(t);
                break;
            case Place p:
                NeedPlace(p);
                break;
            case PlacePair p:
                NeedPlace(p.To);
                NeedPlace(p.From);
                break;
            case Global g:
                Need(g);
                break;
            case MethodRef m:
                Need(m.Interface);
                break;
            case MessageRef m:
                Need(m.Actor);
                break;
            case MirType t:
                Need(t);
                break;
            case AsmBlock a:
                foreach (var b in a.Bindings.IsDefault ? [] : a.Bindings)
                {
                    if (b.Global is not null)
                        Need(b.Global);
                    if (b.Function is not null)
                        Need(b.Function);
                }
                break;
        }
    }

    private void NeedPlace(Place place)
    {
        if (place.Global is not null)
            Need(place.Global);
        Need(place.Type);
    }

    private int Remove()
    {
        var before = _module.Functions.Count + _module.Globals.Count + _module.Types.Count;
        _module.Implementations.RemoveAll(i => !_implementations.Contains(i));
        _module.RemoveFunctions(f => !_functions.Contains(f));
        _module.RemoveGlobals(g => !_globals.Contains(g));
        _module.RemoveTypes(t => !_types.Contains(t));
        return before - (_module.Functions.Count + _module.Globals.Count + _module.Types.Count);
    }
}
