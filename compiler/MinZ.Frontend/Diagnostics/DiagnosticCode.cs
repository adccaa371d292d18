namespace MinZ.Frontend.Diagnostics;

/// <summary>How grave a diagnostic is.</summary>
public enum Severity
{
    /// <summary>A remark that never changes the result.</summary>
    Info,

    /// <summary>Suspicious, but the program compiles.</summary>
    Warning,

    /// <summary>The program does not compile.</summary>
    Error,
}

/// <summary>What is the same for every occurrence of one diagnostic; <c>minzc explain</c> prints it.</summary>
/// <param name="Number">1 to 9999; the printed code is <c>MZ</c> and four digits.</param>
/// <param name="Severity">The severity unless an occurrence says otherwise.</param>
/// <param name="Title">A short sentence without details of the occurrence.</param>
/// <param name="Explanation">What it means, why it is so and how to mend it.</param>
public sealed record DiagnosticCode(int Number, Severity Severity, string Title, string Explanation)
{
    /// <summary>The code as printed, <c>MZ0123</c>.</summary>
    public string Id => $"MZ{Number:D4}";

    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>
/// Collects the codes of one theme while its class is initialised; numbers are unique and within the range.
/// </summary>
/// <param name="first">Lowest number of the theme.</param>
/// <param name="last">Highest number of the theme.</param>
public sealed class CodeTable(int first, int last)
{
    private readonly List<DiagnosticCode> _codes = [];

    /// <summary>All codes in the order of their definition.</summary>
    public IReadOnlyList<DiagnosticCode> All => _codes;

    /// <summary>Defines an error.</summary>
    public DiagnosticCode Error(int number, string title, string explanation) =>
        Add(new DiagnosticCode(number, Severity.Error, title, explanation));

    /// <summary>Defines a warning.</summary>
    public DiagnosticCode Warning(int number, string title, string explanation) =>
        Add(new DiagnosticCode(number, Severity.Warning, title, explanation));

    /// <summary>Defines a remark.</summary>
    public DiagnosticCode Info(int number, string title, string explanation) =>
        Add(new DiagnosticCode(number, Severity.Info, title, explanation));

    private DiagnosticCode Add(DiagnosticCode code)
    {
        bool taken = _codes.Exists(c => c.Number == code.Number);
        if (taken || code.Number < first || code.Number > last)
        {
            throw new InvalidOperationException($"{code.Id} is taken or outside {first}..{last}.");
        }

        _codes.Add(code);
        return code;
    }
}
