using System.Globalization;
using MinZ.Frontend.Diagnostics;
using MinZ.Mir;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Mir;

/// <summary>The specification's table of operations is the one in the code. <c>MINZ_BLESS=1</c> writes it
/// anew.</summary>
public class SpecificationTests
{
    private const string Begin = "<!-- ops -->\n", End = "<!-- /ops -->";

    [Fact]
    public void OperationsAreThoseOfTheTable()
    {
        var path = Path.Combine(MirFiles.Root, "../../compiler/docs/mir.md");
        var text = File.ReadAllText(path);
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length,
            text.IndexOf(End, StringComparison.Ordinal));
        var expected = "| op | shape | T | effects | meaning |\n|---|---|---|---|---|\n" +
            string.Concat(Ops.All.Select(o => $"| `{o.Name}` | {Shape(o)} | {Types(o)} | {Effects(o)} | {o.Doc} |\n"));
        if (Environment.GetEnvironmentVariable("MINZ_BLESS") == "1")
            File.WriteAllText(path, text[..start] + expected + text[end..]);
        Assert.Equal(expected.Split('\n'), text[start..end].Split('\n'));
    }

    /// <summary>What the specification shows in full is legal.</summary>
    [Fact]
    public void SamplesAreSound()
    {
        var text = File.ReadAllText(Path.Combine(MirFiles.Root, "../../compiler/docs/mir.md"));
        var samples = text.Split("```\n").Where((_, n) => n % 2 == 1).Where(s => !s.Contains('…')).ToList();
        Assert.NotEmpty(samples);
        foreach (var sample in samples)
        {
            var read = MirReader.Read(sample);
            Assert.True(read.Errors.IsEmpty, string.Join("\n", read.Errors));
            Assert.Empty(Verifier.Verify(read.Module!));
        }
    }

    [Fact]
    public void EveryErrorIsExplained()
    {
        var codes = typeof(MirCodes).GetFields().Select(f => (int)f.GetRawConstantValue()!).Order().ToArray();
        Assert.Equal(codes, MirFormCodes.All.Select(c => c.Number).Order());
        Assert.All(codes, c => Assert.NotNull(DiagnosticCodes.Find(c.ToString(CultureInfo.InvariantCulture))));
    }

    private static string Shape(OpInfo op) => op.Shape switch
    {
        OpShape.Special => "",
        OpShape.Unary => "(T) → T",
        OpShape.Binary => "(T, T) → T",
        OpShape.Shift => "(T, u8) → T",
        OpShape.Compare => "(T, T) → bool",
        OpShape.Convert => "(number) → T",
    };

    private static string Types(OpInfo op) => !op.Suffixed ? "" : op.Types == TypeClass.Any ? "any" : string.Join(", ",
        new (TypeClass Class, string Word)[]
        {
            (TypeClass.Bool, "bool"), (TypeClass.Integer, "integer"), (TypeClass.Float, "float"),
            (TypeClass.Fixed, "fixed"), (TypeClass.Handle, "handle"),
        }.Where(c => (op.Types & c.Class) != 0).Select(c => c.Word));

    private static string Effects(OpInfo op) => string.Join(", ", new (Effects Effect, string Word)[]
    {
        (MinZ.Mir.Effects.Reads, "reads"), (MinZ.Mir.Effects.Writes, "writes"), (MinZ.Mir.Effects.Traps, "traps"),
        (MinZ.Mir.Effects.Suspends, "suspends"), (MinZ.Mir.Effects.Terminates, "ends"),
    }.Where(e => (op.Effects & e.Effect) != 0).Select(e => e.Word).Concat(op.Lowered ? ["lowered"] : []));
}
