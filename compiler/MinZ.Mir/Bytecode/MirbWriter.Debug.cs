namespace MinZ.Mir.Bytecode;

public sealed partial class MirbWriter
{
    private SourceLocation _previous;

    private void WriteDebug()
    {
        if (!_options.WithDebug)
            return;
        _out.Count(_module.Files.Count);
        foreach (var file in _module.Files)
            Text(file);
        foreach (var t in _module.Types)
            Location(t.Location);
        foreach (var g in _module.Globals)
            Location(g.Location);
        foreach (var f in _module.Functions)
        {
            Location(f.Location);
            foreach (var p in f.Parameters)
                Name(p.Name);
            if (!f.IsExtern)
                WriteDebug(f, _orders[f]);
        }
    }

    private void Name(string? name) => Optional(string.IsNullOrEmpty(name) ? null : name);

    /// <summary>File, or 0 for "unknown", then line and column as differences to the place before, then the
    /// length.</summary>
    private void Location(SourceLocation location)
    {
        _out.Count(location.File);
        if (!location.IsKnown)
            return;
        _out.Signed(location.Line - _previous.Line);
        _out.Signed(location.Column - _previous.Column);
        _out.Count(location.Length);
        _previous = location;
    }

    private void WriteDebug(Function f, List<Block> order)
    {
        foreach (var l in f.Locals)
        {
            Name(l.Name);
            Location(l.Location);
        }
        var places = new Dictionary<int, int>();
        var rows = new List<LocationEntry>();
        foreach (var b in order)
            foreach (var id in b.Instructions)
                Row(f, f[id].Location, places, rows);
        _out.Count(rows.Count);
        foreach (var row in rows)
        {
            Location(row.Location);
            _out.Count(row.InlinedAt);
            Name(row.InlinedFrom);
        }
        var last = 0;
        foreach (var b in order)
        {
            Name(b.Name);
            foreach (var p in b.Parameters)
                Name(f[p].Name);
            foreach (var id in b.Instructions)
            {
                var row = places[f[id].Location];
                _out.Signed(row - last);
                last = row;
                if (f[id].Result is { IsValid: true } result)
                    Name(f[result].Name);
            }
        }
    }

    /// <summary>Number of a place among those written, counted from 1, callers first; 0 is "unknown".</summary>
    private static int Row(Function f, int location, Dictionary<int, int> places, List<LocationEntry> rows)
    {
        if (places.TryGetValue(location, out var known))
            return known;
        // A row that leads back to itself, or out of the table, is not known.
        places[location] = 0;
        if (location <= 0 || location >= f.Locations.Count)
            return 0;
        var entry = f.Locations[location];
        rows.Add(entry with { InlinedAt = Row(f, entry.InlinedAt, places, rows) });
        return places[location] = rows.Count;
    }
}
