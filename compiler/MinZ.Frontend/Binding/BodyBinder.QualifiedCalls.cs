using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Methods called by the name of their type or interface.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// <c>Circle.area(c)</c> and <c>Shape.area(c)</c> are <c>c.area()</c> when c is a Circle, or implements Shape. Null
    /// when the first argument is no such object, or the function is no method.
    /// </summary>
    private BoundExpression? BindQualifiedMethod(CallExpression c, MemberExpression m, MirType owner, MirType? expected)
    {
        if (c.Arguments is not [{ Name: null } first, .. var rest]
            || !IsMethodOf(owner, m.Name.Text, c.Arguments.Length) || Quietly(first.Value) is not { } value)
            return null;
        var type = value.Type;
        while (type is { IsAddress: true, Element: { } element })
            type = element;
        if (type != owner && !(owner is InterfaceType contract && _program.Implements(type, contract)))
            return null;
        var method = new MemberExpression(m.Span, first.Value, m.Access, m.Name, m.TypeArguments);
        return BindMemberCall(new CallExpression(c.Span, method, [.. rest], c.IsFallible), method, expected);
    }

    private bool IsMethodOf(MirType owner, string name, int arguments)
    {
        if (owner is InterfaceType contract)
            return contract.Methods.Any(method => method.Name == name);
        if (_program.FindMethod(owner, name) is not { Functions: [var only], Generics: [] })
            return false;
        _program.BindSignature(only);
        return only.HasReceiver && only.Parameters.Length == arguments;
    }
}
