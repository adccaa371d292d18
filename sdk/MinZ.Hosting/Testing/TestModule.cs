using System.Collections.Immutable;
using MinZ.Mir;

namespace MinZ.Hosting.Testing;

/// <summary>The tests of a module and the machine to run them on.</summary>
public sealed class TestModule
{
    private readonly ITestEngine _engine;

    private TestModule(Module module, TestOptions options)
    {
        Name = module.Name;
        Tests = [.. from function in module.Functions
                    where function.Is(FunctionFlags.Test)
                    select Describe(module, function, options)];
        _engine = options.CreateEngine(module);
    }

    /// <summary>Name of the module.</summary>
    public string Name { get; }

    /// <summary>Its tests in order of declaration.</summary>
    public ImmutableArray<TestCase> Tests { get; }

    /// <summary>Prepares the tests of a module.</summary>
    /// <param name="module">A verified module with its tests; it belongs to the machine from now on.</param>
    /// <param name="options">Where and how to run.</param>
    /// <exception cref="ArgumentException">No machine of the name runs tests.</exception>
    /// <exception cref="InvalidDataException">The machine cannot take the module.</exception>
    public static TestModule Create(Module module, TestOptions options) => new(module, options);

    /// <summary>Runs a test; one that is to be ignored is skipped.</summary>
    public TestResult Run(TestCase test) => _engine.Run(test);

    private static TestCase Describe(Module module, Function function, TestOptions options)
    {
        SourceLocation place = function.Location;
        string? file = place.IsKnown && place.File <= module.Files.Count
            ? options.Absolute(module.Files[place.File - 1])
            : null;
        TestInfo info = function.Test ?? new TestInfo(function.Name);
        return new TestCase($"{module.Name}.{function.Name}", info.DisplayName, file, place.Line, function.Name, info);
    }
}
