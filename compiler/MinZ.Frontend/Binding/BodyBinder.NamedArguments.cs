using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Arguments with names: <c>f(b: 1, a: 2)</c>, <c>Point(x: 1, y: 2)</c>.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindNamedArguments(CallExpression c, MirType? expected)
    {
        if (c.Callee is NameExpression n && Lookup(n.Name.Text) is TypeSymbol { Syntax: StructDeclaration } &&
            c.Arguments.All(a => a.Name is not null))
            return BindStructLiteral(new StructLiteral(c.Span, new Syntax.NamedType(n.Span, [n.Name], n.TypeArguments),
                [.. c.Arguments.Select(a => new FieldInitializer(a.Span, a.Name!.Value, a.Value))]), expected);
        var group = GroupCalled(c.Callee);
        var candidates = group is null ? []
            : group.Functions.Select(f => f.Syntax).Concat(group.Generics.Select(g => g.Syntax))
                .OfType<FunctionDeclaration>().Select(f => f.Parameters.Where(p => !p.IsSelf).ToArray()).ToArray();
        foreach (var parameters in candidates)
            if (InOrder(c.Arguments, parameters) is { } ordered)
                return AsWritten(c, ordered,
                    BindCall(new CallExpression(c.Span, c.Callee, ordered, c.IsFallible), expected));
        var names = candidates.SelectMany(p => p).Select(p => p.Name.Text).ToHashSet();
        var given = c.Arguments.Where(a => a.Name is not null).ToArray();
        var named = given.FirstOrDefault(a => !names.Contains(a.Name!.Value.Text)) ?? given[0];
        var name = named.Name!.Value;
        foreach (var a in c.Arguments)
            Bind(a.Value, null);
        if (given.FirstOrDefault(a => given.Any(b => b != a && b.Span.Start < a.Span.Start &&
            b.Name!.Value.Text == a.Name!.Value.Text)) is { } twice)
            _bag.ArgumentTwice(At(twice.Name!.Value.Span), twice.Name!.Value.Text);
        else if (candidates is [var only] && names.Contains(name.Text))
            _bag.WrongArgument(At(c.Span), only.Length > c.Arguments.Length
                ? "there is no argument for " + string.Join(" and ", only.Select(p => p.Name.Text)
                    .Except(given.Select(a => a.Name!.Value.Text)).Select(n => $"`{n}`"))
                : $"`{_source.ToString(c.Callee.Span)}` takes {only.Length} argument{(only.Length == 1 ? "" : "s")}, " +
                  $"found {c.Arguments.Length}");
        else
            _bag.UnknownArgument(At(name.Span), name.Text, Nearest.To(name.Text, names),
            candidates.Length > 0);
        return Failed(c.Span);
    }

    /// <summary>A call whose arguments are evaluated in the order they are written in.</summary>
    private BoundExpression AsWritten(CallExpression c, ImmutableArray<Argument> ordered, BoundExpression bound)
    {
        if (bound is not BoundCall call)
            return bound;
        var receivers = call.Arguments.Length - ordered.Length;
        int PlaceOf(Argument a) => receivers + ordered.IndexOf(ordered.First(o => o.Value == a.Value));
        return receivers < 0 ? bound : InWrittenOrder(c.Span,
            [.. Enumerable.Range(0, receivers), .. c.Arguments.Select(PlaceOf)],
            [.. call.Arguments], values => call with { Arguments = [.. values.Select(v => v!)] });
    }

    /// <summary>
    /// What is made of values that are written in another order than they are needed in: they are evaluated first.
    /// </summary>
    /// <param name="order">Positions of the values, as they are written.</param>
    private BoundExpression InWrittenOrder(TextSpan span, ImmutableArray<int> order, BoundExpression?[] values,
        Func<BoundExpression?[], BoundExpression> make)
    {
        var inOrder = order.Zip(order.Skip(1)).All(p => p.First < p.Second);
        if (inOrder || order.All(i => values[i] is not { } v || OnlyReads(v)))
            return make(values);
        var held = ImmutableArray.CreateBuilder<BoundStatement>();
        foreach (var i in order)
        {
            if (values[i] is not { } value || IsConstant(value))
                continue;
            var local = Hidden("part", value.Type);
            held.Add(new BoundDeclare(value.Span, local, value));
            values[i] = new BoundLocal(value.Span, local);
        }
        var made = make(values);
        return made.Type.IsVoid()
            ? new BoundBlock(span, held.ToImmutable().Add(new BoundExpressionStatement(made)), null, made.Type)
            : new BoundBlock(span, held.ToImmutable(), made, made.Type);
    }

    /// <summary>True for a value that is the same whenever it is computed among others of its kind.</summary>
    private static bool OnlyReads(BoundExpression e) => IsConstant(e) || e switch
    {
        BoundLocal or BoundGlobal => true,
        BoundField f => OnlyReads(f.Target),
        BoundConversion c => OnlyReads(c.Operand),
        BoundAddressOf a => OnlyReads(a.Place),
        BoundUnary u => OnlyReads(u.Operand),
        BoundBinary b => OnlyReads(b.Left) && OnlyReads(b.Right),
        _ => false,
    };

    /// <summary>The functions that a callee names; null when it names none.</summary>
    private FunctionGroup? GroupCalled(Expression callee)
    {
        switch (callee)
        {
            case NameExpression n:
                return Lookup(n.Name.Text) as FunctionGroup;
            case MemberExpression m when FindNamespace(m.Target) is { } space:
                return space switch
                {
                    ResolvedType t => _program.FindMethod(t.Type, m.Name.Text),
                    ModulePath { Module: { } module } => module.Members.GetValueOrDefault(m.Name.Text) as FunctionGroup,
                    _ => null,
                };
            case MemberExpression m:
                var target = Bind(m.Target, null);
                while (_program.FindMethod(target.Type, m.Name.Text) is null && target.Type.IsAddress)
                    target = new BoundDereference(target.Span, target);
                return _program.FindMethod(target.Type, m.Name.Text);
            default:
                return null;
        }
    }

    /// <summary>The arguments in the order of the parameters; null when they do not fit.</summary>
    private static ImmutableArray<Argument>? InOrder(ImmutableArray<Argument> arguments, Syntax.Parameter[] parameters)
    {
        if (arguments.Length != parameters.Length)
            return null;
        var ordered = new Argument?[parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            var at = arguments[i].Name is { } name ? Array.FindIndex(parameters, p => p.Name.Text == name.Text) : i;
            if (at < 0 || ordered[at] is not null)
                return null;
            ordered[at] = new Argument(arguments[i].Span, null, arguments[i].Value);
        }
        return [.. ordered.Select(a => a!)];
    }
}
