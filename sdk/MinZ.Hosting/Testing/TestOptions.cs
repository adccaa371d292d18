using MinZ.Mir;

namespace MinZ.Hosting.Testing;

/// <summary>Where and how tests run.</summary>
public sealed record TestOptions
{
    /// <summary>Extension of the file beside a module from which the VSTest adapter takes its options.</summary>
    public const string FileExtension = ".testoptions";

    /// <summary>Names of the machines that run tests, the default one first.</summary>
    public static IReadOnlyList<string> Machines { get; } = ["vm", "z80"];

    /// <summary>Name of the target to compile for so that tests can run on one of <see cref="Machines"/>.</summary>
    public static string TargetOf(string machine) => machine == "vm" ? Driver.BuildSession.VmTarget : machine;

    /// <summary>One of <see cref="Machines"/>; empty = the first.</summary>
    public string Machine { get; init; } = "";

    /// <summary>False runs code as written.</summary>
    public bool Optimize { get; init; } = true;

    /// <summary>Whether code for the Z80 checks indices.</summary>
    public bool CheckBounds { get; init; } = true;

    /// <summary>Absolute folder the module's relative source paths count from; empty = they stay relative.</summary>
    public string SourceDirectory { get; init; } = "";

    /// <summary>Reads options from lines of <c>key=value</c>, as <c>MinZ.Test.targets</c> writes them.</summary>
    /// <exception cref="FormatException">A line is none of them.</exception>
    public static TestOptions Parse(IEnumerable<string> lines)
    {
        var options = new TestOptions();
        foreach (string line in lines)
        {
            int equals = line.IndexOf('=');
            string value = line[(equals + 1)..].Trim();
            options = line[..Math.Max(equals, 0)] switch
            {
                "on" => options with { Machine = value },
                "optimize" => options with { Optimize = bool.Parse(value) },
                "bounds" => options with { CheckBounds = bool.Parse(value) },
                "sources" => options with { SourceDirectory = value },
                _ => throw new FormatException($"unknown test option '{line}'"),
            };
        }

        return options;
    }

    /// <summary>The path of a source as test explorers want it.</summary>
    internal string Absolute(string path) =>
        SourceDirectory.Length > 0 ? Path.GetFullPath(path, SourceDirectory) : path;

    /// <summary>The machine by its name.</summary>
    /// <exception cref="ArgumentException">There is no such machine; the message lists them.</exception>
    internal ITestEngine CreateEngine(Module module) => Machine.ToLowerInvariant() switch
    {
        "" or "vm" => new VmTestEngine(module, this),
        "z80" => new Z80TestEngine(module, this),
        _ => throw new ArgumentException(
            $"tests do not run on '{Machine}' (known machines: {string.Join(", ", Machines)})"),
    };
}
