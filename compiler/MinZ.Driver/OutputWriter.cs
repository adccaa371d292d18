using MinZ.Frontend.Diagnostics;

namespace MinZ.Driver;

/// <summary>A file to write.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Bytes">Content.</param>
public readonly record struct PendingFile(string Path, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Writes files all or nothing: each goes to a name of its own beside its place first, and only when all are complete
/// are they moved there. A full disk or a read-only folder leaves what was there before.
/// </summary>
public static class OutputWriter
{
    /// <summary>Writes the files; on failure reports why and returns false.</summary>
    public static bool TryWrite(IReadOnlyList<PendingFile> files, DiagnosticBag diagnostics)
    {
        var staged = new List<string>(files.Count);
        string current = "";
        try
        {
            foreach (PendingFile file in files)
            {
                current = file.Path;
                string folder = Path.GetDirectoryName(file.Path)!;
                Directory.CreateDirectory(folder);
                string stage = Path.Combine(folder, $".{Path.GetFileName(file.Path)}.{Guid.NewGuid():N}.tmp");
                staged.Add(stage);
                using FileStream stream = new(stage, FileMode.CreateNew, FileAccess.Write);
                stream.Write(file.Bytes.Span);
            }

            for (int i = 0; i < files.Count; i++)
            {
                current = files[i].Path;
                File.Move(staged[i], current, overwrite: true);
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            diagnostics.ReportUnwritableOutput(current, e.Message);
            Discard(staged);
            return false;
        }
    }

    private static void Discard(List<string> staged)
    {
        foreach (string path in staged)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The failure that matters is reported already; a stray stage file is the lesser evil.
            }
        }
    }
}
