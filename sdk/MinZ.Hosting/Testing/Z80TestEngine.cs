using System.Diagnostics;
using System.Text.RegularExpressions;
using MinZ.Backends;
using MinZ.Frontend.Diagnostics;
using MinZ.Mir;
using MinZ.Z80;

namespace MinZ.Hosting.Testing;

/// <summary>Compiles each test to a Spectrum program of its own and runs it on the built-in machine.</summary>
internal sealed partial class Z80TestEngine(Module module, TestOptions options) : ITestEngine
{
    private const string TargetName = "z80";

    // Ten minutes of the machine; then a test is taken for endless.
    private const int MaxFrames = 30_000;

    /// <inheritdoc/>
    public TestResult Run(TestCase test)
    {
        if (test.Info.IgnoreReason is { } reason)
        {
            return new TestResult(TestStatus.Skipped, reason, null, "", TimeSpan.Zero);
        }

        long start = Stopwatch.GetTimestamp();
        Target target = Targets.Find(TargetName)
            ?? throw new InvalidOperationException("this build of the compiler has no Z80 target");
        EmitResult emitted = Emit(target, test);
        if (!emitted.Success)
        {
            IEnumerable<string> errors = emitted.Messages.Where(m => m.IsError).Select(m => m.Message).Distinct();
            return new TestResult(TestStatus.Failed, string.Join(Environment.NewLine, errors), null, "",
                Stopwatch.GetElapsedTime(start));
        }

        var machine = new Spectrum();
        machine.Load(TapFile.Parse(emitted.Files[0].Bytes.AsSpan()));
        var text = new PrintedText();
        machine.Printed = code => text.Add(code);
        long before = machine.T;
        Stop stop = machine.RunFrames(MaxFrames);
        return Judge(test, stop, text.ToString(), machine.T - before, Stopwatch.GetElapsedTime(start));
    }

    private TestResult Judge(TestCase test, Stop stop, string output, long tStates, TimeSpan elapsed)
    {
        (string? trap, string? stack) = stop.Reason is StopReason.Returned ? (null, null) : Trap(test, stop, output);
        string? complaint = test.Info.Complaint(trap, tStates);
        return new TestResult(complaint is null ? TestStatus.Passed : TestStatus.Failed, complaint ?? "",
            complaint is null ? null : stack, output, elapsed, tStates);
    }

    // A trap prints its message and place last.
    private (string Message, string? Stack) Trap(TestCase test, Stop stop, string output)
    {
        string[] lines = output.TrimEnd().Split('\n');
        string last = lines[^1];
        Match place = TrapPlace().Match(last);
        if (place.Success)
        {
            string file = options.Absolute(place.Groups["file"].Value);
            string message = place.Groups["message"].Value;
            // A message put together from pieces stands in the line before; only its first literal is repeated.
            if (lines.Length > 1 && lines[^2].Contains(message, StringComparison.Ordinal))
            {
                message = lines[^2];
            }

            return (message, $"   at {test.Name}() in {file}:line {place.Groups["line"].Value}");
        }

        return (stop.Reason is StopReason.TimeSpent ? $"still running after {MaxFrames} frames"
            : last.Length > 0 ? last : stop.Message, null);
    }

    // One test the back end fails on must not end the run of the others.
    private EmitResult Emit(Target target, TestCase test)
    {
        try
        {
            return target.Emit(ProgramOf(test), new EmitOptions(test.Name, options.Optimize, options.CheckBounds));
        }
        catch (Exception e)
        {
            string message = $"the compiler failed: {e.GetType().Name}: {e.Message}";
            return new EmitResult([], [new TargetMessage(ToolCodes.InternalError.Number, message, null, default)]);
        }
    }

    [GeneratedRegex(@"^(?<message>.*) at (?<file>.+):(?<line>\d+)$")]
    private static partial Regex TrapPlace();

    // The test becomes main; the program's own main and the other tests are left out.
    private Module ProgramOf(TestCase test)
    {
        Module program = module.Clone();
        program.RemoveFunctions(f => f.Name == "main" || (f.Is(FunctionFlags.Test) && f.Name != test.Name));
        Function function = program.FindFunction(test.Name)!;
        program.RemoveFunctions(f => ReferenceEquals(f, function));
        function.Name = "main";
        function.Flags &= ~FunctionFlags.Test;
        function.Test = null;
        program.Add(function);
        return program;
    }
}
