using Microsoft.Build.Framework;
using MinZ.Driver;

namespace MinZ.Tasks;

/// <summary>The sources of a project to the module of tests that runs on a target platform.</summary>
[MSBuildMultiThreadableTask]
public sealed class CompileTests : DriverTask
{
    /// <summary>Name of the platform, as in the registry of targets.</summary>
    [Required]
    public string Platform { get; set; } = "";

    /// <summary>The <c>.mirb</c> to write.</summary>
    [Required]
    public string ModuleFile { get; set; } = "";

    /// <summary>The text file to write that names each test on a line.</summary>
    [Required]
    public string TestList { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute() =>
        Report(TestBuild.Run(Request() with { OnlyTargetWarnings = true }, Platform, ModuleFile, TestList));
}
