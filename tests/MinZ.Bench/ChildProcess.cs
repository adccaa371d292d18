using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MinZ.Bench;

/// <summary>What a process and everything it started and waited for cost.</summary>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="Seconds">Wall-clock time.</param>
/// <param name="Output">Both its streams.</param>
internal sealed record ProcessCost(double CpuSeconds, double Seconds, string Output);

/// <summary>
/// Runs programs and measures their CPU time, which other load on the machine hardly changes. Linux and macOS.
/// </summary>
internal static partial class ChildProcess
{
    private const int Children = -1;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    /// <exception cref="InvalidOperationException">It did not start or ended with an error; the message has its
    /// output.</exception>
    public static ProcessCost Run(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // A build server that outlives the command would do work that is not counted.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        var inherited = start.Environment.Keys.Where(k => k.StartsWith("MSBUILDSDK", StringComparison.OrdinalIgnoreCase)
            || k is "MSBuildExtensionsPath" or "DOTNET_HOST_PATH" or "NUGET_PACKAGES");
        foreach (string name in inherited.ToList())
        {
            start.Environment.Remove(name);
        }

        double before = CpuOfChildren();
        long clock = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        return process.ExitCode == 0
            ? new ProcessCost(CpuOfChildren() - before, seconds, output)
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
    }

    private static double CpuOfChildren()
    {
        // struct rusage begins with two times of seconds and microseconds, each a word.
        Span<long> usage = stackalloc long[32];
        if (GetUsage(Children, ref MemoryMarshal.GetReference(usage)) != 0)
        {
            throw new InvalidOperationException("getrusage failed");
        }

        return usage[0] + usage[2] + (((int)usage[1] + (int)usage[3]) / 1e6);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int who, ref long usage);
}
