using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// All modules of a compilation and what their declarations mean. Declarations are bound when first asked for, so their
/// order in the files does not matter.
/// </summary>
/// <param name="globalTypes">What the last attempt found of types of variables that are declared without one.</param>
internal sealed partial class ProgramBinder(
    CompilationOptions options, DiagnosticBag diagnostics, Inference globalTypes)
{
    private readonly Dictionary<string, ModuleSymbol> _modules = [];
    private readonly Dictionary<string, SyntaxTree> _given = [];
    private readonly Dictionary<SourceText, ModuleSymbol> _imported = [];
    private readonly HashSet<string> _missing = [];
    private readonly Dictionary<MirType, Dictionary<string, FunctionGroup>> _methods = [];
    private readonly Dictionary<FunctionSymbol, BoundBlock> _bodies = [];
    private readonly HashSet<string> _mirNames = [];

    public CompilationOptions Options { get; } = options;
    public DiagnosticBag Diagnostics { get; } = diagnostics;

    /// <summary>Types of the program's variables that are declared without one.</summary>
    public Inference GlobalTypes { get; } = globalTypes;

    /// <summary>Module of the files that need no import.</summary>
    public ModuleSymbol Root { get; } = new("", "");

    /// <summary>Functions of the given sources in order, and of libraries as they are found.</summary>
    public List<FunctionSymbol> Functions { get; } = [];

    /// <summary>Globals in the order of their declaration.</summary>
    public List<GlobalSymbol> Globals { get; } = [];

    public List<TypeSymbol> Types { get; } = [];

    /// <summary>Source files in the order they were met.</summary>
    public List<SourceText> Files { get; } = [];

    /// <summary>Types declared in functions, by declaration and instance.</summary>
    public Dictionary<(Declaration, FunctionSymbol?), TypeSymbol> LocalTypes { get; } = [];

    /// <summary>Names given to nested functions.</summary>
    public Dictionary<(FunctionDeclaration, FunctionSymbol?), string> NestedNames { get; } = [];

    /// <summary>Names given to lambdas, by function around them and types of their parameters.</summary>
    public Dictionary<(LambdaExpression, FunctionSymbol?, Mir.TupleType), string> LambdaNames { get; } = [];

    /// <summary>Lambdas whose values have no type for an error in their bodies, which is reported there.</summary>
    public HashSet<LambdaExpression> FaultyLambdas { get; } = [];

    /// <summary>Names given to static variables of functions.</summary>
    public Dictionary<(VariableDeclaration, FunctionSymbol), string> StaticNames { get; } = [];

    /// <summary>
    /// True when the program says <c>mut</c> anywhere: only then are assignments to plain <c>let</c> worth a warning.
    /// </summary>
    public bool UsesMut { get; private set; }

    /// <summary>Declares the contents of the given files and of everything they import.</summary>
    public void Load(IReadOnlyList<SyntaxTree> trees)
    {
        var contexts = new List<(SyntaxTree Tree, ModuleSymbol Module)>();
        foreach (var tree in trees)
        {
            Diagnostics.AddRange(tree.Diagnostics);
            Files.Add(tree.Source);
            _ownFiles.Add(tree.Source);
            UsesMut |= tree.Source.Text.Contains(" mut ", StringComparison.Ordinal);
            var module = ModuleOf(tree);
            contexts.Add((tree, module));
            foreach (var name in NamesOf(tree))
                _given.TryAdd(name, tree);
        }
        foreach (var (tree, module) in contexts)
            Declare(tree, module);
        DeclareMethods();
        DeclareDeferred();
        DropForwardDeclarations(contexts.Select(c => c.Module).Distinct());
    }

    /// <summary>
    /// A file that says <c>module a.b</c> and has no <c>main</c> is a module; all others together are the root.
    /// </summary>
    private ModuleSymbol ModuleOf(SyntaxTree tree)
    {
        var path = DeclaredPath(tree);
        var hasMain = tree.Root.Declarations.Any(d => d is FunctionDeclaration { Name.Text: "main" });
        if (path is null || hasMain)
            return Root;
        if (!_modules.TryGetValue(path, out var module))
            _modules[path] = module = new ModuleSymbol(path, path + ".");
        return module;
    }

    private static string? DeclaredPath(SyntaxTree tree) =>
        tree.Root.Declarations.OfType<ModuleDeclaration>().FirstOrDefault() is { } m ? Join(m.Path) : null;

    private static string Join(IEnumerable<Identifier> path) => string.Join('.', path.Select(p => p.Text));

    /// <summary>Paths an import may name a given file by: what it declares, and the tails of its path.</summary>
    private static IEnumerable<string> NamesOf(SyntaxTree tree)
    {
        if (DeclaredPath(tree) is { } declared)
            yield return declared;
        var path = tree.Source.Path.Replace('\\', '/');
        if (path.EndsWith(".minz", StringComparison.Ordinal))
            path = path[..^5];
        var name = path.Replace('/', '.').TrimStart('.');
        yield return name;
        for (var dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1))
            yield return name[(dot + 1)..];
    }

    /// <summary>
    /// The module an import names, loading its file when needed; null, after a report, when there is none.
    /// </summary>
    private ModuleSymbol? Import(string path, Location where)
    {
        if (_given.TryGetValue(path, out var tree))
            return ModuleOf(tree);
        if (_modules.TryGetValue(path, out var known))
            return known;
        if (Options.ResolveModule(path) is not { } source)
        {
            // `import math` is `import std.math` where no nearer module has the name.
            if (!path.Contains('.') && Options.ResolveModule("std." + path) is not null)
                return Import("std." + path, where);
            if (_missing.Add(path))
                Diagnostics.UnknownModule(where, path, Nearest.To(path, Options.ListModules()), ModuleAround(path));
            return null;
        }
        if (_imported.TryGetValue(source, out known))
            return _modules[path] = known;
        var module = new ModuleSymbol(path, path + ".") { IsLibrary = true };
        _modules[path] = module;
        var files = Options.FilesOfModule(source);
        foreach (var file in files)
            _imported.Add(file, module);
        foreach (var file in files)
        {
            Files.Add(file);
            var parsed = SyntaxTree.Parse(file);
            Diagnostics.AddRange(parsed.Diagnostics);
            Declare(parsed, module);
        }
        return module;
    }

    /// <summary>Binds every declaration of the given sources; libraries are bound as far as they are used.</summary>
    public void BindAll()
    {
        foreach (var (call, module, source) in _assertions)
            new BodyBinder(this, module, source).BindStatic(call);
        foreach (var type in Types.ToArray())
            if (!type.Module.IsLibrary)
                ResolveType(type);
        foreach (var global in Globals.ToArray())
            if (!global.Module.IsLibrary)
                BindGlobal(global);
        foreach (var function in Functions.ToArray())
            BindSignature(function);
        NameOverloads();
        CheckDuplicates();
        CheckDeclaredBounds();
        CheckImplementations();
        for (var i = 0; i < Functions.Count; i++)
            if (!Functions[i].Module.IsLibrary && !Functions[i].IsExtern)
                BodyOf(Functions[i]);
        CheckMain();
    }

    /// <summary>Functions that ran while the program was compiled.</summary>
    public HashSet<FunctionSymbol> RunWhileCompiling { get; } = [];

    /// <summary>The module whose member a path names, as in <c>std.math.sqrt</c>; null when there is none.</summary>
    private string? ModuleAround(string path)
    {
        var dot = path.LastIndexOf('.');
        return dot > 0 && Options.ResolveModule(path[..dot]) is not null ? path[..dot] : null;
    }

    /// <summary>
    /// Warns of what is of no use in a program without errors. Everything that is emitted must be bound.
    /// </summary>
    public void CheckUsage()
    {
        var isProgram = _mirModules.Count == 0 && Functions.Exists(f => f.Name == "main");
        Checks.UsageCheck.Run(Diagnostics, _bodies.Select(b => (b.Key, b.Value)),
            Globals.Select(g => g.Initial ?? g.Startup?.Value).OfType<BoundExpression>(), RunWhileCompiling, isProgram,
            [.. Files.Where(IsCompiledInPart)]);
        CheckUnusedParameters();
        if (!isProgram)
            return;
        CheckUnusedDeclarations();
        CheckUnusedFields();
    }

    private bool IsCompiledInPart(SourceText file)
    {
        string[] conditions = ["@target", "@platform", "@if"];
        string[] tests = Options.IncludeTests ? [] : ["@test", "test \""];
        return conditions.Concat(tests).Any(c => file.Text.Contains(c, StringComparison.Ordinal));
    }

    /// <summary>The bound body of a function, bound now if it was not yet.</summary>
    public BoundBlock BodyOf(FunctionSymbol function)
    {
        if (_bodies.TryGetValue(function, out var body))
            return body;
        var errors = Diagnostics.ErrorCount;
        _unfinished.Add(function);
        body = BodyBinder.BindFunction(this, function);
        _unfinished.Remove(function);
        // What the parser or an import reported leaves errors in the tree without a new report.
        var isBroken = Diagnostics.ErrorCount > errors;
        if (!isBroken && Checks.ErrorFinder.First(body) is { } unbound)
        {
            isBroken = true;
            // An error that a look at types alone has swallowed.
            if (!Diagnostics.HasErrors && function.Where is { } place)
                Diagnostics.CannotInfer(
                    function.Body?.Span.Contains(unbound.Span.Start) is true ? place.Source.At(unbound.Span) : place,
                    "this expression", "give its parts types, or names of their own");
        }
        if (isBroken)
            _broken.Add(function);
        return body;
    }

    /// <summary>Binds a body, unless that is going on already: then what is inside it is not known yet.</summary>
    public bool TryBind(FunctionSymbol function)
    {
        if (_unfinished.Contains(function))
            return false;
        BodyOf(function);
        return true;
    }

    /// <summary>A name for MIR that nothing else has.</summary>
    public string Unique(string name)
    {
        var unique = name;
        for (var n = 2; !_mirNames.Add(unique); n++)
            unique = $"{name}.{n}";
        return unique;
    }

    /// <summary>True for the module of the built-in functions that are written in MinZ.</summary>
    public bool IsCore(ModuleSymbol module) => module == _core;

    /// <summary>Methods of a type by name; null when there is none.</summary>
    public FunctionGroup? FindMethod(MirType type, string name) =>
        _methods.TryGetValue(type, out var methods) && methods.TryGetValue(name, out var group) ? group
            : _blankets.Count > 0 && CoverMethod(type, name) ? FindMethod(type, name) : null;

    /// <summary>Names of the methods of a type.</summary>
    public IEnumerable<string> MethodsOf(MirType type) =>
        _methods.TryGetValue(type, out var methods) ? methods.Keys : [];
}
