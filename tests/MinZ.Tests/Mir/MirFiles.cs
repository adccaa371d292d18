using System.Runtime.CompilerServices;

namespace MinZ.Tests.Mir;

/// <summary>The texts of <c>tests/mir</c>.</summary>
internal static class MirFiles
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../mir"));

    private static string Here([CallerFilePath] string path = "") => path;

    /// <summary>Paths relative to <see cref="Root"/> of all texts below a folder.</summary>
    public static IEnumerable<string> In(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.mir", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Root, p).Replace('\\', '/')).Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));
}
