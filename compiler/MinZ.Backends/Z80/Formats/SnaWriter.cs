using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Formats;

/// <summary>What a snapshot is written with.</summary>
/// <param name="Start">Address of the first instruction.</param>
public sealed record SnaOptions(int Start)
{
    /// <summary>
    /// Where the stack begins and grows down from, 0x10000 at most; null for below the image, as after the tape's
    /// CLEAR.
    /// </summary>
    public int? StackTop { get; init; }

    /// <summary>Border colour, 0..7.</summary>
    public int Border { get; init; } = 7;
}

/// <summary>
/// Writes <c>.sna</c> of a 48K machine: 27 bytes of registers, then memory from 0x4000 on. The program counter is
/// the word on top of the stack. Memory is that of a machine that has just called a program by USR, so calls of the
/// ROM work.
/// </summary>
public static class SnaWriter
{
    /// <summary>Bytes of every file.</summary>
    public const int FileSize = HeaderSize + 0xC000;

    /// <summary>
    /// Where the program lands when it returns, or when the ROM reports an error: an endless loop of HALT in the
    /// printer buffer, interrupts as the program left them. A debugger or a test stops there.
    /// </summary>
    public const int ReturnAddress = 0x5B00;

    private const int HeaderSize = 27;
    private const int RamStart = SystemVariables.RamStart;
    private const int DefaultStackTop = 0xFF58;
    // Below it, system variables and channels would be overwritten by the stack.
    private const int MinStackTop = 0x5E00;

    // HALT; JR to it.
    private static readonly byte[] HaltLoop = [0x76, 0x18, 0xFD];

    /// <summary>Writes the snapshot.</summary>
    /// <exception cref="ArgumentException">The image is empty or lies partly in the ROM.</exception>
    public static byte[] Write(Image image, SnaOptions options)
    {
        if (image.Bytes.IsEmpty)
            throw new ArgumentException("the image is empty", nameof(image));
        if (image.Origin < RamStart)
            throw new ArgumentException($"origin 0x{image.Origin:X4} is in the ROM", nameof(image));

        var top = options.StackTop ?? (image.Origin >= MinStackTop ? image.Origin : DefaultStackTop);
        var stack = top - 4;
        Span<byte> memory = new byte[0x10000];
        SystemVariables.Fill(memory, ramTop: top - 1, errorStack: stack + 2);
        HaltLoop.CopyTo(memory[ReturnAddress..]);
        image.Bytes.AsSpan().CopyTo(memory[image.Origin..]);
        memory.PutWord(stack, options.Start);
        memory.PutWord(stack + 2, ReturnAddress);

        var file = new byte[FileSize];
        WriteHeader(file, options, stack);
        memory[RamStart..].CopyTo(file.AsSpan(HeaderSize));
        return file;
    }

    // Offsets: 0 I; 1 HL' DE' BC' AF'; 9 HL DE BC IY IX; 19 IFF2 in bit 2; 20 R; 21 AF; 23 SP; 25 IM; 26 border.
    private static void WriteHeader(Span<byte> header, SnaOptions options, int stack)
    {
        header[0] = 0x3F;
        header.PutWord(1, 0x2758);      // HL' of BASIC: the end of the calculator's routine
        header.PutWord(13, options.Start);
        header.PutWord(15, 0x5C3A);     // IY: the ROM's base of its variables
        header[19] = 0x04;
        header.PutWord(21, 0x0044);     // A = 0, Z
        header.PutWord(23, stack);
        header[25] = 1;
        header[26] = (byte)(options.Border & 7);
    }
}
