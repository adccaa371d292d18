using MinZ.Frontend.CompileTime;

namespace MinZ.Lua;

/// <summary>Lua 5.4 for <c>@lua</c>.</summary>
public sealed class LuaEngine : IScriptEngine
{
    /// <inheritdoc/>
    public IScriptSession Start() => new LuaSession();
}
