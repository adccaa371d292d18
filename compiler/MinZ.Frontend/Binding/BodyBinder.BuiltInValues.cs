using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Built-in functions as values.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// A built-in function where a function is wanted: <c>each(3, print_u8)</c> is <c>each(3, |x| print_u8(x))</c>. Null
    /// for other names; where nothing says what it is to take, a report.
    /// </summary>
    private BoundExpression? BuiltInValue(NameExpression n, MirType? expected)
    {
        if (!ArgumentCounts.ContainsKey(n.Name.Text))
            return null;
        if (expected is not Mir.FunctionType type)
        {
            _bag.NoValue(At(n.Span), $"`{n.Name.Text}` is a built-in function",
                $"call it: `{n.Name.Text}(…)`; as a value it is written `|x| {n.Name.Text}(x)`");
            return Failed(n.Span);
        }
        var names = type.Parameters.Select((_, i) => new Identifier($"argument{i + 1}", n.Span)).ToImmutableArray();
        var call = new CallExpression(n.Span, n,
            [.. names.Select(a => new Argument(n.Span, null, new NameExpression(n.Span, a, [])))], isFallible: false);
        return Bind(new LambdaExpression(n.Span, LambdaSpelling.Bars,
            [.. names.Select(a => new Syntax.Parameter(n.Span, new NamePattern(n.Span, a, isMutable: false), null, false, false))],
            null, call), expected);
    }
}
