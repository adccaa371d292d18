using MinZ.Bench;
using Xunit;

namespace MinZ.Tests.Z80Kernels;

/// <summary>The kernels of the benchmark: what they leave in registers and memory, at each level and by hand.</summary>
public sealed class KernelTests
{
    public static IEnumerable<TheoryDataRow<string>> Names =>
        Z80BenchKernels.All.Select(k => new TheoryDataRow<string>(k.Name));

    private static Z80Kernel Kernel(string name) => Z80BenchKernels.All.Single(k => k.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void MinZ(string name)
    {
        ReadOnlySpan<(bool, bool)> options = [(false, true), (true, true), (true, false)];
        foreach (var (optimize, checkBounds) in options)
        {
            var run = Z80BenchRun.Of(Kernel(name), Z80BenchCompilers.MinZ(Kernel(name), optimize, checkBounds));
            Assert.True(run.Problem is null, $"optimize {optimize}, checks {checkBounds}: {run.Problem}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Assembly(string name) =>
        Assert.Null(Z80BenchRun.Of(Kernel(name), Z80BenchCompilers.Assembly(Kernel(name))).Problem);
}
