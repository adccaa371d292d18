using System.IO.Compression;
using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary>Libraries: referenced as projects and as packages, by MinZ and by C#.</summary>
public sealed class ReferenceTests(SdkFixture sdk)
{
    private const string Library = "pub fn triple(n: u8) -> u8 {\n    return n * 3\n}\n";
    private const string Reference = "<ProjectReference Include=\"../Arcade/Arcade.minzproj\" />";
    private const string Program = "import arcade;\n\nfn main() -> u8 {\n    return triple(7)\n}\n";

    [Fact]
    public void A_library_is_shared_by_two_games()
    {
        string root = sdk.NewFolder("shared");
        sdk.NewProject("shared/Arcade", "", ("arcade.minz", Library));
        foreach (string game in new[] { "One", "Two" })
        {
            string folder = sdk.NewProject("shared/" + game, "", ("main.minz", Program));
            File.WriteAllText(Path.Combine(folder, game + ".minzproj"),
                sdk.Project("<OutputType>Exe</OutputType>", Reference));
            CommandLine.DotNet(folder, "run").Exits(21);
        }

        CommandLine.DotNet(Path.Combine(root, "One"), "run", "-p:target=z80").Exits(21);
        Assert.False(Directory.Exists(Path.Combine(root, "Arcade", "bin", "Debug", "z80")));
    }

    [Fact]
    public void The_lua_package_runs_scripts_while_it_builds()
    {
        string folder = sdk.NewProject("lua/Scripted", "<OutputType>Exe</OutputType>", ("main.minz", """
            @lua[[[
            for n = 1, 3 do print(string.format("const SQUARE%d: u8 = %d;", n, n * n)) end
            ]]]
            fn main() -> u8 { return SQUARE3 + @lua(math.floor(100 / 3)) }
            """));
        CommandLine.DotNet(folder, "build").Exits(1).Prints("MinZ.Lua");
        File.WriteAllText(Path.Combine(folder, "Scripted.minzproj"), sdk.Project("<OutputType>Exe</OutputType>",
            $"<PackageReference Include=\"MinZ.Lua\" Version=\"{sdk.Version}\" />"));
        CommandLine.DotNet(folder, "run").Exits(42);
    }

    [Fact]
    public void The_arcade_sample_builds_two_games_on_one_library()
    {
        string root = sdk.NewFolder("arcade");
        string sample = Path.Combine(SdkFixture.RepositoryRoot(), "tests", "samples", "arcade");
        foreach (string project in new[] { "Sprites", "Bounce", "Maze" })
        {
            string folder = sdk.NewFolder("arcade/" + project);
            foreach (string file in Directory.GetFiles(Path.Combine(sample, project)))
            {
                string text = File.ReadAllText(file)
                    .Replace("\"MinZ.Sdk\"", $"\"MinZ.Sdk/{sdk.Version}\"", StringComparison.Ordinal);
                File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), text);
            }
        }

        CommandLine.DotNet(Path.Combine(root, "Sprites"), "test").Exits(0).Prints("Passed!");
        foreach (string game in new[] { "Bounce", "Maze" })
        {
            CommandLine.DotNet(Path.Combine(root, game), "build").Exits(0);
            Assert.True(File.Exists(Path.Combine(root, game, "bin", "Debug", "z80", game + ".tap")));
        }
    }

    [Fact]
    public void A_library_of_several_files_is_one_module()
    {
        string root = sdk.NewFolder("parts");
        string library = sdk.NewProject("parts/Arcade", "",
            ("arcade.minz", "import more\n\npub fn triple(n: u8) -> u8 {\n    return add(n, twice(n))\n}\n"),
            ("more.minz", "fn twice(n: u8) -> u8 {\n    return add(n, n)\n}\n"
                + "fn add(a: u8, b: u8) -> u8 {\n    return a + b\n}\n"),
            ("score.minz", "module arcade.score\n\npub fn best() -> u8 {\n    return 9\n}\n"));
        string game = sdk.NewProject("parts/Game", "", ("main.minz",
            "import Arcade\nimport arcade.score\n\n"
                + "fn main() -> u8 {\n    return Arcade.triple(7) + score.best()\n}\n"));
        File.WriteAllText(Path.Combine(game, "Game.minzproj"), sdk.Project("<OutputType>Exe</OutputType>", Reference));
        CommandLine.DotNet(game, "run").Exits(30);

        // A change in the library reaches the game.
        File.WriteAllText(Path.Combine(library, "score.minz"),
            "module arcade.score\n\npub fn best() -> u8 {\n    return 8\n}\n");
        CommandLine.DotNet(game, "run").Exits(29);
        Assert.True(Directory.Exists(root));
    }

    [Fact]
    public void A_library_is_used_by_CSharp()
    {
        sdk.NewProject("mixed/Arcade", "", ("arcade.minz", Library));
        string csharp = sdk.NewFolder("mixed/CSharp");
        File.WriteAllText(Path.Combine(csharp, "CSharp.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>{Reference}</ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(csharp, "Program.cs"), "return Arcade.triple(5);");
        CommandLine.DotNet(csharp, "run").Exits(15);
    }

    [Fact]
    public void A_library_is_packed_and_used_as_package()
    {
        string root = sdk.NewFolder("packed");
        string library = sdk.NewProject("packed/Arcade", "<PackageId>Arcade.Kit</PackageId>", ("arcade.minz", Library));
        CommandLine.DotNet(library, "pack", "-o", root).Exits(0);
        using (ZipArchive package = ZipFile.OpenRead(Path.Combine(root, "Arcade.Kit.1.0.0.nupkg")))
        {
            Assert.NotNull(package.GetEntry("lib/net10.0/Arcade.dll"));
            Assert.NotNull(package.GetEntry("lib/net10.0/Arcade.mirb"));
            Assert.NotNull(package.GetEntry("lib/net10.0/Arcade.minzlib"));
        }

        string game = sdk.NewProject("packed/Game", "", ("main.minz", Program));
        File.WriteAllText(Path.Combine(game, "Game.minzproj"), sdk.Project(
            $"<OutputType>Exe</OutputType><RestoreAdditionalProjectSources>{root}</RestoreAdditionalProjectSources>",
            "<PackageReference Include=\"Arcade.Kit\" Version=\"1.0.0\" />"));
        CommandLine.DotNet(game, "run").Exits(21);
    }
}
