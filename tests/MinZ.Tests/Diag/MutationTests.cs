using System.Globalization;
using System.Text.RegularExpressions;
using MinZ.Driver;
using MinZ.Frontend;
using MinZ.Frontend.Text;
using MinZ.Lua;
using Xunit;

namespace MinZ.Tests.Diag;

/// <summary>
/// Programs of <c>tests/lang</c> with one token deleted, doubled, swapped, replaced or all behind it cut off: the front
/// end never throws, never hangs, names a place for what is wrong and does not drown it. A few hundred in each run;
/// <c>MINZ_FUZZ_COUNT</c> and <c>MINZ_FUZZ_SEED</c> ask for more and others.
/// </summary>
public sealed partial class MutationTests
{
    private const int MostErrors = 20;

    [Fact]
    public void Mutated_programs_are_refused_with_a_place_or_compile()
    {
        var count = Number("MINZ_FUZZ_COUNT", 200);
        var first = Number("MINZ_FUZZ_SEED", 1);
        string[] programs =
        [
            .. Directory.EnumerateFiles(Path.Combine(DiagFile.Root, "../lang"), "*.minz", SearchOption.AllDirectories)
                .Where(f => !File.ReadAllText(f).Contains("expect error", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        var problems = new List<string>();
        for (var seed = first; seed < first + count; seed++)
        {
            var random = new Random(seed);
            var path = programs[random.Next(programs.Length)];
            var text = Mutate(File.ReadAllText(path), random);
            if (Problem(text) is { } problem)
                problems.Add($"seed {seed}, {Path.GetFileName(path)}: "
                    + (count == 1 ? $"{problem}\n{text}" : problem.Split('\n')[0]));
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var n)
            ? n : otherwise;

    private static string Mutate(string text, Random random)
    {
        var tokens = Token().Matches(text).Where(m => !m.Value.StartsWith("//", StringComparison.Ordinal)).ToArray();
        if (tokens.Length < 3)
            return text;
        var at = random.Next(tokens.Length - 1);
        var (one, next) = (tokens[at], tokens[at + 1]);
        var other = tokens[random.Next(tokens.Length)].Value;
        return random.Next(6) switch
        {
            0 => text.Remove(one.Index, one.Length),
            1 => text.Insert(one.Index, one.Value + " "),
            2 => text[..one.Index] + next.Value + text[(one.Index + one.Length)..next.Index] + one.Value +
                text[(next.Index + next.Length)..],
            3 => text[..one.Index],
            4 => text[..one.Index] + other + text[(one.Index + one.Length)..],
            _ => text.Insert(one.Index, other + " "),
        };
    }

    private static string? Problem(string text)
    {
        try
        {
            var options = new CompilationOptions
            {
                IncludeTests = true, Targets = ["z80"], Evaluator = VmEvaluator.Instance, ResolveModule = Resolve,
                CompileTimeLimits = new(200_000, 8 << 20), Scripts = new LuaEngine(),
            };
            var compile = Task.Run(() => Compilation.Compile([new SourceText(text, "mutated.minz")], options));
            if (!compile.Wait(TimeSpan.FromSeconds(60)))
                return "hangs";
            var errors = compile.Result.Diagnostics.Where(d => d.IsError).ToArray();
            return compile.Result.Module is null && errors.Length == 0 ? "refused without a reason"
                : errors.Any(e => e.Where is null) ? "an error without a place"
                : errors.Length > MostErrors ? $"{errors.Length} errors for one mistake:\n" +
                    string.Join('\n', errors.AsEnumerable()) : null;
        }
        catch (AggregateException e)
        {
            return e.InnerException!.ToString();
        }
    }

    private static SourceText? Resolve(string module)
    {
        var path = Path.Combine(DiagFile.Root, "../../sdk/std", module.Replace('.', '/') + ".minz");
        return File.Exists(path) ? new SourceText(File.ReadAllText(path), module) : null;
    }

    [GeneratedRegex("""//[^\n]*|"[^"\n]*"|\w+|[^\s\w]""")]
    private static partial Regex Token();
}
