using MinZ.Backends.Z80.Assembly;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>What a location is.</summary>
internal enum LocKind : byte { None, Reg, Mem, Imm }

/// <summary>One byte of a location.</summary>
/// <param name="Kind">Where it is.</param>
/// <param name="Register">Reg: number of the register.</param>
/// <param name="Expr">Mem: its address. Imm: its value.</param>
internal readonly record struct ByteLoc(LocKind Kind, int Register, Expr? Expr)
{
    public bool IsReg => Kind == LocKind.Reg;
    public bool IsMem => Kind == LocKind.Mem;
    public bool IsImm => Kind == LocKind.Imm;

    /// <summary>The operand: register, immediate, or memory at a fixed address.</summary>
    public Operand Operand => Kind switch
    {
        LocKind.Reg => ByteRegs.Operand(Register),
        LocKind.Mem => Asm.Mem(Expr!),
        LocKind.Imm => Asm.Imm(Expr!),
        LocKind.None => throw new InvalidOperationException("a value without a place"),
    };
}

/// <summary>Where a value is: registers, memory at a fixed address, or nowhere because it is a constant.</summary>
internal sealed class Loc
{
    private Loc(LocKind kind, int size, RegSeq? seq, Expr? expr) => (Kind, Size, Seq, Expr) = (kind, size, seq, expr);

    /// <summary>No place: a result nobody wants.</summary>
    public static readonly Loc Nowhere = new(LocKind.None, 0, null, null);

    public LocKind Kind { get; }

    /// <summary>Bytes of the value.</summary>
    public int Size { get; }

    /// <summary>Reg: the registers.</summary>
    public RegSeq? Seq { get; }

    /// <summary>Mem: address of the low byte. Imm: the value.</summary>
    public Expr? Expr { get; }

    public bool IsReg => Kind == LocKind.Reg;
    public bool IsMem => Kind == LocKind.Mem;
    public bool IsImm => Kind == LocKind.Imm;

    /// <summary>The registers it takes; 0 for memory and constants.</summary>
    public int Mask => Seq?.Mask ?? 0;

    /// <summary>The number of a constant known now, or null.</summary>
    public int? Number => IsImm && Expr is Expr.Constant c ? c.Value : null;

    private static readonly Dictionary<RegSeq, Loc> OfSeq = RegSeq.OfSize(1).AddRange(RegSeq.OfSize(2))
        .AddRange(RegSeq.OfSize(3)).AddRange(RegSeq.OfSize(4)).Add(RegSeq.IXBC)
        .ToDictionary(s => s, s => new Loc(LocKind.Reg, s.Size, s, null));

    public static Loc Of(RegSeq seq) => OfSeq[seq];

    public static Loc Memory(Expr address, int size) => new(LocKind.Mem, size, null, address);

    public static Loc Constant(Expr value, int size) => new(LocKind.Imm, size, null, value);

    /// <summary>The n-th byte, the lowest first.</summary>
    public ByteLoc Byte(int n) => Kind switch
    {
        LocKind.Reg => new(LocKind.Reg, Seq!.Bytes[n], null),
        LocKind.Mem => new(LocKind.Mem, 0, Expr! + n),
        LocKind.Imm => new(LocKind.Imm, 0, ByteOf(Expr!, n)),
        LocKind.None => throw new InvalidOperationException("a value without a place"),
    };

    private static Expr ByteOf(Expr value, int n) => value is Expr.Constant c
        ? Assembly.Expr.Of((c.Value >> (8 * n)) & 0xFF)
        : n switch { 0 => Assembly.Expr.Low(value), 1 => Assembly.Expr.High(value), _ => Assembly.Expr.Of(0) };

    /// <summary>
    /// The low or high (n = 1) word of a value of two to four bytes; null for registers that are no pair.
    /// </summary>
    public Loc? Word(int n)
    {
        switch (Kind)
        {
            case LocKind.Mem:
                return Memory(Expr! + 2 * n, Math.Min(2, Size - 2 * n));
            case LocKind.Imm:
                return Constant(Expr is Expr.Constant c ? (c.Value >> (16 * n)) & 0xFFFF
                    : n == 0 ? Expr! : Assembly.Expr.Of(0), Math.Min(2, Size - 2 * n));
            case LocKind.Reg when Size - 2 * n == 1:
                return Of(RegSeq.Of(Seq!.Bytes[2 * n]));
            case LocKind.Reg:
                return RegSeq.PairOf(Seq!.Bytes[2 * n], Seq.Bytes[2 * n + 1]) is { } pair ? Of(pair) : null;
            case LocKind.None:
            default:
                return null;
        }
    }

    /// <summary>The lowest bytes of a location.</summary>
    public Loc? Truncated(int size) => size == Size ? this : Kind switch
    {
        LocKind.Mem => Memory(Expr!, size),
        LocKind.Imm => Constant(Expr is Expr.Constant c
            ? c.Value & (int)((1L << (8 * size)) - 1)
            : size == 1 ? Assembly.Expr.Low(Expr!) : Expr!, size),
        LocKind.Reg when size == 1 => Of(RegSeq.Of(Seq!.Bytes[0])),
        LocKind.Reg => RegSeq.OfSize(size)
            .FirstOrDefault(s => Seq!.Bytes.AsSpan(0, size).SequenceEqual(s.Bytes.AsSpan())) is { } s ? Of(s) : null,
        LocKind.None => this,
    };

    /// <summary>True when both mean the same bytes.</summary>
    public bool SameAs(Loc other) => ReferenceEquals(this, other) || (Kind == other.Kind && Size == other.Size &&
        Kind != LocKind.None && ReferenceEquals(Seq, other.Seq) && Equals(Expr, other.Expr));

    public override string ToString() => Kind switch
    {
        LocKind.Reg => Seq!.Name,
        LocKind.Mem => $"({Expr})",
        LocKind.Imm => Expr!.ToString(),
        LocKind.None => "-",
    };
}
