using Xunit;

namespace MinZ.Tests.Z80Machine;

/// <summary>
/// Finds the public CPU test suites, which are not part of the repository: their licences are their own.
/// </summary>
internal static class Vectors
{
    private const string Variable = "MINZ_Z80_VECTORS";

    /// <summary>The path of a vector file; skips the running test, naming the file, where it is absent.</summary>
    public static string Require(string relativePath)
    {
        string? root = Environment.GetEnvironmentVariable(Variable) ?? Beside(AppContext.BaseDirectory);
        string path = Path.Combine(root ?? "z80-vectors", relativePath);
        Assert.SkipUnless(File.Exists(path), $"{relativePath}: CPU vectors not found; set {Variable} to their folder");
        return path;
    }

    // Also finds them beside the checkout, when this is one of several working trees.
    private static string? Beside(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "z80-vectors");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }
        return null;
    }
}
