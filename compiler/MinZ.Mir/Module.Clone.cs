using System.Collections.Immutable;

namespace MinZ.Mir;

public sealed partial class Module
{
    /// <summary>A deep copy: types, globals and functions of its own. Ids of instructions and values are the
    /// same.</summary>
    public Module Clone()
    {
        var copy = new Module(Name) { Layout = Layout };
        copy.Files.AddRange(Files);
        var map = new ModuleCopy();
        foreach (var t in Types)
            copy.Add(map.Declare(t)!);
        foreach (var g in Globals)
            copy.Add(map.Declare(g)!);
        foreach (var f in Functions)
            copy.Add(map.Declare(f)!);
        map.Fill();
        foreach (var i in Implementations)
            copy.Implementations.Add(map.Copy(i));
        return copy;
    }
}

/// <summary>Copies the declarations of one module into another. First everything is declared, then filled.</summary>
internal sealed class ModuleCopy(Func<SourceLocation, SourceLocation>? places = null) : Remapper
{
    private readonly Dictionary<MirType, MirType> _leaves = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Function, Function> _functions = [];
    private readonly Dictionary<Global, Global> _globals = [];
    private readonly List<TypeDefinition> _newTypes = [];
    private readonly List<Function> _newFunctions = [];
    private readonly List<Global> _newGlobals = [];

    public override SourceLocation Map(SourceLocation location) => places is null ? location : places(location);

    protected override MirType? Leaf(MirType type) => _leaves.GetValueOrDefault(type);

    // A module may refer to a function it does not hold, for instance one a pass has removed: it stays what it is.
    public override Function Map(Function function) => _functions.GetValueOrDefault(function, function);

    public override Global Map(Global global) => _globals.GetValueOrDefault(global, global);

    /// <summary>From now on one stands for the other.</summary>
    public void Use(TypeDefinition from, TypeDefinition to)
    {
        _leaves[from] = to;
        for (var i = 0; i < Math.Min(from.TypeParameters.Length, to.TypeParameters.Length); i++)
            _leaves[from.TypeParameters[i]] = to.TypeParameters[i];
    }

    /// <summary>From now on one stands for the other.</summary>
    public void Use(Function from, Function to) => _functions[from] = to;

    /// <summary>From now on one stands for the other.</summary>
    public void Use(Global from, Global to) => _globals[from] = to;

    /// <summary>
    /// An empty definition that stands for another one, under another name if given; null when something stands for it
    /// already.
    /// </summary>
    public TypeDefinition? Declare(TypeDefinition type, string? name = null)
    {
        if (_leaves.ContainsKey(type))
            return null;
        TypeDefinition copy = type switch
        {
            StructType => new StructType(name ?? type.Name),
            EnumType e => new EnumType(name ?? type.Name) { Tag = e.Tag },
            InterfaceType => new InterfaceType(name ?? type.Name),
            ActorType => new ActorType(name ?? type.Name),
            _ => throw new ArgumentException($"{type} is no definition"),
        };
        (copy.Exported, copy.Location) = (type.Exported, Map(type.Location));
        copy.TypeParameters = Declare(type.TypeParameters);
        _leaves[type] = copy;
        _newTypes.Add(type);
        return copy;
    }

    private ImmutableArray<TypeParameter> Declare(ImmutableArray<TypeParameter> parameters)
    {
        if (parameters.IsDefaultOrEmpty)
            return [];
        foreach (var p in parameters)
            _leaves[p] = new TypeParameter(p.Name, []);
        return [.. parameters.Select(p => (TypeParameter)_leaves[p])];
    }

    /// <summary>An empty function that stands for another one; null when something stands for it already.</summary>
    public Function? Declare(Function function, string? name = null)
    {
        if (_functions.ContainsKey(function))
            return null;
        _newFunctions.Add(function);
        var copy = new Function(name ?? function.Name) { TypeParameters = Declare(function.TypeParameters) };
        return _functions[function] = copy;
    }

    /// <summary>A global without start value that stands for another one; null when something stands for it
    /// already.</summary>
    public Global? Declare(Global global, string? name = null)
    {
        if (_globals.ContainsKey(global))
            return null;
        _newGlobals.Add(global);
        return _globals[global] = new Global(name ?? global.Name, global.Type)
        {
            IsConst = global.IsConst, Address = global.Address, Volatile = global.Volatile,
                Alignment = global.Alignment,
            Exported = global.Exported, Location = Map(global.Location),
        };
    }

    /// <summary>Gives everything declared so far its content.</summary>
    public void Fill()
    {
        foreach (var t in _newTypes)
            Fill(t, (TypeDefinition)_leaves[t]);
        foreach (var g in _newGlobals)
            (_globals[g].Type, _globals[g].Initial) = (Map(g.Type), Map(g.Initial));
        foreach (var f in _newFunctions)
        {
            Bounds(f.TypeParameters);
            _functions[f].CopyFrom(f, this);
        }
        _newTypes.Clear();
        _newGlobals.Clear();
        _newFunctions.Clear();
    }

    private void Fill(TypeDefinition from, TypeDefinition to)
    {
        Bounds(from.TypeParameters);
        switch (from, to)
        {
            case (StructType s, StructType t):
                t.Fields = Map(s.Fields);
                break;
            case (EnumType s, EnumType t):
                t.Variants = [.. s.Variants.Select(v => v with { Payload = Map(v.Payload) })];
                break;
            case (InterfaceType s, InterfaceType t):
                t.Methods = [.. s.Methods.Select(m => new InterfaceMethod(m.Name, Map(m.Parameters), Map(m.Result)))];
                break;
            case (ActorType s, ActorType t):
                t.Fields = Map(s.Fields);
                t.Messages = [.. s.Messages.Select(m =>
                    new ActorMessage(m.Name, Map(m.Parameters), Map(m.Result), Map(m.Handler)))];
                break;
        }
    }

    private void Bounds(ImmutableArray<TypeParameter> parameters)
    {
        foreach (var p in parameters.IsDefault ? [] : parameters)
            ((TypeParameter)_leaves[p]).Bounds = Map(p.Bounds);
    }

    /// <summary>The implementation among the copies.</summary>
    public Implementation Copy(Implementation i)
    {
        var parameters = Declare(i.TypeParameters);
        Bounds(i.TypeParameters);
        return new Implementation(Map(i.Interface), Map(i.Type),
            [.. i.Methods.Select(Map)]) { TypeParameters = parameters };
    }
}
