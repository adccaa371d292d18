using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Text;

namespace MinZ.Driver;

/// <summary>Reads the files of one build, each once. Paths appear in messages as they were given.</summary>
/// <param name="projectDirectory">Folder relative paths count from.</param>
/// <param name="diagnostics">Takes what went wrong.</param>
public sealed class InputReader(string projectDirectory, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, SourceText?> _sources = new(StringComparer.Ordinal);

    /// <summary>The absolute form of a path.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, projectDirectory);

    /// <summary>A source read before, by the path it was given by.</summary>
    public SourceText? Known(string path) => _sources.GetValueOrDefault(Resolve(path));

    /// <summary>Makes sources that no file holds known by their paths, for messages and listings.</summary>
    public void Add(IEnumerable<SourceText> sources)
    {
        foreach (SourceText source in sources)
        {
            _sources[Resolve(source.Path)] = source;
        }
    }

    /// <summary>The text of a source; null, with a diagnostic on the first attempt, when there is none.</summary>
    public SourceText? ReadSource(string path)
    {
        string full = Resolve(path);
        if (_sources.TryGetValue(full, out SourceText? known))
        {
            return known;
        }

        SourceText? source = ReadBytes(path) is { } bytes ? Decode(bytes, path) : null;
        _sources.Add(full, source);
        return source;
    }

    /// <summary>The bytes of a file; null, with a diagnostic, when it cannot be read.</summary>
    public byte[]? ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(Resolve(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            diagnostics.ReportFileNotFound(path, FilesBeside(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            diagnostics.ReportUnreadableFile(path, e.Message);
        }

        return null;
    }

    /// <summary>The sources in the folder of a file, named as it is.</summary>
    private IEnumerable<string> FilesBeside(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? "";
        string full = Resolve(folder.Length == 0 ? "." : folder);
        return !Directory.Exists(full) ? [] : Directory.EnumerateFiles(full, "*.mi*")
            .Select(f => Path.Combine(folder, Path.GetFileName(f))).Order(StringComparer.Ordinal);
    }

    private SourceText? Decode(byte[] bytes, string path)
    {
        if (SourceText.TryDecode(bytes, path, out SourceText text, out int badByte))
        {
            return text;
        }

        // What precedes the bad byte is well-formed, so its length in characters is the offset of the place.
        SourceText.TryDecode(bytes.AsSpan(0, badByte), path, out SourceText before, out _);
        diagnostics.ReportNotUtf8(text.At(new TextSpan(before.Length, 1)), bytes[badByte], badByte);
        return null;
    }
}
