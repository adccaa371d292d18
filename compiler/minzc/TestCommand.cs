using System.CommandLine;
using MinZ.Backends;
using MinZ.Driver;
using MinZ.Hosting.Testing;
using MinZ.Mir;
using Spectre.Console;

namespace MinZ.CommandLine;

/// <summary><c>minzc test FILE…</c>: runs the tests of a program; exits with 1 when one fails.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var filter = new Option<Predicate<TestCase>?>("--filter")
        {
            Description = "Tests to run, such as \"Name~snake&DisplayName!~slow\".",
            HelpName = "EXPRESSION",
            CustomParser = result =>
            {
                try
                {
                    return TestFilter.Parse(result.Tokens[0].Value);
                }
                catch (FormatException e)
                {
                    result.AddError(e.Message);
                    return null;
                }
            },
        };
        var machine = new Option<string>("--target", "-t")
        {
            Description = "Machine to run them on: vm (the default) or z80.", HelpName = "MACHINE",
            DefaultValueFactory = _ => TestOptions.Machines[0],
        };
        machine.AcceptOnlyFromAmong([.. TestOptions.Machines]);
        var command = new Command("test", "Runs the tests of a program.") { filter, machine };
        var compile = new CompileOptions(command);
        command.SetAction(line =>
        {
            BuildRequest request = compile.Request(line) with { IncludeTests = true, IsLibrary = true };
            var session = new BuildSession(request);
            string on = line.GetValue(machine)!;
            string target = TestOptions.TargetOf(on);
            Module? module = session.Compile(target);
            session.CheckOptions(Targets.Find(target)!);
            if (!compile.Report(line, session.Finish()) || module is null)
            {
                return ExitCodes.Failure;
            }

            var tests = TestModule.Create(module, new TestOptions
            {
                Machine = on,
                Optimize = request.Optimize,
                CheckBounds = request.CheckBounds,
                SourceDirectory = request.ProjectDirectory,
            });
            return Run(tests, line.GetValue(filter) ?? (_ => true));
        });
        return command;
    }

    private static int Run(TestModule module, Predicate<TestCase> chosen)
    {
        var counts = new Dictionary<TestStatus, int>();
        foreach (TestCase test in module.Tests.Where(t => chosen(t)))
        {
            TestResult result = module.Run(test);
            counts[result.Status] = counts.GetValueOrDefault(result.Status) + 1;
            Print(test, result);
        }

        int failed = counts.GetValueOrDefault(TestStatus.Failed);
        Console.WriteLine($"{counts.GetValueOrDefault(TestStatus.Passed)} passed, {failed} failed, "
            + $"{counts.GetValueOrDefault(TestStatus.Skipped)} skipped");
        return failed == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static void Print(TestCase test, TestResult result)
    {
        string word = result.Status switch
        {
            TestStatus.Passed => "[green]passed[/] ",
            TestStatus.Failed => "[red]failed[/] ",
            TestStatus.Skipped => "[yellow]skipped[/]",
        };
        string time = result.TStates is { } t ? $" ({t} T-states)" : "";
        AnsiConsole.MarkupLine($"{word} {Markup.Escape(test.DisplayName + time)}");
        string output = result.Status == TestStatus.Failed ? result.Output : "";
        string[] details = [result.Message, result.StackTrace ?? "", output];
        foreach (string detail in details.Where(d => d.Length > 0))
        {
            Console.WriteLine($"        {detail.TrimEnd().Replace("\n", "\n        ")}");
        }
    }
}
