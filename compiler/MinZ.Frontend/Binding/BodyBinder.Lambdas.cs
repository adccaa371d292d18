using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Lambdas.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// Result types found for lambdas, by the types of their parameters; shared by lambdas inside one another, each of
    /// which would else be looked through once more per level.
    /// </summary>
    private Dictionary<(LambdaExpression, Mir.TupleType), MirType> _lambdaResults = [];

    private const int MostRoundsOfLambda = 4;

    /// <summary>The type of the first value returned, for lambdas without a result type.</summary>
    private MirType? _returned;

    /// <summary>
    /// <c>let f = |x| …</c>: the name means the function itself, so that calls of it need no function value.
    /// </summary>
    private void BindNamedLambda(VariableDeclaration v, LambdaExpression lambda)
    {
        var group = new FunctionGroup(v.Name.Text) { Where = At(v.Name.Span), Lambda = lambda, LambdaScope = _scope };
        if (lambda.Parameters.Any(p => p.Type is null))
        {
            // Its types come from its calls.
            _inference.OpenLambdas.Add(group);
            _scope.Declare(group);
            return;
        }
        if (MakeLambda(lambda, null, null) is not { } function)
        {
            Declare(v, Special.Error, false);
            return;
        }
        group.Functions.Add(function);
        _scope.Declare(group);
    }

    /// <summary>Nothing calls the lambda, so nothing says what its types are.</summary>
    private static void ReportOpen(FunctionGroup group, Diagnostics.DiagnosticBag bag)
    {
        var p = group.Lambda!.Parameters.First(p => p.Type is null);
        bag.CannotInfer(group.Where!.Value.Source.At(p.Span), $"parameter `{p.Name}`", $"write it: `{p.Name}: T`");
    }

    private BoundExpression BindLambda(LambdaExpression l, MirType? expected)
    {
        var wanted = expected as Mir.FunctionType;
        var function = MakeLambda(l, wanted?.Parameters, wanted?.Result);
        if (function is null)
            return Failed(l.Span);
        _function?.NestedCalls.Add(function);
        return new BoundFunctionValue(l.Span, function, function.Signature);
    }

    /// <summary>
    /// The function that a lambda is; null after a report.
    /// </summary>
    /// <param name="types">Types of the parameters that the context asks for; null when it does not.</param>
    /// <param name="result">Result that the context asks for; null when it does not.</param>
    private FunctionSymbol? MakeLambda(LambdaExpression l, ImmutableArray<MirType>? types, MirType? result)
    {
        var patterns = ImmutableArray.CreateBuilder<(int, Pattern)>();
        if (ParametersOf(l, types, patterns) is not { } parameters)
            return null;
        result = l.Result is not null ? BindType(l.Result)
            : result ?? ResultOfLambda(l, parameters, patterns.ToImmutable());
        if (parameters.Any(p => p.Type.IsError()) || result.IsError())
            return null;
        var body = l.Body as Syntax.Block ?? new Syntax.Block(l.Body.Span, [], l.Body);
        var key = new Mir.TupleType([.. parameters.Select(p => p.Type)]);
        if (!_program.LambdaNames.TryGetValue((l, _function, key), out var name))
            _program.LambdaNames[(l, _function, key)] = name =
                _program.Unique($"{_function?.MirName ?? "init"}.lambda");
        var function = new FunctionSymbol("lambda", _module, null)
        {
            Where = At(l.Span), MirName = name, Body = body, TypeArguments = _typeScope, Outer = _scope,
            SelfType = _self, Parameters = parameters, Result = result, State = BindingState.Bound,
            Origin = (l, key), ParameterPatterns = patterns.ToImmutable(),
        };
        _function?.Nested.RemoveAll(f => function.Origin.Equals(f.Origin));
        _function?.Nested.Add(function);
        return function;
    }

    private ImmutableArray<ParameterSymbol>? ParametersOf(LambdaExpression l, ImmutableArray<MirType>? types,
        ImmutableArray<(int, Pattern)>.Builder patterns)
    {
        var parameters = ImmutableArray.CreateBuilder<ParameterSymbol>();
        if (types is [Mir.TupleType pair] && l.Parameters.Length == pair.Items.Length && l.Parameters.Length > 1)
        {
            // `|i, v|` where one tuple is passed.
            patterns.Add((0, new TuplePattern(l.Span, [.. l.Parameters.Select(p => p.Pattern)])));
            return [new ParameterSymbol("pair", pair, false, true, l.Span)];
        }
        if (types is { } wanted && wanted.Length != l.Parameters.Length)
        {
            _bag.LambdaArity(At(l.Span), wanted.Length, l.Parameters.Length, Asker(l.Span));
            return null;
        }
        for (var i = 0; i < l.Parameters.Length; i++)
        {
            var p = l.Parameters[i];
            var type = p.Type is not null ? BindType(p.Type) : types?[i] ?? TypeOfOuterParameter();
            if (p.Type is null && types is null && type.IsError())
                _bag.CannotInfer(At(p.Span), p.Pattern is NamePattern ? $"parameter `{p.Name}`" : "this parameter",
                    $"write it: `{(p.Pattern is NamePattern ? p.Name.Text : "…")}: T`");
            if (p.Pattern is not NamePattern)
                patterns.Add((i, p.Pattern));
            parameters.Add(new ParameterSymbol(p.Pattern is NamePattern ? p.Name.Text : $"arg${i + 1}", type, false,
                true, p.Span));
        }
        return parameters.ToImmutable();
    }

    /// <summary>
    /// In <c>|x| |y| x + y</c> nothing says what y is but x: the inner parameter takes the type of the outer one.
    /// </summary>
    private MirType TypeOfOuterParameter() =>
        _function is { Syntax: null, Outer: not null, Parameters: [.., { Type: { IsNumeric: true } type }] }
            ? type : Special.Error;

    /// <summary>The type of a lambda's body when nothing else says what it returns.</summary>
    private MirType ResultOfLambda(LambdaExpression l, ImmutableArray<ParameterSymbol> parameters,
        ImmutableArray<(int, Pattern)> patterns)
    {
        if (parameters.Any(p => p.Type.IsError()))
            return Special.Error;
        var probe = new FunctionSymbol("lambda", _module, null)
        {
            Where = At(l.Span), Outer = _scope, Parameters = parameters, State = BindingState.Bound,
            TypeArguments = _typeScope, SelfType = _self, Result = Special.Error, ParameterPatterns = patterns,
        };
        var key = (l, new Mir.TupleType([.. parameters.Select(p => p.Type)]));
        if (_lambdaResults.TryGetValue(key, out var known))
            return known;
        // A lambda that calls itself finds no answer inside its own question.
        _lambdaResults[key] = Special.Error;
        var inference = new Inference(_program.GlobalTypes, _inference);
        var before = _lambdaResults.Keys.ToHashSet();
        for (var round = 0; ; round++)
        {
            inference.BeginRound();
            var result = LookThrough(l, probe, inference);
            inference.EndRound();
            if (!inference.Changed || round == MostRoundsOfLambda)
                return _lambdaResults[key] = result;
            // What was found for lambdas inside may be more now.
            foreach (var inner in _lambdaResults.Keys.Where(k => !before.Contains(k)).ToArray())
                _lambdaResults.Remove(inner);
        }
    }

    private MirType LookThrough(LambdaExpression l, FunctionSymbol probe, Inference inference)
    {
        var binder = new BodyBinder(_program, probe, new Diagnostics.DiagnosticBag(), inference)
        {
            _lambdaResults = _lambdaResults,
        };
        probe.ParameterLocals.Clear();
        foreach (var p in probe.Parameters)
        {
            var local = new LocalSymbol(p.Name, p.Type) { Owner = probe, IsMutable = true };
            binder._scope.Declare(local);
            probe.ParameterLocals.Add(local);
        }
        binder.PartsOfParameters(probe);
        var value = WithDefaultType(binder.Bind(l.Body, null));
        if (value.Type.IsError())
            _program.FaultyLambdas.Add(l);
        return value.Type.IsNever() || value.Type.IsError() ? binder._returned ?? MirType.Void : value.Type;
    }

    /// <summary>Calls a lambda with the types its arguments have.</summary>
    private BoundExpression CallLambda(FunctionGroup group, LambdaExpression l, CallExpression c, MirType? expected)
    {
        var arguments = BindAll(c.Arguments);
        if (AnyError([.. arguments]))
            return Failed(c.Span);
        if (arguments.Count != l.Parameters.Length)
        {
            _bag.WrongArgumentCount(At(c.Span), $"`{group.Name}`", l.Parameters.Length, arguments.Count);
            return Failed(c.Span);
        }
        // A number takes the type the result should have, when it fits.
        var types = arguments.Select(a => a is BoundUntyped && expected is { IsInteger: true } wide &&
            TryConvert(a, wide) is not null ? wide : WithDefaultType(a).Type).ToImmutableArray();
        return Instance(group, l, types, null) is { } function
            ? Finish(function, c, null, (i, t) => Pass(Rebind(arguments[i], c.Arguments[i].Value, t), t))
            : Failed(c.Span);
    }

    /// <summary>The function that a lambda without types is for certain types; null after a report.</summary>
    private FunctionSymbol? Instance(
        FunctionGroup group, LambdaExpression l, ImmutableArray<MirType> types, MirType? result)
    {
        var known = group.Functions.Find(f => f.Parameters.Select(p => p.Type).SequenceEqual(types) &&
            (result is null || f.Result == result));
        if (known is not null)
            return known;
        // Its body sees what was declared around the lambda, not what is declared around the call.
        var here = _scope;
        _scope = group.LambdaScope ?? here;
        var function = MakeLambda(l, types, result);
        _scope = here;
        if (function is not null)
            group.Functions.Add(function);
        return function;
    }
}
