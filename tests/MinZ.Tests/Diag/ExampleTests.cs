using System.Text;
using MinZ.Backends;
using MinZ.Driver;
using MinZ.Frontend;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using MinZ.Lua;
using MinZ.Mir;
using MinZ.Mir.Text;
using Xunit;

namespace MinZ.Tests.Diag;

/// <summary>
/// What <c>minzc explain</c> shows: the wrong example of a code gives that code alone, the right one nothing.
/// </summary>
public sealed class ExampleTests
{
    private static readonly string Page = Path.Combine(DiagFile.Root, "../../compiler/docs/diagnostics.md");

    public static TheoryData<string> Codes => [.. DiagnosticCodes.All.Select(c => c.Id)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_an_example_that_is_true(string id)
    {
        var code = DiagnosticCodes.Find(id)!;
        var example = CodeExamples.Find(code);
        Assert.True(
            example is not null, $"add an example of {id} to Diagnostics/Examples.txt, and run with MINZ_BLESS=1");
        Assert.NotEmpty(code.Explanation);
        Assert.NotEqual(example.Wrong, example.Right);
        if (Reader(example.Wrong, code) is { } wrong)
        {
            var found = wrong(example.Wrong);
            Assert.True(found.Count > 0 && found.All(c => c == id), $"{id} wanted, found {string.Join(", ", found)}");
        }
        if (Reader(example.Right, code) is { } right)
            Assert.Empty(right(example.Right));
    }

    [Fact]
    public void The_page_of_diagnostics_is_up_to_date()
    {
        if (Environment.GetEnvironmentVariable("MINZ_BLESS") == "1")
            File.WriteAllText(Page, Renderer.Page());
        Assert.Equal(Renderer.Page(), File.ReadAllText(Page));
    }

    [Fact]
    public void Explaining_shows_the_examples()
    {
        var text = Renderer.Explain(BindingCodes.TypeMismatch);
        Assert.Contains("\nWrong:\n\n    fn main() {\n", text, StringComparison.Ordinal);
        Assert.Contains("    let narrow: u8 = wide as u8\n", text, StringComparison.Ordinal);
    }

    /// <summary>What finds the codes of an example; null when it is a command or a description.</summary>
    private static Func<string, List<string>>? Reader(string text, DiagnosticCode code)
    {
        if (code.Number >= 1300 && new[] { "func ", "type " }.Any(w => text.StartsWith(w, StringComparison.Ordinal)))
            return Mir;
        var isProgram = new[] { "fn ", "@", "struct ", "interface ", "global ", "print(" }.Any(text.Contains) &&
            !text.Contains("minzc ", StringComparison.Ordinal) && !text.StartsWith('<') &&
            !char.IsAsciiLetterUpper(text[0]);
        if (!isProgram)
            return null;
        return code.Number switch
        {
            < 900 => Front,
            >= 1060 and < 1100 => source => Built(source, "mirb", false),
            907 or >= 1000 and < 1060 => source => Built(source, "z80", code.Number == 1000),
            >= 1100 and < 1200 => source => Built(source, "clr", false),
            _ => null,
        };
    }

    private static List<string> Front(string source)
    {
        var options = new CompilationOptions
        {
            IncludeTests = true, ResolveModule = Resolve, Targets = ["z80"], Evaluator = VmEvaluator.Instance,
            Scripts = new LuaEngine(),
        };
        var compiled = Compilation.Compile([new SourceText(source, "example.minz")], options);
        return [.. compiled.Diagnostics.Select(d => d.Code.Id)];
    }

    private static SourceText? Resolve(string module)
    {
        var path = Path.Combine(DiagFile.Root, "../../sdk/std", module.Replace('.', '/') + ".minz");
        return File.Exists(path) ? new SourceText(File.ReadAllText(path, Encoding.UTF8), module) : null;
    }

    private static List<string> Built(string source, string target, bool withoutMain)
    {
        var folder = Directory.CreateTempSubdirectory("minz-example");
        File.WriteAllText(Path.Combine(folder.FullName, "example.minz"), source + "\n");
        var result = BuildSession.Build(new BuildRequest
        {
            Name = "example", Inputs = ["example.minz"], ProjectDirectory = folder.FullName, Targets = [target],
            OutputDirectory = folder.FullName, Optimize = false,
        });
        folder.Delete(recursive: true);
        // A Spectrum program without `main` is refused before the target is asked.
        return [.. result.Diagnostics.Select(d => withoutMain && d.Code.Id == "MZ0907" ? "MZ1000" : d.Code.Id)
            .Where(id => id != "MZ0311" || !withoutMain)];
    }

    private static List<string> Mir(string text)
    {
        var read = MirReader.Read(text);
        var errors = read.Module is { } module && read.Errors.IsEmpty ? Verifier.Verify(module) : read.Errors;
        return [.. errors.Select(e => e.Id)];
    }
}
