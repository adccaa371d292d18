using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

public sealed partial class DiagnosticBag
{
    internal void UnusedVariable(Location where, string name, bool isWritten, Location? hidden)
    {
        var message = isWritten ? $"`{name}` is assigned but never read" : $"`{name}` is never used";
        if (hidden is { } other)
            Report(BindingCodes.UnusedVariable, where, message,
                $"it hides another `{name}`; to change that one write `{name} = …` without `let`",
                new RelatedPlace(other, "the other one is declared here"));
        else
            Report(BindingCodes.UnusedVariable, where, message, $"remove it, or call it `_{name}`");
    }

    internal void UnusedFunction(Location where, string name) => Report(BindingCodes.UnusedFunction, where,
        $"function `{name}` is never called", $"remove it, make it `pub`, or call it `_{name}`");

    internal void Unreachable(Location where, Location left) => Report(BindingCodes.Unreachable, where,
        "control never comes here", null, new RelatedPlace(left, "it always leaves here"));

    internal void UnusedComparison(Location where) => Report(BindingCodes.UnusedComparison, where,
        "the result of this comparison is not used", "to assign write `=`");

    internal void UnusedValue(Location where, string what, string? hint) =>
        Report(BindingCodes.UnusedComparison, where, what, hint);

    internal void UnusedImport(Location where, string name) => Report(BindingCodes.UnusedImport, where,
        $"nothing of module `{name}` is used in this file", "remove the import");

    internal void ImportedAgain(Location where, string path, Location first) => Report(BindingCodes.UnusedImport, where,
        $"module `{path}` is imported already", "remove one of both imports",
        new RelatedPlace(first, "imported here first"));

    internal void UnusedDeclaration(Location where, string kind, string name) =>
        Report(BindingCodes.UnusedDeclaration, where,
        $"{kind} `{name}` is never used", $"remove it, make it `pub`, or call it `_{name}`");

    internal void UnusedParameter(Location where, string name, string function) =>
        Report(BindingCodes.UnusedParameter, where, $"`{function}` never uses its parameter `{name}`",
            $"remove it, or call it `_{name}`");

    internal void UnusedField(Location where, string name, string type) =>
        Report(BindingCodes.UnusedField, where, $"field `{name}` of `{type}` is never read",
            $"remove it, or call it `_{name}`");

    internal void PlainHole(Location where, string hole, string function) =>
        Report(BindingCodes.PlainHole, where, $"`{hole}` is plain text for `{function}`",
            $"write `@{function}(…)` to insert the value, or `#{hole}`");

    internal void ShiftedOut(Location where, string count, string type, int bits) =>
        Report(BindingCodes.ShiftedOut, where,
        $"a shift by {count} leaves nothing of {type}, which has {bits} bits", "widen the value first: `(x as u16)`");

    internal void SwappedOperator(Location where, string op) => Report(BindingCodes.SwappedOperator, where,
        $"`={op}` assigns, it does not change", $"write `{op}=`, or `= {op}` with a blank between");

    internal void IgnoredError(Location where, string call, string error) => Report(BindingCodes.IgnoredError, where,
        $"the {error} of this call is ignored", $"write `{call}?`, `{call} ?? …`, or `let _ = {call}`");

    internal void LostValue(Location where, string name, Location hider) => Report(BindingCodes.LostValue, where,
        $"nothing reads this value of `{name}`", $"to change the variable write `{name} = …` without `let`",
        new RelatedPlace(hider, $"a new `{name}` hides it here"));

    internal void NotBindsTighter(Location where, string left, string op, string right) =>
        Report(BindingCodes.NotBindsTighter, where, $"`!` applies to `{left}` alone",
            $"write `{left} {(op == "==" ? "!=" : "==")} {right}`, or `(!{left}) {op} {right}` if that is meant");

    internal void EmptyRange(Location where, string what) => Report(BindingCodes.EmptyRange, where,
        $"the range begins behind its end, so {what}", "ranges count up: write the smaller end first");

    internal void AlwaysDecidedByRange(Location where, string type, string range, bool result) =>
        Report(BindingCodes.AlwaysDecided, where,
            $"this comparison is always {(result ? "true" : "false")}: {type} holds {range}",
            "use a wider or a signed type, or another condition");

    internal void SelfAssignment(Location where, string name) => Report(BindingCodes.SelfAssignment, where,
        $"`{name}` is assigned to itself", "did you mean a field, `self.…`?");

    internal void SelfComparison(Location where, string name, bool result) => Report(BindingCodes.SelfComparison, where,
        $"`{name}` is compared with itself: always {(result ? "true" : "false")}");

    internal void ArmNeverMatches(Location where, Location? first)
    {
        if (first is { } all)
            Report(BindingCodes.ArmNeverMatches, where, "this arm is never reached",
                "put it before the one that takes all",
                new RelatedPlace(all, "this one takes everything"));
        else
            Report(BindingCodes.ArmNeverMatches, where, "this arm is never reached: its value was matched above");
    }
}
