using System.Collections.Immutable;
using MinZ.Backends;
using MinZ.Driver;
using MinZ.Frontend.Diagnostics;
using MinZ.Mir;

namespace MinZ.Hosting.Running;

/// <summary>What a run may be given.</summary>
/// <param name="Spectrum">For programs on the Spectrum.</param>
/// <param name="Arguments">Arguments of the program, for machines that pass them on.</param>
/// <param name="ShowGlobals">Whether to print the variables of the module at the end, which the VM and the built-in
/// Spectrum can.</param>
public sealed record RunSettings(SpectrumOptions Spectrum, ImmutableArray<string> Arguments, bool ShowGlobals = false);

/// <summary>Runs programs on the machine their target is for.</summary>
public static class ProgramRunner
{
    /// <summary>Where programs run when nothing else is said: the MIR VM.</summary>
    public const string DefaultTarget = BuildSession.VmTarget;

    /// <summary>Names of the targets whose programs can be run, the default one first.</summary>
    public static ImmutableArray<string> RunnableTargets { get; } = [DefaultTarget, "z80", "clr"];

    /// <summary>
    /// The line that tells why a run did not take place; null for an exception that is a mistake of ours.
    /// </summary>
    public static string? Refusal(Exception exception) =>
        exception is IOException or InvalidDataException or FormatException or ArgumentException
            or UnauthorizedAccessException
                ? $"error {ToolCodes.CannotRun.Id}: {exception.Message}"
                : null;

    /// <summary>Runs a module on the VM; see <see cref="VmRun"/>.</summary>
    public static int RunModule(Module module, bool optimize, RunSettings settings)
    {
        using Stream output = Console.OpenStandardOutput();
        return VmRun.Run(module, optimize, settings, output, Console.Error);
    }

    /// <summary>Runs files a target emitted.</summary>
    /// <param name="target">Name of the target.</param>
    /// <param name="file">Path of its main file.</param>
    /// <param name="module">The program the files were made of.</param>
    /// <param name="settings">What the run is given.</param>
    /// <returns>The program's exit code.</returns>
    /// <exception cref="IOException">A file cannot be read or written, or a runtime not started.</exception>
    /// <exception cref="FormatException">The file is not what it should be.</exception>
    /// <exception cref="ArgumentException">Programs of this target cannot be run, or not with these
    /// settings.</exception>
    public static int RunFile(string target, string file, Module module, RunSettings settings) => target switch
    {
        "z80" when settings.Spectrum.UseFuse => FuseRun.Run(Path.ChangeExtension(file, ".sna"),
            settings.Spectrum.RomFile, Environment.GetEnvironmentVariable("PATH") ?? ""),
        "z80" => SpectrumRun.Run(File.ReadAllBytes(file), settings.Spectrum,
            settings.ShowGlobals
                ? new SpectrumVariables(module, File.ReadAllText(Path.ChangeExtension(file, ".map")))
                : null,
            Console.Out, Console.Error),
        "clr" when settings.ShowGlobals => throw new ArgumentException(
            "--globals is for the MIR VM and the Spectrum: .NET's debuggers show variables there"),
        "clr" => AssemblyRun.Run(file, settings.Arguments),
        _ => throw new ArgumentException(
            $"programs for '{target}' cannot be run (known: {string.Join(", ", RunnableTargets)})"),
    };

    /// <summary>Compiles the program of a request for a target, in a folder of its own, and runs it there.</summary>
    /// <param name="request">The build; its outputs and targets are replaced.</param>
    /// <param name="target">Name of the target.</param>
    /// <param name="settings">What the run is given.</param>
    /// <param name="report">Takes the outcome of the build; false ends it there.</param>
    /// <returns>The program's exit code; null when it was not run.</returns>
    public static int? BuildAndRun(BuildRequest request, string target, RunSettings settings,
        Func<BuildResult, bool> report)
    {
        if (target == DefaultTarget)
        {
            var session = new BuildSession(request);
            Module? module = session.Compile();
            Target vm = Targets.Find(DefaultTarget)!;
            session.CheckOptions(vm);
            if (module is not null && session.TryEmit(module, vm) is { } result)
            {
                session.Report(module, result);
            }

            return report(session.Finish()) && module is not null
                ? RunModule(module, optimize: false, settings)
                : null;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("minz-");
        try
        {
            var session = new BuildSession(request);
            Module? module = session.Compile(target);
            if (module is not null)
            {
                session.Emit(module, Targets.Find(target)!, folder.FullName);
            }

            BuildResult result = session.Finish();
            return report(result) && module is not null ? RunFile(target, result.Outputs[0], module, settings) : null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
