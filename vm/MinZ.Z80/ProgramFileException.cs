namespace MinZ.Z80;

/// <summary>A program file that is not what its kind promises; the message names what is wrong and where.</summary>
public sealed class ProgramFileException(string message) : FormatException(message);
