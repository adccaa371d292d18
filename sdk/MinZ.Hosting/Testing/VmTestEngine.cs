using System.Diagnostics;
using System.Text;
using MinZ.Mir;
using MinZ.Vm;

namespace MinZ.Hosting.Testing;

/// <summary>Runs tests on the MIR VM, each in an instance of its own.</summary>
internal sealed class VmTestEngine : ITestEngine
{
    // Calls and loop iterations a test may make: some ten seconds of work, then it is taken for endless.
    private const long Fuel = 1_000_000_000;

    private readonly VmProgram _program;
    private readonly TestOptions _options;

    /// <summary>Loads the module.</summary>
    /// <exception cref="InvalidDataException">The VM cannot take it.</exception>
    public VmTestEngine(Module module, TestOptions options)
    {
        _options = options;
        try
        {
            _program = new VmProgram(module, options.Optimize);
        }
        catch (VmLoadException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public TestRun Run(TestCase test)
    {
        using var output = new MemoryStream();
        long start = Stopwatch.GetTimestamp();
        VmTrap? trap;
        try
        {
            using VirtualMachine machine = _program.Start(VmOptions.Default with { Output = output, Fuel = Fuel });
            trap = machine.Call(test.Name).Trap;
        }
        catch (VmLoadException e)
        {
            return new TestRun(e.Message, null, "", Stopwatch.GetElapsedTime(start));
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        string text = Encoding.UTF8.GetString(output.ToArray());
        return new TestRun(trap?.Message, trap is null ? null : Describe(trap), text, elapsed);
    }

    // The form .NET prints: test explorers turn "in FILE:line N" into links.
    private string Describe(VmTrap trap) => string.Join(Environment.NewLine, trap.Stack.Select(frame =>
        frame.File is { } file
            ? $"   at {frame.Function}() in {_options.Absolute(file)}:line {frame.Line}"
            : $"   at {frame.Function}()"));
}
