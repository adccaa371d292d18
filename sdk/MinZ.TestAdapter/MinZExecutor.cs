using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;
using MinZ.Hosting.Testing;
using TestCase = Microsoft.VisualStudio.TestPlatform.ObjectModel.TestCase;
using TestResult = Microsoft.VisualStudio.TestPlatform.ObjectModel.TestResult;

namespace MinZ.TestAdapter;

/// <summary>Runs tests of <c>.mirb</c> sources for VSTest.</summary>
[ExtensionUri(ModuleSource.ExecutorUri)]
public sealed class MinZExecutor : ITestExecutor, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <inheritdoc/>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _cancellation.Dispose();

    /// <inheritdoc/>
    public void RunTests(IEnumerable<string>? sources, IRunContext? runContext, IFrameworkHandle? frameworkHandle)
    {
        foreach (string path in sources ?? [])
        {
            RunSource(path, null, runContext, frameworkHandle!);
        }
    }

    /// <inheritdoc/>
    public void RunTests(IEnumerable<TestCase>? tests, IRunContext? runContext, IFrameworkHandle? frameworkHandle)
    {
        foreach (IGrouping<string, TestCase> source in (tests ?? []).GroupBy(t => t.Source))
        {
            RunSource(source.Key, source, runContext, frameworkHandle!);
        }
    }

    private void RunSource(string path, IEnumerable<TestCase>? chosen, IRunContext? context, IFrameworkHandle handle)
    {
        try
        {
            ModuleSource source = ModuleSource.Load(path);
            ITestCaseFilterExpression? filter =
                context?.GetTestCaseFilter(TestFilter.Properties, name => TestProperty.Find(name));
            foreach (TestCase test in chosen ?? source.Cases)
            {
                if (_cancellation.IsCancellationRequested)
                {
                    return;
                }

                if (filter is null || filter.MatchTestCase(test, name => source.PropertyOf(test, name)))
                {
                    Run(source, test, handle);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or FormatException
            or TestPlatformFormatException)
        {
            handle.SendMessage(TestMessageLevel.Error, e.Message);
        }
    }

    private void Run(ModuleSource source, TestCase test, IFrameworkHandle handle)
    {
        if (source.Find(test) is not { } known)
        {
            return;
        }

        handle.RecordStart(test);
        DateTimeOffset start = DateTimeOffset.Now;
        MinZ.Hosting.Testing.TestResult outcome = source.Module.Run(known);
        var result = new TestResult(test)
        {
            Outcome = outcome.Status switch
            {
                TestStatus.Passed => TestOutcome.Passed,
                TestStatus.Failed => TestOutcome.Failed,
                TestStatus.Skipped => TestOutcome.Skipped,
            },
            StartTime = start,
            EndTime = DateTimeOffset.Now,
            Duration = outcome.Duration,
            ErrorMessage = outcome.Message.Length > 0 ? outcome.Message : null,
            ErrorStackTrace = outcome.StackTrace,
        };
        string output = outcome.TStates is { } t ? $"{t} T-states\n{outcome.Output}" : outcome.Output;
        if (output.Length > 0)
        {
            result.Messages.Add(new TestResultMessage(TestResultMessage.StandardOutCategory, output));
        }

        handle.RecordResult(result);
        handle.RecordEnd(test, result.Outcome);
    }
}
