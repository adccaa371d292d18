using MinZ.Mir;

namespace MinZ.Hosting.Testing;

/// <summary>How a test's function ended, on whatever machine.</summary>
/// <param name="Trap">Why it trapped; null = it returned.</param>
/// <param name="StackTrace">Where it trapped; null = unknown.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Duration">Wall-clock time.</param>
/// <param name="TStates">T-states on the Z80; null on other machines.</param>
internal sealed record TestRun(string? Trap, string? StackTrace, string Output, TimeSpan Duration, long? TStates = null)
{
    /// <summary>Judges the run by what the test expects.</summary>
    public TestResult Judge(TestInfo test)
    {
        string? complaint = test.ExpectedTrap is { } expected
            ? Trap is null ? $"the test returned instead of trapping with \"{expected}\""
                : Trap.Contains(expected, StringComparison.OrdinalIgnoreCase) ? null
                : $"the trap does not say \"{expected}\": {Trap}"
            : Trap;
        if (complaint is null && test.MaxTStates is { } limit && TStates > limit)
        {
            complaint = $"the test took {TStates} T-states; it may take {limit}";
        }

        TestStatus status = complaint is null ? TestStatus.Passed : TestStatus.Failed;
        return new TestResult(status, complaint ?? "", complaint is null ? null : StackTrace, Output, Duration, TStates);
    }
}
