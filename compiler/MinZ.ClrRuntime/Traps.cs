namespace MinZ.Runtime;

/// <summary>Why a MinZ program stopped.</summary>
public enum TrapCode : byte
{
    Panic, Assert, DivideByZero, IndexOutOfRange, WrongVariant, NullReference, StackOverflow, OutOfMemory,
    FuelExhausted, Unreachable, Deadlock, Denied, BadAddress, UnhandledError,
}

/// <summary>
/// A MinZ trap. Division by zero, a bad index and a null reference arrive as the exceptions .NET itself has for them.
/// </summary>
public sealed class TrapException : Exception
{
    public TrapException(TrapCode code, string message) : base(message) => Code = code;

    /// <summary>The kind of trap.</summary>
    public TrapCode Code { get; }
}

/// <summary>The program ended itself.</summary>
public sealed class ExitException : Exception
{
    public ExitException(int exitCode) : base("the program ended itself") => ExitCode = exitCode;

    /// <summary>The code it wants the process to end with.</summary>
    public int ExitCode { get; }
}

/// <summary>Raises traps and recognises those that .NET raised.</summary>
public static class Traps
{
    /// <summary>The trap an exception stands for; null when it is none.</summary>
    public static TrapCode? CodeOf(Exception exception) => exception switch
    {
        TrapException trap => trap.Code,
        DivideByZeroException => TrapCode.DivideByZero,
        IndexOutOfRangeException or OverflowException => TrapCode.IndexOutOfRange,
        NullReferenceException => TrapCode.NullReference,
        InsufficientExecutionStackException => TrapCode.StackOverflow,
        OutOfMemoryException => TrapCode.OutOfMemory,
        _ => null,
    };

    /// <summary>What an exception that stands for a trap says to people.</summary>
    public static string MessageOf(Exception exception) => exception is TrapException ? exception.Message
        : Describe(CodeOf(exception) ?? TrapCode.Panic);

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
        _ => "",
    };

    internal static Exception New(int code) => code switch
    {
        (int)TrapCode.DivideByZero => new DivideByZeroException(),
        (int)TrapCode.IndexOutOfRange => new IndexOutOfRangeException(),
        _ => new TrapException((TrapCode)code, Describe((TrapCode)code)),
    };

    internal static Exception NewWith(int code, Str message) => new TrapException((TrapCode)code, message.ToString());

    internal static void Raise(int code, Str message) => throw NewWith(code, message);

    internal static void Exit(int code) => throw new ExitException(code);

    /// <summary>Stops unless an enum value has the variant that is asked for.</summary>
    internal static void CheckVariant(long tag, long expected)
    {
        if (tag != expected)
            throw New((int)TrapCode.WrongVariant);
    }
}
