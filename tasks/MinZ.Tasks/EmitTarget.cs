using Microsoft.Build.Framework;
using MinZ.Driver;

namespace MinZ.Tasks;

/// <summary>
/// The sources of a project to the files of one target platform. From the sources rather than the module, because they
/// may ask for the target.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class EmitTarget : DriverTask
{
    /// <summary>Name of the platform, as in the registry of targets.</summary>
    [Required]
    public string Platform { get; set; } = "";

    /// <summary>Folder to write to.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute() => Report(BuildSession.Build(Request() with
    {
        Targets = [Platform],
        OutputDirectory = Absolute(OutputDirectory),
        OnlyTargetWarnings = true,
    }));
}
