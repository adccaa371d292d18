namespace MinZ.Frontend.Diagnostics;

/// <summary>
/// Every code the front end can report. Ranges: 1-199 syntax, 200-799 binding, 800-899 compile-time execution,
/// 900-999 project and tool input, 1000-1099 Z80 back end, 1100-1199 CLR back end, 1200-1299 other targets,
/// 1300-1399 MIR text, binary and verifier. Each theme has its own class with a <see cref="CodeTable"/>.
/// </summary>
public static class DiagnosticCodes
{
    /// <summary>All codes by number.</summary>
    public static IReadOnlyList<DiagnosticCode> All { get; } = Collect();

    /// <summary>
    /// The code with this id, such as <c>MZ0123</c>, <c>mz123</c> or <c>123</c>; null when there is none.
    /// </summary>
    public static DiagnosticCode? Find(string id)
    {
        string digits = id.StartsWith("MZ", StringComparison.OrdinalIgnoreCase) ? id[2..] : id;
        return int.TryParse(digits, System.Globalization.NumberStyles.None, null, out int number)
            ? All.FirstOrDefault(code => code.Number == number)
            : null;
    }

    private static DiagnosticCode[] Collect()
    {
        IEnumerable<DiagnosticCode>[] themes = [SyntaxCodes.All, BindingCodes.All, CompileTimeCodes.All, ToolCodes.All,
            TargetCodes.All, MirFormCodes.All];
        return [.. themes.SelectMany(codes => codes).OrderBy(code => code.Number)];
    }
}
