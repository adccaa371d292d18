using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Entering declarations into their modules.</summary>
internal sealed partial class ProgramBinder
{
    private readonly List<(ImplDeclaration Syntax, ModuleSymbol Module, SourceText Source)> _impls = [];

    private void Declare(SyntaxTree tree, ModuleSymbol module)
    {
        foreach (var declaration in tree.Root.Declarations)
            Declare(declaration, module, tree.Source);
    }

    private void Declare(Declaration declaration, ModuleSymbol module, SourceText source)
    {
        if (declaration.Attributes.Any(a => IsForTarget(a.Name.Text) && !HoldsForTarget(a.Arguments, module)))
            return;
        switch (declaration)
        {
            case FunctionDeclaration f: DeclareFunction(f, module, source); break;
            case VariableDeclaration v: DeclareGlobal(v, module, source); break;
            case TestDeclaration t: DeclareTest(t, module, source); break;
            case ImportDeclaration i: DeclareImport(i, module, source); break;
            case StructDeclaration s: DeclareType(s, s.Name, s.Methods, module, source); break;
            case EnumDeclaration e: DeclareType(e, e.Name, [], module, source); break;
            case TypeAlias a: DeclareType(a, a.Name, [], module, source); break;
            case BitsDeclaration b: DeclareType(b, b.Name, [], module, source); break;
            case InterfaceDeclaration i: DeclareType(i, i.Name, [], module, source); break;
            case ImplDeclaration i: DeclareImpl(i, module, source); break;
            case ConditionalDeclaration c when IsForTarget(c):
                foreach (var inner in HoldsForTarget(c.Arguments, module) ? c.Then : c.Otherwise)
                    Declare(inner, module, source);
                break;
            case ConditionalDeclaration c: _deferred.Enqueue((c, module, source)); break;
            case ActorDeclaration a: DeclareType(a, a.Name, a.Methods, module, source); break;
            case MetaDeclaration m: DeclareMeta(m, module, source); break;
            case AsmDeclaration a: DeclareAssembly(a, module, source); break;
            case MirDeclaration: _deferred.Enqueue((declaration, module, source)); break;
            case ModuleDeclaration or MissingDeclaration: break;
            default: Diagnostics.NotSupported(source.At(declaration.Span), "this declaration"); break;
        }
    }

    private void DeclareMeta(MetaDeclaration meta, ModuleSymbol module, SourceText source)
    {
        var call = meta.Call;
        if (call is { Name.Text: "error", Arguments: [{ Value: StringLiteral text }] })
            Diagnostics.UserError(source.At(meta.Span), text.Text);
        else if (call.Name.Text is "static_assert" or "assert" or "static_print" && call.Arguments.Length > 0)
            _assertions.Add((call, module, source));
        else if (IsConstant(call))
            DeclareGlobal(DefinitionOf(call), module, source);
        else if (call is { Name.Text: "define", Text: not null })
            DefineTemplate(call, source);
        else if (call.Name.Text == "minz")
            // It may call functions of any file.
            _deferred.Enqueue((meta, module, source));
        else if (MakesSource(call))
            DeclareGenerated(call, module, source);
        else
        {
            if (MetaNames.All.Contains(call.Name.Text))
                Diagnostics.NotSupported(source.At(meta.Span), $"`@{call.Name}` outside functions");
            else
                Diagnostics.UnknownMeta(source.At(new TextSpan(call.Span.Start, call.Name.Span.End - call.Span.Start)),
                    call.Name.Text, Nearest.To(call.Name.Text, MetaNames.All));
        }
    }

    private readonly List<(MetaExpression Call, ModuleSymbol Module, SourceText Source)> _assertions = [];

    /// <summary>Whether declarations or statements under a condition are there.</summary>
    public bool Holds(ConditionalDeclaration c, SourceText source, ModuleSymbol module) => IsForTarget(c)
        ? HoldsForTarget(c.Arguments, module)
        : c.Arguments is [var condition] &&
            new BodyBinder(this, module, source).BindConstantBool(condition.Value) is true;

    private static bool IsForTarget(ConditionalDeclaration c) => IsForTarget(c.Name.Text);

    private static bool IsForTarget(string name) => name is "target" or "platform" or "if_platform";

    /// <summary>True when one of the names given is a target of this compilation.</summary>
    public bool HoldsForTarget(ImmutableArray<Argument> arguments, ModuleSymbol module) =>
        arguments.Any(a => a.Value is StringLiteral s && (Options.Targets.Contains(s.Text)
            || !module.IsLibrary && Options.StandsFor.Contains(s.Text)));

    private void DeclareImport(ImportDeclaration import, ModuleSymbol module, SourceText source)
    {
        var path = Join(import.Path);
        // The name of a whole library stands for nothing by itself: its built-in part needs no import.
        if (path is "std" or "zx")
            return;
        var name = import.Alias ?? import.Path[^1];
        if (Import(path, source.At(import.Path[0].Span.To(import.Path[^1].Span))) is not { } target)
        {
            module.MissingImports.Add(name.Text);
            if (import.Alias is null)
                module.MissingImports.Add(import.Path[0].Text);
            return;
        }
        if (import.Alias is null && module.Imports.TryGetValue(path, out var again) && again == target &&
            _importPlaces.TryGetValue((module, name.Text), out var earlier) && earlier.Source == source)
            Diagnostics.ImportedAgain(source.At(import.Path[0].Span.To(import.Path[^1].Span)), path, earlier);
        module.Imports[path] = target;
        if (module.Imports.TryGetValue(name.Text, out var known) && known != target && import.Alias is not null &&
            _importPlaces.TryGetValue((module, name.Text), out var first))
        {
            Diagnostics.ImportedTwice(source.At(name.Span), name.Text, first);
            return;
        }
        module.Imports[name.Text] = target;
        _importPlaces[(module, name.Text)] = source.At(name.Span);
    }

    private readonly Dictionary<(ModuleSymbol, string), Location> _importPlaces = [];

    private FunctionGroup? GroupFor(Dictionary<string, Symbol> members, string name, Location where)
    {
        if (!members.TryGetValue(name, out var known))
            members[name] = known = new FunctionGroup(name) { Where = where };
        if (known is FunctionGroup group)
            return group;
        Diagnostics.Redeclared(where, name, known.Where);
        return null;
    }

    private void DeclareFunction(FunctionDeclaration f, ModuleSymbol module, SourceText source)
    {
        if (f.Name.IsMissing)
            return;
        if (DeclaresBuiltIn(f))
            return;
        if (f.Receiver is { } receiver)
        {
            _receivers.Add((f, receiver, module, source));
            return;
        }
        if (GroupFor(module.Members, f.Name.Text, source.At(f.Name.Span)) is { } group)
            Enter(f, group, module, source, module.Prefix + f.Name.Text, null, TypeScope.Empty);
    }

    private readonly List<(FunctionDeclaration, NamedType, ModuleSymbol, SourceText)> _receivers = [];

    private bool _overloadsNamed;

    /// <summary>Adds a function or a generic function to its group.</summary>
    private void Enter(FunctionDeclaration f, FunctionGroup group, ModuleSymbol module, SourceText source,
        string mirName, MirType? self, TypeScope types)
    {
        var where = source.At(f.Name.Span);
        if (f.TypeParameters.Length > 0)
        {
            group.Generics.Add(
                new GenericSymbol(f.Name.Text, module, f) { Where = where, SelfType = self, Types = types });
            return;
        }
        var function = new FunctionSymbol(f.Name.Text, module, f)
        {
            Where = where, MirName = mirName, SelfType = self, TypeArguments = types,
            Body = f.Form == FunctionForm.Mir ? null : f.Body,
        };
        if (f.Form == FunctionForm.Mir)
            DeclareMirFunction(function, f);
        ApplyAttributes(function, f.Attributes, f.Modifiers, source);
        if (function.Test is not null && !Options.IncludeTests)
            return;
        group.Functions.Add(function);
        if (_overloadsNamed)
            function.MirName = Unique(mirName);
        if (!ExpandCases(function, f, module, source))
            Functions.Add(function);
    }

    private void DeclareTest(TestDeclaration t, ModuleSymbol module, SourceText source)
    {
        if (!Options.IncludeTests)
            return;
        var function = new FunctionSymbol(t.Name.Text, module, null)
        {
            Where = source.At(t.Name.Span), Body = t.Body, Flags = FunctionFlags.Test,
            Test = new TestInfo(t.Name.Text), MirName = module.Prefix + "test." + Mangle(t.Name.Text),
            State = BindingState.Bound,
        };
        ApplyAttributes(function, t.Attributes, Modifiers.None, source);
        function.MirName = Unique(function.MirName);
        Functions.Add(function);
    }

    private void DeclareGlobal(VariableDeclaration v, ModuleSymbol module, SourceText source)
    {
        if (v.Name.IsMissing)
        {
            if (v is { Pattern: TuplePattern names, Initializer: TupleLiteral values, Type: null } &&
                names.Elements.Length == values.Elements.Length &&
                names.Elements.All(p => p is NamePattern or WildcardPattern))
                foreach (var (name, value) in names.Elements.Zip(values.Elements).Where(p => p.First is NamePattern))
                    DeclareGlobal(new VariableDeclaration(name.Span, v.Attributes, v.Modifiers, v.Keyword, v.IsMutable,
                        name, null, value), module, source);
            else if (v is { Pattern: TuplePattern or StructPattern, Initializer: not null })
                DeclareParts(v, module, source);
            else if (v.Pattern is TuplePattern or StructPattern)
                Diagnostics.CannotInfer(source.At(v.Pattern.Span), "the types of these");
            return;
        }
        var where = source.At(v.Name.Span);
        var global = new GlobalSymbol(v.Name.Text, module, v) { Where = where, MirName = module.Prefix + v.Name.Text };
        if (!module.Members.TryAdd(v.Name.Text, global))
        {
            Diagnostics.Redeclared(where, v.Name.Text, module.Members[v.Name.Text].Where);
            return;
        }
        global.MirName = Unique(global.MirName);
        Globals.Add(global);
    }

    /// <summary>
    /// <c>let (a, b) = e</c>, <c>let Point { x, y } = e</c> at the top of a file: a constant without a name that is e,
    /// and globals that begin with its parts.
    /// </summary>
    private void DeclareParts(VariableDeclaration v, ModuleSymbol module, SourceText source)
    {
        var whole = new Identifier($"parts${v.Span.Start}", v.Pattern.Span);
        DeclareGlobal(new VariableDeclaration(v.Span, [], Modifiers.None, VariableKeyword.Const, false,
            new NamePattern(v.Pattern.Span, whole, false), v.Type, v.Initializer), module, source);
        DeclarePart(v.Pattern, new NameExpression(v.Pattern.Span, whole, []));

        void DeclarePart(Pattern pattern, Expression part)
        {
            switch (pattern)
            {
                case NamePattern name:
                    DeclareGlobal(new VariableDeclaration(name.Span, v.Attributes, v.Modifiers, v.Keyword,
                        v.IsMutable || name.IsMutable, name, null, part), module, source);
                    break;
                case TuplePattern tuple:
                    for (var i = 0; i < tuple.Elements.Length; i++)
                        DeclarePart(tuple.Elements[i], Member(part, new Identifier($"{i}", tuple.Elements[i].Span)));
                    break;
                case StructPattern structure:
                    foreach (var field in structure.Fields)
                        DeclarePart(field.Pattern, Member(part, field.Name));
                    break;
                case WildcardPattern or MissingPattern:
                    break;
                default:
                    Diagnostics.BadPattern(source.At(pattern.Span),
                        "this pattern may not match; only `match` and `if` can try it");
                    break;
            }
        }

        static Expression Member(Expression of, Identifier name) =>
            new MemberExpression(name.Span, of, MemberAccess.Dot, name, []);
    }

    private void DeclareType(Declaration declaration, Identifier name, ImmutableArray<FunctionDeclaration> methods,
        ModuleSymbol module, SourceText source)
    {
        CheckAttributes(declaration, declaration switch
        {
            InterfaceDeclaration => "an interface",
            ActorDeclaration => "an actor",
            _ => "a type",
        }, source);
        if (name.IsMissing)
            return;
        var where = source.At(name.Span);
        if (TypeBinder.IsKeyword(name.Text))
            Diagnostics.NameOfBuiltInType(where, name.Text);
        var type = new TypeSymbol(name.Text, module, declaration)
        {
            Where = where, MirName = module.Prefix + name.Text,
        };
        if (!module.Members.TryAdd(name.Text, type))
        {
            Diagnostics.Redeclared(where, name.Text, module.Members[name.Text].Where);
            return;
        }
        Types.Add(type);
        if (methods.Length > 0)
            _typeMethods.Add((type, methods, source));
    }

    private readonly List<(TypeSymbol Type, ImmutableArray<FunctionDeclaration> Methods,
        SourceText Source)> _typeMethods = [];

    private void DeclareImpl(ImplDeclaration impl, ModuleSymbol module, SourceText source)
    {
        CheckAttributes(impl, "an implementation", source);
        _impls.Add((impl, module, source));
    }

    /// <summary>
    /// Enters the methods of all types; they need the types, so this comes after all files are declared.
    /// </summary>
    private void DeclareMethods()
    {
        _isDeclaringMethods = true;
        foreach (var (type, methods, source) in Take(_typeMethods))
        {
            if (ResolveType(type) is { } resolved)
                foreach (var method in methods)
                    DeclareMethod(method, resolved, type.Module, source);
            else
                AddGenericMethods(type, new GenericMethods(
                    [.. Parameters(type.Syntax).Select(p => p.Name.Text)], methods, type.Module, source));
        }
        foreach (var (impl, module, source) in Take(_impls))
        {
            if (impl.TypeParameters.Length > 0)
            {
                DeclareGenericImpl(impl, module, source);
                continue;
            }
            var target = TypesIn(module, source).Bind(impl.Target);
            if (impl.Interface is not null &&
                !DeclareImplementation(impl.Interface, impl.Methods, target, module, source, TypeScope.Empty))
                continue;
            foreach (var constant in impl.Constants)
                DeclareTypeConstant(constant, target, module, source, TypeScope.Empty);
            foreach (var method in impl.Methods)
                DeclareMethod(method, target, module, source);
        }
        foreach (var (f, receiver, module, source) in Take(_receivers))
            DeclareMethod(f, TypesIn(module, source).Bind(receiver), module, source);
        _isDeclaringMethods = false;
        DeclareConditionalMethods();
    }

    /// <summary><c>impl&lt;T&gt; Pair&lt;T&gt; { … }</c>.</summary>
    private void DeclareGenericImpl(ImplDeclaration impl, ModuleSymbol module, SourceText source)
    {
        if (impl.Target is not NamedType named || FindType(module, named.Path) is not { } symbol ||
            Parameters(symbol.Syntax).Length != named.Arguments.Length)
        {
            DeclareBlanket(impl, module, source);
            return;
        }
        var names = named.Arguments.Select(a => a is NamedType { Path: [var n] } ? n.Text : "").ToImmutableArray();
        AddGenericMethods(symbol, new GenericMethods(names, impl.Methods, module, source)
        {
            Interface = impl.Interface, Constants = impl.Constants, TypeParameters = impl.TypeParameters,
        });
    }

    private void AddGenericMethods(TypeSymbol symbol, GenericMethods methods)
    {
        symbol.Methods.Add(methods);
        foreach (var (arguments, type) in symbol.Instances.ToArray())
            DeclareInstanceMethods(methods, type, arguments.Items);
    }

    private static List<T> Take<T>(List<T> items)
    {
        List<T> taken = [.. items];
        items.Clear();
        return taken;
    }

    private void DeclareMethod(
        FunctionDeclaration f, MirType self, ModuleSymbol module, SourceText source, TypeScope? types = null)
    {
        if (f.Name.IsMissing || self.IsError())
            return;
        if (!_methods.TryGetValue(self, out var methods))
            _methods[self] = methods = [];
        if (!methods.TryGetValue(f.Name.Text, out var group))
            methods[f.Name.Text] = group = new FunctionGroup(f.Name.Text) { Where = source.At(f.Name.Span) };
        Enter(f, group, module, source, $"{Mangle(self.ToString()!)}.{f.Name.Text}", self,
            types ?? TypeScope.Empty);
    }

    /// <summary>Letters, digits, dots and underscores of a text; the rest becomes underscores.</summary>
    public static string Mangle(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '_'));
}
