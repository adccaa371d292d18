using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Parameters and fields that nothing uses.</summary>
internal sealed partial class ProgramBinder
{
    /// <summary>Structs some values of which are compared: that reads every field.</summary>
    public HashSet<MirType> ComparedTypes { get; } = [];

    /// <summary>
    /// Warns of parameters whose names do not stand in the bodies of their functions. Functions whose parameters others
    /// ask for are left in peace: methods that an interface names, functions that are values, overloads, <c>pub</c>
    /// ones, conventions of assembly; and those that do nothing yet.
    /// </summary>
    private void CheckUnusedParameters()
    {
        var asked = _modules.Values.Append(Root).SelectMany(m => m.Members.Values).OfType<TypeSymbol>()
            .Select(t => t.Syntax).OfType<InterfaceDeclaration>().SelectMany(i => i.Methods)
            .Select(m => m.Name.Text).ToHashSet();
        var seen = new HashSet<Location>();
        foreach (var f in _bodies.Keys)
        {
            if (f.Syntax is not { Body: { } body } syntax || f.Where is not { } where ||
                !_ownFiles.Contains(where.Source) || !seen.Add(where))
                continue;
            var unused = syntax.Parameters.Where(p => IsUnused(p, where.Source.Slice(body.Span))).ToList();
            // Whether others ask for the parameters takes a search of all text, which few functions need.
            if (unused.Count > 0 && !MayUseRegisters(where.Source.Slice(body.Span)) && !DoesNothing(body) &&
                !IsSignatureGiven(f, asked))
                foreach (var p in unused)
                    Diagnostics.UnusedParameter(where.Source.At(p.Name.Span), p.Name.Text, f.Name);
        }
    }

    private static bool IsUnused(Syntax.Parameter p, ReadOnlySpan<char> body) => !p.IsSelf
        && p.Name is { IsMissing: false, Text: var name } && !name.StartsWith('_') && NamesInText.Find(body, name) < 0;

    /// <summary>Assembly may take a parameter from its register without a name.</summary>
    private static bool MayUseRegisters(ReadOnlySpan<char> body) =>
        NamesInText.Find(body, "asm") >= 0 || NamesInText.Find(body, "mir") >= 0;

    private bool IsSignatureGiven(FunctionSymbol f, HashSet<string> asked)
    {
        const FunctionFlags kept =
            FunctionFlags.Export | FunctionFlags.Test | FunctionFlags.Interrupt | FunctionFlags.Naked;
        return (f.Flags & kept) != 0 || f.Abi is not null || f.Module.IsLibrary || f.Name == "main" ||
            f.Syntax!.Form != FunctionForm.Ordinary || f.Name.StartsWith('_') || f.Called is not null ||
            f.Syntax.Attributes.Any(a => a.Name.Text is "case" or "test") ||
            f.SelfType is not null && asked.Contains(f.Name) || IsOverload(f) || IsNamedWithoutCall(f);
    }

    private static bool IsOverload(FunctionSymbol f) =>
        f.Module.Members.GetValueOrDefault(f.Name) is FunctionGroup group
        && group.Functions.Count + group.Generics.Count > 1;

    /// <summary>Whether a function's name stands anywhere without a call: then its type may be asked for.</summary>
    private bool IsNamedWithoutCall(FunctionSymbol f) => _ownFiles.Any(file => NamesInText.Places(file.Text, f.Name).Any(at =>
        !(f.Where!.Value.Source == file && at == f.Where.Value.Span.Start) && !IsInComment(file, at) &&
        file.Text.AsSpan(at + f.Name.Length).TrimStart() is not ['(', ..] and not ['<', ..] and not ['?', '(', ..]));

    /// <summary>A body that is empty or one constant: written to be filled later, or for a default.</summary>
    private static bool DoesNothing(Syntax.Block body) => (body.Statements, body.Tail) switch
    {
        ([], null) => true,
        ([], { } tail) => IsConstantOrPanic(tail),
        ([ExpressionStatement only], null) => IsConstantOrPanic(only.Expression),
        _ => false,
    };

    private static bool IsConstantOrPanic(Expression e) => e switch
    {
        ReturnExpression { Value: null } => true,
        ReturnExpression { Value: { } value } => IsConstantOrPanic(value),
        IntegerLiteral or BooleanLiteral or NullLiteral or StringLiteral or CharLiteral or FractionLiteral => true,
        CallExpression { Callee: NameExpression { Name.Text: "panic" } } => true,
        _ => false,
    };

    /// <summary>
    /// Warns of fields that the program gives values but never reads. Structs that memory, assembly or comparisons see
    /// as a whole are left in peace, and those of which nothing is read.
    /// </summary>
    private void CheckUnusedFields()
    {
        string[] raw = ["asm", "mir", " as *", "@unsafe_cast", "memcpy", "sizeof"];
        if (_ownFiles.Any(f => raw.Any(r => f.Text.Contains(r, StringComparison.Ordinal))))
            return;
        var compared = ComparedTypes.OfType<TypeDefinition>().Select(t => t.Location).ToHashSet();
        foreach (var symbol in _modules.Values.Append(Root).Where(m => !m.IsLibrary)
            .SelectMany(m => m.Members.Values).OfType<TypeSymbol>())
        {
            if (symbol.Syntax is not StructDeclaration { Modifiers: Modifiers.None } s ||
                symbol.Where is not { } where ||
                !_ownFiles.Contains(where.Source) || compared.Contains(LocationOf(where)))
                continue;
            var unread = s.Fields.Where(f => !f.Name.Text.StartsWith('_') && f.Modifiers == Modifiers.None &&
                !IsRead(f.Name.Text)).ToArray();
            if (unread.Length < s.Fields.Length)
                foreach (var field in unread)
                    Diagnostics.UnusedField(where.Source.At(field.Name.Span), field.Name.Text, s.Name.Text);
        }
    }

    /// <summary>
    /// Whether the name of a field stands where it may be read: not before a colon, as in declarations and literals,
    /// nor behind a dot and before a sign that assigns.
    /// </summary>
    private bool IsRead(string field) => _ownFiles.Any(file => NamesInText.Places(file.Text, field).Any(at =>
    {
        var rest = file.Text.AsSpan(at + field.Length).TrimStart();
        var isNamed = rest is [':', not ':', ..];
        var isAssigned = at > 0 && file.Text[at - 1] == '.' && rest is ['=', not '=', ..];
        return !isNamed && !isAssigned && !IsInComment(file, at);
    }));

    private static bool IsInComment(SourceText file, int at)
    {
        var start = file.Text.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;
        return file.Text.AsSpan(start, at - start).Contains("//", StringComparison.Ordinal);
    }
}
