using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Types of the integer variables, declared without one, of a function and of those inside it. The bodies are bound again
/// and again, each time with what the uses of the last time asked for, until nothing changes; the types only grow, so it
/// ends.
/// </summary>
internal sealed class Inference
{
    private readonly Dictionary<object, MirType> _wanted = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, MirType> _caps = new(ReferenceEqualityComparer.Instance);

    private readonly HashSet<object> _variables = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// True for a lambda whose name is assigned to somewhere: the name is a variable, not the function itself.
    /// </summary>
    public bool IsVariable(object lambda) => _variables.Contains(lambda);

    /// <summary>The name of a lambda is assigned to.</summary>
    public void MakeVariable(object lambda) => Changed |= _variables.Add(lambda);

    /// <summary>Lambdas with a name that take their types from their calls.</summary>
    public List<FunctionGroup> OpenLambdas { get; } = [];

    /// <summary>True when a use asked for more than a variable had.</summary>
    public bool Changed { get; set; }

    /// <summary>The type of the variable declared at a syntax node, at least that of its first value.</summary>
    public MirType TypeOf(object key, MirType initial) =>
        _wanted.TryGetValue(key, out var wanted) ? Folding.Common(initial, wanted) : initial;

    /// <summary>A variable is compared with, or assigned, or assigned to something of this type.</summary>
    public void Raise(LocalSymbol local, MirType wanted)
    {
        if (local.InferenceKey is not { } key || !wanted.IsInteger)
            return;
        var joined = Folding.Common(local.Type, wanted);
        if (joined == local.Type)
            return;
        _wanted[key] = joined;
        Changed = true;
    }

    /// <summary>The type of a variable whose parts are inferred, declared at a syntax node.</summary>
    public MirType TypeOfParts(object key, MirType initial) => _wanted.GetValueOrDefault(key, initial);

    /// <summary>A variable with inferred parts is to have another type, which holds all that it held.</summary>
    public void RaiseParts(LocalSymbol local, MirType wanted)
    {
        if (wanted == local.Type)
            return;
        _wanted[local.SoftParts!] = wanted;
        Changed = true;
    }

    /// <summary>
    /// A variable is passed as a parameter of this type: it may as well have it, unless it is also passed as less.
    /// </summary>
    public void RaiseByPassing(LocalSymbol local, MirType wanted)
    {
        if (local.InferenceKey is { } key && !(_caps.TryGetValue(key, out var cap) && cap.Bits < wanted.Bits))
            Raise(local, wanted);
    }

    /// <summary>
    /// A variable that is wider is passed as a parameter of this type. Returns true when it may become as narrow by
    /// forgetting what other parameters wanted.
    /// </summary>
    public bool Cap(LocalSymbol local, MirType limit)
    {
        if (local.InferenceKey is not { } key || !_wanted.ContainsKey(key) || _caps.ContainsKey(key))
            return false;
        _caps[key] = limit;
        _wanted.Remove(key);
        return Changed = true;
    }
}
