using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Choice between functions of one name when some of them are generic or come from several modules.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// The generic function that a call means: one that takes the arguments, when no other function does. Null when a
    /// function that is not generic is meant.
    /// </summary>
    private GenericSymbol? ChooseGeneric(FunctionGroup group, BoundExpression? receiver,
        List<BoundExpression> arguments, ImmutableArray<TypeSyntax> typeArguments)
    {
        if (receiver is not null || group.Generics.Count == 0)
            return null;
        var fitting = group.Generics.Where(g => g.Syntax.Parameters.Length == arguments.Count).ToArray();
        if (typeArguments.Length > 0)
            return fitting.FirstOrDefault(g => g.Syntax.TypeParameters.Length == typeArguments.Length)
                ?? group.Generics[0];
        if (group.Functions.Any(f => Cost(f, null, arguments) is not null))
            return null;
        return fitting.FirstOrDefault(g =>
                g.Syntax.Parameters.Zip(arguments).All(p => CouldTake(p.First.Type, p.Second)))
            ?? (group.Functions.Count == 0 ? fitting.FirstOrDefault() ?? group.Generics[0] : null);
    }

    /// <summary>True when a parameter of a written type may take an argument, as far as its shape tells.</summary>
    private bool CouldTake(TypeSyntax? pattern, BoundExpression argument) => pattern switch
    {
        Syntax.SliceType => argument.Type is Mir.SliceType or Mir.ArrayType || argument.Type.Element is Mir.ArrayType,
        Syntax.FunctionType f => argument is BoundOpenLambda lambda ? lambda.Parameters == f.Parameters.Length
            : argument.Type is Mir.FunctionType function && function.Parameters.Length == f.Parameters.Length,
        Syntax.PointerType => argument.Type.IsAddress || argument.IsPlace,
        NamedType { Arguments: { IsEmpty: false } written } =>
            _program.ArgumentsOf(argument.Type is ReferenceType ? argument.Type.Element! : argument.Type)
                is { } given && given.Length == written.Length,
        _ => true,
    };

    /// <summary>True for functions that are neither of this module nor of a function around.</summary>
    private bool IsImported(FunctionGroup group) =>
        group.Functions.All(f => f.Module != _module) && group.Generics.All(g => g.Module != _module);

    /// <summary>True when a call has as many arguments as a function of the group takes.</summary>
    private static bool TakesAsMany(FunctionGroup group, CallExpression c) =>
        group.Lambda is not null ||
        group.Functions.Any(f => f.Syntax is null || f.Syntax.Parameters.Length == c.Arguments.Length) ||
        group.Generics.Any(g => g.Syntax.Parameters.Length == c.Arguments.Length);
}
