using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Vm;

/// <summary>Random programs come to the same whether and when objects are collected and moved.</summary>
public sealed class RandomHeapTests
{
    /// <summary>First seed; other ones are tried by changing it with MINZ_SEED.</summary>
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("MINZ_SEED"), out var n) ? n : 1;

    private static readonly int Programs =
        int.TryParse(Environment.GetEnvironmentVariable("MINZ_RUNS"), out var n) ? n : 60;

    [Fact]
    public void Collecting_changes_no_result()
    {
        for (var seed = Seed; seed < Seed + Programs; seed++)
        {
            var text = RandomHeapPrograms.Make(seed);
            var module = Runs.Read(text);
            var options = VmOptions.Default with { Fuel = 200_000, Optimize = false };
            using var plain = VirtualMachine.Load(module, options);
            var expected = plain.Call("main");
            Assert.True(expected.Returned, $"seed {seed}: {expected.Trap}");
            VmOptions[] variants =
            [
                options with { Optimize = true },
                options with { StressCollector = true },
                options with { StressCollector = true, Optimize = true },
            ];
            foreach (var variant in variants)
            {
                using var vm = VirtualMachine.Load(module, variant);
                var result = vm.Call("main");
                Assert.True(result.Returned && result.Bits == expected.Bits,
                    $"seed {seed}, {variant}: {result}, not {expected}\n{text}");
            }
        }
    }
}
