using MinZ.Driver;
using MinZ.Mir;

namespace MinZ.Hosting;

/// <summary>Reads compiled modules.</summary>
public static class ModuleFile
{
    /// <summary>The verified module in a <c>.mirb</c> or <c>.mir</c> file.</summary>
    /// <exception cref="InvalidDataException">There is no such file, or it is no valid module.</exception>
    public static Module Load(string path)
    {
        var session = new BuildSession(new BuildRequest
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Inputs = [path],
            ProjectDirectory = Environment.CurrentDirectory,
            IsLibrary = true,
            IncludeTests = true,
            Optimize = false,
        });
        return session.Compile() ?? throw new InvalidDataException(
            string.Join(Environment.NewLine, session.Finish().Diagnostics.Select(d => d.ToString())));
    }
}
