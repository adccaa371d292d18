namespace MinZ.Mir;

/// <summary>
/// What the traps are called that targets word differently: a test may name a kind of trap by any of these words and
/// passes on every target.
/// </summary>
internal static class TrapWords
{
    /// <summary>A kind, part of every message of it, and what it is called besides, without blanks.</summary>
    private static readonly (TrapCode Code, string Message, string[] Names)[] Kinds =
    [
        (TrapCode.DivideByZero, "division by zero", ["divisionbyzero", "dividedbyzero", "divbyzero", "zerodivision"]),
        (TrapCode.IndexOutOfRange, "out of range", ["indexoutofbounds", "outofbounds", "bounds"]),
        (TrapCode.NullReference, "null reference", ["nullpointer", "null"]),
        (TrapCode.WrongVariant, "another variant", []),
        (TrapCode.StackOverflow, "nested calls", []),
        (TrapCode.OutOfMemory, "memory", ["heapisfull"]),
        (TrapCode.Deadlock, "wait for each other", []),
    ];

    /// <summary>True when a message is one of the kind of trap that some words name.</summary>
    public static bool Names(string words, string message)
    {
        var name = words.Replace(" ", "").ToLowerInvariant();
        return Kinds.Any(k => message.Contains(k.Message, StringComparison.OrdinalIgnoreCase) &&
            (k.Names.Contains(name) || name.Equals(k.Code.ToString(), StringComparison.OrdinalIgnoreCase)));
    }
}
