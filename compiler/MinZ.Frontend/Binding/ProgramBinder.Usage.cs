using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;

namespace MinZ.Frontend.Binding;

/// <summary>Declarations and imports that nothing uses.</summary>
internal sealed partial class ProgramBinder
{
    private readonly List<SourceText> _ownFiles = [];
    private readonly HashSet<(ModuleSymbol User, ModuleSymbol Used)> _usedImports = [];

    /// <summary>Notes that a module names something of one it imports.</summary>
    public void NoteImport(ModuleSymbol user, ModuleSymbol? used)
    {
        if (used is not null)
            _usedImports.Add((user, used));
    }

    /// <summary>
    /// Warns of constants, variables, types and imports of a program whose names stand nowhere else in its text. That
    /// is less than all that is unused, but never wrong: code for other targets and assembly is text, too.
    /// </summary>
    private void CheckUnusedDeclarations()
    {
        string[] makers = ["@minz", "@lua", "@define", "@emit"];
        if (_ownFiles.Any(f => makers.Any(m => f.Text.Contains(m, StringComparison.Ordinal))))
            return;
        var words = CountWords();
        foreach (var symbol in _modules.Values.Append(Root).Where(m => !m.IsLibrary).SelectMany(m => m.Members.Values))
        {
            var (kind, modifiers) = KindOf(symbol);
            if (kind is not null && (modifiers & ~Modifiers.Static) == 0 && symbol.Where is { } where &&
                _ownFiles.Contains(where.Source) && !symbol.Name.StartsWith('_')
                    && words.GetValueOrDefault(symbol.Name) == 1 && !NamesVariants(symbol, words))
                Diagnostics.UnusedDeclaration(where, kind, symbol.Name);
        }
        foreach (var ((user, name), import) in _importPlaces)
            if (!user.IsLibrary && _ownFiles.Contains(import.Source) && user.Imports.TryGetValue(name, out var used) &&
                !_usedImports.Contains((user, used)) && words.GetValueOrDefault(name) <= 1
                    && !IsCompiledInPart(import.Source) && !(used.IsLibrary && used.Members.Keys.Any(words.ContainsKey))
                    && !(used.IsStandard && words.Keys.Any(w => w.StartsWith(name + "_", StringComparison.Ordinal))))
                Diagnostics.UnusedImport(import, name);
    }

    /// <summary>Whether the names of an enum's variants stand elsewhere, as in patterns and assembly.</summary>
    private static bool NamesVariants(Symbol symbol, Dictionary<string, int> words) =>
        symbol is TypeSymbol { Syntax: EnumDeclaration e } &&
        e.Variants.Any(v => words.GetValueOrDefault(v.Name.Text) > 1);

    private static (string? Kind, Modifiers Modifiers) KindOf(Symbol symbol) => symbol switch
    {
        GlobalSymbol { IsConst: true, Syntax: var v } => ("constant", v.Modifiers),
        GlobalSymbol { Address: null, Syntax: var v } => ("variable", v.Modifiers),
        TypeSymbol { Syntax: StructDeclaration s } => ("struct", s.Modifiers),
        TypeSymbol { Syntax: EnumDeclaration e } => ("enum", e.Modifiers),
        TypeSymbol { Syntax: InterfaceDeclaration i } => ("interface", i.Modifiers),
        TypeSymbol { Syntax: ActorDeclaration a } => ("actor", a.Modifiers),
        TypeSymbol t => ("type", t.Syntax.Modifiers),
        _ => (null, default),
    };

    private Dictionary<string, int> CountWords()
    {
        var counts = new Dictionary<string, int>();
        var known = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var file in _ownFiles)
        {
            var text = file.Text.AsSpan();
            var inString = false;
            for (var i = 0; i < text.Length; i++)
            {
                inString = text[i] switch { '"' => !inString, '\n' => false, _ => inString };
                if (!inString && text[i..].StartsWith("//"))
                {
                    i = EndOf(text, i, "\n");
                    continue;
                }
                if (!inString && text[i..].StartsWith("/*"))
                {
                    i = EndOf(text, i, "*/");
                    continue;
                }
                var start = i;
                while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] == '_'))
                    i++;
                if (i == start)
                    continue;
                known[text[start..i]] = known.TryGetValue(text[start..i], out var n) ? n + 1 : 1;
                i--;
            }
        }
        return counts;
    }

    /// <summary>The offset of the last character of what ends a comment.</summary>
    private static int EndOf(ReadOnlySpan<char> text, int start, string end)
    {
        var length = text[start..].IndexOf(end, StringComparison.Ordinal);
        return length < 0 ? text.Length : start + length + end.Length - 1;
    }
}
