using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

public sealed partial class DiagnosticBag
{
    private static string? DidYouMean(string? nearest) => nearest is null ? null : $"did you mean `{nearest}`?";

    internal void UnknownName(Location where, string name, string? hint, params RelatedPlace[] related) =>
        Report(BindingCodes.UnknownName, where, $"`{name}` is not known here", hint, related);

    internal void UnknownType(Location where, string name, string? hint) =>
        Report(BindingCodes.UnknownType, where, $"no type is called `{name}`", hint);

    internal void NotAType(Location where, string name, string what, Location declared) =>
        Report(BindingCodes.UnknownType, where, $"`{name}` is {what}, not a type", null,
            new RelatedPlace(declared, "declared here"));

    internal void UnknownMember(Location where, string owner, string name, string? nearest)
    {
        // What is wrong with the type itself was reported.
        if (owner != Special.Error.Show())
            Report(BindingCodes.UnknownMember, where, $"{owner} has no member `{name}`", DidYouMean(nearest));
    }

    internal void UnknownMember(Location where, string message, string? hint) =>
        Report(BindingCodes.UnknownMember, where, message, hint);

    internal void UnknownModule(Location where, string path, string? nearest, string? around) =>
        Report(BindingCodes.UnknownModule, where, $"module `{path}` was not found", around is not null
            ? $"import the module, `import {around}`, and write `{path[(around.LastIndexOf('.') + 1)..]}`"
            : DidYouMean(nearest) ?? $"is there a file {path.Replace('.', '/')}.minz in the project?");

    internal void UnknownMeta(Location where, string name, string? nearest) =>
        Report(BindingCodes.UnknownMeta, where, $"there is no metafunction `@{name}`",
            name == "import" ? "write `import name` at the top of the file"
                : Attributes.Known.Contains(name) ? "an attribute stands before a declaration"
                : nearest is null ? null : $"did you mean `@{nearest}`?");

    internal void MissingMethods(
        Location where, string type, string contract, string missing, string? hint, RelatedPlace[] related) =>
        Report(BindingCodes.MissingMethods, where, $"{type} does not implement {missing} of `{contract}`", hint,
            related);

    internal void ImportedTwice(Location where, string name, Location first) =>
        Report(BindingCodes.Redeclared, where, $"two imports are called `{name}`",
            "give one of them another name with `as`",
            new RelatedPlace(first, "the first one"));

    internal void NameOfBuiltInType(Location where, string name) => Report(BindingCodes.Redeclared, where,
        $"`{name}` is a built-in type",
        $"give it another name, such as `My{char.ToUpperInvariant(name[0])}{name[1..]}`");

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

    internal void TypeMismatch(
        Location where, string expected, string found, string? hint, params RelatedPlace[] related) =>
        Report(BindingCodes.TypeMismatch, where, $"expected {expected}, found {found}", hint, related);

    internal void LiteralTooLarge(
        Location where, string value, string type, string range, params RelatedPlace[] related) =>
        Report(BindingCodes.LiteralTooLarge, where, $"{value} does not fit `{type}`, which holds {range}",
            value.StartsWith('-') && type.StartsWith('u')
                ? $"`{type}` has no negative values: use `i{type[1..]}`"
                : $"use a wider type, or `as {type}` to keep the low bits", related);

    internal void ConstantWraps(
        Location where, string value, string type, string wrapped, params RelatedPlace[] related) =>
        Report(BindingCodes.ConstantWraps, where, $"{value} does not fit `{type}` and wraps to {wrapped}",
            $"use a wider type, or `as {type}` to keep the low bits", related);

    internal void BadAddress(Location where, string value) =>
        Report(BindingCodes.LiteralTooLarge, where, $"{value} is no address", "addresses are 0 to 0xFFFF");

    internal void BadLength(Location where, string length) =>
        Report(BindingCodes.LiteralTooLarge, where, $"an array cannot have {length} elements", "it has 0 to 16777216");

    internal void NoCast(Location where, string from, string to, string? hint) =>
        Report(BindingCodes.NoCast, where, $"{from} cannot be cast to {to}", hint);

    internal void NoOperator(Location where, string op, string operands, string? hint = null) =>
        Report(BindingCodes.NoOperator, where, $"operator `{op}` is not defined for {operands}", hint);

    internal void WrongArgumentCount(
        Location where, string function, int expected, int found, Location? declared = null,
            string kind = "argument", string? hint = null) =>
        Report(BindingCodes.WrongArguments, where,
            $"{(function == "`lambda`" ? "this function value" : function)} takes " +
            $"{(expected == 0 ? "no" : expected)} {kind}{(expected == 1 ? "" : "s")}, found {found}",
                hint,
            declared is { } at ? [new RelatedPlace(at, "declared here")] : []);

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

    internal void SliceOutOfRange(Location where, long end, int length) =>
        Report(BindingCodes.IndexOutOfRange, where, $"the slice goes to {end}, but the array has {length} elements",
            "the end is not part of a slice: `a[0..a.len]` is all of it");

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

    internal void NotIterable(Location where, string type, string? hint) => Report(BindingCodes.NotIterable, where,
        $"expected a range, array, slice or string, found {type}", hint);

    internal void NotARange(Location where, string start, string end, string? hint) => Report(BindingCodes.NotIterable,
        where, $"expected a range of whole numbers, found a range from {start} to {end}", hint);

    internal void MissingReturn(
        Location where, string function, string type, string? hint = null, params RelatedPlace[] related) =>
        Report(BindingCodes.MissingReturn, where,
            $"{(function == "lambda" ? "this function value" : $"`{function}`")} must return {type} on every path",
            hint ?? "end it with `return …` or with an expression without `;`", related);

    internal void AssignToConst(Location where, string name, Location? declared = null) =>
        Report(BindingCodes.AssignToConst, where, $"`{name}` is a constant and cannot be changed",
            "declare it with `let mut`, `var` or `global`",
            declared is { } at ? [new RelatedPlace(at, "declared here")] : []);

    internal void NotAssignable(Location where, string found = "a value", string? hint = null) =>
        Report(BindingCodes.NotAssignable, where, $"expected a variable, field or element, found {found}", hint);

    internal void NotConstant(Location where, string what) =>
        Report(BindingCodes.NotConstant, where, $"{what} must be known at compile time",
            what.Contains("length", StringComparison.Ordinal)
                ? "use a `const`, or a number large enough for all cases" : null);

    internal void NoValue(Location where, string why, string? hint, params RelatedPlace[] related) =>
        Report(BindingCodes.NoValue, where, $"expected a value, but {why}", hint, related);

    internal void OutsideLoop(Location where, string word) =>
        Report(BindingCodes.OutsideLoop, where, word.Contains(' ') ? word : $"`{word}` is not inside a loop");

    internal void WrongReturn(Location where, string message, string? hint = null, params RelatedPlace[] related) =>
        Report(BindingCodes.WrongReturn, where, message, hint, related);

    internal void FieldTwice(Location where, string field) =>
        Report(BindingCodes.FieldTwice, where, $"field `{field}` is given twice", "leave one of them out");

    internal void InfiniteType(Location where, string type, string? hint) =>
        Report(BindingCodes.InfiniteType, where, $"`{type}` contains itself", hint);

    internal void ExtendsItself(Location where, string type) =>
        Report(BindingCodes.InfiniteType, where, $"interface `{type}` extends itself this way",
            "leave one of the two out");

    internal void DefinedByItself(Location where, string type) =>
        Report(BindingCodes.InfiniteType, where, $"`{type}` is defined by itself", "name the type it stands for");

    internal void DefinedByItself(Location where, string name, RelatedPlace[] related) =>
        Report(BindingCodes.ConstantTraps, where, $"`{name}` is defined by itself",
            "give one of them a value of its own", related);

    internal void ConstantTraps(Location where, string why) => Report(BindingCodes.ConstantTraps, where, why);

    internal void CannotInfer(Location where, string what, string hint = "write it: `let x: T = …`") =>
        Report(BindingCodes.CannotInfer, where, $"the type of {what} cannot be inferred", hint);

    internal void BadPattern(Location where, string message, string? hint = null) =>
        Report(BindingCodes.BadPattern, where, message, hint);

    internal void BadAttribute(Location where, string message, string? hint = null) =>
        Report(BindingCodes.BadAttribute, where, message, hint);

    internal void BadMain(Location where, string message, string? hint) =>
        Report(BindingCodes.BadMain, where, message, hint);

    internal void NotPrintable(Location where, string type) =>
        Report(BindingCodes.NotPrintable, where, $"expected a number, bool or string to print, found {type}",
            type.EndsWith("?`", StringComparison.Ordinal) ? "put a value in its place: `… ?? 0`"
                : type.Contains(" ? ", StringComparison.Ordinal) ? "`?? value` puts a value in the place of an error"
                : type.StartsWith("`[", StringComparison.Ordinal) ? "print its elements in a loop"
                    : "print its parts one by one");

    internal void UserError(Location where, string message) => Report(BindingCodes.UserError, where, message);

    internal void LambdaArity(Location where, int expected, int found, params RelatedPlace[] asker) => Report(
        BindingCodes.LambdaArity, where,
        $"expected a lambda with {expected} {(expected == 1 ? "parameter" : "parameters")}, found one with {found}",
        found < expected ? "`_` stands for a parameter that is not used" : null, asker);

    internal void ArgumentTwice(Location where, string name) =>
        Report(BindingCodes.UnknownArgument, where, $"parameter `{name}` gets two arguments", "leave one of them out");

    internal void UnknownArgument(Location where, string name, string? nearest, bool hasNames) =>
        Report(BindingCodes.UnknownArgument, where, hasNames ? $"no parameter takes the argument `{name}` here"
            : "arguments of function values have no names", DidYouMean(nearest));

    internal void NoInterface(Location where, string name, string? nearest, bool isType) =>
        Report(BindingCodes.NoInterface, where, isType ? $"`{name}` is a type, not an interface"
            : $"no interface is called `{name}`", DidYouMean(nearest)
                ?? (isType ? "only an `interface` can stand here" : ForeignNames.Bound(name)));

    internal void DoesNotImplement(Location where, string type, string contract, params RelatedPlace[] related) =>
        Report(BindingCodes.DoesNotImplement, where, $"{type} does not implement `{contract}`",
            $"write `impl {contract} for {type.Trim('`')} {{ … }}`", related);

    internal void MethodDiffers(Location where, string contract, string asked, string found, Location declared) =>
        Report(BindingCodes.MethodDiffers, where, $"expected `{asked}`, found `{found}`",
            $"a method of an implementation has the form that `{contract}` asks for",
            new RelatedPlace(declared, "asked for here"));

    internal void NoInterfaceValue(Location where, string contract, string method, string why) =>
        Report(BindingCodes.NoInterfaceValue, where,
            $"there are no values of interface `{contract}`, since `{method}` {why}",
            $"use it as a bound: `fn f<T: {contract}>(x: T)`");

    internal void AttributeWithoutEffect(Location where, string name, string on, string? hint) =>
        Report(BindingCodes.UnknownAttribute, where, $"attribute `@{name}` has no effect on {on}", hint);

    internal void AttributeArguments(Location where, string name) => Report(BindingCodes.UnknownAttribute, where,
        $"the arguments of `@{name}` have no effect", $"write `@{name}`");

    internal void NoEntry(Location where) => Report(BindingCodes.NoEntry, where, "nothing can come to this code",
        "begin it with a label, `name:`, or name it all, `asm name { … }`, and call that");

    internal void UnknownAttribute(Location where, string name, string? nearest) =>
        Report(BindingCodes.UnknownAttribute, where, $"attribute `@{name}` is not known and has no effect",
            DidYouMean(nearest));

    internal void UnknownConvention(Location where, string name, string? nearest) =>
        Report(BindingCodes.UnknownConvention, where, $"calling convention `{name}` is not known and has no effect",
            DidYouMean(nearest) ?? "there are default, register, smc, stack, shadow, naked, virtual and rst");

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
