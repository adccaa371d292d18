using MinZ.Driver;
using MinZ.Hosting.Running;
using MinZ.Mir;
using Xunit;

namespace MinZ.Tests.Hosting;

/// <summary>The variables of a program after its run, as <c>--globals</c> prints them.</summary>
public sealed class VariablesTests : IDisposable
{
    private const string Source = """
        enum Color { Red, Green = 5, Blue }
        enum Shape { None, Circle(u8), Box(u8, u16) }
        struct Point { x: u8, y: i16 }
        global result: u8
        global table: [u16; 40]
        global p: Point
        global name: str
        global c: Color
        global s: Shape
        global f: f32
        global pair: (u8, bool)
        global rows: [[u8; 2]; 2] = [[1, 2], [3, 4]]
        global screen: *u8
        global low: i8
        global never: [u8; 2] = [7, 8]
        const KEPT: u8 = 9

        fn main() -> u8 {
            for i in 0..5 { result += i }
            table[1] = 500
            p.y = -7
            c = Color.Green
            s = Shape.Box(3, 700)
            f = 1.5
            pair = (KEPT, true)
            rows[1][0] = 30
            screen = 0x4000 as *u8
            low = -1
            name = "say \"hi\"\n"
            return result
        }
        """;

    private static readonly string[] Expected =
    [
        "c: Color = Color.Green",
        "f: f32 = 1.5",
        "low: i8 = -1",
        "name: str = \"say \\\"hi\\\"\\n\"",
        "never: [u8; 2] = [7, 8]",
        "p: Point = Point { x: 0, y: -7 }",
        "pair: (u8, bool) = (9, true)",
        "result: u8 = 10",
        "rows: [[u8; 2]; 2] = [[1, 2], [30, 4]]",
        "s: Shape = Shape.Box(3, 700)",
        "screen: *u8 = 0x4000",
        "table: [u16; 40] = [0, 500, " + string.Concat(Enumerable.Repeat("0, ", 30)) + "… 40 in all]",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minz-");

    public void Dispose() => _folder.Delete(true);

    [Theory]
    [InlineData("mirb", false)]
    [InlineData("mirb", true)]
    [InlineData("z80", false)]
    [InlineData("z80", true)]
    public void They_have_their_last_values(string target, bool optimize)
    {
        BuildSession session = Session(optimize);
        Module module = session.Compile(target)!;
        var remarks = new StringWriter();
        var settings = new RunSettings(new SpectrumOptions(), [], ShowGlobals: true);
        Assert.Equal(10, target == "z80" ? RunOnSpectrum(session, module, remarks)
            : VmRun.Run(module, optimize, settings, Stream.Null, remarks));
        var lines = remarks.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Expected, lines);
    }

    private int RunOnSpectrum(BuildSession session, Module module, StringWriter remarks)
    {
        session.Emit(module, MinZ.Backends.Targets.Find("z80")!, _folder.FullName);
        BuildResult result = session.Finish();
        Assert.Empty(result.Diagnostics.Where(d => d.IsError));
        string map = File.ReadAllText(Path.ChangeExtension(result.Outputs[0], ".map"));
        return SpectrumRun.Run(File.ReadAllBytes(result.Outputs[0]), new SpectrumOptions(),
            new SpectrumVariables(module, map), TextWriter.Null, remarks);
    }

    private BuildSession Session(bool optimize)
    {
        string file = Path.Combine(_folder.FullName, "variables.minz");
        File.WriteAllText(file, Source);
        return new BuildSession(new BuildRequest
        {
            Name = "variables", Inputs = [file], ProjectDirectory = _folder.FullName, Optimize = optimize,
        });
    }
}
