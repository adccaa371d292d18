using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using KeraLua;
using MinZ.Frontend.CompileTime;

namespace MinZ.Lua;

/// <summary>
/// One Lua state with the base, string, table and math libraries. Scripts cannot reach files, the clock or random
/// seeds, and are stopped when they run or grow too far. No error ever unwinds through managed frames: those that Lua
/// raises stay within Lua, and what it calls here returns normally.
/// </summary>
internal sealed unsafe partial class LuaSession : IScriptSession
{
    /// <summary>Instructions one block may execute, about a second of work.</summary>
    private const int MostInstructions = 50_000_000;

    /// <summary>Bytes all values together may take.</summary>
    private const long MostBytes = 128 << 20;

    // What the literal of an array may have; more dimensions than that are a table that contains itself.
    private const int MostElements = 65_536, MostDimensions = 8;

    private const string ChunkName = "=lua";

    private readonly KeraLua.Lua _lua;
    private readonly LuaAlloc _allocate;
    private readonly LuaFunction _write;
    private readonly ImmutableArray<ScriptLine>.Builder _lines = ImmutableArray.CreateBuilder<ScriptLine>();
    private long _bytes;

    public LuaSession()
    {
        _allocate = Allocate;
        _write = Write;
        _lua = new KeraLua.Lua(_allocate, IntPtr.Zero) { Encoding = Encoding.UTF8 };
        Open("_G", NativeExport("luaopen_base"));
        Open("string", NativeExport("luaopen_string"));
        Open("table", NativeExport("luaopen_table"));
        Open("math", NativeExport("luaopen_math"));
        RunPrelude();
    }

    /// <inheritdoc/>
    public ScriptRun Run(string code, bool isExpression)
    {
        _lines.Clear();
        _lua.SetTop(0);
        var status = _lua.LoadBuffer(Encoding.UTF8.GetBytes(isExpression ? "return " + code : code), ChunkName);
        if (status == LuaStatus.OK)
        {
            SetLimit(MostInstructions);
            status = _lua.PCall(0, isExpression ? 1 : 0, 0);
            SetLimit(0);
        }
        var lines = _lines.Select(l => l with { Text = WithoutPoint(l.Text) }).ToImmutableArray();
        if (status == LuaStatus.OK)
            return !isExpression ? new ScriptRun(lines, null, null, 0)
                : Shown() is { } value ? new ScriptRun(lines, value, null, 0)
                : new ScriptRun(lines, null, $"a value of type {_lua.TypeName(-1)} is no source text", 0);
        var (message, line) = Explain(_lua.ToString(-1) ?? "unknown error");
        return new ScriptRun(lines, null, message, line);
    }

    /// <inheritdoc/>
    public void Dispose() => _lua.Dispose();

    private static nint NativeExport(string name) =>
        NativeLibrary.GetExport(NativeLibrary.Load("lua54", typeof(KeraLua.Lua).Assembly, null), name);

    private void Open(string name, nint function)
    {
        _lua.RequireF(name, Marshal.GetDelegateForFunctionPointer<LuaFunction>(function), true);
        _lua.Pop(1);
    }

    private void RunPrelude()
    {
        using var stream = typeof(LuaSession).Assembly.GetManifestResourceStream("Prelude.lua")!;
        using var text = new StreamReader(stream, Encoding.UTF8);
        if (_lua.LoadString(text.ReadToEnd(), "=prelude") != LuaStatus.OK || !CallWithWriter())
            throw new InvalidOperationException($"the Lua prelude is broken: {_lua.ToString(-1)}");
        // Equal builds give equal programs.
        _lua.DoString("math.randomseed(1)");
    }

    private bool CallWithWriter()
    {
        _lua.PushCFunction(_write);
        return _lua.PCall(1, 0, 0) == LuaStatus.OK;
    }

    /// <summary>
    /// Lets Lua stop itself after a number of instructions. The hook is <c>luaL_error</c> itself, called by Lua as
    /// hook(state, event record): the record begins with the event number 3, little-endian, which reads as the text
    /// "\3".
    /// So the error is raised without a managed frame in between, which it must not jump over.
    /// </summary>
    private void SetLimit(int instructions)
    {
        var set = (delegate* unmanaged[Cdecl]<nint, nint, int, int, void>)NativeExport("lua_sethook");
        set(_lua.Handle, instructions == 0 ? 0 : NativeExport("luaL_error"),
            instructions == 0 ? 0 : (int)LuaHookMask.Count, instructions);
    }

    private int Write(nint state)
    {
        // The prelude passes a string and a bool and nothing else.
        var lua = KeraLua.Lua.FromIntPtr(state)!;
        foreach (var line in (lua.ToString(1, false) ?? "").Split('\n'))
            _lines.Add(new ScriptLine(line.TrimEnd('\r'), lua.ToBoolean(2)));
        return 0;
    }

    private nint Allocate(nint _, nint old, nuint oldSize, nuint newSize)
    {
        // For a new block the old size is the kind of object.
        var before = old == 0 ? 0 : (long)oldSize;
        if (newSize == 0)
        {
            NativeMemory.Free((void*)old);
            _bytes -= before;
            return 0;
        }
        if ((long)newSize > before && _bytes + (long)newSize - before > MostBytes)
            return 0;
        var block = (nint)NativeMemory.Realloc((void*)old, newSize);
        _bytes += (long)newSize - before;
        return block;
    }

    /// <summary>
    /// The value on top of the stack as source text; null when it is neither number, bool, string nor a list of such.
    /// </summary>
    private string? Shown(int depth = 0) => _lua.Type(-1) switch
    {
        LuaType.Table when depth < MostDimensions => Elements(depth + 1),
        LuaType.Boolean => _lua.ToBoolean(-1) ? "true" : "false",
        LuaType.Number when _lua.IsInteger(-1) => _lua.ToInteger(-1).ToString(CultureInfo.InvariantCulture),
        LuaType.Number => WithoutPoint(_lua.ToNumber(-1).ToString("R", CultureInfo.InvariantCulture)),
        LuaType.String => TextOf(_lua.ToString(-1) ?? ""),
        _ => null,
    };

    /// <summary>A list as the literal of an array; null for an empty one, and for what has other keys.</summary>
    private string? Elements(int depth)
    {
        var length = _lua.RawLen(-1);
        if (length == 0 || length > MostElements || KeyCount() != length)
            return null;
        var elements = new List<string>();
        for (var i = 1; i <= length; i++)
        {
            _lua.RawGetInteger(-1, i);
            if (Shown(depth) is { } element)
                elements.Add(element);
            _lua.Pop(1);
        }
        return elements.Count == length ? $"[{string.Join(", ", elements)}]" : null;
    }

    private int KeyCount()
    {
        var count = 0;
        for (_lua.PushNil(); _lua.Next(-2); _lua.Pop(1))
            count++;
        return count;
    }

    /// <summary>A string is a string in the source too, unless it is the text of a number.</summary>
    private static string TextOf(string text) => Number().IsMatch(text) ? text
        : '"' + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r")
            .Replace("#{", "\\x23{") + '"';

    /// <summary>
    /// Numbers of Lua 5.4 that are whole but computed as floats end in <c>.0</c>, which no integer constant may; in
    /// code about floats and texts they stay.
    /// </summary>
    private static string WithoutPoint(string line) =>
        line.Contains("f32", StringComparison.Ordinal) || line.Contains("f64", StringComparison.Ordinal) ||
        line.Contains('"') ? line : WholeFloat().Replace(line, "$1");

    private static (string Message, int Line) Explain(string error)
    {
        var line = 0;
        if (Place().Match(error) is { Success: true } at)
        {
            line = int.Parse(at.Groups[1].Value, CultureInfo.InvariantCulture);
            error = error[at.Length..];
        }
        return (error.Contains('\u0003') ? "it runs longer than it may" : error, line);
    }

    [GeneratedRegex(@"(?<![\w.])(\d+)\.0(?![\w.])")]
    private static partial Regex WholeFloat();

    [GeneratedRegex(@"^-?(\d+(\.\d+)?|0x[0-9A-Fa-f]+)$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^lua:(\d+): ")]
    private static partial Regex Place();
}
