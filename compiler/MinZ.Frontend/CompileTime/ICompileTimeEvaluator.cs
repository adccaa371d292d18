using System.Collections.Immutable;
using MinZ.Mir;

namespace MinZ.Frontend.CompileTime;

/// <summary>
/// Runs functions while a program is compiled. The front end finds out what has to be computed and what the results
/// mean;
/// the engine behind this interface computes it.
/// </summary>
public interface ICompileTimeEvaluator
{
    /// <summary>
    /// Runs a function without parameters of a verified high-level module; never throws on what it does.
    /// </summary>
    /// <param name="module">The module, which stays as it is.</param>
    /// <param name="function">Name of the function. Its result, if any, is the address of memory to read.</param>
    /// <param name="limits">When to stop it.</param>
    /// <param name="read">Called once when the function returned, with its result and its memory.</param>
    CompileTimeRun Run(Module module, string function, CompileTimeLimits limits, Action<long, ReadMemory> read);
}

/// <summary>Reads memory of a computation, laid out as <see cref="DataLayout.Flat32"/>.</summary>
/// <returns>False when the bytes are not all in memory.</returns>
public delegate bool ReadMemory(uint address, Span<byte> to);

/// <summary>When a computation is stopped.</summary>
/// <param name="Steps">Calls plus loop iterations it may take.</param>
/// <param name="MemoryBytes">Bytes its variables, strings and objects may take.</param>
public sealed record CompileTimeLimits(long Steps, long MemoryBytes)
{
    /// <summary>About a second of work.</summary>
    public static CompileTimeLimits Default { get; } = new(20_000_000, 64 << 20);
}

/// <summary>What came of a run.</summary>
/// <param name="Stop">Why it did not return; null = it did.</param>
/// <param name="Texts">What it passed to <see cref="CompileTimeServices"/>, in order.</param>
public sealed record CompileTimeRun(CompileTimeStop? Stop, ImmutableArray<CompileTimeText> Texts);

/// <summary>A text a computation handed out.</summary>
/// <param name="Service">One of the names in <see cref="CompileTimeServices"/>.</param>
/// <param name="Text">The text.</param>
public readonly record struct CompileTimeText(string Service, string Text);

/// <summary>Host functions of a computation; both take a string and return nothing.</summary>
public static class CompileTimeServices
{
    /// <summary><c>@emit</c>: the text becomes a line of source.</summary>
    public const string Emit = "minz.emit";

    /// <summary><c>@static_print</c>: the text is a message of the compiler.</summary>
    public const string Note = "minz.note";
}

/// <summary>Why a computation stopped.</summary>
/// <param name="Code">The kind of trap.</param>
/// <param name="Message">What happened, in words.</param>
/// <param name="Stack">Where it was, innermost frame first, perhaps shortened.</param>
public sealed record CompileTimeStop(TrapCode Code, string Message, ImmutableArray<CompileTimeFrame> Stack);

/// <summary>A function that was running.</summary>
/// <param name="Function">Its name in the module.</param>
/// <param name="File">Path of its source; null = unknown.</param>
/// <param name="Line">1-based; 0 = unknown.</param>
/// <param name="Column">1-based; 0 = unknown.</param>
public readonly record struct CompileTimeFrame(string Function, string? File, int Line, int Column);
