using System.Collections.Immutable;

namespace MinZ.Frontend.CompileTime;

/// <summary>The Lua behind <c>@lua</c>: an optional package, see the documentation of the language.</summary>
public interface IScriptEngine
{
    /// <summary>A fresh Lua for one compilation, with nothing but its string, table and math libraries.</summary>
    IScriptSession Start();
}

/// <summary>The Lua of one compilation: what one block defines, the next can use.</summary>
public interface IScriptSession : IDisposable
{
    /// <summary>Runs statements, or, when <paramref name="isExpression"/>, computes a value.</summary>
    /// <param name="code">Lua source.</param>
    /// <param name="isExpression">The result is the value as Lua's <c>tostring</c> shows it.</param>
    ScriptRun Run(string code, bool isExpression);
}

/// <summary>What a script did.</summary>
/// <param name="Lines">What it wrote, in order.</param>
/// <param name="Value">The value of an expression.</param>
/// <param name="Error">Why it stopped; null = it did not.</param>
/// <param name="ErrorLine">1-based line of the code where it stopped; 0 = unknown.</param>
public sealed record ScriptRun(
    ImmutableArray<ScriptLine> Lines, string? Value, string? Error, int ErrorLine);

/// <summary>A line a script wrote.</summary>
/// <param name="Text">The line without its end.</param>
/// <param name="IsEmitted">True for <c>emit</c>, false for <c>print</c>.</param>
public readonly record struct ScriptLine(string Text, bool IsEmitted);
