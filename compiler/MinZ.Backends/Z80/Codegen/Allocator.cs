namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Chooses a place for every variable: registers or a static cell. The emitter says what each instruction costs for a
/// choice, weighted by how often it runs; the allocator starts with everything in memory, places the heaviest variables
/// first, then improves single choices, exchanging or moving out what is in the way, until nothing gets better. (Local
/// search on the model of Krause, "Optimal Register Allocation in Polynomial Time", CC 2013, where the cost is also
/// that of the code of each instruction.)
/// </summary>
internal sealed class Allocator
{
    private const int MaxPrices = 60_000;
    private const int MaxMoved = 3;

    /// <summary>Tells cells of odd size, which need A to be saved, from others in the key of a price.</summary>
    private const int OddCell = 1024;

    private readonly LFunction _function;
    private readonly Liveness _liveness;
    private readonly Emitter _emitter;
    private readonly Loc[] _locations;
    private readonly Loc[] _memory;
    private readonly List<LInst> _instructions = [];
    private readonly List<int>[] _affected;
    private readonly double[] _costs;
    private readonly Dictionary<(int, ulong), double> _prices = [];
    private readonly int _forbidden;
    private int _asked;

    private Allocator(LFunction function, EmitContext context)
    {
        _function = function;
        _liveness = new Liveness(function);
        _emitter = new Emitter(function, context);
        var count = function.Variables.Count;
        _memory = new Loc[count];
        for (var v = 0; v < count; v++)
            _memory[v] = function.Variables[v].Fixed ?? Loc.Memory(SymbolOf(function, v), function.Variables[v].Size);
        _locations = [.. _memory];
        _affected = new List<int>[count];
        for (var v = 0; v < count; v++)
            _affected[v] = [];
        foreach (var inst in function.Blocks.SelectMany(b => b.Instructions))
        {
            inst.Index = _instructions.Count;
            _instructions.Add(inst);
            foreach (var v in inst.LiveThrough.Concat(inst.Outs)
                         .Concat(inst.Args.Where(a => !a.IsConstant).Select(a => a.Register)).Distinct())
                _affected[v].Add(inst.Index);
        }
        _costs = new double[_instructions.Count];
        _forbidden = function.KeepsFramePointer ? RegSeq.IX.Mask : 0;
    }

    /// <summary>Name of the static cell of a variable.</summary>
    public static string SymbolOf(LFunction function, int variable) =>
        $"{function.Label}..{variable}{(function.Variables[variable].Name is { } n ? "_" + n : "")}";

    /// <summary>Sets <see cref="LFunction.Locations"/>.</summary>
    public static void Run(LFunction function, EmitContext context)
    {
        var allocator = new Allocator(function, context);
        allocator.Search();
        function.Locations = allocator._locations;
    }

    private void Search()
    {
        for (var i = 0; i < _costs.Length; i++)
            _costs[i] = PriceOf(_instructions[i]);
        var order = Enumerable.Range(0, _locations.Length)
            .Where(v => _affected[v].Count > 0 && _function.Variables[v].Fixed is null)
            .OrderByDescending(Weight).ToArray();
        foreach (var v in order)
            Improve(v, mayMove: false);
        for (var better = true; better && _asked < MaxPrices;)
        {
            better = false;
            foreach (var v in order)
                better |= Improve(v, mayMove: true);
        }
    }

    private double Weight(int v) => _affected[v].Sum(i =>
        _instructions[i].Outs.Contains(v) || _instructions[i].Args.Any(a => a.Register == v)
            ? _instructions[i].Frequency : 0) / _function.Variables[v].Size;

    private IEnumerable<Loc> Candidates(int v)
    {
        foreach (var s in RegSeq.OfSize(_function.Variables[v].Size))
            if ((s.Mask & _forbidden) == 0)
                yield return Loc.Of(s);
        yield return _memory[v];
    }

    // Takes the best place for one variable; true when it is better than the present one.
    private bool Improve(int v, bool mayMove)
    {
        List<(int Variable, Loc To)>? best = null;
        var gain = -1e-6;
        foreach (var candidate in Candidates(v))
        {
            if (candidate.SameAs(_locations[v]) || _asked > MaxPrices)
                continue;
            var conflicts = new List<int>();
            foreach (var n in _liveness.Neighbours(v))
                if ((_locations[n].Mask & candidate.Mask) != 0)
                    conflicts.Add(n);
            if (conflicts.Count > (mayMove ? MaxMoved : 0))
                continue;
            foreach (var change in Changes(v, candidate, conflicts))
            {
                var delta = Delta(change);
                if (delta >= gain)
                    continue;
                gain = delta;
                best = change;
            }
        }
        if (best is null)
            return false;
        Apply(best);
        return true;
    }

    private IEnumerable<List<(int, Loc)>> Changes(int v, Loc to, List<int> conflicts)
    {
        if (conflicts.Count == 0)
        {
            yield return [(v, to)];
            yield break;
        }
        // All that is in the way to memory.
        yield return [(v, to), .. conflicts.Select(c => (c, _memory[c]))];
        var old = _locations[v];
        foreach (var only in conflicts.Count == 1 ? Candidates(conflicts[0]) : [])
        {
            if (!only.IsReg || only.SameAs(_locations[conflicts[0]]) || (only.Mask & to.Mask) != 0)
                continue;
            var free = true;
            foreach (var n in _liveness.Neighbours(conflicts[0]))
                free &= n == v || (_locations[n].Mask & only.Mask) == 0;
            if (free)
                yield return [(v, to), (conflicts[0], only)];
        }
        if (conflicts.Count == 1 || !old.IsReg)
            yield break;
        // An exchange of a long one with several short ones.
        var parts = new List<(int, Loc)> { (v, to) };
        var shift = true;
        foreach (var c in conflicts)
        {
            var seq = Translate(_locations[c], to, old);
            shift &= seq is not null && (seq.Mask & to.Mask) == 0;
            if (seq is null)
                break;
            foreach (var n in _liveness.Neighbours(c))
                shift &= n == v || conflicts.Contains(n) || (_locations[n].Mask & seq.Mask) == 0;
            parts.Add((c, Loc.Of(seq)));
        }
        if (shift)
            yield return parts;
    }

    // The registers that lie in one sequence as the given ones do in another.
    private static RegSeq? Translate(Loc location, Loc from, Loc to)
    {
        if (!location.IsReg || location.Size > 2)
            return null;
        var bytes = new int[location.Size];
        for (var i = 0; i < bytes.Length; i++)
        {
            var k = from.Seq!.Bytes.IndexOf(location.Seq!.Bytes[i]);
            if (k < 0)
                return null;
            bytes[i] = to.Seq!.Bytes[k];
        }
        return bytes.Length == 1 ? RegSeq.Of(bytes[0]) : RegSeq.PairOf(bytes[0], bytes[1]);
    }

    private double Delta(List<(int Variable, Loc To)> change)
    {
        var saved = change.ConvertAll(c => _locations[c.Variable]);
        foreach (var (v, to) in change)
            _locations[v] = to;
        var delta = 0.0;
        var seen = change.Count > 1 ? new HashSet<int>() : null;
        foreach (var (v, _) in change)
            foreach (var i in _affected[v])
                if (seen is null || seen.Add(i))
                    delta += PriceOf(_instructions[i]) - _costs[i];
        for (var k = 0; k < change.Count; k++)
            _locations[change[k].Variable] = saved[k];
        return delta;
    }

    private void Apply(List<(int Variable, Loc To)> change)
    {
        foreach (var (v, to) in change)
            _locations[v] = to;
        foreach (var i in change.SelectMany(c => _affected[c.Variable]).Distinct())
            _costs[i] = PriceOf(_instructions[i]);
    }

    private double PriceOf(LInst inst)
    {
        var key = KeyOf(inst);
        if (_prices.TryGetValue((inst.Index, key), out var price))
            return price;
        _asked++;
        price = _emitter.Price(inst, _locations);
        _prices[(inst.Index, key)] = price;
        return price;
    }

    // Everything the price depends on: places of operands and results, registers and, for calls, cells live through it.
    private ulong KeyOf(LInst inst)
    {
        ulong key = 0;
        foreach (var a in inst.Args)
            if (!a.IsConstant)
                key = key * 37 + CodeOf(_locations[a.Register]);
        foreach (var o in inst.Outs)
            key = key * 37 + CodeOf(_locations[o]);
        int mask = 0, cells = 0;
        foreach (var v in inst.LiveThrough)
        {
            mask |= _locations[v].Mask;
            cells += _locations[v].IsMem ? _locations[v].Size + _locations[v].Size % 2 * OddCell : 0;
        }
        key = key * 512 + (ulong)mask;
        return inst.Op is LOp.Call or LOp.CallIndirect ? key * 1000003 + (ulong)cells : key;
    }

    private static readonly Dictionary<RegSeq, ulong> Codes = Enumerable.Range(1, 4)
        .SelectMany(n => RegSeq.OfSize(n)).Select((s, i) => (s, i)).ToDictionary(p => p.s, p => (ulong)p.i + 2);

    private static ulong CodeOf(Loc location) => location.IsReg ? Codes[location.Seq!] : 1;
}
