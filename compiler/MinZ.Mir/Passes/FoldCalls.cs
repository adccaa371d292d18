namespace MinZ.Mir.Passes;

/// <summary>
/// Replaces calls whose arguments are all constants by their results, where the function only computes: it and what it
/// calls hold nothing but arithmetic and control flow on numbers. It is run with the evaluators of the op table, so the
/// result has the same bits; a function that runs long, or traps, is called as before.
/// </summary>
public static class FoldCalls
{
    /// <summary>Instructions one call may execute.</summary>
    private const int StepsPerCall = 20_000;

    /// <summary>Instructions all calls of a module may execute together: a few milliseconds.</summary>
    private const int StepsPerModule = 400_000;

    /// <summary>Nested calls.</summary>
    private const int MostDepth = 100;

    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Module module)
    {
        var machine = new Machine();
        var changed = false;
        foreach (var f in module.Functions.Where(f => !f.IsExtern))
        {
            var replaced = false;
            foreach (var block in f.Blocks)
                replaced |= block.Instructions.RemoveAll(id => TryFold(f, id, machine)) > 0;
            if (replaced)
                f.ApplyReplacements();
            changed |= replaced;
        }
        return changed;
    }

    private static bool TryFold(Function f, int id, Machine machine)
    {
        if (f[id].Op != Op.Call || f[id].Payload is not FunctionRef { TypeArguments: [] } callee ||
            !callee.Function.Result.IsNumeric || callee.Function.Is(FunctionFlags.NoInline))
            return false;
        var operands = f.Operands(id);
        var arguments = new long[operands.Length];
        for (var i = 0; i < operands.Length; i++)
            if (!f.TryConstant(operands[i], out arguments[i]))
                return false;
        if (!machine.TryCall(callee.Function, arguments, out var result))
            return false;
        f.Replace(f[id].Result, f.Constant(callee.Function.Result, result));
        return true;
    }

    /// <summary>Runs functions on canonical bits.</summary>
    private sealed class Machine
    {
        private readonly Dictionary<Function, bool> _computes = [];
        private int _left = StepsPerModule;
        private int _steps;

        /// <summary>The result of a call; false when it cannot be told, or not soon.</summary>
        public bool TryCall(Function f, long[] arguments, out long result)
        {
            result = 0;
            if (!OnlyComputes(f) || _left <= 0)
                return false;
            _steps = Math.Min(StepsPerCall, _left);
            var budget = _steps;
            var done = TryRun(f, arguments, 0, out result);
            _left -= budget - Math.Max(0, _steps);
            return done;
        }

        private bool OnlyComputes(Function f)
        {
            if (_computes.TryGetValue(f, out var known))
                return known;
            // Assumed while its recursive calls are looked at.
            _computes[f] = true;
            return _computes[f] = !f.IsExtern && f.TypeParameters.IsEmpty && f.Locals.Count == 0 &&
                f.Parameters.All(p => p.Type.IsNumeric) && f.Result.IsNumeric &&
                f.Blocks.All(b => b.Instructions.All(id => Computes(f, id)));
        }

        private bool Computes(Function f, int id)
        {
            ref var i = ref f[id];
            foreach (var operand in f.Operands(id))
                if (!f.TypeOf(operand).IsNumeric)
                    // A message that only a trap would show.
                    return i.Op == Op.Trap;
            return i.Op switch
            {
                Op.Const or Op.LoadParam or Op.Select or Op.Conv or Op.Jump or Op.JumpIf or Op.Switch or Op.Ret
                    or Op.Trap or Op.Unreachable or Op.ConstStr => true,
                Op.Bitcast => i.Type.IsNumeric,
                Op.Call => i.Payload is FunctionRef { TypeArguments: [] } callee && OnlyComputes(callee.Function),
                Op.Bounds or Op.AddCarry or Op.SubBorrow => false,
                _ => i.Op.Info().Evaluate is not null,
            };
        }

        private bool TryRun(Function f, long[] arguments, int depth, out long result)
        {
            result = 0;
            if (depth > MostDepth)
                return false;
            // Among functions that call each other one may have been taken for better than it is: every step is
            // checked.
            var values = new long[f.ValueLimit];
            for (var i = 0; i < arguments.Length; i++)
                values[f.Entry.Parameters[i].Id] = arguments[i];
            for (var block = f.Entry; ;)
            {
                foreach (var id in block.Instructions)
                {
                    if (--_steps <= 0)
                        return false;
                    if (f[id].Op.Info().IsTerminator)
                        break;
                    if (!TryExecute(f, id, values, depth))
                        return false;
                }
                var end = f.TerminatorOf(block);
                if (f[end].Op == Op.Ret)
                {
                    result = Read(f, f.Operands(end)[0], values);
                    return true;
                }
                if (f[end].Payload is not Successors successors)
                    return false;
                var next = Choose(f, end, successors, values);
                Pass(f, end, next, successors.Blocks[next], values);
                block = successors.Blocks[next];
            }
        }

        private static int Choose(Function f, int end, Successors successors, long[] values)
        {
            switch (f[end].Op)
            {
                case Op.JumpIf:
                    return Read(f, f.Operands(end)[0], values) != 0 ? 0 : 1;
                case Op.Switch:
                    var at = successors.Cases.IndexOf(Read(f, f.Operands(end)[0], values));
                    return at < 0 ? successors.Blocks.Length - 1 : at;
                default:
                    return 0;
            }
        }

        /// <summary>Gives a block its parameters, all at once: an argument may be a parameter that changes.</summary>
        private static void Pass(Function f, int end, int successor, Block to, long[] values)
        {
            var arguments = f.ArgumentsFor(end, successor);
            Span<long> passed = arguments.Length <= 64 ? stackalloc long[arguments.Length] : new long[arguments.Length];
            for (var i = 0; i < arguments.Length; i++)
                passed[i] = Read(f, arguments[i], values);
            for (var i = 0; i < arguments.Length; i++)
                values[to.Parameters[i].Id] = passed[i];
        }

        private bool TryExecute(Function f, int id, long[] values, int depth)
        {
            var i = f[id];
            var o = f.Operands(id);
            long result;
            switch (i.Op)
            {
                case Op.ConstStr:
                    return true;
                case Op.Const:
                    result = i.Bits;
                    break;
                case Op.LoadParam:
                    result = Read(f, o[0], values);
                    break;
                case Op.Select:
                    result = Read(f, o[Read(f, o[0], values) != 0 ? 1 : 2], values);
                    break;
                case Op.Conv:
                    result = Evaluators.Convert(f.TypeOf(o[0]), i.Type, Read(f, o[0], values));
                    break;
                case Op.Bitcast:
                    result = Constants.Wrap(i.Type, Read(f, o[0], values));
                    break;
                case Op.Call:
                    var arguments = new long[o.Length];
                    for (var n = 0; n < arguments.Length; n++)
                        arguments[n] = Read(f, o[n], values);
                    var callee = ((FunctionRef)i.Payload!).Function;
                    if (!OnlyComputes(callee) || !TryRun(callee, arguments, depth + 1, out result))
                        return false;
                    break;
                default:
                    var second = o.Length > 1 ? Read(f, o[1], values) : 0;
                    if (i.Op.Info().Evaluate is not { } evaluate ||
                        !evaluate(i.Type, Read(f, o[0], values), second, out result))
                        return false;
                    break;
            }
            values[i.Result.Id] = result;
            return true;
        }

        private static long Read(Function f, Value value, long[] values) =>
            f.TryConstant(value, out var bits) ? bits : values[value.Id];
    }
}
