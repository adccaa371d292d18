using MinZ.Mir;
using MinZ.Mir.Bytecode;

namespace MinZ.Driver;

/// <summary>
/// Builds the module whose tests run on a machine other than the VM: the sources compiled for that machine's target,
/// which they may ask for, with their tests.
/// </summary>
public static class TestBuild
{
    /// <summary>Builds and writes the module and the list of its tests, or nothing.</summary>
    /// <param name="build">The compilation; it keeps its tests and needs no <c>main</c>.</param>
    /// <param name="target">Name of the target the tests run on.</param>
    /// <param name="moduleFile">Where the module goes.</param>
    /// <param name="testList">Where the list of tests goes, a name on each line.</param>
    public static BuildResult Run(BuildRequest build, string target, string moduleFile, string testList)
    {
        var session = new BuildSession(build with { IncludeTests = true, IsLibrary = true });
        if (session.Compile(target) is { } module)
        {
            session.AddOutput(moduleFile, MirbWriter.Write(module));
            session.AddOutput(testList, List(module));
        }

        return session.Finish();
    }

    /// <summary>The names of a module's tests, one a line.</summary>
    internal static byte[] List(Module module) => System.Text.Encoding.UTF8.GetBytes(
        string.Concat(module.Functions.Where(f => f.Is(FunctionFlags.Test)).Select(f => f.Name + "\n")));
}
