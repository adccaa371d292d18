using System.ComponentModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Adapter;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace MinZ.TestAdapter;

/// <summary>Tells VSTest the tests of a <c>.mirb</c>.</summary>
[FileExtension(".mirb")]
[DefaultExecutorUri(ModuleSource.ExecutorUri)]
[Category("managed")]
public sealed class MinZDiscoverer : ITestDiscoverer
{
    /// <inheritdoc/>
    public void DiscoverTests(IEnumerable<string> sources, IDiscoveryContext discoveryContext, IMessageLogger logger,
        ITestCaseDiscoverySink discoverySink)
    {
        foreach (string path in sources)
        {
            try
            {
                foreach (TestCase test in ModuleSource.Load(path).Cases)
                {
                    discoverySink.SendTestCase(test);
                }
            }
            catch (Exception e) when (e is InvalidDataException or IOException or ArgumentException or FormatException)
            {
                logger.SendMessage(TestMessageLevel.Error, e.Message);
            }
        }
    }
}
