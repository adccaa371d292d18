using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>The attributes that exist.</summary>
internal static class Attributes
{
    /// <summary>Names with an effect, and hints to a target that need none to be right.</summary>
    public static ImmutableArray<string> Known { get; } =
    [
        "abi", "extern", "interrupt", "inline", "noinline", "pure", "cold", "naked", "export", "test", "ignore", "case",
        "expect_trap", "max_tstates", "address", "at", "absolute", "aligned", "align", "volatile",
        "smc", "smc_optimize", "shadow", "shadow_registers", "optimize_registers", "optimize", "static_buffer", "port",
        "tail_call", "fast", "register", "target", "platform", "if_platform",
    ];

    /// <summary>Those with an effect on global variables, and hints.</summary>
    public static ImmutableArray<string> OfGlobals { get; } =
    [
        "address", "at", "absolute", "aligned", "align", "volatile", "smc", "shadow", "port", "static_buffer", "fast",
        "register", "target", "platform", "if_platform",
    ];

    /// <summary>Those with an effect on variables in functions.</summary>
    public static ImmutableArray<string> OfLocals { get; } =
        ["address", "at", "absolute", "aligned", "align", "volatile"];

    /// <summary>Those that say all by their names.</summary>
    public static ImmutableArray<string> WithoutArguments { get; } =
        ["interrupt", "inline", "noinline", "pure", "cold", "naked", "volatile"];

    /// <summary>Those of variables that say nothing about a function.</summary>
    public static ImmutableArray<string> OfVariablesOnly { get; } =
        ["address", "at", "absolute", "aligned", "align", "volatile"];
}

/// <summary>What attributes say about functions.</summary>
internal sealed partial class ProgramBinder
{
    private void ApplyAttributes(
        FunctionSymbol f, ImmutableArray<AttributeSyntax> attributes, Modifiers modifiers, SourceText source)
    {
        if ((modifiers & (Modifiers.Public | Modifiers.Export)) != 0)
            f.Flags |= FunctionFlags.Export;
        foreach (var a in attributes)
        {
            if (a.Arguments is [var argument, ..] && Attributes.WithoutArguments.Contains(a.Name.Text))
                Diagnostics.AttributeArguments(source.At(argument.Span.To(a.Arguments[^1].Span)), a.Name.Text);
            switch (a.Name.Text)
            {
                case "abi": f.Abi = Join(f.Abi, BindAbi(a, source)); break;
                case "extern": f.Abi = Join(BindExtern(a, source), f.Abi); break;
                case "interrupt": f.Flags |= FunctionFlags.Interrupt; break;
                case "inline": f.Flags |= FunctionFlags.Inline; break;
                case "noinline": f.Flags |= FunctionFlags.NoInline; break;
                case "pure": f.Flags |= FunctionFlags.Pure; break;
                case "cold": f.Flags |= FunctionFlags.Cold; break;
                case "naked": f.Flags |= FunctionFlags.Naked; break;
                case "export": f.Flags |= FunctionFlags.Export; break;
                case "smc": f.Abi ??= new Abi("smc", [], null, null); break;
                case "test": BindTest(f, a, source); break;
                case "ignore": f.Test = TestOf(f) with { IgnoreReason = TextOf(a) ?? "ignored" }; break;
                case "expect_trap": f.Test = TestOf(f) with { ExpectedTrap = TextOf(a) ?? "" }; break;
                case "max_tstates": f.Test = TestOf(f) with { MaxTStates = NumberOf(a.Arguments, source) }; break;
                case var other when Attributes.OfVariablesOnly.Contains(other):
                    Diagnostics.AttributeWithoutEffect(source.At(a.Span), other, "a function",
                        other is "address" or "at" or "absolute"
                            ? "code that is elsewhere is `@extern(address) fn …`" : null);
                    break;
                default:
                    CheckAttribute(a, Attributes.Known, "a function", source, Diagnostics);
                    break;
            }
        }
        if (f.Abi is { Convention: "naked" })
            f.Flags |= FunctionFlags.Naked;
        FindInRom(f);
        CheckAttributes(f, attributes, source);
        if ((f.Flags & FunctionFlags.Test) == 0)
            f.Test = null;
    }

    /// <summary>Warns of an attribute that means nothing, anywhere or where it stands.</summary>
    public void CheckAttribute(AttributeSyntax a, ImmutableArray<string> meant, string on, SourceText source,
        Diagnostics.DiagnosticBag bag)
    {
        var name = a.Name.Text;
        if (meant.Contains(name) || IsForTarget(name))
            return;
        if (Attributes.Known.Contains(name))
            bag.AttributeWithoutEffect(source.At(a.Span), name, on, null);
        else
            bag.UnknownAttribute(source.At(a.Span), name, Nearest.To(name, Attributes.Known));
    }

    private void CheckAttributes(Declaration declaration, string on, SourceText source)
    {
        foreach (var a in declaration.Attributes)
            CheckAttribute(a, [], on, source, Diagnostics);
    }

    private static TestInfo TestOf(FunctionSymbol f) => f.Test ?? new TestInfo(f.Name.Replace('_', ' '));

    private static string? TextOf(AttributeSyntax a) =>
        a.Arguments is [{ Value: StringLiteral s }] ? s.Text : a.Body?.Text.Trim();

    private long? NumberOf(ImmutableArray<Argument> arguments, SourceText source) => arguments is [var only]
        ? (long?)new BodyBinder(this, Root, source).BindConstantInt(only.Value, "the argument")
        : null;

    private void BindTest(FunctionSymbol f, AttributeSyntax a, SourceText source)
    {
        f.Flags |= FunctionFlags.Test;
        f.Test = TestOf(f);
        foreach (var argument in a.Arguments)
        {
            f.Test = (argument.Name?.Text, argument.Value) switch
            {
                (null or "name", StringLiteral s) => f.Test with { DisplayName = s.Text },
                ("expect_trap", StringLiteral s) => f.Test with { ExpectedTrap = s.Text },
                ("ignore", StringLiteral s) => f.Test with { IgnoreReason = s.Text },
                ("max_tstates", _) => f.Test with { MaxTStates = NumberOf([argument], source) },
                _ => Refuse(f.Test, argument, source),
            };
        }
    }

    private TestInfo Refuse(TestInfo test, Argument argument, SourceText source)
    {
        Diagnostics.BadAttribute(source.At(argument.Span),
            "`@test` takes a name, `expect_trap: \"…\"`, `ignore: \"…\"` and `max_tstates: n`");
        return test;
    }

    /// <summary>Reads <c>"register: A=x, HL=y"</c>, <c>"smc"</c>, <c>"rst $10"</c>, …</summary>
    private Abi? BindAbi(AttributeSyntax a, SourceText source)
    {
        if (TextOf(a) is not { } text)
        {
            var found = a.Arguments.IsEmpty ? "none" : source.ToString(ArgumentOf(a, source).Span);
            Diagnostics.BadAttribute(ArgumentOf(a, source), $"`@abi` takes a text, found {found}",
                "write `@abi(\"register: A=x, HL=y\")`, with the names of the parameters");
            return null;
        }
        var colon = text.IndexOf(':');
        // Registers alone are the convention that speaks of them.
        if (colon < 0 && text.Contains('='))
            (text, colon) = ("register:" + text, "register".Length);
        var convention = (colon < 0 ? text : text[..colon]).Trim();
        if (convention.StartsWith("rst", StringComparison.OrdinalIgnoreCase))
            return new Abi("rst", [], ParseAddress(convention[3..]), null);
        var registers = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var pair in (colon < 0 ? "" : text[(colon + 1)..]).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=') is [var register, var parameter])
                registers.Add((parameter.Trim(), register.Trim()));
            else
                Diagnostics.BadAttribute(PlaceIn(a, pair.Trim(), source),
                    $"expected register=parameter, found `{pair.Trim()}`",
                    pair.Contains(';')
                        ? "put a comma between them: `A=x, HL=y`" : "write `A=x`: the register comes first");
        }
        return new Abi(convention, registers.ToImmutable(), null, null);
    }

    /// <summary>
    /// One attribute says where the function is, the other how it is called; the order does not matter.
    /// </summary>
    private static Abi? Join(Abi? place, Abi? convention) =>
        place is null || convention is null ? place ?? convention
            : convention with { Address = place.Address ?? convention.Address, Symbol =
                place.Symbol ?? convention.Symbol };

    private static int? ParseAddress(string text)
    {
        text = text.Trim().TrimStart('$', '#').TrimEnd('h', 'H');
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            text = text[2..];
        return int.TryParse(text, System.Globalization.NumberStyles.HexNumber, null, out var address) ? address : null;
    }

    private Abi BindExtern(AttributeSyntax a, SourceText source)
    {
        if (TextOf(a) is { } symbol)
            return new Abi("default", [], null, symbol);
        if (a.Arguments is [{ Value: StringLiteral name }, var place])
            return new Abi("default", [], (int?)NumberOf([place], source), name.Text);
        return new Abi("default", [], (int?)NumberOf(a.Arguments, source), null);
    }

    /// <summary>
    /// For <c>@case(1, 2)</c> attributes, makes one test without parameters per row, which calls the function.
    /// </summary>
    private bool ExpandCases(FunctionSymbol f, FunctionDeclaration syntax, ModuleSymbol module, SourceText source)
    {
        var rows = syntax.Attributes.Where(a => a.Name.Text == "case").ToArray();
        if (f.Test is not { } test || rows.Length == 0)
            return false;
        f.Test = null;
        f.Flags &= ~FunctionFlags.Test;
        Functions.Add(f);
        foreach (var row in rows)
        {
            var values = string.Join(", ", row.Arguments.Select(a => source.ToString(a.Value.Span)));
            Functions.Add(new FunctionSymbol(f.Name, module, null)
            {
                Where = source.At(row.Span), Flags = FunctionFlags.Test, State = BindingState.Bound,
                Test = test with { DisplayName = $"{test.DisplayName}({values})" },
                MirName = Unique($"{f.MirName}.case"), Case = [.. row.Arguments.Select(a => a.Value)], Called = f,
                Body = syntax.Body,
            });
        }
        return true;
    }
}
