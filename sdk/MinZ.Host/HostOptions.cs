using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.CommandLine;
using MinZ.Hosting.Testing;

namespace MinZ.Host;

/// <summary>The options of the host as the testing platform sees them.</summary>
internal sealed class HostOptions : ICommandLineOptionsProvider
{
    /// <summary>The option that chooses tests, in the language of <see cref="TestFilter"/>.</summary>
    public const string Filter = "filter";

    public string Uid => nameof(HostOptions);

    public string Version => "1.0.0";

    public string DisplayName => "MinZ";

    public string Description => "Options of the MinZ test host.";

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public IReadOnlyCollection<CommandLineOption> GetCommandLineOptions() =>
    [
        new(Filter, "Runs the tests for which an expression such as Name~snake&DisplayName!~slow holds.",
            ArgumentArity.ExactlyOne, isHidden: false),
        .. HostArguments.Options.Select(o =>
            new CommandLineOption(o.Name, o.Description, ArgumentArity.ExactlyOne, isHidden: true)),
    ];

    public Task<ValidationResult> ValidateOptionArgumentsAsync(CommandLineOption commandOption, string[] arguments)
    {
        if (commandOption.Name == Filter)
        {
            try
            {
                TestFilter.Parse(arguments[0]);
            }
            catch (FormatException e)
            {
                return ValidationResult.InvalidTask(e.Message);
            }
        }

        return ValidationResult.ValidTask;
    }

    public Task<ValidationResult> ValidateCommandLineOptionsAsync(ICommandLineOptions commandLineOptions) =>
        ValidationResult.ValidTask;
}
