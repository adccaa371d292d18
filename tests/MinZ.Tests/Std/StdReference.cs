using System.Text;
using System.Text.RegularExpressions;
using MinZ.Frontend.Text;
using MinZ.Tests.Lang;

namespace MinZ.Tests.Std;

/// <summary>One public declaration of the standard library.</summary>
/// <param name="Module">Module, such as <c>std.mem</c>.</param>
/// <param name="Owner">Type whose method it is; empty at the top of a file.</param>
/// <param name="Text">The declaration without its body.</param>
/// <param name="Doc">What its comment says, in one line; that of the overload before it when it has none.</param>
internal sealed record StdDeclaration(string Module, string Owner, string Text, string Doc);

/// <summary>A module of the standard library.</summary>
internal sealed record StdModule(string Name, string Doc, IReadOnlyList<StdDeclaration> Declarations);

/// <summary>The reference of the standard library, made of its sources.</summary>
internal static partial class StdReference
{
    /// <summary>Folder of the sources.</summary>
    public static string Sources { get; } = Path.GetFullPath(Path.Combine(LangFile.Root, "..", "..", "sdk", "std"));

    /// <summary>The document.</summary>
    public static string Document { get; } = Path.GetFullPath(Path.Combine(Sources, "..", "docs", "std.md"));

    /// <summary>All modules, by name.</summary>
    public static IReadOnlyList<StdModule> Modules { get; } = [.. Directory
        .EnumerateFiles(Sources, "*.minz", SearchOption.AllDirectories)
        .Select(Read).OrderBy(m => m.Name, StringComparer.Ordinal)];

    /// <summary>The source of a module; null when the library has no such module.</summary>
    public static SourceText? Resolve(string module)
    {
        var path = Path.Combine(Sources, module.Replace('.', '/') + ".minz");
        return File.Exists(path) ? new SourceText(File.ReadAllText(path), path) : null;
    }

    /// <summary>The text of the document.</summary>
    public static string Write()
    {
        var text = new StringBuilder("""
            # The standard library

            What each module declares, made of the comments in `sdk/std`. A module is imported by its name
            (`import std.sort`); what it declares is then called by its full name (`std.sort.sort(a)`), by the last part
            (`sort.sort(a)`), by itself (`sort(a)`), or by the name an import gives (`import std.sort as s`). Only what a
            program uses becomes part of it.


            """);
        foreach (var module in Modules)
            text.Append($"* [{module.Name}](#{module.Name.Replace(".", "", StringComparison.Ordinal)})\n");
        foreach (var module in Modules)
        {
            text.Append($"\n## {module.Name}\n\n{module.Doc}\n\n| | |\n|---|---|\n");
            foreach (var d in module.Declarations)
                text.Append($"| `{Cell(d.Owner.Length > 0 ? $"{d.Owner}: {d.Text}" : d.Text)}` | {Cell(d.Doc)} |\n");
        }
        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static StdModule Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var name = lines.Select(l => ModuleLine().Match(l)).First(m => m.Success).Groups[1].Value;
        var (about, doc) = (new List<string>(), new List<string>());
        var (owner, before) = ("", new StdDeclaration("", "", "", ""));
        var found = new List<StdDeclaration>();
        var isModuleNamed = false;
        foreach (var line in lines)
        {
            if (line.TrimStart().StartsWith("///", StringComparison.Ordinal))
            {
                doc.Add(line.TrimStart()[3..].Trim());
                continue;
            }
            if (ModuleLine().IsMatch(line))
                (about, doc, isModuleNamed) = (doc, [], true);
            else if (Implementation().Match(line) is { Success: true } i)
                owner = line.EndsWith('}') || line.Contains(" for ", StringComparison.Ordinal) ? "" : i.Groups[1].Value;
            else if (line == "}")
                owner = "";
            else if (isModuleNamed && Public().Match(line) is { Success: true } p)
            {
                var text = Signature(p.Groups[1].Value);
                var isSameName = NameOf(text) == NameOf(before.Text) && owner == before.Owner;
                before = new StdDeclaration(name, owner, text,
                    doc.Count > 0 ? string.Join(' ', doc) : isSameName ? before.Doc : "");
                found.Add(before);
            }
            doc = [];
        }
        return new StdModule(name, string.Join('\n', about), found);
    }

    /// <summary>A declaration up to its body; of structs and enums what stands on the line.</summary>
    private static string Signature(string line)
    {
        line = line.TrimEnd();
        if (line.StartsWith("fn ", StringComparison.Ordinal) || line.EndsWith('{'))
            line = line.Split(" {")[0];
        return line.EndsWith('[') ? line[..^4] : line;
    }

    private static string NameOf(string declaration) => Name().Match(declaration).Value;

    [GeneratedRegex(@"^module ([\w.]+)")]
    private static partial Regex ModuleLine();

    [GeneratedRegex(@"^impl(?:<[^>]*>)? (.+?)(?: \{.*)?$")]
    private static partial Regex Implementation();

    [GeneratedRegex(@"^(?:    )?pub (.*)$")]
    private static partial Regex Public();

    [GeneratedRegex(@"^\w+ \w+")]
    private static partial Regex Name();
}
