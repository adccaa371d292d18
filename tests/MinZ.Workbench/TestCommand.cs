using System.CommandLine;
using System.Xml.Linq;
using Spectre.Console;

namespace MinZ.Workbench;

/// <summary>
/// <c>test</c>: builds the solution and runs every test program. The last line is <c>N passed, N failed, N skipped</c>;
/// the exit code is 0 when nothing failed and something passed. <c>MINZ_REQUIRE=all</c>, which the test programs read,
/// turns a missing runtime from a skip into a failure.
/// </summary>
internal static class TestCommand
{
    // The programs measured and shipped are release builds, so these are the ones to test.
    private const string Configuration = "Release";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("test", "Builds everything and runs all tests.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        int built = Processes.Run("dotnet", Repository.Root,
            "build", Repository.Solution, "-c", Configuration, "-nologo", "-v", "quiet", "-clp:ErrorsOnly");
        if (built != 0)
        {
            AnsiConsole.MarkupLine("[red]The solution does not build.[/]");
            return built;
        }

        var total = new TestReport(0, [], []);
        foreach (string project in TestProjects())
        {
            TestReport report = RunProject(project);
            total = new(total.Passed + report.Passed, [.. total.Failed, .. report.Failed],
                [.. total.Skipped, .. report.Skipped]);
        }

        Print(total);
        return total.Failed.Count == 0 && total.Passed > 0 ? 0 : 1;
    }

    private static IEnumerable<string> TestProjects() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.csproj", SearchOption.AllDirectories)
            .Where(path => XDocument.Load(path).Descendants("IsTestProject").Any(e => e.Value == "true"))
            .Order(StringComparer.Ordinal);

    private static TestReport RunProject(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        string folder = Path.Combine(Repository.Artifacts, "bin", name, Configuration.ToLowerInvariant());
        string result = Path.Combine(Repository.Artifacts, "test-results", name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(result)!);
        File.Delete(result);
        int exitCode = Processes.Run("dotnet", Repository.Root,
            "exec", Path.Combine(folder, name + ".dll"), "-noLogo", "-result-ctrf", result);
        return TestReport.Read(result, name, exitCode);
    }

    private static void Print(TestReport total)
    {
        foreach (var reason in total.Skipped.GroupBy(s => s.Message))
        {
            AnsiConsole.MarkupLineInterpolated($"[yellow]skipped[/] {reason.Count()}: {reason.Key}");
        }

        foreach (Finding failure in total.Failed)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]failed[/]  {failure.Name}");
        }

        // Plain text on a line of its own, for programs that read it.
        Console.WriteLine(
            $"{total.Passed} passed, {total.Failed.Count} failed, {total.Skipped.Count} skipped");
    }
}
