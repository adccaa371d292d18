using System.Collections.Immutable;
using MinZ.Mir;

namespace MinZ.Backends;

/// <summary>How a target holds values that are larger than a machine word.</summary>
public enum MemoryFamily : byte
{
    /// <summary>Aggregates in linear memory.</summary>
    Flat,
    /// <summary>Objects of a managed runtime.</summary>
    Managed,
    /// <summary>Immutable terms.</summary>
    Pure,
}

/// <summary>A file a target produced.</summary>
/// <param name="Extension">Extension with its dot, e.g. <c>.tap</c>.</param>
/// <param name="Bytes">Content.</param>
public sealed record OutputFile(string Extension, ImmutableArray<byte> Bytes);

/// <summary>A message of a back end; codes from 1000 up, as in the diagnostics table.</summary>
/// <param name="Code">Number of the MZ code.</param>
/// <param name="Message">What was expected and found.</param>
/// <param name="Hint">What to do; null = nothing better to say.</param>
/// <param name="Location">Place in source; default = unknown.</param>
/// <param name="IsError">False for a warning.</param>
public sealed record TargetMessage(
    int Code, string Message, string? Hint, SourceLocation Location, bool IsError = true);

/// <summary>What a build asks of a target.</summary>
/// <param name="Name">Name of the program; the output files' base name.</param>
/// <param name="Optimize">False for -O0: code as written.</param>
/// <param name="CheckBounds">False turns index checks off where the target can.</param>
/// <param name="SourceText">Text of a source file by the path in <see cref="Module.Files"/>, for listings; null when
/// unknown.</param>
public sealed record EmitOptions(string Name, bool Optimize = true, bool CheckBounds = true,
    Func<string, string?>? SourceText = null);

/// <summary>What a target made of a module.</summary>
/// <param name="Files">Outputs, the main one first; empty when a message is an error.</param>
/// <param name="Messages">Diagnostics in order.</param>
public sealed record EmitResult(ImmutableArray<OutputFile> Files, ImmutableArray<TargetMessage> Messages)
{
    /// <summary>True when no message is an error.</summary>
    public bool Success => Messages.All(m => !m.IsError);
}

/// <summary>
/// A target, as one record: everything the driver, the SDK, the docs and the test matrix need to know of it.
/// </summary>
/// <param name="Name">Name on the command line and in projects.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Extensions">Extensions of its outputs, the main one first.</param>
/// <param name="Memory">How it holds aggregates.</param>
/// <param name="Emit">
/// Turns a verified, high-level, optimised module into files. Works on a copy where it must change the module. Throws
/// on a bug only: what the target cannot do is a message.
/// </param>
public sealed record Target(string Name, string Title, ImmutableArray<string> Extensions, MemoryFamily Memory,
    Func<Module, EmitOptions, EmitResult> Emit)
{
    /// <summary>
    /// True when <see cref="EmitOptions.CheckBounds"/> = false leaves out index checks; others keep them.
    /// </summary>
    public bool CanDropChecks { get; init; }
}
