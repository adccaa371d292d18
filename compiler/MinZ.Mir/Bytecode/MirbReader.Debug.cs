namespace MinZ.Mir.Bytecode;

public sealed partial class MirbReader
{
    private SourceLocation _previous;

    private void ReadDebug()
    {
        for (var n = _in.Count(); n > 0; n--)
            _module.Files.Add(Text());
        foreach (var t in _module.Types)
            t.Location = Location();
        foreach (var g in _module.Globals)
            g.Location = Location();
        foreach (var f in _functions)
        {
            f.Location = Location();
            f.Parameters = [.. f.Parameters.Select(p => p with { Name = Optional() ?? "" })];
            if (!f.IsExtern)
                ReadDebug(f);
        }
    }

    private SourceLocation Location()
    {
        var file = _in.Integer(_module.Files.Count, "the file");
        if (file == 0)
            return default;
        var (line, column) = (_previous.Line + _in.Signed(), _previous.Column + _in.Signed());
        if (line is < 0 or > int.MaxValue || column is < 0 or > int.MaxValue)
            throw Damaged("a line is out of range");
        return _previous = new SourceLocation(file, (int)line, (int)column, _in.Integer(int.MaxValue, "the length"));
    }

    private void ReadDebug(Function f)
    {
        foreach (var l in f.Locals)
        {
            l.Name = Optional() ?? "";
            l.Location = Location();
        }
        var rows = _in.Count();
        for (var n = 1; n <= rows; n++)
        {
            var location = Location();
            f.AddLocation(location, _in.Integer(n - 1, "the caller"), Optional());
        }
        long row = 0;
        foreach (var b in _orders[f])
        {
            b.Name = Optional() ?? b.Name;
            foreach (var p in b.Parameters)
                f[p].Name = Optional();
            foreach (var id in b.Instructions)
            {
                row += _in.Signed();
                if (row < 0 || row > rows)
                    throw Damaged("a place in source is out of range");
                f[id].Location = (int)row;
                if (f[id].Result is { IsValid: true } result)
                    f[result].Name = Optional();
            }
        }
    }
}
