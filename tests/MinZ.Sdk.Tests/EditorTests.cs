using System.Xml.Linq;
using MinZ.Backends;
using MinZ.Hosting.Running;
using MinZ.Hosting.Testing;
using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary>What editors ask of a project, and tables that must agree.</summary>
public sealed class EditorTests(SdkFixture sdk)
{
    [Fact]
    public void Editors_get_the_compiler_arguments_without_a_build()
    {
        string folder = sdk.NewProject("Design", "", ("a.minz", "fn a() { }"), ("b.minz", "fn b() { }"));
        CommandLine.DotNet(folder, "restore").Exits(0);
        CommandLine.DotNet(folder, "msbuild", "-t:CompileDesignTime", "-p:DesignTimeBuild=true",
                "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-getItem:_CompilerCommandLineArgs")
            .Exits(0).Prints("a.minz").Prints("b.minz").Prints("-O2");
        Assert.False(File.Exists(Path.Combine(folder, "obj", "Debug", "Design.mirb")));
        CommandLine.DotNet(folder, "msbuild", "-getItem:ProjectCapability").Exits(0)
            .Prints("MinZ").Prints("TestContainer");
    }

    [Fact]
    public void The_platforms_of_the_SDK_are_the_targets_of_the_compiler()
    {
        string project = sdk.NewProject("Table", "");
        string root = CommandLine.DotNet(project, "msbuild", "-getProperty:MinZSdkRoot").Exits(0).Output;
        var table = XDocument.Load(Path.Combine(root.Trim(), "targets", "MinZ.TargetPlatforms.props"))
            .Descendants("MinZTargetPlatform").ToList();
        static string Row(string name, string extensions) => $"{name} {extensions}";
        Assert.Equal(
            Targets.All.Select(t => Row(t.Name, string.Join(';', t.Extensions))).Order(),
            table.Select(e => Row(Value(e, "Include"), Value(e, "Extensions"))).Order());
        Assert.All(table, e => Assert.StartsWith(Value(e, "MainExtension"), Value(e, "Extensions")));
        Assert.Equal(ProgramRunner.RunnableTargets.Order(),
            table.Where(e => Value(e, "Runs") == "true").Select(e => Value(e, "Include")).Order());
        Assert.Equal(TestOptions.Machines.Order(),
            table.Select(e => Value(e, "TestOn")).Where(m => m.Length > 0).Order());
    }

    private static string Value(XElement element, string attribute) => element.Attribute(attribute)?.Value ?? "";
}
