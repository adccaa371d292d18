using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Types of the integers, declared without one, of a function and of those inside it. The bodies are bound again and
/// again, each time with what the uses of the last time asked for, until nothing changes; the types only grow, so it
/// ends. What has a type to be found is named by a piece of its syntax, the key.
/// </summary>
/// <param name="globals">The types of the program's variables, which all functions share; null to have none.</param>
/// <param name="outer">For a body that is only looked through: what is known of the variables around it.</param>
internal sealed class Inference(Inference? globals = null, Inference? outer = null)
{
    private readonly Dictionary<object, MirType> _wanted = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, MirType> _caps = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _variables = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _computed = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _compared = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, Int128> _growth = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _owned = new(ReferenceEqualityComparer.Instance);
    private bool _isFirst = true;

    /// <summary>Enters a key of a variable of the program, for the inference that functions share.</summary>
    public void Own(object key) => globals?._owned.Add(key);

    /// <summary>Who knows of a key: variables of the program are shared by its functions.</summary>
    private Inference Knower(object key) => globals?._owned.Contains(key) is true ? globals : this;

    /// <summary>
    /// True for a lambda whose name is assigned to somewhere: the name is a variable, not the function itself.
    /// </summary>
    public bool IsVariable(object lambda) => _variables.Contains(lambda) || outer?.IsVariable(lambda) is true;

    /// <summary>The name of a lambda is assigned to.</summary>
    public void MakeVariable(object lambda) => Changed |= _variables.Add(lambda);

    /// <summary>Lambdas with a name that take their types from their calls.</summary>
    public List<FunctionGroup> OpenLambdas { get; } = [];

    /// <summary>
    /// True when a use asked for more than a variable had, so that the bodies have to be bound again.
    /// </summary>
    public bool Changed { get; private set; }

    /// <summary>Begins to bind the bodies, for the first time or again.</summary>
    public void BeginRound()
    {
        Changed = false;
        OpenLambdas.Clear();
        _growth.Clear();
    }

    /// <summary>Ends a round: what it has said of the variables counts from now on.</summary>
    public void EndRound() => _isFirst = false;

    /// <summary>The type of what has a key, at least that of its first value.</summary>
    public MirType TypeOf(object key, MirType initial)
    {
        if (!initial.IsInteger)
            return initial;
        if (Knower(key) is var knower && knower != this)
            return knower.TypeOf(key, initial);
        var known = outer?.TypeOf(key, initial) ?? initial;
        return _wanted.TryGetValue(key, out var wanted) ? Folding.Common(known, wanted) : known;
    }

    /// <summary>It is compared with, or assigned something of a type, and must hold that.</summary>
    public void Raise(object key, MirType has, MirType wanted)
    {
        if (!wanted.IsInteger || !has.IsInteger)
            return;
        if (Knower(key) is var knower && knower != this)
        {
            knower.Raise(key, has, wanted);
            return;
        }
        var joined = Folding.Common(has, wanted);
        if (joined == has || _wanted.GetValueOrDefault(key) == joined)
            return;
        _wanted[key] = joined;
        Changed = true;
    }

    /// <summary>
    /// It is returned, passed or assigned where this type is wanted: it may as well have it, unless less is wanted
    /// elsewhere.
    /// </summary>
    public void Wish(object key, MirType has, MirType wanted)
    {
        if (!(Knower(key)._caps.TryGetValue(key, out var cap) &&
            (cap.Bits < wanted.Bits || !cap.IsSigned && wanted.IsSigned)))
            Raise(key, has, wanted);
    }

    /// <summary>
    /// It is used in arithmetic of this type. What counts up to a limit, or never changes, holds its values anyway;
    /// what is computed may need the room.
    /// </summary>
    public void WishComputed(object key, MirType has, MirType wanted)
    {
        var knower = Knower(key);
        if (knower._isFirst)
            knower.Changed = true;
        else if (knower._computed.Contains(key) && !knower._compared.Contains(key))
            knower.Wish(key, has, wanted);
    }

    /// <summary>
    /// It is wider, but wanted as a value of this type: it becomes as narrow as its first value when it is only wider
    /// because it was wished.
    /// </summary>
    public void Cap(object key, MirType limit)
    {
        var knower = Knower(key);
        if (!knower._wanted.ContainsKey(key) || !knower._caps.TryAdd(key, limit))
            return;
        knower._wanted.Remove(key);
        knower.Changed = true;
    }

    /// <summary>It grows by an amount in loops; what it grows by in all, as far as this round has seen.</summary>
    public Int128 Grow(object key, Int128 amount)
    {
        var growth = Knower(key)._growth;
        return growth[key] = growth.GetValueOrDefault(key) + amount;
    }

    /// <summary>It gets values that are computed.</summary>
    public void MarkComputed(object key) => Knower(key)._computed.Add(key);

    /// <summary>It is compared with something.</summary>
    public void MarkCompared(object key) => Knower(key)._compared.Add(key);
}
