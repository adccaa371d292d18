using System.Runtime.CompilerServices;

namespace MinZ.Tests.Mir;

/// <summary>The texts of <c>tests/mir</c>.</summary>
internal static class MirFiles
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../mir"));

    private static string Here([CallerFilePath] string path = "") => path;

    /// <summary>Rounds of a fuzz test: as many as given, times <c>MINZ_FUZZ</c> for a longer run.</summary>
    public static int Rounds(int rounds) => rounds * Factor;

    /// <summary>Seed of a fuzz test: another one for each length of the run.</summary>
    public static Random Random => new(Factor);

    private static int Factor { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("MINZ_FUZZ"), out var factor) && factor > 0 ? factor : 1;

    /// <summary>Paths relative to <see cref="Root"/> of all texts below a folder.</summary>
    public static IEnumerable<string> In(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.mir", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Root, p).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));
}
