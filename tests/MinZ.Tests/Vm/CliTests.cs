using System.Text;
using MinZ.Mir;
using MinZ.Mir.Bytecode;
using MinZ.MirVm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>mir-vm as its users meet it: files, options, exit codes, messages.</summary>
public sealed class CliTests : IDisposable
{
    private const string Program = """
        module demo
        func main() -> i32 {
            %t = const.str "hello"
            call @print, %t
            ret 7
        }
        func divide(i32 %a, i32 %b) -> i32 {
            %r = div %a, %b
            ret %r
        }
        func spin() {
            jump .again
        .again:
            jump .again
        }
        func now() -> i64 {
            %v: i64 = syscall i64, 2
            ret %v
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mir-vm-");

    public void Dispose() => _folder.Delete(true);

    private string Save(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static (int Exit, string Out, string Error) Run(params string[] args)
    {
        using var output = new MemoryStream();
        using var errors = new MemoryStream();
        var exit = new Cli(output, errors).Run(args);
        return (exit, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(errors.ToArray()));
    }

    [Fact]
    public void Text_and_binary_run_alike_and_end_with_mains_value()
    {
        var text = Save("demo.mir", Encoding.UTF8.GetBytes(Program));
        var binary = Save("demo.mirb", MirbWriter.Write(Runs.Read(Program)).AsSpan());
        foreach (var file in (string[])[text, binary])
        {
            Assert.Equal((7, "hello\n", ""), Run(file));
            Assert.Equal((0, "-4\n", ""), Run(file, "--call", "divide", "--", "-20", "5"));
        }
    }

    [Fact]
    public void A_trap_shows_code_message_and_stack_and_exits_with_101()
    {
        var file = Save("demo.mir", Encoding.UTF8.GetBytes(Program));
        Assert.Equal((101, "", "trap DivideByZero: division by zero\n   at divide\n"),
            Run(file, "--call", "divide", "--", "1", "0"));
        var (exit, _, error) = Run(file, "--fuel", "10K", "--call=spin");
        Assert.Equal(101, exit);
        Assert.StartsWith("trap FuelExhausted", error);
    }

    [Fact]
    public void Statistics_count_collections()
    {
        var file = Path.Combine(Runs.Repository, "tests/mir/vm/collector.mir");
        var (exit, output, error) = Run(file, "--stats", "--memory", "256K", "--call", "cycles", "--", "50000");
        Assert.Equal((0, "1249975000\n"), (exit, output));
        Assert.Matches(@"heap +\d+ bytes, \d+ alive after the last collection\n" +
            @"collections +\d\d, \d{7} bytes reclaimed\npauses +\d+\.\d{3} ms, longest \d+\.\d{3} ms\n", error);
    }

    [Fact]
    public void Services_are_granted_by_name()
    {
        var file = Save("demo.mir", Encoding.UTF8.GetBytes(Program));
        Assert.Equal(101, Run(file, "--call", "now").Exit);
        Assert.Equal(0, Run(file, "--grant", "clock", "--call", "now").Exit);
        Assert.Contains("there is no service 'files'", Run(file, "--grant", "files").Error);
    }

    [Theory]
    [InlineData("Required argument")]
    [InlineData("there is no option '--turbo'", "--turbo")]
    [InlineData("'--turbo'", "x.mir", "--turbo")]
    [InlineData("'--fuel'", "x.mir", "--fuel")]
    [InlineData("'lots' is no number for --memory", "x.mir", "--memory", "lots")]
    [InlineData("no-such-file.mir", "no-such-file.mir")]
    public void A_wrong_command_line_says_what_is_wrong(string message, params string[] args)
    {
        var (exit, output, error) = Run(args);
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(message, error);
    }

    [Fact]
    public void A_damaged_file_is_refused_wherever_it_is_damaged()
    {
        byte[] whole = [.. MirbWriter.Write(Runs.Read(Program))];
        for (var cut = 0; cut < whole.Length; cut += 7)
        {
            var (exit, output, error) = Run(Save("cut.mirb", whole.AsSpan(0, cut)));
            Assert.Equal((2, ""), (exit, output));
            Assert.Contains("cut", error);
        }
        var (_, _, message) = Run(Save("bad.mir",
            Encoding.UTF8.GetBytes("func main() {\n    %a = ad.u8 1, 2\n    ret\n}\n")));
        Assert.Contains("bad.mir:2:", message);
        Assert.Contains("UTF-8", Run(Save("latin.mir", [0x66, 0xE9, 0x0A])).Error);
    }

    [Fact]
    public void Variables_are_shown_at_the_end_when_asked_for()
    {
        var file = Save("vars.mir", """
            module vars
            global u16 count = 40
            func main() {
                %c = load count
                %n = add %c, 2
                store count, %n
                ret
            }
            """u8);
        Assert.Equal((0, "", "count: u16 = 42\n"), Run(file, "--globals"));
        Assert.Equal((0, "", ""), Run(file));
    }

    [Fact]
    public void Limits_that_cannot_be_are_an_error_not_a_crash()
    {
        var file = Save("demo.mir", Encoding.UTF8.GetBytes(Program));
        Assert.Contains("memory limit", Run(file, "--memory", "1K").Error);
        Assert.Contains("memory limit", Run(file, "--memory", "9999G").Error);
        var large = Save("large.mir",
            "global [u8; 2000000000] a\nglobal [u8; 2000000000] b\nfunc main() {\n    ret\n}\n"u8);
        Assert.Equal(2, Run(large).Exit);
        Assert.Contains("main", Run(Save("library.mir", "func f() {\n    ret\n}\n"u8)).Error);
    }
}
