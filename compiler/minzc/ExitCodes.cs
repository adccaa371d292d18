namespace MinZ.CommandLine;

/// <summary>Exit codes of minzc; <c>run</c> passes on that of the program.</summary>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>Errors were reported, or tests failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;
}
