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
                staged.Add(StageName(file.Path));
                Stage(file, staged[^1]);
            }

            // Found now, while nothing is replaced.
            current = files.Select(f => f.Path).FirstOrDefault(Directory.Exists) ?? "";
            if (current.Length > 0)
            {
                throw new IOException("there is a folder of this name");
            }

            for (int i = 0; i < files.Count; i++)
            {
                current = files[i].Path;
                File.Move(staged[i], current, overwrite: true);
            }

            return true;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            diagnostics.ReportUnwritableOutput(current, Reason(e));
            return false;
        }
        finally
        {
            Discard(staged);
        }
    }

    private static string StageName(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");

    private static void Stage(PendingFile file, string stage)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        using FileStream stream = new(stage, FileMode.CreateNew, FileAccess.Write);
        stream.Write(file.Bytes.Span);
    }

    // A file beyond the size limit of the process or the file system comes as an argument out of range.
    private static bool IsRefusal(Exception e) =>
        e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    // The name of the stage file, which messages of the system end with, tells nobody anything.
    private static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "access is denied",
        ArgumentOutOfRangeException => "the file is larger than the system allows",
        _ => e.Message.Split(" : '")[0].TrimEnd('.'),
    };

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
