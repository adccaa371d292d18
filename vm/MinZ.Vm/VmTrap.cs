using System.Collections.Immutable;
using System.Text;
using MinZ.Mir;

namespace MinZ.Vm;

/// <summary>One line of a stack trace.</summary>
/// <param name="Function">Name of the function; of the inlined one for code that was inlined.</param>
/// <param name="File">Source path as the compiler was given it; null = unknown.</param>
/// <param name="Line">1-based; 0 = unknown.</param>
/// <param name="Column">1-based; 0 = unknown.</param>
public sealed record StackFrame(string Function, string? File, int Line, int Column)
{
    public override string ToString() => File is null ? $"at {Function}" : $"at {Function} ({File}:{Line}:{Column})";
}

/// <summary>Why and where a program stopped.</summary>
/// <param name="Code">The kind of trap.</param>
/// <param name="Message">What happened, in words, without the code.</param>
/// <param name="Stack">Innermost frame first; long recursions are shortened in the middle.</param>
/// <param name="OmittedFrames">Number of frames left out of the stack's middle.</param>
public sealed record VmTrap(TrapCode Code, string Message, ImmutableArray<StackFrame> Stack, int OmittedFrames = 0)
{
    /// <summary>Code, message and stack as shown to people, one line each.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"trap {Code}: {Message}");
        for (var i = 0; i < Stack.Length; i++)
        {
            if (OmittedFrames > 0 && i == StackTrace.Kept / 2)
                text.Append($"\n   ... {OmittedFrames} more ...");
            text.Append("\n   ").Append(Stack[i]);
        }
        return text.ToString();
    }

    /// <summary>What a code means when the program gave no message.</summary>
    public static string Describe(TrapCode code) => code switch
    {
        TrapCode.Panic => "the program gave up",
        TrapCode.Assert => "an assertion failed",
        TrapCode.DivideByZero => "division by zero",
        TrapCode.IndexOutOfRange => "index out of range",
        TrapCode.WrongVariant => "the enum value is of another variant",
        TrapCode.NullReference => "nothing is behind a null reference",
        TrapCode.StackOverflow => "too many nested calls",
        TrapCode.OutOfMemory => "the memory limit is reached",
        TrapCode.FuelExhausted => "the fuel is used up: the program ran longer than it may",
        TrapCode.Unreachable => "control came to a place that cannot be reached",
        TrapCode.Deadlock => "all threads wait for each other",
        TrapCode.Denied => "the sandbox does not allow this",
        TrapCode.BadAddress => "an address outside memory",
        TrapCode.UnhandledError => "an error was not handled",
    };
}

/// <summary>Thrown by a host function to stop the program that called it.</summary>
public sealed class VmTrapException(TrapCode code, string message) : Exception(message)
{
    /// <summary>The kind of trap.</summary>
    public TrapCode Code { get; } = code;
}

/// <summary>A module cannot be loaded: it is not for this machine, or too large for its limits.</summary>
public sealed class VmLoadException(string message) : Exception(message);
