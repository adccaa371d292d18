namespace MinZ.Mir.Lowering;

/// <summary>
/// Functions that lowerings call, written in MinZ. They are copied from a library into a module when first asked for,
/// with what they call, so that a module holds those it uses. In the module their names begin with <c>$</c>.
/// </summary>
public sealed class RuntimeFunctions
{
    /// <summary>Convention of declarations that stand for code of the target.</summary>
    public const string NativeConvention = "runtime";

    private readonly Module _module;
    private readonly IReadOnlySet<string> _natives;
    private readonly Lazy<Module> _library;
    private readonly ModuleCopy _copy = new(_ => default);
    private readonly HashSet<object> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>Functions for one module.</summary>
    /// <param name="module">The module that calls them, lowered to flat memory.</param>
    /// <param name="library">Yields the library as high-level MIR, which is left as it is; asked when first
    /// needed.</param>
    /// <param name="natives">Names the target has code of its own for: they are only declared, with the convention
    /// <see cref="NativeConvention"/> and their name as symbol.</param>
    public RuntimeFunctions(Module module, Func<Module> library, IReadOnlySet<string>? natives = null)
    {
        _module = module;
        _natives = natives ?? new HashSet<string>();
        _library = new Lazy<Module>(() => Lower(library().Clone(), module.Layout!));
    }

    private static Module Lower(Module library, DataLayout layout) =>
        FlatMemory.Lower(library, layout) is [var error, ..]
            ? throw new InvalidOperationException($"{error.Function.Name}: {error.Message}") : library;

    /// <summary>The module's copy of a function of the library.</summary>
    /// <exception cref="ArgumentException">The library has no such function.</exception>
    public Function this[string name]
    {
        get
        {
            var function = _library.Value.FindFunction(name)
                ?? throw new ArgumentException($"the library has no function '{name}'");
            var first = _module.Functions.Count;
            Take(function);
            _copy.Fill();
            for (var n = first; n < _module.Functions.Count; n++)
                _module.Functions[n].Flags &= ~FunctionFlags.Export;
            return _copy.Map(function);
        }
    }

    private void Take(Function function)
    {
        if (!_known.Add(function))
            return;
        if (_natives.Contains(function.Name))
        {
            var native = _module.Add(new Function(FreeName(function.Name))
            {
                Parameters = function.Parameters, Result = function.Result,
                Abi = new Abi(NativeConvention, [], null, function.Name),
            });
            _copy.Use(function, native);
            return;
        }
        var copy = _copy.Declare(function, FreeName(function.Name))!;
        _module.Add(copy);
        foreach (var block in function.Blocks)
            foreach (var id in block.Instructions)
                if (function[id].Payload is FunctionRef callee)
                    Take(callee.Function);
                else if (function[id].Payload is Global global && _known.Add(global))
                    _module.Add(_copy.Declare(global, FreeName(global.Name))!);
    }

    private string FreeName(string name)
    {
        var free = "$" + name;
        while (_module.FindFunction(free) is not null || _module.FindGlobal(free) is not null)
            free += "$";
        return free;
    }
}
