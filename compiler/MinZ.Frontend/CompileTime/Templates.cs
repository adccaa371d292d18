using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.CompileTime;

/// <summary>A text with holes: of <c>@define(a, b)[[[ … ]]]</c>, or written on the spot.</summary>
/// <param name="Where">Where it is defined.</param>
/// <param name="Parameters">Names its holes may use beside <c>{0}</c>, <c>{1}</c>, …</param>
/// <param name="Text">The text.</param>
internal sealed record Template(Location Where, ImmutableArray<string> Parameters, string Text)
{
    /// <summary>Fills the holes; returns false with the first hole that has no argument.</summary>
    public bool TryExpand(ImmutableArray<string> arguments, out string expanded)
    {
        var text = new StringBuilder();
        for (var i = 0; i < Text.Length; i++)
        {
            var close = Text[i] == '{' ? Text.IndexOf('}', i) : -1;
            var name = close < 0 ? "" : Text[(i + 1)..close];
            var number = name.Length is > 0 and <= 3 && name.All(char.IsAsciiDigit)
                ? int.Parse(name, CultureInfo.InvariantCulture) : Parameters.IndexOf(name);
            if (number < 0)
            {
                text.Append(Text[i]);
                continue;
            }
            if (number >= arguments.Length)
            {
                expanded = name;
                return false;
            }
            text.Append(arguments[number]);
            i = close;
        }
        expanded = text.ToString();
        return true;
    }

    /// <summary>
    /// What stands for an argument in the text: the content of a string, else the argument as written.
    /// </summary>
    public static string TextOf(Argument argument, SourceText source) =>
        argument.Value is StringLiteral s ? s.Text : source.ToString(argument.Value.Span);
}

/// <summary>The templates of a program.</summary>
internal sealed class TemplateTable
{
    private readonly List<Template> _templates = [];

    /// <summary>Adds a template; the same place is added once.</summary>
    public void Add(Template template)
    {
        if (!_templates.Exists(t => t.Where == template.Where))
            _templates.Add(template);
    }

    /// <summary>
    /// The template with so many parameters that a use means: the last one before it in its file, else the last of all.
    /// </summary>
    public Template? Find(int count, Location use)
    {
        var fitting = _templates.Where(t => t.Parameters.Length == count).ToList();
        return fitting.Where(t => t.Where.Source == use.Source && t.Where.Span.Start < use.Span.Start)
            .MaxBy(t => t.Where.Span.Start) ?? fitting.LastOrDefault();
    }

    /// <summary>Numbers of parameters there are templates for.</summary>
    public IEnumerable<int> Counts => _templates.Select(t => t.Parameters.Length).Distinct().Order();
}
