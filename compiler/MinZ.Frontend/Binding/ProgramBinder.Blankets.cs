using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <content>
/// <c>impl&lt;T: A&gt; I for T</c>: an implementation for every type that its bounds allow. A type gets the methods
/// when one of them, or the interface, is first asked for.
/// </content>
internal sealed partial class ProgramBinder
{
    private readonly List<Blanket> _blankets = [];
    private readonly HashSet<(Blanket, MirType)> _covered = [];
    private readonly HashSet<(Blanket, MirType)> _asked = [];

    /// <summary>An implementation for every type.</summary>
    /// <param name="Parameter">What it calls the type.</param>
    private sealed record Blanket(
        ImplDeclaration Syntax, string Parameter, InterfaceType? Interface, ModuleSymbol Module, SourceText Source)
    {
        public ImmutableArray<Syntax.TypeParameter> Parameters => Syntax.TypeParameters;
    }

    private void DeclareBlanket(ImplDeclaration impl, ModuleSymbol module, SourceText source)
    {
        if (impl.Target is not NamedType { Path: [var name], Arguments.IsEmpty: true } ||
            impl.TypeParameters is not [var only] || only.Name.Text != name.Text)
        {
            Diagnostics.NotSupported(source.At(impl.Target.Span), "an implementation for these types",
                "implement it for a generic type, `impl<T> I for Name<T>`, or for every type, `impl<T> I for T`");
            return;
        }
        var contract = impl.Interface is null ? null
            : FindInterface(impl.Interface, module, source, TypeScope.Empty);
        if (impl.Interface is null || contract is not null)
            _blankets.Add(new Blanket(impl, name.Text, contract, module, source));
    }

    /// <summary>Gives a type the methods of an implementation for every type that has one of a name.</summary>
    private bool CoverMethod(MirType type, string name)
    {
        var covered = false;
        foreach (var blanket in _blankets)
            covered |= Offers(blanket, name) && Cover(blanket, type);
        return covered;
    }

    private bool Offers(Blanket blanket, string name) =>
        blanket.Syntax.Methods.Any(m => m.Name.Text == name) || blanket.Interface is { } contract &&
        _interfaces[contract].Syntax.Methods.Any(m => m.Body is not null && m.Name.Text == name);

    /// <summary>Gives a type the implementations for every type that make it implement an interface.</summary>
    private bool CoverInterface(MirType type, InterfaceType contract)
    {
        var covered = false;
        foreach (var blanket in _blankets)
            covered |= blanket.Interface is { } offered && IsOrHas(offered, contract) && Cover(blanket, type);
        return covered;
    }

    /// <summary>
    /// Enters the methods for a type that the bounds allow; false when they do not, or it was done before.
    /// </summary>
    private bool Cover(Blanket blanket, MirType type)
    {
        if (type.IsError() || type.IsNever() || type.IsUntyped() || type.IsVoid() || type.IsAddress ||
            _covered.Contains((blanket, type)) || !_asked.Add((blanket, type)))
            return false;
        var scope = new TypeScope(ImmutableDictionary<string, MirType>.Empty.Add(blanket.Parameter, type));
        var allowed = blanket.Interface is not { } offered || !_implementations.ContainsKey((offered, type));
        foreach (var bound in blanket.Parameters[0].Bounds)
            allowed = allowed && FindInterface(bound, blanket.Module, blanket.Source, scope) is { } contract &&
                Implements(type, contract);
        _asked.Remove((blanket, type));
        if (!allowed || !_covered.Add((blanket, type)))
            return false;
        foreach (var method in blanket.Syntax.Methods)
            DeclareMethod(method, type, blanket.Module, blanket.Source, scope);
        if (blanket.Syntax.Interface is { } written)
            DeclareImplementation(written, blanket.Syntax.Methods, type, blanket.Module, blanket.Source, scope);
        return true;
    }
}
