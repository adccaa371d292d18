using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Runtime;
using MinZ.Mir;
using static MinZ.Backends.Z80.Assembly.Asm;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>Where the heap lies and what the collector looks through.</summary>
internal sealed partial class Linker
{
    /// <summary>A program with less than this many bytes for its heap does not fit.</summary>
    private const int LeastHeap = 256;

    /// <summary>Bytes that one byte of the map of block starts stands for, with that byte.</summary>
    private const int BytesPerMapByte = 33;

    private static readonly (string Symbol, int Size, string Title)[] HeapCells =
    [
        ("__heap_rover", 2, "heap"), ("__heap_end", 2, "heap"), ("__heap_want", 2, "heap"), ("__heap_kind", 1, "heap"),
        ("__heap_sp", 2, "heap"), ("__heap_over", 1, "heap"), ("__heap_top", 2, "heap"), ("__heap_sign", 1, "heap"),
        ("__heap_marks", RuntimeLibrary.MarkStackBytes, "heap"),
    ];

    private readonly List<(int From, int To)> _roots = [];

    private bool UsesHeap => _routines.Contains(RuntimeLibrary.New);

    // Memory behind the image, by its distance from there.
    private void AddRoot(int offset, int size) => _roots.Add((offset, offset + size));

    private void AddHeap(List<Item> names)
    {
        Add(At("__roots"));
        foreach (var (from, to) in Joined())
            Add(Words(Expr.Of("__end") + from, to - from - 1));
        foreach (var (g, label) in _scope.Globals.OrderBy(p => p.Value, StringComparer.Ordinal))
            if (!IsZero(g) && g.Address is null && !g.IsConst && HeapTypes.MayHoldAddress(g.Type))
                Add(Words(label, _scope.Layout.SizeOf(g.Type) - 1));
        Add(Words(Expr.Of(0)));
        Expr map = "__heap_map", first = "__heap_first", limit = Limit & ~3;
        names.AddRange(
        [
            new Equ("__heap_map", "__top"), new Equ("__heap_limit", limit),
            new Equ("__heap_first", Expr.Fold(BinaryOp.And,
                map + Expr.Fold(BinaryOp.Div, limit - map, BytesPerMapByte) + 32, 0xFFE0)),
            new Equ("__heap_base", map - Expr.Fold(BinaryOp.Div, first, 32)),
            new Equ("__heap_page", Expr.High(first)), new Equ("__heap_pages", Expr.High(limit - 1) + 1),
            new Equ("__heap_empty", Expr.Low("__heap_marks")),
            new Equ("__heap_stop", Expr.Low(Expr.Of("__heap_marks") + RuntimeLibrary.MarkStackBytes)),
        ]);
    }

    // Ranges in order, those that touch or overlap as one.
    private List<(int From, int To)> Joined()
    {
        var joined = new List<(int From, int To)>();
        foreach (var (from, to) in _roots.Order())
            if (joined.Count > 0 && joined[^1].To >= from)
                joined[^1] = (joined[^1].From, Math.Max(joined[^1].To, to));
            else
                joined.Add((from, to));
        return joined;
    }
}

/// <summary>Distances from the begin of a block.</summary>
[Flags]
internal enum Parity : byte { None, Even, Odd }

/// <summary>What the collector must look into.</summary>
internal static class HeapTypes
{
    /// <summary>False when no value of a type has an address in it.</summary>
    public static bool MayHoldAddress(MirType type) => AddressesIn(type, DataLayout.Z80) != Parity.None;

    /// <summary>At which distances from its begin a value of a type has addresses.</summary>
    public static Parity AddressesIn(MirType type, DataLayout layout) => At(type, 0, layout);

    private static Parity At(MirType type, int offset, DataLayout layout) => type switch
    {
        StructType s => Any(s.Fields.Length, n => At(s.Fields[n].Type, offset + layout.OffsetOf(s, n), layout)),
        TupleType t => Any(t.Items.Length, n => At(t.Items[n], offset + layout.OffsetOf(t, n), layout)),
        ArrayType a => Any(Math.Min(a.Length, 2), n => At(a.Element, offset + n * layout.SizeOf(a.Element), layout)),
        EnumType e => Any(e.Variants.Length, v => Any(e.Variants[v].Payload.Length,
            n => At(e.Variants[v].Payload[n], offset + layout.OffsetOfPayload(e, v, n), layout))),
        FixedType => Parity.None,
        _ when type.IsNumeric || type.Kind is TypeKind.Bool or TypeKind.Void => Parity.None,
        _ => offset % 2 == 0 ? Parity.Even : Parity.Odd,
    };

    private static Parity Any(int count, Func<int, Parity> of) =>
        Enumerable.Range(0, count).Aggregate(Parity.None, (all, n) => all | of(n));
}
