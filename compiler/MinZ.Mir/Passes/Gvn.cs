namespace MinZ.Mir.Passes;

/// <summary>
/// Global value numbering over the dominator tree: an instruction equal to one that dominates it is replaced by it.
/// Loads take part within a block while nothing is written between.
/// </summary>
public static class Gvn
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var cfg = new Cfg(f);
        var table = new Dictionary<Key, Value>();
        var children = new Dictionary<Block, List<Block>>();
        foreach (var b in cfg.ReversePostorder)
            if (cfg.ImmediateDominator(b) is { } parent)
            {
                if (!children.TryGetValue(parent, out var list))
                    children[parent] = list = [];
                list.Add(b);
            }
        var changed = false;
        // Explicit stack: enter a block, then its children, then forget what it added.
        var work = new Stack<(Block Block, List<Key>? Added)>();
        work.Push((f.Entry, null));
        while (work.TryPop(out var item))
        {
            if (item.Added is { } added)
            {
                foreach (var key in added)
                    table.Remove(key);
                continue;
            }
            var mine = new List<Key>();
            changed |= Number(f, item.Block, table, mine);
            work.Push((item.Block, mine));
            foreach (var child in children.GetValueOrDefault(item.Block) ?? [])
                work.Push((child, null));
        }
        f.ApplyReplacements();
        return changed;
    }

    private static bool Number(Function f, Block block, Dictionary<Key, Value> table, List<Key> added)
    {
        var before = block.Instructions.Count;
        var memory = new Dictionary<Key, Value>();
        block.Instructions.RemoveAll(id =>
        {
            ref var i = ref f[id];
            foreach (ref var v in f.MutableOperands(id))
                v = f.Resolve(v);
            var effects = i.Op == Op.Intrinsic ? ((Intrinsic)i.Bits).Info().Effects : i.Op.Info().Effects;
            if ((effects & (Effects.Writes | Effects.Suspends)) != 0)
                memory.Clear();
            if (!i.Result.IsValid || (effects & ~(Effects.Traps | Effects.Reads)) != 0 ||
                (i.Flags & InstructionFlags.Volatile) != 0)
                return false;
            var key = new Key(f, id);
            var place = (effects & Effects.Reads) != 0 ? memory : table;
            if (place.TryGetValue(key, out var known))
            {
                f.Replace(i.Result, known);
                return true;
            }
            place.Add(key, i.Result);
            if (place == table)
                added.Add(key);
            return false;
        });
        return block.Instructions.Count != before;
    }

    /// <summary>An instruction without its result, comparable.</summary>
    private readonly struct Key : IEquatable<Key>
    {
        private readonly Function _f;
        private readonly int _id;
        private readonly int _hash;

        public Key(Function f, int id)
        {
            (_f, _id) = (f, id);
            ref var i = ref f[id];
            var hash = new HashCode();
            hash.Add(i.Op);
            hash.Add(i.Type);
            hash.Add(i.Bits);
            hash.Add(i.Payload);
            var swap = Swapped(f, id);
            var o = f.Operands(id);
            for (var n = 0; n < o.Length; n++)
                hash.Add(o[swap && n < 2 ? 1 - n : n].Id);
            _hash = hash.ToHashCode();
        }

        /// <summary>Commutative operands count in order of their ids.</summary>
        private static bool Swapped(Function f, int id) =>
            f[id].Op.Info().Commutative && f.Operands(id)[0].Id > f.Operands(id)[1].Id;

        public bool Equals(Key other)
        {
            ref var a = ref _f[_id];
            ref var b = ref _f[other._id];
            if (_hash != other._hash || a.Op != b.Op || a.Bits != b.Bits || a.Type != b.Type || a.Flags != b.Flags ||
                !Equals(a.Payload, b.Payload) || !SameResult(a.Result, b.Result))
                return false;
            var x = _f.Operands(_id);
            var y = _f.Operands(other._id);
            if (x.Length != y.Length)
                return false;
            var (p, q) = (Swapped(_f, _id), Swapped(_f, other._id));
            for (var n = 0; n < x.Length; n++)
                if (x[p && n < 2 ? 1 - n : n] != y[q && n < 2 ? 1 - n : n])
                    return false;
            return true;
        }

        private bool SameResult(Value a, Value b) => TypeOf(a) == TypeOf(b);

        // A replaced value's row still holds its type.
        private MirType TypeOf(Value v) => _f.TypeOf(v);

        public override bool Equals(object? obj) => obj is Key k && Equals(k);
        public override int GetHashCode() => _hash;
    }
}
