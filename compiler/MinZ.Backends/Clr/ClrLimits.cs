using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Reports types that .NET has no form for, at the first place that uses them.</summary>
internal sealed class ClrLimits(ClrMessages messages)
{
    /// <summary>Most items of a <c>ValueTuple</c> without nesting.</summary>
    public const int TupleItems = 7;
    /// <summary>Most parameters of <c>Func</c> and <c>Action</c>.</summary>
    private const int DelegateParameters = 16;
    private readonly HashSet<MirType> _seen = [];

    /// <summary>Looks at every type a module uses.</summary>
    public void Check(Module module)
    {
        foreach (var t in module.Types)
            Check(t, t.Location);
        foreach (var g in module.Globals)
            Check(g.Type, g.Location);
        foreach (var f in module.Functions.Where(f => f.TypeParameters.IsEmpty))
        {
            foreach (var p in f.Parameters)
                Check(p.Type, f.Location);
            Check(f.Result, f.Location);
            foreach (var l in f.Locals)
                Check(l.Type, l.Location.IsKnown ? l.Location : f.Location);
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    if (f[id].Result.IsValid)
                        Check(f.TypeOf(f[id].Result), ClrResidence.LocationOf(f, id));
        }
    }

    private void Check(MirType type, SourceLocation location)
    {
        if (!_seen.Add(type))
            return;
        IEnumerable<MirType> parts = type switch
        {
            StructType s => s.Fields.Select(f => f.Type),
            TupleType t => t.Items,
            EnumType e => e.Variants.SelectMany(v => v.Payload),
            FunctionType f => f.Parameters.Append(f.Result),
            InterfaceType i => i.Methods.SelectMany(m => m.Parameters.Append(m.Result)),
            { Element: { } e } => [e],
            _ => [],
        };
        if (type is TupleType { Items.Length: 0 or > TupleItems })
            messages.Add(ClrMessages.Unsupported, $"the tuple {type} is not supported on clr",
                $"a tuple has 1 to {TupleItems} items there; declare a struct", location);
        if (type is FunctionType { Parameters.Length: > DelegateParameters })
            messages.Add(ClrMessages.Unsupported, $"the function type {type} is not supported on clr",
                $"a function value takes up to {DelegateParameters} parameters there; put some into a struct",
                location);
        foreach (var part in parts)
            Check(part, location);
    }
}
