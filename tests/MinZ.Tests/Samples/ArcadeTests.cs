using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Tests.Lang;
using MinZ.Vm;
using MinZ.Z80;
using Xunit;

namespace MinZ.Tests.Samples;

/// <summary>Two games that share a library, <c>tests/samples/arcade</c>, played on the Spectrum.</summary>
public sealed class ArcadeTests
{
    private static string Root { get; } = Path.Combine(LangFile.Root, "..", "samples", "arcade");

    [Fact]
    public void The_library_passes_its_tests()
    {
        var runner = new TestRunner(Compile("Sprites", isLibrary: true));
        Assert.Equal(7, runner.Tests.Length);
        var failed = runner.RunAll().Where(r => r.Message is not null);
        Assert.Empty(failed.Select(r => $"{r.Test.Info.DisplayName}: {r.Message}"));
    }

    [Fact]
    public void Bounce_knocks_out_bricks_until_the_ball_is_lost()
    {
        var machine = Start("Bounce");
        Assert.Contains(machine.ScreenText(), l => l.Contains("BOUNCE"));
        machine.Keyboard.HoldAt(machine.Frame, Key.Space, 3);
        machine.RunFrames(40);
        Assert.StartsWith("SCORE 0", machine.ScreenText()[0]);
        var bat = BatOf(machine);
        machine.Keyboard.HoldAt(machine.Frame, Key.P, 8);
        machine.RunFrames(10);
        Assert.True(BatOf(machine) > bat, "P moves the bat to the right");

        var edges = machine.Ula.EdgeCount;
        machine.RunUntil(m => m.ScreenText().Any(l => l.Contains("GAME OVER")), 2000L * Ula.FrameLength);
        Assert.Contains(machine.ScreenText(), l => l.Contains("GAME OVER"));
        Assert.Matches("^SCORE [1-9]", machine.ScreenText()[0]);
        Assert.True(machine.Ula.EdgeCount > edges, "bricks are heard");
    }

    [Fact]
    public void In_the_maze_coins_are_taken_on_the_way()
    {
        var machine = Start("Maze");
        Assert.Contains(machine.ScreenText(), l => l.Contains("MAZE"));
        machine.Keyboard.HoldAt(machine.Frame, Key.Space, 3);
        machine.RunFrames(60);
        var before = Coins(machine);
        machine.Keyboard.HoldAt(machine.Frame, Key.P, 40);
        machine.RunFrames(42);
        Assert.Equal(before - 5, Coins(machine));
    }

    private static int Coins(Spectrum machine) =>
        int.Parse(machine.ScreenText()[3].Trim().Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    // The bat is the only thing in bright cyan.
    private static int BatOf(Spectrum machine) =>
        Enumerable.Range(0, 32).First(x => machine.Peek((ushort)(0x5800 + 22 * 32 + x)) == 0x45);

    private static Spectrum Start(string game)
    {
        var machine = new Spectrum();
        machine.Load(TapFile.Parse(Runs.File(Runs.Emit(Compile(game, isLibrary: false), optimize: true), ".tap")));
        Assert.Equal(StopReason.TimeSpent, machine.RunFrames(50).Reason);
        return machine;
    }

    private static Module Compile(string project, bool isLibrary)
    {
        var sources = Directory.GetFiles(Path.Combine(Root, project), "*.minz").Order(StringComparer.Ordinal)
            .Select(f => new SourceText(File.ReadAllText(f), Path.GetFileName(f))).ToList();
        string[] places = [Path.Combine(Root, "Sprites"), Path.Combine(LangFile.Root, "..", "..", "sdk", "std")];
        SourceText? Resolve(string module) => places.Select(p => Path.Combine(p, module.Replace('.', '/') + ".minz"))
            .FirstOrDefault(File.Exists) is { } path ? new SourceText(File.ReadAllText(path), module) : null;
        var result = Compilation.Compile(sources, new CompilationOptions
        {
            ModuleName = project, IncludeTests = isLibrary, IsLibrary = isLibrary, ResolveModule = Resolve,
            Targets = ["z80"],
        });
        Assert.True(result.Succeeded, string.Join('\n', result.Diagnostics));
        return result.Module!;
    }
}
