using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

public sealed partial class DiagnosticBag
{
    /// <summary>MZ0900.</summary>
    public void ReportUnknownTarget(string name, IReadOnlyCollection<string> known)
    {
        string? meant = name.ToLowerInvariant() switch
        {
            "spectrum" or "zx" or "zxspectrum" or "zx48" or "zx48k" or "zx81" or "48k" or "tap" => "z80",
            "dotnet" or "net" or ".net" or "cil" or "il" or "dll" => "clr",
            "vm" or "mirvm" or "mir" => "mirb",
            _ => Binding.Nearest.To(name, known),
        };
        string all = $"known targets: {string.Join(", ", known)}";
        Report(ToolCodes.UnknownTarget, null, $"unknown target '{name}'",
            meant is not null && known.Contains(meant) ? $"did you mean '{meant}'? {all}" : all);
    }

    /// <summary>MZ0901.</summary>
    public void ReportNoSources() =>
        Report(ToolCodes.NoSources, null, "no source files to compile");

    /// <summary>MZ0902.</summary>
    /// <param name="path">The file, as it was named.</param>
    /// <param name="siblings">Paths of the files in its folder.</param>
    public void ReportFileNotFound(string path, IEnumerable<string> siblings) =>
        Report(ToolCodes.FileNotFound, null, $"file '{path}' not found",
            Binding.Nearest.To(path, siblings) is { } near ? $"did you mean '{near}'?" : null);

    /// <summary>MZ0903.</summary>
    public void ReportUnreadableFile(string path, string reason) =>
        Report(ToolCodes.UnreadableFile, null, $"cannot read '{path}': {reason}");

    /// <summary>MZ0904.</summary>
    public void ReportNotUtf8(Location where, byte bad, int offset) =>
        Report(ToolCodes.NotUtf8, where, $"byte 0x{bad:X2} at offset {offset} is not UTF-8", "save the file as UTF-8");

    /// <summary>MZ0905.</summary>
    public void ReportUnknownInput(string path) =>
        Report(ToolCodes.UnknownInput, null, $"'{path}' is neither .minz nor .mir nor .mirb",
            path.Contains('.', StringComparison.Ordinal) ? "sources of MinZ end in .minz"
                : $"a folder is named by its files: {path.TrimEnd('/')}/*.minz");

    /// <summary>MZ0906.</summary>
    public void ReportUnwritableOutput(string path, string reason) =>
        Report(ToolCodes.UnwritableOutput, null, $"cannot write '{path}': {reason}");

    /// <summary>MZ0907.</summary>
    /// <param name="program">Name of the program.</param>
    /// <param name="functions">Names of the functions it has.</param>
    public void ReportNoMain(string program, IEnumerable<string> functions) =>
        Report(ToolCodes.NoMain, null, $"'{program}' has no function 'main' to start in",
            Binding.Nearest.To("main", functions) is { } near ? $"is '{near}' misspelled?" : "add 'fn main() { … }'");

    /// <summary>MZ0909.</summary>
    public void ReportMalformedModule(string path, string reason) =>
        Report(ToolCodes.MalformedModule, null, $"'{path}' is not a valid module: {reason}");

    /// <summary>MZ0910.</summary>
    public void ReportMalformedLibrary(string path, string reason) =>
        Report(ToolCodes.MalformedLibrary, null, $"'{path}' is not a valid library: {reason}");

    /// <summary>MZ0912.</summary>
    public void ReportChecksStay(string target) =>
        Report(ToolCodes.ChecksStay, null, $"index checks cannot be left out on the target '{target}'");

    /// <summary>MZ0999.</summary>
    public void ReportInternalError(string stage, Exception exception)
    {
        string place = exception.StackTrace?.Split('\n')[0].Trim() is { Length: > 0 } frame ? $" {frame}" : "";
        Report(ToolCodes.InternalError, null,
            $"the compiler failed in its stage '{stage}': {exception.GetType().Name}: {exception.Message}{place}",
            "this is a mistake in the compiler; please report it");
    }
}
