using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Patterns as conditions: <c>e is pattern</c>, <c>if let pattern = e</c>.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>The scope that gets the names of patterns in a condition; null outside conditions.</summary>
    private Scope? _testScope;

    /// <summary>
    /// Binds a condition and leaves the scope open that has the names of its patterns, for what runs when it holds. The
    /// caller closes it.
    /// </summary>
    private BoundExpression BindTestedCondition(Expression syntax)
    {
        _scope = new Scope(_scope);
        var before = _testScope;
        _testScope = _scope;
        var condition = BindCondition(syntax);
        _testScope = before;
        return condition;
    }

    private BoundExpression BindLogical(BinaryExpression b)
    {
        if (_testScope != _scope)
            return InTestScope(() => BindLogical(b));
        var isAnd = b.Operator == BinaryOperator.And;
        var left = BindCondition(b.Left);
        // Behind `||` the pattern on the left need not have matched.
        var right = isAnd ? BindCondition(b.Right) : InTestScope(() => BindCondition(b.Right));
        return AnyError(left, right) ? Failed(b.Span) : new BoundLogical(b.Span, isAnd, left, right);
    }

    private BoundExpression InTestScope(Func<BoundExpression> bind) => InScope(() =>
    {
        var before = _testScope;
        _testScope = _scope;
        var result = bind();
        _testScope = before;
        return result;
    });

    private BoundExpression BindTest(TestExpression t)
    {
        var value = Read(BindValue(t.Value));
        if (!t.IsLet && PathOf(t.Pattern) is { } path && Interface(value) is { Type: InterfaceType contract } behind &&
            FindNamespace(path) is ResolvedType { Type: var tested } && !tested.IsError())
        {
            if (_program.Implements(tested, contract))
                return Negated(t, new BoundInterfaceTest(t.Span, behind, tested));
            _bag.DoesNotImplement(At(t.Pattern.Span), tested.Show(), contract.Name);
            return Failed(t.Span);
        }
        if (value.Type.IsAddress && value.Type.Element is EnumType or StructType or Mir.TupleType)
            value = Dereferenced(value);
        if (!t.IsLet && t.Pattern is NamePattern { Name: var name } && !AnyError(value)
            && !IsKnownPattern(name, value.Type))
        {
            if (FindNamespace(PathOf(t.Pattern)!) is ResolvedType other)
                _bag.BadPattern(At(name.Span), $"a value of type {value.Type.Show()} is never {other.Type.Show()}");
            else
                _bag.UnknownName(At(name.Span), name.Text, HintFor(name.Text));
            return Failed(t.Span);
        }
        BoundPattern Bound() =>
            t.IsLet && PresentVariant(value.Type) is { } present && TakesValue(t.Pattern, value.Type)
            ? Present(t.Pattern, (EnumType)value.Type, present)
            : BindPattern(t.Pattern, value.Type);
        var pattern = _testScope == _scope && !t.IsNegated ? Bound() : InScope(Bound);
        return AnyError(value) ? Failed(t.Span)
            : Negated(t, new BoundTest(t.Span, Hidden("subject", value.Type), value, pattern));
    }

    private bool TakesValue(Pattern pattern, MirType type) => pattern switch
    {
        NamePattern n => !IsKnownPattern(n.Name, type),
        TuplePattern or StructPattern or WildcardPattern => true,
        _ => false,
    };

    private BoundPattern Present(Pattern pattern, EnumType type, int variant) =>
        VariantOf(type, variant, [BindPattern(pattern, type.Variants[variant].Payload[0])], pattern.Span);

    /// <summary>
    /// The variant that has the value of a <c>T?</c> or <c>T ? E</c>, which <c>if let x = e</c> asks for; null for
    /// other types.
    /// </summary>
    private int? PresentVariant(MirType type) =>
        _program.IsOptional(type) ? 1
        : _program.IsFallible(type) && type is EnumType { Variants: [{ Payload: [_] }, ..] } ? 0 : null;

    private static BoundExpression Negated(TestExpression t, BoundExpression test) =>
        t.IsNegated ? new BoundUnary(t.Span, Op.Not, test) : test;

    private static BoundExpression Interface(BoundExpression e) =>
        e.Type is ReferenceType { Element: InterfaceType } ? new BoundDereference(e.Span, e) : e;

    private static Expression? PathOf(Pattern pattern) => pattern switch
    {
        NamePattern n => new NameExpression(n.Span, n.Name, []),
        VariantPattern { Payload: null } v => PathExpression(v.Path),
        _ => null,
    };

    private bool IsKnownPattern(Identifier name, MirType type) =>
        type is EnumType e && IndexOfVariant(e, name.Text) >= 0 ||
        Lookup(name.Text) is ConstantSymbol or GlobalSymbol { IsConst: true };
}
