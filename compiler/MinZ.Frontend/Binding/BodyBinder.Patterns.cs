using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary><c>match</c> and its patterns.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindMatch(MatchExpression m, MirType? expected)
    {
        var value = m.Subject is null ? new BoundLiteral(m.Span, MirType.Bool, 1) : BindValue(m.Subject);
        value = Read(value);
        if (value.Type.IsAddress && value.Type.Element is EnumType or StructType or Mir.TupleType)
            value = Dereferenced(value);
        var subject = Hidden("subject", value.Type);
        var asStatement = expected is { Kind: TypeKind.Void };
        var arms = new List<BoundArm>();
        foreach (var arm in m.Arms)
            arms.Add(InScope(() => BindArm(arm, value.Type, expected)));
        if (AnyError(value) || arms.Any(a => a.Body.Type.IsError() || a.Guard is { Type: var g } && g.IsError()))
            return Failed(m.Span);
        var covers = CheckExhaustive(m, value.Type, arms,
            !asStatement && arms.All(a => !a.Body.Type.IsVoid() && !a.Body.Type.IsNever()));
        BoundExpression[] bodies = [.. arms.Select(a => asStatement ? AsStatement(a.Body) : a.Body)];
        var type = bodies.Length == 0 ? MirType.Void : Unify(bodies, expected);
        if (type is null)
            return Failed(m.Span);
        if (type.IsNever() && !covers)
            type = MirType.Void;
        var unified = arms.Zip(bodies, (a, b) => a with { Body = b }).ToImmutableArray();
        return new BoundMatch(m.Span, subject, value, unified, type);
    }

    private BoundArm BindArm(MatchArm arm, MirType type, MirType? expected)
    {
        CheckNames(arm.Pattern, []);
        var pattern = BindPattern(arm.Pattern, type);
        var guard = arm.Guard is null ? null : BindTestedCondition(arm.Guard);
        return new BoundArm(pattern, guard, Bind(arm.Body, expected));
    }

    /// <summary>Reports names that a pattern declares twice.</summary>
    private void CheckNames(Pattern pattern, Dictionary<string, TextSpan> seen)
    {
        switch (pattern)
        {
            case NamePattern n when n.Name.Text != "_" && !n.Name.IsMissing:
                if (!seen.TryAdd(n.Name.Text, n.Name.Span))
                    _bag.Redeclared(At(n.Name.Span), n.Name.Text, At(seen[n.Name.Text]));
                break;
            case TuplePattern t:
                foreach (var element in t.Elements)
                    CheckNames(element, seen);
                break;
            case VariantPattern { Payload: { } items }:
                foreach (var item in items)
                    CheckNames(item, seen);
                break;
            case StructPattern s:
                foreach (var field in s.Fields)
                    CheckNames(field.Pattern, seen);
                break;
        }
    }

    private BoundPattern BindPattern(Pattern pattern, MirType type)
    {
        switch (pattern)
        {
            case NamePattern n:
                return BindNamePattern(n, type);
            case LiteralPattern { Value: NullLiteral } when _program.IsOptional(type):
                return VariantOf((EnumType)type, 0, [], pattern.Span);
            case LiteralPattern l:
                return BindValuePattern(l.Value, type);
            case RangePattern r:
                var (low, high) = (PatternValue(r.Low, type), PatternValue(r.High, type));
                if (low is BoundLiteral first && high is BoundLiteral last &&
                    Folding.ValueOf(first.Type, first.Bits) > Folding.ValueOf(last.Type, last.Bits))
                    _bag.EmptyRange(At(r.Span), "this pattern never matches");
                return low is null || high is null ? new BoundAnyPattern(r.Span)
                    : new BoundRangePattern(r.Span, low, high);
            case VariantPattern v:
                return BindVariantPattern(v, type);
            case TuplePattern t when type is Mir.TupleType tuple && tuple.Items.Length == t.Elements.Length:
                return new BoundMembersPattern(t.Span,
                    [.. t.Elements.Select((e, i) => (i, BindPattern(e, tuple.Items[i])))]);
            case StructPattern s:
                return BindStructPattern(s, type);
            case OrPattern o:
                return new BoundOrPattern(o.Span, [.. o.Alternatives.Select(a => BindPattern(a, type))]);
            case WildcardPattern or MissingPattern:
                return new BoundAnyPattern(pattern.Span);
            default:
                if (!type.IsError())
                    _bag.BadPattern(At(pattern.Span), $"this pattern cannot match {type.Show()}");
                if (pattern is TuplePattern names)
                    foreach (var element in names.Elements)
                        BindPattern(element, Special.Error);
                return new BoundAnyPattern(pattern.Span);
        }
    }

    /// <summary>A lone name is a variant or constant of that name, else a new variable.</summary>
    private BoundPattern BindNamePattern(NamePattern n, MirType type)
    {
        if (type is EnumType e && IndexOfVariant(e, n.Name.Text) is var v and >= 0)
            return VariantOf(e, v, [], n.Span);
        if (!n.IsMutable && Lookup(n.Name.Text) is ConstantSymbol or GlobalSymbol { IsConst: true })
            return BindValuePattern(new NameExpression(n.Span, n.Name, []), type);
        var local =
            new LocalSymbol(n.Name.Text, type) { IsMutable = n.IsMutable, Where = At(n.Span), Owner = _function };
        _scope.Declare(local);
        return new BoundBinderPattern(n.Span, local);
    }

    private BoundPattern BindValuePattern(Expression syntax, MirType type) =>
        syntax is NullLiteral && _program.IsOptional(type) ? VariantOf((EnumType)type, 0, [], syntax.Span)
            : PatternValue(syntax, type) is { } value ? new BoundValuePattern(syntax.Span, value)
            : new BoundAnyPattern(syntax.Span);

    /// <summary>A constant of the subject's type; null after a report.</summary>
    private BoundExpression? PatternValue(Expression syntax, MirType type)
    {
        var value = Bind(syntax, type);
        if (type.IsError() || AnyError(value))
            return null;
        if (value.Type.IsPlainEnum() && type.IsInteger)
            value = PlainNumber(value, type);
        if (TryConvert(value, type) is not { } converted)
        {
            _bag.BadPattern(At(syntax.Span), value is BoundUntyped u
                ? $"{u.Value} can never match {type.Show()}"
                : $"a pattern of type {value.Type.Show()} cannot match {type.Show()}",
                value is BoundUntyped && type is EnumType { Variants: [var first, ..] }
                    ? $"name a variant, such as `{type}.{first.Name}`"
                : value is BoundUntyped && type.IsInteger
                    ? $"{type.Show()} holds {Constants.MinValue(type)} to {Constants.MaxValue(type)}" : null);
            return null;
        }
        if (converted is BoundText)
            return converted;
        if (Folding.TryConstant(converted, out var bits))
            return new BoundLiteral(syntax.Span, type, bits);
        _bag.NotConstant(At(syntax.Span), "a pattern");
        return null;
    }

    private BoundPattern BindVariantPattern(VariantPattern v, MirType type)
    {
        var name = v.Path[^1];
        var items = v.Payload ?? [];
        if (type is EnumType e && IndexOfVariant(e, name.Text) is var variant and >= 0)
        {
            var payload = e.Variants[variant].Payload;
            if (v.Payload is null && payload.Length > 0)
                return VariantOf(e, variant, [.. payload.Select(_ => new BoundAnyPattern(v.Span))], v.Span);
            if (items.Length == payload.Length)
                return VariantOf(e, variant, [.. items.Zip(payload, BindPattern)], v.Span);
            _bag.WrongArgumentCount(At(v.Span), $"variant `{name}`", payload.Length, items.Length,
                VariantPlace(e, variant),
                "value");
            foreach (var item in items)
                BindPattern(item, Special.Error);
            return new BoundAnyPattern(v.Span);
        }
        if (v.Payload is null)
            return BindValuePattern(PathExpression(v.Path), type);
        if (type is StructType { Fields.IsDefault: false } s && name.Text == s.Name.Split('.')[^1])
            _bag.BadPattern(At(v.Span), "the fields of a struct have names",
                $"write `{name.Text} {{ {string.Join(", ", s.Fields.Select(f => f.Name))} }}`");
        else if (v.Path.Length > 1 && type is not EnumType && !type.IsError())
            _bag.BadPattern(At(v.Span), $"a variant of `{v.Path[^2]}` cannot match {type.Show()}");
        else if (!type.IsError())
            ReportUnknownMember(name, type, MemberNames(type));
        foreach (var item in items)
            BindPattern(item, Special.Error);
        return new BoundAnyPattern(v.Span);
    }

    private static Expression PathExpression(ImmutableArray<Identifier> path)
    {
        Expression e = new NameExpression(path[0].Span, path[0], []);
        foreach (var part in path.Skip(1))
            e = new MemberExpression(e.Span.To(part.Span), e, MemberAccess.Dot, part, []);
        return e;
    }

    private static BoundPattern VariantOf(EnumType e, int variant, ImmutableArray<BoundPattern> items, TextSpan span) =>
        e.HasPayload
            ? new BoundVariantPattern(span, e, variant, items)
            : new BoundValuePattern(span, new BoundLiteral(span, e, e.Variants[variant].Value));

    private BoundPattern BindStructPattern(StructPattern s, MirType type)
    {
        if (type is EnumType e && IndexOfVariant(e, s.Path[^1].Text) is var v and >= 0 &&
            _program.PayloadNames.TryGetValue((e, v), out var names))
        {
            var items = names.Select(BoundPattern (_) => new BoundAnyPattern(s.Span)).ToArray();
            foreach (var f in s.Fields)
            {
                if (names.IndexOf(f.Name.Text) is var i and >= 0)
                    items[i] = BindPattern(f.Pattern, e.Variants[v].Payload[i]);
                else
                {
                    _bag.UnknownMember(At(f.Name.Span), $"variant `{s.Path[^1]}`", f.Name.Text,
                        Nearest.To(f.Name.Text, names));
                    BindPattern(f.Pattern, Special.Error);
                }
            }
            return VariantOf(e, v, [.. items], s.Span);
        }
        if (type is not StructType structure)
        {
            if (!type.IsError())
                _bag.BadPattern(At(s.Span), $"a struct pattern cannot match {type.Show()}");
            foreach (var f in s.Fields)
                BindPattern(f.Pattern, Special.Error);
            return new BoundAnyPattern(s.Span);
        }
        var members = ImmutableArray.CreateBuilder<(int, BoundPattern)>();
        foreach (var f in s.Fields)
        {
            if (structure.IndexOf(f.Name.Text) is var i and >= 0)
                members.Add((i, BindPattern(f.Pattern, structure.Fields[i].Type)));
            else
            {
                ReportUnknownField(f.Name, structure);
                BindPattern(f.Pattern, Special.Error);
            }
        }
        return new BoundMembersPattern(s.Span, members.ToImmutable());
    }
}
