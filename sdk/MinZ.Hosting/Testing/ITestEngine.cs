namespace MinZ.Hosting.Testing;

/// <summary>Runs tests on one machine.</summary>
internal interface ITestEngine
{
    /// <summary>Runs a test's function to its end, in a machine of its own. Throws on a bug of ours only.</summary>
    TestRun Run(TestCase test);
}
