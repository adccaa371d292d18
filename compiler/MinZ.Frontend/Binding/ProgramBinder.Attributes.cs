using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Checks that attributes fit the functions they stand before.</summary>
internal sealed partial class ProgramBinder
{
    private static readonly ImmutableArray<string> Conventions =
        ["default", "register", "smc", "stack", "shadow", "naked", "virtual", "rst"];

    private static readonly ImmutableArray<string> ArgumentRegisters =
        ["A", "B", "C", "D", "E", "H", "L", "BC", "DE", "HL", "IX", "IY", "IXH", "IXL", "IYH", "IYL"];

    private void CheckAttributes(FunctionSymbol f, ImmutableArray<AttributeSyntax> attributes, SourceText source)
    {
        var isTest = (f.Flags & FunctionFlags.Test) != 0;
        foreach (var a in attributes)
        {
            var where = source.At(a.Span);
            switch (a.Name.Text)
            {
                case "abi" when f.Abi is { } abi:
                    CheckAbi(f, abi, where);
                    break;
                case "extern" when f.Abi?.Address is < 0 or > 0xFFFF:
                    Diagnostics.BadAttribute(where, "expected an address from 0 to 0xFFFF");
                    break;
                case "interrupt" when TakesOrReturns(f):
                    Diagnostics.BadAttribute(where, "a function for interrupts takes and returns nothing");
                    break;
                case "test" when TakesOrReturns(f) && attributes.All(other => other.Name.Text != "case"):
                    Diagnostics.BadAttribute(where, "a test takes and returns nothing",
                        f.Syntax?.Parameters.Length > 0 ? "give it its arguments with `@case(…)`" : null);
                    break;
                case "ignore" or "expect_trap" or "max_tstates" or "case" when !isTest:
                    Diagnostics.BadAttribute(where, $"`@{a.Name.Text}` is for tests", "add `@test`");
                    break;
            }
        }
    }

    private static bool TakesOrReturns(FunctionSymbol f) =>
        f.Syntax is { } syntax &&
            (syntax.Parameters.Length > 0 || syntax.Result is not (null or NamedType { Name.Text: "void" }));

    private void CheckAbi(FunctionSymbol f, Abi abi, Location where)
    {
        if (!Conventions.Contains(abi.Convention))
        {
            Diagnostics.UnknownConvention(where, abi.Convention, Nearest.To(abi.Convention, Conventions));
            f.Abi = null;
            return;
        }
        if (abi.Convention != "register")
            return;
        foreach (var (parameter, register) in abi.Registers)
        {
            if (!ArgumentRegisters.Contains(register.ToUpperInvariant()))
                Diagnostics.BadAttribute(where, $"`{register}` is no register",
                    "there are " + string.Join(", ", ArgumentRegisters));
            else if (f.Syntax is { } syntax && syntax.Parameters.All(p => p.Name.Text != parameter))
                Diagnostics.BadAttribute(where, $"`{f.Name}` has no parameter `{parameter}`",
                    Nearest.To(parameter, syntax.Parameters.Select(p => p.Name.Text)) is { } near
                        ? $"did you mean `{near}`?" : null);
        }
    }

    /// <summary>The program's <c>main</c> takes nothing and returns nothing or an exit code.</summary>
    private void CheckMain()
    {
        if (Root.Members.GetValueOrDefault("main") is FunctionGroup { Functions: [],
            Generics: [{ Where: { } generic }, ..] })
            Diagnostics.BadMain(generic, "`main` cannot be generic", "leave out the type parameters");
        if (Root.Members.GetValueOrDefault("main") is not FunctionGroup { Functions: [var main, ..] } ||
            main.Where is not { } where)
            return;
        if (main.Parameters.Length > 0)
            Diagnostics.BadMain(main.Syntax is { Parameters: [var first, ..] and [.., var last] }
                ? where.Source.At(first.Span.To(last.Span)) : where, "`main` takes no arguments",
                "leave them out; a Spectrum program gets none");
        else if (!main.Result.IsVoid() && !main.Result.IsInteger && !main.Result.IsError()
                 && main.Result.Kind != TypeKind.Bool && !IsFallible(main.Result))
            Diagnostics.BadMain(where, $"`main` cannot return {main.Result.Show()}",
                "return nothing, or an integer as exit code");
    }
}
