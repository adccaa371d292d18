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

    internal void SelfAssignment(Location where, string name) => Report(BindingCodes.SelfAssignment, where,
        $"`{name}` is assigned to itself", "did you mean a field, `self.…`?");

    internal void SelfComparison(Location where, string name, bool result) => Report(BindingCodes.SelfComparison, where,
        $"`{name}` is compared with itself: always {(result ? "true" : "false")}");

    internal void ArmNeverMatches(Location where, Location? first)
    {
        if (first is { } all)
            Report(BindingCodes.ArmNeverMatches, where, "this arm is never reached", "put it before the one that takes all",
                new RelatedPlace(all, "this one takes everything"));
        else
            Report(BindingCodes.ArmNeverMatches, where, "this arm is never reached: its value was matched above");
    }
}
