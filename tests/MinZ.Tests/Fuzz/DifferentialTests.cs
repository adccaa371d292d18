using System.Text;
using MinZ.Backends.Z80;
using MinZ.Frontend;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;
using MinZ.Mir;
using MinZ.Mir.Lowering;
using MinZ.Mir.Passes;
using MinZ.Tests.Z80Codegen;
using MinZ.Vm;
using Xunit;

namespace MinZ.Tests.Fuzz;

/// <summary>
/// Random programs, run as written and optimised, must print the same. <c>MINZ_FUZZ_SEED</c> sets the first seed and
/// <c>MINZ_FUZZ_COUNT</c> how many programs each test makes; a failure names its seed.
/// </summary>
public class DifferentialTests
{
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var n) ? n : otherwise;

    [Fact]
    public void OptimisedProgramsPrintTheSame()
    {
        var first = Setting("MINZ_FUZZ_SEED", 1);
        for (var seed = first; seed < first + Setting("MINZ_FUZZ_COUNT", 300); seed++)
        {
            var source = new ProgramGenerator(seed).Write();
            var plain = Compile(seed, source);
            var optimised = plain.Clone();
            foreach (var pass in Pipeline.HighLevel)
            {
                Pipeline.Run(optimised, [pass]);
                var errors = Verifier.Verify(optimised);
                Assert.True(errors.Count == 0, $"seed {seed}: after {pass.Name}: {errors.FirstOrDefault()}\n{source}");
            }
            var expected = Run(plain, false);
            Assert.False(expected.Contains("trap"), $"seed {seed}: {expected}\n{source}");
            var actual = Run(optimised, true);
            Assert.True(expected == actual, $"seed {seed}: as written\n{expected}\noptimised\n{actual}\n{source}");
        }
    }

    [Fact]
    public void SpectrumProgramsPrintTheSame()
    {
        var first = Setting("MINZ_FUZZ_SEED", 1);
        for (var seed = first; seed < first + Setting("MINZ_FUZZ_COUNT", 120); seed++)
        {
            var source = new ProgramGenerator(seed).Write();
            var module = Compile(seed, source);
            var expected = Printed(module);
            foreach (var optimise in new[] { false, true })
            {
                var prepared = module.Clone();
                if (optimise)
                    Pipeline.Run(prepared, Pipeline.HighLevel.AsSpan());
                if (optimise)
                    VerifyLowered(seed, prepared.Clone());
                var run = Z80Runner.Start(Z80Runner.Compile(prepared, optimise), 2_000_000_000);
                Assert.True(run.Output == expected,
                    $"seed {seed}, {(optimise ? "optimised" : "as written")}: VM\n{expected}\n" +
                    $"Spectrum ({run.Stop})\n{run.Output}\n{source}");
            }
        }
    }

    private static void VerifyLowered(int seed, Module module)
    {
        Assert.Empty(FlatMemory.Lower(module, DataLayout.Z80));
        foreach (var pass in Z80Target.Passes(checkBounds: true))
        {
            Pipeline.Run(module, [pass]);
            var errors = Verifier.Verify(module);
            Assert.True(errors.Count == 0, $"seed {seed}: after {pass.Name}: {errors.FirstOrDefault()}");
        }
    }

    private static string Printed(Module module)
    {
        using var output = new MemoryStream();
        using var vm =
            VirtualMachine.Load(module, new VmOptions { Optimize = false, Output = output, Fuel = 50_000_000 });
        vm.Run();
        return Encoding.UTF8.GetString(output.ToArray());
    }

    internal static Module Compile(int seed, string source)
    {
        var result = Compilation.Compile([new SourceText(source, $"fuzz{seed}.minz")], new CompilationOptions());
        var errors = result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(Renderer.OneLine);
        Assert.True(result.Module is not null, $"seed {seed}: {string.Join("\n", errors)}\n{source}");
        return result.Module!;
    }

    internal static string Run(Module module, bool optimize)
    {
        using var output = new MemoryStream();
        using var vm = VirtualMachine.Load(module,
            new VmOptions { Optimize = optimize, Output = output, Fuel = 50_000_000 });
        var result = vm.Run();
        return Encoding.UTF8.GetString(output.ToArray()) + result;
    }
}
