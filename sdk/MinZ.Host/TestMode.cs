using Microsoft.Testing.Extensions;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Capabilities.TestFramework;
using MinZ.Hosting;
using MinZ.Hosting.Testing;

namespace MinZ.Host;

/// <summary><c>dotnet test</c> with Microsoft.Testing.Platform.</summary>
internal static class TestMode
{
    // The exit code of a run without tests: right when a filter matched none, wrong for a project that has none.
    private const string ZeroTestsExitCode = "8";

    /// <summary>Runs or lists the tests of a module; returns the exit code of the testing platform.</summary>
    public static async Task<int> RunAsync(HostArguments arguments)
    {
        TestModule module;
        try
        {
            string file = arguments.TestModule.Length > 0 ? arguments.TestModule : arguments.Module;
            TestOptions options = TestOptions.Parse(arguments.Tests.Split(';', StringSplitOptions.RemoveEmptyEntries));
            module = TestModule.Create(ModuleFile.Load(file), options with { SourceDirectory = arguments.Sources });
        }
        catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or FormatException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }

        // Options the platform knows reach the process it starts for TRX reports; so ours are registered with it.
        string[] args =
            [.. arguments.ToCommandLine(), .. arguments.Rest.Where(a => a != "--test"), .. Extra(arguments, module)];
        ITestApplicationBuilder builder = await TestApplication.CreateBuilderAsync(args);
        builder.CommandLine.AddProvider(() => new HostOptions());
        builder.AddTrxReportProvider();
        builder.RegisterTestFramework(
            _ => new TestFrameworkCapabilities(new TrxCapability()),
            (_, services) => new MinZTestFramework(module, services));
        using ITestApplication application = await builder.BuildAsync();
        return await application.RunAsync();
    }

    private static IEnumerable<string> Extra(HostArguments arguments, TestModule module)
    {
        if (module.Tests.IsEmpty && !arguments.Rest.Contains("--ignore-exit-code"))
        {
            yield return "--ignore-exit-code";
            yield return ZeroTestsExitCode;
        }

        // The default name is that of this host, the same for every project of a solution.
        if (arguments.Rest.Contains("--report-trx") && !arguments.Rest.Contains("--report-trx-filename"))
        {
            yield return "--report-trx-filename";
            yield return $"{module.Name}_{DateTime.UtcNow:yyyy-MM-dd_HH-mm-ss.fff}.trx";
        }
    }
}
