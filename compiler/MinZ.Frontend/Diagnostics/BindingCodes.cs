namespace MinZ.Frontend.Diagnostics;

/// <summary>MZ0200-MZ0799: names, types and meaning.</summary>
public static class BindingCodes
{
    private static readonly CodeTable Table = new(200, 799);

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownName = Table.Error(200, "A name is not known here",
        "No variable, function, type or module of this name is visible. Names are case-sensitive; locals are known " +
        "from their declaration to the end of their block, members of other files after `import`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownType = Table.Error(201, "A type is not known here",
        "No type of this name is visible. Types of other files need `import`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownMember = Table.Error(202, "A type has no such member",
        "The struct, enum, tuple or module has no field, variant, method or declaration of this name.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownModule = Table.Error(203, "A module cannot be found",
        "`import a.b.c` looks for `a/b/c.minz` in the project, beside the importing file and in the standard library.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode Redeclared = Table.Error(204, "A name is declared twice",
        "Two declarations of one scope have the same name. Functions may share a name when their parameter " +
        "types differ.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotSupported = Table.Error(205, "This is not supported yet",
        "The compiler understands the construct but cannot translate it yet. The message says what to write instead.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownMeta = Table.Error(206, "There is no such metafunction",
        "What begins with `@` in a function or stands alone in a file is a metafunction: `@print`, `@if`, "
        + "`@static_assert` and others. Its name may be misspelled.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode TypeMismatch = Table.Error(210, "A value has the wrong type",
        "The place wants another type and no implicit conversion leads there. Integers widen by themselves; " +
        "what may lose " +
        "a part of the value needs a cast: `e as T`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode LiteralTooLarge = Table.Error(211, "A number does not fit its type",
        "The constant lies outside the range of the type. Use a wider type or cast it, which cuts off the high bits.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoCast = Table.Error(212, "There is no such cast",
        "`as` converts between numbers, enums, pointers and integers, and bool.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoOperator = Table.Error(213, "An operator does not fit its operands",
        "The operator is not defined for operands of these types.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode WrongArguments = Table.Error(214, "The arguments do not fit the function",
        "Number or names of the arguments differ from the parameters.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoOverload = Table.Error(215, "No overload fits the arguments",
        "Several functions have this name and none takes arguments of these types.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode AmbiguousOverload = Table.Error(216, "Several overloads fit equally well",
        "A cast on an argument says which one is meant.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotCallable = Table.Error(217, "This is not a function",
        "Only functions, methods and function values can be called.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotIndexable = Table.Error(218, "This has no elements",
        "`[ ]` works on arrays, slices, strings and pointers, with an integer inside.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotIterable = Table.Error(219, "This cannot be iterated",
        "Loops run over ranges, arrays, slices and strings.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode MissingReturn = Table.Error(220, "Not every path returns a value",
        "A function with a result must end in `return e` or in an expression without `;` on every path.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode AssignToConst = Table.Error(221, "A constant cannot be changed",
        "Only variables can be assigned. Declare it with `let mut`, `var` or `global`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotAssignable = Table.Error(222, "This is no place to assign to",
        "The left side must be a variable, a field, an element or something behind a pointer.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotConstant = Table.Error(223, "A constant is required",
        "Lengths of arrays, values of variants, patterns and initialisers of globals must be known at compile time.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoValue = Table.Error(224, "There is no value",
        "A function without result, or a block that ends with `;`, cannot be used as a value.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode OutsideLoop = Table.Error(225, "There is no loop here",
        "`break` and `continue` belong into a loop.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode WrongReturn = Table.Error(226, "The return does not fit the function",
        "A function without result returns nothing, one with a result returns a value of its type.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode FieldTwice = Table.Error(227, "A field is given twice",
        "Each field of a literal or pattern may be named once.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode InfiniteType = Table.Error(228, "A type contains itself",
        "A value of the type would be infinitely large. Use a pointer `*T` to the inner value.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode ConstantTraps = Table.Error(229, "A constant expression has no value",
        "The expression divides by zero or is defined by itself.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode CannotInfer = Table.Error(230, "A type cannot be inferred",
        "Nothing says what the type is. Write it behind a colon: `let x: T = …`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode BadPattern = Table.Error(231, "A pattern does not fit the value",
        "The pattern can never match a value of the subject's type.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoEntry = Table.Error(259, "Assembly that nothing can come to",
        "Assembly outside functions runs when it is called by a label: `asm name { … }`, or a label before the code.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode BadAttribute = Table.Error(232, "An attribute has a wrong argument",
        "The attribute is known but its argument has another form.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotPrintable = Table.Error(233, "This cannot be printed",
        "Numbers, bool, strings, `*u8` and enums without payload can be printed.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UserError = Table.Error(234, "The program says so",
        "The source contains `@error(\"…\")` or a static assertion that does not hold.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode IndexOutOfRange = Table.Error(235, "An index is outside the array",
        "The index is a constant and the array has no such element; running it would stop the program.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode BadMain = Table.Error(236, "`main` has a form that cannot be started",
        "A program starts at `fn main()`, which takes no arguments and returns nothing, or its exit code as an "
        + "integer or bool.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode OutlivesVariable = Table.Error(237, "A reference outlives its variable",
        "What references, slices and pointers refer to moves to the heap where it has to live longer than its " +
        "variable. This one refers to a variable that cannot be moved: copy the value instead.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode LambdaArity = Table.Error(240, "A lambda has the wrong number of parameters",
        "Where the function type is known, the lambda must take as many parameters as the type says; `_` ignores one.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoInterface = Table.Error(241, "This is no interface",
        "`impl … for`, bounds of type parameters and what an interface extends name interfaces.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode DoesNotImplement = Table.Error(242, "A type does not implement an interface",
        "A type stands behind an interface when there is an `impl Interface for Type`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode MethodDiffers = Table.Error(
        243, "A method has not the form its interface asks for",
        "A method of an implementation takes and returns exactly what the interface says, behind `self`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownArgument = Table.Error(245, "A named argument fits no parameter",
        "The name in front of an argument is that of a parameter; every parameter gets one argument.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NoInterfaceValue = Table.Error(244, "An interface has no values",
        "Through an interface value only methods with `self` can be called that are not generic and do not name " +
        "`Self`. The interface can still be the bound of a type parameter.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode MissingMethods = Table.Error(246, "An implementation lacks methods",
        "`impl Interface for Type` has every method of the interface that has no body there, and of the interfaces it "
        + "extends.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode BadBits = Table.Error(260, "A field does not fit its bit-struct",
        "A field has at least one bit, and all fields together at most 8 in `bits_8`, 16 in `bits_16` and 32 in "
        + "`bits`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode CannotSpawn = Table.Error(280, "This cannot be started as a thread",
        "`spawn` takes a call of a function, a block, or an actor: `spawn f(x)`, `spawn { … }`, `spawn Counter`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode PrivateState = Table.Error(281, "The state of an actor is private",
        "Only the actor's own methods read and change its variables, one message at a time. Add a method and call "
        + "that.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode BadSelectCase = Table.Error(282, "A select cannot wait for this",
        "The cases of a `select` are `x = ch.receive()`, `ch.send(v)`, `ch.closed()`, `timeout(ms)` and `_`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownAttribute = Table.Warning(300, "An attribute has no effect",
        "Its name may be misspelled, or it means nothing on this kind of declaration.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode PlainLetAssigned = Table.Warning(301, "A variable without `mut` is assigned",
        "Where code says `mut` at all, a variable that changes should say it too. Declare it with `let mut` or `var`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotExhaustive = Table.Warning(302, "A match does not cover every value",
        "When no arm matches, nothing happens. Add the missing variants or `_ => …`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode WriteThroughReference = Table.Warning(303, "A write through `&T`",
        "`&T` promises to read only. Declare the parameter as `&mut T` or `*T`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnknownConvention = Table.Warning(304, "A calling convention is not known",
        "`@abi` knows default, register, smc, stack, shadow, naked, virtual and rst; with another word the function is "
        + "called as if it had no `@abi`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode AlwaysDecided = Table.Warning(305, "A comparison is always true or false",
        "The type of the variable decides the comparison: a `u8` is never below 0 and never above 255. A loop with "
        + "such a condition never ends or never runs.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnusedVariable = Table.Warning(310, "A variable is never used",
        "Nothing reads the variable. Where that is meant, let its name begin with an underscore.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnusedFunction = Table.Warning(311, "A function is never called",
        "Nothing calls the function. `pub` functions are for others; a name that begins with an underscore is left " +
        "in peace.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode Unreachable = Table.Warning(312, "Code is never reached",
        "The statement before always leaves: by `return`, `break`, `continue`, a trap, or a loop without end.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnusedComparison = Table.Warning(313, "A statement has no effect",
        "The statement computes a value that nobody uses: a comparison where `=` was meant, or the name of a function "
        + "without the parentheses that call it.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode SelfAssignment = Table.Warning(314, "A variable is assigned to itself",
        "The assignment does nothing. One of both names is probably another one.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode SelfComparison = Table.Warning(315, "A variable is compared with itself",
        "The result is always the same. One of both names is probably another one.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode ArmNeverMatches = Table.Warning(316, "An arm of a match is never reached",
        "The arms before take every value that this one could match.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnusedImport = Table.Warning(317, "An import is not used",
        "Nothing of the module is named in this file. Modules whose parts nobody uses leave no code, but readers "
        + "wonder.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnusedDeclaration = Table.Warning(
        318, "A constant, variable or type is not used",
        "Its name stands nowhere else in the program. `pub` declarations are for others; a name that begins with an "
        + "underscore is left in peace.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode ShiftedOut = Table.Warning(319, "A shift leaves nothing",
        "A shift by the width of the type or more moves every bit out: the result is 0, or all sign bits. Widen "
        + "the value first: `(x as u16) << 8`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode SwappedOperator = Table.Warning(320, "A swapped assignment operator",
        "`x =- 1` assigns minus one. To subtract, write `x -= 1`; to assign, leave a blank: `x = -1`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode IgnoredError = Table.Warning(321, "An error is ignored",
        "The function may fail, and nobody looks whether it did. `f()?` passes the error on, `f() ?? value` puts a "
        + "value in its place, `let _ = f()` says that it is meant.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode LostValue = Table.Warning(322, "A value is lost",
        "A new variable of the same name hides the old one before anything read it. To change a variable, assign to it "
        + "without `let`.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode NotBindsTighter = Table.Warning(323, "`!` applies to the left side alone",
        "`!a == b` is `(!a) == b`. Write `a != b` or `!(a == b)`; parentheses around `!a` say that it is meant.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode EmptyRange = Table.Warning(324, "A range is empty",
        "The range begins behind its end, so a loop over it never runs and a pattern of it never matches. Ranges "
        + "count up.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnusedParameter = Table.Warning(325, "A parameter is never used",
        "The function does not name its parameter, so callers compute a value for nothing. Where others say what "
        + "parameters there are (methods of interfaces, function values, overloads, `pub` functions) it is not "
        + "reported. A name that begins with an underscore is left in peace.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode UnusedField = Table.Warning(326, "A field is never read",
        "The program gives the field values at most. It takes memory in every value of the struct. Structs that "
        + "are compared, or that the program sees as memory, are not reported. A name that begins with an underscore "
        + "is left in peace.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode PlainHole = Table.Warning(327, "Braces that insert nothing",
        "`print` and `println` write a text as it is: `{x}` in it is three characters. `@print` and `@println` "
        + "insert values in place of braces, and `#{x}` does in every string. It is reported where the name between "
        + "the braces is that of a variable.");

    /// <summary>See its title.</summary>
    public static readonly DiagnosticCode ConstantWraps = Table.Warning(330, "A computed number wraps",
        "Arithmetic on numbers comes to more than its type holds, and keeps its low bits, as it does with "
        + "variables. A cast says that this is meant.");

    /// <summary>All codes of the theme.</summary>
    public static IReadOnlyList<DiagnosticCode> All => Table.All;
}
