using System.Collections.Immutable;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Comparisons, jumps and block arguments.</summary>
internal sealed partial class Selector
{
    private const int MaxChainedCases = 64;

    private static Comparison ComparisonOf(Op op) => op switch
    {
        Op.CmpEq => Comparison.Eq,
        Op.CmpNe => Comparison.Ne,
        Op.CmpLt => Comparison.Lt,
        Op.CmpLe => Comparison.Le,
        Op.CmpGt => Comparison.Gt,
        _ => Comparison.Ge,
    };

    private static bool IsComparison(Op op) =>
        op is Op.CmpEq or Op.CmpNe or Op.CmpLt or Op.CmpLe or Op.CmpGt or Op.CmpGe;

    private void SelectCompare(int id)
    {
        var i = _f[id];
        if (IsFused(i.Result))
            return;
        var o = _f.Operands(id).ToArray();
        Add(new LInst(LOp.Set, SizeOf(i.Type))
        {
            Outs = [NewVariable(i.Result).Register], Args = [Val(o[0]), Val(o[1])], Comparison = ComparisonOf(i.Op),
            Signed = i.Type.IsSigned,
        });
    }

    // A comparison whose only use is a jump or choice of the same block is made there.
    private bool IsFused(Value v)
    {
        if (_uses[v.Id] != 1)
            return false;
        foreach (var id in _source.Instructions)
            if (_f[id].Op is Op.JumpIf or Op.Select && _f.Operands(id)[0] == v)
                return true;
        return false;
    }

    /// <summary>Jumps by a bool value.</summary>
    private void BranchOn(Value condition, LBlock then, LBlock otherwise)
    {
        var id = _f.DefinitionOf(condition);
        while (id >= 0 && _f[id].Op == Op.Not)
        {
            condition = _f.Operands(id)[0];
            id = _f.DefinitionOf(condition);
            (then, otherwise) = (otherwise, then);
        }
        if (id >= 0 && IsComparison(_f[id].Op) && _values[condition.Id] is null)
        {
            var o = _f.Operands(id).ToArray();
            if (SignTestedBy(id) is { } x)
            {
                var comparison = _f[id].Op == Op.CmpNe ? Comparison.Lt : Comparison.Ge;
                Branch(comparison, Val(x), Opnd.Of(0, SizeOf(_f.TypeOf(x))), true, then, otherwise);
                return;
            }
            Branch(ComparisonOf(_f[id].Op), Val(o[0]), Val(o[1]), _f[id].Type.IsSigned, then, otherwise);
            return;
        }
        Branch(Comparison.Ne, Val(condition), Opnd.Of(0, 1), false, then, otherwise);
    }

    // (x & top bit) compared with zero asks for the sign of x.
    private Value? SignTestedBy(int comparison)
    {
        var (a, b) = (_f.Operands(comparison)[0], _f.Operands(comparison)[1]);
        if (_f[comparison].Op is not (Op.CmpEq or Op.CmpNe) || !_f.TryConstant(b, out var zero) || zero != 0
            || _f.DefinitionOf(a) is not (>= 0 and var d) || _f[d].Op != Op.And || !_f[d].Type.IsInteger
            || !_f.TryConstant(_f.Operands(d)[1], out var mask))
            return null;
        var top = 1L << (_f[d].Type.Bits - 1);
        return (mask & (2 * top - 1)) == top ? _f.Operands(d)[0] : null;
    }

    private void SelectChoice(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        var (a, b) = (Val(o[1]), Val(o[2]));
        var to = NewVariable(i.Result);
        var (other, done) = (NewBlock(_block, ".e"), NewBlock(_block, ".d"));
        Copy(to, a);
        BranchOn(o[0], done, other);
        Continue(other);
        Copy(to, b);
        Add(new LInst(LOp.Jump, 0) { Targets = [done] });
        Continue(done);
    }

    private void SelectControl(int id)
    {
        var i = _f[id];
        switch (i.Op)
        {
            case Op.Jump:
                PassArguments(id, 0);
                Add(new LInst(LOp.Jump, 0) { Targets = [_blocks[_f.SuccessorsOf(_source)[0]]] });
                break;
            case Op.JumpIf:
                var o = _f.Operands(id)[0];
                var edges = new List<(LBlock Block, int Successor)>();
                var then = EdgeTo(id, 0, edges);
                var otherwise = EdgeTo(id, 1, edges);
                if (_f.TryConstant(o, out var known))
                    Add(new LInst(LOp.Jump, 0) { Targets = [known != 0 ? then : otherwise] });
                else
                    BranchOn(o, then, otherwise);
                FillEdges(id, edges);
                break;
            case Op.Switch:
                SelectSwitch(id);
                break;
            default:
                SelectReturn(id);
                break;
        }
    }

    private void SelectReturn(int id)
    {
        var o = _f.Operands(id);
        Add(new LInst(LOp.Return, o.Length == 0 ? 0 : SizeOf(_f.TypeOf(o[0])))
        {
            Args = o.Length == 0 ? [] : [Val(o[0])],
        });
    }

    private void PassArguments(int id, int successor)
    {
        var values = _f.ArgumentsFor(id, successor).ToArray();
        var parameters = _f.SuccessorsOf(_source)[successor].Parameters;
        var outs = ImmutableArray.CreateBuilder<int>();
        var args = ImmutableArray.CreateBuilder<Opnd>();
        for (var k = 0; k < values.Length; k++)
        {
            var (to, from) = (Val(parameters[k]), Val(values[k]));
            if (to == from)
                continue;
            outs.Add(to.Register);
            args.Add(from);
        }
        if (outs.Count > 0)
            Add(new LInst(LOp.Copy, 0) { Outs = outs.ToImmutable(), Args = args.ToImmutable() });
    }

    // The block a branch goes to: one of its own where arguments must be passed.
    private LBlock EdgeTo(int id, int successor, List<(LBlock, int)> edges)
    {
        var target = _blocks[_f.SuccessorsOf(_source)[successor]];
        if (_f.ArgumentRange(id, successor).Count == 0)
            return target;
        var edge = NewBlock(_block, ".to");
        edge.Frequency = Math.Min(_block.Frequency, target.Frequency);
        edge.LoopDepth = Math.Min(_block.LoopDepth, target.LoopDepth);
        edges.Add((edge, successor));
        return edge;
    }

    private void FillEdges(int id, List<(LBlock Block, int Successor)> edges)
    {
        foreach (var (block, successor) in edges)
        {
            Continue(block);
            PassArguments(id, successor);
            Add(new LInst(LOp.Jump, 0) { Targets = [_blocks[_f.SuccessorsOf(_source)[successor]]] });
        }
    }

    private void SelectSwitch(int id)
    {
        var x = Val(_f.Operands(id)[0]);
        var cases = ((Successors)_f[id].Payload!).Cases;
        var edges = new List<(LBlock Block, int Successor)>();
        var targets = Enumerable.Range(0, cases.Length + 1).Select(k => EdgeTo(id, k, edges)).ToImmutableArray();
        if (x.Size == 1 && !x.IsConstant && cases.Length <= MaxChainedCases)
        {
            Add(new LInst(LOp.Switch, 1) { Args = [x], Targets = targets, Payload = cases.ToArray() });
        }
        else
        {
            for (var k = 0; k < cases.Length; k++)
            {
                var next = k + 1 == cases.Length ? targets[^1] : NewBlock(_block, ".c");
                Branch(Comparison.Eq, x, Opnd.Of((int)cases[k], x.Size), false, targets[k], next);
                if (k + 1 < cases.Length)
                    Continue(next);
            }
            if (cases.Length == 0)
                Add(new LInst(LOp.Jump, 0) { Targets = [targets[^1]] });
        }
        FillEdges(id, edges);
    }
}
