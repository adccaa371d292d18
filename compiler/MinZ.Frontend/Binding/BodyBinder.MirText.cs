using System.Text.RegularExpressions;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// <c>mir { … }</c> inside a function: <c>%x</c> is the value of the variable x, and what is assigned to <c>%x</c>
/// becomes its value. The text is the body of a function that takes the variables it reads and returns the one it
/// changes.
/// </summary>
internal sealed partial class BodyBinder
{
    private BoundStatement? BindMir(MirStatement m)
    {
        var inputs = new List<(string Name, BoundExpression Value)>();
        (string Name, BoundExpression Place)? output = null;
        var defined = new HashSet<string>();
        var text = m.Code.Text;
        // The operands of a line are read before what stands on its left side is there.
        var names = text.Split('\n').SelectMany(line => MirName().Matches(line)
            .OrderBy(n => n.Groups["assigned"].Success));
        foreach (var name in names)
        {
            var word = name.Groups["name"].Value;
            var isDefined = name.Groups["assigned"].Success;
            var isKnown = defined.Contains(word) || inputs.Exists(i => i.Name == word);
            if (isDefined)
                defined.Add(word);
            if ((isKnown && !isDefined) || Lookup(word) is not (LocalSymbol or GlobalSymbol { IsConst: false }))
                continue;
            var place = Bind(new NameExpression(m.Span, new Identifier(word, m.Span), []), null);
            if (!isDefined)
            {
                inputs.Add((word, place));
                continue;
            }
            if (output is { } other && other.Name != word)
            {
                _bag.NotSupported(At(m.Span), $"MIR that changes both `{other.Name}` and `{word}`",
                    "a block of MIR changes one variable; write two blocks");
                return null;
            }
            output = (word, place);
        }
        // A name is defined once in MIR, so what a variable becomes needs another name than what it was.
        if (output is { Name: var changed })
            text = Renamed(text, changed) + $"\nret %{changed}$new";
        else
            text += "\nret";
        var function = _program.MirStatementFunction(m, text, _function, _module, At(m.Span));
        function.Parameters = [.. inputs.Select(i =>
            new ParameterSymbol(i.Name, i.Value.Type, false, false, m.Span))];
        function.Result = output?.Place.Type ?? MirType.Void;
        var call = new BoundCall(m.Span, function, [.. inputs.Select(i => i.Value)]);
        return new BoundExpressionStatement(output is { Place: var target } && CheckChange(target)
            ? new BoundAssignment(m.Span, target, call) : call);
    }

    /// <summary>Gives a value another name from where it is assigned on.</summary>
    private static string Renamed(string text, string name)
    {
        var at = Regex.Match(text, $@"%{name}(?=\s*=(?!=))").Index;
        var line = text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;
        string In(string part) => Regex.Replace(part, $@"%{name}(?![A-Za-z0-9_.$])", $"%{name}$new");
        // The operands on the line itself are still the old value.
        return text[..at] + $"%{name}$new" + text[(at + name.Length + 1)..line] + In(text[line..]);
    }

    [GeneratedRegex(@"%(?<name>[A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_.$])(?<assigned>\s*=(?!=))?")]
    private static partial Regex MirName();
}
