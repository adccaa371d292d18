using System.Collections.Immutable;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <content>
/// Methods of the instances of generic types. Those of <c>impl&lt;T: A&gt; Box&lt;T&gt;</c> are there for the instances
/// whose argument implements A, and for no others.
/// </content>
internal sealed partial class ProgramBinder
{
    private readonly List<(GenericMethods Methods, MirType Type, TypeScope Scope)> _conditional = [];
    private bool _isDeclaringMethods;

    private void DeclareInstanceMethods(GenericMethods methods, MirType type, ImmutableArray<MirType> arguments)
    {
        var scope = new TypeScope(methods.Parameters.Zip(arguments).ToImmutableDictionary(p => p.First, p => p.Second));
        if (methods.TypeParameters.All(p => p.Bounds.IsEmpty))
        {
            DeclareInstanceMethods(methods, type, scope);
            return;
        }
        _conditional.Add((methods, type, scope));
        if (!_isDeclaringMethods)
            DeclareConditionalMethods();
    }

    private void DeclareInstanceMethods(GenericMethods methods, MirType type, TypeScope scope)
    {
        foreach (var constant in methods.Constants)
            DeclareTypeConstant(constant, type, methods.Module, methods.Source, scope);
        foreach (var method in methods.Functions)
            DeclareMethod(method, type, methods.Module, methods.Source, scope);
        if (methods.Interface is { } contract)
            DeclareImplementation(contract, methods.Functions, type, methods.Module, methods.Source, scope);
    }

    /// <summary>
    /// Declares the methods that wait for an implementation which is known now: one may make the next one possible.
    /// </summary>
    private void DeclareConditionalMethods()
    {
        for (var i = 0; i < _conditional.Count; i++)
        {
            var (methods, type, scope) = _conditional[i];
            if (MissingFor(methods, scope) is not null)
                continue;
            _conditional.Remove((methods, type, scope));
            DeclareInstanceMethods(methods, type, scope);
            i = -1;
        }
    }

    /// <summary>What keeps an instance from having methods: an argument and what it would have to implement.</summary>
    private (MirType Argument, InterfaceType Contract)? MissingFor(GenericMethods methods, TypeScope scope)
    {
        foreach (var parameter in methods.TypeParameters)
            foreach (var bound in parameter.Bounds)
                if (scope.Types.TryGetValue(parameter.Name.Text, out var argument) &&
                    FindInterface(bound, methods.Module, methods.Source, scope) is { } contract &&
                    !Implements(argument, contract))
                    return (argument, contract);
        return null;
    }

    /// <summary>Why a type does not have a method that other instances of it have; null when none has.</summary>
    public (MirType Argument, InterfaceType Contract)? MissingForMethod(MirType type, string name) => _conditional
        .Where(c => c.Type == type && c.Methods.Functions.Any(f => f.Name.Text == name))
        .Select(c => MissingFor(c.Methods, c.Scope)).FirstOrDefault(m => m is not null);
}
