namespace MinZ.Frontend.Diagnostics;

/// <summary>MZ0900-MZ0999: what a build is asked for, the files it reads and the files it writes.</summary>
public static class ToolCodes
{
    private static readonly CodeTable Table = new(900, 999);

    /// <summary>A target of that name does not exist.</summary>
    public static readonly DiagnosticCode UnknownTarget = Table.Error(900, "Unknown target",
        "Targets are chosen by --target on the command line of minzc, and by TargetPlatform (one) or TargetPlatforms "
        + "(several, separated by semicolons) in a project. 'minzc targets' lists those there are.");

    /// <summary>Nothing to compile.</summary>
    public static readonly DiagnosticCode NoSources = Table.Error(901, "No source files",
        "A program or library needs at least one .minz, .mir or .mirb file.");

    /// <summary>An input does not exist.</summary>
    public static readonly DiagnosticCode FileNotFound = Table.Error(902, "File not found",
        "The file named on the command line or in the project does not exist. Relative paths count from the folder the "
        + "command runs in, in a project from the project's folder.");

    /// <summary>An input exists but cannot be read.</summary>
    public static readonly DiagnosticCode UnreadableFile = Table.Error(903, "File cannot be read",
        "The operating system refused to read the file; its reason is part of the message.");

    /// <summary>A source is not UTF-8.</summary>
    public static readonly DiagnosticCode NotUtf8 = Table.Error(904, "Source is not UTF-8",
        "MinZ and MIR sources are UTF-8. The message names the first byte that is not part of a well-formed sequence. "
        + "Save the file as UTF-8; a byte-order mark is allowed.");

    /// <summary>An input's extension is none of the known ones.</summary>
    public static readonly DiagnosticCode UnknownInput = Table.Error(905, "Unknown kind of file",
        "Inputs are told apart by extension: .minz is MinZ source, .mir is MIR text, .mirb is compiled MIR.");

    /// <summary>An output cannot be written.</summary>
    public static readonly DiagnosticCode UnwritableOutput = Table.Error(906, "Output cannot be written",
        "The operating system refused to write an output, for the reason in the message: a full disk, a read-only "
        + "folder, a file in use. Outputs are written beside their place first and moved there when all are complete, "
        + "so those of the build before are still whole.");

    /// <summary>A program without <c>main</c> is to become an executable.</summary>
    public static readonly DiagnosticCode NoMain = Table.Error(907, "No main function",
        "A program starts in its function 'main'. Libraries have none: set OutputType to Library in the project.");

    /// <summary>A file that does not follow its format.</summary>
    public static readonly DiagnosticCode MalformedModule = Table.Error(909, "Malformed module",
        "A .mir or .mirb file is damaged or of another version; the message says where reading stopped.");

    /// <summary>A library that does not follow its format.</summary>
    public static readonly DiagnosticCode MalformedLibrary = Table.Error(910, "Malformed library",
        "A .minzlib file is damaged, of another version of the compiler, or no library at all; the message says "
        + "which. Build the library again, or get its package anew.");

    /// <summary>A program cannot be run.</summary>
    public static readonly DiagnosticCode CannotRun = Table.Error(911, "Program cannot be run",
        "The program is built, but the machine it is for cannot be started, does not take it, or a file the run "
        + "was to read or write cannot be used; the message has the reason.");

    /// <summary>Checks were to be left out where they cannot.</summary>
    public static readonly DiagnosticCode ChecksStay = Table.Warning(912, "Index checks stay",
        "CheckBounds=false and --no-bounds leave out index checks on the Spectrum. The MIR VM and .NET check every "
        + "index whatever the program asks for: there a wrong index must not reach foreign memory.");

    /// <summary>The compiler itself failed.</summary>
    public static readonly DiagnosticCode InternalError = Table.Error(999, "The compiler failed",
        "A mistake in the compiler, not in your program: every program is to be compiled or refused with a reason. "
        + "Please report it with the message and, if you can, the program. A different way to write the place named, "
        + "or -O0, may help until it is mended.");

    /// <summary>All codes of the theme.</summary>
    public static IReadOnlyList<DiagnosticCode> All => Table.All;
}
