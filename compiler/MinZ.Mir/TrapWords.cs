namespace MinZ.Mir;

/// <summary>
/// What the traps are called that targets word differently: a test may name a kind of trap by any of these words and
/// passes on every target.
/// </summary>
internal static class TrapWords
{
    /// <summary>Part of every message of a kind, and what the kind is called besides, without blanks.</summary>
    private static readonly (string Message, string[] Names)[] Kinds =
    [
        ("division by zero", ["dividebyzero", "divisionbyzero", "dividedbyzero", "divbyzero", "zerodivision"]),
        ("out of range", ["indexoutofrange", "indexoutofbounds", "outofbounds", "bounds"]),
        ("null reference", ["nullreference", "nullpointer", "null"]),
        ("another variant", ["wrongvariant"]),
        ("nested calls", ["stackoverflow"]),
        ("memory", ["outofmemory", "heapisfull"]),
        ("wait for each other", ["deadlock"]),
    ];

    /// <summary>True when a message is one of the kind of trap that some words name.</summary>
    public static bool Names(string words, string message)
    {
        var name = words.Replace(" ", "").ToLowerInvariant();
        return Kinds.Any(k =>
            k.Names.Contains(name) && message.Contains(k.Message, StringComparison.OrdinalIgnoreCase));
    }
}
