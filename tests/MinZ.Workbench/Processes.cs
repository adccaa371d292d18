using System.Diagnostics;

namespace MinZ.Workbench;

/// <summary>Starts other programs with the console of this one.</summary>
internal static class Processes
{
    /// <summary>Runs a program to its end, its output going to this program's, and returns its exit code.</summary>
    /// <param name="file">The program, by path or as found on PATH.</param>
    /// <param name="folder">Its working directory.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    public static int Run(string file, string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder };

        // `dotnet run` tells its child which MSBuild it used; another `dotnet` below must find its own.
        foreach (string name in start.Environment.Keys.Where(IsBuildState).ToList())
        {
            start.Environment.Remove(name);
        }

        // It would win over the package folder that a nuget.config outside the repository names.
        if (!folder.Equals(Repository.Root, StringComparison.Ordinal))
        {
            start.Environment.Remove("NUGET_PACKAGES");
        }

        using Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"{file} did not start.");
        process.WaitForExit();
        return process.ExitCode;
    }

    private static bool IsBuildState(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name == "DOTNET_HOST_PATH";
}
