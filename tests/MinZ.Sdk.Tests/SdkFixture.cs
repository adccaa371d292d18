using System.Security;
using Xunit;

[assembly: AssemblyFixture(typeof(MinZ.Sdk.Tests.SdkFixture))]

namespace MinZ.Sdk.Tests;

/// <summary>
/// Packs the SDK, the templates, the tools and the Lua engine once per run, under a version that no package cache can
/// know, and makes folders in which they are all there is to be found.
/// </summary>
public sealed class SdkFixture : IDisposable
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
    private readonly string _root = Directory.CreateTempSubdirectory("minz-sdk-").FullName;

    public SdkFixture()
    {
        Version = $"0.1.0-test.{Path.GetFileName(_root)["minz-sdk-".Length..].ToLowerInvariant()}";
        Pack("sdk/MinZ.Sdk/MinZ.Sdk.csproj");
        Pack("templates/MinZ.Templates.csproj");
        Pack("compiler/minzc/minzc.csproj");
        Pack("vm/mir-vm/mir-vm.csproj");
        Pack("compiler/MinZ.Lua/MinZ.Lua.csproj");
        WriteSettings();
        InstallTemplates();

        // The first use unpacks the SDK; tests that run side by side would race for it.
        string first = NewFolder("first");
        File.WriteAllText(Path.Combine(first, "First.minzproj"), Project());
        CommandLine.DotNet(first, "msbuild", "-getProperty:MinZSdkRoot").Exits(0).Prints(_root);
    }

    /// <summary>Version of the packages.</summary>
    public string Version { get; }

    /// <summary>Folder of the packages.</summary>
    public string Feed => Path.Combine(_root, "feed");

    private string TemplateHive => Path.Combine(_root, "hive");

    /// <summary>An empty folder of its own for a test.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_root, name)).FullName;

    /// <summary>A project file that uses the SDK.</summary>
    public string Project(string properties = "", string items = "") => $"""
        <Project Sdk="MinZ.Sdk/{Version}">
          <PropertyGroup>{properties}</PropertyGroup>
          <ItemGroup>{items}</ItemGroup>
        </Project>
        """;

    /// <summary>A folder with a project of the folder's name and these files.</summary>
    public string NewProject(string path, string properties, params (string Name, string Text)[] files)
    {
        string folder = NewFolder(path);
        File.WriteAllText(Path.Combine(folder, Path.GetFileName(path) + ".minzproj"), Project(properties));
        foreach ((string name, string text) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        return folder;
    }

    /// <summary>Makes a project from a template in a folder of its name, as <c>dotnet new</c> does.</summary>
    public string New(string parent, string template, string name, params string[] options)
    {
        CommandLine.DotNet(parent, ["new", template, "-n", name, .. options, "--debug:custom-hive", TemplateHive])
            .Exits(0);
        return Path.Combine(parent, name);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_root, recursive: true);
        }
        catch (IOException)
        {
            // A build server may still hold a file; the system's clean-up takes the folder.
        }
    }

    private void Pack(string project) =>
        CommandLine.DotNet(RepositoryRoot(), "pack", project, "--no-build", "-c", Configuration,
            $"-p:PackageVersion={Version}", "-o", Feed, "-v", "quiet").Exits(0);

    private void InstallTemplates() =>
        CommandLine.DotNet(_root, "new", "install", Path.Combine(Feed, $"MinZ.Templates.{Version}.nupkg"),
            "--debug:custom-hive", TemplateHive).Exits(0).Prints("minz-game");

    private void WriteSettings()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(cache);
        File.WriteAllText(Path.Combine(_root, "nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="{SecurityElement.Escape(Path.Combine(_root, "packages"))}" />
              </config>
              <fallbackPackageFolders>
                <add key="user" value="{SecurityElement.Escape(cache)}" />
              </fallbackPackageFolders>
              <packageSources>
                <clear />
                <add key="feed" value="{SecurityElement.Escape(Feed)}" />
              </packageSources>
            </configuration>
            """);

        // Nothing from folders above may reach the projects.
        File.WriteAllText(Path.Combine(_root, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(_root, "Directory.Build.targets"), "<Project />");
        File.WriteAllText(Path.Combine(_root, "global.json"), "{}");
    }

    /// <summary>
    /// Finds a program on the search path; without it the test is skipped, or fails with MINZ_REQUIRE=all.
    /// </summary>
    public static string RequireProgram(string name)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        bool required = Environment.GetEnvironmentVariable("MINZ_REQUIRE") == "all";
        Assert.False(path is null && required, $"{name} not found");
        Assert.SkipWhen(path is null, $"{name} not found");
        return path!;
    }

    /// <summary>Folder of the clone the tests are of.</summary>
    public static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MinZ.Sdk.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("These tests run from a clone of the repository.");
    }
}
