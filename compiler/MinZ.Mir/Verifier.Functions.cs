namespace MinZ.Mir;

public sealed partial class Verifier
{
    private Function _f = null!;
    private Block _block = null!;
    private int _position;
    private HashSet<Local> _locals = [];
    private HashSet<Block> _blocks = [];
    // Where each value is defined: its block and position in it, -1 for a parameter.
    private (Block? Block, int Position)[] _definitions = [];

    private void CheckFunction(Function function)
    {
        if (IsFull)
            return;
        _f = function;
        AtFunction();
        CheckSignature();
        if (function.IsExtern)
        {
            if (function.Locals.Count > 0)
                Error(MirCodes.Structure, "it has slots but no body");
            return;
        }
        _locals = [.. function.Locals];
        _blocks = [.. function.Blocks];
        foreach (var local in function.Locals)
            CheckType(local.Type, $"slot '{local.Name}'");
        if (function.Locals.Select(l => l.Name).Distinct().Count() != function.Locals.Count)
            Error(MirCodes.Structure, "two slots have the same name");
        var before = _errors.Count;
        CheckStructure();
        if (_errors.Count > before)
            return;
        foreach (var block in function.Blocks)
            CheckBlock(block);
        if (_errors.Count > before)
            return;
        CheckDominance();
        if (_module.Layout is null)
            CheckReferences();
    }

    private void AtFunction() => At($"function '{_f.Name}'", _f.Location, _f.TypeParameters);

    private void AtInstruction(Block block, int position)
    {
        _block = block;
        _position = position;
        var id = block.Instructions[position];
        var location = _f[id].Location;
        _location = location > 0 && location < _f.Locations.Count ? _f.Locations[location].Location : _f.Location;
    }

    /// <summary>An error about the instruction being looked at.</summary>
    private bool Fault(int code, string message, string? hint = null)
    {
        if (IsFull)
            return false;
        var op = (int)_f[_block.Instructions[_position]].Op;
        var name = op < Ops.All.Length ? Ops.All[op].Name
            : op.ToString(System.Globalization.CultureInfo.InvariantCulture);
        _where = $"function '{_f.Name}', block '.{_block.Name}', instruction {_position + 1} '{name}'";
        return Error(code, message, hint);
    }

    private void CheckSignature()
    {
        foreach (var p in _scope)
            foreach (var bound in p.Bounds)
                CheckBound(bound);
        foreach (var p in _f.Parameters)
            CheckType(p.Type, $"parameter '{p.Name}'");
        if (_f.Result.Kind != TypeKind.Void)
            CheckType(_f.Result, "the result");
        if (_f.Is(FunctionFlags.Test) != _f.Test is not null)
            Error(MirCodes.BadDeclaration,
                "it is marked as a test without a test's description, or the other way round");
        if (_f.Is(FunctionFlags.Test) && (_f.Parameters.Length > 0 && _module.Layout is null || _f.IsExtern))
            Error(MirCodes.BadDeclaration, "a test takes no parameters and has a body");
        if (_f.Is(FunctionFlags.Interrupt) && (_f.Parameters.Length > 0 || _f.Result.Kind != TypeKind.Void))
            Error(MirCodes.BadDeclaration, "an interrupt handler takes no parameters and returns nothing");
        if (_f.Is(FunctionFlags.Inline) && _f.Is(FunctionFlags.NoInline))
            Error(MirCodes.BadDeclaration, "it is marked inline and noinline");
    }

    /// <summary>Blocks end once, values are defined once, jumps stay inside: what the later checks stand on.</summary>
    private void CheckStructure()
    {
        _definitions = new (Block?, int)[_f.ValueLimit];
        var seen = new bool[_f.InstructionLimit];
        if (_blocks.Count != _f.Blocks.Count)
            Error(MirCodes.Structure, "a block is listed twice");
        foreach (var block in _f.Blocks)
        {
            AtFunction();
            for (var p = 0; p < block.Parameters.Count; p++)
                if (!DefineValue(block.Parameters[p], block, -1))
                    Error(MirCodes.Structure,
                        $"parameter {p + 1} of block '.{block.Name}' is no value or defined twice");
            if (block.Instructions.Count == 0)
                Error(MirCodes.Structure, $"block '.{block.Name}' is empty",
                    "a block ends with jump, jumpif, switch, ret, …");
            for (var n = 0; n < block.Instructions.Count; n++)
            {
                var id = block.Instructions[n];
                if (id < 0 || id >= seen.Length || seen[id])
                {
                    Error(MirCodes.Structure,
                        $"instruction {n + 1} of block '.{block.Name}' does not exist or occurs twice");
                    return;
                }
                seen[id] = true;
                AtInstruction(block, n);
                CheckForm(id, n == block.Instructions.Count - 1);
            }
        }
        AtFunction();
        if (!_f.Entry.Parameters.Select(v =>
            InRange(v) ? _f.TypeOf(v) : null).SequenceEqual(_f.Parameters.Select(p => p.Type)))
            Error(MirCodes.Structure, "the parameters of the entry block are not those of the function");
    }

    private bool InRange(Value v) => v.Id > 0 && v.Id < _f.ValueLimit;

    private bool DefineValue(Value v, Block block, int position)
    {
        if (!InRange(v) || _definitions[v.Id].Block is not null || _f[v].Type is null)
            return false;
        _definitions[v.Id] = (block, position);
        return true;
    }

    private void CheckForm(int id, bool last)
    {
        ref var i = ref _f[id];
        if ((int)i.Op >= Ops.All.Length)
        {
            Fault(MirCodes.UnknownOp, $"there is no operation {(int)i.Op}");
            return;
        }
        var info = i.Op.Info();
        if (i.Result.IsValid && !DefineValue(i.Result, _block, _position))
            Fault(MirCodes.Structure, "its result is no value or defined twice");
        if (info.IsTerminator != last)
            Fault(MirCodes.Structure, last ? "the block does not end with a terminator"
                : "a terminator stands inside the block");
        if (i.Type is null)
            Fault(MirCodes.Structure, "it has no type");
        if (info.Lowered && _module.Layout is null)
            Fault(MirCodes.IllegalOp, "the operation is for modules lowered to flat memory");
        if (_options.LegalOps is { } legal && !legal.Contains(i.Op))
            Fault(MirCodes.IllegalOp, "the operation is not legal here");
        foreach (var v in _f.Operands(id))
            if (!InRange(v) || _f[v].Type is null)
                Fault(MirCodes.Structure, "an operand is no value");
        if (i.Payload is Successors s)
            CheckTargets(id, i.Op, s);
    }

    private void CheckTargets(int id, Op op, Successors s)
    {
        if (op is not (Op.Jump or Op.JumpIf or Op.Switch))
        {
            Fault(MirCodes.Structure, "it goes to blocks but is no jump");
            return;
        }
        var wanted = op switch { Op.Jump => 1, Op.JumpIf => 2, _ => s.Cases.Length + 1 };
        if (s.Blocks.Length != wanted || s.ArgumentCounts.Length != wanted || s.ArgumentCounts.Any(c => c < 0) ||
            s.ArgumentCounts.Sum(c => (long)c) + (op == Op.Jump ? 0 : 1) != _f.Operands(id).Length)
        {
            Fault(MirCodes.Structure, "the numbers of targets, cases and arguments do not agree");
            return;
        }
        for (var k = 0; k < s.Blocks.Length; k++)
        {
            if (!_blocks.Contains(s.Blocks[k]))
                Fault(MirCodes.Structure, $"the target '.{s.Blocks[k].Name}' is not in the function");
            else if (s.Blocks[k] == _f.Entry)
                Fault(MirCodes.Structure, "it jumps to the entry block", "start the loop with a block of its own");
            else if (s.ArgumentCounts[k] != s.Blocks[k].Parameters.Count)
                Fault(MirCodes.Structure,
                    $"'.{s.Blocks[k].Name}' takes {s.Blocks[k].Parameters.Count} arguments, not {s.ArgumentCounts[k]}");
        }
        if (s.Cases.Distinct().Count() != s.Cases.Length)
            Fault(MirCodes.Structure, "a case occurs twice");
    }

    private void CheckDominance()
    {
        var cfg = new Cfg(_f);
        foreach (var block in _f.Blocks)
            for (var n = 0; n < block.Instructions.Count; n++)
                foreach (var operand in _f.Operands(block.Instructions[n]))
                {
                    var v = _f.Resolve(operand);
                    if (_f[v].Kind == ValueKind.Constant)
                        continue;
                    var (from, position) = _definitions[v.Id];
                    if (from is null)
                    {
                        AtInstruction(block, n);
                        Fault(MirCodes.NotDominated, $"the operand {NameOf(v)} is defined nowhere");
                    }
                    else if (from == block ? position >= n : cfg.IsReachable(block) && !cfg.Dominates(from, block))
                    {
                        AtInstruction(block, n);
                        Fault(MirCodes.NotDominated, $"the operand {NameOf(v)} is not defined on every way here");
                    }
                }
    }

    private string NameOf(Value v) => _f[v].Name is { } name ? "%" + name : v.ToString();
}
