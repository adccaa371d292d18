using MinZ.Mir.Passes;
using MinZ.Tests.Fuzz;
using Xunit;

namespace MinZ.Tests.Clr;

/// <summary>Random programs print on .NET what they print on the VM.</summary>
public class ClrFuzzTests
{
    private const int Programs = 40;

    [Fact]
    public void ProgramsPrintTheSameAsOnTheVm()
    {
        for (var seed = 1000; seed < 1000 + Programs; seed++)
        {
            var source = new ProgramGenerator(seed).Write();
            var module = DifferentialTests.Compile(seed, source);
            var expected = DifferentialTests.Run(module, false);
            Check(new ClrProgram(module), expected, $"seed {seed} as written\n{source}");
            Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
            Check(new ClrProgram(module), expected, $"seed {seed} optimised\n{source}");
        }
    }

    private static void Check(ClrProgram program, string expected, string what)
    {
        using (program)
        {
            var (output, trap, exitCode) = program.Run();
            Assert.True(expected == output + (trap ?? $"exit {exitCode}"),
                $"{what}\nVM:\n{expected}\nCLR:\n{output}{trap}");
        }
    }
}
