using System.Collections.Immutable;
using System.CommandLine;
using MinZ.Driver;

namespace MinZ.CommandLine;

/// <summary><c>minzc build FILE… --target T -o DIR</c>.</summary>
internal static class BuildCommand
{
    public static Command Create()
    {
        var targets = new Option<string[]>("--target", "-t")
        {
            Description = "What to build for; several, separated by commas. See 'minzc targets'.",
            HelpName = "TARGET", Required = true,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the outputs.", HelpName = "DIR", DefaultValueFactory = _ => ".",
        };
        var name = new Option<string?>("--name", "-n")
        {
            Description = "Name of the outputs; that of the first file by default.", HelpName = "NAME",
        };
        var library = new Option<bool>("--library") { Description = "The program needs no main." };
        var command = new Command("build", "Compiles programs.") { targets, output, name, library };
        var compile = new CompileOptions(command);
        command.SetAction(line =>
        {
            BuildRequest request = compile.Request(line);
            BuildResult result = BuildSession.Build(request with
            {
                Name = line.GetValue(name) ?? request.Name,
                Targets = Split(line.GetValue(targets)!),
                OutputDirectory = Path.GetFullPath(line.GetValue(output)!),
                IsLibrary = line.GetValue(library),
            });
            if (!compile.Report(line, result))
            {
                return ExitCodes.Failure;
            }

            foreach (string path in result.Outputs)
            {
                Console.WriteLine(Path.GetRelativePath(Environment.CurrentDirectory, path));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>The names in lists of targets.</summary>
    public static ImmutableArray<string> Split(string[] lists) =>
        [.. lists.SelectMany(t => t.Split([',', ';', '+'], SplitOptions))];

    private const StringSplitOptions SplitOptions =
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
}
