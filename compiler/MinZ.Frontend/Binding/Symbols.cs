using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>What a name can mean.</summary>
internal abstract class Symbol(string name)
{
    /// <summary>The name in source.</summary>
    public string Name { get; } = name;

    /// <summary>Where it was declared; null for what is built in.</summary>
    public Location? Where { get; init; }
}

/// <summary>A local variable or parameter.</summary>
internal sealed class LocalSymbol(string name, MirType type) : Symbol(name)
{
    public MirType Type { get; } = type;

    /// <summary>
    /// True when the name means what this reference denotes: <c>self</c>, and elements iterated by reference.
    /// </summary>
    public bool IsAlias { get; init; }

    /// <summary>Declared with <c>mut</c> or <c>var</c>, or a hidden variable.</summary>
    public bool IsMutable { get; init; }

    /// <summary>Declared with <c>const</c> and not foldable.</summary>
    public bool IsConst { get; init; }

    /// <summary>Named by inline assembly: must stay in memory.</summary>
    public bool IsPinned { get; set; }

    /// <summary>The function that declares it; a use elsewhere is a capture.</summary>
    public FunctionSymbol? Owner { get; init; }

    /// <summary>
    /// What <see cref="Inference"/> knows it by, when the type is inferred from the uses; null otherwise. For an alias,
    /// the type of what it denotes is.
    /// </summary>
    public object? InferenceKey { get; init; }

    /// <summary>The first value, when types of numbers in it are inferred from the uses; null otherwise.</summary>
    public Syntax.Expression? SoftParts { get; init; }

    /// <summary>Counts through numbers without a type: what is computed from it may become wider than it is.</summary>
    public bool IsSoftSource { get; set; }

    /// <summary>What a variable of a loop with known ends runs through; null for all others.</summary>
    public (Int128 Low, Int128 High)? Reach { get; set; }

    /// <summary>Declared behind what uses it, as the variable of a comprehension is.</summary>
    public bool IsDeclaredBehind { get; set; }

    /// <summary>Number of loops around the declaration.</summary>
    public int LoopDepth { get; init; }

    /// <summary>The value that a parameter of a lambda in a chain stands for; null for all others.</summary>
    public BoundExpression? SoftValue { get; init; }

    /// <summary>
    /// For a variable that outlives its function: its first value when that is constant; null is zero.
    /// </summary>
    public BoundExpression? StaticInitial { get; set; }

    /// <summary>Unique name in the module of a variable that outlives its function; null for all others.</summary>
    public string? StaticName { get; set; }

    /// <summary>Where the variable is, when its declaration says so; it then has a <see cref="StaticName"/>.</summary>
    public int? Address { get; set; }

    /// <summary>Alignment in bytes of a variable with a <see cref="StaticName"/>; 0 when it does not matter.</summary>
    public int Alignment { get; set; }
}

/// <summary>A local constant that is its value.</summary>
internal sealed class ConstantSymbol(string name, BoundExpression value) : Symbol(name)
{
    public BoundExpression Value { get; } = value;
}

/// <summary>A loop, for <c>break</c> and <c>continue</c>.</summary>
internal sealed class LoopSymbol
{
    /// <summary>Whether a <c>break</c> leaves it.</summary>
    public bool HasBreak { get; set; }

    /// <summary>Whether <c>break e</c> may give it a value.</summary>
    public bool IsValue { get; init; }

    /// <summary>The type its value should have, if known.</summary>
    public MirType? Expected { get; init; }

    /// <summary>What <c>break e</c> stores to; made at the first such break.</summary>
    public LocalSymbol? Result { get; set; }
}

/// <summary>A global variable or constant.</summary>
internal sealed class GlobalSymbol(string name, ModuleSymbol module, VariableDeclaration syntax) : Symbol(name)
{
    public ModuleSymbol Module { get; } = module;
    public VariableDeclaration Syntax { get; } = syntax;
    public bool IsConst => Syntax.Keyword == VariableKeyword.Const;

    /// <summary>
    /// The type that a constant belongs to, which its declaration calls <c>Self</c>; null for all others.
    /// </summary>
    public MirType? SelfType { get; init; }

    /// <summary>What the names of that type's parameters mean.</summary>
    public TypeScope Types { get; init; } = TypeScope.Empty;

    /// <summary>Unique name in the module that is emitted.</summary>
    public string MirName { get; set; } = name;

    /// <summary>Its type; known once <see cref="ProgramBinder"/> has bound it.</summary>
    public MirType Type { get; set; } = Special.Error;

    /// <summary>Its first value; null is zero.</summary>
    public BoundExpression? Initial { get; set; }

    /// <summary>
    /// Its first value when that is there at run time only, as channels are, and what stands for the function that
    /// computes it; null for all others.
    /// </summary>
    public (FunctionSymbol Maker, BoundExpression Value)? Startup { get; set; }

    /// <summary>
    /// What <see cref="Inference"/> knows it by, when the type is inferred from the uses; null otherwise.
    /// </summary>
    public object? InferenceKey { get; set; }

    /// <summary>The first value, when types of numbers in it are inferred from the uses; null otherwise.</summary>
    public Expression? SoftParts { get; set; }

    public int? Address { get; set; }
    public int Alignment { get; set; }
    public bool IsVolatile { get; set; }
    public BindingState State { get; set; }
}

/// <summary>How far a declaration is bound; meeting <see cref="Binding"/> again is a cycle.</summary>
internal enum BindingState
{
    Declared,
    Binding,
    Bound,
}

/// <summary>A parameter of a function.</summary>
/// <param name="IsAlias">A receiver: the name means what the reference denotes.</param>
internal sealed record ParameterSymbol(string Name, MirType Type, bool IsAlias, bool IsMutable, TextSpan Span);

/// <summary>A function, method or instance of a generic function.</summary>
internal sealed class FunctionSymbol(string name, ModuleSymbol module, FunctionDeclaration? syntax) : Symbol(name)
{
    public ModuleSymbol Module { get; } = module;

    /// <summary>The declaration; null for tests written as blocks and for synthetic functions.</summary>
    public FunctionDeclaration? Syntax { get; } = syntax;

    public ImmutableArray<ParameterSymbol> Parameters { get; set; } = [];
    public MirType Result { get; set; } = MirType.Void;

    /// <summary>Type that <c>Self</c> means; null outside types.</summary>
    public MirType? SelfType { get; init; }

    /// <summary>True when the first parameter is the receiver.</summary>
    public bool HasReceiver { get; set; }

    /// <summary>What the names of type parameters mean; null unless generic.</summary>
    public TypeScope? TypeArguments { get; init; }

    /// <summary>For an instance of a generic function: where it was asked for, and with which types.</summary>
    public Diagnostics.RelatedPlace? Instance { get; init; }

    /// <summary>Unique name in the module that is emitted.</summary>
    public string MirName { get; set; } = name;

    /// <summary>The parameters as variables of the body; filled when it is bound.</summary>
    public List<LocalSymbol> ParameterLocals { get; } = [];

    public FunctionFlags Flags { get; set; }
    public Abi? Abi { get; set; }
    public TestInfo? Test { get; set; }
    public BindingState State { get; set; }

    /// <summary>Body; null for extern functions.</summary>
    public Syntax.Block? Body { get; init; }

    /// <summary>Values of the case when the function is one row of a table of tests.</summary>
    public ImmutableArray<Expression>? Case { get; init; }

    /// <summary>The function that a case calls.</summary>
    public FunctionSymbol? Called { get; init; }

    /// <summary>The scope around a nested function; null at the top of a file.</summary>
    public Scope? Outer { get; init; }

    /// <summary>What it was made of, for lambdas: one more of the same origin takes the place of the last.</summary>
    public object? Origin { get; init; }

    public bool IsExtern => Body is null;

    /// <summary>True when its name in MIR must not change any more.</summary>
    public bool HasFinalName { get; set; }

    /// <summary>True when it emits source: it is no part of the running program unless that calls it.</summary>
    public bool IsCompileTimeOnly { get; set; }

    /// <summary>Variables of functions around it that its body names, in the order of their first use.</summary>
    public List<LocalSymbol> Captures { get; } = [];

    /// <summary>Functions and lambdas declared in its body.</summary>
    public List<FunctionSymbol> Nested { get; } = [];

    /// <summary>Patterns that take parameters apart, by the parameters' positions.</summary>
    public ImmutableArray<(int Parameter, Pattern Pattern)> ParameterPatterns { get; init; } = [];

    /// <summary>Nested functions that its body calls: what they capture must pass through here.</summary>
    public HashSet<FunctionSymbol> NestedCalls { get; } = [];

    /// <summary>The function value type of the function.</summary>
    public Mir.FunctionType Signature => new([.. Parameters.Select(p => p.Type)], Result);

    public override string ToString() =>
        $"{Name}({string.Join(", ", Parameters.Select(p => p.Type))})" + (Result.IsVoid() ? "" : $" -> {Result}");
}

/// <summary>A generic function before it is given types.</summary>
internal sealed class GenericSymbol(string name, ModuleSymbol module, FunctionDeclaration syntax) : Symbol(name)
{
    public ModuleSymbol Module { get; } = module;
    public FunctionDeclaration Syntax { get; } = syntax;
    public MirType? SelfType { get; init; }
    public TypeScope? Types { get; init; }

    /// <summary>The scope around a generic function inside another; null at the top of a file.</summary>
    public Scope? Outer { get; init; }

    /// <summary>The function it is declared in; null at the top of a file.</summary>
    public FunctionSymbol? Owner { get; init; }

    /// <summary>The instances made so far, by their type arguments.</summary>
    public Dictionary<Mir.TupleType, FunctionSymbol> Instances { get; } = [];
}

/// <summary>All functions of one name in one scope.</summary>
internal sealed class FunctionGroup(string name) : Symbol(name)
{
    public List<FunctionSymbol> Functions { get; } = [];
    public List<GenericSymbol> Generics { get; } = [];

    /// <summary>The lambda that the name was given to; null for declared functions.</summary>
    public LambdaExpression? Lambda { get; init; }

    /// <summary>What the lambda sees.</summary>
    public Scope? LambdaScope { get; init; }
}

/// <summary>A type name: struct, enum, alias, …; its type is made when first asked for.</summary>
internal sealed class TypeSymbol(string name, ModuleSymbol module, Declaration syntax) : Symbol(name)
{
    public ModuleSymbol Module { get; } = module;
    public Declaration Syntax { get; } = syntax;
    public string MirName { get; set; } = name;
    public MirType? Type { get; set; }
    public BindingState State { get; set; }

    /// <summary>True for a generic type.</summary>
    public bool TypeArgumentsNeeded => Syntax is InterfaceDeclaration { TypeParameters.Length: > 0 };

    /// <summary>Instances of a generic type by their arguments.</summary>
    public Dictionary<Mir.TupleType, MirType> Instances { get; } = [];

    /// <summary>
    /// Methods of a generic type, which every instance gets, with the names of their type parameters.
    /// </summary>
    public List<GenericMethods> Methods { get; } = [];
}

/// <summary>Methods of a generic type.</summary>
/// <param name="Parameters">What the methods call the type's arguments, in order.</param>
internal sealed record GenericMethods(
    ImmutableArray<string> Parameters, ImmutableArray<FunctionDeclaration> Functions, ModuleSymbol Module,
        SourceText Source)
{
    /// <summary>The interface that they implement; null for none.</summary>
    public TypeSyntax? Interface { get; init; }

    /// <summary>
    /// The type parameters of the implementation, with what an instance's arguments must implement to get the methods.
    /// </summary>
    public ImmutableArray<Syntax.TypeParameter> TypeParameters { get; init; } = [];

    /// <summary>Constants that are declared with them.</summary>
    public ImmutableArray<VariableDeclaration> Constants { get; init; } = [];
}

/// <summary>A module: a file, or all root files together.</summary>
internal sealed class ModuleSymbol(string path, string prefix) : Symbol(path)
{
    /// <summary>What stands before the names of its members in MIR; empty for the root.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>What its declarations mean.</summary>
    public Dictionary<string, Symbol> Members { get; } = [];

    /// <summary>Imports by the names they are reachable as.</summary>
    public Dictionary<string, ModuleSymbol> Imports { get; } = [];

    /// <summary>Names of imports that were not found: what is said of them was said at the import.</summary>
    public HashSet<string> MissingImports { get; } = [];

    /// <summary>True when it was found by an import: only what is used of it is emitted.</summary>
    public bool IsLibrary { get; init; }

    /// <summary>
    /// True for the modules of the standard library: built-in functions are members of each of them, too.
    /// </summary>
    public bool IsStandard => IsLibrary && (Name.StartsWith("std.", StringComparison.Ordinal)
        || Name.StartsWith("zx.", StringComparison.Ordinal));
}

/// <summary>A module name, or the first part of one: <c>zx</c> in <c>zx.screen.clear()</c>.</summary>
internal sealed class ModulePath(string path, ModuleSymbol? module) : Symbol(path)
{
    public ModuleSymbol? Module { get; } = module;
}

/// <summary>Meanings of the type parameters in scope.</summary>
internal sealed record TypeScope(ImmutableDictionary<string, MirType> Types)
{
    public static TypeScope Empty { get; } = new(ImmutableDictionary<string, MirType>.Empty);
}

/// <summary>Names of a block, and of those around it.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, Symbol> _names = [];

    public Scope? Outer { get; } = outer;

    /// <summary>Declares a name; a later declaration hides an earlier one.</summary>
    public void Declare(Symbol symbol) => _names[symbol.Name] = symbol;

    public Symbol? FindHere(string name) => _names.GetValueOrDefault(name);

    /// <summary>What a name means here.</summary>
    public Symbol? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
            if (scope._names.TryGetValue(name, out var symbol))
                return symbol;
        return null;
    }

    /// <summary>What is declared in this block itself.</summary>
    public IEnumerable<Symbol> Symbols => _names.Values;

    /// <summary>All names that can be used here.</summary>
    public IEnumerable<string> Names => Outer is null ? _names.Keys : _names.Keys.Concat(Outer.Names);
}
