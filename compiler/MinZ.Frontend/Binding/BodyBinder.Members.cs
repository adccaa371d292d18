using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Members, elements, slices.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindMember(MemberExpression m, MirType? expected)
    {
        if (FindNamespace(m.Target, expected) is { } space)
            return BindQualified(space, m, expected);
        var target = Bind(m.Target, null);
        if (AnyError(target) || m.Name.IsMissing)
            return Failed(m.Span);
        target = Dereferenced(target);
        if (target.Type is ActorType && !IsOwnState(target))
        {
            if (_program.FindMethod(target.Type, m.Name.Text) is not null)
                ReportUnknownMember(m.Name, target.Type, MemberNames(target.Type));
            else
                _bag.PrivateState(At(m.Name.Span), target.Type.ToString()!, m.Name.Text);
            return Failed(m.Span);
        }
        if (Field(target, m.Name.Text, m.Span) is { } field)
            return field;
        if (BitField(target, m.Name.Text, m.Span) is { } bits)
            return bits;
        if (m.Name.Text is "len" or "length" && (HasLength(target.Type) || IsRange(target)))
            return LengthOf(target, m.Span);
        if (m.Name.Text is "ptr" && target.Type.Kind == TypeKind.Str)
            return Convert(target, new Mir.PointerType(MirType.U8));
        ReportUnknownMember(m.Name, target.Type, MemberNames(target.Type));
        return Failed(m.Span);
    }

    /// <summary>What a field access reaches: through any number of references and pointers.</summary>
    private static BoundExpression Dereferenced(BoundExpression e)
    {
        while (e.Type.IsAddress)
            e = new BoundDereference(e.Span, e);
        return e;
    }

    private BoundField? Field(BoundExpression target, string name, TextSpan span)
    {
        switch (target.Type)
        {
            case StructType s when s.IndexOf(name) is var i and >= 0:
                return new BoundField(span, target, i, s.Fields[i].Type);
            case ActorType a when IndexOfState(a, name) is var i and >= 0:
                return StateField(target, a, i, span);
            case Mir.TupleType t when int.TryParse(name, out var item) && item < t.Items.Length:
                return new BoundField(span, target, item, t.Items[item]);
            default:
                return null;
        }
    }

    private IEnumerable<string> MemberNames(MirType type) => _program.MethodsOf(type).Concat(type switch
    {
        StructType s => s.Fields.Select(f => f.Name),
        EnumType e when _program.BitFields.TryGetValue(e, out var bits) => bits.Select(b => b.Name),
        Mir.TupleType t => Enumerable.Range(0, t.Items.Length).Select(i => i.ToString()),
        ActorType => ["watch", "restart", "stop"],
        ChannelType => ["send", "receive", "next", "try_send", "try_receive", "close"],
        EnumType e => e.Variants.Select(v => v.Name),
        InterfaceType i => i.Methods.Select(m => m.Name),
        _ when HasLength(type) => ["len"],
        _ => [],
    });

    /// <summary>A type or module that a path names, when it is no value.</summary>
    private Symbol? FindNamespace(Expression syntax, MirType? expected = null)
    {
        switch (syntax)
        {
            case NameExpression { Name.Text: "Self" } when _self is not null:
                return new ResolvedType(_self);
            case NameExpression n when _typeScope.Types.TryGetValue(n.Name.Text, out var argument):
                return new ResolvedType(argument);
            case NameExpression n when Lookup(n.Name.Text) is { } symbol:
                return symbol is TypeSymbol type ? Resolve(type, n.TypeArguments, n.Span, expected)
                    : symbol is ModulePath ? symbol : null;
            case NameExpression n when TypeBinder.FindBuiltIn(n.Name.Text) is { } builtIn:
                return new ResolvedType(builtIn);
            case MemberExpression m when FindNamespace(m.Target) is ModulePath path:
                return Inside(path, m);
            default:
                return null;
        }
    }

    /// <summary>The type a name means; a generic one without arguments is the instance that is expected.</summary>
    private ResolvedType Resolve(
        TypeSymbol type, ImmutableArray<TypeSyntax> arguments, TextSpan span, MirType? expected = null) =>
        arguments.IsEmpty && expected is not null && type.Instances.ContainsValue(expected) ? new(expected)
            : new(_program.ResolveType(type, [.. arguments.Select(BindType)], At(span)));

    private Symbol? Inside(ModulePath path, MemberExpression m)
    {
        if (path.Module?.Members.GetValueOrDefault(m.Name.Text) is TypeSymbol type)
            return Resolve(type, m.TypeArguments, m.Span);
        var longer = $"{path.Name}.{m.Name.Text}";
        if (_module.Imports.TryGetValue(longer, out var module))
        {
            _program.NoteImport(_module, module);
            return new ModulePath(longer, module);
        }
        return _module.Imports.Keys.Any(k => k.StartsWith(longer + ".", StringComparison.Ordinal))
            ? new ModulePath(longer, null) : null;
    }

    private sealed class ResolvedType(MirType type) : Symbol(type.ToString()!)
    {
        public MirType Type { get; } = type;
    }

    private BoundExpression BindQualified(Symbol space, MemberExpression m, MirType? expected)
    {
        if (m.Name.IsMissing || space is ResolvedType { Type: var error } && error.IsError())
            return Failed(m.Span);
        switch (space)
        {
            case ResolvedType { Type: EnumType e } when IndexOfVariant(e, m.Name.Text) is var v and >= 0:
                if (e.Variants[v].Payload.Length == 0)
                    return Variant(e, v, m.Span);
                _bag.WrongArgumentCount(At(m.Span), $"variant `{m.Name}`", e.Variants[v].Payload.Length, 0,
                    VariantPlace(e, v));
                return Failed(m.Span);
            case ResolvedType { Type: var type } when _program.FindMethod(type, m.Name.Text) is { } methods:
                return UseFunction(methods, m.Span, expected);
            case ResolvedType { Type: var type } when _program.FindConstant(type, m.Name.Text) is { } constant:
                return Use(constant, m.Span, m.Name.Text, expected);
            case ResolvedType { Type: { IsInteger: true } number } when m.Name.Text is "MAX" or "MIN":
                return new BoundLiteral(m.Span, number, (long)(ulong)((m.Name.Text == "MAX"
                    ? Constants.MaxValue(number) : Constants.MinValue(number)) & ulong.MaxValue));
            case ResolvedType { Type: var type }:
                ReportUnknownMember(m.Name, type, MemberNames(type));
                return Failed(m.Span);
            case ModulePath { Module: { } module } when module.Members.TryGetValue(m.Name.Text, out var member):
                return Use(member, m.Span, m.Name.Text, expected);
            default:
                _bag.UnknownMember(At(m.Name.Span), $"module `{space.Name}`", m.Name.Text,
                    Nearest.To(m.Name.Text, ((space as ModulePath)?.Module?.Members.Keys
                        ?? Enumerable.Empty<string>()).Concat(
                        space is ModulePath { Module.IsStandard: true } ? ArgumentCounts.Keys : [])));
                return Failed(m.Span);
        }
    }

    private static bool HasLength(MirType type) => type.Kind is TypeKind.Array or TypeKind.Slice or TypeKind.Str;

    /// <summary>Number of elements, a constant for arrays.</summary>
    private BoundExpression LengthOf(BoundExpression target, TextSpan span) => target.Type is Mir.ArrayType array
        ? new BoundUntyped(span, array.Length)
        : IsRange(target) ? LengthOfRange(target, span) : new BoundLength(span, target);

    private BoundExpression BindIndex(IndexExpression i)
    {
        var target = Bind(i.Target, null);
        var index = WithDefaultType(Read(Bind(i.Index, null)));
        if (AnyError(target, index))
            return Failed(i.Span);
        // Through a reference or pointer to an array its elements are meant, else `p[i]` is element i behind p.
        while (target.Type is ReferenceType ||
            target.Type is Mir.PointerType { Element.Kind: TypeKind.Array or TypeKind.Slice })
            target = new BoundDereference(target.Span, target);
        target = ElementsOf(i.Target, target);
        if (IsRange(index))
            return SliceByRange(i, target, index);
        if (index.Type is EnumType { HasPayload: false } plain)
            index = Bits(index, plain.Tag);
        if (!index.Type.IsInteger)
        {
            _bag.TypeMismatch(At(i.Index.Span), "an integer", index.Type.Show(), null);
            return Failed(i.Span);
        }
        switch (target.Type)
        {
            case Mir.ArrayType array when Folding.TryConstant(index, out var at) && (at < 0 || at >= array.Length):
                _bag.IndexOutOfRange(At(i.Index.Span), at, array.Length);
                return Failed(i.Span);
            case Mir.ArrayType or Mir.SliceType or Mir.PointerType:
                return new BoundIndex(i.Span, target, index, target.Type.Element!);
            case { Kind: TypeKind.Str }:
                return new BoundStringByte(i.Span, target, index);
            default:
                _bag.NotIndexable(At(i.Target.Span), target.Type.Show());
                return Failed(i.Span);
        }
    }

    /// <summary>
    /// The elements of a collection, which its method <c>iter</c> yields; what has elements itself as it is.
    /// </summary>
    private BoundExpression ElementsOf(Expression syntax, BoundExpression target) =>
        !HasLength(target.Type) && !target.Type.IsAddress && _program.FindMethod(target.Type, "iter") is not null &&
        Quietly(Elements(syntax)) is { Type: Mir.SliceType } elements ? elements : target;

    private BoundExpression BindSlice(SliceExpression s)
    {
        var target = Dereferenced(Bind(s.Target, null));
        if (AnyError(target))
            return target;
        target = ElementsOf(s.Target, target);
        if (!HasLength(target.Type))
        {
            _bag.NotIndexable(At(s.Target.Span), target.Type.Show());
            return Failed(s.Span);
        }
        var from = s.Start is null ? new BoundLiteral(s.Span, MirType.U16, 0) : BindTo(s.Start, MirType.U16);
        var to = s.End is null ? ToLiteral(LengthOf(target, s.Span)) : BindTo(s.End, MirType.U16);
        if (s is { End: not null, IsInclusive: true })
            to = new BoundBinary(s.Span, Op.Add, to, new BoundLiteral(s.Span, MirType.U16, 1));
        if (AnyError(from, to))
            return Failed(s.Span);
        CheckEnds(s, target.Type, from, to);
        return SliceOf(s.Span, target, from, to);
    }

    /// <summary>Reports constant ends of a slice that lie outside the array, or in the wrong order.</summary>
    private void CheckEnds(SliceExpression s, MirType type, BoundExpression from, BoundExpression to)
    {
        if (!Folding.TryConstant(from, out var start) || !Folding.TryConstant(to, out var end))
            return;
        if (type is Mir.ArrayType array && (end > array.Length || start > array.Length))
            _bag.SliceOutOfRange(At((end > array.Length ? s.End ?? s.Start : s.Start)?.Span ?? s.Span),
                (long)(end > array.Length ? end : start), array.Length);
        else if (start > end)
            _bag.EmptyRange(At(s.Span), "the slice has no elements");
    }

    private static BoundSlice SliceOf(TextSpan span, BoundExpression target, BoundExpression from, BoundExpression to)
    {
        if (target.Type is Mir.ArrayType array)
            target = new BoundConversion(target.Span, ConversionKind.SliceOf, target, new Mir.SliceType(array.Element));
        return new BoundSlice(span, target, from, to, target.Type);
    }

    private static BoundExpression ToLiteral(BoundExpression length) =>
        length is BoundUntyped u ? new BoundLiteral(u.Span, MirType.U16, (long)u.Value) : length;
}
