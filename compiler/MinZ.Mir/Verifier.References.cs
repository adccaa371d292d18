namespace MinZ.Mir;

/// <summary>
/// References to slots only flow down the stack: they may be passed, and kept in slots, but not returned, stored where
/// they outlive the frame, or sent to another thread. Raw pointers are the programmer's.
/// </summary>
public sealed partial class Verifier
{
    private readonly HashSet<Value> _framed = [];
    private readonly HashSet<Local> _framedSlots = [];
    private readonly Dictionary<MirType, bool> _carries = new(ReferenceEqualityComparer.Instance);

    private void CheckReferences()
    {
        if (!_f.Blocks.Any(b => b.Instructions.Any(id => RefersToSlot(id))))
            return;
        _framed.Clear();
        _framedSlots.Clear();
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var block in _f.Blocks)
                foreach (var id in block.Instructions)
                    changed |= Spread(id);
        }
        foreach (var block in _f.Blocks)
            for (var n = 0; n < block.Instructions.Count; n++)
            {
                AtInstruction(block, n);
                CheckEscape(block.Instructions[n]);
            }
    }

    /// <summary>True for an instruction that makes a reference into the frame.</summary>
    private bool RefersToSlot(int id) => _f[id].Op is Op.Ref or Op.RefMut or Op.SliceOf && _f[id].Payload is Place p &&
        IsInFrame(p, _f.Operands(id));

    // A step through a slice, pointer or reference leaves the frame, unless what it goes through points into it.
    private bool IsInFrame(Place place, ReadOnlySpan<Value> operands)
    {
        if (place.Base == PlaceBase.Global)
            return false;
        if (place.Base == PlaceBase.Value)
            return _framed.Contains(operands[0]);
        var type = place.Local!.Type;
        foreach (var step in place.Path)
        {
            if (type.Kind is TypeKind.Slice or TypeKind.Pointer)
                return _framedSlots.Contains(place.Local);
            type = Step(type, step)!;
        }
        return true;
    }

    /// <summary>True when a value of the type can hold a reference.</summary>
    private bool Carries(MirType type)
    {
        if (_carries.TryGetValue(type, out var known))
            return known;
        _carries[type] = false;
        return _carries[type] = type.Kind is TypeKind.Reference or TypeKind.Slice or TypeKind.Interface
            or TypeKind.Function ||
            MembersOf(type).Any(Carries);
    }

    /// <summary>Marks what an instruction makes point into the frame; true when that is new.</summary>
    private bool Spread(int id)
    {
        var i = _f[id];
        var operands = _f.Operands(id);
        switch (i.Op)
        {
            case Op.Ref or Op.RefMut or Op.SliceOf:
                return IsInFrame((Place)i.Payload!, operands) && Mark(i.Result);
            case Op.Load:
                var place = (Place)i.Payload!;
                return Carries(place.Type) && place.Local is not null && _framedSlots.Contains(place.Local) &&
                    Mark(i.Result);
            case Op.Store:
                var to = (Place)i.Payload!;
                return _framed.Contains(operands[^1]) && to.Local is not null && _framedSlots.Add(to.Local);
            case Op.Copy:
                var pair = (PlacePair)i.Payload!;
                return Carries(pair.To.Type) && pair.To.Local is not null && pair.From.Local is not null &&
                    _framedSlots.Contains(pair.From.Local) && _framedSlots.Add(pair.To.Local);
            case Op.Jump or Op.JumpIf or Op.Switch:
                return SpreadToBlocks(id, (Successors)i.Payload!);
            case Op.LoadParam or Op.Select or Op.StructMake or Op.StructGet or Op.TupleMake or Op.TupleGet
                or Op.ArrayMake
                or Op.ArrayFill or Op.EnumMake or Op.EnumGet or Op.Slice or Op.IfaceMake or Op.IfaceCast or Op.Closure:
                return i.Result.IsValid && AnyFramed(operands) && Carries(_f.TypeOf(i.Result)) && Mark(i.Result);
            default:
                return false;
        }
    }

    private bool Mark(Value value) => value.IsValid && _framed.Add(value);

    private bool AnyFramed(ReadOnlySpan<Value> operands)
    {
        foreach (var v in operands)
            if (_framed.Contains(v))
                return true;
        return false;
    }

    private bool SpreadToBlocks(int id, Successors s)
    {
        var changed = false;
        for (var k = 0; k < s.Blocks.Length; k++)
        {
            var arguments = _f.ArgumentsFor(id, k);
            for (var n = 0; n < arguments.Length; n++)
                if (_framed.Contains(arguments[n]))
                    changed |= Mark(s.Blocks[k].Parameters[n]);
        }
        return changed;
    }

    private bool SendsFramed(long bits, ReadOnlySpan<Value> operands)
    {
        for (var n = 0; n < operands.Length; n++)
            if (_framed.Contains(operands[n]) && SelectCases.TryFind(bits, n, out var kind, out _) &&
                kind == SelectCase.Send)
                return true;
        return false;
    }

    private void CheckEscape(int id)
    {
        var i = _f[id];
        var operands = _f.Operands(id);
        var escapes = i.Op switch
        {
            Op.Ret or Op.New or Op.Spawn or Op.ActorSend or Op.ActorAsk or Op.ActorRestart or Op.ChanSend
                or Op.TailCall => AnyFramed(operands),
            Op.ChanSelect => SendsFramed(i.Bits, operands),
            Op.Store => _framed.Contains(operands[^1]) && !IsInFrame((Place)i.Payload!, operands),
            _ => false,
        };
        if (escapes)
            Fault(MirCodes.Escapes, i.Op == Op.Ret ? "it returns a reference to a slot"
                : "a reference to a slot gets out of the function",
                "what outlives the function must be in a box");
    }
}
