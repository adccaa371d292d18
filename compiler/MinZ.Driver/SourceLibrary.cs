using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;

namespace MinZ.Driver;

/// <summary>
/// A library as other projects compile against it: its modules as source, in a zip (<c>.minzlib</c>) beside its
/// <c>.mirb</c>. Source, because generic functions are instantiated and small ones inlined by the program that uses
/// them, and only what it uses becomes part of it.
/// </summary>
/// <remarks>
/// The entry <c>minzlib</c> is text: a line with name and version of the format and the SHA-256 of the lines after it,
/// of which each names a source: its path, the SHA-256 of its bytes, and the module it declares, if any, between
/// blanks. The sources follow as entries of those paths, in UTF-8. Nothing is ever unpacked to disk.
/// </remarks>
public sealed class SourceLibrary
{
    /// <summary>Extension of the files.</summary>
    public const string Extension = ".minzlib";

    /// <summary>Version of the format this compiler writes, and the only one it reads.</summary>
    public const int Version = 2;

    // More than any library has, and little enough to hold: what a damaged or hostile file may make us unpack.
    private const long MaxBytes = 64L << 20;
    private const string Manifest = "minzlib";

    // Equal sources give equal bytes.
    private static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, SourceText> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<SourceText, IReadOnlyList<SourceText>> _files = [];

    // Files without a module line are one module, named by the library, and by each of the files as in the library
    // itself.
    private SourceLibrary(string name, IReadOnlyList<(SourceText Source, string Path, string Module)> files)
    {
        foreach (var module in files.GroupBy(f => f.Module))
        {
            SourceText[] sources = [.. module.Select(f => f.Source)];
            foreach ((SourceText source, string path, _) in module)
            {
                _files.Add(source, sources);
                if (module.Key.Length > 0)
                {
                    _byName.TryAdd(module.Key, source);
                    continue;
                }

                string[] parts = path[..^".minz".Length].Split('/');
                for (int i = 0; i < parts.Length; i++)
                {
                    _byName.TryAdd(string.Join('.', parts[i..]), source);
                }
            }

            if (module.Key.Length == 0)
            {
                _byName.TryAdd(name, sources[0]);
            }
        }
    }

    /// <summary>The names its modules can be imported by.</summary>
    public IReadOnlyCollection<string> Names => _byName.Keys;

    /// <summary>A source of the module an import names; null when it is not of this library.</summary>
    public SourceText? Find(string module) => _byName.GetValueOrDefault(module);

    /// <summary>
    /// All sources of the module a source belongs to, itself among them; null for a source from elsewhere.
    /// </summary>
    public IReadOnlyList<SourceText>? FilesOf(SourceText source) => _files.GetValueOrDefault(source);

    /// <summary>The bytes of a library.</summary>
    /// <param name="sources">Its files; their paths are relative to its project.</param>
    public static byte[] Write(IEnumerable<SourceText> sources)
    {
        var files = sources
            .Select(s => (Path: EntryName(s.Path), Bytes: Encoding.UTF8.GetBytes(s.Text), Module: ModuleOf(s)))
            .OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
        string list = string.Concat(files.Select(f => $"{f.Path} {Hash(f.Bytes)} {f.Module}\n"));
        string manifest = $"{Manifest} {Version} {Hash(Encoding.UTF8.GetBytes(list))}\n{list}";
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var withManifest = files.Prepend((Manifest, Encoding.UTF8.GetBytes(manifest), ""));
            foreach ((string path, byte[] content, _) in withManifest)
            {
                ZipArchiveEntry entry = zip.CreateEntry(path);
                entry.LastWriteTime = Timestamp;
                using Stream stream = entry.Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Reads a library and checks all of it.</summary>
    /// <param name="bytes">Content of the file.</param>
    /// <param name="name">Name of the library: what messages about its sources begin with.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are no library, one of another version, or damaged; the message says which.
    /// </exception>
    public static SourceLibrary Read(byte[] bytes, string name)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            long budget = MaxBytes;
            string[] lines = CheckedManifest(Encoding.UTF8.GetString(Unpack(zip, Manifest, ref budget)));
            var files = new List<(SourceText, string, string)>();
            foreach (string line in lines)
            {
                string[] parts = line.Split(' ');
                if (parts.Length != 3 || !IsSafe(parts[0]))
                {
                    throw new InvalidDataException($"'{line}' names no source of a library");
                }

                byte[] content = Unpack(zip, parts[0], ref budget);
                if (Hash(content) != parts[1]
                    || !SourceText.TryDecode(content, $"{name}/{parts[0]}", out SourceText text, out _))
                {
                    throw new InvalidDataException($"its source '{parts[0]}' is damaged");
                }

                files.Add((text, parts[0], parts[2]));
            }

            return new SourceLibrary(name, files);
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static string[] CheckedManifest(string manifest)
    {
        int end = manifest.IndexOf('\n');
        string[] header = manifest[..Math.Max(end, 0)].Split(' ');
        if (header is not [Manifest, _, _]
            || !int.TryParse(header[1], NumberStyles.None, CultureInfo.InvariantCulture, out int version))
        {
            throw new InvalidDataException("its list of sources does not begin as one");
        }

        if (version != Version)
        {
            throw new InvalidDataException(
                $"it is of version {version} of the format; this compiler reads version {Version}");
        }

        string list = manifest[(end + 1)..];
        return Hash(Encoding.UTF8.GetBytes(list)) == header[2]
            ? list.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidDataException("its list of sources is damaged");
    }

    private static byte[] Unpack(ZipArchive zip, string path, ref long budget)
    {
        ZipArchiveEntry entry = zip.GetEntry(path) ?? throw new InvalidDataException(path == Manifest
            ? "it has no list of sources, so it is no MinZ library or one of an older compiler"
            : $"its source '{path}' is missing");
        using Stream stream = entry.Open();
        var content = new MemoryStream();
        var buffer = new byte[16 << 10];
        for (int n = stream.Read(buffer); n > 0; n = stream.Read(buffer))
        {
            budget -= n;
            if (budget < 0)
            {
                throw new InvalidDataException($"it is larger than the {MaxBytes >> 20} MB a library may be");
            }

            content.Write(buffer, 0, n);
        }

        return content.ToArray();
    }

    // A path that, set behind a folder, stays below it.
    private static bool IsSafe(string path) =>
        path.EndsWith(".minz", StringComparison.Ordinal) && path.IndexOfAny(['\\', ':', '\0']) < 0
        && path.Split('/').All(part => part is not ("" or "." or ".."));

    // Sources from outside the project's folder keep what is below the common root; blanks part the fields of a line.
    private static string EntryName(string path)
    {
        string[] parts = path.Replace('\\', '/').Replace(' ', '_').Replace(':', '_').Split('/');
        return string.Join('/', parts.Where(part => part is not ("" or "." or "..")));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string ModuleOf(SourceText source)
    {
        ModuleDeclaration? declared =
            SyntaxTree.Parse(source).Root.Declarations.OfType<ModuleDeclaration>().FirstOrDefault();
        return declared is null ? "" : string.Join('.', declared.Path.Select(p => p.Text));
    }
}
