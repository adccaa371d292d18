using MinZ.Backends;
using MinZ.Driver;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Tests.Lang;
using MinZ.Tests.Samples;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Std;

/// <summary>The standard library as a whole: its reference, its names, its weight and its sounds.</summary>
public sealed class StdLibraryTests
{
    [Fact]
    public void The_reference_is_in_step_with_the_sources()
    {
        var text = StdReference.Write();
        if (Environment.GetEnvironmentVariable("MINZ_BLESS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(StdReference.Document)!);
            File.WriteAllText(StdReference.Document, text);
        }
        Assert.Equal(File.ReadAllText(StdReference.Document), text);
    }

    [Fact]
    public void Everything_public_is_documented()
    {
        Assert.Empty(StdReference.Modules.Where(m => m.Doc.Length == 0).Select(m => m.Name));
        Assert.Empty(StdReference.Modules.SelectMany(m => m.Declarations)
            .Where(d => d.Doc.Length == 0 && !d.Text.StartsWith("const ", StringComparison.Ordinal))
            .Select(d => $"{d.Module}: {d.Text}"));
    }

    public static TheoryData<string> Modules => [.. StdReference.Modules.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Every_module_is_tested(string module)
    {
        // Modules that only give others' functions another name are tested by programs of tests/lang.
        string[] folders = [Path.Combine(LangFile.Root, "..", "std"), Path.Combine(LangFile.Root, "modules")];
        Assert.Contains(folders.SelectMany(f => Directory.EnumerateFiles(f, "*.minz")),
            f => File.ReadAllText(f).Contains($"import {module}", StringComparison.Ordinal));
    }

    [Fact]
    public void Importing_everything_adds_nothing()
    {
        const string Main = "fn main() -> u8 { @print(\"7\")\n return 3 }\n";
        var imports = string.Concat(StdReference.Modules.Select(m => $"import {m.Name}\n"));
        var (bare, full) = (Compile(Main, "vm"), Compile(Main + imports, "vm"));
        Assert.Equal(bare.Functions.Select(f => f.Name), full.Functions.Select(f => f.Name));
        Assert.Equal(bare.Globals.Select(g => g.Name), full.Globals.Select(g => g.Name));
        foreach (var optimize in (bool[])[false, true])
        {
            var (alone, with) = (Runs.Emit(Compile(Main), optimize), Runs.Emit(Compile(Main + imports), optimize));
            Assert.Equal(Runs.File(alone, ".bin").ToArray(), Runs.File(with, ".bin").ToArray());
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(440)]
    [InlineData(1000)]
    [InlineData(4000)]
    public void A_beep_has_its_pitch_and_length(int frequency)
    {
        var module = Compile($$"""
            import zx.sound
            fn main() { sound.beep({{frequency}}, 500) }
            """);
        var machine = new Spectrum();
        machine.Load(TapFile.Parse(Runs.File(Runs.Emit(module, true), ".tap")));
        var before = machine.Ula.Edges.Count;
        Assert.Equal(StopReason.Returned, machine.RunFrames(200).Reason);
        var edges = machine.Ula.Edges.Skip(before).ToArray();
        Assert.InRange(edges.Length / 2, frequency / 2 - 1, frequency / 2 + 1);
        // Two edges are a wave; a delay is a whole number of rounds.
        var period = (edges[^2] - edges[0]) / (edges.Length / 2 - 1.0);
        Assert.InRange(period, 3_500_000.0 / frequency * 0.97, 3_500_000.0 / frequency * 1.03);
    }

    private static Module Compile(string source, string target = "z80")
    {
        var result = Compilation.Compile([new SourceText(source, "t.minz")], new CompilationOptions
        {
            ModuleName = "test", ResolveModule = StdReference.Resolve, Targets = [target],
            Evaluator = VmEvaluator.Instance,
        });
        Assert.True(result.Succeeded, string.Join('\n', result.Diagnostics));
        return result.Module!;
    }
}
