using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Nested functions, lambdas and generic functions.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// Enters the functions and types of a block before its statements, which may use them from the start.
    /// </summary>
    private void DeclareNested(Syntax.Block block)
    {
        foreach (var statement in block.Statements)
        {
            switch (statement)
            {
                case DeclarationStatement { Declaration: StructDeclaration s }:
                    DeclareType(s, s.Name);
                    break;
                case DeclarationStatement { Declaration: EnumDeclaration e }:
                    DeclareType(e, e.Name);
                    break;
                case DeclarationStatement { Declaration: TypeAlias a }:
                    DeclareType(a, a.Name);
                    break;
            }
        }
        foreach (var statement in block.Statements)
            if (statement is DeclarationStatement { Declaration: FunctionDeclaration f } && !f.Name.IsMissing)
                DeclareNestedFunction(f);
            else if (statement is DeclarationStatement { Declaration: ConditionalDeclaration c })
                foreach (var chosen in Chosen(c).OfType<FunctionDeclaration>().Where(f => !f.Name.IsMissing))
                    DeclareNestedFunction(chosen);
    }

    private ImmutableArray<Declaration> Chosen(ConditionalDeclaration c) =>
        c.Then.Concat(c.Otherwise).Any(d => d is FunctionDeclaration)
            ? _program.Holds(c, _source, _module) ? c.Then : c.Otherwise : [];

    private void DeclareType(Declaration declaration, Identifier name)
    {
        if (!_program.LocalTypes.TryGetValue((declaration, _function), out var symbol))
        {
            symbol = new TypeSymbol(name.Text, _module, declaration)
            {
                Where = At(name.Span), MirName = _program.Unique($"{_function?.MirName}.{name.Text}"),
            };
            _program.LocalTypes[(declaration, _function)] = symbol;
        }
        _scope.Declare(symbol);
    }

    private void DeclareNestedFunction(FunctionDeclaration f)
    {
        if (_scope.FindHere(f.Name.Text) is not FunctionGroup group)
            _scope.Declare(group = new FunctionGroup(f.Name.Text) { Where = At(f.Name.Span) });
        if (f.TypeParameters.Length > 0)
        {
            group.Generics.Add(new GenericSymbol(f.Name.Text, _module, f)
            {
                Where = At(f.Name.Span), SelfType = _self, Types = _typeScope, Outer = _scope, Owner = _function,
            });
            return;
        }
        // The last round of inference leaves the symbol whose scope is right.
        if (!_program.NestedNames.TryGetValue((f, _function), out var name))
            _program.NestedNames[(f, _function)] = name = _program.Unique($"{_function?.MirName}.{f.Name.Text}");
        var function = new FunctionSymbol(f.Name.Text, _module, f)
        {
            Where = At(f.Name.Span), MirName = name, Body = f.Body, TypeArguments = _typeScope, Outer = _scope,
            SelfType = _self,
        };
        group.Functions.Add(function);
        _function?.Nested.Add(function);
    }

    private BoundExpression CallGeneric(GenericSymbol generic, CallExpression c, BoundExpression? receiver,
        ImmutableArray<TypeSyntax> typeArguments, MirType? expected)
    {
        var parameters = generic.Syntax.TypeParameters;
        if (typeArguments.Length > 0 && typeArguments.Length != parameters.Length)
        {
            _bag.WrongArgumentCount(At(c.Span), $"`{generic.Name}`", parameters.Length, typeArguments.Length,
                generic.Where,
                "type argument");
            return Failed(c.Span);
        }
        var known = new Dictionary<string, MirType>();
        for (var i = 0; i < typeArguments.Length; i++)
            known[parameters[i].Name.Text] = BindType(typeArguments[i]);
        // Lambdas take their types from the parameters, which are known only afterwards.
        var bound = c.Arguments.Select(a => a.Value is LambdaExpression ? null : Bind(a.Value, null)).ToArray();
        var skip = generic.Syntax.Parameters is [{ IsSelf: true }, ..] && receiver is not null ? 1 : 0;
        var wanted = generic.Syntax.Parameters.Skip(skip).ToArray();
        var names = parameters.Select(p => p.Name.Text).ToHashSet();
        if (wanted.Length == bound.Length && typeArguments.IsEmpty)
            foreach (var (p, a) in wanted.Zip(bound))
                Infer(p.Type, a, names, known);
        if (expected is { Kind: not TypeKind.Void } && generic.Syntax.Result is { } result)
            Match(result, expected, names, known);
        if (wanted.Length == c.Arguments.Length)
            for (var i = 0; i < wanted.Length; i++)
                if (c.Arguments[i].Value is not LambdaExpression lambda)
                    continue;
                else if (wanted[i].Type is Syntax.FunctionType f)
                    InferFromLambda(lambda, f, generic, names, known);
                else if (!lambda.HasOpenParameters)
                    Infer(wanted[i].Type, Quietly(lambda), names, known);
        if (bound.Any(b => b is not null && AnyError(b)) || known.Values.Any(t => t.IsError()))
            return Failed(c.Span);
        if (wanted.Length != c.Arguments.Length)
        {
            _bag.WrongArgumentCount(At(c.Span), $"`{generic.Name}`", wanted.Length, c.Arguments.Length, generic.Where);
            return Failed(c.Span);
        }
        if (parameters.FirstOrDefault(p => !known.ContainsKey(p.Name.Text)) is { } open)
        {
            _bag.CannotInfer(At(c.Span), $"`{open.Name}` in `{generic.Name}`", $"write it: `{generic.Name}<…>(…)`");
            return Failed(c.Span);
        }
        if (!_program.CheckBounds(parameters, [.. parameters.Select(p => known[p.Name.Text])], generic.Module,
            generic.Where!.Value.Source,
            new TypeScope((generic.Types ?? TypeScope.Empty).Types.SetItems(known)), At(c.Span), _bag))
            return Failed(c.Span);
        var instance = _program.Instantiate(generic, [.. parameters.Select(p => known[p.Name.Text])], At(c.Span));
        return instance is null ? Failed(c.Span) : Finish(instance, c, receiver, (i, type) =>
            Pass(bound[i] is { } value ? Rebind(value, c.Arguments[i].Value, type)
                : Bind(c.Arguments[i].Value, type), type));
    }

    /// <summary>The instance of a generic function with a signature; null when it has none such.</summary>
    private FunctionSymbol? InstanceFor(GenericSymbol generic, Mir.FunctionType signature, TextSpan span)
    {
        var parameters = generic.Syntax.TypeParameters;
        if (generic.Syntax.Parameters.Length != signature.Parameters.Length)
            return null;
        var names = parameters.Select(p => p.Name.Text).ToHashSet();
        var known = new Dictionary<string, MirType>();
        foreach (var (p, type) in generic.Syntax.Parameters.Zip(signature.Parameters))
            if (p.Type is not null)
                Match(p.Type, type, names, known);
        if (generic.Syntax.Result is { } result)
            Match(result, signature.Result, names, known);
        if (parameters.Any(p => !known.ContainsKey(p.Name.Text)))
            return null;
        var instance = _program.Instantiate(generic, [.. parameters.Select(p => known[p.Name.Text])], At(span));
        if (instance?.Outer is not null)
            _function?.NestedCalls.Add(instance);
        return instance?.Signature == signature ? instance : null;
    }

    /// <summary>A lambda whose parameters are known tells what its result must be, and the other way round.</summary>
    private void InferFromLambda(LambdaExpression lambda, Syntax.FunctionType pattern, GenericSymbol generic,
        HashSet<string> names, Dictionary<string, MirType> known)
    {
        if (lambda.Parameters.Length != pattern.Parameters.Length)
            return;
        for (var i = 0; i < lambda.Parameters.Length; i++)
            if (lambda.Parameters[i].Type is { } written)
                Match(pattern.Parameters[i], BindType(written), names, known);
        if (pattern.Result is null)
            return;
        if (lambda.Result is { } said)
        {
            Match(pattern.Result, BindType(said), names, known);
            return;
        }
        var scope = (generic.Types ?? TypeScope.Empty).Types.SetItems(known);
        var quiet = new TypeBinder(_program, generic.Module, generic.Where!.Value.Source, new TypeScope(scope),
            generic.SelfType, new Diagnostics.DiagnosticBag());
        var types = pattern.Parameters.Select(quiet.Bind).ToImmutableArray();
        if (types.Any(t => t.IsError()))
            return;
        var patterns = ImmutableArray.CreateBuilder<(int, Pattern)>();
        if (ParametersOf(lambda, types, patterns) is { } parameters &&
            ResultOfLambda(lambda, parameters, patterns.ToImmutable()) is var found && !found.IsVoid())
            Match(pattern.Result, found, names, known);
    }

    private void Infer(
        TypeSyntax? pattern, BoundExpression? argument, HashSet<string> names, Dictionary<string, MirType> known)
    {
        if (pattern is null || argument is null)
            return;
        if (!argument.Type.IsUntyped())
        {
            Match(pattern, argument.Type, names, known);
            return;
        }
        // Numbers decide only what nothing else does.
        if (pattern is NamedType { Path: [var n] } && names.Contains(n.Text) &&
            !(known.TryGetValue(n.Text, out var before) && TryConvert(argument, before) is not null))
            known[n.Text] = before is null ? WithDefaultType(argument).Type
                : Folding.Common(before, WithDefaultType(argument).Type);
    }

    /// <summary>Finds what type parameters must be for a written type to mean a given one.</summary>
    private void Match(
        TypeSyntax pattern, MirType type, HashSet<string> names, Dictionary<string, MirType> known)
    {
        switch (pattern)
        {
            case NamedType { Path: [var n] } when names.Contains(n.Text):
                if (!known.TryGetValue(n.Text, out var before))
                    known[n.Text] = type;
                else
                    known[n.Text] = Folding.Common(before, type);
                break;
            case NamedType { Arguments: { IsEmpty: false } written } when
                _program.ArgumentsOf(type.IsAddress ? type.Element! : type) is { } arguments &&
                arguments.Length == written.Length:
                for (var i = 0; i < written.Length; i++)
                    Match(written[i], arguments[i], names, known);
                break;
            case OptionalType o when _program.IsOptional(type):
                Match(o.Element, ((EnumType)type).Variants[1].Payload[0], names, known);
                break;
            case FallibleType f when _program.IsFallible(type)
                && type is EnumType { Variants: [{ Payload: var ok }, var no] }:
                if (ok is [var value])
                    Match(f.Value, value, names, known);
                Match(f.Error, no.Payload[0], names, known);
                break;
            case Syntax.PointerType p:
                Match(p.Element, type.IsAddress ? type.Element! : type, names, known);
                break;
            case Syntax.ArrayType a when type is Mir.ArrayType array:
                Match(a.Element, array.Element, names, known);
                break;
            case Syntax.SliceType s when type is Mir.SliceType or Mir.ArrayType:
                Match(s.Element, type.Element!, names, known);
                break;
            case Syntax.SliceType s when type.Element is Mir.ArrayType array:
                Match(s.Element, array.Element, names, known);
                break;
            case Syntax.TupleType t when type is Mir.TupleType tuple && tuple.Items.Length == t.Elements.Length:
                for (var i = 0; i < t.Elements.Length; i++)
                    Match(t.Elements[i], tuple.Items[i], names, known);
                break;
            case Syntax.FunctionType f when type is Mir.FunctionType function &&
                function.Parameters.Length == f.Parameters.Length:
                for (var i = 0; i < f.Parameters.Length; i++)
                    Match(f.Parameters[i], function.Parameters[i], names, known);
                if (f.Result is not null)
                    Match(f.Result, function.Result, names, known);
                break;
        }
    }
}
