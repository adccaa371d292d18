using System.Diagnostics;
using Xunit;

namespace MinZ.Tests;

/// <summary>
/// A program of the machine that tests compare with. Where it is missing the running test is skipped by name, or
/// fails when the variable MINZ_REQUIRE is "all".
/// </summary>
internal sealed class ExternalTool
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);
    private readonly string _path;

    private ExternalTool(string path) => _path = path;

    /// <summary>What a run gave.</summary>
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>Finds a program on the search path.</summary>
    public static ExternalTool Require(string name)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        Missing(path is null, name);
        return new ExternalTool(path!);
    }

    /// <summary>Requires a file that another tool needs.</summary>
    public static string RequireFile(string path)
    {
        Missing(!File.Exists(path), path);
        return path;
    }

    /// <summary>Runs the program to its end; a run that takes too long is killed and fails.</summary>
    public Result Run(IEnumerable<string> arguments, IDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(_path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(DefaultTimeout))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{_path} did not end within {DefaultTimeout.TotalSeconds} s");
        }
        return new Result(process.ExitCode, output.Result, error.Result);
    }

    private static void Missing(bool isMissing, string name)
    {
        if (isMissing && Environment.GetEnvironmentVariable("MINZ_REQUIRE") == "all")
            Assert.Fail($"{name} not found");
        Assert.SkipWhen(isMissing, $"{name} not found");
    }
}

/// <summary>A folder that is deleted when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("minz-test-").FullName;

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
