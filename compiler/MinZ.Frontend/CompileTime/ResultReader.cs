using System.Buffers.Binary;
using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.CompileTime;

/// <summary>Turns the memory that a computation left into constant expressions.</summary>
/// <param name="read">The memory.</param>
/// <param name="span">The place the expressions get.</param>
internal sealed class ResultReader(ReadMemory read, TextSpan span)
{
    private static readonly DataLayout Layout = DataLayout.Flat32;

    /// <summary>Bytes of the longest string and most elements of the longest slice of a result.</summary>
    private const int MostItems = 1 << 20;

    /// <summary>
    /// True when values of a type can be results: everything but what refers to memory other than strings and slices.
    /// </summary>
    public static bool CanRead(MirType type) => type switch
    {
        StructType s => s.Fields.All(f => CanRead(f.Type)),
        Mir.TupleType t => t.Items.All(CanRead),
        Mir.ArrayType a => CanRead(a.Element),
        Mir.SliceType s => CanRead(s.Element),
        EnumType e => e.Variants.All(v => v.Payload.All(CanRead)),
        _ => type.IsNumeric || type.Kind is TypeKind.Bool or TypeKind.Str,
    };

    /// <summary>The value of a type at an address.</summary>
    /// <exception cref="InvalidDataException">It is not in memory as a whole.</exception>
    public BoundExpression Read(uint address, MirType type)
    {
        switch (type)
        {
            case StructType s:
                return new BoundAggregate(span, type, [.. Enumerable.Range(0, s.Fields.Length).Select(i =>
                    Read(address + (uint)Layout.OffsetOf(s, i), s.Fields[i].Type))]);
            case Mir.TupleType t:
                return new BoundAggregate(span, type, [.. Enumerable.Range(0, t.Items.Length).Select(i =>
                    Read(address + (uint)Layout.OffsetOf(t, i), t.Items[i]))]);
            case Mir.ArrayType a:
                return ReadElements(address, a);
            case Mir.SliceType s:
                return ReadSlice(address, s);
            case EnumType { HasPayload: true } e:
                return ReadEnum(address, e);
            case { Kind: TypeKind.Str }:
                return ReadText(Number(address, 4));
            default:
                return new BoundLiteral(span, type, Constants.Wrap(type, Number(address, Layout.SizeOf(type))));
        }
    }

    private BoundAggregate ReadElements(uint address, Mir.ArrayType type)
    {
        var size = (uint)Layout.SizeOf(type.Element);
        var items = ImmutableArray.CreateBuilder<BoundExpression?>(type.Length);
        for (var i = 0u; i < type.Length; i++)
            items.Add(Read(address + i * size, type.Element));
        return new BoundAggregate(span, type, items.MoveToImmutable());
    }

    private BoundExpression ReadSlice(uint address, Mir.SliceType type)
    {
        var length = (int)Number(address + (uint)Layout.PointerBytes, Layout.PointerBytes);
        if (length == 0)
            return new BoundZero(span, type);
        var array = new Mir.ArrayType(type.Element, Checked(length));
        var elements = ReadElements((uint)Number(address, Layout.PointerBytes), array);
        return new BoundConversion(span, ConversionKind.SliceOf, elements, type);
    }

    private BoundEnumValue ReadEnum(uint address, EnumType type)
    {
        var tag = Constants.Wrap(type.Tag, Number(address, Layout.SizeOf(type.Tag)));
        var variant = 0;
        while (variant < type.Variants.Length - 1 && type.Variants[variant].Value != tag)
            variant++;
        return new BoundEnumValue(span, type, variant, [.. Enumerable.Range(0, type.Variants[variant].Payload.Length)
            .Select(i => Read(address + (uint)Layout.OffsetOfPayload(type, variant, i),
                type.Variants[variant].Payload[i]))]);
    }

    private BoundText ReadText(long record)
    {
        var length = record == 0 ? 0 : Checked((int)Number((uint)record, Layout.StringLengthBytes));
        var bytes = new byte[length];
        if (length > 0)
            ReadBytes((uint)record + (uint)Layout.StringLengthBytes, bytes);
        return new BoundText(span, new StringConstant([.. bytes]), MirType.Str);
    }

    private long Number(uint address, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        ReadBytes(address, bytes[..size]);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    private static int Checked(int length) => length is >= 0 and <= MostItems ? length
        : throw new InvalidDataException($"a result of {length} items is too long");

    private void ReadBytes(uint address, Span<byte> to)
    {
        if (!read(address, to))
            throw new InvalidDataException($"nothing is at 0x{address:X}");
    }
}
