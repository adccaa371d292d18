using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Driver;

/// <summary>
/// Finds the source of an imported module: <c>a.b.c</c> is <c>a/b/c.minz</c> in the project's folder, beside one of its
/// sources, in a referenced library, or in the standard library, in this order.
/// </summary>
internal sealed class ModuleResolver
{
    private readonly InputReader _reader;
    private readonly List<string> _projectFolders;
    private readonly string? _standardLibrary;
    private readonly List<SourceLibrary> _libraries = [];

    /// <summary>Opens the libraries of a request; what cannot be read is reported.</summary>
    public ModuleResolver(BuildRequest request, InputReader reader, DiagnosticBag diagnostics)
    {
        _reader = reader;
        _projectFolders = [.. request.Inputs.Select(i => Path.GetDirectoryName(i) ?? "").Prepend("").Distinct()];
        _standardLibrary = request.StandardLibrary;
        foreach (string path in request.References)
        {
            if (reader.ReadBytes(path) is not { } bytes)
            {
                continue;
            }

            try
            {
                _libraries.Add(SourceLibrary.Read(bytes, Path.GetFileNameWithoutExtension(path)));
            }
            catch (InvalidDataException e)
            {
                diagnostics.ReportMalformedLibrary(path, e.Message);
            }
        }
    }

    /// <summary>The module's source; null when there is none.</summary>
    public SourceText? Find(string module)
    {
        string file = module.Replace('.', Path.DirectorySeparatorChar) + ".minz";
        return InFolders(_projectFolders, file)
            ?? _libraries.Select(l => l.Find(module)).FirstOrDefault(s => s is not null)
            ?? (_standardLibrary is null ? null : InFolders([_standardLibrary], file));
    }

    /// <summary>Paths of the modules of the standard library.</summary>
    public IEnumerable<string> List() => _standardLibrary is null || !Directory.Exists(_standardLibrary) ? []
        : Directory.EnumerateFiles(_standardLibrary, "*.minz", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(_standardLibrary, f)[..^".minz".Length])
            .Select(f => f.Replace(Path.DirectorySeparatorChar, '.'))
            .Order(StringComparer.Ordinal);

    /// <summary>The sources of the module that a source found here belongs to.</summary>
    public IReadOnlyList<SourceText> FilesOf(SourceText source) =>
        _libraries.Select(l => l.FilesOf(source)).FirstOrDefault(f => f is not null) ?? [source];

    private SourceText? InFolders(IEnumerable<string> folders, string file) =>
        folders.Select(folder => Path.Combine(folder, file))
            .Where(path => File.Exists(_reader.Resolve(path)))
            .Select(_reader.ReadSource)
            .FirstOrDefault();
}
