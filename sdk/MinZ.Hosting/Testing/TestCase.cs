using MinZ.Mir;

namespace MinZ.Hosting.Testing;

/// <summary>A test of a module.</summary>
/// <param name="FullyQualifiedName">Module and function, joined by a dot; unique.</param>
/// <param name="DisplayName">Words for people.</param>
/// <param name="File">Absolute path of its source; null = unknown.</param>
/// <param name="Line">1-based line of its declaration; 0 = unknown.</param>
/// <param name="Name">Name of the function in the module.</param>
/// <param name="Info">What the module says of the test.</param>
public sealed record TestCase(
    string FullyQualifiedName, string DisplayName, string? File, int Line, string Name, TestInfo Info);

/// <summary>How a test ended.</summary>
public enum TestStatus
{
    /// <summary>It returned, or trapped as expected.</summary>
    Passed,
    /// <summary>It trapped, took too long, or did not trap though it should.</summary>
    Failed,
    /// <summary>It was not run.</summary>
    Skipped,
}

/// <summary>What came of running a test, on whatever machine.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Message">Why it failed or was skipped; empty for a pass.</param>
/// <param name="StackTrace">Where it failed, innermost first, in the form of .NET's stack traces; null =
/// unknown.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Duration">Wall-clock time.</param>
/// <param name="TStates">T-states it took on the Z80; null on other machines.</param>
public sealed record TestResult(
    TestStatus Status, string Message, string? StackTrace, string Output, TimeSpan Duration, long? TStates = null);
