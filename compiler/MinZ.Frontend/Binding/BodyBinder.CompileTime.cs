using MinZ.Frontend.CompileTime;
using MinZ.Frontend.Syntax;

namespace MinZ.Frontend.Binding;

/// <content>Constants that have to be computed.</content>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// Lets an expression of a constant have variables of its own, as comprehensions and blocks do: it is run as a
    /// function.
    /// </summary>
    private void AllowComputation(Syntax.Expression syntax)
    {
        if (_program.Options.Evaluator is not null)
            _function ??= new FunctionSymbol("(constant)", _module, null) { Where = At(syntax.Span) };
    }

    /// <summary>
    /// The value of an expression that is no constant as written; null when it has none at compile time, which is
    /// reported only when <paramref name="isRequired"/>.
    /// </summary>
    private BoundExpression? Compute(
        BoundExpression value, Syntax.Expression syntax, string what, bool isRequired = true)
    {
        if (AnyError(value) || value.Type.IsVoid() || value.Type.IsNever())
            return null;
        if (_program.Diagnostics.HasErrors && Checks.ErrorFinder.In(value))
            return Failed(value.Span);
        value = WithDefaultType(value);
        return _program.Evaluator.Evaluate(value, Request(syntax, what) with { IsRequired = isRequired });
    }

    /// <summary>
    /// A local constant that can be computed now: a number or string is its value, anything larger a table beside the
    /// function. Null when it depends on variables: then it is one itself.
    /// </summary>
    private Symbol? ComputeLocal(VariableDeclaration v, BoundExpression value)
    {
        if (_program.LocalTables.TryGetValue((v, _function), out var known))
            return known;
        var what = $"`{v.Name}`";
        var computed = IsConstant(value) ? value : Compute(value, v.Initializer!, what, isRequired: false);
        if (computed is null)
            return null;
        if (computed.Type.IsError() || computed is BoundText or BoundLiteral)
            return new ConstantSymbol(v.Name.Text, computed) { Where = At(v.Name.Span) };
        var table = new GlobalSymbol(v.Name.Text, _module, v)
        {
            Where = At(v.Name.Span), MirName = _program.Unique($"{_function?.MirName}.{v.Name.Text}"),
            Type = computed.Type, Initial = computed, State = BindingState.Bound,
        };
        return _program.LocalTables[(v, _function)] = table;
    }

    private EvaluationRequest Request(SyntaxNode syntax, string what) => new(syntax, At(syntax.Span), what, _bag)
    {
        Function = _function?.Body is null ? null : _function, Symbol = _function?.Body is null ? _function : null,
        Outside = OutsideVariables(),
    };

    private HashSet<LocalSymbol> OutsideVariables()
    {
        var variables = new HashSet<LocalSymbol>(_function?.ParameterLocals ?? []);
        if (_function?.Body is not null)
            for (var scope = _scope; scope is not null; scope = scope.Outer)
                variables.UnionWith(scope.Symbols.OfType<LocalSymbol>());
        return variables;
    }
}
