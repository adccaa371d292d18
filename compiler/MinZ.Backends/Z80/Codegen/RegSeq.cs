using System.Collections.Immutable;
using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>
/// Byte registers by number, in the bit order of <see cref="Regs"/>: a set of them is a bit mask that is also a
/// <see cref="Regs"/> value.
/// </summary>
internal static class ByteRegs
{
    public const int B = 0, C = 1, D = 2, E = 3, H = 4, L = 5, A = 6, IXH = 7, IXL = 8;

    /// <summary>Number of registers the allocator knows; IY belongs to the ROM.</summary>
    public const int Count = 9;

    /// <summary>All of them.</summary>
    public const int All = (1 << Count) - 1;

    /// <summary>The seven that every load and arithmetic instruction takes.</summary>
    public const int Plain = 0x7F;

    public static Operand Operand(int register) => register <= A
        ? new Operand(OperandKind.B + (byte)register)
        : new Operand(OperandKind.IXH + (byte)(register - IXH));

    public static bool IsIndexHalf(int register) => register >= IXH;
}

/// <summary>Registers that hold one value, low byte first.</summary>
internal sealed class RegSeq
{
    private RegSeq(string name, OperandKind pair, params ReadOnlySpan<int> bytes)
    {
        Name = name;
        Pair = pair;
        Bytes = [.. bytes];
        foreach (var b in bytes)
            Mask |= 1 << b;
    }

    public string Name { get; }

    /// <summary>The pair's operand for a sequence of two; None otherwise.</summary>
    public OperandKind Pair { get; }

    public ImmutableArray<int> Bytes { get; }

    /// <summary>The registers as a set.</summary>
    public int Mask { get; }

    /// <summary>Number of bytes.</summary>
    public int Size => Bytes.Length;

    /// <summary>The operand of a single register or a pair.</summary>
    public Operand Operand => Size == 1 ? ByteRegs.Operand(Bytes[0]) : new Operand(Pair);

    public static readonly RegSeq A = new("a", OperandKind.None, ByteRegs.A);
    public static readonly RegSeq B = new("b", OperandKind.None, ByteRegs.B);
    public static readonly RegSeq C = new("c", OperandKind.None, ByteRegs.C);
    public static readonly RegSeq D = new("d", OperandKind.None, ByteRegs.D);
    public static readonly RegSeq E = new("e", OperandKind.None, ByteRegs.E);
    public static readonly RegSeq H = new("h", OperandKind.None, ByteRegs.H);
    public static readonly RegSeq L = new("l", OperandKind.None, ByteRegs.L);
    public static readonly RegSeq IXH = new("ixh", OperandKind.None, ByteRegs.IXH);
    public static readonly RegSeq IXL = new("ixl", OperandKind.None, ByteRegs.IXL);
    public static readonly RegSeq BC = new("bc", OperandKind.BC, ByteRegs.C, ByteRegs.B);
    public static readonly RegSeq DE = new("de", OperandKind.DE, ByteRegs.E, ByteRegs.D);
    public static readonly RegSeq HL = new("hl", OperandKind.HL, ByteRegs.L, ByteRegs.H);
    public static readonly RegSeq IX = new("ix", OperandKind.IX, ByteRegs.IXL, ByteRegs.IXH);
    public static readonly RegSeq EHL = new("ehl", OperandKind.None, ByteRegs.L, ByteRegs.H, ByteRegs.E);
    public static readonly RegSeq CHL = new("chl", OperandKind.None, ByteRegs.L, ByteRegs.H, ByteRegs.C);
    public static readonly RegSeq CDE = new("cde", OperandKind.None, ByteRegs.E, ByteRegs.D, ByteRegs.C);
    public static readonly RegSeq DEHL =
        new("dehl", OperandKind.None, ByteRegs.L, ByteRegs.H, ByteRegs.E, ByteRegs.D);
    public static readonly RegSeq BCHL =
        new("bchl", OperandKind.None, ByteRegs.L, ByteRegs.H, ByteRegs.C, ByteRegs.B);
    public static readonly RegSeq BCDE =
        new("bcde", OperandKind.None, ByteRegs.E, ByteRegs.D, ByteRegs.C, ByteRegs.B);

    /// <summary>Second operand of 32-bit routines; no place for variables.</summary>
    public static readonly RegSeq IXBC =
        new("ixbc", OperandKind.None, ByteRegs.C, ByteRegs.B, ByteRegs.IXL, ByteRegs.IXH);

    private static readonly ImmutableArray<RegSeq>[] BySize =
    [
        [],
        [A, C, E, L, B, D, H, IXL, IXH],
        [HL, DE, BC, IX],
        [EHL, CDE, CHL],
        [DEHL, BCDE, BCHL],
    ];

    /// <summary>Every sequence a value of a size in bytes (1..4) may live in, in order of preference.</summary>
    public static ImmutableArray<RegSeq> OfSize(int bytes) => BySize[bytes];

    /// <summary>Single registers of the plain seven.</summary>
    public static readonly ImmutableArray<RegSeq> Bytes8 = [A, C, E, L, B, D, H];

    /// <summary>Pairs, the index register last.</summary>
    public static readonly ImmutableArray<RegSeq> Pairs = [HL, DE, BC, IX];

    private static readonly ImmutableArray<RegSeq> Single = [B, C, D, E, H, L, A, IXH, IXL];

    /// <summary>The sequence of one register.</summary>
    public static RegSeq Of(int register) => Single[register];

    /// <summary>The pair of two registers, or null.</summary>
    public static RegSeq? PairOf(int low, int high)
    {
        foreach (var p in Pairs)
            if (p.Bytes[0] == low && p.Bytes[1] == high)
                return p;
        return null;
    }

    /// <summary>Finds a register or pair, or DEHL and the like, by its name in lower or upper case.</summary>
    public static RegSeq? Find(string name)
    {
        foreach (var list in BySize)
            foreach (var s in list)
                if (string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase))
                    return s;
        return null;
    }

    public override string ToString() => Name;
}
