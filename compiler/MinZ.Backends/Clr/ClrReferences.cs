using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>A type as a signature or a local variable has it.</summary>
/// <param name="Type">The type.</param>
/// <param name="IsByRef">True for a managed pointer to it.</param>
internal readonly record struct ClrForm(MirType Type, bool IsByRef = false);

/// <summary>
/// Decides how each managed address is held. A managed pointer (<c>ref T</c>) costs nothing but can only be followed,
/// passed and kept in slots; what is stored elsewhere, compared, captured or sent is a reference object
/// (<c>Ref&lt;T&gt;</c>), and so is all it comes from. An object can always be opened to a pointer, never the other way
/// round. A slot that an object refers to lives in a box.
/// </summary>
internal sealed class ClrReferences
{
    private readonly ClrResidence _residence;
    private readonly Dictionary<Function, bool[]> _needs = [];
    private readonly HashSet<Function> _results = [];
    private readonly HashSet<Local> _boxed = [];
    private readonly HashSet<Local> _objectSlots = [];
    private readonly HashSet<(MirType Interface, int Method, int Parameter)> _methodParameters = [];
    private bool _changed;

    public ClrReferences(Module module, ClrResidence residence)
    {
        _residence = residence;
        foreach (var f in module.Functions)
        {
            _needs[f] = new bool[f.ValueLimit];
            // A pointer may be to a slot of the function that returns it.
            if (f.Result.Kind == TypeKind.Pointer && IsManaged(f.Result))
                _results.Add(f);
        }
        foreach (var g in module.Globals)
            foreach (var f in g.Initial.WithParts().OfType<ConstantValue.FunctionValue>())
                NeedResult(f.Function);
        foreach (var method in module.Implementations.SelectMany(i => i.Methods))
            NeedResult(method);
        do
        {
            _changed = false;
            foreach (var f in module.Functions)
                foreach (var block in f.Blocks)
                    foreach (var id in block.Instructions)
                        Visit(f, id);
            foreach (var i in module.Implementations)
                for (var m = 0; m < i.Methods.Length; m++)
                    for (var p = 1; p < i.Methods[m].Parameters.Length; p++)
                        if (IsManaged(i.Methods[m].Parameters[p].Type) && !IsByRef(i.Methods[m], p))
                            _changed |= _methodParameters.Add((i.Interface, m, p - 1));
        }
        while (_changed);
    }

    /// <summary>True for addresses that are managed.</summary>
    public bool IsManaged(MirType type) => _residence.IsManaged(type);

    /// <summary>True when a value of a managed address type is an object.</summary>
    public bool IsObject(Function f, Value v)
    {
        if (_needs[f][v.Id])
            return true;
        if (f[v].Kind != ValueKind.Instruction)
            return false;
        var id = f[v].Index;
        return f[id].Op switch
        {
            Op.Ref or Op.RefMut or Op.AddressOf or Op.Select or Op.LoadParam => false,
            Op.Bitcast => f.TypeOf(f.Operands(id)[0]).Kind == TypeKind.Actor,
            Op.Load => WholeSlot((Place)f[id].Payload!) is not { } slot || IsObject(slot),
            Op.Call => _results.Contains(((FunctionRef)f[id].Payload!).Function),
            _ => true,
        };
    }

    /// <summary>True when a slot of a managed address type holds objects.</summary>
    public bool IsObject(Local slot) => _objectSlots.Contains(slot);

    /// <summary>True when a slot lives in a box.</summary>
    public bool IsBoxed(Local slot) => _boxed.Contains(slot);

    /// <summary>True when a function takes a parameter as a managed pointer.</summary>
    public bool IsByRef(Function f, int parameter) => IsManaged(f.Parameters[parameter].Type) &&
        (f.IsExtern || !_needs[f][f.Entry.Parameters[parameter].Id]);

    /// <summary>True when a function returns a managed pointer.</summary>
    public bool IsByRefResult(Function f) => IsManaged(f.Result) && !_results.Contains(f);

    /// <summary>True when a method of an interface takes a parameter, counted without the receiver, as a managed
    /// pointer.</summary>
    public bool IsByRef(MirType contract, int method, int parameter) =>
        IsManaged(TypeMembers.MethodOf(contract, method)!.Parameters[parameter]) &&
        !_methodParameters.Contains((contract, method, parameter));

    /// <summary>A type as it is written where a managed address is a pointer or an object.</summary>
    public static ClrForm FormOf(MirType type, bool isByRef) => isByRef ? new ClrForm(type.Element!, true) : new(type);

    /// <summary>Parameter types of a function.</summary>
    public List<ClrForm> ParametersOf(Function f) =>
        [.. f.Parameters.Select((p, n) => FormOf(p.Type, IsByRef(f, n)))];

    /// <summary>Result type of a function.</summary>
    public ClrForm ResultOf(Function f) => FormOf(f.Result, IsByRefResult(f));

    /// <summary>The slot that a place is, as a whole; null when it is something else.</summary>
    public static Local? WholeSlot(Place place) => place.Path.IsEmpty ? place.Local : null;

    /// <summary>
    /// True when the first index of a place counts elements behind a pointer, not those of an array it points to.
    /// </summary>
    public static bool IsPointerStep(Function f, Place place, ReadOnlySpan<Value> operands)
    {
        if (place.Base != PlaceBase.Value || place.Path is not [{ Kind: ProjectionKind.Index }, ..] ||
            f.TypeOf(operands[0]).Kind != TypeKind.Pointer)
            return false;
        MirType? type = f.TypeOf(operands[0]).Element;
        foreach (var step in place.Path.AsSpan()[1..])
            type = type is null ? null : step.Kind switch
            {
                ProjectionKind.Field => TypeMembers.FieldType(type, step.Field),
                ProjectionKind.Payload => TypeMembers.PayloadType(type, step.Variant, step.Field),
                ProjectionKind.Index => type.Element,
            };
        return type == place.Type;
    }

    private void NeedResult(Function f)
    {
        if (IsManaged(f.Result))
            _changed |= _results.Add(f);
    }

    private void Need(Function f, Value v)
    {
        if (!IsManaged(f.TypeOf(v)) || _needs[f][v.Id])
            return;
        _needs[f][v.Id] = true;
        _changed = true;
    }

    private void NeedAll(Function f, ReadOnlySpan<Value> values)
    {
        foreach (var v in values)
            Need(f, v);
    }

    private bool Needs(Function f, Value v) => v.IsValid && _needs[f][v.Id];

    private void Visit(Function f, int id)
    {
        ref var i = ref f[id];
        var o = f.Operands(id);
        switch (i.Op)
        {
            case Op.Load or Op.Store or Op.Clear or Op.SliceOf or Op.Ref or Op.RefMut or Op.AddressOf or Op.Copy:
                VisitPlaceOp(f, id, o);
                break;
            case Op.Call or Op.TailCall or Op.Spawn or Op.Closure or Op.FuncRef:
                VisitCall(f, id, ((FunctionRef)i.Payload!).Function, o);
                break;
            case Op.CallInterface:
                var method = (MethodRef)i.Payload!;
                for (var n = 1; n < o.Length; n++)
                    if (!IsByRef(method.Interface, method.Method, n - 1))
                        Need(f, o[n]);
                break;
            case Op.Ret:
                if (_results.Contains(f))
                    NeedAll(f, o);
                break;
            case Op.Jump or Op.JumpIf or Op.Switch:
                VisitJump(f, id);
                break;
            case Op.Select or Op.LoadParam or Op.Bitcast:
                if (Needs(f, i.Result) || i.Op == Op.Bitcast && !IsManaged(i.Type))
                    NeedAll(f, o);
                break;
            case Op.ChanTake:
                break;
            case Op.ChanSelect:
                for (var n = 0; n < o.Length; n++)
                    if (SelectCases.TryFind(i.Bits, n, out var kind, out _) && kind != SelectCase.Receive)
                        Need(f, o[n]);
                break;
            default:
                NeedAll(f, o);
                break;
        }
    }

    private void VisitJump(Function f, int id)
    {
        var s = (Successors)f[id].Payload!;
        for (var k = 0; k < s.Blocks.Length; k++)
        {
            var arguments = f.ArgumentsFor(id, k);
            for (var n = 0; n < arguments.Length; n++)
                if (Needs(f, s.Blocks[k].Parameters[n]))
                    Need(f, arguments[n]);
        }
    }

    private void VisitCall(Function f, int id, Function callee, ReadOnlySpan<Value> o)
    {
        if (f[id].Op is Op.Call or Op.TailCall)
        {
            for (var n = 0; n < o.Length; n++)
                if (!IsByRef(callee, n))
                    Need(f, o[n]);
            if (Needs(f, f[id].Result) || f[id].Op == Op.TailCall && _results.Contains(f))
                NeedResult(callee);
            // The frame of a tail call is gone, and what a pointer is to with it.
            if (f[id].Op == Op.TailCall && IsByRefResult(f) && _results.Contains(callee))
                NeedResult(f);
            return;
        }
        NeedAll(f, o);
        NeedResult(callee);
    }

    private void VisitPlaceOp(Function f, int id, ReadOnlySpan<Value> o)
    {
        ref var i = ref f[id];
        if (i.Payload is PlacePair pair)
        {
            VisitPlace(f, pair.To, o);
            VisitPlace(f, pair.From, o[pair.To.OperandCount..]);
            if (WholeSlot(pair.From) is { } from && IsManaged(from.Type) &&
                (WholeSlot(pair.To) is not { } to || IsObject(to)))
                NeedObjects(from);
            return;
        }
        var place = (Place)i.Payload!;
        VisitPlace(f, place, o);
        var slot = WholeSlot(place) is { } whole && IsManaged(whole.Type) ? whole : null;
        switch (i.Op)
        {
            case Op.Load when slot is not null && Needs(f, i.Result):
            case Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf when slot is not null:
                NeedObjects(slot);
                break;
            case Op.Store when slot is null || IsObject(slot):
                Need(f, o[^1]);
                break;
        }
        if (i.Op is Op.Ref or Op.RefMut or Op.AddressOf && Needs(f, i.Result))
            VisitAddress(f, place, o);
    }

    private void NeedObjects(Local slot) => _changed |= _objectSlots.Add(slot);

    private void VisitPlace(Function f, Place place, ReadOnlySpan<Value> o)
    {
        if (IsPointerStep(f, place, o))
            Need(f, o[0]);
    }

    /// <summary>What an object that refers to a place needs of what the place starts from.</summary>
    private void VisitAddress(Function f, Place place, ReadOnlySpan<Value> o)
    {
        // Arrays are objects already.
        if (place.Type is ArrayType || HasArrayStep(f, place, o))
            return;
        if (place.Base == PlaceBase.Value)
            Need(f, o[0]);
        else if (place.Local is { } local)
            _changed |= _boxed.Add(local);
    }

    private static bool HasArrayStep(Function f, Place place, ReadOnlySpan<Value> o)
    {
        var skip = IsPointerStep(f, place, o) || place.Base == PlaceBase.Value && f.TypeOf(o[0]).Kind == TypeKind.Slice;
        return place.Path.Skip(skip ? 1 : 0).Any(s => s.Kind == ProjectionKind.Index);
    }
}
