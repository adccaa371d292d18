using System.Collections.Immutable;

namespace MinZ.Mir;

/// <summary>The value a global starts with.</summary>
public abstract record ConstantValue
{
    private ConstantValue() { }

    /// <summary>All bytes zero, of whatever type.</summary>
    public sealed record Zero : ConstantValue;
    /// <summary>A number, canonical bits of the type it initialises.</summary>
    public sealed record Number(long Bits) : ConstantValue;
    /// <summary>A string handle.</summary>
    public sealed record Text(StringConstant Value) : ConstantValue;
    /// <summary>A <c>*u8</c> to the first byte of a string literal.</summary>
    public sealed record TextPointer(StringConstant Value) : ConstantValue;
    /// <summary>Bytes of an array of u8 or i8.</summary>
    public sealed record Bytes(ImmutableArray<byte> Value) : ConstantValue;
    /// <summary>Elements of an array or fields of a struct or tuple, in order.</summary>
    public sealed record Aggregate(ImmutableArray<ConstantValue> Items) : ConstantValue;
    /// <summary>An enum variant with its payload.</summary>
    public sealed record Enum(int Variant, ImmutableArray<ConstantValue> Payload) : ConstantValue;
    /// <summary>A function value without environment.</summary>
    public sealed record FunctionValue(Function Function) : ConstantValue;
    /// <summary>Raw address of a global plus bytes.</summary>
    public sealed record Address(Global Global, int Offset) : ConstantValue;
    /// <summary>Slice over all elements of a global array.</summary>
    public sealed record SliceOf(Global Global) : ConstantValue;

    /// <summary>This value and all values in it, each before its parts and these in order.</summary>
    public IEnumerable<ConstantValue> WithParts()
    {
        var rest = new Stack<ConstantValue>([this]);
        while (rest.TryPop(out var value))
        {
            yield return value;
            var parts = value switch { Aggregate a => a.Items, Enum e => e.Payload, _ => [] };
            for (var n = parts.Length - 1; n >= 0; n--)
                rest.Push(parts[n]);
        }
    }
}

/// <summary>A variable, table or memory-mapped place of the module.</summary>
public sealed class Global(string name, MirType type)
{
    /// <summary>Unique in the module.</summary>
    public string Name { get; set; } = name;
    /// <summary>What it holds.</summary>
    public MirType Type { get; set; } = type;
    /// <summary>Start value; <see cref="ConstantValue.Zero"/> when none was given.</summary>
    public ConstantValue Initial { get; set; } = new ConstantValue.Zero();
    /// <summary>True when it is never written: may be placed in read-only memory.</summary>
    public bool IsConst { get; set; }
    /// <summary>Absolute address (flat targets); null = the linker chooses.</summary>
    public int? Address { get; set; }
    /// <summary>Every access happens as written.</summary>
    public bool Volatile { get; set; }
    /// <summary>Alignment in bytes, a power of two; 0 = natural.</summary>
    public int Alignment { get; set; }
    /// <summary>True when hosts and other modules see it by its name.</summary>
    public bool Exported { get; set; }
    /// <summary>Where it was declared.</summary>
    public SourceLocation Location { get; set; }
    public override string ToString() => Name;
}

/// <summary>The functions by which a type implements an interface, in the order of the interface's methods.</summary>
public sealed record Implementation(MirType Interface, MirType Type, ImmutableArray<Function> Methods)
{
    /// <summary>Parameters of a generic implementation; empty otherwise.</summary>
    public ImmutableArray<TypeParameter> TypeParameters { get; init; } = [];
}

/// <summary>A whole program or library: what crosses from the front half to the back half.</summary>
public sealed partial class Module(string name)
{
    private readonly Dictionary<string, Function> _functions = [];
    private readonly Dictionary<string, Global> _globals = [];
    private readonly Dictionary<string, TypeDefinition> _types = [];
    private readonly List<Function> _functionList = [];
    private readonly List<Global> _globalList = [];
    private readonly List<TypeDefinition> _typeList = [];

    /// <summary>Name that messages and outputs give the module.</summary>
    public string Name { get; set; } = name;
    /// <summary>
    /// Paths of the source files, as given to the compiler; <see cref="SourceLocation.File"/> counts from 1.
    /// </summary>
    public List<string> Files { get; } = [];
    /// <summary>Structs, enums, interfaces and actors, in the order they were added.</summary>
    public IReadOnlyList<TypeDefinition> Types => _typeList;
    /// <summary>Variables, in the order they were added.</summary>
    public IReadOnlyList<Global> Globals => _globalList;
    /// <summary>Functions, with and without body, in the order they were added.</summary>
    public IReadOnlyList<Function> Functions => _functionList;
    /// <summary>Which types implement which interfaces.</summary>
    public List<Implementation> Implementations { get; } = [];
    /// <summary>
    /// Null while types are high-level; the layout all addresses follow once the module is lowered to flat memory.
    /// </summary>
    public DataLayout? Layout { get; set; }

    /// <summary>The function control starts in, or null for a library.</summary>
    public Function? Main => _functions.GetValueOrDefault("main");

    /// <summary>Adds a function. <exception cref="ArgumentException">The name is taken.</exception></summary>
    public Function Add(Function function)
    {
        _functions.Add(function.Name, function);
        _functionList.Add(function);
        return function;
    }

    /// <summary>Adds a global. <exception cref="ArgumentException">The name is taken.</exception></summary>
    public Global Add(Global global)
    {
        _globals.Add(global.Name, global);
        _globalList.Add(global);
        return global;
    }

    /// <summary>Adds a type. <exception cref="ArgumentException">The name is taken.</exception></summary>
    public T Add<T>(T type) where T : TypeDefinition
    {
        _types.Add(type.Name, type);
        _typeList.Add(type);
        return type;
    }

    /// <summary>The function of a name; null when there is none.</summary>
    public Function? FindFunction(string name) => _functions.GetValueOrDefault(name);
    /// <summary>The variable of a name; null when there is none.</summary>
    public Global? FindGlobal(string name) => _globals.GetValueOrDefault(name);
    /// <summary>The declared type of a name; null when there is none.</summary>
    public TypeDefinition? FindType(string name) => _types.GetValueOrDefault(name);

    /// <summary>Removes the functions for which the predicate holds.</summary>
    public void RemoveFunctions(Predicate<Function> which)
    {
        foreach (var f in _functionList.Where(f => which(f)))
            _functions.Remove(f.Name);
        _functionList.RemoveAll(which);
    }

    /// <summary>Removes the globals for which the predicate holds.</summary>
    public void RemoveGlobals(Predicate<Global> which)
    {
        foreach (var g in _globalList.Where(g => which(g)))
            _globals.Remove(g.Name);
        _globalList.RemoveAll(which);
    }

    /// <summary>Removes the types for which the predicate holds.</summary>
    public void RemoveTypes(Predicate<TypeDefinition> which)
    {
        foreach (var t in _typeList.Where(t => which(t)))
            _types.Remove(t.Name);
        _typeList.RemoveAll(which);
    }

    public override string ToString() => Name;
}
