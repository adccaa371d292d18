using Microsoft.Build.Framework;
using MinZ.Driver;

namespace MinZ.Tasks;

/// <summary>
/// The sources of a project to the files of one target platform. From the sources rather than the module, because they may
/// ask for the target.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class EmitTarget : DriverTask
{
    /// <summary>Name of the platform, as in the registry of targets.</summary>
    [Required]
    public string Platform { get; set; } = "";

    /// <summary>Base name of the files.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>Source files.</summary>
    public ITaskItem[] Sources { get; set; } = [];

    /// <summary>Referenced libraries (<c>.minzlib</c>).</summary>
    public ITaskItem[] References { get; set; } = [];

    /// <summary>Folder of the standard library.</summary>
    public string? StandardLibrary { get; set; }

    /// <summary>Folder to write to.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute() => Report(BuildSession.Build(new BuildRequest
    {
        Name = Name,
        Inputs = [.. Sources.Select(s => s.ItemSpec)],
        References = [.. References.Select(r => r.ItemSpec)],
        ProjectDirectory = ProjectDirectory,
        StandardLibrary = StandardLibrary,
        Targets = [Platform],
        OutputDirectory = Absolute(OutputDirectory),
        Optimize = Optimize,
        CheckBounds = CheckBounds,
        Warnings = Warnings,
        OnlyTargetWarnings = true,
    }));
}
