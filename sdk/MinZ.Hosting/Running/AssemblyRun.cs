using System.Diagnostics;

namespace MinZ.Hosting.Running;

/// <summary>Runs an assembly of the CLR target on the installed .NET runtime, with this program's console.</summary>
public static class AssemblyRun
{
    /// <summary>Runs the assembly, which has its <c>.runtimeconfig.json</c> beside it; returns its exit code.</summary>
    /// <exception cref="IOException">No <c>dotnet</c> is found.</exception>
    public static int Run(string path, IEnumerable<string> arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(dotnet, ["exec", path, .. arguments]))!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"cannot start '{dotnet}': {e.Message}", e);
        }
    }
}
