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
    public TestRun Run(TestCase test)
    {
        long start = Stopwatch.GetTimestamp();
        Target target = Targets.Find(TargetName)
            ?? throw new InvalidOperationException("this build of the compiler has no Z80 target");
        EmitResult emitted = Emit(target, test);
        if (!emitted.Success)
        {
            IEnumerable<string> errors = emitted.Messages.Where(m => m.IsError).Select(m => m.Message).Distinct();
            return new TestRun(string.Join(Environment.NewLine, errors), null, "", Stopwatch.GetElapsedTime(start));
        }

        var machine = new Spectrum();
        machine.Load(TapFile.Parse(emitted.Files[0].Bytes.AsSpan()));
        var text = new PrintedText();
        machine.Printed = code => text.Add(code);
        long before = machine.T;
        Stop stop = machine.RunFrames(MaxFrames);
        long tStates = machine.T - before;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (stop.Reason is StopReason.Returned)
        {
            return new TestRun(null, null, text.ToString(), elapsed, tStates);
        }

        // A trap prints its message and place last.
        string last = text.ToString().TrimEnd().Split('\n')[^1];
        Match place = TrapPlace().Match(last);
        string? stack = place.Success
            ? $"   at {test.Name}() in {options.Absolute(place.Groups["file"].Value)}:line {place.Groups["line"].Value}"
            : null;
        string message = place.Success ? place.Groups["message"].Value
            : stop.Reason is StopReason.TimeSpent ? $"still running after {MaxFrames} frames"
            : last.Length > 0 ? last : stop.Message;
        return new TestRun(message, stack, text.ToString(), elapsed, tStates);
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
