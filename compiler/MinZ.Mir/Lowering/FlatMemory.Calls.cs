using System.Collections.Immutable;

namespace MinZ.Mir.Lowering;

public sealed partial class FlatMemory
{
    /// <summary>Arguments as the lowered callee takes them, without the hidden result.</summary>
    private List<Value> Arguments(ReadOnlySpan<Value> values, ImmutableArray<MirType> types)
    {
        var list = new List<Value>(values.Length + 1);
        for (var i = 0; i < values.Length; i++)
        {
            if (IsPair(types[i]))
            {
                var (address, length) = Pair(values[i]);
                list.Add(address);
                list.Add(length);
            }
            else
            {
                list.Add(types[i].IsAggregate ? Pointer(HomeOf(values[i]), types[i]) : Scalar(values[i]));
            }
        }
        return list;
    }

    /// <summary>True for the address of a function, which is there.</summary>
    private bool IsFunction(Value code) => _f.DefinitionOf(code) is var id and >= 0 && _f[id].Op == Op.FuncRef;

    private void LowerCall(int[] body, int position)
    {
        var id = body[position];
        var op = _f[id].Op;
        var operands = _f.Operands(id).ToArray();
        var payload = _f[id].Payload;
        Signature signature;
        var (code, environment, self) = (Value.None, Value.None, Value.None);
        if (op == Op.CallIndirect)
        {
            var type = _f.TypeOf(operands[0]) as FunctionType ?? _callees[operands[0].Id];
            signature = new Signature(type.Parameters, type.Result);
            code = Scalar(operands[0]);
            if (_records.Contains(type))
                (environment, code) = (code, CodeOf(code));
            else if (_layout.PointerBytes == 2 && !IsFunction(code))
                TrapUnless(_b.Compare(Op.CmpNe, code, ZeroOf(CodeAddress)), TrapCode.NullReference);
            operands = operands[1..];
        }
        else if (op == Op.CallInterface)
        {
            Function? callee;
            (self, code, callee, signature) = InterfaceCallee(id);
            (op, payload) = callee is null ? (Op.CallIndirect, null) : (Op.Call, (object)callee.Reference);
            operands = operands[1..];
        }
        else
        {
            signature = _signatures[((FunctionRef)payload!).Function];
        }
        var arguments = Arguments(operands, signature.Parameters);
        if (self.IsValid)
            arguments.Insert(0, self);
        if (environment.IsValid)
            arguments.Add(environment);
        var result = _f[id].Result;
        var into = default(Home);
        var resultType = signature.Result;
        var hidden = resultType.IsAggregate || IsPair(resultType);
        if (hidden)
        {
            into = ResultHome(body, position, resultType, operands);
            arguments.Insert(0, Pointer(into, resultType));
        }
        if (code.IsValid)
            arguments.Insert(0, code);
        var plain = hidden ? MirType.Void : LowerScalar(resultType);
        var made = _b.Emit(op, plain, [.. arguments], plain, payload);
        if (!result.IsValid)
            return;
        if (IsPair(resultType))
            _pairs[result.Id] = LoadPair(resultType, into);
        else if (resultType.IsAggregate)
            _homes[result.Id] = into;
        else
            Become(result, resultType, made);
    }

    /// <summary>
    /// Where a call writes an aggregate result: straight into the slot that the next instruction stores it to, when
    /// nothing else can see that slot during the call; a temporary otherwise.
    /// </summary>
    private Home ResultHome(int[] body, int position, MirType type, Value[] operands)
    {
        var result = _f[body[position]].Result;
        if (result.IsValid && _uses[result.Id] == 1 && position + 1 < body.Length)
        {
            ref var next = ref _f[body[position + 1]];
            if (next.Op == Op.Store &&
                next.Payload is Place { Base: PlaceBase.Local, Path.IsEmpty: true, Local: { } local } &&
                _f.Operands(body[position + 1])[0] == result && !_exposed.Contains(local) &&
                !operands.Any(o => _homes.TryGetValue(_f.Resolve(o).Id, out var h) && h.Local == local))
                return new Home(local, Value.None, 0);
        }
        return new Home(NewTemporary(type), Value.None, 0);
    }

    private void LowerReturn(int id)
    {
        var operands = _f.Operands(id).ToArray();
        if (!_resultAddress.IsValid)
        {
            Keep(id);
            return;
        }
        StoreValue(_signatures[_f].Result, new Home(null, _resultAddress, 0), operands[0]);
        _b.Return();
    }

    private void LowerTailCall(int[] body, int position)
    {
        var id = body[position];
        var callee = ((FunctionRef)_f[id].Payload!).Function;
        var signature = _signatures[callee];
        var types = signature.Parameters.Add(signature.Result);
        if (!types.Any(t => t.IsAggregate))
        {
            var arguments = Arguments(_f.Operands(id), signature.Parameters);
            if (IsPair(signature.Result))
                arguments.Insert(0, _resultAddress);
            _b.Emit(Op.TailCall, callee.Result, [.. arguments], null, _f[id].Payload);
            return;
        }
        // Arguments may live in this frame, so it must outlive the call.
        var made = Arguments(_f.Operands(id), signature.Parameters);
        if (_resultAddress.IsValid)
            made.Insert(0, _resultAddress);
        _b.Return(_b.Emit(Op.Call, callee.Result, [.. made], callee.Result, _f[id].Payload));
    }

    /// <summary>
    /// Rewrites a branch: slices pass as two values, aggregates are copied to the parameters' memory before it.
    /// </summary>
    private void LowerBranch(int id)
    {
        var i = _f[id];
        var s = (Successors)i.Payload!;
        var all = Enumerable.Range(0, s.Blocks.Length).Select(k => _f.ArgumentsFor(id, k).ToArray()).ToArray();
        if (i.Op == Op.Jump)
        {
            JumpWith(s.Blocks[0], all[0]);
            return;
        }
        var operands = new List<Value> { Scalar(_f.Operands(id)[0]) };
        var counts = new int[all.Length];
        var blocks = s.Blocks.ToArray();
        var here = _b.Block;
        for (var k = 0; k < all.Length; k++)
        {
            if (all[k].Any(v => _f.TypeOf(v).IsAggregate))
            {
                // The copies belong to this edge alone.
                blocks[k] = _f.NewBlock($"$edge{_f.Blocks.Count}");
                _b.At(blocks[k]);
                JumpWith(s.Blocks[k], all[k]);
                _b.At(here);
                continue;
            }
            var values = BlockArguments(all[k]);
            operands.AddRange(values);
            counts[k] = values.Count;
        }
        _b.Emit(i.Op, LowerScalar(i.Type), [.. operands], null, new Successors([.. blocks], [.. counts], s.Cases));
    }

    private void JumpWith(Block to, Value[] arguments)
    {
        var aggregates = arguments.Where(v => _f.TypeOf(v).IsAggregate).ToArray();
        var homes = _blockHomes.GetValueOrDefault(to) ?? [];
        var from = aggregates.Select(HomeOf).ToArray();
        if (aggregates.Length > 1)
            for (var n = 0; n < from.Length; n++)
            {
                var staged = new Home(NewTemporary(_f.TypeOf(aggregates[n])), Value.None, 0);
                CopyMemory(_f.TypeOf(aggregates[n]), staged, from[n]);
                from[n] = staged;
            }
        for (var n = 0; n < from.Length; n++)
            CopyMemory(_f.TypeOf(aggregates[n]), homes[n], from[n]);
        _b.Jump(to, [.. BlockArguments(arguments)]);
    }

    private List<Value> BlockArguments(Value[] arguments)
    {
        var values = new List<Value>();
        foreach (var v in arguments)
        {
            if (IsPair(_f.TypeOf(v)))
                values.AddRange([Pair(v).Address, Pair(v).Length]);
            else if (!_f.TypeOf(v).IsAggregate)
                values.Add(Scalar(v));
        }
        return values;
    }
}
