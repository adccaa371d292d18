namespace MinZ.Host;

/// <summary>
/// The command line of the host: our own options, <c>--</c>, and those of the program or testing platform.
/// </summary>
/// <param name="Module">The <c>.mirb</c>.</param>
/// <param name="Target">Platform to run the program on; empty = the VM.</param>
/// <param name="File">Main file built for that platform.</param>
/// <param name="Tests">Options of the tests, as <see cref="MinZ.Hosting.Testing.TestOptions"/> reads them, by
/// semicolons.</param>
/// <param name="TestModule">The <c>.mirb</c> with the tests; empty = the module.</param>
/// <param name="Sources">Folder the module's source paths count from.</param>
/// <param name="Rest">Everything else.</param>
internal sealed record HostArguments(string Module, string Target, string File, string Tests, string TestModule,
    string Sources, string[] Rest)
{
    /// <summary>Names of our own options, each with one value.</summary>
    public static readonly IReadOnlyList<(string Name, string Description)> Options =
    [
        ("module", "The compiled module, a .mirb file."),
        ("target", "Platform to run the program on."),
        ("file", "Main file built for that platform."),
        ("tests", "Options of the tests, such as on=z80;bounds=false."),
        ("test-module", "The module with the tests, where it is another one."),
        ("sources", "Folder the module's source paths count from."),
    ];

    /// <summary>Takes our options out of a command line; null when there is no module among them.</summary>
    public static HostArguments? Parse(string[] args)
    {
        var values = new Dictionary<string, string>();
        var rest = new List<string>();
        bool ours = true;
        for (int i = 0; i < args.Length; i++)
        {
            if (ours && args[i] == "--")
            {
                ours = false;
            }
            else if (i + 1 < args.Length && Options.Any(o => "--" + o.Name == args[i]) && !values.ContainsKey(args[i]))
            {
                values[args[i]] = args[++i];
            }
            else
            {
                rest.Add(args[i]);
            }
        }

        string Value(string name) => values.GetValueOrDefault(name, "");
        return values.ContainsKey("--module")
            ? new HostArguments(Value("--module"), Value("--target"), Value("--file"), Value("--tests"),
                Value("--test-module"), Value("--sources"), [.. rest])
            : null;
    }

    /// <summary>Our options again, for a process the testing platform starts in place of this one.</summary>
    public IEnumerable<string> ToCommandLine()
    {
        (string Name, string Value)[] all =
            [("--module", Module), ("--tests", Tests), ("--test-module", TestModule), ("--sources", Sources)];
        return all.Where(o => o.Value.Length > 0).SelectMany(o => new[] { o.Name, o.Value });
    }
}
