using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MinZ.Workbench;

/// <summary>How a program of <c>tests/lang</c> fared on a target.</summary>
internal enum Outcome
{
    /// <summary>Every run did what the program says.</summary>
    Passed,

    /// <summary>The target says that it cannot do this.</summary>
    Refused,

    /// <summary>A run did something else.</summary>
    Failed,
}

/// <summary>
/// The table of language features and targets, made of the results of the tests that run <c>tests/lang</c>.
/// </summary>
internal sealed partial class FeatureTable
{
    /// <summary>The command that makes the table, as the table itself says.</summary>
    public const string Command = "dotnet run --project tests/MinZ.Workbench -- features";

    private static readonly (string Key, string Title)[] Targets =
        [("vm", "MIR VM"), ("z80", "ZX Spectrum"), ("clr", ".NET")];

    private readonly SortedDictionary<string, Dictionary<string, Outcome>> _programs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Target, string Reason), SortedSet<string>> _refusals = [];

    /// <summary>Programs that do not do what they say, with the target.</summary>
    public IEnumerable<string> Failures => _programs.SelectMany(p =>
        p.Value.Where(t => t.Value == Outcome.Failed).Select(t => $"{p.Key} on {t.Key}"));

    /// <summary>Reads the results of a test run in the Common Test Report Format.</summary>
    /// <exception cref="JsonException">It is no such report.</exception>
    public static FeatureTable Read(byte[] report)
    {
        var table = new FeatureTable();
        using JsonDocument document = JsonDocument.Parse(report);
        foreach (JsonElement test in document.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray())
        {
            if (RunOfProgram().Match(test.GetProperty("name").GetString() ?? "") is { Success: true } run)
            {
                string message = test.TryGetProperty("message", out JsonElement text) ? text.GetString() ?? "" : "";
                table.Add(run.Groups[2].Value, run.Groups[1].Value, test.GetProperty("status").GetString()!, message);
            }
        }

        return table;
    }

    /// <summary>The table as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine("# Features and targets").AppendLine();
        text.AppendLine($"""
            How many programs of each folder of `tests/lang` do what they say, as written and optimised. Made by
            `{Command}`; numbers in parentheses count programs that the target refuses.
            Programs for some targets alone, such as those with assembly, count there only.

            """);
        text.AppendLine("| feature | " + string.Join(" | ", Targets.Select(t => t.Title)) + " |");
        text.AppendLine("|---|" + string.Concat(Targets.Select(_ => "--:|")));
        foreach (var feature in _programs.GroupBy(p => p.Key[..p.Key.IndexOf('/', StringComparison.Ordinal)]))
        {
            AppendRow(text, feature.Key, [.. feature.Select(p => p.Value)]);
        }

        AppendRow(text, "**all**", _programs.Values);
        AppendRefusals(text);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void AppendRow(
        StringBuilder text, string title, IReadOnlyCollection<Dictionary<string, Outcome>> programs) =>
        text.AppendLine($"| {title} | {string.Join(" | ", Targets.Select(t => Cell(programs, t.Key)))} |");

    private void AppendRefusals(StringBuilder text)
    {
        foreach (var (key, title) in Targets)
        {
            var reasons = _refusals.Where(r => r.Key.Target == key).ToArray();
            if (reasons.Length == 0)
            {
                continue;
            }

            text.AppendLine().AppendLine($"## What {title} refuses").AppendLine();
            foreach (var ((_, reason), programs) in reasons)
            {
                text.AppendLine($"* {reason}: {string.Join(", ", programs.Select(p => $"`{p}`"))}");
            }
        }
    }

    private void Add(string program, string target, string status, string message)
    {
        Outcome outcome = status switch
        {
            "passed" => Outcome.Passed,
            "failed" => Outcome.Failed,
            _ => Outcome.Refused,
        };
        if (!_programs.TryGetValue(program, out var targets))
        {
            _programs.Add(program, targets = []);
        }

        targets[target] = targets.TryGetValue(target, out Outcome before) && before > outcome ? before : outcome;
        if (outcome == Outcome.Refused)
        {
            string reason = message.Split('\n')[0].Trim();
            if (!_refusals.TryGetValue((target, reason), out var programs))
            {
                _refusals.Add((target, reason), programs = new(StringComparer.Ordinal));
            }

            programs.Add(program);
        }
    }

    private static string Cell(IEnumerable<Dictionary<string, Outcome>> programs, string target)
    {
        var outcomes = programs.Where(p => p.ContainsKey(target)).Select(p => p[target]).ToArray();
        int refused = outcomes.Count(o => o == Outcome.Refused);
        int failed = outcomes.Count(o => o == Outcome.Failed);
        return outcomes.Length == 0 ? "–"
            : outcomes.Count(o => o == Outcome.Passed).ToString(CultureInfo.InvariantCulture)
                + (refused > 0 ? $" ({refused})" : "") + (failed > 0 ? $", {failed} wrong" : "");
    }

    [GeneratedRegex(@"Runs_on_(?:the_)?(vm|z80|clr)_\w+\(name: ""([^""]+)""")]
    private static partial Regex RunOfProgram();
}
