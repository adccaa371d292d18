using System.Collections.Frozen;
using MinZ.Frontend.Diagnostics;

namespace MinZ.Driver;

/// <summary>What becomes of warnings: kept, dropped or raised to errors. Errors are never touched.</summary>
/// <param name="AllAsErrors">Every warning is an error, but for those in <paramref name="NotAsErrors"/>.</param>
/// <param name="AsErrors">Codes, such as <c>MZ0301</c>, that are errors.</param>
/// <param name="NotAsErrors">Codes that stay warnings in spite of <paramref name="AllAsErrors"/>.</param>
/// <param name="Suppressed">Codes that are not reported.</param>
public sealed record WarningPolicy(
    bool AllAsErrors, FrozenSet<string> AsErrors, FrozenSet<string> NotAsErrors, FrozenSet<string> Suppressed)
{
    /// <summary>All warnings are reported as warnings.</summary>
    public static WarningPolicy Default { get; } = new(false, [], [], []);

    /// <summary>A policy from lists as projects hold them: codes, with or without MZ, separated by semicolons,
    /// commas or blanks.</summary>
    public static WarningPolicy Parse(bool allAsErrors, string? asErrors, string? notAsErrors, string? suppressed) =>
        new(allAsErrors, Codes(asErrors), Codes(notAsErrors), Codes(suppressed));

    /// <summary>False when no warning is reported but those raised to errors: <c>WarningLevel=0</c>.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>The diagnostic as it is to be reported; null when it is suppressed.</summary>
    public Diagnostic? Apply(Diagnostic diagnostic)
    {
        if (diagnostic.Severity != Severity.Warning)
        {
            return diagnostic;
        }

        string id = diagnostic.Code.Id;
        if (Suppressed.Contains(id))
        {
            return null;
        }

        bool raise = !NotAsErrors.Contains(id) && (AsErrors.Contains(id) || (IsOn && AllAsErrors));
        if (!raise && !IsOn)
        {
            return null;
        }

        return raise ? diagnostic with { Severity = Severity.Error } : diagnostic;
    }

    private static FrozenSet<string> Codes(string? list) =>
        (list ?? "").Split([';', ',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(code => DiagnosticCodes.Find(code)?.Id ?? code).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
