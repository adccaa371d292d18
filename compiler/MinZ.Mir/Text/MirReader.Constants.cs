using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    private bool IsLiteral(Token t) => t.Kind == TokenKind.Number ||
        t.Kind == TokenKind.Word && (IsWord(t, "true") || IsWord(t, "false") || IsWord(t, "inf") || IsWord(t, "nan")) ||
        IsMark(t, '-');

    /// <summary>A number, <c>true</c>, <c>false</c>, <c>inf</c> or <c>nan</c> as a value of a type.</summary>
    private bool Literal(MirType type, out long bits)
    {
        bits = 0;
        var t = Current;
        if (!IsLiteral(t))
            return Wanted("a number");
        _at++;
        var text = TextOf(t);
        if (IsMark(t, '-'))
        {
            if (!IsWord(Current, "inf"))
                return Wanted("a number");
            text += TextOf(Take());
        }
        if (MirNames.TryNumber(type, text, out bits))
            return true;
        var range = type.IsInteger ? $"values of {type} are {Constants.MinValue(type)} to {Constants.MaxValue(type)}"
            : null;
        return Report(MirCodes.BadLiteral, t, $"{Shown(text)} is no value of type {type}", range);
    }

    /// <summary>The start value of a global of a type.</summary>
    private bool Constant(MirType type, out ConstantValue value)
    {
        value = new ConstantValue.Zero();
        if (++_depth > MaxDepth)
        {
            _depth--;
            return Report(MirCodes.Limit, Current, $"start values nest deeper than {MaxDepth}");
        }
        var ok = ConstantInside(type, out value);
        _depth--;
        return ok;
    }

    private bool ConstantInside(MirType type, out ConstantValue value)
    {
        var t = Current;
        value = new ConstantValue.Zero();
        if (AcceptWord("zero"))
            return true;
        if (IsWord(t, "func") && Peek().Kind is TokenKind.Word or TokenKind.String)
        {
            _at++;
            return FunctionName(out var f) && Yield(new ConstantValue.FunctionValue(f), out value);
        }
        if (IsWord(t, "slice") && Peek().Kind is TokenKind.Word or TokenKind.String)
        {
            _at++;
            return GlobalName(out var g) && Yield(new ConstantValue.SliceOf(g), out value);
        }
        if (t.Kind is TokenKind.Bytes)
            return Yield(new ConstantValue.Bytes([.. MirLexer.BytesOf(_text, Take())]), out value);
        if (Accept('*'))
            return Current.Kind != TokenKind.String ? Wanted("a string")
                : Yield(new ConstantValue.TextPointer(TakeString()), out value);
        if (Accept('&'))
            return AddressOf(out value);
        if (At('[') || At('{'))
            return Aggregate(type, At('[') ? ']' : '}', out value);
        if (TypeMembers.DefinitionOf(type) is EnumType && t.Kind is TokenKind.Word or TokenKind.String)
            return VariantValue(type, out value);
        if (t.Kind == TokenKind.String)
            return Yield(new ConstantValue.Text(TakeString()), out value);
        return Literal(type, out var bits) && Yield(new ConstantValue.Number(bits), out value);
    }

    private StringConstant TakeString() => new([.. MirLexer.BytesOf(_text, Take())]);

    private static bool Yield(ConstantValue made, out ConstantValue value)
    {
        value = made;
        return true;
    }

    private bool GlobalName(out Global global)
    {
        global = null!;
        var t = Current;
        if (!Name("the name of a global", out var name))
            return false;
        if (_module.FindGlobal(name) is not { } found)
            return Report(MirCodes.UnknownName, t, $"there is no global {Shown(name)}");
        global = found;
        return true;
    }

    private bool AddressOf(out ConstantValue value)
    {
        value = new ConstantValue.Zero();
        if (!GlobalName(out var global) || !Displacement(out var offset))
            return false;
        if (offset is < int.MinValue or > int.MaxValue)
            return Report(MirCodes.BadLiteral, Current, $"{offset} is no offset in a global");
        return Yield(new ConstantValue.Address(global, (int)offset), out value);
    }

    /// <summary><c>+ n</c> or <c>- n</c> when there; else 0.</summary>
    private bool Displacement(out long offset)
    {
        offset = 0;
        var t = Current;
        if (!Accept('+') && !Accept('-'))
            return t.Kind != TokenKind.Number || Integer("an offset", long.MinValue, -1, out offset);
        if (!Integer("an offset", 0, uint.MaxValue, out offset))
            return false;
        if (IsMark(t, '-'))
            offset = -offset;
        return true;
    }

    private bool Aggregate(MirType type, char close, out ConstantValue value)
    {
        _at++;
        var items = ImmutableArray.CreateBuilder<ConstantValue>();
        var ok = List(close, () =>
        {
            var item = type.Kind == TypeKind.Array ? type.Element : TypeMembers.FieldType(type, items.Count);
            if (item is null)
                return Report(MirCodes.NoMember, Current, $"{type} has no item {items.Count}");
            var read = Constant(item, out var one);
            items.Add(one);
            return read;
        });
        return Yield(new ConstantValue.Aggregate(items.ToImmutable()), out value) && ok;
    }

    private bool VariantValue(MirType type, out ConstantValue value)
    {
        value = new ConstantValue.Zero();
        var t = Current;
        var name = TextOf(Take());
        var variant = TypeMembers.VariantIndex(type, name);
        if (variant < 0)
            return Report(MirCodes.NoMember, t, $"{type} has no variant {Shown(name)}");
        var items = ImmutableArray.CreateBuilder<ConstantValue>();
        if (Accept('(') && !List(')', () =>
        {
            if (TypeMembers.PayloadType(type, variant, items.Count) is not { } item)
                return Report(MirCodes.NoMember, Current, $"{Shown(name)} has no payload item {items.Count}");
            var read = Constant(item, out var one);
            items.Add(one);
            return read;
        }))
            return false;
        return Yield(new ConstantValue.Enum(variant, items.ToImmutable()), out value);
    }
}
