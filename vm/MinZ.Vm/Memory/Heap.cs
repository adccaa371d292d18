using MinZ.Mir;
using MinZ.Mir.Lowering;

namespace MinZ.Vm.Memory;

/// <summary>Objects of the heap: an 8-byte header (layout, size with header in bytes), then the contents. They lie one
/// behind another without gaps, so an address just behind an object is that of the next one's header and of no
/// contents.</summary>
internal static class Heap
{
    /// <summary>Bytes of the header, and the alignment of objects.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Layout number of strings and other memory without addresses.</summary>
    public const int PlainLayout = 0;

    /// <summary>Size of an object with its header.</summary>
    /// <param name="bytes">Size of the contents.</param>
    public static ulong SizeOf(ulong bytes) => (bytes + HeaderBytes + 7) & ~7UL;
}

/// <summary>
/// Where a value holds addresses. Every word of a type that denotes a place counts: references, boxes, strings, slices,
/// function values, raw pointers too. Whether it is an object of the heap tells the address; an integer never is one.
/// </summary>
internal sealed class ReferenceMap
{
    /// <summary>Offsets of addresses that are always there.</summary>
    public int[] Offsets { get; }

    /// <summary>Parts whose addresses depend on a tag.</summary>
    public EnumPart[] Enums { get; }

    /// <summary>True when values of the type never hold an address.</summary>
    public bool IsEmpty => Offsets.Length == 0 && Enums.Length == 0;

    /// <summary>A payload enum within a value.</summary>
    /// <param name="Offset">Where its tag is.</param>
    /// <param name="TagBytes">1, 2, 4 or 8.</param>
    /// <param name="Cases">Tags of variants that hold addresses, with those; offsets are from the value's
    /// start.</param>
    public sealed record EnumPart(int Offset, int TagBytes, (ulong Tag, ReferenceMap Payload)[] Cases);

    /// <summary>The map of a type.</summary>
    public ReferenceMap(MirType type) : this([(type, 0)]) { }

    private ReferenceMap(IEnumerable<(MirType Type, int Offset)> parts)
    {
        var (offsets, enums) = (new List<int>(), new List<EnumPart>());
        foreach (var (type, offset) in parts)
            Collect(type, offset, offsets, enums);
        (Offsets, Enums) = ([.. offsets], [.. enums]);
    }

    private static void Collect(MirType type, int at, List<int> offsets, List<EnumPart> enums)
    {
        var layout = DataLayout.Flat32;
        switch (type)
        {
            case StructType s:
                for (var i = 0; i < s.Fields.Length; i++)
                    Collect(s.Fields[i].Type, at + layout.OffsetOf(s, i), offsets, enums);
                break;
            case TupleType t:
                for (var i = 0; i < t.Items.Length; i++)
                    Collect(t.Items[i], at + layout.OffsetOf(t, i), offsets, enums);
                break;
            case ArrayType a:
                if (new ReferenceMap(a.Element).IsEmpty)
                    break;
                for (var i = 0; i < a.Length; i++)
                    Collect(a.Element, at + i * layout.SizeOf(a.Element), offsets, enums);
                break;
            case EnumType { HasPayload: true } e:
                CollectCases(e, at, enums);
                break;
            default:
                if (IsAddress(type))
                    offsets.Add(at);
                break;
        }
    }

    private static void CollectCases(EnumType type, int at, List<EnumPart> enums)
    {
        var layout = DataLayout.Flat32;
        var cases = new List<(ulong, ReferenceMap)>();
        for (var v = 0; v < type.Variants.Length; v++)
        {
            var variant = type.Variants[v];
            var number = v;
            var map = new ReferenceMap(variant.Payload.Select((p, n) =>
                (p, at + layout.OffsetOfPayload(type, number, n))));
            if (!map.IsEmpty)
                cases.Add((Cut(variant.Value, layout.SizeOf(type.Tag)), map));
        }
        if (cases.Count > 0)
            enums.Add(new EnumPart(at, layout.SizeOf(type.Tag), [.. cases]));
    }

    private static ulong Cut(long value, int bytes) => (ulong)value & ulong.MaxValue >> (64 - 8 * bytes);

    /// <summary>True when the (first) word of a value that is no aggregate is an address.</summary>
    public static bool IsAddress(MirType type) => type.Kind is TypeKind.Str or TypeKind.Reference or TypeKind.Pointer
        or TypeKind.Box or TypeKind.Slice or TypeKind.Interface or TypeKind.Actor or TypeKind.Channel
        or TypeKind.Function;
}

/// <summary>
/// What objects of a type hold: all that the precise moving collector has to know of it.
/// </summary>
internal sealed class HeapLayout
{
    /// <summary>Bytes from one occurrence of <see cref="References"/> to the next; the pattern repeats through the
    /// object.</summary>
    public int Stride { get; }

    /// <summary>Addresses in one occurrence.</summary>
    public ReferenceMap References { get; }

    /// <summary>Bytes of the type's zero value when it is not all zero bytes (it holds strings); else null.</summary>
    public DataImage? Zero { get; }

    /// <summary>The layout of objects of a type.</summary>
    public HeapLayout(MirType type, DataLayout layout)
    {
        var image = DataSegment.Write(new Global("zero", type), layout);
        Zero = image.IsZero ? null : image;
        // Long arrays need the map of one element only.
        while (type is ArrayType a)
            type = a.Element;
        Stride = layout.SizeOf(type);
        References = Stride == 0 ? new ReferenceMap(MirType.U8) : new ReferenceMap(type);
    }
}
