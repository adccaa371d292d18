namespace MinZ.Mir.Text;

/// <content>Places: bases, fields, indices, payload items.</content>
public sealed partial class MirWriter
{
    private void WritePlace(Place place)
    {
        switch (place.Base)
        {
            case PlaceBase.Local:
                _text.Append(_locals.GetValueOrDefault(place.Local!) ?? place.Local!.ToString());
                break;
            case PlaceBase.Global:
                _text.Append(BaseName(place));
                break;
            case PlaceBase.Value:
                WriteValueBase(place);
                break;
        }
        var type = place.Base switch
        {
            PlaceBase.Local => place.Local!.Type,
            PlaceBase.Global => place.Global!.Type,
            PlaceBase.Value => Behind(TypeBefore),
        };
        var run = place.Base == PlaceBase.Value && IsRun(place, TypeBefore);
        foreach (var step in place.Path)
        {
            var narrowed = WriteStep(step, type);
            type = run ? type : narrowed;
            run = false;
        }
    }

    // A value is looked through where a step follows; alone it needs a star. p[i] is the run a pointer points to, so an
    // element of an array behind a pointer has the star as well.
    private void WriteValueBase(Place place)
    {
        var type = _next < _operandTypes.Length ? _operandTypes[_next] : null;
        if (place.Path.Length == 0 || type is PointerType && place.Path[0].Kind == ProjectionKind.Index &&
            !IsRun(place, type))
            _text.Append('*');
        Operand();
    }

    /// <summary>True when a place's first step indexes the run a pointer points to.</summary>
    internal static bool IsRun(Place place, MirType address)
    {
        if (address.Kind != TypeKind.Pointer || place.Path.Length == 0 || place.Path[0].Kind != ProjectionKind.Index)
            return false;
        var type = address.Element!;
        foreach (var step in place.Path.Skip(1))
            type = Narrow(type, step) ?? MirType.Void;
        return type == place.Type;
    }

    // Type of the operand just written.
    private MirType TypeBefore =>
        (_next > 0 && _next <= _operandTypes.Length ? _operandTypes[_next - 1] : null) ?? MirType.Void;

    private static MirType Behind(MirType address) =>
        address.Kind == TypeKind.Slice ? address : address.Element ?? address;

    private static MirType? Narrow(MirType type, Projection step) => step.Kind switch
    {
        ProjectionKind.Field => TypeMembers.FieldType(type, step.Field),
        ProjectionKind.Index => type.Element,
        ProjectionKind.Payload => TypeMembers.PayloadType(type, step.Variant, step.Field),
    };

    private MirType WriteStep(Projection step, MirType type)
    {
        switch (step.Kind)
        {
            case ProjectionKind.Field:
                _text.Append('.').Append(MirNames.AfterDot(TypeMembers.FieldName(type, step.Field)));
                break;
            case ProjectionKind.Index:
                _text.Append('[');
                Operand();
                _text.Append(']');
                break;
            case ProjectionKind.Payload:
                _text.Append('!').Append(VariantName(type, step.Variant)).Append('.').Append(step.Field);
                break;
        }
        return Narrow(type, step) ?? type;
    }

    // Dots in names are read greedily, so a global whose name continues another one's needs quotes.
    private string BaseName(Place place)
    {
        var name = place.Global!.Name;
        var ambiguous = place.Path.Length > 0 && place.Path[0].Kind == ProjectionKind.Field &&
            _module.Globals.Any(g => g.Name.StartsWith(name + ".", StringComparison.Ordinal));
        return ambiguous ? MirNames.Quote(name) : MirNames.Global(name);
    }
}
