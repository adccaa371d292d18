using System.Collections.Immutable;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>A place with the values it needs.</summary>
internal readonly record struct PlaceRef(Place Place, ImmutableArray<Value> Operands)
{
    public static PlaceRef Of(Local local) => new(Place.Of(local), []);

    public MirType Type => Place.Type;

    public PlaceRef Field(int index) => this with { Place = Place.Field(index) };

    public PlaceRef Payload(int variant, int item) => this with { Place = Place.Payload(variant, item) };

    /// <summary>Element of an array, or of a slice that is the base value.</summary>
    public PlaceRef Element(Value index) => new(Place.Element(), Operands.Add(index));
}
