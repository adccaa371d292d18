using MinZ.Backends;
using MinZ.Mir;
using MinZ.Mir.Bytecode;

namespace MinZ.Driver;

/// <summary>The build of a project's module, as the SDK wants it.</summary>
public sealed record ProjectBuildRequest
{
    /// <summary>The compilation.</summary>
    public required BuildRequest Build { get; init; }

    /// <summary>Where the module goes.</summary>
    public required string ModuleFile { get; init; }

    /// <summary>Where the assembly goes.</summary>
    public required string AssemblyFile { get; init; }

    /// <summary>
    /// True when an assembly without code will not do: what keeps the CLR from taking the program is an error.
    /// </summary>
    public bool RequireCode { get; init; }

    /// <summary>Version of the assembly.</summary>
    public required Version AssemblyVersion { get; init; }

    /// <summary>Where the library goes that other projects compile against; null = none.</summary>
    public string? LibraryFile { get; init; }

    /// <summary>Where the list of tests goes.</summary>
    public required string TestList { get; init; }
}

/// <summary>
/// Builds a project's module with its assembly. There is always an assembly, so that references, packages and
/// publishing work as for any .NET project: the CLR form of the program, or, where the CLR cannot take it, one without
/// code.
/// </summary>
public static class ProjectBuild
{
    /// <summary>Builds and writes the module, the assembly and the list of tests, or nothing.</summary>
    public static BuildResult Run(ProjectBuildRequest request)
    {
        var session = new BuildSession(request.Build);
        if (session.Compile() is { } module)
        {
            session.AddOutput(request.ModuleFile, MirbWriter.Write(module));
            if (request.LibraryFile is { } library)
            {
                session.AddOutput(library, SourceLibrary.Write(session.Sources));
            }

            session.AddOutput(request.TestList, TestBuild.List(module));
            AddAssembly(session, module, request);
        }

        return session.Finish();
    }

    private static void AddAssembly(BuildSession session, Module module, ProjectBuildRequest request)
    {
        Target? clr = Targets.Find("clr");
        EmitResult? emitted = clr is null ? null : session.TryEmit(module, clr);
        if (emitted is not null && request.RequireCode)
        {
            session.CheckOptions(clr!);
            session.Report(module, emitted);
        }

        if (emitted is not { Success: true })
        {
            session.AddOutput(request.AssemblyFile,
                CarrierAssembly.Create(request.Build.Name, request.AssemblyVersion).AsMemory());
            return;
        }

        foreach (OutputFile file in emitted.Files.Where(f => f.Extension is ".dll" or ".pdb"))
        {
            session.AddOutput(Path.ChangeExtension(request.AssemblyFile, file.Extension), file.Bytes.AsMemory());
        }
    }
}
