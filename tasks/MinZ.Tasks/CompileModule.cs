using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using MinZ.Driver;

namespace MinZ.Tasks;

/// <summary>The sources of a project to its module, its assembly, its library and its list of tests.</summary>
[MSBuildMultiThreadableTask]
public sealed class CompileModule : DriverTask
{
    /// <summary>True for a project without entry point.</summary>
    public bool Library { get; set; }

    /// <summary>The <c>.mirb</c> to write.</summary>
    [Required]
    public string ModuleFile { get; set; } = "";

    /// <summary>The <c>.dll</c> to write.</summary>
    [Required]
    public string AssemblyFile { get; set; } = "";

    /// <summary>
    /// True when the project is built for .NET on purpose, so that an assembly without code will not do.
    /// </summary>
    public bool RequireCode { get; set; }

    /// <summary>Version of the assembly, four numbers; empty = 1.0.0.0.</summary>
    public string? AssemblyVersion { get; set; }

    /// <summary>The <c>.minzlib</c> to write.</summary>
    [Required]
    public string LibraryFile { get; set; } = "";

    /// <summary>The text file to write that names each test on a line.</summary>
    [Required]
    public string TestList { get; set; } = "";

    /// <summary>True when only <see cref="CommandLineArguments"/> are wanted, as editors do.</summary>
    public bool SkipExecution { get; set; }

    /// <summary>The compilation as arguments of <c>minzc build</c>, one an item.</summary>
    [Output]
    public ITaskItem[] CommandLineArguments { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        CommandLineArguments = [.. Arguments().Select(a => new TaskItem(a))];
        if (SkipExecution)
        {
            return true;
        }

        return Report(ProjectBuild.Run(new ProjectBuildRequest
        {
            Build = Request() with { IsLibrary = Library, IncludeTests = true },
            ModuleFile = ModuleFile,
            AssemblyFile = AssemblyFile,
            RequireCode = RequireCode,
            AssemblyVersion = Version.TryParse(AssemblyVersion, out Version? version) ? version : new(1, 0, 0, 0),
            LibraryFile = LibraryFile,
            TestList = TestList,
        }));
    }

    private IEnumerable<string> Arguments() =>
    [
        .. Sources.Select(s => s.ItemSpec),
        .. References.Select(r => "--reference:" + r.ItemSpec),
        Optimize ? "-O2" : "-O0",
    ];
}
