namespace MinZ.Mir;

/// <summary>
/// Sizes and offsets on a target with flat memory. Strings are an address of their bytes' record: length
/// (<see cref="StringLengthBytes"/> bytes), bytes, a zero byte. A slice is an address and a length of
/// <see cref="PointerBytes"/> bytes each. A payload enum is its tag followed by the largest payload. A function value
/// is an address, of code or of a record that begins with that of the code; an interface value a data address and a
/// method table address.
/// </summary>
/// <param name="PointerBytes">Bytes of an address: 2 or 4.</param>
/// <param name="MaxAlignment">Largest alignment in bytes, 1 on byte machines.</param>
/// <param name="StringLengthBytes">Bytes of a string's length: 2 or 4.</param>
public sealed record DataLayout(int PointerBytes, int MaxAlignment, int StringLengthBytes)
{
    /// <summary>
    /// Bytes of the widest integer values: 8, or 4 once <see cref="Lowering.WideIntegers"/> took the others apart.
    /// </summary>
    public int WidestInteger { get; init; } = 8;

    /// <summary>False once <see cref="Lowering.SoftFloat"/> replaced all floats by their bits.</summary>
    public bool HasFloats { get; init; } = true;

    /// <summary>ZX Spectrum: 16-bit addresses, nothing aligned.</summary>
    public static DataLayout Z80 { get; } = new(2, 1, 2);

    /// <summary>
    /// MIR VM: 32-bit addresses; nothing is aligned, so that programs that look at the bytes of their data find there
    /// what they find on the Spectrum.
    /// </summary>
    public static DataLayout Flat32 { get; } = new(4, 1, 4);

    /// <summary>Unsigned integer type as wide as an address.</summary>
    public ScalarType AddressType => MirType.Unsigned(PointerBytes * 8);

    /// <summary>Size of a value of the type in bytes, a multiple of its alignment.</summary>
    /// <exception cref="ArgumentException">A type that has no size yet (generic).</exception>
    public int SizeOf(MirType type) => type switch
    {
        FixedType => type.Bits / 8,
        StructType s => Align(EndOf(s.Fields.Select(f => f.Type)), AlignmentOf(s)),
        TupleType t => Align(EndOf(t.Items), AlignmentOf(t)),
        EnumType { HasPayload: false } e => SizeOf(e.Tag),
        EnumType e => Align(PayloadOffset(e) + e.Variants.Max(v => EndOf(v.Payload)), AlignmentOf(e)),
        ArrayType a => checked(SizeOf(a.Element) * a.Length),
        _ => SizeOf(type.Kind),
    };

    private int SizeOf(TypeKind kind) => kind switch
    {
        TypeKind.Void => 0,
        TypeKind.Bool or TypeKind.U8 or TypeKind.I8 => 1,
        TypeKind.U16 or TypeKind.I16 => 2,
        TypeKind.U24 or TypeKind.I24 => PointerBytes == 2 ? 3 : 4,
        TypeKind.U32 or TypeKind.I32 or TypeKind.F32 => 4,
        TypeKind.U64 or TypeKind.I64 or TypeKind.F64 => 8,
        TypeKind.Str or TypeKind.Reference or TypeKind.Pointer or TypeKind.Box or TypeKind.Function or TypeKind.Actor
            or TypeKind.Channel => PointerBytes,
        TypeKind.Slice or TypeKind.Interface => 2 * PointerBytes,
        _ => throw new ArgumentException($"a {kind} type has no size"),
    };

    /// <summary>Alignment of a type in bytes.</summary>
    public int AlignmentOf(MirType type) => Math.Min(MaxAlignment, type switch
    {
        StructType s => Largest(s.Fields.Select(f => f.Type)),
        TupleType t => Largest(t.Items),
        EnumType { HasPayload: false } e => AlignmentOf(e.Tag),
        EnumType e => Math.Max(AlignmentOf(e.Tag), Largest(e.Variants.SelectMany(v => v.Payload))),
        ArrayType a => AlignmentOf(a.Element),
        FixedType => type.Bits switch { 8 => 1, 16 => 2, _ => 4 },
        { Kind: TypeKind.Slice or TypeKind.Interface } => PointerBytes,
        { Kind: TypeKind.Void } => 1,
        _ => SizeOf(type.Kind),
    });

    private int Largest(IEnumerable<MirType> types) => types.Select(AlignmentOf).Append(1).Max();

    private int EndOf(IEnumerable<MirType> types)
    {
        var end = 0;
        foreach (var t in types)
            end = Align(end, AlignmentOf(t)) + SizeOf(t);
        return end;
    }

    /// <summary>Offset in bytes of a struct's or tuple's member.</summary>
    public int OffsetOf(MirType type, int member)
    {
        var types = type switch
        {
            StructType s => s.Fields.Select(f => f.Type),
            TupleType t => t.Items,
            ActorType a => a.Fields.Select(f => f.Type),
            _ => throw new ArgumentException($"{type} has no members"),
        };
        return OffsetIn(types, member);
    }

    private int OffsetIn(IEnumerable<MirType> types, int member)
    {
        int end = 0, n = 0;
        foreach (var t in types)
        {
            var start = Align(end, AlignmentOf(t));
            if (n++ == member)
                return start;
            end = start + SizeOf(t);
        }
        throw new ArgumentOutOfRangeException(nameof(member));
    }

    /// <summary>Offset in bytes of the payload of an enum.</summary>
    public int PayloadOffset(EnumType type) =>
        Align(SizeOf(type.Tag), Math.Min(MaxAlignment, Largest(type.Variants.SelectMany(v => v.Payload))));

    /// <summary>Offset in bytes of an item of a variant's payload.</summary>
    public int OffsetOfPayload(EnumType type, int variant, int item) =>
        PayloadOffset(type) + OffsetIn(type.Variants[variant].Payload, item);

    /// <summary>The next multiple of an alignment.</summary>
    public static int Align(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;
}
