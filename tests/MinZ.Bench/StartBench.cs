using System.Globalization;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Mir.Bytecode;
using MinZ.Mir.Passes;
using Spectre.Console;

namespace MinZ.Bench;

/// <summary>
/// Small things: how long the native executables take to start and say hello, and how large hello is.
/// </summary>
/// <param name="folder">A folder to work in.</param>
internal sealed class StartBench(string folder)
{
    private const int Runs = 100;
    private const string Hello = "fn main() -> u8 {\n    @println(\"Hello, world\")\n    return 0\n}\n";

    private const string Java = """
        public class Hello {
            public static void main(String[] args) {
                System.out.println("Hello, world");
            }
        }
        """;

    /// <summary>From the start of the process to its end, with hello printed in between.</summary>
    /// <param name="vm">Path of a native mir-vm.</param>
    /// <param name="compiler">Path of a native minzc.</param>
    public Table Starts(string vm, string compiler)
    {
        File.WriteAllText(Path.Combine(folder, "hello.minz"), Hello);
        File.WriteAllBytes(Path.Combine(folder, "hello.mirb"), Binary(debug: true));
        var table = new Table().AddColumns("process to its end", $"least of {Runs}", "median", "least CPU");
        void Add(string title, string program, params string[] arguments)
        {
            ProcessCost[] runs =
                [.. Enumerable.Range(0, Runs).Select(_ => ChildProcess.Run(folder, program, arguments))];
            double[] times = [.. runs.Select(r => r.Seconds).Order()];
            table.AddRow(title, Milliseconds(times[0]), Milliseconds(times[Runs / 2]),
                Milliseconds(runs.Min(r => r.CpuSeconds)));
        }

        Add("/bin/true (what starting any process takes here)", "/bin/true");
        Add("mir-vm hello.mirb", vm, "hello.mirb");
        Add("minzc run hello.minz", compiler, "run", "hello.minz");
        return table;
    }

    /// <summary>Bytes of the compiled hello, against a class file of the same.</summary>
    public Table Sizes()
    {
        var table = new Table().AddColumns("bytes of hello", ".mirb", ".class", "ratio");
        void Add(string title, bool debug, string flag)
        {
            File.WriteAllText(Path.Combine(folder, "Hello.java"), Java);
            ChildProcess.Run(folder, "javac", flag, "Hello.java");
            int ours = Binary(debug).Length;
            long theirs = new FileInfo(Path.Combine(folder, "Hello.class")).Length;
            table.AddRow(title, $"{ours}", $"{theirs}",
                (ours / (double)theirs).ToString("F2", CultureInfo.InvariantCulture));
        }

        Add("without debug information", debug: false, "-g:none");
        Add("with lines and names", debug: true, "-g");
        return table;
    }

    private static byte[] Binary(bool debug)
    {
        CompilationResult result = Compilation.Compile([new SourceText(Hello, "hello.minz")],
            new CompilationOptions { ModuleName = "hello" });
        Module module = result.Module ?? throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
        Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
        return MirbWriter.Write(module, new MirbWriterOptions(debug));
    }

    private static string Milliseconds(double seconds) =>
        (seconds * 1000).ToString("F1", CultureInfo.InvariantCulture) + " ms";
}
