namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Places of variables that live in memory. Functions that are never active together share bytes: a frame begins where
/// the frames of all callers end. Handlers have frames of their own above all others.
/// </summary>
internal static class Frames
{
    public static int Place(List<CompiledFunction> functions, Action<FrameCell, int> define, int start)
    {
        var end = start;
        foreach (var part in (ReadOnlySpan<bool>)[false, true])
            end = PlacePart([.. functions.Where(f => f.IsInterruptPart == part)], define, end);
        return end;
    }

    private static int PlacePart(List<CompiledFunction> functions, Action<FrameCell, int> define, int start)
    {
        var bases = functions.ToDictionary(f => f.Code, _ => start);
        var end = start;
        // Callers come after their callees in the list; a component keeps all its frames apart.
        foreach (var component in functions.GroupBy(f => f.Code.Component).Reverse())
        {
            var at = component.Max(f => bases[f.Code]);
            foreach (var f in component)
            {
                var size = PlaceFunction(f.Code, define, at);
                at += size;
            }
            end = Math.Max(end, at);
            foreach (var callee in component.SelectMany(f => f.Code.Callees))
                if (bases.TryGetValue(callee, out var known))
                    bases[callee] = Math.Max(known, at);
        }
        return end;
    }

    private static int PlaceFunction(LFunction f, Action<FrameCell, int> define, int start)
    {
        var at = start;
        foreach (var slot in f.Slots)
        {
            define(slot, at);
            at += slot.Size;
        }
        var liveness = new Liveness(f);
        foreach (var i in f.Blocks.SelectMany(b => b.Instructions))
            liveness.KeepApart(i);
        var places = new Dictionary<int, int>();
        var end = at;
        for (var v = 0; v < f.Variables.Count; v++)
        {
            if (f.Locations.Length <= v || !f.Locations[v].IsMem || f.Variables[v].Fixed is not null)
                continue;
            var size = f.Variables[v].Size;
            var taken = liveness.Neighbours(v).Where(places.ContainsKey)
                .Select(n => (From: places[n], To: places[n] + f.Variables[n].Size)).OrderBy(t => t.From).ToList();
            var place = at;
            foreach (var (from, to) in taken)
                if (place + size > from && place < to)
                    place = to;
            places[v] = place;
            define(new FrameCell(Allocator.SymbolOf(f, v), size, size == 2), place);
            end = Math.Max(end, place + size);
        }
        return end - start;
    }
}
