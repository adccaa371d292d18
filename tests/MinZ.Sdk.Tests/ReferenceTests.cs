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

        SdkFixture.RequireTarget("z80");
        CommandLine.DotNet(Path.Combine(root, "One"), "run", "-p:target=z80").Exits(21);
        Assert.False(Directory.Exists(Path.Combine(root, "Arcade", "bin", "Debug", "z80")));
    }

    [Fact]
    public void A_library_is_used_by_CSharp()
    {
        SdkFixture.RequireTarget("clr");
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
        }

        string game = sdk.NewProject("packed/Game", "", ("main.minz", Program));
        File.WriteAllText(Path.Combine(game, "Game.minzproj"), sdk.Project(
            $"<OutputType>Exe</OutputType><RestoreAdditionalProjectSources>{root}</RestoreAdditionalProjectSources>",
            "<PackageReference Include=\"Arcade.Kit\" Version=\"1.0.0\" />"));
        CommandLine.DotNet(game, "run").Exits(21);
    }
}
