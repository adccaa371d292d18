using System.Xml.Linq;
using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary><c>dotnet test</c> in both its modes, on the VM and on the Spectrum.</summary>
public sealed class TestModeTests(SdkFixture sdk)
{
    private const string Tests = """
        test "adding is easy" {
            assert_eq(1 + 1, 2)
        }

        test "this one is wrong" {
            let one: u8 = 1
            assert_eq(one, 2)
        }

        @ignore("not yet")
        @test
        fn ignored() {
            assert(false)
        }
        """;

    [Fact]
    public void VSTest_mode()
    {
        string folder = sdk.NewProject("ClassicTests", "", ("tests.minz", Tests));
        CommandResult result = CommandLine.DotNet(folder, "test", "--logger", "trx;LogFileName=result.trx");
        result.Exits(1).Prints("Failed this one is wrong")
            .Prints($"in {Path.Combine(folder, "tests.minz")}:line 7").Prints("Passed:     1").Prints("Skipped:     1");
        AssertReport(Path.Combine(folder, "TestResults", "result.trx"));

        CommandLine.DotNet(folder, "test", "--no-build", "--filter", "DisplayName~easy").Exits(0)
            .Prints("Total:     1");
        CommandLine.DotNet(folder, "test", "--no-build", "--list-tests").Exits(0)
            .Prints("adding is easy").Prints("this one is wrong");
    }

    [Fact]
    public void Testing_platform_mode()
    {
        string folder = sdk.NewProject("ModernTests", "", ("tests.minz", Tests));
        File.WriteAllText(Path.Combine(folder, "global.json"),
            """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
        CommandLine.DotNet(folder, "test", "--report-trx").Exits(2)
            .Prints("failed this one is wrong").Prints($"{Path.Combine(folder, "tests.minz")}:7")
            .Prints("succeeded: 1").Prints("skipped: 1");
        AssertReport(Directory.GetFiles(folder, "ModernTests*.trx", SearchOption.AllDirectories).Single());

        CommandLine.DotNet(folder, "test", "--no-build", "--filter", "DisplayName~easy").Exits(0).Prints("total: 1");
        CommandLine.DotNet(folder, "test", "--no-build", "--filter", "DisplayName~nothing").Exits(8);
        CommandLine.DotNet(folder, "test", "--no-build", "--list-tests").Exits(0)
            .Prints("adding is easy").Prints("this one is wrong");
    }

    [Fact]
    public void Tests_on_the_Spectrum()
    {
        string folder = sdk.NewProject("SpectrumTests", "<TestOn>z80</TestOn>", ("tests.minz", Tests));
        CommandLine.DotNet(folder, "test", "--logger", "console;verbosity=detailed").Exits(1)
            .Prints("T-states").Prints("Failed this one is wrong").Prints("Passed adding is easy");
        File.WriteAllText(Path.Combine(folder, "global.json"),
            """{ "test": { "runner": "Microsoft.Testing.Platform" } }""");
        CommandLine.DotNet(folder, "test", "--no-build").Exits(2).Prints("T-states").Prints("succeeded: 1");
    }

    [Fact]
    public void Tests_on_the_Spectrum_are_compiled_for_it()
    {
        string folder = sdk.NewProject("PlatformTests", "", ("tests.minz", """
            @target("z80") {
                fn machine() -> u8 { return 80 }

                test "only here" { assert_eq(machine(), 80) }
            }

            @target("mirb") {
                fn machine() -> u8 { return 32 }
            }

            test "on the Spectrum" { assert_eq(machine(), 80) }
            """));
        CommandLine.DotNet(folder, "test", "--no-build", "-p:TestOn=z80").Exits(1).Prints("MZ0902");
        CommandLine.DotNet(folder, "test").Exits(1).Prints("left is 32, right is 80").Prints("Total:     1");
        CommandLine.DotNet(folder, "test", "-p:TestOn=z80").Exits(0).Prints("Passed:     2");
        CommandLine.DotNet(folder, "test", "-p:TestOn=z81").Exits(1)
            .Prints("error MZ0900: tests do not run on 'z81' (TestOn is one of: vm, z80)");
        CommandLine.DotNet(folder, "clean").Exits(0);
        Assert.Empty(Directory.GetFiles(folder, "*.mirb", SearchOption.AllDirectories));
    }

    private static void AssertReport(string path)
    {
        XNamespace ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        var outcomes = XDocument.Load(path).Descendants(ns + "UnitTestResult")
            .ToDictionary(r => r.Attribute("testName")!.Value, r => r.Attribute("outcome")!.Value);
        Assert.Equal("Passed", outcomes["adding is easy"]);
        Assert.Equal("Failed", outcomes["this one is wrong"]);
    }
}
