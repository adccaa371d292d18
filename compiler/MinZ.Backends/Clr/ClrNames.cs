using System.Text;

namespace MinZ.Backends.Clr;

/// <summary>Names as other .NET languages can write them.</summary>
internal static class ClrNames
{
    /// <summary>Namespace and class of a module: what comes before the last dot, and the rest.</summary>
    public static (string Namespace, string Class) OfModule(string module)
    {
        var name = Identifier(module.Length == 0 ? "program" : module, dots: true);
        var dot = name.LastIndexOf('.');
        return dot < 0 ? ("", name) : (name[..dot], name[(dot + 1)..]);
    }

    /// <summary>A name with every character that identifiers cannot have turned into an underscore.</summary>
    public static string Identifier(string name, bool dots = false)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
            text.Append(char.IsLetterOrDigit(c) || c is '_' or '$' || c == '.' && dots ? c : '_');
        if (text.Length == 0 || char.IsDigit(text[0]))
            text.Insert(0, '_');
        return text.ToString();
    }
}
