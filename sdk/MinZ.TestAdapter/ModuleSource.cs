using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using MinZ.Hosting;
using MinZ.Hosting.Testing;
using VsTestCase = Microsoft.VisualStudio.TestPlatform.ObjectModel.TestCase;

namespace MinZ.TestAdapter;

/// <summary>A test source as VSTest names it, which is a <c>.mirb</c>, with its tests.</summary>
internal sealed class ModuleSource
{
    /// <summary>The executor all our tests belong to.</summary>
    public const string ExecutorUri = "executor://MinZTestExecutor/v1";

    private readonly Dictionary<string, MinZ.Hosting.Testing.TestCase> _byName;

    private ModuleSource(string path, TestModule module)
    {
        Module = module;
        _byName = module.Tests.ToDictionary(t => t.FullyQualifiedName);
        Cases = [.. module.Tests.Select(t => new VsTestCase(t.FullyQualifiedName, new Uri(ExecutorUri), path)
        {
            DisplayName = t.DisplayName, CodeFilePath = t.File, LineNumber = t.Line,
        })];
    }

    /// <summary>The module.</summary>
    public TestModule Module { get; }

    /// <summary>Its tests.</summary>
    public IReadOnlyList<VsTestCase> Cases { get; }

    /// <summary>Reads a source and the options beside it.</summary>
    /// <exception cref="InvalidDataException">It is not a valid module; the message says why.</exception>
    public static ModuleSource Load(string path)
    {
        string optionsFile = Path.ChangeExtension(path, TestOptions.FileExtension);
        TestOptions options = File.Exists(optionsFile)
            ? TestOptions.Parse(File.ReadLines(optionsFile))
            : new TestOptions { SourceDirectory = Path.GetDirectoryName(path)! };
        return new ModuleSource(path, TestModule.Create(ModuleFile.Load(path), options));
    }

    /// <summary>The test a case of VSTest stands for; null when the module has it no more.</summary>
    public MinZ.Hosting.Testing.TestCase? Find(VsTestCase test) => _byName.GetValueOrDefault(test.FullyQualifiedName);

    /// <summary>The value of a property that filters may name; null for any other.</summary>
    public object? PropertyOf(VsTestCase test, string property) => property switch
    {
        "FullyQualifiedName" => test.FullyQualifiedName,
        "DisplayName" => test.DisplayName,
        "Name" => Find(test)?.Name,
        "File" => test.CodeFilePath,
        _ => null,
    };
}
