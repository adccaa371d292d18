using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>What <c>@abi</c> says about registers: they exist, hold their parameters, and no two share one.</summary>
internal sealed partial class ProgramBinder
{
    private void CheckAbi(FunctionSymbol f, Abi abi, AttributeSyntax a, SourceText source)
    {
        var argument = ArgumentOf(a, source);
        if (!Conventions.Contains(abi.Convention))
        {
            Diagnostics.UnknownConvention(argument, abi.Convention, Nearest.To(abi.Convention, Conventions));
            f.Abi = abi is { Address: null, Symbol: null } ? null : abi with { Convention = "default" };
        }
        else if (abi.Convention == "rst" && abi.Address is not (>= 0 and <= 0x38) | (abi.Address & 7) != 0)
            Diagnostics.BadAttribute(argument, "expected the address of a restart, found "
                + source.ToString(argument.Span), "restarts are at $00, $08, $10, $18, $20, $28, $30 and $38");
        else if (abi.Convention == "register")
            CheckRegisters(f, abi, a, source);
    }

    private void CheckRegisters(FunctionSymbol f, Abi abi, AttributeSyntax a, SourceText source)
    {
        var taken = new Dictionary<string, (string Parameter, string Register)>();
        foreach (var (parameter, register) in abi.Registers)
        {
            var name = register.ToUpperInvariant();
            var where = PlaceIn(a, register, source, "=");
            if (!ArgumentRegisters.Contains(name))
                Diagnostics.BadAttribute(where, $"`{register}` is no register that holds a parameter",
                    Nearest.To(name, ArgumentRegisters) is { } near && name.Length > 1 ? $"did you mean `{near}`?"
                        : "there are " + string.Join(", ", ArgumentRegisters));
            else if (f.Syntax is { } syntax && syntax.Parameters.All(p => p.Name.Text != parameter))
                Diagnostics.BadAttribute(PlaceIn(a, parameter, source), $"`{f.Name}` has no parameter `{parameter}`",
                    Nearest.To(parameter, syntax.Parameters.Select(p => p.Name.Text)) is { } nearest
                        ? $"did you mean `{nearest}`?" : syntax.Parameters.IsEmpty ? "it takes nothing"
                        : "it has " + string.Join(", ", syntax.Parameters.Select(p => $"`{p.Name.Text}`")));
            else if (BytesOf(name).FirstOrDefault(taken.ContainsKey) is { } shared)
                Diagnostics.BadAttribute(PlaceIn(a, register, source, "=", last: true),
                    $"`{register}` cannot hold `{parameter}`: " +
                        $"`{taken[shared].Register}` holds `{taken[shared].Parameter}`",
                    "give each parameter a register of its own");
            foreach (var part in BytesOf(name))
                taken.TryAdd(part, (parameter, register));
        }
    }

    /// <summary>The 8-bit registers that a register is made of.</summary>
    private static IEnumerable<string> BytesOf(string register) => register switch
    {
        "IX" or "IY" => [register + "H", register + "L"],
        "IXH" or "IXL" or "IYH" or "IYL" => [register],
        _ => register.Select(c => c.ToString()),
    };

    /// <summary>Refuses registers that are too narrow for their parameters, whose types are known now.</summary>
    private void CheckRegisters(FunctionSymbol f)
    {
        if (f.Abi is not { Convention: "register", Registers: { IsDefaultOrEmpty: false } registers } ||
            f.Syntax?.Attributes.FirstOrDefault(a => a.Name.Text == "abi") is not { } attribute ||
            f.Where is not { } where)
            return;
        foreach (var (parameter, register) in registers)
        {
            var bits = BytesOf(register.ToUpperInvariant()).Count() * 8;
            if (f.Parameters.FirstOrDefault(p => p.Name == parameter) is { Type: { IsInteger: true } type } &&
                type.Bits > bits && ArgumentRegisters.Contains(register.ToUpperInvariant()))
                Diagnostics.BadAttribute(PlaceIn(attribute, register, where.Source, "="),
                    $"`{register}` has {bits} bits and cannot hold `{parameter}`, a {type.Show()}",
                    type.Bits <= 16 ? "use HL, DE or BC" : "use DEHL");
        }
    }

    private static Location ArgumentOf(AttributeSyntax a, SourceText source) =>
        source.At(a.Arguments is [var only] ? only.Span : a.Span);

    /// <summary>Where a word stands in an attribute; the whole of it when the word does not.</summary>
    private static Location PlaceIn(
        AttributeSyntax a, string word, SourceText source, string before = "", bool last = false)
    {
        var text = source.ToString(a.Span);
        for (var i = last ? text.Length : text.IndexOf('"', StringComparison.Ordinal); i >= 0 && word.Length > 0;)
        {
            i = last ? i == 0 ? -1 : text.LastIndexOf(word, i - 1, StringComparison.Ordinal)
                : text.IndexOf(word, i + 1, StringComparison.Ordinal);
            if (i > 0 && !char.IsAsciiLetterOrDigit(text[i - 1]) && i + word.Length < text.Length &&
                !char.IsAsciiLetterOrDigit(text[i + word.Length]) &&
                text.AsSpan(i + word.Length).TrimStart().StartsWith(before, StringComparison.Ordinal))
                return source.At(new TextSpan(a.Span.Start + i, word.Length));
        }
        return ArgumentOf(a, source);
    }
}
