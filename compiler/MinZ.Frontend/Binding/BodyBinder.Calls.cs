using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Calls of functions, methods, variants and function values.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindCall(CallExpression c, MirType? expected)
    {
        if (c.Arguments.Any(a => a.Name is not null))
            return BindNamedArguments(c, expected);
        return Marked(c, c.Callee switch
        {
            MemberExpression m => BindMemberCall(c, m, expected),
            NameExpression n => BindNamedCall(c, n, expected),
            LambdaExpression l => CallLambda(new FunctionGroup("lambda"), l, c, expected),
            _ => BindValueCall(c, Bind(c.Callee, null)),
        });
    }

    private BoundExpression BindNamedCall(CallExpression c, NameExpression n, MirType? expected)
    {
        if (n.Name.IsMissing)
            return Failed(c.Span);
        if (n.Name.Text == "chan" && Lookup("chan") is null or ModulePath)
            return BindNewChannel(c, n.TypeArguments, expected);
        switch (Lookup(n.Name.Text))
        {
            // A built-in function stays in reach of calls that no function of the imported modules takes.
            case FunctionGroup imported when IsImported(imported) && !TakesAsMany(imported, c) &&
                BindBuiltIn(n.Name.Text, c, expected) is { } builtIn:
                return builtIn;
            case FunctionGroup group:
                return CallGroup(group, c, null, n.TypeArguments, expected);
            case TypeSymbol { Syntax: ActorDeclaration } when FindNamespace(
                n) is ResolvedType { Type: ActorType actor }:
                return SpawnActor(c.Span, actor, c);
            case TypeSymbol { Syntax: StructDeclaration broken } when broken.Fields.Any(f => f.Name.IsMissing):
                return Failed(c.Span);
            case TypeSymbol type:
                _bag.NotCallable(At(n.Span), $"type `{type.Name}`", type.Syntax is StructDeclaration s
                    ? $"a value is written `{type.Name} {{ " +
                      $"{string.Concat(s.Fields.Take(4).Select((f, i) => (i > 0 ? ", " : "") + f.Name.Text + ": …"))}" +
                      $"{(s.Fields.Length > 0 ? " " : "")}}}`"
                    : null);
                return Failed(c.Span);
            // `sort(a)` after `import std.sort`: what is called is the function.
            case ModulePath when _program.FindMember(_module, n.Name.Text) is FunctionGroup inside:
                return CallGroup(inside, c, null, n.TypeArguments, expected);
            case ModulePath when BindBuiltIn(n.Name.Text, c, expected) is { } builtIn:
                return builtIn;
            case null when _self is not null && _program.FindMethod(_self, n.Name.Text) is { } method &&
                           _scope.Find("self") is not null:
                return CallGroup(method, c,
                    Bind(new NameExpression(n.Span, new Identifier("self", n.Span), []), null), [], expected);
            case null when expected is EnumType e && IndexOfVariant(e, n.Name.Text) is var v and >= 0:
                return BindVariantCall(c, e, v);
            case null when BindBuiltIn(n.Name.Text, c, expected) is { } builtIn:
                return builtIn;
            case null when TypeBinder.FindBuiltIn(n.Name.Text) is { } basic:
                var quoted = c.Arguments is [var single] ? Quote(single.Value.Span) : "…";
                _bag.NotCallable(At(n.Span), $"type `{n.Name.Text}`", basic.Kind == TypeKind.Str
                    ? $"make text of a value: `\"#{{{quoted}}}\"`" : $"a cast is written `{quoted} as {n.Name.Text}`");
                return Failed(c.Span);
            default:
                return BindValueCall(c, BindName(n, null));
        }
    }

    private BoundExpression BindMemberCall(CallExpression c, MemberExpression m, MirType? expected)
    {
        if (BindChain(c, expected) is { } chain)
            return chain;
        switch (InferNamespace(c, m, expected) ?? FindNamespace(m.Target, expected))
        {
            case ResolvedType { Type: EnumType e } when IndexOfVariant(e, m.Name.Text) is var v and >= 0:
                return BindVariantCall(c, e, v);
            case ResolvedType { Type: var owner } when BindQualifiedMethod(c, m, owner, expected) is { } qualified:
                return qualified;
            case ResolvedType { Type: var type } when _program.FindMethod(type, m.Name.Text) is { } statics:
                return CallGroup(statics, c, null, m.TypeArguments, expected);
            case ModulePath { Module.Members: var members }
                when members.GetValueOrDefault(m.Name.Text) is FunctionGroup f:
                return CallGroup(f, c, null, m.TypeArguments, expected);
            case ModulePath { Module: { IsStandard: true } module } when
                !module.Members.ContainsKey(m.Name.Text) && BindBuiltIn(m.Name.Text, c, expected) is { } builtIn:
                return builtIn;
            case { } space:
                var callee = BindQualified(space, m, null);
                return BindValueCall(c, callee);
        }
        if (FunctionInside(m) is { } inside)
            return CallGroup(inside, c, null, m.TypeArguments, expected);
        var target = Bind(m.Target, null);
        if (AnyError(target))
        {
            BindAll(WithOwnTypes(c.Arguments));
            return Failed(c.Span);
        }
        target = WithDefaultType(target);
        for (var receiver = target; ; receiver = new BoundDereference(receiver.Span, receiver))
        {
            if (_program.FindMethod(receiver.Type, m.Name.Text) is { } group)
                return CallGroup(group, c, receiver, m.TypeArguments, expected);
            if (CallInterface(c, receiver, m.Name.Text) is { } indirect)
                return indirect;
            if (!receiver.Type.IsAddress)
                break;
        }
        var reached = Dereferenced(target);
        if (m.Name.Text is "len" or "length" && c.Arguments.IsEmpty &&
            (HasLength(reached.Type) || IsRange(reached)))
            return LengthOf(reached, c.Span);
        if (BindConcurrentMember(c, m, reached) is { } concurrent)
            return concurrent;
        if (Field(reached, m.Name.Text, m.Span) is { } field)
            return BindValueCall(c, field);
        ReportUnknownMember(m.Name, reached.Type, MemberNames(reached.Type).Concat(HasLength(reached.Type)
            ? ChainStages.Keys.Concat(ChainEnds.Keys) : []));
        BindAll(WithOwnTypes(c.Arguments));
        return Failed(c.Span);
    }

    /// <summary>The <c>pub</c> functions that a name means inside a function, as in <c>outer.inner</c>.</summary>
    private FunctionGroup? FunctionInside(MemberExpression m)
    {
        if (m.Target is not NameExpression n ||
            Lookup(n.Name.Text) is not FunctionGroup { Functions: [{ IsExtern: false, Outer: null } outer] })
            return null;
        var inside = new FunctionGroup(m.Name.Text) { Where = At(m.Span) };
        if (outer != _function && !_program.TryBind(outer))
            return null;
        inside.Functions.AddRange(outer.Nested.Where(f => f.Name == m.Name.Text &&
            (f.Syntax?.Modifiers & Modifiers.Public) == Modifiers.Public));
        return inside.Functions.Count > 0 ? inside : null;
    }

    private List<BoundExpression> BindAll(ImmutableArray<Argument> arguments) =>
        [.. arguments.Select(a => Bind(a.Value, null))];

    private BoundExpression BindVariantCall(CallExpression c, EnumType e, int variant)
    {
        var payload = e.Variants[variant].Payload;
        if (payload.Length != c.Arguments.Length)
        {
            _bag.WrongArgumentCount(At(c.Span), $"variant `{e.Variants[variant].Name}`", payload.Length,
                c.Arguments.Length, VariantPlace(e, variant));
            return Failed(c.Span);
        }
        var items = c.Arguments.Zip(payload, (a, t) => BindTo(a.Value, t)).ToImmutableArray();
        return AnyError([.. items]) ? Failed(c.Span)
            : payload.IsEmpty ? Variant(e, variant, c.Span) : new BoundEnumValue(c.Span, e, variant, items);
    }

    private BoundExpression BindValueCall(CallExpression c, BoundExpression callee)
    {
        if (AnyError(callee))
        {
            BindAll(c.Arguments);
            return Failed(c.Span);
        }
        if (callee is BoundFunctionValue direct)
            return Call(direct.Function, c, null);
        callee = Dereferenced(callee);
        if (callee.Type is not Mir.FunctionType type)
        {
            _bag.NotCallable(At(c.Callee.Span), callee.Type.Show());
            return Failed(c.Span);
        }
        if (type.Parameters.Length != c.Arguments.Length)
        {
            _bag.WrongArgumentCount(At(c.Span), "the function value", type.Parameters.Length, c.Arguments.Length);
            return Failed(c.Span);
        }
        var arguments = c.Arguments.Zip(type.Parameters, (a, t) => Pass(Bind(a.Value, t), t)).ToImmutableArray();
        return AnyError([.. arguments]) ? Failed(c.Span)
            : new BoundIndirectCall(c.Span, callee, arguments, type.Result);
    }

    /// <summary>Calls the function of a group that fits; the receiver, if any, is bound already.</summary>
    private BoundExpression CallGroup(FunctionGroup group, CallExpression c, BoundExpression? receiver,
        ImmutableArray<TypeSyntax> typeArguments, MirType? expected)
    {
        if (group.Lambda is { } lambda && lambda.Parameters.Any(p => p.Type is null))
            return CallLambda(group, lambda, c, expected);
        foreach (var f in group.Functions)
            _program.BindSignature(f);
        if (group is { Functions: [var only], Generics: [] })
            return Call(only, c, receiver);
        if (group is { Functions: [], Generics: [var generic] })
            return CallGeneric(generic, c, receiver, typeArguments, expected);
        // A lambda without types fits every function type with as many parameters.
        List<BoundExpression> arguments = [.. c.Arguments.Select(a => a.Value is LambdaExpression l &&
            l.Parameters.Any(p => p.Type is null) ? new BoundOpenLambda(l.Span, l.Parameters.Length)
            : Bind(a.Value, null))];
        if (arguments.Any(a => a.Type.IsError()))
            return Failed(c.Span);
        if (ChooseGeneric(group, receiver, arguments, typeArguments) is { } open)
            return CallGeneric(open, c, receiver, typeArguments, expected);
        return Choose(group, c, receiver, arguments) is { } chosen
            ? Finish(chosen, c, receiver, (i, t) => Pass(Rebind(arguments[i], c.Arguments[i].Value, t), t))
            : Failed(c.Span);
    }

    /// <summary>Binds an argument again where the parameter's type matters: literals of arrays and lambdas.</summary>
    private BoundExpression Rebind(BoundExpression bound, Expression syntax, MirType type) =>
        syntax is ArrayLiteral or LambdaExpression or BraceLiteral or NullLiteral ? Bind(syntax, type) : bound;

    private BoundExpression Call(FunctionSymbol f, CallExpression c, BoundExpression? receiver)
    {
        _program.BindSignature(f);
        return Finish(f, c, receiver, (i, t) => Pass(Bind(c.Arguments[i].Value, t), t));
    }

    private BoundExpression Finish(
        FunctionSymbol f, CallExpression c, BoundExpression? receiver, Func<int, MirType, BoundExpression> argument)
    {
        var hidden = receiver is not null && f.HasReceiver ? 1 : 0;
        if (f.Parameters.Length - hidden != c.Arguments.Length)
        {
            BindAll(c.Arguments);
            if (receiver is null && f.HasReceiver && c.Arguments.Length == f.Parameters.Length - 1)
                _bag.WrongArgument(At(c.Span), $"`{f.Name}` is a method and needs a value of {f.SelfType!.Show()}",
                    f.SelfType is ActorType actor ? $"start one: `let a = spawn {actor}`, then `a.{f.Name}(…)`"
                        : $"call it on one: `value.{f.Name}(…)`");
            else
                _bag.WrongArgumentCount(At(c.Span), $"`{f.Name}`", f.Parameters.Length - hidden, c.Arguments.Length,
                    _program.IsCore(f.Module) ? null : f.Where);
            return Failed(c.Span);
        }
        var arguments = ImmutableArray.CreateBuilder<BoundExpression>();
        var isMessage = hidden == 1 && receiver!.Type is ActorType && !IsOwnState(receiver);
        if (hidden == 1 && !isMessage)
            arguments.Add(AsReceiver(receiver!, f.Parameters[0].Type));
        for (var i = 0; i < c.Arguments.Length; i++)
        {
            var at = i;
            arguments.Add(Asked(c.Arguments[i].Value.Span, PlaceOf(f, i + hidden),
                $"parameter `{(i + hidden < f.Parameters.Length ? f.Parameters[i + hidden].Name : "")}` of `{f.Name}`",
                () => argument(at, f.Parameters[at + hidden].Type)));
        }
        if (AnyError([.. arguments]) || f.Result.IsError())
            return Failed(c.Span);
        if (isMessage)
            return Message(c.Span, f, receiver!, arguments.ToImmutable());
        if (f.Outer is not null)
            _function?.NestedCalls.Add(f);
        return new BoundCall(c.Span, f, arguments.ToImmutable());
    }

    /// <summary>Converts an argument; a variable with an inferred type may take the parameter's.</summary>
    private BoundExpression Pass(BoundExpression e, MirType to)
    {
        if (PassAsInterface(e, to) is { } behind)
            return behind;
        if (e is BoundAddressOf { Place: var referred } && to.Element is { } element)
            RaiseReferred(referred, element);
        return Convert(e, to);
    }

    /// <summary>The object of a method call as the receiver wants it: its address, taken here when needed.</summary>
    private BoundExpression AsReceiver(BoundExpression e, MirType wanted)
    {
        if (e.Type == wanted || !wanted.IsAddress)
            return Convert(e, wanted);
        if (e is BoundDereference { Address: var address } && address.Type == wanted)
            return address;
        if (e.IsPlace)
            return new BoundAddressOf(e.Span, e, wanted is Mir.PointerType ? wanted : new ReferenceType(e.Type, true));
        // A value that is no place lives in a hidden variable during the call.
        return ReferToHidden(e, wanted);
    }

    /// <summary>
    /// The cheapest applicable overload: exact before fitting literals before widening; null after a report.
    /// </summary>
    private FunctionSymbol? Choose(
        FunctionGroup group, CallExpression c, BoundExpression? receiver, List<BoundExpression> arguments)
    {
        var best = new List<FunctionSymbol>();
        var least = int.MaxValue;
        foreach (var f in group.Functions)
        {
            if (Cost(f, receiver, arguments) is not { } cost || cost > least)
                continue;
            // Of modules that have equally good functions, the one imported first is meant.
            if (cost == least && best[0].Module != f.Module)
                continue;
            if (cost < least)
                best.Clear();
            least = cost;
            best.Add(f);
        }
        // Functions with the same parameters were reported where they are declared.
        if (best is [var chosen, .. var others] && others.All(f => SameParameters(f, chosen)))
            return chosen;
        var candidates = string.Join(", ", group.Functions);
        if (best.Count > 1)
            _bag.AmbiguousOverload(At(c.Span), group.Name, string.Join(", ", best));
        else
            _bag.NoOverload(At(c.Span), group.Name, string.Join(", ", arguments.Select(a => TypeNames.Of(a.Type))),
                candidates);
        return null;
    }

    private static bool SameParameters(FunctionSymbol a, FunctionSymbol b) =>
        a.Parameters.Select(p => p.Type).SequenceEqual(b.Parameters.Select(p => p.Type));

    private int? Cost(FunctionSymbol f, BoundExpression? receiver, List<BoundExpression> arguments)
    {
        var hidden = receiver is not null && f.HasReceiver ? 1 : 0;
        if (f.Parameters.Length - hidden != arguments.Count)
            return null;
        var cost = 0;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (argument, type) = (arguments[i], f.Parameters[i + hidden].Type);
            if (argument.Type == type)
                continue;
            if (TryConvert(argument, type) is null)
                return null;
            cost += argument.Type.IsUntyped() ? 100 + type.Bits : argument.Type.Kind == type.Kind ? 50
                : 1000 + type.Bits;
            // Of two types that differ in their sign alone, the one that can be told from the argument.
            cost += type.IsSigned == (argument is BoundUntyped { Value: var n } ? n < 0 : argument.Type.IsSigned) ? 0
                : 1;
            // A variable of plain letters prefers to stay text.
            cost += type.Kind == TypeKind.Pointer && argument.Type.Kind == TypeKind.Str ? 1000 : 0;
        }
        return cost;
    }
}
