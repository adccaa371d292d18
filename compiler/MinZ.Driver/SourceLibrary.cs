using System.IO.Compression;
using System.Text;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;

namespace MinZ.Driver;

/// <summary>
/// A library as other projects compile against it: its modules as source, in a zip (<c>.minzlib</c>) beside its
/// <c>.mirb</c>. Source, because generic functions are instantiated and small ones inlined by the program that uses them,
/// and only what it uses becomes part of it.
/// </summary>
public static class SourceLibrary
{
    /// <summary>Extension of the files.</summary>
    public const string Extension = ".minzlib";

    // Equal sources give equal bytes.
    private static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The bytes of a library.</summary>
    /// <param name="sources">Its files; their paths are relative to its project.</param>
    public static byte[] Write(IEnumerable<SourceText> sources)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (SourceText source in sources.OrderBy(s => s.Path, StringComparer.Ordinal))
            {
                // The path an import names, which is what the library is searched by.
                ZipArchiveEntry entry = zip.CreateEntry(ModuleOf(source).Replace('.', '/') + ".minz");
                entry.LastWriteTime = Timestamp;
                using Stream content = entry.Open();
                content.Write(Encoding.UTF8.GetBytes(source.Text));
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The modules of a library by the path an import names.</summary>
    /// <param name="bytes">Content of the file.</param>
    /// <param name="name">Name of the library, for messages about its sources.</param>
    /// <exception cref="InvalidDataException">The bytes are no library.</exception>
    public static IReadOnlyDictionary<string, SourceText> Read(byte[] bytes, string name)
    {
        var modules = new Dictionary<string, SourceText>(StringComparer.Ordinal);
        using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open(), Encoding.UTF8);
            string module = Path.ChangeExtension(entry.FullName, null).Replace('/', '.');
            modules[module] = new SourceText(reader.ReadToEnd(), $"{name}/{entry.FullName}");
        }

        return modules;
    }

    private static string ModuleOf(SourceText source)
    {
        ModuleDeclaration? declared = SyntaxTree.Parse(source).Root.Declarations.OfType<ModuleDeclaration>().FirstOrDefault();
        return declared is not null
            ? string.Join('.', declared.Path.Select(p => p.Text))
            : Path.ChangeExtension(source.Path, null).Replace('\\', '/').Replace('/', '.').TrimStart('.');
    }
}
