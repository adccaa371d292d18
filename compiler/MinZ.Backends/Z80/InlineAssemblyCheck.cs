using MinZ.Backends.Z80.Assembly;
using MinZ.Mir;

namespace MinZ.Backends.Z80;

/// <summary>
/// Finds what is wrong with the Z80 assembly of a module that is not compiled for the Z80 but runs it, so that the
/// messages are the same and do not wait for the program to get there.
/// </summary>
internal static class InlineAssemblyCheck
{
    private const int AnyAddress = 0xC000;

    /// <summary>Begins what names of the program are called here, as no label can be.</summary>
    private const string Prefix = "__bound_";

    /// <summary>Messages about all assembly of a module.</summary>
    public static IEnumerable<TargetMessage> Check(Module module) =>
        from f in module.Functions
        from block in f.Blocks
        from id in block.Instructions
        where f[id].Payload is AsmBlock
        from message in Check((AsmBlock)f[id].Payload!, PlaceOf(f, id))
        select message;

    private static SourceLocation PlaceOf(Function f, int id) =>
        f.Locations[f[id].Location].Location is { IsKnown: true } place ? place : f.Location;

    private static List<TargetMessage> Check(AsmBlock asm, SourceLocation place)
    {
        if (!string.Equals(asm.Target, InlineAssembly.TargetName, StringComparison.OrdinalIgnoreCase))
            return [];
        var messages = new List<TargetMessage>();
        var names = new List<string>();
        var parsed = AsmParser.Parse(asm.Text, new AsmParserOptions
        {
            Start = place.IsKnown
                ? new SourcePosition(place.File, place.Line, place.Column)
                : new SourcePosition(0, 1, 1),
            Resolve = name => InlineAssembly.Resolve(asm, name, b => Bound(b, names)),
        });
        foreach (var e in parsed.Errors)
            messages.Add(Message(1006, e));
        if (messages.Count == 0)
        {
            Item[] items = [.. parsed.Items, .. names.Select(n => new Equ(n, Expr.Of(AnyAddress)))];
            foreach (var e in Assembler.Assemble(items, new AssemblerOptions { Origin = AnyAddress }).Errors)
                messages.Add(Message(1010, e));
        }
        return messages;

        TargetMessage Message(int code, AsmError e) => new(code, Shown(e.Message)!, Shown(e.Hint), PlaceOf(e));

        SourceLocation PlaceOf(AsmError e) => e.Position.Line > 0 && place.IsKnown
            ? new SourceLocation(place.File, e.Position.Line, Math.Max(1, e.Position.Column), Math.Max(1, e.Length))
            : place;
    }

    private static string? Shown(string? text) => text?.Replace(Prefix, "", StringComparison.Ordinal);

    private static Expr Bound(AsmBinding binding, List<string> names)
    {
        if (binding.Function is { Abi.Address: { } address })
            return Expr.Of(address);
        var name = Prefix + binding.Name;
        if (!names.Contains(name))
            names.Add(name);
        return Expr.Of(name);
    }
}
