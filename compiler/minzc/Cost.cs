using System.Diagnostics;
using System.Globalization;

namespace MinZ.CommandLine;

/// <summary>What this process has used, for <c>--time</c>.</summary>
internal static class Cost
{
    private static TimeSpan _start;

    /// <summary>Begins to count: what the runtime needed to get here is start-up.</summary>
    public static void Begin() => _start = Environment.CpuUsage.TotalTime;

    /// <summary>CPU time of all threads since <see cref="Begin"/>, and the most memory the process ever had.</summary>
    public static string Describe()
    {
        using Process self = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"""
            {(Environment.CpuUsage.TotalTime - _start).TotalMilliseconds,10:F2} ms  CPU after start-up
            {self.PeakWorkingSet64 / 1048576.0,10:F2} MB  peak memory
            """);
    }
}
