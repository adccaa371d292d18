using System.Collections.Frozen;

namespace MinZ.Frontend.Diagnostics;

/// <summary>What gives a diagnostic, and what to write instead.</summary>
/// <param name="Wrong">A program, MIR text, command line or description of what gives the diagnostic.</param>
/// <param name="Right">The same without the mistake.</param>
public sealed record CodeExample(string Wrong, string Right);

/// <summary>The examples of <c>minzc explain</c>, one for each code; a test compiles those that are programs.</summary>
public static class CodeExamples
{
    private static readonly FrozenDictionary<string, CodeExample> Table = Read();

    /// <summary>The example of a code; null when it has none.</summary>
    public static CodeExample? Find(DiagnosticCode code) => Table.GetValueOrDefault(code.Id);

    /// <summary>
    /// Reads the embedded text: sections <c># MZ0001</c> of two parts, <c>--- wrong</c> and <c>--- right</c>.
    /// </summary>
    private static FrozenDictionary<string, CodeExample> Read()
    {
        using var stream = typeof(CodeExamples).Assembly.GetManifestResourceStream("Examples.txt")!;
        var text = new StreamReader(stream).ReadToEnd();
        return text.Split("# MZ", StringSplitOptions.RemoveEmptyEntries).ToFrozenDictionary(
            section => "MZ" + section[..4],
            section =>
            {
                var right = section.IndexOf("\n--- right\n", StringComparison.Ordinal);
                var wrong = section.IndexOf("--- wrong\n", StringComparison.Ordinal) + "--- wrong\n".Length;
                var correct = section[(right + "\n--- right\n".Length)..];
                return new CodeExample(section[wrong..right], correct.TrimEnd('\n'));
            });
    }
}
