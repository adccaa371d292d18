using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Actors: their state, and the messages they understand.</summary>
internal sealed partial class ProgramBinder
{
    private readonly Dictionary<ActorType, (ActorDeclaration Syntax, TypeSymbol Owner, TypeScope Types)> _actors = [];

    private void MakeState(ActorType actor, ActorDeclaration syntax, TypeSymbol symbol, TypeScope types)
    {
        var source = symbol.Where!.Value.Source;
        _actors[actor] = (syntax, symbol, types);
        var binder = new TypeBinder(this, symbol.Module, source, types, actor, Diagnostics);
        var fields = ImmutableArray.CreateBuilder<Field>();
        foreach (var variable in syntax.Variables)
        {
            if (variable.Name.IsMissing)
                continue;
            if (fields.Any(f => f.Name == variable.Name.Text))
            {
                Diagnostics.Redeclared(source.At(variable.Name.Span), variable.Name.Text,
                    source.At(syntax.Variables.First(v => v.Name.Text == variable.Name.Text).Name.Span));
                continue;
            }
            var type = variable.Type is { } written ? binder.Bind(written)
                : variable.Initializer is not null ? TypeOfState(variable, symbol, types, actor)
                : Special.Error;
            if (variable is { Type: null, Initializer: null })
                Diagnostics.CannotInfer(source.At(variable.Span), $"`{variable.Name}`",
                    $"write it: `{variable.Name}: T`");
            fields.Add(new Field(variable.Name.Text, type));
        }
        actor.Fields = fields.ToImmutable();
    }

    private readonly Dictionary<(ActorType, string), VariableDeclaration> _inferredStates = [];

    private MirType TypeOfState(VariableDeclaration variable, TypeSymbol symbol, TypeScope types, ActorType actor)
    {
        var type = StateBinder(symbol, types, actor).TypeOfState(variable, out var inferred);
        if (inferred && !symbol.Module.IsLibrary)
            _inferredStates[(actor, variable.Name.Text)] = variable;
        return type;
    }

    /// <summary>
    /// The declaration of a variable of an actor whose type is inferred from its uses; null for all others.
    /// </summary>
    public VariableDeclaration? InferredState(ActorType actor, string name) =>
        _inferredStates.GetValueOrDefault((actor, name));

    private BodyBinder StateBinder(TypeSymbol owner, TypeScope types, ActorType actor) =>
        new(this, owner.Module, owner.Where!.Value.Source, types, actor, Diagnostics, null);

    /// <summary>The values an actor's state has when it starts, in the order of its fields.</summary>
    public ImmutableArray<BoundExpression> FirstState(ActorType actor, TextSpan span)
    {
        var (syntax, owner, types) = _actors[actor];
        var binder = StateBinder(owner, types, actor);
        return [.. actor.Fields.Select(f =>
            syntax.Variables.First(v => v.Name.Text == f.Name).Initializer is { } value
                ? binder.BindState(value, f.Type) : new BoundZero(span, f.Type))];
    }

    /// <summary>
    /// The methods of an actor that are messages, in the order of their declaration: all that are not generic.
    /// </summary>
    public ImmutableArray<FunctionSymbol> MessagesOf(ActorType actor) => _methods.TryGetValue(actor, out var groups)
        ? [.. groups.Values.SelectMany(g => g.Functions)] : [];
}
