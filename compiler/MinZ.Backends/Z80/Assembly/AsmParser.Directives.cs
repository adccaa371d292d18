using System.Collections.Immutable;

namespace MinZ.Backends.Z80.Assembly;

public sealed partial class AsmParser
{
    private void ReadDirective(AsmToken name, Directive directive)
    {
        switch (directive)
        {
            case Directive.Org:
                if (ReadExpression() is { } address && AtEnd())
                    Add(new Org(address), name.Offset);
                break;
            case Directive.Equ:
                Report(name, "equ needs a name before it", "write: size equ 16");
                break;
            case Directive.Bytes:
                AddData(name, 1, terminated: false);
                break;
            case Directive.ZeroTerminated:
                AddData(name, 1, terminated: true);
                break;
            case Directive.Words:
                AddData(name, 2, terminated: false);
                break;
            case Directive.Space:
                if (ReadExpression() is { } count && ReadFill() is { } fill && AtEnd())
                    Add(new Reserve(count, fill), name.Offset);
                break;
            case Directive.Align:
                ReadAlign(name);
                break;
        }
    }

    private void ReadAlign(AsmToken name)
    {
        var place = Peek;
        if (ReadExpression() is not { } boundary || ReadFill() is not { } fill || !AtEnd())
            return;
        if (boundary is Expr.Constant { Value: > 0 and <= 0x8000 and var value })
            Add(new Align(value, fill), name.Offset);
        else
            Report(place, "align needs a constant of 1 to 32768");
    }

    // The optional ",fill" of ds and align; 0 without.
    private byte? ReadFill()
    {
        if (!Take(","))
            return 0;
        var place = Peek;
        switch (ReadExpression())
        {
            case null:
                return null;
            case Expr.Constant { Value: >= -128 and <= 255 and var value }:
                return unchecked((byte)value);
            default:
                Report(place, "the fill must be a constant of -128 to 255");
                return null;
        }
    }

    private void AddData(AsmToken name, int width, bool terminated)
    {
        var values = ImmutableArray.CreateBuilder<Expr>();
        do
        {
            if (!ReadDatum(width, values))
                return;
        }
        while (Take(","));
        if (!AtEnd())
            return;
        if (terminated)
            values.Add(0);
        // Bytes that are all known need no expressions.
        if (width == 1 && values.All(v => v is Expr.Constant))
            Add(new DataBytes([.. values.Select(v => unchecked((byte)((Expr.Constant)v).Value))]), name.Offset);
        else
            Add(new DataValues(values.ToImmutable(), width), name.Offset);
    }

    private bool ReadDatum(int width, ImmutableArray<Expr>.Builder values)
    {
        var place = Peek;
        var isWhole = _at + 1 >= _end || _tokens[_at + 1].Is(",");
        if (width == 1 && place.Kind == AsmTokenKind.Text && isWhole)
        {
            _at++;
            return AddText(place, values);
        }
        if (ReadExpression() is not { } value)
            return false;
        if (value is Expr.Constant constant)
        {
            var field = width == 1 ? NumberField.Byte : NumberField.Word;
            if (InstructionEncoder.Check(field, constant.Value) is { } message)
            {
                Report(place, message);
                return false;
            }
        }
        values.Add(value);
        return true;
    }

    private bool AddText(AsmToken text, ImmutableArray<Expr>.Builder values)
    {
        foreach (var c in text.Text)
        {
            if (c > 0xFF)
            {
                Report(text, $"the character '{c}' is not one byte", "write its code as a number");
                return false;
            }
            values.Add((int)c);
        }
        return true;
    }
}
