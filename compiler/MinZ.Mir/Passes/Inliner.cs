using System.Collections.Immutable;

namespace MinZ.Mir.Passes;

/// <summary>
/// Replaces calls by bodies, callees first: functions marked inline, functions of a few instructions, and those with
/// one caller. Recursive functions, interrupt handlers and bodies with assembly stay functions.
/// </summary>
public static class Inliner
{
    /// <summary>Instructions up to which a body is copied to every caller.</summary>
    private const int SmallBody = 12;
    /// <summary>Instructions up to which the only caller takes the body.</summary>
    private const int OnlyCallerBody = 120;
    /// <summary>Instructions up to which a caller may grow.</summary>
    private const int CallerLimit = 2000;

    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Module module)
    {
        var callers = CountCallers(module);
        var order = BottomUp(module, out var recursive);
        var changed = false;
        foreach (var f in order)
            changed |= InlineInto(f, callers, recursive);
        return changed;
    }

    private static Dictionary<Function, int> CountCallers(Module module)
    {
        var callers = new Dictionary<Function, int>();
        foreach (var f in module.Functions)
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    if (f[id].Payload is FunctionRef r)
                        callers[r.Function] = callers.GetValueOrDefault(r.Function) + 1;
        return callers;
    }

    /// <summary>Functions with bodies, callees before callers; those on a call cycle are recursive.</summary>
    private static List<Function> BottomUp(Module module, out HashSet<Function> recursive)
    {
        var order = new List<Function>();
        var state = new Dictionary<Function, int>();
        var cyclic = new HashSet<Function>();
        foreach (var root in module.Functions)
            Visit(root);
        recursive = cyclic;
        return order;

        void Visit(Function f)
        {
            if (f.IsExtern || state.ContainsKey(f))
                return;
            var path = new Stack<(Function F, IEnumerator<Function> Next)>();
            path.Push((f, Callees(f).GetEnumerator()));
            state[f] = 1;
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    path.Pop();
                    state[top.F] = 2;
                    order.Add(top.F);
                    continue;
                }
                var callee = top.Next.Current;
                var known = state.GetValueOrDefault(callee);
                if (known == 1)
                    foreach (var (on, _) in path)
                    {
                        cyclic.Add(on);
                        if (on == callee)
                            break;
                    }
                if (known != 0 || callee.IsExtern)
                    continue;
                state[callee] = 1;
                path.Push((callee, Callees(callee).GetEnumerator()));
            }
        }
    }

    private static IEnumerable<Function> Callees(Function f)
    {
        var all = new List<Function>();
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
                if (f[id].Payload is FunctionRef r)
                    all.Add(r.Function);
        return all.Distinct();
    }

    private static int SizeOf(Function f) => f.Blocks.Sum(b => b.Instructions.Count);

    private static bool InlineInto(Function f, Dictionary<Function, int> callers, HashSet<Function> recursive)
    {
        var changed = false;
        var size = SizeOf(f);
        for (var b = 0; b < f.Blocks.Count; b++)
        {
            var block = f.Blocks[b];
            for (var n = 0; n < block.Instructions.Count; n++)
            {
                var id = block.Instructions[n];
                if (f[id].Op != Op.Call ||
                    ((FunctionRef)f[id].Payload!) is not { TypeArguments.IsEmpty: true, Function: var g } ||
                    g == f || recursive.Contains(g) || !IsWorthIt(g, callers, size))
                    continue;
                size += SizeOf(g);
                new Splice(f, g, block, n).Run();
                changed = true;
                break;
            }
        }
        if (changed)
        {
            f.ApplyReplacements();
            f.Renumber();
        }
        return changed;
    }

    private static bool IsWorthIt(Function g, Dictionary<Function, int> callers, int callerSize)
    {
        const FunctionFlags never = FunctionFlags.NoInline | FunctionFlags.Interrupt | FunctionFlags.Naked
            | FunctionFlags.Test | FunctionFlags.Cold;
        if (g.IsExtern || (g.Flags & never) != 0 || g.Abi is not null || g.Name == "main" || HasAsm(g))
            return false;
        var size = SizeOf(g);
        if (g.Is(FunctionFlags.Inline) || size <= SmallBody)
            return true;
        return size <= OnlyCallerBody && callers.GetValueOrDefault(g) == 1 && !g.Is(FunctionFlags.Export) &&
            callerSize + size <= CallerLimit;
    }

    private static bool HasAsm(Function g) =>
        g.Blocks.Any(b => b.Instructions.Any(id => g[id].Op is Op.Asm or Op.TailCall));

    /// <summary>Copies one body over one call.</summary>
    private sealed class Splice(Function f, Function g, Block block, int position)
    {
        private readonly Dictionary<Block, Block> _blocks = [];
        private readonly Dictionary<Local, Local> _locals = [];
        private readonly Dictionary<int, int> _locations = [];
        private Value[] _values = [];
        private int _callLocation;

        public void Run()
        {
            var call = block.Instructions[position];
            var arguments = f.Operands(call).ToArray();
            _callLocation = f[call].Location;
            _values = new Value[g.ValueLimit];
            var rest = f.NewBlock(Fresh(block.Name));
            rest.Instructions.AddRange(block.Instructions[(position + 1)..]);
            block.Instructions.RemoveRange(position, block.Instructions.Count - position);
            if (f[call].Result.IsValid)
                f.Replace(f[call].Result, f.NewParameter(rest, g.Result));
            // The body goes between the call's block and the rest, in its own order.
            f.Blocks.Remove(rest);
            var at = f.Blocks.IndexOf(block) + 1;
            foreach (var l in g.Locals)
                f.Locals.Add(_locals[l] = new Local(FreshLocal(l.Name), l.Type) { Location = l.Location });
            foreach (var from in g.Blocks)
            {
                var to = new Block(Fresh(from.Name));
                _blocks[from] = to;
                f.Blocks.Insert(at++, to);
            }
            f.Blocks.Insert(at, rest);
            foreach (var from in g.Blocks)
                foreach (var p in from.Parameters)
                    _values[p.Id] = f.NewParameter(_blocks[from], g.TypeOf(p), g[p].Name);
            // Results first, so that operands may refer to blocks further on.
            foreach (var from in g.Blocks)
                foreach (var id in from.Instructions)
                    CopyInstruction(id, _blocks[from], rest);
            foreach (var from in g.Blocks)
                foreach (var id in _blocks[from].Instructions)
                    foreach (ref var v in f.MutableOperands(id))
                        v = v.Id < 0 ? Map(new Value(-v.Id)) : v;
            var entry = _blocks[g.Entry];
            ClearLocals(block);
            block.Instructions.Add(f.NewInstruction(Op.Jump, MirType.Void, arguments, null,
                new Successors([entry], [arguments.Length], []), 0, _callLocation));
        }

        /// <summary>Slots are zero at each entry of the callee, so also at each time round the caller's loop.</summary>
        private void ClearLocals(Block into)
        {
            foreach (var l in g.Locals)
                into.Instructions.Add(f.NewInstruction(Op.Clear, l.Type, [], null, Place.Of(_locals[l]), 0,
                    _callLocation));
        }

        private string Fresh(string name)
        {
            var n = 1;
            var all = f.Blocks.Select(b => b.Name).ToHashSet();
            var stem = name.Split('$')[0];
            while (all.Contains($"{stem}${n}"))
                n++;
            return $"{stem}${n}";
        }

        private string FreshLocal(string name)
        {
            if (f.Locals.All(l => l.Name != name))
                return name;
            var n = 1;
            while (f.Locals.Any(l => l.Name == $"{name}${n}"))
                n++;
            return $"{name}${n}";
        }

        private Value Map(Value v)
        {
            if (_values[v.Id].IsValid)
                return _values[v.Id];
            return _values[v.Id] = f.Constant(g.TypeOf(v), g[v].Bits);
        }

        private void CopyInstruction(int id, Block to, Block rest)
        {
            var i = g[id];
            // Negative ids stand for the callee's values until all results exist.
            var operands = g.Operands(id).ToArray();
            for (var n = 0; n < operands.Length; n++)
                operands[n] = new Value(-operands[n].Id);
            if (i.Op == Op.Ret)
            {
                to.Instructions.Add(f.NewInstruction(Op.Jump, MirType.Void, operands, null,
                    new Successors([rest], [operands.Length], []), 0, MapLocation(i.Location)));
                return;
            }
            var made = f.NewInstruction(i.Op, i.Type, operands, i.Result.IsValid ? g.TypeOf(i.Result) : null,
                MapPayload(i.Payload), i.Bits, MapLocation(i.Location), i.Flags);
            if (i.Result.IsValid)
            {
                _values[i.Result.Id] = f[made].Result;
                f[f[made].Result].Name = g[i.Result].Name;
            }
            to.Instructions.Add(made);
        }

        private Place MapPlace(Place p) => p.Local is { } l ? p with { Local = _locals[l] } : p;

        private object? MapPayload(object? payload) => payload switch
        {
            Place p => MapPlace(p),
            PlacePair pair => new PlacePair(MapPlace(pair.To), MapPlace(pair.From)),
            Local l => _locals[l],
            Successors s => s with { Blocks = [.. s.Blocks.Select(b => _blocks[b])] },
            _ => payload,
        };

        private int MapLocation(int location)
        {
            if (location == 0)
                return _callLocation;
            if (_locations.TryGetValue(location, out var known))
                return known;
            var entry = g.Locations[location];
            var outer = entry.InlinedAt == 0 ? _callLocation : MapLocation(entry.InlinedAt);
            return _locations[location] = f.AddLocation(entry.Location, outer, entry.InlinedFrom ?? g.Name);
        }
    }
}
