using MinZ.Tests.Lang;
using Xunit;

namespace MinZ.Tests.Samples;

/// <summary>
/// The programs of <c>tests/samples</c> print what their <c>// expect:</c> lines say, wherever they run.
/// </summary>
public sealed class SampleTests
{
    private static string Root { get; } = Path.Combine(LangFile.Root, "..", "samples");

    public static TheoryData<string> Names => [.. Files().Select(f => Path.GetFileNameWithoutExtension(f))];

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Root, "*.minz").Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public void On_the_vm_as_written(string name) => Check(name, f => Runs.OnVm(f.Compile("vm").Module!, false));

    [Theory]
    [MemberData(nameof(Names))]
    public void On_the_vm_optimised(string name) => Check(name, f => Runs.OnVm(f.Compile("vm").Module!, true));

    [Theory]
    [MemberData(nameof(Names))]
    public void On_the_Spectrum_as_written(string name) =>
        Check(name, f => Runs.OnSpectrum(f.Compile().Module!, false));

    [Theory]
    [MemberData(nameof(Names))]
    public void On_the_Spectrum_optimised(string name) => Check(name, f => Runs.OnSpectrum(f.Compile().Module!, true));

    private static void Check(string name, Func<LangFile, ProgramRun> run)
    {
        var path = Path.Combine(Root, name + ".minz");
        var file = new LangFile(name, path, File.ReadAllText(path));
        var result = file.Compile();
        Assert.True(result.Succeeded, string.Join('\n', result.Diagnostics));
        Assert.NotEqual("", file.ExpectedOutput);
        Assert.Equal(new ProgramRun(file.ExpectedOutput, file.ExitCode), run(file));
    }
}
