using System.CommandLine;
using MinZ.Hosting.Running;

namespace MinZ.CommandLine;

/// <summary><c>minzc run FILE [--target T]</c>: exits with the program's value.</summary>
internal static class RunCommand
{
    /// <summary>What the MIR VM is called where tests run.</summary>
    private const string Vm = "vm";

    private static string TargetOf(string name) => name == Vm ? ProgramRunner.DefaultTarget : name;

    public static Command Create()
    {
        var target = new Option<string>("--target", "-t")
        {
            Description = "Where to run: mirb (the MIR VM, the default), z80 (a ZX Spectrum), clr (.NET).",
            HelpName = "TARGET", DefaultValueFactory = _ => ProgramRunner.DefaultTarget,
        };
        target.AcceptOnlyFromAmong([.. ProgramRunner.RunnableTargets, Vm]);
        var command = new Command("run", "Compiles and runs a program.") { target };
        var compile = new CompileOptions(command);
        var options = new RunOptions();
        options.AddTo(command);
        command.SetAction(line =>
        {
            try
            {
                RunSettings settings = options.Settings(line, []);
                return ProgramRunner.BuildAndRun(compile.Request(line), TargetOf(line.GetValue(target)!), settings,
                    result => compile.Report(line, result)) ?? ExitCodes.Failure;
            }
            catch (Exception e) when (ProgramRunner.Refusal(e) is not null)
            {
                Console.Error.WriteLine(ProgramRunner.Refusal(e));
                return ExitCodes.Failure;
            }
        });
        return command;
    }
}
