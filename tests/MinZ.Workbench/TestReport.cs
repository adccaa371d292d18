using System.Text.Json;

namespace MinZ.Workbench;

/// <summary>A test that did not pass.</summary>
/// <param name="Name">Display name.</param>
/// <param name="Message">Why it failed or was skipped; empty when not told.</param>
internal sealed record Finding(string Name, string Message);

/// <summary>What one test program reported.</summary>
/// <param name="Passed">Number of tests that passed.</param>
/// <param name="Failed">Tests that failed.</param>
/// <param name="Skipped">Tests that were skipped.</param>
internal sealed record TestReport(int Passed, IReadOnlyList<Finding> Failed, IReadOnlyList<Finding> Skipped)
{
    /// <summary>
    /// Reads a report in the Common Test Report Format (https://ctrf.io). A missing or broken file, or one that knows
    /// of no failure although the program's <paramref name="exitCode"/> says so, counts as one failed test.
    /// </summary>
    public static TestReport Read(string path, string program, int exitCode)
    {
        TestReport report;
        try
        {
            report = Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return new(0, [new(program, $"ended with exit code {exitCode} and left no report: {e.Message}")], []);
        }

        return exitCode != 0 && report.Failed.Count == 0
            ? report with { Failed = [new(program, $"ended with exit code {exitCode}")] }
            : report;
    }

    private static TestReport Parse(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        int passed = 0;
        var failed = new List<Finding>();
        var skipped = new List<Finding>();
        foreach (JsonElement test in document.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray())
        {
            string name = test.GetProperty("name").GetString() ?? "";
            string message = test.TryGetProperty("message", out JsonElement text) ? text.GetString() ?? "" : "";
            switch (test.GetProperty("status").GetString())
            {
                case "passed": passed++; break;
                case "failed": failed.Add(new(name, message)); break;
                default: skipped.Add(new(name, message)); break;
            }
        }

        return new(passed, failed, skipped);
    }
}
