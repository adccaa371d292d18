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
        ["A", "B", "C", "D", "E", "H", "L", "BC", "DE", "HL", "IX", "IY", "IXH", "IXL", "IYH", "IYL", "DEHL"];

    private void CheckAttributes(FunctionSymbol f, ImmutableArray<AttributeSyntax> attributes, SourceText source)
    {
        var isTest = (f.Flags & FunctionFlags.Test) != 0;
        foreach (var a in attributes)
        {
            var where = source.At(a.Span);
            switch (a.Name.Text)
            {
                case "abi" when f.Abi is { } abi:
                    CheckAbi(f, abi, a, source);
                    break;
                case "extern" when f.Abi?.Address is < 0 or > 0xFFFF:
                    Diagnostics.BadAttribute(ArgumentOf(a, source), "expected an address from 0 to 0xFFFF, found "
                        + source.ToString(ArgumentOf(a, source).Span));
                    break;
                case "interrupt" when TakesOrReturns(f):
                    Diagnostics.BadAttribute(f.Where ?? where, "a function for interrupts takes and returns nothing",
                        "leave out parameters and result; pass values in globals");
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

    /// <summary>Letters that were reported as types nobody declared, with their lines.</summary>
    public HashSet<(SourceText Source, int Line, string Name)> ReportedTypes { get; } = [];

    /// <summary>An alignment as it is, or 0 after a report when it is none.</summary>
    public int AlignmentOf(Int128? bytes, Location where)
    {
        if (bytes is not { } n || (n > 0 && n <= 32768 && (n & (n - 1)) == 0))
            return (int)(bytes ?? 0);
        var nearest = 1;
        while (nearest < n && nearest < 32768)
            nearest *= 2;
        Diagnostics.BadAttribute(
            where, $"expected a power of two from 1 to 32768, found {n}", $"write `@aligned({nearest})`");
        return 0;
    }

    private static bool TakesOrReturns(FunctionSymbol f) =>
        f.Syntax is { } syntax &&
            (syntax.Parameters.Length > 0 || syntax.Result is not (null or NamedType { Name.Text: "void" }));

    /// <summary>
    /// A <c>main</c> that can fail is called by one that cannot: it returns the value as exit code, and an error that
    /// nothing has caught stops the program.
    /// </summary>
    private void WrapMain(FunctionSymbol main)
    {
        main.MirName = Unique("main.body");
        var value = ((EnumType)main.Result).Variants[0].Payload is [var result] ? result : MirType.Void;
        var stop = Stop(((EnumType)main.Result).Variants[1].Payload[0]);
        var source = new SourceText(value.IsVoid()
            ? $"fn main() {{ match main() {{ ok => {{}}, error(e) => {stop} }} }}"
            : $"fn main() -> {value} {{ match main() {{ ok(v) => return v, error(e) => {stop} }} }}", CoreLibrary.Path);
        Files.Add(source);
        var syntax = SyntaxTree.Parse(source).Root.Declarations.OfType<FunctionDeclaration>().Single();
        var wrapper = new FunctionSymbol("main", Root, syntax)
        {
            Where = source.At(syntax.Name.Span), Body = syntax.Body, MirName = "main", HasFinalName = true,
            TypeArguments = TypeScope.Empty,
        };
        Functions.Add(wrapper);
        BodyOf(wrapper);
    }

    /// <summary>Stops the program with the name of the error <c>e</c>.</summary>
    private static string Stop(MirType error)
    {
        static string Panic(string why) => $"panic(\"main has failed{why}\")";
        return error switch
        {
            EnumType { HasPayload: false } names => "match e { " +
                string.Concat(names.Variants.Select(v => $"{v.Name} => {Panic(": " + v.Name)}, ")) +
                $"_ => {Panic("")} }}",
            { Kind: TypeKind.Str } => Panic(": #{e}"),
            _ => Panic(""),
        };
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
        else if (IsFallible(main.Result))
            WrapMain(main);
        else if (!main.Result.IsVoid() && !main.Result.IsInteger && !main.Result.IsError()
                 && main.Result.Kind != TypeKind.Bool && !IsFallible(main.Result))
            Diagnostics.BadMain(where, $"`main` cannot return {main.Result.Show()}",
                "return nothing, or an integer as exit code");
    }
}
