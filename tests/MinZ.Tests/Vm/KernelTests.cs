using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>The benchmark's kernels give the numbers their C twins give.</summary>
public sealed class KernelTests
{
    private static string Source => File.ReadAllText(Path.Combine(Runs.Repository, "tests/MinZ.Bench/vm/kernels.mir"));

    [Theory]
    [InlineData("fib", 15, 610)]
    [InlineData("loops", 100, 24502500)]
    [InlineData("sieve", 1, 78498)]
    [InlineData("nbody", 10, 3601717)]
    [InlineData("mandel", 20, 9568)]
    [InlineData("matmul", 10, 337)]
    [InlineData("strs", 300, 236125)]
    [InlineData("u8wrap", 1000, 128430)]
    [InlineData("bintree", 1, 32767)]
    [InlineData("livetree", 1, 294910)]
    public void A_kernel_computes_its_number(string name, long n, long expected)
    {
        var result = Runs.Call(Source, name, n);
        Assert.Null(result.Trap);
        Assert.Equal(expected, result.Bits);
    }
}
