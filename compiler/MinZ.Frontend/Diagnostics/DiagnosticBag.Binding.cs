using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

public sealed partial class DiagnosticBag
{
    private static string? Nearest(string? nearest) => nearest is null ? null : $"did you mean `{nearest}`?";

    internal void UnknownName(Location where, string name, string? hint) =>
        Report(BindingCodes.UnknownName, where, $"`{name}` is not known here", hint);

    internal void UnknownType(Location where, string name, string? nearest) =>
        Report(BindingCodes.UnknownType, where, $"no type is called `{name}`", Nearest(nearest));

    internal void UnknownMember(Location where, string owner, string name, string? nearest) =>
        Report(BindingCodes.UnknownMember, where, $"{owner} has no member `{name}`", Nearest(nearest));

    internal void UnknownModule(Location where, string path) =>
        Report(BindingCodes.UnknownModule, where, $"module `{path}` was not found",
            $"is there a file {path.Replace('.', '/')}.minz in the project?");

    internal void Redeclared(Location where, string name, Location? first)
    {
        if (first is { } place)
            Report(BindingCodes.Redeclared, where, $"`{name}` is already declared", null,
                new RelatedPlace(place, "first declared here"));
        else
            Report(BindingCodes.Redeclared, where, $"`{name}` is already declared");
    }

    internal void NotSupported(Location where, string what, string? hint = null) =>
        Report(BindingCodes.NotSupported, where, $"not supported yet: {what}", hint);

    internal void TypeMismatch(Location where, string expected, string found, string? hint) =>
        Report(BindingCodes.TypeMismatch, where, $"expected {expected}, found {found}", hint);

    internal void LiteralTooLarge(Location where, string value, string type, string range) =>
        Report(BindingCodes.LiteralTooLarge, where, $"{value} does not fit {type}, which holds {range}",
            $"use a wider type, or `as {type}` to keep the low bits");

    internal void BadLength(Location where, string length) =>
        Report(BindingCodes.LiteralTooLarge, where, $"an array cannot have {length} elements", "it has 0 to 16777216");

    internal void NoCast(Location where, string from, string to) =>
        Report(BindingCodes.NoCast, where, $"{from} cannot be cast to {to}");

    internal void NoOperator(Location where, string op, string operands, string? hint = null) =>
        Report(BindingCodes.NoOperator, where, $"operator `{op}` is not defined for {operands}", hint);

    internal void WrongArgumentCount(Location where, string function, int expected, int found) =>
        Report(BindingCodes.WrongArguments, where,
            $"{function} takes {expected} argument{(expected == 1 ? "" : "s")}, found {found}");

    internal void WrongArgument(Location where, string message, string? hint = null) =>
        Report(BindingCodes.WrongArguments, where, message, hint);

    internal void NoOverload(Location where, string name, string arguments, string candidates) =>
        Report(BindingCodes.NoOverload, where, $"no `{name}` takes ({arguments})", $"there are {candidates}");

    internal void AmbiguousOverload(Location where, string name, string candidates) =>
        Report(BindingCodes.AmbiguousOverload, where, $"several `{name}` fit equally well", $"they are {candidates}");

    internal void NotCallable(Location where, string found, string? hint = null) =>
        Report(BindingCodes.NotCallable, where, $"expected a function, found {found}", hint);

    internal void IndexOutOfRange(Location where, long index, int length) =>
        Report(BindingCodes.IndexOutOfRange, where, length == 0
            ? "the array has no elements"
            : $"index {index} is outside the array, whose elements are 0 to {length - 1}");

    internal void OutlivesVariable(Location where) =>
        Report(BindingCodes.OutlivesVariable, where, "this refers to a variable that ends with the function",
            "return the value itself, or let the caller pass the variable");

    internal void AlwaysDecided(Location where, string value, string type, bool result) =>
        Report(BindingCodes.AlwaysDecided, where, $"this comparison is always {(result ? "true" : "false")}: " +
            $"{type} never reaches {value}", "declare the variable with a wider type");

    internal void EndlessInstances(Location where, string generic) =>
        Report(BindingCodes.InfiniteType, where, $"generic `{generic}` is used with ever larger types of itself");

    internal void NotIndexable(Location where, string type) =>
        Report(BindingCodes.NotIndexable, where, $"expected an array, slice, string or pointer, found {type}");

    internal void NotIterable(Location where, string type) =>
        Report(BindingCodes.NotIterable, where, $"expected a range, array, slice or string, found {type}");

    internal void MissingReturn(Location where, string function, string type) =>
        Report(BindingCodes.MissingReturn, where, $"`{function}` must return {type} on every path",
            "end it with `return …` or with an expression without `;`");

    internal void AssignToConst(Location where, string name) =>
        Report(BindingCodes.AssignToConst, where, $"`{name}` is a constant and cannot be changed",
            "declare it with `let mut`, `var` or `global`");

    internal void NotAssignable(Location where) =>
        Report(BindingCodes.NotAssignable, where, "expected a variable, field or element, found a value");

    internal void NotConstant(Location where, string what) =>
        Report(BindingCodes.NotConstant, where, $"{what} must be known at compile time");

    internal void NoValue(Location where, string what, string? hint = null) =>
        Report(BindingCodes.NoValue, where, $"expected a value, but {what} has none", hint);

    internal void OutsideLoop(Location where, string word) =>
        Report(BindingCodes.OutsideLoop, where, $"`{word}` is not inside a loop");

    internal void WrongReturn(Location where, string message, string? hint = null) =>
        Report(BindingCodes.WrongReturn, where, message, hint);

    internal void FieldTwice(Location where, string field) =>
        Report(BindingCodes.FieldTwice, where, $"field `{field}` is given twice");

    internal void InfiniteType(Location where, string type) =>
        Report(BindingCodes.InfiniteType, where, $"{type} contains itself", $"use a pointer `*{type}`");

    internal void ConstantTraps(Location where, string why) => Report(BindingCodes.ConstantTraps, where, why);

    internal void CannotInfer(Location where, string what, string hint = "write it: `let x: T = …`") =>
        Report(BindingCodes.CannotInfer, where, $"the type of {what} cannot be inferred", hint);

    internal void BadPattern(Location where, string message) => Report(BindingCodes.BadPattern, where, message);

    internal void BadAttribute(Location where, string message, string? hint = null) =>
        Report(BindingCodes.BadAttribute, where, message, hint);

    internal void BadMain(Location where, string message, string? hint) =>
        Report(BindingCodes.BadMain, where, message, hint);

    internal void NotPrintable(Location where, string type) =>
        Report(BindingCodes.NotPrintable, where, $"expected a number, bool or string to print, found {type}");

    internal void UserError(Location where, string message) => Report(BindingCodes.UserError, where, message);

    internal void LambdaArity(Location where, int expected, int found) => Report(BindingCodes.LambdaArity, where,
        $"expected a lambda with {expected} {(expected == 1 ? "parameter" : "parameters")}, found one with {found}",
        found < expected ? "`_` stands for a parameter that is not used" : null);

    internal void UnknownArgument(Location where, string name, string? nearest, bool hasNames) =>
        Report(BindingCodes.UnknownArgument, where, hasNames ? $"no parameter takes the argument `{name}` here"
            : "arguments of function values have no names", Nearest(nearest));

    internal void NoInterface(Location where, string name, string? nearest) =>
        Report(BindingCodes.NoInterface, where, $"`{name}` is no interface", Nearest(nearest));

    internal void DoesNotImplement(Location where, string type, string contract) =>
        Report(BindingCodes.DoesNotImplement, where, $"{type} does not implement `{contract}`",
            $"write `impl {contract} for {type.Trim('`')} {{ … }}`");

    internal void MethodDiffers(
        Location where, string method, string contract, string asked, string found, Location declared) =>
        Report(BindingCodes.MethodDiffers, where, $"`{contract}` asks for `{method}` as {asked}, found {found}", null,
            new RelatedPlace(declared, "asked for here"));

    internal void NoInterfaceValue(Location where, string contract, string method, string why) =>
        Report(BindingCodes.NoInterfaceValue, where,
            $"there are no values of interface `{contract}`, since `{method}` {why}",
            $"use it as a bound: `fn f<T: {contract}>(x: T)`");

    internal void AttributeWithoutEffect(Location where, string name, string on, string? hint) =>
        Report(BindingCodes.UnknownAttribute, where, $"attribute `@{name}` has no effect on {on}", hint);

    internal void UnknownAttribute(Location where, string name, string? nearest) =>
        Report(BindingCodes.UnknownAttribute, where, $"attribute `@{name}` is not known and has no effect",
            Nearest(nearest));

    internal void UnknownConvention(Location where, string name, string? nearest) =>
        Report(BindingCodes.UnknownConvention, where, $"calling convention `{name}` is not known and has no effect",
            Nearest(nearest));

    internal void PlainLetAssigned(Location where, string name) =>
        Report(BindingCodes.PlainLetAssigned, where, $"`{name}` is declared without `mut` but changed here",
            $"declare it with `let mut {name}`");

    internal void NotExhaustive(Location where, string missing) =>
        Report(BindingCodes.NotExhaustive, where, $"the match does not cover {missing}",
            "add the missing cases or `_ => …`");

    internal void WriteThroughReference(Location where) =>
        Report(BindingCodes.WriteThroughReference, where, "this writes through `&T`, which promises to read only",
            "use `&mut T`");
}
