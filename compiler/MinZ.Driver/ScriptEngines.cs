using System.Reflection;
using System.Runtime.Loader;
using MinZ.Frontend.CompileTime;

namespace MinZ.Driver;

/// <summary>
/// Loads the optional engine of <c>@lua</c>. Nothing of it is touched before a program uses <c>@lua</c>.
/// </summary>
public static class ScriptEngines
{
    /// <summary>The engine of an assembly; null when there is no such file.</summary>
    public static IScriptEngine? Find(string? assembly) =>
        assembly is not null && File.Exists(assembly) ? new Deferred(Path.GetFullPath(assembly)) : null;

    private sealed class Deferred(string path) : IScriptEngine
    {
        public IScriptSession Start()
        {
            Assembly assembly = new EngineContext(path).LoadFromAssemblyPath(path);
            Type engine = assembly.GetExportedTypes().First(t => typeof(IScriptEngine).IsAssignableFrom(t));
            return ((IScriptEngine)Activator.CreateInstance(engine)!).Start();
        }
    }

    /// <summary>The engine brings its own libraries, but shares the compiler's types.</summary>
    private sealed class EngineContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName name)
        {
            Assembly shared = typeof(IScriptEngine).Assembly;
            if (name.Name is "MinZ.Frontend" or "MinZ.Mir")
            {
                return GetLoadContext(shared)!.LoadFromAssemblyName(name);
            }

            return _resolver.ResolveAssemblyToPath(name) is { } file ? LoadFromAssemblyPath(file) : null;
        }

        protected override nint LoadUnmanagedDll(string name) =>
            _resolver.ResolveUnmanagedDllToPath(name) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
    }
}
