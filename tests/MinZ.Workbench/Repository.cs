namespace MinZ.Workbench;

/// <summary>Where things lie in the clone this program was built from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>MinZ.Sdk.sln</c>.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The solution with every project.</summary>
    public static string Solution => Path.Combine(Root, "MinZ.Sdk.sln");

    /// <summary>Everything that is built or made, and nothing else.</summary>
    public static string Artifacts => Path.Combine(Root, "artifacts");

    private static string FindRoot(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MinZ.Sdk.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No MinZ.Sdk.sln above {start}: run this from a clone of the repository.");
    }
}
