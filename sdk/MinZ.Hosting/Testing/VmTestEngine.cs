using MinZ.Mir;
using MinZ.Vm;
using MinZ.Vm.Assembly;

namespace MinZ.Hosting.Testing;

/// <summary>Runs tests on the MIR VM, each in an instance of its own; see <see cref="TestRunner"/>.</summary>
internal sealed class VmTestEngine : ITestEngine
{
    private readonly TestRunner _runner;
    private readonly Dictionary<string, MinZ.Vm.TestCase> _tests;
    private readonly TestOptions _options;

    /// <summary>Loads the module.</summary>
    /// <exception cref="InvalidDataException">The VM cannot take it.</exception>
    public VmTestEngine(Module module, TestOptions options)
    {
        _options = options;
        try
        {
            _runner = new TestRunner(module, TestRunner.DefaultOptions with
            {
                Optimize = options.Optimize, Assembly = SpectrumAssembly.Instance,
            });
        }
        catch (VmLoadException e)
        {
            throw new InvalidDataException(e.Message, e);
        }

        _tests = _runner.Tests.ToDictionary(t => t.Name);
    }

    /// <inheritdoc/>
    public TestResult Run(TestCase test)
    {
        MinZ.Vm.TestResult result = _runner.Run(_tests[test.Name]);
        TestStatus status = result.Outcome switch
        {
            TestOutcome.Passed => TestStatus.Passed,
            TestOutcome.Failed => TestStatus.Failed,
            TestOutcome.Skipped => TestStatus.Skipped,
        };
        string? stack = status == TestStatus.Failed && result.Trap is { } trap ? Describe(trap) : null;
        return new TestResult(status, result.Message ?? "", stack, result.Output, result.Duration);
    }

    // The form .NET prints: test explorers turn "in FILE:line N" into links.
    private string Describe(VmTrap trap) => string.Join(Environment.NewLine, trap.Stack.Select(frame =>
        frame.File is { } file
            ? $"   at {frame.Function}() in {_options.Absolute(file)}:line {frame.Line}"
            : $"   at {frame.Function}()"));
}
