using MinZ.Mir;
using MinZ.Mir.Lowering;

namespace MinZ.Vm.Memory;

/// <summary>Objects of the heap: an 8-byte header (layout, size in bytes), then the contents. Allocation goes
/// upwards.</summary>
internal static class Heap
{
    /// <summary>Bytes of the header, and the alignment of objects.</summary>
    public const int HeaderBytes = 8;

    /// <summary>Layout number of strings and other memory without addresses.</summary>
    public const int PlainLayout = 0;
}

/// <summary>
/// What an object holds: where its addresses are, which is all that a precise moving collector has to know of a type.
/// </summary>
/// <param name="ElementBytes">Size of one element; the pattern repeats through the object.</param>
/// <param name="References">Offsets of addresses within an element.</param>
/// <param name="Zero">Bytes of the element's zero value when it is not all zero bytes (it holds strings); else
/// null.</param>
internal sealed record HeapLayout(int ElementBytes, int[] References, DataImage? Zero)
{
    /// <summary>The layout of objects of a type.</summary>
    public static HeapLayout Of(MirType type)
    {
        var offsets = new List<int>();
        Collect(type, 0, offsets);
        var image = DataSegment.Write(new Global("zero", type), DataLayout.Flat32);
        return new HeapLayout(DataLayout.Flat32.SizeOf(type), [.. offsets], image.IsZero ? null : image);
    }

    private static void Collect(MirType type, int at, List<int> offsets)
    {
        var layout = DataLayout.Flat32;
        switch (type)
        {
            case StructType s:
                for (var i = 0; i < s.Fields.Length; i++)
                    Collect(s.Fields[i].Type, at + layout.OffsetOf(s, i), offsets);
                break;
            case TupleType t:
                for (var i = 0; i < t.Items.Length; i++)
                    Collect(t.Items[i], at + layout.OffsetOf(t, i), offsets);
                break;
            case ArrayType a:
                for (var i = 0; i < a.Length; i++)
                    Collect(a.Element, at + i * layout.SizeOf(a.Element), offsets);
                break;
            case EnumType { HasPayload: true } e:
                // Which variant it is decides; a collector checks that a word is an object before it follows it.
                for (var v = 0; v < e.Variants.Length; v++)
                    for (var i = 0; i < e.Variants[v].Payload.Length; i++)
                        Collect(e.Variants[v].Payload[i], at + layout.OffsetOfPayload(e, v, i), offsets);
                break;
            default:
                if (type.Kind is TypeKind.Str or TypeKind.Reference or TypeKind.Box or TypeKind.Slice
                    or TypeKind.Interface
                    or TypeKind.Actor or TypeKind.Channel or TypeKind.Function)
                    offsets.Add(at);
                break;
        }
    }
}
