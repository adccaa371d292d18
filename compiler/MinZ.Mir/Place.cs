using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>What a place starts from.</summary>
public enum PlaceBase : byte
{
    /// <summary>A slot of the function (<see cref="Local"/>).</summary>
    Local,
    /// <summary>A global of the module.</summary>
    Global,
    /// <summary>What a value denotes: reference, pointer, box (its target), slice (its elements).</summary>
    Value,
}

/// <summary>How a projection narrows a place.</summary>
public enum ProjectionKind : byte
{
    /// <summary>Field of a struct, tuple or actor state.</summary>
    Field,
    /// <summary>Element of an array (checked), of a slice (checked) or behind a raw pointer (unchecked).</summary>
    Index,
    /// <summary>Payload item of an enum variant; the tag must be that variant's or the access traps.</summary>
    Payload,
}

/// <summary>One step of a place: <c>.field</c>, <c>[index]</c> or <c>!Variant.item</c>.</summary>
/// <param name="Kind">The step.</param>
/// <param name="Field">Field or payload-item index; 0 for an index step, whose value is the next operand.</param>
/// <param name="Variant">Variant index of a payload step.</param>
public readonly record struct Projection(ProjectionKind Kind, int Field = 0, int Variant = 0)
{
    /// <summary>To the element that the next operand counts.</summary>
    public static Projection Index => new(ProjectionKind.Index);
    /// <summary>To a field of a struct or an item of a tuple, by its number.</summary>
    public static Projection OfField(int field) => new(ProjectionKind.Field, field);
    /// <summary>To an item of what a variant carries, both by their numbers.</summary>
    public static Projection OfPayload(int variant, int item) => new(ProjectionKind.Payload, item, variant);
}

/// <summary>
/// A place without its values: base and projections. The values it needs are operands of the instruction that names it,
/// in this order: the base value (for <see cref="PlaceBase.Value"/>), then one value per index step, left to right.
/// </summary>
public sealed record Place(PlaceBase Base, Local? Local, Global? Global, ImmutableArray<Projection> Path, MirType Type)
{
    /// <summary>How many operands the place takes.</summary>
    public int OperandCount
    {
        get
        {
            var n = Base == PlaceBase.Value ? 1 : 0;
            foreach (var p in Path)
                if (p.Kind == ProjectionKind.Index)
                    n++;
            return n;
        }
    }

    /// <summary>The whole slot.</summary>
    public static Place Of(Local local) => new(PlaceBase.Local, local, null, [], local.Type);
    /// <summary>The whole global.</summary>
    public static Place Of(Global global) => new(PlaceBase.Global, null, global, [], global.Type);
    /// <summary>
    /// What a value of an address type denotes. A slice or pointer needs an index step next or denotes element 0; an
    /// actor needs a field of its state.
    /// </summary>
    /// <exception cref="ArgumentException">The type denotes nothing.</exception>
    public static Place Behind(MirType address) => new(PlaceBase.Value, null, null, [],
        address.Kind switch
        {
            TypeKind.Reference or TypeKind.Pointer or TypeKind.Box => address.Element!,
            TypeKind.Slice or TypeKind.Actor => address,
            _ => throw new ArgumentException($"a value of type {address} denotes no place"),
        });

    /// <summary>
    /// This place narrowed by a field. <see cref="Type"/> of the result is the field's.
    /// </summary>
    public Place Field(int index) =>
        this with { Path = Path.Add(Projection.OfField(index)), Type = FieldType(Type, index) };

    /// <summary>Element of an array place, of the slice behind a value; the index value is the next operand.</summary>
    public Place Element() => this with { Path = Path.Add(Projection.Index), Type = Type.Element! };

    /// <summary>Element <c>p[i]</c> of the run a raw pointer points to: the first step after a pointer base.</summary>
    public Place PointerElement() => this with { Path = Path.Add(Projection.Index) };

    /// <summary>Item of the payload of an enum variant.</summary>
    public Place Payload(int variant, int item) => this with
    {
        Path = Path.Add(Projection.OfPayload(variant, item)),
        Type = TypeMembers.PayloadType(Type, variant, item)
            ?? throw new ArgumentException($"{Type} has no payload item {item} of variant {variant}"),
    };

    /// <summary>Type of a struct's or tuple's member by index.</summary>
    public static MirType FieldType(MirType type, int index) =>
        TypeMembers.FieldType(type, index) ?? throw new ArgumentException($"{type} has no field {index}");

    public bool Equals(Place? other) => other is not null && Base == other.Base &&
        ReferenceEquals(Local, other.Local) && ReferenceEquals(Global, other.Global) &&
        Path.AsSpan().SequenceEqual(other.Path.AsSpan());

    public override int GetHashCode() =>
        Path.Aggregate(HashCode.Combine(Base, Local, Global), (h, p) => HashCode.Combine(h, p));
}
