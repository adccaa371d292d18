using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Signatures, overload names and globals.</summary>
internal sealed partial class ProgramBinder
{
    /// <summary>Binds parameter and result types; does nothing the second time.</summary>
    public void BindSignature(FunctionSymbol function)
    {
        if (function.State != BindingState.Declared)
            return;
        function.State = BindingState.Bound;
        var syntax = function.Syntax!;
        var source = function.Where!.Value.Source;
        var types = new TypeBinder(this, function.Module, source, function.TypeArguments ?? TypeScope.Empty,
            function.SelfType, Diagnostics, function.Outer);
        var parameters = ImmutableArray.CreateBuilder<ParameterSymbol>();
        if (function is { SelfType: ActorType actor, Outer: null } && syntax.Parameters is not [{ IsSelf: true }, ..])
        {
            function.HasReceiver = true;
            parameters.Add(new ParameterSymbol("self", actor, false, true, syntax.Name.Span));
        }
        foreach (var p in syntax.Parameters)
        {
            if (p.IsSelf && function.SelfType is { } self)
            {
                function.HasReceiver |= parameters.Count == 0;
                parameters.Add(Receiver(p, self, types));
                continue;
            }
            var type = p.Type is null ? Special.Error : types.Bind(p.Type);
            if (p.Type is null)
                Diagnostics.CannotInfer(source.At(p.Span), $"parameter `{p.Name}`", $"write it: `{p.Name}: T`");
            if (parameters.Any(known => known.Name == p.Name.Text))
                Diagnostics.Redeclared(source.At(p.Name.Span), p.Name.Text,
                    source.At(syntax.Parameters.First(q => q.Name.Text == p.Name.Text).Name.Span));
            parameters.Add(new ParameterSymbol(p.Name.Text, type, false, p.IsMutable, p.Span));
        }
        function.Parameters = parameters.ToImmutable();
        function.Result = ResultOf(syntax, types);
        CheckRegisters(function);
    }

    private MirType ResultOf(FunctionDeclaration syntax, TypeBinder types)
    {
        var result = syntax.Result is null ? MirType.Void : types.Bind(syntax.Result);
        // `fun f?() -> T` without a named error fails with a number.
        return syntax.CanFail && !result.IsError() && !IsFallible(result) && !IsOptional(result)
            ? Fallible(result, MirType.U8)
            : result;
    }

    /// <summary>
    /// A receiver refers to its object, whichever way it is written, unless it says it is a pointer itself.
    /// </summary>
    private static ParameterSymbol Receiver(Syntax.Parameter p, MirType self, TypeBinder types)
    {
        var type = p.Type is null ? self : types.Bind(p.Type);
        if (type.IsError())
            return new ParameterSymbol("self", type, false, true, p.Span);
        return type.IsAddress || type is ActorType
            ? new ParameterSymbol("self", type, false, true, p.Span)
            : new ParameterSymbol("self", new ReferenceType(type, true), true, true, p.Span);
    }

    /// <summary>Gives functions that share a name names of their own, built from their parameter types.</summary>
    private void NameOverloads()
    {
        var written = Functions.Where(f => f.Syntax is not null && f.Module != _core && !f.HasFinalName);
        foreach (var group in written.GroupBy(f => f.MirName).ToArray())
        {
            FunctionSymbol[] same = [.. group];
            foreach (var f in same)
                f.MirName = Unique(same.Length == 1 ? f.MirName : MangledName(f));
        }
        _overloadsNamed = true;
    }

    private static string MangledName(FunctionSymbol f) =>
        f.MirName + string.Concat(f.Parameters.Select(p => "$" + Mangle(p.Type.ToString()!)));

    private void CheckDuplicates()
    {
        var groups = _modules.Values.Append(Root).SelectMany(m => m.Members.Values).OfType<FunctionGroup>()
            .Concat(_methods.Values.SelectMany(m => m.Values));
        foreach (var group in groups)
        {
            var seen = new List<FunctionSymbol>();
            foreach (var f in group.Functions)
            {
                var first =
                    seen.Find(s => s.Parameters.Select(p => p.Type).SequenceEqual(f.Parameters.Select(p => p.Type)));
                if (first is null)
                    seen.Add(f);
                else
                    Diagnostics.Redeclared(f.Where!.Value, f.Name, first.Where);
            }
        }
    }

    /// <summary>Instances of one generic function or type that a program may have.</summary>
    private const int MostInstances = 500;

    /// <summary>
    /// The instance of a generic function for type arguments; null, after a report, when they never end.
    /// </summary>
    public FunctionSymbol? Instantiate(GenericSymbol generic, ImmutableArray<MirType> arguments, Location where)
    {
        var key = new Mir.TupleType(arguments);
        if (generic.Instances.TryGetValue(key, out var known))
            return known;
        if (generic.Instances.Count >= MostInstances)
        {
            Diagnostics.EndlessInstances(where, generic.Name);
            return null;
        }
        var types = (generic.Types ?? TypeScope.Empty).Types;
        foreach (var (parameter, argument) in generic.Syntax.TypeParameters.Zip(arguments))
            types = types.SetItem(parameter.Name.Text, argument);
        var prefix = generic.SelfType is { } self ? Mangle(self.ToString()!) + "." : generic.Module.Prefix;
        var name = $"{prefix}{generic.Name}.{Mangle(string.Join("_", arguments))}";
        var function = new FunctionSymbol(generic.Name, generic.Module, generic.Syntax)
        {
            Where = generic.Where, SelfType = generic.SelfType, Body = generic.Syntax.Body,
            TypeArguments = new TypeScope(types), MirName = Unique(name), Outer = generic.Outer,
            Instance = new Diagnostics.RelatedPlace(where, "needed here with " + string.Join(", ",
                generic.Syntax.TypeParameters.Zip(arguments, (p, a) => $"`{p.Name}` = {a.Show()}"))),
        };
        generic.Owner?.Nested.Add(function);
        generic.Instances[key] = function;
        BindSignature(function);
        return function;
    }

    private readonly List<GlobalSymbol> _bindingGlobals = [];

    /// <summary>Binds type and first value of a global; does nothing the second time.</summary>
    public void BindGlobal(GlobalSymbol global)
    {
        if (global.State == BindingState.Bound)
            return;
        var where = global.Where!.Value;
        if (global.State == BindingState.Binding)
        {
            var circle = _bindingGlobals.SkipWhile(g => g != global).Skip(1).Where(g => g.Where is not null)
                .Select(g => new Diagnostics.RelatedPlace(g.Where!.Value, $"which needs `{g.Name}`")).ToArray();
            Diagnostics.DefinedByItself(where, global.Name, circle);
            (global.State, global.Type) = (BindingState.Bound, Special.Error);
            return;
        }
        global.State = BindingState.Binding;
        _bindingGlobals.Add(global);
        var syntax = global.Syntax;
        var binder = new BodyBinder(
            this, global.Module, where.Source, global.Types, global.SelfType, Diagnostics, null);
        if (syntax.Type is not null)
            global.Type = new TypeBinder(this, global.Module, where.Source, global.Types, global.SelfType, Diagnostics)
                .Bind(syntax.Type);
        ApplyGlobalAttributes(global, syntax, binder);
        if (syntax.Address is not null && binder.BindConstantInt(syntax.Address, "an address") is { } at)
        {
            if (at < 0 || at > 0xFFFF)
                Diagnostics.BadAddress(where.Source.At(syntax.Address.Span),
                    where.Source.ToString(syntax.Address.Span));
            (global.Address, global.IsVolatile) = ((int)Int128.Clamp(at, 0, 0xFFFF), true);
        }
        if (syntax.Initializer is { } initial)
            binder.BindGlobalInitial(global, initial);
        else if (syntax.Type is null)
            Diagnostics.CannotInfer(where, $"`{global.Name}`");
        else if (global.IsConst && (syntax.Modifiers & Modifiers.Extern) == 0)
            Diagnostics.NoValue(where, $"constant `{global.Name}` has none", "give it one: `= …`");
        _bindingGlobals.Remove(global);
        global.State = BindingState.Bound;
    }

    private void ApplyGlobalAttributes(GlobalSymbol global, VariableDeclaration syntax, BodyBinder binder)
    {
        var source = global.Where!.Value.Source;
        foreach (var a in syntax.Attributes)
        {
            switch (a.Name.Text)
            {
                case "address" or "at" or "absolute" when a.Arguments is [var at]:
                    if (binder.BindConstantInt(at.Value, "an address") is { } address)
                        (global.Address, global.IsVolatile) = ((int)address, true);
                    break;
                case "aligned" or "align" when a.Arguments is [var n]:
                    global.Alignment = AlignmentOf(binder.BindConstantInt(n.Value, "an alignment"), source.At(n.Span));
                    break;
                case "volatile":
                    global.IsVolatile = true;
                    break;
                default:
                    CheckAttribute(a, Attributes.OfGlobals, "a variable", source, Diagnostics);
                    break;
            }
        }
    }
}
