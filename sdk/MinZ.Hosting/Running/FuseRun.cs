using System.Diagnostics;

namespace MinZ.Hosting.Running;

/// <summary>
/// Runs a Spectrum program in the Fuse emulator (https://fuse-emulator.sourceforge.net), where it is installed.
/// </summary>
public static class FuseRun
{
    // Debian names the program by its toolkit; elsewhere it is plain.
    private static readonly string[] Names = ["fuse", "fuse-sdl", "fuse-gtk"];

    // Fuse ships without a ROM on Debian; opense-basic is the open one there.
    private static readonly string[] RomFolders =
        ["/usr/share/spectrum-roms", "/usr/share/fuse", "/usr/local/share/fuse"];
    private static readonly string[] RomNames = ["48.rom", "opense.rom"];

    /// <summary>Opens a snapshot in Fuse, at 48K, and waits until its window is closed.</summary>
    /// <param name="snapshot">Path of the <c>.sna</c>.</param>
    /// <param name="romFile">ROM image to use; null = the one Fuse finds, else an open one that is installed.</param>
    /// <param name="searchPath">Folders programs are looked for in, as in PATH.</param>
    /// <returns>The exit code of Fuse.</returns>
    /// <exception cref="IOException">Fuse is not installed or cannot be started.</exception>
    public static int Run(string snapshot, string? romFile, string searchPath)
    {
        string fuse = Find(searchPath) ?? throw new IOException(
            "Fuse is not installed: none of fuse, fuse-sdl and fuse-gtk is on the PATH "
            + "(Debian: apt install fuse-emulator-gtk opense-basic)");
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(fuse, Arguments(snapshot, romFile)))!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"cannot start '{fuse}': {e.Message}", e);
        }
    }

    private static IEnumerable<string> Arguments(string snapshot, string? romFile)
    {
        string? rom = romFile ?? InstalledRom();
        return ["--machine", "48", "--no-confirm-actions", .. rom is null ? [] : new[] { "--rom-48", rom },
            "--snapshot", snapshot];
    }

    private static string? InstalledRom() => (from name in RomNames
                                              from folder in RomFolders
                                              select Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string? Find(string searchPath) =>
        (from name in Names
         from folder in searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
         select Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)).FirstOrDefault(File.Exists);
}
