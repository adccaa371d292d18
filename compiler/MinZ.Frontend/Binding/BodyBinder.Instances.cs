using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Generic types without arguments, which follow from the values they are made of.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// The instance of a generic type whose parts, declared with the given types, get the given values; null when they
    /// leave a parameter open.
    /// </summary>
    private MirType? InferInstance(TypeSymbol symbol, IEnumerable<string> parameters,
        IEnumerable<(TypeSyntax? Type, Expression Value)> parts, Location where)
    {
        var order = parameters.ToImmutableArray();
        var names = order.ToHashSet();
        var known = new Dictionary<string, MirType>();
        foreach (var (type, value) in parts)
            if (type is not null && value is not LambdaExpression { HasOpenParameters: true })
                Infer(type, Quietly(value), names, known);
        return order.All(known.ContainsKey) && known.Values.All(t => !t.IsError() && !t.IsVoid())
            ? _program.ResolveType(symbol, [.. order.Select(p => known[p])], where) : null;
    }

    /// <summary>What an expression is, without reports: it is bound again where its type is known.</summary>
    private BoundExpression? Quietly(Expression value, MirType? expected = null)
    {
        var before = _bag;
        _bag = new Diagnostics.DiagnosticBag();
        var bound = Bind(value, expected);
        _bag = before;
        return AnyError(bound) ? null : bound;
    }

    /// <summary>
    /// The type in <c>Tree.Node(5)</c> and <c>Stack.of(5)</c> where <c>Tree</c> and <c>Stack</c> are generic and
    /// nothing but the arguments says for which types; null for everything else.
    /// </summary>
    private ResolvedType? InferNamespace(CallExpression c, MemberExpression m, MirType? expected)
    {
        if (m.Target is not NameExpression { TypeArguments.IsEmpty: true } name ||
            Lookup(name.Name.Text) is not TypeSymbol symbol ||
            expected is not null && symbol.Instances.ContainsValue(expected))
            return null;
        var (parameters, types) = symbol.Syntax switch
        {
            EnumDeclaration { TypeParameters.IsEmpty: false } e when
                e.Variants.FirstOrDefault(v => v.Name.Text == m.Name.Text) is { } variant =>
                    (e.TypeParameters.Select(p => p.Name.Text), variant.Payload.Select(p => (TypeSyntax?)p.Type)),
            StructDeclaration { TypeParameters.IsEmpty: false } or EnumDeclaration { TypeParameters.IsEmpty: false } =>
                symbol.Methods.Select(g => (g.Parameters.AsEnumerable(),
                    g.Functions.FirstOrDefault(f => f.Name.Text == m.Name.Text)?.Parameters.Select(p => p.Type)))
                    .FirstOrDefault(g => g.Item2 is not null),
            _ => (null, null),
        };
        if (parameters is null || types is null)
            return null;
        return InferInstance(symbol, parameters, types.Zip(c.Arguments.Select(a => a.Value)), At(name.Span)) is { } type
            ? new ResolvedType(type) : null;
    }

    /// <summary>The type in <c>Tree.Node { left: a, value: 5 }</c>, as in a call; null for everything else.</summary>
    private ResolvedType? InferVariant(StructLiteral literal, NamedType path, MirType? expected)
    {
        if (path is not { Path: [var name, var member], Arguments.IsEmpty: true } ||
            Lookup(name.Text) is not TypeSymbol { Syntax: EnumDeclaration e } symbol || e.TypeParameters.IsEmpty ||
            expected is not null && symbol.Instances.ContainsValue(expected) ||
            e.Variants.FirstOrDefault(v => v.Name.Text == member.Text) is not { } variant)
            return null;
        var fields = literal.Fields.Select(f =>
            (variant.Payload.FirstOrDefault(p => p.Name.Text == f.Name.Text)?.Type, f.Value));
        return InferInstance(symbol, e.TypeParameters.Select(p => p.Name.Text), fields, At(name.Span)) is { } type
            ? new ResolvedType(type) : null;
    }
}
