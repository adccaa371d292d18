using System.Collections.Immutable;

namespace MinZ.Mir.Linking;

/// <summary>How modules become one program.</summary>
/// <param name="Name">Name of the result; null = the first module's.</param>
/// <param name="AllowUnresolved">Extern functions that no module defines stay extern: a library, or a host provides
/// them.
/// Those with an address, symbol or calling convention of their own always do.</param>
public sealed record LinkOptions(string? Name = null, bool AllowUnresolved = false);

/// <summary>What <see cref="Linker"/> made.</summary>
/// <param name="Module">The program; null when there are errors.</param>
/// <param name="Errors">Empty when all is well.</param>
public sealed record LinkResult(Module? Module, ImmutableArray<MirError> Errors);

/// <summary>
/// Makes one module of several. Extern functions are bound to the exported function of the same name; types of the same
/// name that are identical become one; whatever is not exported and has a name that is taken gets its module's name in
/// front. The modules stay as they are, and must have been verified.
/// </summary>
public sealed partial class Linker
{
    private readonly ImmutableArray<Module> _modules;
    private readonly LinkOptions _options;
    private readonly Module _program;
    private readonly List<MirError> _errors = [];
    // What of each module stands for something declared elsewhere.
    private readonly Dictionary<MirType, TypeDefinition> _sameTypes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Function, Function> _sameFunctions = [];
    private readonly Dictionary<object, string> _renamed = new(ReferenceEqualityComparer.Instance);

    private Linker(ImmutableArray<Module> modules, LinkOptions options)
    {
        _modules = modules;
        _options = options;
        _program = new Module(options.Name ?? (modules.IsEmpty ? "program" : modules[0].Name));
    }

    /// <summary>Links modules; the order decides the order of everything in the program.</summary>
    public static LinkResult Link(IEnumerable<Module> modules, LinkOptions? options = null)
    {
        var linker = new Linker([.. modules], options ?? new LinkOptions());
        linker.UnifyTypes();
        linker.ResolveFunctions();
        linker.NameGlobals();
        if (linker._errors.Count == 0)
            linker.Merge();
        return linker._errors.Count == 0 ? new(linker._program, []) : new(null, [.. linker._errors]);
    }

    private void Clash(string what, string name, Module a, Module b, SourceLocation at, string? hint = null) =>
        Report(MirCodes.LinkClash, $"the modules '{a.Name}' and '{b.Name}' declare the {what} '{name}' differently",
            hint, b, at);

    private void Report(int code, string message, string? hint, Module module, SourceLocation at) =>
        _errors.Add(new MirError(code, message, hint, Location: at,
            File: at.IsKnown && at.File <= module.Files.Count ? module.Files[at.File - 1] : null));

    private void UnifyTypes()
    {
        var known = new Dictionary<string, (TypeDefinition Type, Module Module)>();
        foreach (var module in _modules)
            foreach (var type in module.Types)
            {
                if (known.TryAdd(type.Name, (type, module)))
                    continue;
                var (other, owner) = known[type.Name];
                if (new TypeIdentity().AreSame(type, other))
                    _sameTypes[type] = other;
                else if (type.Exported && other.Exported)
                    Clash("type", type.Name, owner, module, default,
                        "give one of them another name, or do not export it");
                else
                {
                    _renamed[type] = FreeName(module, type.Name, known.ContainsKey);
                    known[_renamed[type]] = (type, module);
                }
            }
    }

    private static string FreeName(Module module, string name, Func<string, bool> taken)
    {
        var free = $"{module.Name}.{name}";
        for (var n = 2; taken(free); n++)
            free = $"{module.Name}.{name}_{n}";
        return free;
    }

    private void ResolveFunctions()
    {
        var known = new Dictionary<string, (Function Function, Module Module)>();
        // Exports take their names first, so that which module comes first does not matter to them.
        foreach (var module in _modules)
            foreach (var f in module.Functions.Where(f => !f.IsExtern && IsVisible(f)))
                if (!known.TryAdd(f.Name, (f, module)))
                    Report(MirCodes.LinkClash,
                        $"the modules '{known[f.Name].Module.Name}' and '{module.Name}' both define '{f.Name}'",
                        "export only one of them", module, f.Location);
        foreach (var module in _modules)
            foreach (var f in module.Functions)
                if (f.IsExtern)
                    Import(module, f, known);
        foreach (var module in _modules)
            foreach (var f in module.Functions.Where(f => !f.IsExtern && !IsVisible(f)))
                if (!known.TryAdd(f.Name, (f, module)))
                {
                    _renamed[f] = FreeName(module, f.Name, known.ContainsKey);
                    known[_renamed[f]] = (f, module);
                }
    }

    private static bool IsVisible(Function f) => f.Is(FunctionFlags.Export) || f.Name == "main";

    private void Import(Module module, Function import, Dictionary<string, (Function Function, Module Module)> known)
    {
        if (known.TryAdd(import.Name, (import, module)))
        {
            if (import.Abi is null && !_options.AllowUnresolved)
                Report(MirCodes.Unresolved,
                    $"no module defines the function '{import.Name}', which '{module.Name}' declares extern",
                    HiddenHint(import.Name), module, import.Location);
            return;
        }
        var (other, owner) = known[import.Name];
        var same = new TypeIdentity().AreSame(import.TypeParameters, other.TypeParameters,
            [.. import.Parameters.Select(p => p.Type), import.Result],
                [.. other.Parameters.Select(p => p.Type), other.Result]);
        if (same)
            _sameFunctions[import] = other;
        else
            Clash("function", import.Name, owner, module, import.Location);
    }

    private string? HiddenHint(string name) =>
        _modules.FirstOrDefault(m => m.FindFunction(name) is { IsExtern: false }) is { } owner
            ? $"'{owner.Name}' defines it but does not export it" : null;

    private void NameGlobals()
    {
        var known = new Dictionary<string, Module>();
        foreach (var module in _modules)
            foreach (var g in module.Globals.Where(g => g.Exported))
                if (!known.TryAdd(g.Name, module))
                    Report(MirCodes.LinkClash,
                        $"the modules '{known[g.Name].Name}' and '{module.Name}' both define the global '{g.Name}'",
                        "export only one of them", module, g.Location);
        foreach (var module in _modules)
            foreach (var g in module.Globals.Where(g => !g.Exported))
                if (!known.TryAdd(g.Name, module))
                {
                    _renamed[g] = FreeName(module, g.Name, known.ContainsKey);
                    known[_renamed[g]] = module;
                }
    }

    private void Merge()
    {
        foreach (var layout in _modules.Select(m => m.Layout).Distinct().Skip(1))
        {
            _errors.Add(new MirError(MirCodes.LinkClash, "the modules are lowered for different memory layouts",
                "link before lowering"));
            return;
        }
        _program.Layout = _modules.IsEmpty ? null : _modules[0].Layout;
        // Copies must find what they stand for: first everything that others refer to is declared.
        var copies = new ModuleCopy[_modules.Length];
        for (var n = 0; n < copies.Length; n++)
            copies[n] = new ModuleCopy(Places(_modules[n]));
        Declare(copies);
        for (var n = 0; n < copies.Length; n++)
        {
            copies[n].Fill();
            foreach (var i in _modules[n].Implementations)
                Add(copies[n].Copy(i), _modules[n]);
        }
    }

    private void Declare(ModuleCopy[] copies)
    {
        var types = new Dictionary<MirType, TypeDefinition>(ReferenceEqualityComparer.Instance);
        var functions = new Dictionary<Function, Function>();
        foreach (var (module, copy) in _modules.Zip(copies))
        {
            foreach (var t in module.Types.Where(t => !_sameTypes.ContainsKey(t)))
                types[t] = _program.Add(copy.Declare(t, _renamed.GetValueOrDefault(t))!);
            foreach (var g in module.Globals)
                _program.Add(copy.Declare(g, _renamed.GetValueOrDefault(g))!);
            foreach (var f in module.Functions.Where(f => !_sameFunctions.ContainsKey(f)))
                functions[f] = _program.Add(copy.Declare(f, _renamed.GetValueOrDefault(f))!);
        }
        foreach (var (module, copy) in _modules.Zip(copies))
        {
            foreach (var t in module.Types)
                if (_sameTypes.TryGetValue(t, out var other))
                    copy.Use(t, types[other]);
            foreach (var f in module.Functions)
                if (_sameFunctions.TryGetValue(f, out var other))
                    copy.Use(f, functions[other]);
        }
    }

    private void Add(Implementation implementation, Module module)
    {
        if (!implementation.TypeParameters.IsDefaultOrEmpty || !_program.Implementations.Any(i =>
            i.Interface == implementation.Interface && i.Type == implementation.Type))
            _program.Implementations.Add(implementation);
        else
            _errors.Add(new MirError(MirCodes.LinkClash, $"{implementation.Interface} is implemented for " +
                $"{implementation.Type} twice, the second time in '{module.Name}'"));
    }

    private Func<SourceLocation, SourceLocation> Places(Module module)
    {
        var files = new int[module.Files.Count + 1];
        for (var n = 0; n < module.Files.Count; n++)
        {
            var index = _program.Files.IndexOf(module.Files[n]);
            if (index < 0)
            {
                index = _program.Files.Count;
                _program.Files.Add(module.Files[n]);
            }
            files[n + 1] = index + 1;
        }
        return l => l.File > 0 && l.File < files.Length ? l with { File = files[l.File] } : l;
    }
}

/// <summary>
/// Compares types of different modules by structure. Definitions that are being compared count as the same, so
/// recursive types come to an end.
/// </summary>
internal sealed class TypeIdentity
{
    private readonly HashSet<(MirType, MirType)> _assumed = [];

    /// <summary>True when two definitions of different modules mean the same.</summary>
    public bool AreSame(TypeDefinition a, TypeDefinition b)
    {
        if (a == b || !_assumed.Add((a, b)))
            return true;
        if (a.Name != b.Name || !Assume(a.TypeParameters, b.TypeParameters))
            return false;
        return (a, b) switch
        {
            (StructType x, StructType y) => Same(x.Fields, y.Fields),
            (EnumType x, EnumType y) => x.Tag == y.Tag && x.Variants.Length == y.Variants.Length &&
                x.Variants.Zip(y.Variants).All(v => v.First.Name == v.Second.Name && v.First.Value == v.Second.Value &&
                    Same(v.First.Payload, v.Second.Payload)),
            (InterfaceType x, InterfaceType y) => x.Methods.Length == y.Methods.Length &&
                x.Methods.Zip(y.Methods).All(m => m.First.Name == m.Second.Name &&
                    Same(m.First.Parameters, m.Second.Parameters) && Same(m.First.Result, m.Second.Result)),
            // An actor has code: two of them are never one.
            _ => false,
        };
    }

    /// <summary>True when two generic signatures mean the same.</summary>
    public bool AreSame(ImmutableArray<TypeParameter> a, ImmutableArray<TypeParameter> b,
        ImmutableArray<MirType> typesOfA,
        ImmutableArray<MirType> typesOfB) => Assume(a, b) && Same(typesOfA, typesOfB);

    private bool Assume(ImmutableArray<TypeParameter> a, ImmutableArray<TypeParameter> b)
    {
        var (x, y) = (a.IsDefault ? [] : a, b.IsDefault ? [] : b);
        if (x.Length != y.Length)
            return false;
        for (var i = 0; i < x.Length; i++)
            _assumed.Add((x[i], y[i]));
        return x.Zip(y).All(p => Same(p.First.Bounds, p.Second.Bounds));
    }

    private bool Same(ImmutableArray<Field> a, ImmutableArray<Field> b) => a.Length == b.Length &&
        a.Zip(b).All(f => f.First.Name == f.Second.Name && Same(f.First.Type, f.Second.Type));

    private bool Same(ImmutableArray<MirType> a, ImmutableArray<MirType> b) => a.Length == b.Length &&
        a.Zip(b).All(t => Same(t.First, t.Second));

    private bool Same(MirType a, MirType b) => a.Kind == b.Kind && (a, b) switch
    {
        (TypeDefinition x, TypeDefinition y) => AreSame(x, y),
        (TypeParameter, TypeParameter) => _assumed.Contains((a, b)),
        (ArrayType x, ArrayType y) => x.Length == y.Length && Same(x.Element, y.Element),
        (ReferenceType x, ReferenceType y) => x.Mutable == y.Mutable && Same(x.Element, y.Element),
        (TupleType x, TupleType y) => Same(x.Items, y.Items),
        (FunctionType x, FunctionType y) => Same(x.Parameters, y.Parameters) && Same(x.Result, y.Result),
        (InstanceType x, InstanceType y) => AreSame(x.Definition, y.Definition) && Same(x.Arguments, y.Arguments),
        _ => a.Element is { } e ? Same(e, b.Element!) : a == b,
    };
}
