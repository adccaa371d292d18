using MinZ.Backends;
using MinZ.Hosting.Testing;
using MinZ.Mir;
using MinZ.Tests.Lang;
using MinZ.Vm;
using MinZ.Vm.Assembly;
using Xunit;

namespace MinZ.Tests.Std;

/// <summary>
/// The standard library holds its promises: each file of <c>tests/std</c> tests one module. A file with
/// <c>// expect:</c> lines also says what its only test prints.
/// </summary>
public sealed class StdTests
{
    private static string Root { get; } = Path.Combine(LangFile.Root, "..", "std");

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Root, "*.minz")
        .Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void On_the_vm_as_written(string name) => OnVm(name, optimize: false);

    [Theory]
    [MemberData(nameof(Names))]
    public void On_the_vm_optimised(string name) => OnVm(name, optimize: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void On_the_Spectrum(string name)
    {
        var (file, module) = Compile(name, "z80");
        var tests = TestModule.Create(module, new TestOptions { Machine = "z80" });
        var results = tests.Tests.Select(t => (t.DisplayName, Result: tests.Run(t))).ToList();
        var messages = results.Select(r => r.Result.Message);
        if (messages.FirstOrDefault(m => m.Contains("not supported on z80")) is { } refused)
            Assert.Skip(refused);
        Report(file, [.. results.Select(t => (t.DisplayName,
            t.Result.Status == TestStatus.Passed ? null : t.Result.Message, t.Result.Output))]);
    }

    private static void OnVm(string name, bool optimize)
    {
        var (file, module) = Compile(name, "vm");
        var options = TestRunner.DefaultOptions with { Optimize = optimize, Assembly = SpectrumAssembly.Instance };
        var results = new TestRunner(module, options).RunAll();
        Report(file, [.. results.Select(r => (r.Test.Info.DisplayName, r.Message, r.Output))]);
    }

    private static (LangFile File, Module Module) Compile(string name, string target)
    {
        var path = Path.Combine(Root, name + ".minz");
        var file = new LangFile(name, path, File.ReadAllText(path));
        var result = file.Compile(target);
        Assert.True(result.Succeeded, string.Join('\n', result.Diagnostics));
        // Neither the library nor its tests are warned of.
        Assert.Empty(result.Diagnostics);
        return (file, result.Module!);
    }

    private static void Report(LangFile file, IReadOnlyList<(string Name, string? Failure, string Output)> results)
    {
        Assert.NotEmpty(results);
        Assert.Empty(results.Where(r => r.Failure is not null).Select(r => $"{r.Name}: {r.Failure}"));
        if (file.ExpectedOutput.Length > 0)
            Assert.Equal(file.ExpectedOutput, string.Concat(results.Select(r => r.Output)));
    }
}
