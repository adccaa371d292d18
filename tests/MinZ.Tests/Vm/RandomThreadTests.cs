using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>
/// Random programs with threads come to the same however many workers run them and whenever objects move.
/// </summary>
public sealed class RandomThreadTests
{
    /// <summary>First seed; other ones are tried by changing it with MINZ_SEED.</summary>
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("MINZ_SEED"), out var n) ? n : 1;

    private static readonly int Programs =
        int.TryParse(Environment.GetEnvironmentVariable("MINZ_RUNS"), out var n) ? n : 25;

    [Fact]
    public void Workers_change_no_result()
    {
        var options = VmOptions.Default with { Fuel = 100_000_000, MemoryLimit = 32 << 20, StackBytes = 1 << 16 };
        for (var seed = Seed; seed < Seed + Programs; seed++)
        {
            var text = RandomThreadPrograms.Make(seed, 300);
            var expected = Run(text, options, out var fuel, out var bytes);
            Assert.True(expected.Returned, $"seed {seed}: {expected.Trap}\n{text}");
            // With one worker, everything happens in the same order again.
            var again = Run(text, options, out var secondFuel, out var secondBytes);
            Assert.Equal((expected.Bits, fuel, bytes), (again.Bits, secondFuel, secondBytes));
            foreach (var workers in (int[])[2, 4, 8])
            {
                var result = Run(text, options with { Workers = workers }, out _, out _);
                Assert.True(result.Returned && result.Bits == expected.Bits,
                    $"seed {seed}, {workers} workers: {result}, not {expected}\n{text}");
            }
        }
    }

    [Fact]
    public void Collecting_all_the_time_changes_no_result()
    {
        var options = VmOptions.Default with { Fuel = 100_000_000, MemoryLimit = 2 << 20, StackBytes = 1 << 14 };
        for (var seed = Seed; seed < Seed + Programs; seed++)
        {
            var text = RandomThreadPrograms.Make(seed, 25);
            var expected = Run(text, options, out _, out _);
            Assert.True(expected.Returned, $"seed {seed}: {expected.Trap}\n{text}");
            foreach (var workers in (int[])[1, 3])
            {
                var result = Run(text, options with { Workers = workers, StressCollector = true }, out _, out _);
                Assert.True(result.Returned && result.Bits == expected.Bits,
                    $"seed {seed}, {workers} workers: {result}, not {expected}\n{text}");
            }
        }
    }

    private static VmResult Run(string text, VmOptions options, out long fuel, out long bytes)
    {
        using var vm = Runs.Load(text, options);
        var result = vm.Call("main");
        (fuel, bytes) = (vm.Fuel, vm.HeapBytes);
        return result;
    }
}
