using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary>What goes wrong is told with code and place, and fails the build.</summary>
public sealed class ErrorTests(SdkFixture sdk)
{
    private const string Exe = "<OutputType>Exe</OutputType>";

    [Fact]
    public void Errors_in_sources_have_file_line_and_code()
    {
        string folder = sdk.NewProject("Errors", Exe,
            ("main.minz", "fn main() {\n    let x: u8 = missing_one\n    let y: u8 = missing_two\n}\n"));
        string file = Path.Combine(folder, "main.minz");
        CommandLine.DotNet(folder, "build").Exits(1)
            .Prints($"{file}(2,17,2,28): error MZ0").Prints($"{file}(3,17,3,28): error MZ0").Prints("missing_two");
        Assert.False(File.Exists(Path.Combine(folder, "bin", "Debug", "Errors.mirb")));

        File.WriteAllBytes(file, [.. "fn main() { } // "u8, 0xFF, (byte)'\n']);
        CommandLine.DotNet(folder, "build").Exits(1).Prints($"{file}(1,18,1,19): error MZ0904");

        File.WriteAllText(file, "fn start() { }\n");
        CommandLine.DotNet(folder, "build").Exits(1).Prints("Errors.minzproj : error MZ");
    }

    [Fact]
    public void Unknown_targets_are_errors_that_list_the_known_ones()
    {
        string folder = sdk.NewProject("Unknown", Exe, ("main.minz", "fn main() { }"));
        CommandLine.DotNet(folder, "build", "-p:target=z81").Exits(1)
            .Prints("error MZ0900: unknown target 'z81' (known targets: mirb, clr, z80)");
        CommandLine.DotNet(folder, "build", "-p:TargetPlatform=z80+c65").Exits(1).Prints("unknown target 'c65'");
    }

    [Fact]
    public void Warnings_obey_the_project()
    {
        string folder = sdk.NewProject("Warnings", Exe, ("main.minz", "@unknown_attribute\nfn main() { }\n"));
        string Code(CommandResult result) =>
            System.Text.RegularExpressions.Regex.Match(result.Output, @"warning (MZ\d{4})").Groups[1].Value;
        string code = Code(CommandLine.DotNet(folder, "build").Exits(0));
        Assert.NotEmpty(code);
        CommandLine.DotNet(folder, "build", "-p:TreatWarningsAsErrors=true").Exits(1).Prints($"error {code}");
        CommandLine.DotNet(folder, "build", $"-p:WarningsAsErrors={code}").Exits(1).Prints($"error {code}");
        CommandLine.DotNet(folder, "build", $"-p:NoWarn={code}").Exits(0).DoesNotPrint(code);
    }
}
