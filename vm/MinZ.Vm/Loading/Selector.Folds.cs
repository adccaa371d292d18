using MinZ.Mir;

namespace MinZ.Vm.Loading;

/// <summary>What becomes of an instruction besides being emitted at its place.</summary>
internal enum Fold : byte
{
    None,
    /// <summary>The one instruction that uses it does its work.</summary>
    Away,
    /// <summary>Its result is its operand's register.</summary>
    Alias,
    /// <summary>Nothing needs it.</summary>
    Dead,
    /// <summary>A store that adds to or subtracts from what is there.</summary>
    Accumulate,
}

internal sealed partial class Selector
{
    /// <summary>Instructions looked ahead for the use of an index; keeps selection linear in long blocks.</summary>
    private const int SearchLimit = 32;

    private readonly int[] _uses;
    private readonly int[] _place;
    private readonly Block?[] _home;
    private readonly Fold[] _fold;
    /// <summary>By access or ptr.add: id of the bounds check it does, plus one; 0 = none.</summary>
    private readonly int[] _check;

    private void FindFolds()
    {
        foreach (var block in _cfg.ReversePostorder)
            for (var n = 0; n < block.Instructions.Count; n++)
            {
                var id = block.Instructions[n];
                (_place[id], _home[id]) = (n, block);
                foreach (var v in _f.Operands(id))
                    _uses[_f.Resolve(v).Id]++;
            }
        foreach (var block in _cfg.ReversePostorder)
            foreach (var id in block.Instructions)
                FindAlias(id);
        foreach (var block in _cfg.ReversePostorder)
            foreach (var id in block.Instructions)
                if (_f[id].Op == Op.MemStore)
                    FoldAccumulation(id);
        foreach (var block in _cfg.ReversePostorder)
            foreach (var id in block.Instructions)
                FoldOperands(id);
        FindDemand();
    }

    private void FindAlias(int id)
    {
        ref var i = ref _f[id];
        var isAlias = i.Op switch
        {
            Op.LoadParam or Op.Bounds => true,
            Op.Conv => Reps.Widens(RepOf(_f.Operands(id)[0]), RepOf(i.Type)) && !IsFloatConversion(id) ||
                IsTruncationForWrapping(id),
            Op.Bitcast => IsSameBits(RepOf(_f.Operands(id)[0]), RepOf(i.Type)),
            _ => false,
        };
        if (!isAlias)
            return;
        var source = Actual(_f.Operands(id)[0]);
        _alias[i.Result.Id] = source;
        _uses[source.Id] += _uses[i.Result.Id] - (i.Op == Op.Bounds ? 0 : 1);
        if (i.Op != Op.Bounds)
            _fold[id] = Fold.Alias;
    }

    private bool IsFloatConversion(int id) =>
        Reps.IsFloat(RepOf(_f.Operands(id)[0])) != Reps.IsFloat(RepOf(_f[id].Type)) ||
        Reps.IsFloat(RepOf(_f[id].Type)) && RepOf(_f.Operands(id)[0]) != RepOf(_f[id].Type);

    // Bits of a float are not those of a number: NaN has one pattern only.
    private static bool IsSameBits(Rep from, Rep to) => !Reps.IsFloat(from) && (
        from == to || Reps.Bits(from) == 64 && Reps.Bits(to) == 64 ||
        !Reps.IsSigned(from) && !Reps.IsSigned(to) && (Reps.Bits(from) == Reps.Bits(to) || from == Rep.Bool));

    /// <summary>True for a truncation all of whose uses ignore the high bits: they wrap at its width, or step a
    /// pointer.</summary>
    private bool IsTruncationForWrapping(int id)
    {
        var result = _f[id].Result;
        var rep = RepOf(_f[id].Type);
        if (rep is Rep.Bool || Reps.IsFloat(rep) || Reps.IsFloat(RepOf(_f.Operands(id)[0])) || Reps.Is24(rep))
            return false;
        var left = _uses[result.Id];
        var block = _home[id]!;
        var end = Math.Min(block.Instructions.Count, _place[id] + SearchLimit);
        for (var n = _place[id] + 1; n < end && left > 0; n++)
        {
            var next = block.Instructions[n];
            var operands = _f.Operands(next);
            for (var o = 0; o < operands.Length; o++)
            {
                if (_f.Resolve(operands[o]) != result)
                    continue;
                var ignores = _f[next].Op switch
                {
                    Op.Add or Op.Sub or Op.Mul => true,
                    Op.MemStore => o == 1,
                    Op.PointerAdd => o == 1 && Reps.Bits(rep) == 32,
                    _ => false,
                };
                if (!ignores)
                    return false;
                left--;
            }
        }
        return left == 0;
    }

    private int DefinitionIn(Value v, Block block)
    {
        var id = _f.DefinitionOf(Actual(v));
        return id >= 0 && _home[id] == block ? id : -1;
    }

    /// <summary>Id of a not yet folded instruction with this op that only one instruction, in this block, uses; or
    /// -1.</summary>
    private int OnlyUse(Value v, Block block, Op op)
    {
        var id = DefinitionIn(v, block);
        return id >= 0 && _f[id].Op == op && _uses[_f[id].Result.Id] == 1 && _fold[id] == Fold.None ? id : -1;
    }

    /// <summary>True when nothing between two places of a block has one of these effects.</summary>
    private bool IsQuiet(Block block, int after, int before, Effects effects)
    {
        for (var n = after + 1; n < before; n++)
        {
            var op = _f[block.Instructions[n]].Op;
            if ((op.Info().Effects & effects) != 0 && op != Op.Bounds)
                return false;
        }
        return true;
    }

    private int OnlyLoad(Value v, Block block, int before)
    {
        var id = OnlyUse(v, block, Op.MemLoad);
        if (id < 0 || _f[id].Type.Kind != TypeKind.F64 || _check[id] != 0 || AddressOf(id).Index != default ||
            (_f[id].Flags & InstructionFlags.Volatile) != 0)
            return -1;
        return IsQuiet(block, _place[id], before, Effects.Writes | Effects.Suspends) ? id : -1;
    }

    /// <summary>store(a, load(a) ± x) becomes one instruction.</summary>
    private void FoldAccumulation(int id)
    {
        ref var store = ref _f[id];
        var block = _home[id]!;
        if (store.Type.Kind != TypeKind.F64 || AddressOf(id).Index != default)
            return;
        var value = _f.Operands(id)[1];
        var sum = OnlyUse(value, block, Op.Add);
        if (sum < 0)
            sum = OnlyUse(value, block, Op.Sub);
        if (sum < 0)
            return;
        var load = OnlyLoad(_f.Operands(sum)[0], block, _place[id]);
        if (load < 0 || AddressOf(load) != AddressOf(id))
            return;
        _fold[load] = _fold[sum] = Fold.Away;
        _fold[id] = Fold.Accumulate;
        var product = OnlyUse(_f.Operands(sum)[1], block, Op.Mul);
        if (product >= 0)
            _fold[product] = Fold.Away;
    }

    private void FoldOperands(int id)
    {
        if (_fold[id] != Fold.None)
            return;
        ref var i = ref _f[id];
        var block = _home[id]!;
        switch (i.Op)
        {
            case Op.JumpIf:
                var test = DefinitionIn(_f.Operands(id)[0], block);
                if (test >= 0 && _f[test].Op is >= Op.CmpEq and <= Op.CmpGe && _uses[_f[test].Result.Id] == 1)
                    _fold[test] = Fold.Away;
                break;
            case Op.Add or Op.Sub when i.Type.Kind == TypeKind.F64:
                if (!FoldProduct(id, 1) && !FoldProduct(id, 0))
                    FoldLoads(id);
                break;
            case Op.Mul when i.Type.Kind == TypeKind.F64:
                FoldLoads(id);
                break;
            case Op.Add when i.Type.IsInteger && !Reps.Is24(RepOf(i.Type)):
                if (!IsConstant(_f.Operands(id)[0], out _) && !IsConstant(_f.Operands(id)[1], out _)
                    && !FoldProduct(id, 1))
                    FoldProduct(id, 0);
                break;
            case Op.Bounds:
                SinkCheck(id, block);
                break;
        }
    }

    private bool FoldProduct(int id, int operand)
    {
        var product = OnlyUse(_f.Operands(id)[operand], _home[id]!, Op.Mul);
        if (product < 0 || _f[product].Type != _f[id].Type || TakesLoads(product))
            return false;
        _fold[product] = Fold.Away;
        return true;
    }

    /// <summary>True when an operand's load was folded into the instruction, which then has to be emitted
    /// itself.</summary>
    private bool TakesLoads(int id)
    {
        foreach (var v in _f.Operands(id))
            if (IsFolded(v, Op.MemLoad, out _))
                return true;
        return false;
    }

    private void FoldLoads(int id)
    {
        var block = _home[id]!;
        var right = OnlyLoad(_f.Operands(id)[1], block, _place[id]);
        if (right >= 0)
            _fold[right] = Fold.Away;
        if (right >= 0 && _f[id].Op != Op.Sub)
            return;
        var left = OnlyLoad(_f.Operands(id)[0], block, _place[id]);
        if (left >= 0 && (_f[id].Op != Op.Sub || right >= 0))
            _fold[left] = Fold.Away;
    }

    /// <summary>Moves a bounds check into the element access or address computation it is for.</summary>
    private void SinkCheck(int id, Block block)
    {
        const Effects Hazards = Effects.Writes | Effects.Suspends | Effects.Traps | Effects.Terminates;
        var index = Actual(_f[id].Result);
        var end = Math.Min(block.Instructions.Count, _place[id] + SearchLimit);
        for (var n = _place[id] + 1; n < end; n++)
        {
            var next = block.Instructions[n];
            ref var i = ref _f[next];
            if (i.Op == Op.PointerAdd && Actual(_f.Operands(next)[1]) == index && !IsConstant(index, out _))
            {
                var access = FirstAccess(next, block);
                if (access >= 0 && _check[access] == 0 && IsQuiet(block, _place[id], _place[access], Hazards))
                    (_check[access], _fold[id]) = (id + 1, Fold.Away);
                else if (access < 0 && _uses[i.Result.Id] > 0)
                    (_check[next], _fold[id]) = (id + 1, Fold.Away);
                return;
            }
            if ((i.Op.Info().Effects & Hazards) != 0 && i.Op != Op.Bounds)
                return;
        }
    }

    /// <summary>The first load or store of the block that takes the pointer's index into its own address; or
    /// -1.</summary>
    private int FirstAccess(int pointer, Block block)
    {
        var end = Math.Min(block.Instructions.Count, _place[pointer] + SearchLimit);
        for (var n = _place[pointer] + 1; n < end; n++)
        {
            var id = block.Instructions[n];
            if (_f[id].Op is Op.MemLoad or Op.MemStore && AddressOf(id).Pointer == pointer)
                return id;
        }
        return -1;
    }

    /// <summary>Marks what nothing needs, so that folded addresses and unused values are not computed.</summary>
    private void FindDemand()
    {
        var needed = new bool[_f.ValueLimit];
        for (var b = _cfg.ReversePostorder.Count - 1; b >= 0; b--)
        {
            var block = _cfg.ReversePostorder[b];
            for (var n = block.Instructions.Count - 1; n >= 0; n--)
                Demand(block.Instructions[n], needed);
        }
    }

    private void Demand(int id, bool[] needed)
    {
        ref var i = ref _f[id];
        if (_fold[id] == Fold.Alias)
            return;
        if (_fold[id] == Fold.None && i.Op.Info().IsPure && i.Result.IsValid && !needed[i.Result.Id] && _check[id] == 0)
        {
            _fold[id] = Fold.Dead;
            return;
        }
        var operands = _f.Operands(id);
        var first = 0;
        if (i.Op is Op.MemLoad or Op.MemStore or Op.Peek or Op.Poke or Op.PointerAdd)
        {
            var address = i.Op == Op.PointerAdd ? AddressOfPointer(id) : AddressOf(id);
            if (address.Base.IsValid)
                needed[address.Base.Id] = true;
            if (address.Index.IsValid)
                needed[Actual(address.Index).Id] = true;
            first = i.Op == Op.PointerAdd ? 2 : 1;
        }
        for (var n = first; n < operands.Length; n++)
            needed[Actual(operands[n]).Id] = true;
    }
}
