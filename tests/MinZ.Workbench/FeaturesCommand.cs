using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace MinZ.Workbench;

/// <summary>
/// <c>features</c>: runs the programs of <c>tests/lang</c> on every target and writes the table of what works where.
/// </summary>
internal static class FeaturesCommand
{
    private const string Configuration = "Release";

    private static string TablePath => Path.Combine(Repository.Root, "compiler", "docs", "features.md");

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var check = new Option<bool>("--check") { Description = "Write nothing; fail when the table is out of date." };
        var command = new Command("features", "Writes the table of what works on which target.") { check };
        command.SetAction(line => Run(line.GetValue(check)));
        return command;
    }

    private static int Run(bool check)
    {
        string project = Path.Combine("tests", "MinZ.Tests");
        if (Processes.Run("dotnet", Repository.Root, "build", project, "-c", Configuration, "-nologo", "-v", "quiet",
            "-clp:ErrorsOnly") is not 0 and var failed)
        {
            return failed;
        }

        string report = Path.Combine(Repository.Artifacts, "test-results", "features.json");
        Directory.CreateDirectory(Path.GetDirectoryName(report)!);
        File.Delete(report);
        string folder = Path.Combine(Repository.Artifacts, "bin", "MinZ.Tests", Configuration.ToLowerInvariant());
        Processes.Run("dotnet", Repository.Root, "exec", Path.Combine(folder, "MinZ.Tests.dll"), "-noLogo",
            "-class", "MinZ.Tests.Lang.RunTests", "-result-ctrf", report);
        try
        {
            return Write(FeatureTable.Read(File.ReadAllBytes(report)), check);
        }
        catch (Exception e) when (e is IOException or JsonException or KeyNotFoundException)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]The tests left no report:[/] {e.Message}");
            return 1;
        }
    }

    private static int Write(FeatureTable table, bool check)
    {
        foreach (string failure in table.Failures)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]wrong[/] {failure}");
        }

        string text = table.ToMarkdown();
        if (!check)
        {
            File.WriteAllText(TablePath, text);
            Console.WriteLine(Path.GetRelativePath(Environment.CurrentDirectory, TablePath));
            return 0;
        }

        if (File.Exists(TablePath) && File.ReadAllText(TablePath) == text)
        {
            return 0;
        }

        AnsiConsole.MarkupLineInterpolated($"[red]{TablePath} is out of date:[/] {FeatureTable.Command}");
        return 1;
    }
}
