namespace MinZ.Frontend.Diagnostics;

/// <summary>MZ0800-MZ0899: execution at compile time and generated source.</summary>
public static class CompileTimeCodes
{
    private static readonly CodeTable Table = new(800, 899);

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode Stopped = Table.Error(800, "A computation at compile time stopped",
        "The expression has to be known at compile time, so it was run, and it trapped: it divided by zero, used an " +
        "index outside an array, failed an `assert` or gave up. The further places are the calls that led there.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode RunTime = Table.Error(801, "A constant depends on the running program",
        "The computation came to something that only exists when the program runs: a variable, memory by its " +
        "address, input and output, assembly. Constants, parameters, local variables and other functions are fine.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode TooLong = Table.Error(802, "A computation at compile time takes too long",
        "It was stopped after the number of steps that the compiler allows, so that no build hangs.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode TooLarge = Table.Error(
        803, "A computation at compile time takes too much memory",
        "It was stopped at the memory or depth of calls that the compiler allows, usually a recursion without end.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoValue = Table.Error(804, "A value of this type cannot be computed",
        "Numbers, strings, arrays, slices, structs, tuples and enums can be computed at compile time. What refers to " +
        "memory (pointers, references, function and interface values) has no value before the program is linked.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NeedsItself = Table.Error(805, "A constant depends on itself",
        "To compute the constant, a function would have to run whose body cannot be understood without the constant.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoEvaluator = Table.Error(806, "Nothing can run at compile time here",
        "The program that called the compiler gave it no engine for compile-time execution. `minzc` and the SDK do.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode OnlyAtCompileTime = Table.Error(807, "This exists at compile time only",
        "`@emit` makes source text; it belongs into a block that runs while the program is compiled.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode EndlessExpansion = Table.Error(810, "Generated source never ends",
        "A template or `@minz` block makes source that expands itself again, deeper than the compiler follows.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownTemplate = Table.Error(811, "No template fits the arguments",
        "`@define(\"x\", \"y\")` expands the last `@define(a, b)[[[ … ]]]` before it with as many parameters as " +
        "there are arguments; holes are `{0}`, `{1}` or the names of the parameters.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode MissingTemplate = Table.Error(812, "A metafunction has no text",
        "`@minz` and `@lua` are followed by text in triple brackets: `@minz[[[ … ]]]`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoLua = Table.Error(813, "Lua is not there",
        "`@lua` runs on a real Lua, which is a package of its own. Add `MinZ.Lua` to the project, or for `minzc` put " +
        "`MinZ.Lua.dll` beside it. `@minz[[[ … ]]]` needs nothing.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode LuaFailed = Table.Error(814, "Lua code failed",
        "The code in `@lua` does not compile, raised an error, or ran longer than it may. Only the libraries string, " +
        "table and math are there.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode Note = Table.Info(820, "The source prints while it is compiled",
        "The source contains `@static_print(…)`.");

    /// <summary>All codes of the theme.</summary>
    public static IReadOnlyList<DiagnosticCode> All => Table.All;
}
