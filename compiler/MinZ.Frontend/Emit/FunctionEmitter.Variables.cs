using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>
/// Where variables live: in slots; in boxes, when they outlive the function; in globals, when they outlive the
/// program's calls. Functions inside others get what they share through hidden parameters.
/// </summary>
internal sealed partial class FunctionEmitter
{
    /// <summary>
    /// True when the function computes an expression of another, or a constant: its variables are here.
    /// </summary>
    private bool _isComputation;

    private bool IsOwn(LocalSymbol symbol) => _isComputation || symbol.Owner is null || symbol.Owner == _symbol;

    /// <summary>Type of the slot that holds a variable, or what leads to it.</summary>
    private MirType SlotType(LocalSymbol symbol) => _module.ResidenceOf(symbol) switch
    {
        Residence.Slot => IsOwn(symbol) ? symbol.Type : new ReferenceType(symbol.Type, true),
        Residence.Copied => symbol.Type,
        Residence.Box or Residence.EarlyBox => new BoxType(symbol.Type),
    };

    /// <summary>The place of a variable that exists.</summary>
    private PlaceRef PlaceOf(LocalSymbol symbol)
    {
        if (symbol.StaticName is not null)
            return new PlaceRef(Place.Of(_module.StaticOf(symbol)), []);
        var slot = LocalOf(symbol);
        if (slot.Type == symbol.Type && !(_module.ResidenceOf(symbol) == Residence.Slot && !IsOwn(symbol)))
            return PlaceRef.Of(slot);
        return new PlaceRef(Place.Behind(slot.Type), [_b.Load(Place.Of(slot), [])]);
    }

    /// <summary>Where a variable that begins to exist gets its first value.</summary>
    private PlaceRef NewPlace(LocalSymbol symbol)
    {
        if (_module.ResidenceOf(symbol) == Residence.Box && symbol.StaticName is null)
            StoreNew(symbol, _b.None(symbol.Type));
        return PlaceOf(symbol);
    }

    /// <summary>Begins a variable with a value.</summary>
    private void StoreNew(LocalSymbol symbol, Value value)
    {
        if (_module.ResidenceOf(symbol) != Residence.Box || symbol.StaticName is not null)
        {
            Store(PlaceOf(symbol), value);
            return;
        }
        var box = _b.Emit(Op.New, symbol.Type, [value], new BoxType(symbol.Type));
        _b.Store(Place.Of(LocalOf(symbol)), [], box);
    }

    /// <summary>Boxes of variables that functions reach before the variables are declared.</summary>
    private void EmitHoisted()
    {
        foreach (var symbol in _module.EarlyBoxesOf(_symbol))
        {
            var box = _b.Emit(Op.New, symbol.Type, [_b.None(symbol.Type)], new BoxType(symbol.Type));
            _b.Store(Place.Of(LocalOf(symbol)), [], box);
        }
    }

    /// <summary>What a nested function needs of the functions around it, as its last arguments.</summary>
    private IEnumerable<Value> EmitCaptures(FunctionSymbol callee)
    {
        foreach (var outer in _module.Program.CapturesOf(callee))
        {
            var slot = LocalOf(outer);
            yield return _module.ResidenceOf(outer) == Residence.Slot && IsOwn(outer)
                ? _b.Reference(Place.Of(slot), [], true)
                : _b.Load(Place.Of(slot), []);
        }
    }

    private Value EmitFunctionValue(BoundFunctionValue f)
    {
        var function = _module.FunctionOf(f.Function);
        Value[] captures = [.. EmitCaptures(f.Function)];
        if (captures.Length == 0)
            return _b.Emit(Op.FuncRef, f.Type, [], f.Type, function.Reference);
        _module.NoteValue(f.Function, f.Span);
        return _b.Emit(Op.Closure, f.Type, captures, f.Type, function.Reference);
    }

    /// <summary>Takes note that a place changes after it got its first value, or may from now on.</summary>
    private void NoteChange(BoundExpression place)
    {
        while (true)
        {
            switch (place)
            {
                case BoundLocal l:
                    _module.Changed.Add(l.Local);
                    return;
                case BoundField f:
                    place = f.Target;
                    break;
                case BoundPayload p:
                    place = p.Target;
                    break;
                case BoundIndex { Target.Type.Kind: TypeKind.Array } i:
                    place = i.Target;
                    break;
                default:
                    return;
            }
        }
    }
}
