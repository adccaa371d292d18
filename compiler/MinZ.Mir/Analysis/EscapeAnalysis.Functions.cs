namespace MinZ.Mir.Analysis;

/// <content>
/// One function: what its values may refer to. A target is a slot or, as a boxed number, a parameter.
/// </content>
public sealed partial class EscapeAnalysis
{
    private Function _f = null!;
    private Summary _s = null!;

    private void Follow(Function f)
    {
        (_f, _s) = (f, _summaries[f]);
        while (_parameters.Count < f.Parameters.Length)
            _parameters.Add(_parameters.Count);
        for (var n = 0; n < f.Parameters.Length; n++)
            if (Carries(f.Parameters[n].Type))
                Include(TargetsOf(f.Entry.Parameters[n]), [_parameters[n]]);
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                Follow(id);
        foreach (var (holder, held) in _s.Contents)
            foreach (var target in held)
                if (target is Local slot && !_s.Escaped.Contains(slot) && RoundsOf(f).IsOutlived(slot, holder))
                    _changed = _s.Escaped.Add(slot);
        // What an escaping slot holds escapes with it.
        foreach (var slot in _s.Escaped.ToArray())
            if (_s.Contents.TryGetValue(slot, out var held))
                Escape(held);
    }

    private Rounds RoundsOf(Function f)
    {
        if (!_rounds.TryGetValue(f, out var rounds))
            _rounds[f] = rounds = new Rounds(f);
        return rounds;
    }

    /// <summary>Parameter numbers as objects that are equal by identity.</summary>
    private readonly List<object> _parameters = [];

    private HashSet<object> TargetsOf(Value v)
    {
        v = _f.Resolve(v);
        if (!_s.Targets.TryGetValue(v, out var targets))
            _s.Targets[v] = targets = new(ReferenceEqualityComparer.Instance);
        return targets;
    }

    private HashSet<object> ContentsOf(Local slot)
    {
        if (!_s.Contents.TryGetValue(slot, out var held))
            _s.Contents[slot] = held = new(ReferenceEqualityComparer.Instance);
        return held;
    }

    private void Include(HashSet<object> to, IEnumerable<object> from)
    {
        if (ReferenceEquals(to, from))
            return;
        foreach (var target in from)
            _changed |= to.Add(target);
    }

    private void Escape(IEnumerable<object> targets)
    {
        foreach (var target in targets)
        {
            if (target is Local slot)
                _changed |= _s.Escaped.Add(slot);
            else if (!_s.Escapes[(int)target])
                _changed = _s.Escapes[(int)target] = true;
        }
    }

    private void Follow(int id)
    {
        var i = _f[id];
        var operands = _f.Operands(id);
        switch (i.Op)
        {
            case Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf:
                Include(TargetsOf(i.Result), Behind((Place)i.Payload!, operands));
                break;
            case Op.Load when Carries(((Place)i.Payload!).Type):
                Include(TargetsOf(i.Result), Held((Place)i.Payload!, operands));
                break;
            case Op.Store when Carries(((Place)i.Payload!).Type):
                Keep((Place)i.Payload!, operands, TargetsOf(operands[^1]));
                break;
            case Op.Copy when Carries(((PlacePair)i.Payload!).To.Type):
                var (to, from) = (PlacePair)i.Payload!;
                Keep(to, operands, Held(from, operands[to.OperandCount..]));
                break;
            case Op.Jump or Op.JumpIf or Op.Switch:
                FollowJump(id, (Successors)i.Payload!);
                break;
            case Op.Call or Op.TailCall or Op.CallIndirect or Op.CallInterface:
                FollowCall(id);
                break;
            case Op.Ret:
                foreach (var v in operands)
                    Return(TargetsOf(v));
                break;
            case Op.New or Op.Spawn or Op.ActorSend or Op.ActorAsk or Op.ActorRestart or Op.ChanSend:
                foreach (var v in operands)
                    Escape(TargetsOf(v));
                break;
            case Op.ChanSelect:
                for (var n = 0; n < operands.Length; n++)
                    if (SelectCases.TryFind(i.Bits, n, out var kind, out _) && kind == SelectCase.Send)
                        Escape(TargetsOf(operands[n]));
                break;
            case Op.LoadParam or Op.Select or Op.StructMake or Op.StructGet or Op.TupleMake or Op.TupleGet
                or Op.ArrayMake or Op.ArrayFill or Op.EnumMake or Op.EnumGet or Op.Slice or Op.IfaceMake or Op.IfaceCast
                or Op.Closure or Op.Bitcast or Op.PointerAdd when i.Result.IsValid && Carries(_f.TypeOf(i.Result)):
                foreach (var v in operands)
                    Include(TargetsOf(i.Result), TargetsOf(v));
                break;
        }
    }

    private void FollowJump(int id, Successors s)
    {
        for (var k = 0; k < s.Blocks.Length; k++)
        {
            var arguments = _f.ArgumentsFor(id, k);
            for (var n = 0; n < arguments.Length; n++)
                if (Carries(_f.TypeOf(arguments[n])))
                    Include(TargetsOf(s.Blocks[k].Parameters[n]), TargetsOf(arguments[n]));
        }
    }

    private void Return(HashSet<object> targets)
    {
        foreach (var target in targets)
        {
            if (target is Local slot)
                _changed |= _s.Escaped.Add(slot);
            else if (!_s.Returned[(int)target])
                _changed = _s.Returned[(int)target] = true;
        }
    }

    /// <summary>What the address of a place refers to: the slot it is in, or what leads to it.</summary>
    private IEnumerable<object> Behind(Place place, ReadOnlySpan<Value> operands)
    {
        if (place.Base == PlaceBase.Global)
            return [];
        if (place.Base == PlaceBase.Value)
            return TargetsOf(operands[0]);
        var type = place.Local!.Type;
        foreach (var step in place.Path)
        {
            if (type.Kind is TypeKind.Slice or TypeKind.Pointer)
                return ContentsOf(place.Local);
            type = step.Kind switch
            {
                ProjectionKind.Field => TypeMembers.FieldType(type, step.Field)!,
                ProjectionKind.Payload => TypeMembers.PayloadType(type, step.Variant, step.Field)!,
                ProjectionKind.Index => type.Element!,
            };
        }
        return [place.Local];
    }

    /// <summary>What the contents of a place may refer to.</summary>
    private IEnumerable<object> Held(Place place, ReadOnlySpan<Value> operands)
    {
        if (place.Base == PlaceBase.Local)
            return ContentsOf(place.Local!);
        // What lies behind a parameter's reference came with the parameter.
        return place.Base == PlaceBase.Global ? []
            : TargetsOf(operands[0]).ToArray().SelectMany(t => t is Local slot ? ContentsOf(slot) : [t]).ToArray();
    }

    private void Keep(Place place, ReadOnlySpan<Value> operands, IEnumerable<object> targets)
    {
        if (place.Base == PlaceBase.Local && Behind(place, operands) is object[] and [Local own])
        {
            Include(ContentsOf(own), targets);
            return;
        }
        var outer = place.Base == PlaceBase.Global ? [] : Behind(place, operands).ToArray();
        foreach (var target in outer)
            if (target is Local slot)
                Include(ContentsOf(slot), targets);
        if (outer.Length == 0 || !outer.All(t => t is Local))
            Escape(targets);
    }

    private void FollowCall(int id)
    {
        var i = _f[id];
        var operands = _f.Operands(id);
        switch (i.Op)
        {
            case Op.CallIndirect:
                var type = (FunctionType)_f.TypeOf(operands[0]);
                Pass(_values.GetValueOrDefault(type) ?? [], operands[1..], i.Result);
                // A closure's result may hold what it captured.
                if (i.Result.IsValid && Carries(_f.TypeOf(i.Result)))
                    Include(TargetsOf(i.Result), TargetsOf(operands[0]));
                break;
            case Op.CallInterface:
                var method = (MethodRef)i.Payload!;
                Pass(_module.Implementations.Where(m => m.Interface == method.Interface)
                    .Select(m => m.Methods[method.Method]), operands, i.Result);
                break;
            default:
                Pass([((FunctionRef)i.Payload!).Function], operands, i.Result);
                break;
        }
    }

    private void Pass(IEnumerable<Function> callees, ReadOnlySpan<Value> arguments, Value result)
    {
        foreach (var callee in callees)
        {
            var summary = _summaries[callee];
            for (var n = 0; n < arguments.Length && n < summary.Escapes.Length; n++)
            {
                if (!Carries(_f.TypeOf(arguments[n])))
                    continue;
                if (summary.Escapes[n])
                    Escape(TargetsOf(arguments[n]));
                if (summary.Returned[n] && result.IsValid && Carries(_f.TypeOf(result)))
                    Include(TargetsOf(result), TargetsOf(arguments[n]));
            }
        }
    }
}
