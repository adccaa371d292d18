using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>Emits the body of one function: variables become slots, control becomes blocks.</summary>
internal sealed partial class FunctionEmitter
{
    private readonly ModuleEmitter _module;
    private readonly FunctionSymbol _symbol;
    private readonly Function _f;
    private readonly Builder _b;
    private readonly Dictionary<LocalSymbol, Local> _locals = [];
    private readonly Dictionary<LocalSymbol, Value> _values = [];
    private readonly Dictionary<(SourceText, TextSpan), int> _locations = [];
    private SourceText _source;
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, int> _blockNames = [];

    public FunctionEmitter(ModuleEmitter module, FunctionSymbol symbol, Function function)
    {
        (_module, _symbol, _f, _source) = (module, symbol, function, symbol.Where!.Value.Source);
        _b = new Builder(function);
    }

    public void EmitBody(BoundBlock body)
    {
        _b.At(_f.NewEntry());
        EmitHoisted();
        for (var i = 0; i < _symbol.ParameterLocals.Count; i++)
            StoreNew(_symbol.ParameterLocals[i], _f.Entry.Parameters[i]);
        var captured = _symbol.ParameterLocals.Count;
        foreach (var outer in _module.Program.CapturesOf(_symbol))
            _b.Store(Place.Of(LocalOf(outer)), [], _f.Entry.Parameters[captured++]);
        if (_symbol.MirName == "main" || _symbol.Flags.HasFlag(FunctionFlags.Test))
            _module.CallStartup(_b);
        EmitStatementExpression(body);
        if (!_b.IsFinished)
        {
            if (_f.Result.Kind == TypeKind.Void)
                _b.Return();
            else
                _b.Emit(Op.Unreachable, MirType.Void, [], null);
        }
        RemoveUnreachable(_f);
    }

    /// <summary>Removes the blocks that control cannot come to.</summary>
    public static void RemoveUnreachable(Function function)
    {
        var reached = new HashSet<Block> { function.Entry };
        var work = new Stack<Block>([function.Entry]);
        while (work.TryPop(out var block))
            foreach (var next in function.SuccessorsOf(block))
                if (reached.Add(next))
                    work.Push(next);
        function.Blocks.RemoveAll(b => !reached.Contains(b));
        function.Renumber();
    }

    private Local LocalOf(LocalSymbol symbol)
    {
        if (_locals.TryGetValue(symbol, out var local))
            return local;
        var name = symbol.Name;
        for (var n = 2; !_names.Add(name); n++)
            name = $"{symbol.Name}${n}";
        var where = symbol.Where is { } place ? _module.Program.LocationOf(place) : default;
        local = _f.NewLocal(name, SlotType(symbol), where);
        local.Pinned = symbol.IsPinned;
        _module.Slots[local] = symbol;
        return _locals[symbol] = local;
    }

    private Local NewTemporary(MirType type)
    {
        var n = _names.Count;
        string name;
        do
            name = $"t${++n}";
        while (!_names.Add(name));
        return _f.NewLocal(name, type);
    }

    private Block NewBlock(string name)
    {
        var n = _blockNames.GetValueOrDefault(name);
        _blockNames[name] = n + 1;
        return _f.NewBlock(n == 0 ? name : $"{name}${n}");
    }

    /// <summary>Makes new instructions carry a place in source.</summary>
    private void At(TextSpan span)
    {
        if (!_locations.TryGetValue((_source, span), out var index))
        {
            var where = new Location(_source, span);
            _locations[(_source, span)] = index = _f.AddLocation(_module.Program.LocationOf(where));
        }
        _b.Location = index;
    }

    /// <summary>Continues in a block that nothing jumps to, when control has just left.</summary>
    private void ContinueSomewhere()
    {
        if (_b.IsFinished)
            _b.At(NewBlock("dead"));
    }
}
