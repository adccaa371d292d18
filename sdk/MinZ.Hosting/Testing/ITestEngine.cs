namespace MinZ.Hosting.Testing;

/// <summary>Runs tests on one machine.</summary>
internal interface ITestEngine
{
    /// <summary>
    /// Runs a test to its end, in a machine of its own, and judges it; one that is to be ignored is skipped. Throws on
    /// a bug of ours only.
    /// </summary>
    TestResult Run(TestCase test);
}
