namespace MinZ.Z80;

/// <summary>The bits of F and the tables that give them for a result byte.</summary>
public static class Flags
{
    /// <summary>Carry.</summary>
    public const byte C = 0x01;

    /// <summary>The last operation subtracted.</summary>
    public const byte N = 0x02;

    /// <summary>Parity even, or signed overflow.</summary>
    public const byte P = 0x04;

    /// <summary>Undocumented copy of bit 3.</summary>
    public const byte X = 0x08;

    /// <summary>Carry from bit 3.</summary>
    public const byte H = 0x10;

    /// <summary>Undocumented copy of bit 5.</summary>
    public const byte Y = 0x20;

    /// <summary>Zero.</summary>
    public const byte Z = 0x40;

    /// <summary>Sign.</summary>
    public const byte S = 0x80;

    /// <summary>Both undocumented bits.</summary>
    internal const byte XY = X | Y;

    /// <summary>S, Z, Y and X of each result byte.</summary>
    internal static readonly byte[] Sign = Table(parity: false);

    /// <summary>S, Z, Y, X and even parity of each result byte.</summary>
    internal static readonly byte[] SignParity = Table(parity: true);

    private static byte[] Table(bool parity)
    {
        var table = new byte[256];
        for (int value = 0; value < 256; value++)
        {
            bool even = (System.Numerics.BitOperations.PopCount((uint)value) & 1) == 0;
            table[value] = (byte)(value & (S | XY) | (value == 0 ? Z : 0) | (parity && even ? P : 0));
        }
        return table;
    }
}
