using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Types of the integers, declared without one, of a function and of those inside it. The bodies are bound again and again,
/// each time with what the uses of the last time asked for, until nothing changes; the types only grow, so it ends. What
/// has a type to be found is named by a piece of its syntax, the key.
/// </summary>
/// <param name="outer">For a body that is only looked through: what is known of the variables around it.</param>
internal sealed class Inference(Inference? outer = null)
{
    private readonly Dictionary<object, MirType> _wanted = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, MirType> _caps = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _variables = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _computed = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _compared = new(ReferenceEqualityComparer.Instance);
    private bool _isFirst = true;

    /// <summary>
    /// True for a lambda whose name is assigned to somewhere: the name is a variable, not the function itself.
    /// </summary>
    public bool IsVariable(object lambda) => _variables.Contains(lambda) || outer?.IsVariable(lambda) is true;

    /// <summary>The name of a lambda is assigned to.</summary>
    public void MakeVariable(object lambda) => Changed |= _variables.Add(lambda);

    /// <summary>Lambdas with a name that take their types from their calls.</summary>
    public List<FunctionGroup> OpenLambdas { get; } = [];

    /// <summary>True when a use asked for more than a variable had, so that the bodies have to be bound again.</summary>
    public bool Changed { get; private set; }

    /// <summary>Begins to bind the bodies, for the first time or again.</summary>
    public void BeginRound()
    {
        Changed = false;
        OpenLambdas.Clear();
    }

    /// <summary>Ends a round: what it has said of the variables counts from now on.</summary>
    public void EndRound() => _isFirst = false;

    /// <summary>The type of what has a key, at least that of its first value.</summary>
    public MirType TypeOf(object key, MirType initial)
    {
        if (!initial.IsInteger)
            return initial;
        var known = outer?.TypeOf(key, initial) ?? initial;
        return _wanted.TryGetValue(key, out var wanted) ? Folding.Common(known, wanted) : known;
    }

    /// <summary>It is compared with, or assigned something of a type, and must hold that.</summary>
    public void Raise(object key, MirType has, MirType wanted)
    {
        if (!wanted.IsInteger || !has.IsInteger)
            return;
        var joined = Folding.Common(has, wanted);
        if (joined == has || _wanted.GetValueOrDefault(key) == joined)
            return;
        _wanted[key] = joined;
        Changed = true;
    }

    /// <summary>
    /// It is returned, passed or assigned where this type is wanted: it may as well have it, unless less is wanted elsewhere.
    /// </summary>
    public void Wish(object key, MirType has, MirType wanted)
    {
        if (!(_caps.TryGetValue(key, out var cap) && cap.Bits < wanted.Bits))
            Raise(key, has, wanted);
    }

    /// <summary>
    /// It is used in arithmetic of this type. What counts up to a limit, or never changes, holds its values anyway; what is
    /// computed may need the room.
    /// </summary>
    public void WishComputed(object key, MirType has, MirType wanted)
    {
        if (_isFirst)
            Changed = true;
        else if (_computed.Contains(key) && !_compared.Contains(key))
            Wish(key, has, wanted);
    }

    /// <summary>
    /// It is wider, but wanted as a value of this type: it becomes as narrow as its first value when it is only wider
    /// because it was wished.
    /// </summary>
    public void Cap(object key, MirType limit)
    {
        if (!_wanted.ContainsKey(key) || !_caps.TryAdd(key, limit))
            return;
        _wanted.Remove(key);
        Changed = true;
    }

    /// <summary>It gets values that are computed.</summary>
    public void MarkComputed(object key) => _computed.Add(key);

    /// <summary>It is compared with something.</summary>
    public void MarkCompared(object key) => _compared.Add(key);
}
