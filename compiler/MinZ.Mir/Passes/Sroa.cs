using System.Collections.Immutable;

namespace MinZ.Mir.Passes;

/// <summary>
/// Scalar replacement: a struct or tuple slot that is only used field by field, cleared, copied or built whole becomes
/// one slot per field, which <see cref="Mem2Reg"/> can then promote.
/// </summary>
public static class Sroa
{
    /// <summary>Applies the pass; true when something changed.</summary>
    public static bool Run(Function f)
    {
        var changed = false;
        while (Candidates(f) is { Count: > 0 } set)
        {
            Split(f, set);
            changed = true;
        }
        return changed;
    }

    private static HashSet<Local> Candidates(Function f)
    {
        var set = f.Locals.Where(l => !l.Pinned && l.Type.Kind is TypeKind.Struct or TypeKind.Tuple).ToHashSet();
        if (set.Count == 0)
            return set;
        foreach (var block in f.Blocks)
            foreach (var id in block.Instructions)
            {
                ref var i = ref f[id];
                if (i.Payload is Place { Local: { } l } p && !IsSplittable(f, id, p))
                    set.Remove(l);
                else if (i.Payload is Local named)
                    set.Remove(named);
                else if (i.Payload is AsmBlock asm)
                    foreach (var b in asm.Bindings)
                        if (b.Local is { } bound)
                            set.Remove(bound);
            }
        return set;
    }

    private static bool IsSplittable(Function f, int id, Place p)
    {
        if (!p.Path.IsEmpty)
            return true;
        return f[id].Op == Op.Clear ||
            f[id].Op == Op.Store && f.DefinitionOf(f.Operands(id)[^1]) is var d and >= 0 &&
            f[d].Op is Op.StructMake or Op.TupleMake or Op.None;
    }

    private static void Split(Function f, HashSet<Local> set)
    {
        var fields = new Dictionary<Local, Local[]>();
        foreach (var l in f.Locals.Where(set.Contains).ToArray())
        {
            fields[l] =
                [.. Members(l.Type).Select(m => new Local($"{l.Name}.{m.Name}", m.Type) { Location = l.Location })];
            f.Locals.InsertRange(f.Locals.IndexOf(l), fields[l]);
            f.Locals.Remove(l);
        }
        foreach (var block in f.Blocks)
        {
            var body = block.Instructions.ToArray();
            var rewriter = new Rewriter(f, fields, block.Instructions);
            block.Instructions.Clear();
            foreach (var id in body)
                rewriter.Rewrite(id);
        }
    }

    private static IEnumerable<(string Name, MirType Type)> Members(MirType type) => type switch
    {
        StructType s => s.Fields.Select(x => (x.Name, x.Type)),
        TupleType t => t.Items.Select((x, n) => (n.ToString(), x)),
        _ => [],
    };

    private sealed class Rewriter(Function f, Dictionary<Local, Local[]> fields, List<int> into)
    {
        private Place Narrow(Place p) => p.Local is { } l && fields.TryGetValue(l, out var parts) && !p.Path.IsEmpty
            ? p with { Local = parts[p.Path[0].Field], Path = p.Path.RemoveAt(0) }
            : p;

        private bool IsWhole(Place p) => p.Local is { } l && fields.ContainsKey(l) && p.Path.IsEmpty;

        public void Rewrite(int id)
        {
            switch (f[id].Payload)
            {
                case Place p when IsWhole(p):
                    Spread(id, p);
                    return;
                case Place p:
                    f[id].Payload = Narrow(p);
                    break;
                case PlacePair pair when IsWhole(pair.To) || IsWhole(pair.From):
                    CopyFields(id, pair);
                    return;
                case PlacePair pair:
                    f[id].Payload = new PlacePair(Narrow(pair.To), Narrow(pair.From));
                    break;
            }
            into.Add(id);
        }

        private void Add(Op op, MirType type, ReadOnlySpan<Value> operands, object payload, int like) =>
            into.Add(f.NewInstruction(op, type, operands, null, payload, 0, f[like].Location));

        private void Spread(int id, Place place)
        {
            var parts = fields[place.Local!];
            var source = f[id].Op == Op.Store ? f.DefinitionOf(f.Operands(id)[^1]) : -1;
            for (var n = 0; n < parts.Length; n++)
            {
                if (source < 0 || f[source].Op == Op.None)
                    Add(Op.Clear, parts[n].Type, [], Place.Of(parts[n]), id);
                else
                    Add(Op.Store, parts[n].Type, [f.Operands(source)[n]], Place.Of(parts[n]), id);
            }
        }

        private void CopyFields(int id, PlacePair pair)
        {
            var operands = f.Operands(id).ToArray();
            var (to, from) = (operands[..pair.To.OperandCount], operands[pair.To.OperandCount..]);
            var count = Members(pair.To.Type).Count();
            for (var n = 0; n < count; n++)
            {
                var (t, s) = (Narrow(pair.To.Field(n)), Narrow(pair.From.Field(n)));
                if (t.Type.IsAggregate)
                {
                    Add(Op.Copy, t.Type, [.. to, .. from], new PlacePair(t, s), id);
                    continue;
                }
                var load = f.NewInstruction(Op.Load, s.Type, from, s.Type, s, 0, f[id].Location);
                into.Add(load);
                Add(Op.Store, t.Type, [.. to, f[load].Result], t, id);
            }
        }
    }
}
