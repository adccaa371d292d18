using System.Diagnostics;
using MinZ.Backends;
using MinZ.Mir;
using MinZ.Z80;

namespace MinZ.Hosting.Testing;

/// <summary>Compiles each test to a Spectrum program of its own and runs it on the built-in machine.</summary>
internal sealed class Z80TestEngine(Module module, TestOptions options) : ITestEngine
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
        EmitResult emitted = target.Emit(ProgramOf(test),
            new EmitOptions(test.Name, options.Optimize, options.CheckBounds));
        if (!emitted.Success)
        {
            IEnumerable<string> errors = emitted.Messages.Where(m => m.IsError).Select(m => m.Message);
            return new TestRun(string.Join(Environment.NewLine, errors), null, "", Stopwatch.GetElapsedTime(start));
        }

        var machine = new Spectrum();
        machine.Load(TapFile.Parse(emitted.Files[0].Bytes.AsSpan()));
        var text = new PrintedText();
        machine.Printed = code => text.Add(code);
        long before = machine.T;
        Stop stop = machine.RunFrames(MaxFrames);
        long tStates = machine.T - before;
        bool returned = stop.Reason is StopReason.Returned;
        string? trap = returned ? null : TrapText(stop, text.ToString());
        string? place = returned || test.File is null ? null : $"   at {test.Name}() in {test.File}:line {test.Line}";
        return new TestRun(trap, place, text.ToString(), Stopwatch.GetElapsedTime(start), tStates);
    }

    // A trap prints its message last.
    private static string TrapText(Stop stop, string printed)
    {
        string last = printed.TrimEnd().Split('\n')[^1];
        return last.Length > 0 ? last : stop.Message;
    }

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
