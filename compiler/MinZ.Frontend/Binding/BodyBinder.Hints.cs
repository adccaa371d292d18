using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>What to type instead, for single mistakes.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>What to write where a value may be missing, or an error may stand in its place.</summary>
    private string InPlaceOfNone(BoundExpression operand)
    {
        var quote = Quote(operand.Span);
        return _program.IsOptional(operand.Type) ? $"put a value in the place of none: `({quote} ?? 0)`"
            : $"put a value in the place of the error, `({quote} ?? 0)`, or pass it on: `{quote}?`";
    }

    /// <summary>What joins a number to text: the number in digits, or the character that it is.</summary>
    private string TextOfNumber(BoundExpression number)
    {
        var quote = Quote(number.Span);
        return quote.StartsWith('\'') ? $"text is written \"{quote.Trim('\'')}\""
            : number.Type.Kind == TypeKind.U8 && !char.IsAsciiDigit(quote[0])
                ? $"make text of the number, `\"#{{{quote}}}\"`, or of the character, "
                + $"`@to_string(\"{{{quote}:c}}\")`"
            : $"make text of the number: `\"#{{{quote}}}\"`";
    }

    /// <summary>Reports a field that a struct does not have, with the nearest one, or all when they are few.</summary>
    private void ReportUnknownField(Identifier name, StructType structure) =>
        ReportUnknownField(name, structure, [.. structure.Fields.Select(f => f.Name)]);

    private void ReportUnknownField(Identifier name, MirType type, string[] names)
    {
        _bag.UnknownMember(At(name.Span), $"{type.Show()} has no member `{name.Text}`",
            Nearest.To(name.Text, names) is { } near ? $"did you mean `{near}`?"
                : names.Length is > 0 and <= 6 ? $"it has {string.Join(", ", names.Select(n => $"`{n}`"))}" : null);
    }

    /// <summary>The literal of a struct that a tuple stands for.</summary>
    private string FieldsOf(BoundExpression value, StructType structure, Mir.TupleType tuple)
    {
        var parts = value is BoundAggregate { Items: var items } && tuple.Items.Length == structure.Fields.Length
            ? items.Select(i => i is null ? "…" : Quote(i.Span)).ToArray() : null;
        return $"write `{TypeNames.Of(structure)} {{ "
            + string.Join(", ", structure.Fields.Select((f, i) => $"{f.Name}: {parts?[i] ?? "…"}")) + " }`";
    }

    /// <summary>The last <c>if</c> of a chain that has no <c>else</c>, when it is not the first; else null.</summary>
    private static IfExpression? LastWithoutElse(IfExpression chain)
    {
        var last = chain;
        while (last.Else is IfExpression next)
            last = next;
        return last.Else is null && last != chain ? last : null;
    }

    /// <summary>
    /// The module of a library with a public function of a name, that with the shortest path; null when none has.
    /// </summary>
    private string? LibraryWith(string name)
    {
        string[] forms = [$"pub fn {name}(", $"pub fn {name}<", $"pub fun {name}("];
        return _program.Options.ListModules().Where(p => _program.Options.ResolveModule(p) is { } source &&
                forms.Any(f => source.Text.Contains(f, StringComparison.Ordinal)))
            .OrderBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>Arguments of a call of something unknown that do not need its parameters to have a type.</summary>
    private static ImmutableArray<Argument> WithOwnTypes(ImmutableArray<Argument> arguments) =>
        [.. arguments.Where(a => a.Value is not (LambdaExpression or StructLiteral { Type: null } or BraceLiteral
            or ArrayLiteral { Elements: [] }))];
}
