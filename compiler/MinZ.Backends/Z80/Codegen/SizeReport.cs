using MinZ.Backends.Z80.Assembly;
using MinZ.Mir;
using Instruction = MinZ.Backends.Z80.Assembly.Instruction;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>What takes most memory, for the message about too much of it.</summary>
internal static class SizeReport
{
    private const int Rows = 8;

    /// <summary>The largest parts with their bytes.</summary>
    public static string Of(ProgramScope scope, ProgramCompiler program)
    {
        var rows = Globals(scope).Concat(program.Functions.Select(f => (f.Function.Name, CodeSize(f))))
            .Concat(program.Functions.SelectMany(f => f.Code.Slots.Select(s => (s.Symbol, s.Size))))
            .OrderByDescending(r => r.Item2).Take(Rows);
        return string.Join(", ", rows.Select(r => $"{r.Item1} {r.Item2}"));
    }

    /// <summary>Bytes the program needs at least; memory of functions may be shared, so that of one counts.</summary>
    public static int LeastSize(ProgramScope scope, ProgramCompiler program)
    {
        var globals = Globals(scope).Sum(g => (long)g.Size);
        var code = program.Functions.Sum(f => (long)CodeSize(f));
        var largestFrame = program.Functions.Select(f => f.Code.Slots.Sum(s => (long)s.Size)).DefaultIfEmpty().Max();
        return (int)Math.Min(int.MaxValue / 2, globals + code + largestFrame);
    }

    /// <summary>Bytes of code and data, with jumps as short as they can be.</summary>
    public static int BytesOf(List<Item> items) => items.Sum(i => i switch
    {
        Instruction { Mnemonic: Mnemonic.Jump } => 2,
        Instruction x => x.Form?.Size ?? 0,
        DataBytes d => d.Bytes.Length,
        DataValues v => v.Values.Length * v.Width,
        _ => 0,
    });

    /// <summary>Bytes of variables behind the image.</summary>
    public static int ZeroBytes(ProgramScope scope, Func<Global, bool> isZero) =>
        scope.Globals.Keys.Where(isZero).Sum(g => scope.Layout.SizeOf(g.Type));

    private static IEnumerable<(string Name, int Size)> Globals(ProgramScope scope) =>
        scope.Globals.Keys.Where(g => g.Address is null).Select(g => (g.Name, scope.Layout.SizeOf(g.Type)));

    private static int CodeSize(CompiledFunction function) =>
        function.Code.Code.Sum(i => i is Instruction x ? x.Form!.Size : 0);
}
