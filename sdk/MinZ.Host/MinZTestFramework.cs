using Microsoft.Testing.Extensions.TrxReport.Abstractions;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestFramework;
using Microsoft.Testing.Platform.Requests;
using Microsoft.Testing.Platform.Services;
using MinZ.Hosting.Testing;

namespace MinZ.Host;

/// <summary>Lets the TRX report take names and times from us.</summary>
internal sealed class TrxCapability : ITrxReportCapability
{
    public bool IsSupported => true;

    public void Enable()
    {
        // What the report needs is always sent.
    }
}

/// <summary>Tells the testing platform the tests of a module, and runs them.</summary>
internal sealed class MinZTestFramework(TestModule module, IServiceProvider services) : ITestFramework, IDataProducer
{
    public string Uid => nameof(MinZTestFramework);

    public string Version => "1.0.0";

    public string DisplayName => "MinZ";

    public string Description => "Tests written in MinZ or MIR.";

    public Type[] DataTypesProduced => [typeof(TestNodeUpdateMessage)];

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task<CreateTestSessionResult> CreateTestSessionAsync(CreateTestSessionContext context) =>
        Task.FromResult(new CreateTestSessionResult { IsSuccess = true });

    public Task<CloseTestSessionResult> CloseTestSessionAsync(CloseTestSessionContext context) =>
        Task.FromResult(new CloseTestSessionResult { IsSuccess = true });

    public async Task ExecuteRequestAsync(ExecuteRequestContext context)
    {
        var request = (TestExecutionRequest)context.Request;
        Predicate<TestCase> chosen = Chosen(request);
        foreach (TestCase test in module.Tests.Where(t => chosen(t)))
        {
            if (context.CancellationToken.IsCancellationRequested)
            {
                break;
            }

            Task Send(params IProperty[] properties) => context.MessageBus.PublishAsync(this,
                new TestNodeUpdateMessage(request.Session.SessionUid, Node(test, properties)));
            if (request is DiscoverTestExecutionRequest)
            {
                await Send(DiscoveredTestNodeStateProperty.CachedInstance);
                continue;
            }

            await Send(InProgressTestNodeStateProperty.CachedInstance);
            DateTimeOffset start = DateTimeOffset.UtcNow;
            TestResult result = module.Run(test);
            await Send([.. Outcome(result, start)]);
        }

        context.Complete();
    }

    private Predicate<TestCase> Chosen(TestExecutionRequest request)
    {
        Predicate<TestCase> byText =
            services.GetCommandLineOptions().TryGetOptionArgumentList(HostOptions.Filter, out string[]? filter)
                ? TestFilter.Parse(filter[0])
                : _ => true;
        if (request.Filter is not TestNodeUidListFilter list)
        {
            return byText;
        }

        HashSet<string> ids = [.. list.TestNodeUids.Select(id => id.Value)];
        return test => byText(test) && ids.Contains(test.FullyQualifiedName);
    }

    private TestNode Node(TestCase test, IProperty[] properties)
    {
        string name = module.Name;
        var bag = new PropertyBag(properties);
        bag.Add(new TestMethodIdentifierProperty(name, "", name, test.Name, 0, [], "System.Void"));
        if (test.File is { } file)
        {
            var line = new LinePosition(Math.Max(0, test.Line - 1), 0);
            bag.Add(new TestFileLocationProperty(file, new LinePositionSpan(line, line)));
        }

        return new TestNode { Uid = test.FullyQualifiedName, DisplayName = test.DisplayName, Properties = bag };
    }

    private IEnumerable<IProperty> Outcome(TestResult result, DateTimeOffset start)
    {
        yield return result.Status switch
        {
            TestStatus.Passed => PassedTestNodeStateProperty.CachedInstance,
            TestStatus.Failed => new FailedTestNodeStateProperty(new TestFailure(result)),
            TestStatus.Skipped => new SkippedTestNodeStateProperty(result.Message),
        };
        yield return new TimingProperty(new TimingInfo(start, start + result.Duration, result.Duration));
        yield return new TrxFullyQualifiedTypeNameProperty(module.Name);
        string output = result.TStates is { } t ? $"{t} T-states\n{result.Output}" : result.Output;
        if (output.Length > 0)
        {
            yield return new StandardOutputProperty(output);
        }
    }

    /// <summary>A failure in the form the platform prints: message and stack trace.</summary>
    private sealed class TestFailure(TestResult result) : Exception(result.Message)
    {
        public override string? StackTrace => result.StackTrace;
    }
}
