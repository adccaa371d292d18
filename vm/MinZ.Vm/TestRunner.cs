using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using MinZ.Mir;

namespace MinZ.Vm;

/// <summary>A test function of a module.</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Info">What the module says of the test.</param>
/// <param name="File">Source path as the compiler was given it; null = unknown.</param>
/// <param name="Line">1-based; 0 = unknown.</param>
public sealed record TestCase(string Name, TestInfo Info, string? File, int Line);

/// <summary>How a test ended.</summary>
public enum TestOutcome
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>What a test came to.</summary>
/// <param name="Test">The test.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Message">Why it failed or was skipped; null when it passed.</param>
/// <param name="Trap">The trap, expected or not; null = none.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Duration">Wall time.</param>
/// <param name="Fuel">Calls and loop iterations it made.</param>
public sealed record TestResult(TestCase Test, TestOutcome Outcome, string? Message, VmTrap? Trap, string Output,
    TimeSpan Duration, long Fuel);

/// <summary>
/// Runs the tests of a module, each in an instance of its own. The module is loaded once; tests may run on several
/// threads.
/// </summary>
public sealed class TestRunner
{
    /// <summary>Calls and loop iterations a test may make when the options set no limit: seconds, not hours.</summary>
    public const long DefaultFuel = 2_000_000_000;

    private readonly VmProgram _program;
    private readonly VmOptions _options;

    /// <summary>
    /// What tests may use when nothing else is said: every service in the form that is the same in every run, so a
    /// clock that advances evenly, one random sequence, no arguments, and ports with nothing connected to them.
    /// </summary>
    public static VmOptions DefaultOptions { get; } =
        VmOptions.Default.Grant(HostServices.All) with { Fuel = DefaultFuel };

    /// <summary>Loads a module.</summary>
    /// <param name="module">A verified module, which stays as it is.</param>
    /// <param name="options">
    /// Limits and services of each test; null = <see cref="DefaultOptions"/>. <see cref="VmOptions.Output"/> is not
    /// used: what a test prints is in its result.
    /// </param>
    /// <exception cref="VmLoadException">The module holds what the VM cannot run.</exception>
    public TestRunner(Module module, VmOptions? options = null)
    {
        _options = options ?? DefaultOptions;
        if (_options.Fuel == long.MaxValue)
            _options = _options with { Fuel = DefaultFuel };
        Tests = [.. Find(module)];
        _program = new VmProgram(module, _options.Optimize, _options.Assembly);
    }

    /// <summary>The tests in the order of the module.</summary>
    public ImmutableArray<TestCase> Tests { get; }

    /// <summary>The tests of a module, without loading it.</summary>
    public static IEnumerable<TestCase> Find(Module module)
    {
        foreach (var f in module.Functions)
        {
            if (!f.Is(FunctionFlags.Test))
                continue;
            var at = f.Location;
            var file = at.IsKnown && at.File <= module.Files.Count ? module.Files[at.File - 1] : null;
            yield return new TestCase(f.Name, f.Test ?? new TestInfo(f.Name), file, at.Line);
        }
    }

    /// <summary>Runs one test.</summary>
    public TestResult Run(TestCase test)
    {
        if (test.Info.IgnoreReason is { } reason)
            return new TestResult(test, TestOutcome.Skipped, reason, null, "", TimeSpan.Zero, 0);
        var output = new MemoryStream();
        var begin = Stopwatch.GetTimestamp();
        VmResult result;
        long fuel;
        try
        {
            using var vm = _program.Start(_options with { Output = output });
            result = vm.Call(test.Name);
            fuel = _options.Fuel - vm.Fuel;
        }
        catch (Exception e) when (e is VmLoadException or ArgumentException)
        {
            return new TestResult(test, TestOutcome.Failed, e.Message, null, "", Stopwatch.GetElapsedTime(begin), 0);
        }
        var message = test.Info.Complaint(result.Trap?.Message);
        if (message is null && result is { Trap: null, ExitCode: { } code })
            message = $"the test ended the program with exit code {code}";
        return new TestResult(test, message is null ? TestOutcome.Passed : TestOutcome.Failed, message, result.Trap,
            Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length), Stopwatch.GetElapsedTime(begin), fuel);
    }

    /// <summary>Runs all tests, one after the other.</summary>
    public IEnumerable<TestResult> RunAll() => Tests.Select(Run);
}
