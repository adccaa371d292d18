using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    private static readonly Dictionary<string, MirType> Keywords =
        MirType.Keywords.ToDictionary(k => k.Name, k => (MirType)k);

    private ImmutableArray<TypeParameter> _typeParameters = [];
    private int _depth;

    /// <summary>Keyword, fixed-point or declared type with this name; null when there is none.</summary>
    private MirType? NamedType(Token t)
    {
        var name = TextOf(t);
        if (!t.Quoted && (Keywords.GetValueOrDefault(name) ?? MirNames.FixedOf(name)) is { } known)
            return known;
        foreach (var p in _typeParameters)
            if (p.Name == name)
                return p;
        return _module.FindType(name);
    }

    private bool Type(out MirType type)
    {
        type = MirType.Void;
        if (++_depth > MaxDepth)
        {
            _depth--;
            return Report(MirCodes.Limit, Current, $"types nest deeper than {MaxDepth}");
        }
        var ok = TypeInside(out type);
        _depth--;
        return ok;
    }

    private bool TypeInside(out MirType type)
    {
        type = MirType.Void;
        MirType inner;
        if (Current.Kind is TokenKind.Word or TokenKind.String)
            return WordType(out type);
        if (Accept('['))
            return ArrayOrSlice(out type);
        if (Accept('&'))
        {
            var mutable = AcceptWord("mut");
            if (!Type(out inner))
                return false;
            type = new ReferenceType(inner, mutable);
            return true;
        }
        if (Accept('*'))
        {
            if (!Type(out inner))
                return false;
            type = new PointerType(inner);
            return true;
        }
        if (!Accept('('))
            return Wanted("a type");
        if (!Types(')', out var items))
            return false;
        type = new TupleType(items);
        return true;
    }

    private bool ArrayOrSlice(out MirType type)
    {
        type = MirType.Void;
        var slice = Accept(']');
        if (!Type(out var element))
            return false;
        if (slice)
        {
            type = new SliceType(element);
            return true;
        }
        if (!Expect(';') || !Integer("a length", 0, int.MaxValue, out var length) || !Expect(']'))
            return false;
        type = new ArrayType(element, (int)length);
        return true;
    }

    private bool WordType(out MirType type)
    {
        type = MirType.Void;
        var t = Current;
        if (IsWord(t, "fn") && IsMark(Peek(), '('))
            return FunctionTypeText(out type);
        if ((IsWord(t, "box") || IsWord(t, "chan")) && IsMark(Peek(), '<'))
        {
            _at += 2;
            if (!Type(out var element) || !Expect('>'))
                return false;
            type = IsWord(t, "box") ? new BoxType(element) : new ChannelType(element);
            return true;
        }
        if (NamedType(t) is not { } named)
            return Report(MirCodes.UnknownName, t, $"there is no type {Shown(TextOf(t))}");
        _at++;
        type = named;
        if (named is not TypeDefinition definition || !At('<'))
            return true;
        _at++;
        if (!Types('>', out var arguments))
            return false;
        type = new InstanceType(definition, arguments);
        return true;
    }

    private bool FunctionTypeText(out MirType type)
    {
        type = MirType.Void;
        _at += 2;
        if (!Types(')', out var parameters) || !OptionalResult(out var result))
            return false;
        type = new FunctionType(parameters, result);
        return true;
    }

    private bool OptionalResult(out MirType result)
    {
        result = MirType.Void;
        if (Current.Kind != TokenKind.Arrow)
            return true;
        _at++;
        return Type(out result);
    }

    private bool Types(char close, out ImmutableArray<MirType> types)
    {
        var list = ImmutableArray.CreateBuilder<MirType>();
        var ok = List(close, () =>
        {
            var read = Type(out var type);
            list.Add(type);
            return read;
        });
        types = list.ToImmutable();
        return ok;
    }

    /// <summary>Declares the parameters of a generic declaration, when there are any, as types from here on.</summary>
    private bool TypeParameters(out ImmutableArray<TypeParameter> parameters)
    {
        parameters = _typeParameters = [];
        if (!Accept('<'))
            return true;
        var start = _at;
        // Bounds may name any of the parameters: first collect the names, then read again with all of them known.
        var first = true;
        for (var depth = 1; depth > 0 && Current.Kind is not (TokenKind.End or TokenKind.Line); _at++)
        {
            if (first && depth == 1 && Current.Kind is TokenKind.Word or TokenKind.String)
                _typeParameters = _typeParameters.Add(new TypeParameter(TextOf(Current), []));
            first = At(',');
            depth += At('<') ? 1 : At('>') ? -1 : 0;
        }
        _at = start;
        parameters = _typeParameters;
        var names = new HashSet<string>();
        return List('>', () =>
        {
            var t = Current;
            if (!Name("a type parameter", out var name))
                return false;
            if (!names.Add(name))
                return Report(MirCodes.DuplicateName, t, $"the type parameter {Shown(name)} is declared twice");
            return !Accept(':') || Bounds(_typeParameters.First(p => p.Name == name));
        });
    }

    private bool Bounds(TypeParameter parameter)
    {
        do
        {
            if (!Type(out var bound))
                return false;
            parameter.Bounds = parameter.Bounds.Add(bound);
        }
        while (Accept('+'));
        return true;
    }
}
