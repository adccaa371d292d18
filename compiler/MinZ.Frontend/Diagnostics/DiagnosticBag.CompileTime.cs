using System.Collections.Immutable;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Diagnostics;

/// <content>Execution at compile time and generated source.</content>
public sealed partial class DiagnosticBag
{
    internal void ComputationStopped(
        Location where, string what, string why, ImmutableArray<RelatedPlace> stack) =>
        Report(CompileTimeCodes.Stopped, where, $"computing {what} failed: {why}", null, Beyond(where, stack));

    internal void OnlyAtRunTime(Location where, string what, string why, ImmutableArray<RelatedPlace> stack) =>
        Report(CompileTimeCodes.RunTime, where, $"{what} must be known at compile time, but {why}",
            "compute it when the program runs: declare a variable and assign it in a function", Beyond(where, stack));

    internal void ComputationTooLong(Location where, string what, long steps, ImmutableArray<RelatedPlace> stack) =>
        Report(CompileTimeCodes.TooLong, where, $"computing {what} takes more than {steps} calls and loop rounds",
            "check that it ends; what takes that long belongs into the running program", Beyond(where, stack));

    internal void ComputationTooLarge(
        Location where, string what, string why, ImmutableArray<RelatedPlace> stack) =>
        Report(CompileTimeCodes.TooLarge, where, $"computing {what} takes too much memory: {why}",
            "check that it ends", Beyond(where, stack));

    /// <summary>The calls, unless the only place is on the line that the error shows anyway.</summary>
    private static ReadOnlySpan<RelatedPlace> Beyond(Location where, ImmutableArray<RelatedPlace> stack) =>
        stack is [{ Where: var only }] && only.Source == where.Source && only.Start.Line == where.Start.Line
            ? [] : stack.AsSpan();

    internal void NoCompileTimeValue(Location where, string what, string type) =>
        Report(CompileTimeCodes.NoValue, where, $"{what} cannot be a computed {type}",
            "addresses and function values are known to the linker only; compute numbers, strings, arrays or structs");

    internal void NeedsItself(Location where, string what, string function, Location? declared) =>
        Report(CompileTimeCodes.NeedsItself, where, $"computing {what} calls `{function}`, which depends on the result",
            "move the constant out of the function", declared is { } at ? [new RelatedPlace(at, "declared here")] : []);

    internal void NoEvaluator(Location where, string what) =>
        Report(CompileTimeCodes.NoEvaluator, where, $"{what} cannot run here: this host has no compile-time engine");

    internal void OnlyAtCompileTime(Location where, string name) =>
        Report(CompileTimeCodes.OnlyAtCompileTime, where, $"`{name}` runs at compile time only",
            "write it inside `@minz[[[ … ]]]`");

    internal void Note(Location where, string text) => Report(CompileTimeCodes.Note, where, text);

    internal void BadBits(Location where, string field, string width, int size, int used) =>
        Report(BindingCodes.BadBits, where, $"field `{field}` cannot have {width} bits",
            $"of {size} bits {size - used} are free here");

    internal void TooLargeForField(Location where, string value, int width, long most) =>
        Report(BindingCodes.LiteralTooLarge, where,
            $"{value} does not fit a field of {width} bit{(width == 1 ? "" : "s")}",
            $"it holds 0 to {most}");

    internal void EndlessExpansion(Location where) =>
        Report(CompileTimeCodes.EndlessExpansion, where, "this makes source that makes source without end");

    internal void UnknownTemplate(Location where, int count, string counts) =>
        Report(CompileTimeCodes.UnknownTemplate, where, $"no template takes {count} argument{(count == 1 ? "" : "s")}",
            counts.Length == 0 ? "define one: `@define(a, b)[[[ … {0} … {1} … ]]]`"
                : $"there are templates for {counts}");

    internal void TemplateHole(Location where, string hole, int count, Location template) =>
        Report(CompileTimeCodes.UnknownTemplate, where,
            $"the template has a hole `{{{hole}}}` but gets {count} argument{(count == 1 ? "" : "s")}",
            "holes count from {0}", template == where ? [] : [new RelatedPlace(template, "the template")]);

    internal void MissingTemplate(Location where, string name) =>
        Report(CompileTimeCodes.MissingTemplate, where, $"`{name}` needs a text", $"write `{name}[[[ … ]]]`");

    internal void NoLua(Location where) =>
        Report(CompileTimeCodes.NoLua, where, "`@lua` needs the package `MinZ.Lua`, which is not there",
            "add `<PackageReference Include=\"MinZ.Lua\" />` to the project, or write it as `@minz[[[ … ]]]`");

    internal void LuaFailed(Location where, string why) =>
        Report(CompileTimeCodes.LuaFailed, where, $"the Lua code failed: {why}");
}
