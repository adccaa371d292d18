using Microsoft.Build.Framework;
using MinZ.Driver;
using MinZ.Frontend.Diagnostics;

namespace MinZ.Tasks;

/// <summary>What the tasks that run the driver share: options of warnings, and the logging of diagnostics.</summary>
public abstract class DriverTask : Microsoft.Build.Utilities.Task
{
    /// <summary>Absolute folder of the project: what relative paths count from.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>The project: the place of what concerns no source.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Name of the module, and base name of the files.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>Source files.</summary>
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>Referenced libraries (<c>.minzlib</c>).</summary>
    public ITaskItem[] References { get; set; } = [];

    /// <summary>Folder of the standard library.</summary>
    public string? StandardLibrary { get; set; }

    /// <summary>Assembly that runs <c>@lua</c>; empty = none.</summary>
    public string? ScriptEngine { get; set; }

    /// <summary>Whether to optimise.</summary>
    public bool Optimize { get; set; } = true;

    /// <summary>Whether indices are checked.</summary>
    public bool CheckBounds { get; set; } = true;

    /// <summary>Whether every warning is an error; MSBuild itself does not apply it to what tasks log.</summary>
    public bool TreatWarningsAsErrors { get; set; }

    /// <summary>Codes that are errors.</summary>
    public string? WarningsAsErrors { get; set; }

    /// <summary>Codes that stay warnings.</summary>
    public string? WarningsNotAsErrors { get; set; }

    /// <summary>Codes that are not reported.</summary>
    public string? NoWarn { get; set; }

    /// <summary>0 = no warnings; any other level reports all.</summary>
    public string? WarningLevel { get; set; }

    /// <summary>The policy of the five properties above.</summary>
    protected WarningPolicy Warnings =>
        WarningPolicy.Parse(TreatWarningsAsErrors, WarningsAsErrors, WarningsNotAsErrors, NoWarn) with
        {
            IsOn = WarningLevel?.Trim() != "0",
        };

    /// <summary>The compilation the properties describe.</summary>
    protected BuildRequest Request() => new()
    {
        Name = Name,
        Inputs = [.. Sources.Select(s => s.ItemSpec)],
        References = [.. References.Select(r => r.ItemSpec)],
        ProjectDirectory = ProjectDirectory,
        StandardLibrary = StandardLibrary,
        Scripts = ScriptEngines.Find(ScriptEngine),
        Optimize = Optimize,
        CheckBounds = CheckBounds,
        Warnings = Warnings,
    };

    /// <summary>The absolute form of a path of the project.</summary>
    protected string Absolute(string path) => Path.GetFullPath(path, ProjectDirectory);

    /// <summary>Logs diagnostics in MSBuild's own form; true when none is an error.</summary>
    protected bool Report(BuildResult result)
    {
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            Report(diagnostic);
        }

        return result.Success;
    }

    private void Report(Diagnostic diagnostic)
    {
        string file = ProjectFile;
        var (startLine, startColumn, endLine, endColumn) = (0, 0, 0, 0);
        if (diagnostic.Where is { } where)
        {
            file = Absolute(where.Source.Path);
            (startLine, startColumn) = (where.Start.Line, where.Start.Column);
            (endLine, endColumn) = (where.End.Line, where.End.Column);
        }

        string code = diagnostic.Code.Id;
        string text = diagnostic.Hint is { } hint ? $"{diagnostic.Message} ({hint})" : diagnostic.Message;
        switch (diagnostic.Severity)
        {
            case Severity.Error:
                Log.LogError(null, code, null, null, file, startLine, startColumn, endLine, endColumn, "{0}", text);
                break;
            case Severity.Warning:
                Log.LogWarning(null, code, null, null, file, startLine, startColumn, endLine, endColumn, "{0}", text);
                break;
            case Severity.Info:
                Log.LogMessage(null, code, null, file, startLine, startColumn, endLine, endColumn,
                    MessageImportance.Normal, "{0}", text);
                break;
        }
    }
}
