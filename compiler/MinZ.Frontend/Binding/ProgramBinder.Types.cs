using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Declared types.</summary>
internal sealed partial class ProgramBinder
{
    private readonly Dictionary<MirType, EnumType> _optionals = [];
    private readonly Dictionary<(MirType, MirType), EnumType> _fallibles = [];

    /// <summary>Definitions in the order they were made, for emission.</summary>
    public List<TypeDefinition> Definitions { get; } = [];

    /// <summary>Fields of payload variants by name, for literals and patterns with names.</summary>
    public Dictionary<(EnumType, int), ImmutableArray<string>> PayloadNames { get; } = [];

    /// <summary>Default values of fields.</summary>
    public Dictionary<(StructType, int), (Expression Value, TypeSymbol Owner)> FieldDefaults { get; } = [];

    /// <summary>A binder of types at the top of a file.</summary>
    public TypeBinder TypesIn(ModuleSymbol module, SourceText source) =>
        new(this, module, source, TypeScope.Empty, null, Diagnostics);

    /// <summary>The type a path means in a module: its own, or one of an imported module.</summary>
    public TypeSymbol? FindType(ModuleSymbol module, ImmutableArray<Identifier> path)
    {
        var name = path[^1].Text;
        if (path.Length == 1)
            return FindMember(module, name) as TypeSymbol;
        var prefix = string.Join('.', path.SkipLast(1).Select(p => p.Text));
        NoteImport(module, module.Imports.GetValueOrDefault(prefix));
        return module.Imports.TryGetValue(prefix, out var imported)
            ? imported.Members.GetValueOrDefault(name) as TypeSymbol
            : null;
    }

    /// <summary>
    /// A member of a module itself, else of the modules it imports: the first that has it, or the functions of all.
    /// </summary>
    public Symbol? FindMember(ModuleSymbol module, string name)
    {
        if (module.Members.TryGetValue(name, out var own))
            return own;
        Symbol? first = null;
        foreach (var imported in module.Imports.Values)
        {
            if (!imported.Members.TryGetValue(name, out var symbol) || symbol == first)
                continue;
            NoteImport(module, imported);
            if (first is null)
                first = symbol;
            else if (first is FunctionGroup all && symbol is FunctionGroup more)
                first = Joined(all, more);
        }
        return first;
    }

    private static FunctionGroup Joined(FunctionGroup a, FunctionGroup b)
    {
        var both = new FunctionGroup(a.Name) { Where = a.Where };
        both.Functions.AddRange(a.Functions.Union(b.Functions));
        both.Generics.AddRange(a.Generics.Union(b.Generics));
        return both;
    }

    /// <summary>Names of types visible in a module.</summary>
    public IEnumerable<string> TypeNames(ModuleSymbol module) =>
        module.Imports.Values.Prepend(module).SelectMany(m => m.Members.Values).OfType<TypeSymbol>()
            .Select(t => t.Name);

    /// <summary>The type of a declaration that is not generic.</summary>
    public MirType? ResolveType(TypeSymbol symbol) =>
        Parameters(symbol.Syntax).Length > 0 ? null : ResolveType(symbol, [], symbol.Where!.Value);

    private static ImmutableArray<Syntax.TypeParameter> Parameters(Declaration declaration) => declaration switch
    {
        StructDeclaration s => s.TypeParameters,
        EnumDeclaration e => e.TypeParameters,
        TypeAlias a => a.TypeParameters,
        ActorDeclaration a => a.TypeParameters,
        InterfaceDeclaration i => i.TypeParameters,
        _ => [],
    };

    /// <summary>Instances of generic types within one another's fields.</summary>
    private const int MostInstanceDepth = 64;
    private int _instanceDepth;

    /// <summary>The type of a declaration with type arguments.</summary>
    public MirType ResolveType(TypeSymbol symbol, ImmutableArray<MirType> arguments, Location where)
    {
        var parameters = Parameters(symbol.Syntax);
        if (arguments.Any(a => a.IsError()))
            return Special.Error;
        if (parameters.Length != arguments.Length)
        {
            Diagnostics.WrongArgumentCount(where, $"`{symbol.Name}`", parameters.Length, arguments.Length, symbol.Where,
                "type argument", parameters.Length == 0 ? "leave the type arguments out"
                    : $"write `{symbol.Name}<{string.Join(", ", parameters.Select(p => p.Name.Text))}>`, " +
                        "with a type for each");
            return Special.Error;
        }
        if (parameters.Length == 0)
            return symbol.Type ??= Make(symbol, symbol.MirName, TypeScope.Empty, t => symbol.Type = t);
        var key = new Mir.TupleType(arguments);
        if (symbol.Instances.TryGetValue(key, out var known))
            return known;
        if (symbol.Instances.Count >= MostInstances || _instanceDepth >= MostInstanceDepth)
        {
            Diagnostics.EndlessInstances(where, symbol.Name);
            return Special.Error;
        }
        _instanceDepth++;
        var scope =
            new TypeScope(parameters.Zip(arguments).ToImmutableDictionary(p => p.First.Name.Text, p => p.Second));
        var name = $"{symbol.MirName}.{Mangle(string.Join("_", arguments))}";
        var shown = $"{symbol.Name}<{string.Join(", ", arguments.Select(Binding.TypeNames.Of))}>";
        var made = symbol.Instances[key] = Make(symbol, name, scope, t =>
        {
            symbol.Instances[key] = t;
            if (t is TypeDefinition definition)
                definition.DisplayName = shown;
        });
        _instanceDepth--;
        _typeArguments.TryAdd(made, arguments);
        foreach (var methods in symbol.Methods)
            DeclareInstanceMethods(methods, made, arguments);
        return made;
    }

    /// <summary>The type arguments of an instance of a generic type; null for all other types.</summary>
    public ImmutableArray<MirType>? ArgumentsOf(MirType type) => type is ChannelType channel ? [channel.Element]
        : _typeArguments.TryGetValue(type, out var arguments) ? arguments : null;

    private readonly Dictionary<MirType, ImmutableArray<MirType>> _typeArguments = [];

    private MirType Make(TypeSymbol symbol, string name, TypeScope scope, Action<MirType> publish)
    {
        if (symbol.State == BindingState.Binding && symbol.Syntax is TypeAlias)
        {
            Diagnostics.DefinedByItself(symbol.Where!.Value, symbol.Name);
            return Special.Error;
        }
        symbol.State = BindingState.Binding;
        var source = symbol.Where!.Value.Source;
        MirType? self = null;
        var binder = new TypeBinder(this, symbol.Module, source, scope, null, Diagnostics);
        switch (symbol.Syntax)
        {
            case StructDeclaration s:
                var definition = Define(new StructType(name), symbol);
                publish(self = definition);
                MakeFields(definition, s, symbol,
                    new TypeBinder(this, symbol.Module, source, scope, self, Diagnostics));
                break;
            case EnumDeclaration e:
                var made = Define(new EnumType(name), symbol);
                publish(self = made);
                MakeVariants(made, e, symbol, new TypeBinder(this, symbol.Module, source, scope, self, Diagnostics));
                break;
            case TypeAlias a:
                self = binder.Bind(a.Type);
                break;
            case ActorDeclaration a:
                var actor = Define(new ActorType(name), symbol);
                publish(self = actor);
                MakeState(actor, a, symbol, scope);
                break;
            case BitsDeclaration b:
                var bits = Define(new EnumType(name), symbol);
                publish(self = bits);
                MakeBits(bits, b, symbol);
                break;
            case InterfaceDeclaration i:
                var contract = Define(new InterfaceType(name), symbol);
                publish(self = contract);
                MakeInterface(contract, i, symbol, scope);
                break;
        }
        symbol.State = BindingState.Bound;
        if (self is TypeDefinition complete && symbol.Syntax is not TypeAlias)
            _incomplete.Remove(complete);
        return self ?? Special.Error;
    }

    private T Define<T>(T definition, TypeSymbol? symbol) where T : TypeDefinition
    {
        if (symbol is not null)
        {
            definition.Location = LocationOf(symbol.Where!.Value);
            definition.Exported = (symbol.Syntax.Modifiers & (Modifiers.Public | Modifiers.Export)) != 0;
        }
        Definitions.Add(definition);
        if (symbol is not null)
            _incomplete.Add(definition);
        return definition;
    }

    private void MakeFields(StructType type, StructDeclaration syntax, TypeSymbol symbol, TypeBinder binder)
    {
        var source = symbol.Where!.Value.Source;
        var fields = ImmutableArray.CreateBuilder<Field>();
        foreach (var field in syntax.Fields)
        {
            if (fields.Any(f => f.Name == field.Name.Text))
            {
                Diagnostics.Redeclared(source.At(field.Name.Span), field.Name.Text,
                    source.At(syntax.Fields.First(f => f.Name.Text == field.Name.Text).Name.Span));
                continue;
            }
            var fieldType = Finite(binder.Bind(field.Type), type, source.At(field.Span), $"{field.Name}: ");
            if (field.Initializer is { } value)
                FieldDefaults[(type, fields.Count)] = (value, symbol);
            fields.Add(new Field(field.Name.Text, fieldType));
        }
        type.Fields = fields.ToImmutable();
    }

    /// <summary>The type of a field of <paramref name="owner"/>, which must not contain its owner.</summary>
    private MirType Finite(MirType field, TypeDefinition owner, Location where, string label)
    {
        if (!Contains(field, owner))
            return field;
        var inner = IsOptional(field) ? ((EnumType)field).Variants[1].Payload[0] : field;
        var name = Binding.TypeNames.Of(inner);
        Diagnostics.InfiniteType(where, owner.Name, inner is not TypeDefinition
            ? "use a pointer to the inner value"
            : ReferenceEquals(inner, field) ? $"use a pointer, `{label}*{name}`, or a slice, `{label}[]{name}`"
            : $"use a pointer, which may be null: `{label}*{name}`");
        return Special.Error;
    }

    private static bool Contains(MirType outer, MirType inner) => ReferenceEquals(outer, inner) || outer switch
    {
        Mir.ArrayType a => Contains(a.Element, inner),
        Mir.TupleType t => t.Items.Any(i => Contains(i, inner)),
        StructType s => s.Fields.Any(f => Contains(f.Type, inner)),
        EnumType e => e.Variants.Any(v => v.Payload.Any(p => Contains(p, inner))),
        _ => false,
    };

    private void MakeVariants(EnumType type, EnumDeclaration syntax, TypeSymbol symbol, TypeBinder binder)
    {
        var source = symbol.Where!.Value.Source;
        var variants = ImmutableArray.CreateBuilder<Variant>();
        var fixedTag = syntax.Underlying is { } u && binder.Bind(u) is ScalarType { IsInteger: true } tag ? tag : null;
        Int128 next = 0, low = 0, high = 0;
        foreach (var v in syntax.Variants)
        {
            var value = v.Value is null ? next
                : new BodyBinder(this, symbol.Module, source).BindConstantInt(v.Value, "the value of a variant");
            next = value ?? next;
            if (value is not null && fixedTag is not null && !Constants.Fits(fixedTag, next))
                Diagnostics.LiteralTooLarge(source.At(v.Value?.Span ?? v.Name.Span), next.ToString(),
                    fixedTag.ToString()!,
                    $"{Constants.MinValue(fixedTag)} to {Constants.MaxValue(fixedTag)}");
            if (variants.Any(known => known.Name == v.Name.Text))
                Diagnostics.Redeclared(source.At(v.Name.Span), v.Name.Text,
                    source.At(syntax.Variants.First(f => f.Name.Text == v.Name.Text).Name.Span));
            else
            {
                if (v.Payload.Length > 0)
                    PayloadNames[(type, variants.Count)] = [.. v.Payload.Select(p => p.Name.Text)];
                variants.Add(new Variant(v.Name.Text, (long)next, [.. v.Payload.Select(p =>
                    Finite(binder.Bind(p.Type), type, source.At(p.Type.Span), ""))]));
            }
            (low, high) = (Int128.Min(low, next), Int128.Max(high, next));
            next++;
        }
        type.Variants = variants.ToImmutable();
        type.Tag = fixedTag ?? Folding.SmallestFor(low, high);
    }

    /// <summary><c>T?</c>: an enum of nothing or a value.</summary>
    public EnumType Optional(MirType value)
    {
        if (_optionals.TryGetValue(value, out var known))
            return known;
        var type = new EnumType(Unique($"option.{Mangle(value.ToString()!)}"))
        {
            Variants = [new Variant("none", 0, []), new Variant("some", 1, [value])],
        };
        return _optionals[value] = Define(type, null);
    }

    /// <summary><c>T ? E</c>: an enum of a value or an error.</summary>
    public EnumType Fallible(MirType value, MirType error)
    {
        if (_fallibles.TryGetValue((value, error), out var known))
            return known;
        var type = new EnumType(Unique($"result.{Mangle(value.ToString()!)}.{Mangle(error.ToString()!)}"))
        {
            Variants =
            [
                new Variant("ok", 0, value.IsVoid() ? [] : [value]),
                new Variant("error", 1, [error]),
            ],
        };
        return _fallibles[(value, error)] = Define(type, null);
    }

    /// <summary>True for a type made by <see cref="Optional"/>.</summary>
    public bool IsOptional(MirType type) =>
        type is EnumType { Variants: [{ Payload: [] }, { Payload: [var value] }] } e &&
        _optionals.TryGetValue(value, out var known) && ReferenceEquals(known, e);

    /// <summary>True for a type made by <see cref="Fallible"/>.</summary>
    public bool IsFallible(MirType type) => type is EnumType e && _fallibles.ContainsValue(e);

    /// <summary>A place in source as MIR knows it.</summary>
    public SourceLocation LocationOf(Location where)
    {
        var start = where.Start;
        return new SourceLocation(Files.IndexOf(where.Source) + 1, start.Line, start.Column, where.Span.Length);
    }
}
