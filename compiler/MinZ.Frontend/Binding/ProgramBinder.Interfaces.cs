using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Interfaces and which types implement them.</summary>
internal sealed partial class ProgramBinder
{
    private readonly Dictionary<InterfaceType, InterfaceInfo> _interfaces = [];
    private readonly Dictionary<(InterfaceType Interface, MirType Type), Location> _implementations = [];

    /// <summary>What an interface was made of.</summary>
    /// <param name="Symbol">Its declaration.</param>
    /// <param name="Scope">Meanings of its type parameters.</param>
    /// <param name="Bases">Interfaces it asks for as well.</param>
    /// <param name="Obstacle">A method that keeps it from having values, and why; null when there is none.</param>
    private sealed record InterfaceInfo(TypeSymbol Symbol, TypeScope Scope, ImmutableArray<InterfaceType> Bases,
        (string Method, string Why)? Obstacle)
    {
        public InterfaceDeclaration Syntax => (InterfaceDeclaration)Symbol.Syntax;
        public SourceText Source => Symbol.Where!.Value.Source;
    }

    private void MakeInterface(InterfaceType type, InterfaceDeclaration syntax, TypeSymbol symbol, TypeScope scope)
    {
        var source = symbol.Where!.Value.Source;
        var binder = new TypeBinder(this, symbol.Module, source, scope, type, Diagnostics);
        var bases = ImmutableArray.CreateBuilder<InterfaceType>();
        var methods = ImmutableArray.CreateBuilder<InterfaceMethod>();
        (string, string)? obstacle = null;
        foreach (var written in syntax.Bases)
        {
            if (FindInterface(written, symbol.Module, source, scope) is not { } found)
                continue;
            if (found.Methods.IsDefault || !_interfaces.ContainsKey(found))
            {
                Diagnostics.ExtendsItself(source.At(written.Span), type.Name);
                continue;
            }
            bases.Add(found);
            methods.AddRange(found.Methods.Where(m => methods.All(known => known.Name != m.Name)));
            obstacle ??= _interfaces.GetValueOrDefault(found)?.Obstacle;
        }
        foreach (var f in syntax.Methods.Where(f => !f.Name.IsMissing))
        {
            if (ObstacleIn(f) is { } why)
            {
                obstacle ??= (f.Name.Text, why);
                continue;
            }
            var (parameters, result) = SignatureOf(f, binder);
            if (methods.Any(m => m.Name == f.Name.Text && m.Parameters.SequenceEqual(parameters)))
                continue;
            methods.Add(new InterfaceMethod(f.Name.Text, parameters, result));
        }
        type.Methods = methods.ToImmutable();
        _interfaces[type] = new InterfaceInfo(symbol, scope, bases.ToImmutable(), obstacle);
    }

    /// <summary>Why a method cannot be called through a value of its interface; null when it can.</summary>
    private static string? ObstacleIn(FunctionDeclaration f)
    {
        if (f.Parameters is not [{ IsSelf: true }, ..])
            return "has no `self`";
        if (f.TypeParameters.Length > 0)
            return "is generic";
        var types = f.Parameters.Skip(1).Select(p => p.Type).Append(f.Result);
        return types.Any(t => t is NamedType { Path: [{ Text: "Self" }] }) ? "names `Self`" : null;
    }

    private (ImmutableArray<MirType> Parameters, MirType Result) SignatureOf(
        FunctionDeclaration f, TypeBinder binder) =>
        ([.. f.Parameters.Skip(1).Select(p => p.Type is null ? Special.Error : binder.Bind(p.Type))],
            ResultOf(f, binder));

    /// <summary>The interface that a type names; null, after a report, when it names none.</summary>
    public InterfaceType? FindInterface(TypeSyntax syntax, ModuleSymbol module, SourceText source, TypeScope scope)
    {
        if (syntax is NamedType named && FindType(module, named.Path) is { Syntax: InterfaceDeclaration } found)
        {
            var binder = new TypeBinder(this, module, source, scope, null, Diagnostics);
            return ResolveType(found, [.. named.Arguments.Select(binder.Bind)],
                source.At(syntax.Span)) as InterfaceType;
        }
        var names = module.Imports.Values.Prepend(module).SelectMany(m => m.Members.Values).OfType<TypeSymbol>()
            .Where(t => t.Syntax is InterfaceDeclaration).Select(t => t.Name);
        var isType = syntax is NamedType { Path: var path } && FindType(module, path) is not null ||
            TypeBinder.FindBuiltIn(source.ToString(syntax.Span)) is not null;
        Diagnostics.NoInterface(source.At(syntax.Span), source.ToString(syntax.Span),
            Nearest.To(source.ToString(syntax.Span), names), isType);
        return null;
    }

    /// <summary>
    /// Enters <c>impl I for T</c>: the members that I has a body for and the implementation leaves out.
    /// </summary>
    /// <returns>False, after a report, when the type implements the interface already.</returns>
    private bool DeclareImplementation(TypeSyntax written, ImmutableArray<FunctionDeclaration> methods, MirType target,
        ModuleSymbol module, SourceText source, TypeScope scope)
    {
        if (FindInterface(written, module, source, scope) is not { } contract || target.IsError())
            return true;
        var where = source.At(written.Span);
        if (!_implementations.TryAdd((contract, target), where))
        {
            Diagnostics.Redeclared(where, $"{contract} for {target}", _implementations[(contract, target)]);
            return false;
        }
        DeclareDefaults(contract, methods, target);
        return true;
    }

    private void DeclareDefaults(InterfaceType contract, ImmutableArray<FunctionDeclaration> methods, MirType target)
    {
        var info = _interfaces[contract];
        foreach (var method in info.Syntax.Methods)
        {
            if (methods.Any(m => m.Name.Text == method.Name.Text))
                continue;
            if (method.Body is not null)
                DeclareMethod(method, target, info.Symbol.Module, info.Source, info.Scope);
        }
    }

    /// <summary>True when values of a type can stand behind an interface.</summary>
    public bool Implements(MirType type, InterfaceType contract) => type == contract ||
        _implementations.Keys.Any(i => i.Type == type && IsOrHas(i.Interface, contract)) ||
        _blankets.Count > 0 && CoverInterface(type, contract);

    /// <summary>True when one interface asks for the methods of another by extending it.</summary>
    public bool Extends(InterfaceType contract, InterfaceType wanted) => IsOrHas(contract, wanted);

    /// <summary>Types whose values can be behind an interface, in the order of their implementations.</summary>
    public IEnumerable<MirType> TypesBehind(InterfaceType contract) => _implementations.Keys
        .Where(i => i.Type is not InterfaceType && IsOrHas(i.Interface, contract))
        .Select(i => i.Type).Distinct().ToArray();

    private bool IsOrHas(InterfaceType contract, InterfaceType wanted) => contract == wanted ||
        _interfaces.TryGetValue(contract, out var info) && info.Bases.Any(b => IsOrHas(b, wanted));

    /// <summary>Reports an interface that can be a bound but not the type of a value.</summary>
    public void CheckHasValues(InterfaceType contract, Location where, Diagnostics.DiagnosticBag bag)
    {
        if (_interfaces.GetValueOrDefault(contract)?.Obstacle is var (method, why))
            bag.NoInterfaceValue(where, contract.Name, method, why);
    }

    /// <summary>The functions of a type that a method table holds, in the order of the interface's methods.</summary>
    public ImmutableArray<FunctionSymbol> MethodsFor(InterfaceType contract, MirType type) =>
        [.. contract.Methods.Select(m => MethodFor(m, m.Parameters, m.Result, type)!)];

    private FunctionSymbol? MethodFor(InterfaceMethod method, ImmutableArray<MirType> parameters, MirType result,
        MirType type)
    {
        foreach (var f in FindMethod(type, method.Name)?.Functions ?? [])
        {
            BindSignature(f);
            if (f.HasReceiver && f.Result == result &&
                f.Parameters.Skip(1).Select(p => p.Type).SequenceEqual(parameters))
                return f;
        }
        return null;
    }

    /// <summary>Every implementation has the methods its interface asks for, with their types.</summary>
    private void CheckImplementations()
    {
        foreach (var ((contract, type), where) in _implementations.ToArray())
        {
            var info = _interfaces[contract];
            ReportMissing(contract, type, where);
            foreach (var wanted in info.Syntax.Methods.Where(m => m.Parameters is [{ IsSelf: true }, ..] &&
                m.TypeParameters.IsEmpty))
            {
                var binder = new TypeBinder(this, info.Symbol.Module, info.Source, info.Scope, type, Diagnostics);
                var (parameters, result) = SignatureOf(wanted, binder);
                var method = new InterfaceMethod(wanted.Name.Text, parameters, result);
                if (FindMethod(type, wanted.Name.Text) is not { Functions: [var first, ..] } ||
                    MethodFor(method, parameters, result, type) is not null)
                    continue;
                if (!parameters.Any(p => p.IsError()) && !result.IsError() && !first.Result.IsError() &&
                    !first.Parameters.Any(p => p.Type.IsError()) && first is { Syntax: { } written, Where: { } place })
                    Diagnostics.MethodDiffers(place, contract.Name, HeaderOf(wanted, info.Source),
                        HeaderOf(written, place.Source), info.Source.At(wanted.Name.Span));
            }
            foreach (var inherited in info.Bases.Where(b => !Implements(type, b)))
                Diagnostics.DoesNotImplement(where, type.Show(), inherited.Name);
        }
    }

    /// <summary>A function as it is written, from <c>fn</c> to its result.</summary>
    private static string HeaderOf(FunctionDeclaration f, SourceText source)
    {
        var end = f.Body?.Span.Start ?? f.Span.End;
        var text = source.ToString(TextSpan.FromBounds(f.Name.Span.Start, end)).TrimEnd(' ', ';', '\n', '\r', '\t');
        return "fn " + string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Reports the methods that an implementation lacks, all at once.</summary>
    private void ReportMissing(InterfaceType contract, MirType type, Location where)
    {
        var missing = new List<(FunctionDeclaration Method, SourceText Source)>();
        CollectMissing(contract, type, missing, []);
        if (missing.Count == 0)
            return;
        var names = missing.Select(m => $"`{m.Method.Name}`").ToArray();
        var list = names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
        var (first, source) = missing[0];
        // A method of nearly that name in the same implementation is the one that was meant.
        var own = _methods.GetValueOrDefault(type)?.Values.SelectMany(g => g.Functions)
            .Where(f => f.Where?.Source == where.Source).Select(f => f.Name) ?? [];
        var hint = names.Length == 1 && Nearest.To(first.Name.Text, own) is { } near
            ? $"is `{near}` misspelled?" : $"add `{HeaderOf(first, source)} {{ … }}`";
        Diagnostics.MissingMethods(where, type.Show(), contract.Name, list, hint,
            [.. missing.Take(3).Select(m => new RelatedPlace(m.Source.At(m.Method.Name.Span), "asked for here"))]);
    }

    private void CollectMissing(InterfaceType contract, MirType type,
        List<(FunctionDeclaration Method, SourceText Source)> missing, HashSet<InterfaceType> seen)
    {
        if (!seen.Add(contract) || !_interfaces.TryGetValue(contract, out var info))
            return;
        missing.AddRange(info.Syntax.Methods.Where(m => m.Body is null && !m.Name.IsMissing &&
            FindMethod(type, m.Name.Text) is null && missing.All(k => k.Method != m)).Select(m => (m, info.Source)));
        foreach (var inherited in info.Bases)
            CollectMissing(inherited, type, missing, seen);
    }

    /// <summary>Reports bounds that name no interface, and interfaces that extend themselves.</summary>
    private void CheckDeclaredBounds()
    {
        var groups = _modules.Values.Append(Root).Where(m => !m.IsLibrary).SelectMany(m => m.Members.Values);
        foreach (var symbol in groups.ToArray())
        {
            if (symbol is FunctionGroup group)
                foreach (var generic in group.Generics)
                    CheckBoundsNamed(generic.Syntax.TypeParameters, generic.Module, generic.Where!.Value.Source);
            else if (symbol is TypeSymbol type)
                CheckBoundsNamed(Parameters(type.Syntax), type.Module, type.Where!.Value.Source);
            if (symbol is TypeSymbol { Syntax: InterfaceDeclaration, TypeArgumentsNeeded: false } contract)
                ResolveType(contract, [], contract.Where!.Value);
        }
    }

    private void CheckBoundsNamed(
        ImmutableArray<Syntax.TypeParameter> parameters, ModuleSymbol module, SourceText source)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var first = parameters.First(p => p.Name.Text == parameters[i].Name.Text);
            if (first != parameters[i])
                Diagnostics.Redeclared(source.At(parameters[i].Name.Span), first.Name.Text, source.At(first.Name.Span));
            foreach (var bound in parameters[i].Bounds.OfType<NamedType>().Where(b => b.Arguments.IsEmpty))
                if (FindType(module, bound.Path) is not { Syntax: InterfaceDeclaration })
                    FindInterface(bound, module, source, TypeScope.Empty);
        }
    }

    /// <summary>
    /// Checks that type arguments implement what their parameters ask for; reports and answers false.
    /// </summary>
    public bool CheckBounds(ImmutableArray<Syntax.TypeParameter> parameters, ImmutableArray<MirType> arguments,
        ModuleSymbol module, SourceText source, TypeScope scope, Location where, Diagnostics.DiagnosticBag bag)
    {
        var holds = true;
        foreach (var (parameter, argument) in parameters.Zip(arguments))
            foreach (var bound in parameter.Bounds)
            {
                if (FindInterface(bound, module, source, scope) is not { } contract || Implements(argument, contract))
                    continue;
                bag.DoesNotImplement(where, argument.Show(), contract.Name,
                    new RelatedPlace(source.At(bound.Span), $"`{parameter.Name}` must implement it"));
                holds = false;
            }
        return holds;
    }
}
