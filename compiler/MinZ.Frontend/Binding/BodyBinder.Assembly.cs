using System.Collections.Immutable;
using System.Text;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Inline assembly: which of its names are variables of the program.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>Words of Z80 assembly that never name a variable.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "b", "c", "d", "e", "h", "l", "i", "r", "f", "af", "bc", "de", "hl", "sp",
        "ix", "iy", "ixh", "ixl", "iyh", "iyl",
        "nz", "z", "nc", "po", "pe", "p", "m",
    };

    /// <summary>The words of <see cref="Reserved"/> that, in parentheses, address memory.</summary>
    private static readonly HashSet<string> Pointers = new(StringComparer.OrdinalIgnoreCase)
    {
        "bc", "de", "hl", "sp", "ix", "iy",
    };

    private static readonly string[] Registers8 = ["a", "b", "c", "d", "e", "h", "l"];
    private static readonly string[] Registers16 = ["hl", "de", "bc"];

    /// <summary>What the names of one piece of assembly mean: symbols, and copies of the fields it mentions.</summary>
    private sealed record AssemblyNames(
        TextSpan Span, ImmutableArray<(string Name, Symbol Symbol)>.Builder Bindings,
        List<(LocalSymbol Copy, BoundExpression Place)> Fields);

    private BoundAsm BindAsm(AsmStatement s)
    {
        var inputs = ImmutableArray.CreateBuilder<(string, BoundExpression)>();
        var outputs = ImmutableArray.CreateBuilder<(string, BoundExpression)>();
        var operands = new List<string>();
        BindOperands(s, operands, inputs, outputs);
        var code = s.Code.Text;
        for (var i = 0; i < operands.Count; i++)
            code = code.Replace($"{{{i}}}", operands[i], StringComparison.Ordinal);
        var bindings = ImmutableArray.CreateBuilder<(string, Symbol)>();
        var names = new AssemblyNames(s.Span, bindings, []);
        var text = BindNamesIn(code, names);
        if (s.Name is { } label)
            text = $"{label.Text}:\n{text}";
        // Messages count columns from where the text begins.
        return new BoundAsm(s.Name is null ? s.Code.Span : s.Span, "z80", text, bindings.ToImmutable(), inputs.ToImmutable(), outputs.ToImmutable(),
            s.Clobbers.IsDefaultOrEmpty ? default : s.Clobbers, [.. names.Fields]);
    }

    /// <summary>Operands in the manner of GCC: <c>"=r"</c> comes out, <c>"+a"</c> goes in and comes out, <c>"hl"</c> is that
    /// register, <c>"0"</c> the register of the first operand.</summary>
    private void BindOperands(AsmStatement s, List<string> operands,
        ImmutableArray<(string, BoundExpression)>.Builder inputs, ImmutableArray<(string, BoundExpression)>.Builder outputs)
    {
        string[] named = [.. s.Outputs.Concat(s.Inputs).Select(NamedBy).Where(IsRegister)];
        foreach (var operand in s.Outputs)
        {
            var place = BindTarget(operand.Value);
            if (AnyError(place))
                continue;
            outputs.Add((TakeRegister(operand, place.Type, outputs, named, operands), place));
            if (operand.Constraint.Contains('+', StringComparison.Ordinal))
                inputs.Add((operands[^1], place));
        }
        var taken = named.Concat(operands).ToArray();
        foreach (var operand in s.Inputs)
        {
            var value = BindValue(operand.Value);
            if (!AnyError(value))
                inputs.Add((TakeRegister(operand, value.Type, inputs, taken, operands), value));
        }
    }

    private static string NamedBy(AsmOperand operand) => operand.Constraint.Trim('=', '+', '&', '{', '}', ' ').ToLowerInvariant();

    private static bool IsRegister(string name) => Registers8.Contains(name) || Registers16.Contains(name);

    /// <summary>The register an operand's constraint names, or one of its width that no other operand is in.</summary>
    /// <param name="operand">The operand.</param>
    /// <param name="type">Its type.</param>
    /// <param name="same">Operands of its kind, which it can share no register with.</param>
    /// <param name="others">Further registers to keep away from when there is a choice.</param>
    /// <param name="operands">Registers of all operands so far; gets this one.</param>
    private string TakeRegister(AsmOperand operand, MirType type, IEnumerable<(string Register, BoundExpression)> same,
        string[] others, List<string> operands)
    {
        var wanted = NamedBy(operand);
        if (int.TryParse(wanted, out var number) && number >= 0 && number < operands.Count)
            wanted = operands[number];
        string[] used = [.. same.Select(o => o.Register)];
        var choice = type.Bits <= 8 && !type.IsAddress ? Registers8 : Registers16;
        var register = IsRegister(wanted) && !Overlaps(wanted, used) ? wanted
            : Array.Find(choice, r => !Overlaps(r, used) && !Overlaps(r, others));
        if (register is null)
        {
            _bag.NotSupported(At(operand.Span), "as many operands of assembly", "name variables in the text");
            register = "a";
        }
        operands.Add(register);
        return register;
    }

    private static bool Overlaps(string register, string[] others) =>
        Array.Exists(others, r => r.Contains(register, StringComparison.Ordinal) || register.Contains(r, StringComparison.Ordinal));

    /// <summary>
    /// Finds variables, functions and constants named in operands; constants become their number. The first word of an
    /// instruction, registers and conditions mean themselves.
    /// </summary>
    private string BindNamesIn(string code, AssemblyNames names)
    {
        var text = new StringBuilder();
        var atStart = true;
        var instruction = "";
        for (var i = 0; i < code.Length;)
        {
            var c = code[i];
            if (c == ';' || (c == '/' && i + 1 < code.Length && code[i + 1] == '/'))
            {
                for (; i < code.Length && code[i] != '\n'; i++)
                    text.Append(code[i]);
            }
            else if (c is '"' or '\'' && !(i > 0 && char.IsAsciiLetter(code[i - 1])) &&
                     code.IndexOf(c, i + 1) is var close && close > i && close - i <= 40 &&
                     !code.AsSpan(i, close - i).Contains('\n'))
            {
                text.Append(code, i, close + 1 - i);
                i = close + 1;
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                var end = i;
                while (end < code.Length && (char.IsAsciiLetterOrDigit(code[end]) || code[end] is '_' or '.'))
                    end++;
                var word = code[i..end];
                var isLabel = i > 0 && code[i - 1] == '.';
                var isAddress = i > 0 && code[i - 1] == '(' && end < code.Length && code[end] == ')'
                    && !(word is "c" or "C" && instruction is "in" or "out");
                text.Append(atStart || isLabel ? word : Operand(word, isAddress, names));
                instruction = atStart ? word.ToLowerInvariant() : instruction;
                atStart = false;
                i = end;
            }
            else
            {
                // A number such as 0FFh or $FF swallows its letters.
                if (char.IsAsciiDigit(c) || c is '$' or '#' or '%')
                    for (text.Append(code[i++]); i < code.Length && char.IsAsciiLetterOrDigit(code[i]); i++)
                        text.Append(code[i]);
                else if (c == '!' && i + 1 < code.Length && (char.IsAsciiLetter(code[i + 1]) || code[i + 1] == '_'))
                    i++;
                else
                    text.Append(code[i++]);
                atStart = c is '\n' or ':' || (atStart && char.IsWhiteSpace(c));
            }
        }
        return text.ToString();
    }

    private string Operand(string word, bool isAddress, AssemblyNames names)
    {
        // Only pairs address memory, and C a port; so `(a)` can only be a variable.
        if (Reserved.Contains(word) && !(isAddress && !Pointers.Contains(word)))
            return word;
        if (word.Contains('.') && FieldOperand(word, names) is { } field)
            return field;
        var symbol = Lookup(word);
        switch (symbol)
        {
            case LocalSymbol local:
                local.IsPinned = true;
                break;
            case GlobalSymbol global:
                if (UseGlobal(global, default) is not BoundGlobal and var value &&
                    Folding.TryConstant(value, out var bits))
                    return bits.ToString();
                if (UseGlobal(global, default) is BoundUntyped untyped)
                    return untyped.Value.ToString();
                break;
            case ConstantSymbol { Value: BoundUntyped number }:
                return number.Value.ToString();
            case ConstantSymbol { Value: BoundLiteral literal }:
                return literal.Bits.ToString();
            case FunctionGroup { Functions: [var only], Generics: [] }:
                symbol = only;
                break;
            default:
                return word;
        }
        if (names.Bindings.All(b => b.Name != word))
            names.Bindings.Add((word, symbol));
        return word;
    }

    /// <summary>The name of a copy that stands for a field of a variable; null when the word names none.</summary>
    private string? FieldOperand(string word, AssemblyNames names)
    {
        var path = word.Split('.');
        if (path.Contains("") || Lookup(path[0]) is not (LocalSymbol or GlobalSymbol))
            return null;
        var name = string.Join('_', path) + "_field";
        if (names.Bindings.Any(b => b.Name == name))
            return name;
        Expression syntax = new NameExpression(names.Span, new Identifier(path[0], names.Span), []);
        foreach (var part in path.AsSpan(1))
            syntax = new MemberExpression(names.Span, syntax, MemberAccess.Dot, new Identifier(part, names.Span), []);
        var place = Bind(syntax, null);
        if (AnyError(place) || !place.IsPlace)
            return word;
        var copy = Hidden(name, place.Type);
        copy.IsPinned = true;
        names.Fields.Add((copy, place));
        names.Bindings.Add((name, copy));
        return name;
    }

    /// <summary>Assembly a function begins with finds the arguments in the registers that <c>@abi</c> names.</summary>
    private BoundBlock ArgumentsInRegisters(BoundBlock body)
    {
        if (body.Statements is not [BoundAsm first, ..] || _function!.Abi is not { Convention: "register" } abi)
            return body;
        foreach (var (parameter, register) in abi.Registers)
            if (_function.ParameterLocals.Find(p => p.Name == parameter) is { IsAlias: false } local
                && first.Inputs.All(i => i.Item1 != register.ToLowerInvariant()))
                first = first with
                {
                    Inputs = first.Inputs.Add((register.ToLowerInvariant(), new BoundLocal(first.Span, local))),
                };
        return body with { Statements = body.Statements.SetItem(0, first) };
    }

    /// <summary>A function that ends in assembly returns what that leaves in A, or HL.</summary>
    private BoundBlock ReturnFromAssembly(BoundBlock body)
    {
        var result = _function!.Result;
        var register = result.Bits is > 0 and <= 8 || result.IsPlainEnum() ? "a"
            : result.Bits == 16 || result.IsAddress ? "hl" : null;
        var last = (BoundAsm)body.Statements[^1];
        if (register is null)
        {
            _bag.MissingReturn(At(_function.Where!.Value.Span), _function.Name, result.Show());
            return body;
        }
        var value = new BoundLocal(last.Span, Hidden("returned", result));
        var returned = new BoundExpressionStatement(new BoundReturn(last.Span, value));
        return body with
        {
            Statements =
                [.. body.Statements[..^1], last with { Outputs = last.Outputs.Add((register, value)) }, returned],
            Type = Special.Never,
        };
    }
}
