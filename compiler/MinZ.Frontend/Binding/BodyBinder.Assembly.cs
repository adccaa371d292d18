using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
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

    /// <summary>What the names of one piece of assembly mean: symbols, copies of the fields it mentions, and variables
    /// that arrive in the register of their name.</summary>
    private sealed record AssemblyNames(
        TextSpan Span, ImmutableArray<(string Name, Symbol Symbol)>.Builder Bindings,
        List<(LocalSymbol Copy, BoundExpression Place)> Fields, Dictionary<string, LocalSymbol> Loads);

    private BoundAsm BindAsm(AsmStatement s)
    {
        var inputs = ImmutableArray.CreateBuilder<(string, BoundExpression)>();
        var outputs = ImmutableArray.CreateBuilder<(string, BoundExpression)>();
        var operands = new List<string>();
        BindOperands(s, operands, inputs, outputs);
        var code = s.Code.Text;
        for (var i = 0; i < operands.Count; i++)
            code = code.Replace($"{{{i}}}", operands[i], StringComparison.Ordinal);
        if (operands.Count > 0)
            code = OperandNumber().Replace(code, m =>
                int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) is var n && n < operands.Count
                    ? operands[n] : m.Value);
        if (operands.Count > 0)
            code = LoadOfPair().Replace(code, "ld $1, $3 : ld $2, $4");
        var bindings = ImmutableArray.CreateBuilder<(string, Symbol)>();
        var names = new AssemblyNames(s.Span, bindings, [], []);
        var text = BindNamesIn(code, names);
        foreach (var (register, local) in names.Loads)
            if (IsRegister(register) && !Overlaps(register, [.. inputs.Select(i => i.Item1)])
                && local.Type.Bits == (Registers8.Contains(register) ? 8 : 16))
                inputs.Add((register, new BoundLocal(s.Span, local)));
        const FunctionFlags handling = FunctionFlags.Interrupt | FunctionFlags.Naked;
        if (_function is { Flags: var flags } && (flags & handling) == FunctionFlags.Interrupt)
            text = EndOfHandler(text);
        if (s.Name is { } label)
            text = $"{label.Text}:\n{text}";
        // Messages count columns from where the text begins.
        return new BoundAsm(s.Name is null ? s.Code.Span : s.Span, "z80", text, bindings.ToImmutable(),
            inputs.ToImmutable(), outputs.ToImmutable(),
            s.Clobbers.IsDefaultOrEmpty ? default : s.Clobbers, [.. names.Fields]);
    }

    /// <summary>
    /// What a handler has saved it restores at its end, so that its own return from the interrupt goes there.
    /// </summary>
    private static string EndOfHandler(string text) =>
        ReturnFromInterrupt().IsMatch(text)
            ? ReturnFromInterrupt().Replace(text, "$1jp __end_of_handler") + "\n__end_of_handler:" : text;

    [GeneratedRegex(@"^((?:[^;\n]*[\s:])?)ret[in]\b", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex ReturnFromInterrupt();

    /// <summary>Operands in the manner of GCC: <c>"=r"</c> comes out, <c>"+a"</c> goes in and comes out, <c>"hl"</c> is
    /// that register, <c>"0"</c> the register of the first operand.</summary>
    private void BindOperands(AsmStatement s, List<string> operands,
        ImmutableArray<(string, BoundExpression)>.Builder inputs,
        ImmutableArray<(string, BoundExpression)>.Builder outputs)
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

    /// <summary><c>%1</c> where a number would have more digits.</summary>
    [GeneratedRegex(@"(?<![\w%])%(\d)(?!\w)")]
    private static partial Regex OperandNumber();

    /// <summary>A load of a pair from a pair, which comes of an operand put into <c>ld hl, {0}</c>.</summary>
    [GeneratedRegex(@"\bld[ \t]+([bdh])([cel])[ \t]*,[ \t]*([bdh])([cel])\b", RegexOptions.IgnoreCase)]
    private static partial Regex LoadOfPair();

    private static string NamedBy(AsmOperand operand) =>
        operand.Constraint.Trim('=', '+', '&', '{', '}', ' ').ToLowerInvariant();

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
        Array.Exists(others,
            r => r.Contains(register, StringComparison.Ordinal) || register.Contains(r, StringComparison.Ordinal));

    /// <summary>The name of a copy that stands for a field of a variable; null when the word names none.</summary>
    private string? FieldOperand(string word, AssemblyNames names)
    {
        var path = word.Split('.');
        if (path.Contains("") || Lookup(path[0]) is not (LocalSymbol or GlobalSymbol))
            return null;
        var name = string.Join('_', path) + "_field";
        if (names.Bindings.Any(b => b.Name == name))
            return name;
        var place = Bind(Path(path, names.Span), null);
        if (AnyError(place) || !place.IsPlace)
            return word;
        var copy = Hidden(name, place.Type);
        copy.IsPinned = true;
        names.Fields.Add((copy, place));
        names.Bindings.Add((name, copy));
        return name;
    }

    /// <summary>The number of a variant, or of a constant of a type or module; null when the word names none.</summary>
    private string? ConstantOperand(string word, AssemblyNames names)
    {
        var path = word.Split('.');
        if (path.Contains("") || Lookup(path[0]) is null or FunctionGroup)
            return null;
        return Bind(Path(path, names.Span), null) switch
        {
            BoundUntyped number => number.Value.ToString(CultureInfo.InvariantCulture),
            var value when Folding.TryConstant(value, out var bits) => bits.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    private static Expression Path(string[] path, TextSpan span)
    {
        Expression syntax = new NameExpression(span, new Identifier(path[0], span), []);
        foreach (var part in path.AsSpan(1))
            syntax = new MemberExpression(span, syntax, MemberAccess.Dot, new Identifier(part, span), []);
        return syntax;
    }

    /// <summary>Where a function is: what assembly that names it gets.</summary>
    private BoundBlock AddressOfFunction(BoundFunctionValue e)
    {
        var address = new BoundLocal(e.Span, Hidden("address", MirType.U16));
        var load = new BoundAsm(
            e.Span, "z80", "ld hl,function", [("function", e.Function)], [], [("hl", address)], ["hl"], []);
        return new BoundBlock(e.Span, [load], address, MirType.U16);
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
