using System.Diagnostics;
using System.Text;
using Xunit;

namespace MinZ.Sdk.Tests;

/// <summary>What a command printed and how it ended.</summary>
public sealed record CommandResult(string Command, int ExitCode, string Output)
{
    /// <summary>Fails the test, showing the output, unless the command ended with this code.</summary>
    public CommandResult Exits(int code)
    {
        Assert.True(ExitCode == code, $"{Command}\nexit code {ExitCode} instead of {code}\n{Output}");
        return this;
    }

    /// <summary>Fails the test, showing the output, unless it contains the text.</summary>
    public CommandResult Prints(string text)
    {
        Assert.True(Output.Contains(text, StringComparison.Ordinal), $"{Command}\ndoes not print '{text}'\n{Output}");
        return this;
    }

    /// <summary>Fails the test, showing the output, when it contains the text.</summary>
    public CommandResult DoesNotPrint(string text)
    {
        Assert.False(Output.Contains(text, StringComparison.Ordinal), $"{Command}\nprints '{text}'\n{Output}");
        return this;
    }
}

/// <summary>Runs commands as a user would type them.</summary>
public static class CommandLine
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    /// <summary>Runs <c>dotnet</c> in a folder.</summary>
    public static CommandResult DotNet(string folder, params string[] arguments) => Run("dotnet", folder, arguments);

    /// <summary>Runs a program in a folder; both output streams are collected.</summary>
    public static CommandResult Run(string program, string folder, params string[] arguments) =>
        Run(program, folder, new Dictionary<string, string>(), arguments);

    /// <summary>
    /// How a program is started here: in a folder, its streams redirected, free of what test runs leak.
    /// </summary>
    public static ProcessStartInfo Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        SetEnvironment(start);
        return start;
    }

    /// <summary>Runs a program in a folder with variables set.</summary>
    public static CommandResult Run(string program, string folder, IReadOnlyDictionary<string, string> environment,
        string[] arguments)
    {
        ProcessStartInfo start = Start(program, folder, arguments);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        string command = $"{program} {string.Join(' ', arguments)}";
        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        DataReceivedEventHandler collect = (_, line) =>
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        };
        process.OutputDataReceived += collect;
        process.ErrorDataReceived += collect;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Timeout))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} ran longer than {Timeout}:\n{output}");
        }

        // Again without a limit: only this waits for the end of the output.
        process.WaitForExit();
        return new CommandResult(command, process.ExitCode, output.ToString().TrimEnd());
    }

    private static void SetEnvironment(ProcessStartInfo start)
    {
        // What a test run under `dotnet test` or `dotnet run` leaks must not reach a fresh `dotnet`; NUGET_PACKAGES
        // would win over the package folder of nuget.config.
        string[] prefixes = ["MSBUILD", "VSTEST", "TESTINGPLATFORM"];
        string[] names = ["DOTNET_HOST_PATH", "NUGET_PACKAGES", "TARGET"];
        foreach (string name in start.Environment.Keys.ToList())
        {
            if (names.Contains(name) || prefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase)))
            {
                start.Environment.Remove(name);
            }
        }

        // A reused build node would keep task assemblies of an earlier run loaded.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
    }
}
