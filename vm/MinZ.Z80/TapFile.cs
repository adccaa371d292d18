using System.Buffers.Binary;

namespace MinZ.Z80;

/// <summary>What a tape header announces.</summary>
public enum TapeKind : byte
{
    /// <summary>A BASIC program.</summary>
    Program = 0,

    /// <summary>A numeric array.</summary>
    Numbers = 1,

    /// <summary>A character array.</summary>
    Characters = 2,

    /// <summary>Memory: machine code, pictures.</summary>
    Code = 3,
}

/// <summary>The header block in front of a data block.</summary>
/// <param name="Kind">What follows.</param>
/// <param name="Name">Ten characters, trailing spaces removed.</param>
/// <param name="Length">Bytes of the data.</param>
/// <param name="Parameter1">Program: the line to start at, none from 0x8000; code: the address.</param>
/// <param name="Parameter2">Program: the length without variables.</param>
public sealed record TapeHeader(TapeKind Kind, string Name, ushort Length, ushort Parameter1, ushort Parameter2);

/// <summary>One block of a tape.</summary>
/// <param name="Flag">0 for a header, 0xFF for data, by convention.</param>
/// <param name="Data">The bytes between flag and checksum.</param>
public sealed record TapeBlock(byte Flag, byte[] Data)
{
    private const int HeaderLength = 17;

    /// <summary>The block read as a header, or null if it is none.</summary>
    public TapeHeader? Header
    {
        get
        {
            if (Flag != 0 || Data.Length != HeaderLength || Data[0] > (byte)TapeKind.Code)
            {
                return null;
            }
            string name = string.Concat(Data[1..11].Select(SpectrumText.ToChar)).TrimEnd();
            return new TapeHeader((TapeKind)Data[0], name, Word(11), Word(13), Word(15));
        }
    }

    private ushort Word(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Data.AsSpan(offset));
}

/// <summary>A .tap tape image: blocks of a length word, a flag byte, data and a checksum byte.</summary>
public sealed class TapFile
{
    private TapFile(IReadOnlyList<TapeBlock> blocks) => Blocks = blocks;

    /// <summary>The blocks in the order of the tape.</summary>
    public IReadOnlyList<TapeBlock> Blocks { get; }

    /// <summary>Reads a tape image and checks each checksum.</summary>
    /// <exception cref="ProgramFileException">A block is cut short, empty or damaged, or there is none.</exception>
    public static TapFile Parse(ReadOnlySpan<byte> data)
    {
        var blocks = new List<TapeBlock>();
        int offset = 0;
        while (offset < data.Length)
        {
            string place = $".tap: block {blocks.Count + 1} at offset {offset}";
            if (data.Length - offset < 2)
            {
                throw new ProgramFileException($"{place}: its length word is cut short");
            }
            int length = BinaryPrimitives.ReadUInt16LittleEndian(data[offset..]);
            ReadOnlySpan<byte> rest = data[(offset + 2)..];
            if (length < 2)
            {
                throw new ProgramFileException($"{place}: length {length} leaves no room for flag and checksum");
            }
            if (length > rest.Length)
            {
                throw new ProgramFileException($"{place}: {length} bytes announced, {rest.Length} left in the file");
            }
            ReadOnlySpan<byte> block = rest[..length];
            byte sum = 0;
            foreach (byte value in block)
            {
                sum ^= value;
            }
            if (sum != 0)
            {
                byte stored = block[^1];
                throw new ProgramFileException($"{place}: checksum 0x{stored:X2} should be 0x{stored ^ sum:X2}");
            }
            blocks.Add(new TapeBlock(block[0], block[1..^1].ToArray()));
            offset += 2 + length;
        }
        return blocks.Count > 0 ? new TapFile(blocks) : throw new ProgramFileException(".tap: the file is empty");
    }
}
