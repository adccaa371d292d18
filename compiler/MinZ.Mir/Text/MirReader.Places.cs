namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    private bool PlaceOperands()
    {
        if (!ReadPlace(out var place))
            return false;
        _payload = place;
        return Rest();
    }

    private bool PlacePairOperands()
    {
        if (!ReadPlace(out var to) || !Expect(',') || !ReadPlace(out var from))
            return false;
        return Payload(new PlacePair(to, from));
    }

    /// <summary>A place; the values it needs become operands.</summary>
    private bool ReadPlace(out Place place)
    {
        place = null!;
        var t = Current;
        var star = Accept('*');
        List<string> fields = [];
        if (Current.Kind == TokenKind.Local && !star && _slots.TryGetValue(TextOf(Current), out var local))
        {
            _at++;
            place = Place.Of(local);
        }
        else if (Current.Kind == TokenKind.Local)
        {
            if (!ValuePlace(star, out place))
                return false;
        }
        else if (star)
            return Wanted("a value behind '*'");
        else if (!GlobalPlace(out place, fields))
            return false;
        foreach (var field in fields)
            if (!FieldStep(ref place, field, t))
                return false;
        return Steps(ref place);
    }

    private bool ValuePlace(bool star, out Place place)
    {
        place = null!;
        var t = Current;
        if (!ValueName(out var value))
            return false;
        var type = _function.TypeOf(value);
        if (!type.DenotesPlace)
            return Report(MirCodes.BadPlace, t, $"a value of type {type} denotes no place",
                "a place is a slot, a global, or what a reference, pointer, box or slice refers to");
        place = Place.Behind(type);
        _operands.Add(new Written(value, type, -1));
        var indexed = At('[');
        if (!star && !indexed && Current.Kind != TokenKind.Dotted && !IsVariantStep())
            return Report(MirCodes.BadPlace, t, $"%{TextOf(t)} itself is a value",
                $"what it refers to is *%{TextOf(t)}");
        if (type.Kind == TypeKind.Pointer && indexed && !star)
        {
            place = place.PointerElement();
            return IndexOperand();
        }
        return true;
    }

    // Names of globals may hold dots, and so may what follows: the longest name that exists wins.
    private bool GlobalPlace(out Place place, List<string> fields)
    {
        place = null!;
        var t = Current;
        if (!Name("a place", out var name))
            return false;
        var end = name.Length;
        Global? global;
        while ((global = _module.FindGlobal(name[..end])) is null)
        {
            end = t.Quoted ? -1 : name.LastIndexOf('.', end - 1);
            if (end <= 0)
                return Report(MirCodes.UnknownName, t, $"there is no global {Shown(name)}");
        }
        place = Place.Of(global);
        if (end < name.Length)
            fields.AddRange(name[(end + 1)..].Split('.'));
        return true;
    }

    private bool IsVariantStep() => At('!') && Peek().Kind is TokenKind.Word or TokenKind.String;

    private bool Steps(ref Place place)
    {
        while (true)
        {
            var t = Current;
            if (t.Kind == TokenKind.Dotted)
            {
                _at++;
                foreach (var field in t.Quoted ? [TextOf(t)] : TextOf(t).Split('.'))
                    if (!FieldStep(ref place, field, t))
                        return false;
            }
            else if (At('['))
            {
                if (place.Type.Kind is not (TypeKind.Array or TypeKind.Slice or TypeKind.Pointer))
                    return Report(MirCodes.BadPlace, t, $"a place of type {place.Type} has no elements");
                place = place.Element();
                if (!IndexOperand())
                    return false;
            }
            else if (IsVariantStep())
            {
                if (!VariantStep(ref place))
                    return false;
            }
            else
                return true;
        }
    }

    private bool IndexOperand() => Expect('[') && Operand() && Expect(']');

    private bool FieldStep(ref Place place, string field, Token at)
    {
        var index = TypeMembers.FieldIndex(place.Type, field);
        if (index < 0)
            return Report(MirCodes.NoMember, at, $"{place.Type} has no field {Shown(field)}");
        place = place.Field(index);
        return true;
    }

    private bool VariantStep(ref Place place)
    {
        var at = Peek();
        if (!Variant(place.Type, out var variant, out var item, out var fields))
            return false;
        place = place.Payload(variant, item);
        foreach (var field in fields)
            if (!FieldStep(ref place, field, at))
                return false;
        return true;
    }

    private bool Variant(MirType? type, out int variant, out int item) =>
        Variant(type, out variant, out item, out var fields) &&
            (fields.Length == 0 || Wanted("the end of the operand"));

    /// <summary><c>!Variant.item</c>, and the names of fields when more follow.</summary>
    private bool Variant(MirType? type, out int variant, out int item, out string[] fields)
    {
        (variant, item, fields) = (-1, -1, []);
        if (!Expect('!'))
            return false;
        var t = Current;
        if (!Name("a variant", out var name))
            return false;
        string[] parts = t.Quoted ? [name] : name.Split('.');
        if (parts.Length == 1 && Current.Kind == TokenKind.Dotted)
            parts = [parts[0], .. TextOf(Take()).Split('.')];
        variant = type is null ? -1 : TypeMembers.VariantIndex(type, parts[0]);
        if (variant < 0)
            return Report(MirCodes.NoMember, t, $"{type} has no variant {Shown(parts[0])}");
        if (parts.Length < 2 || !int.TryParse(parts[1], System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out item) ||
            TypeMembers.PayloadType(type!, variant, item) is null)
            return Report(MirCodes.NoMember, t, $"variant {Shown(parts[0])} has no such payload item",
                $"write !{parts[0]}.0 for the first");
        fields = parts[2..];
        return true;
    }
}
