using System.CommandLine;
using MinZ.Driver;

namespace MinZ.CommandLine;

/// <summary><c>minzc check FILE… [--target T]</c>: says what is wrong, and writes nothing.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var targets = new Option<string[]>("--target", "-t")
        {
            Description = "What it is to be built for; several, separated by commas. See 'minzc targets'.",
            HelpName = "TARGET", DefaultValueFactory = _ => [BuildSession.VmTarget],
        };
        var library = new Option<bool>("--library") { Description = "The program needs no main." };
        var command = new Command("check", "Says what is wrong with programs, without building them.")
        {
            targets, library,
        };
        var compile = new CompileOptions(command);
        command.SetAction(line =>
        {
            BuildResult result = BuildSession.Build(compile.Request(line) with
            {
                Targets = BuildCommand.Split(line.GetValue(targets)!),
                IsLibrary = line.GetValue(library),
                WritesOutputs = false,
            });
            return compile.Report(line, result) ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }
}
