using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using Spectre.Console;

namespace MinZ.CommandLine;

/// <summary>Prints diagnostics to the error stream, in colour on a terminal.</summary>
internal static class DiagnosticPrinter
{
    /// <summary>Prints all diagnostics and, when there are several, how many.</summary>
    public static void Print(ImmutableArray<Diagnostic> diagnostics)
    {
        IAnsiConsole console =
            AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        bool colour = console.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Console.Error.WriteLine(Renderer.Text(diagnostic, colour));
        }

        int errors = diagnostics.Count(d => d.IsError);
        int warnings = diagnostics.Count(d => d.Severity == Severity.Warning);
        if (errors + warnings > 1)
        {
            Console.Error.WriteLine($"{Count(errors, "error")}, {Count(warnings, "warning")}");
        }
    }

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
