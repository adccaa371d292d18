using System.CommandLine;
using MinZ.Hosting;
using MinZ.Hosting.Running;

namespace MinZ.Host;

/// <summary><c>dotnet run</c>: runs the program, on the VM or on the platform it was built for.</summary>
internal static class RunMode
{
    /// <summary>Runs what <paramref name="host"/> names; returns the exit code of the program.</summary>
    public static int Run(HostArguments host)
    {
        var command = new RootCommand("Runs a MinZ program.") { TreatUnmatchedTokensAsErrors = false };
        var options = new RunOptions();
        options.AddTo(command);
        command.SetAction(line => Run(host, options.Settings(line, line.UnmatchedTokens)));
        return command.Parse(host.Rest).Invoke();
    }

    private static int Run(HostArguments host, RunSettings settings)
    {
        try
        {
            return host.Target is "" or ProgramRunner.DefaultTarget
                ? ProgramRunner.RunModule(ModuleFile.Load(host.Module), optimize: false, settings)
                : ProgramRunner.RunFile(host.Target, host.File, ModuleFile.Load(host.Module), settings);
        }
        catch (Exception e) when (ProgramRunner.Refusal(e) is not null)
        {
            Console.Error.WriteLine(ProgramRunner.Refusal(e));
            return 1;
        }
    }
}
