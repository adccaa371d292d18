using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <content>Functions that are declared without a body.</content>
internal sealed partial class ProgramBinder
{
    /// <summary>True for <c>extern fn print_u8(x: u8)</c>: it says what is known anyway.</summary>
    private static bool DeclaresBuiltIn(FunctionDeclaration f) =>
        f is { Body: null, Form: FunctionForm.Ordinary, TypeParameters: [] }
        && BodyBinder.IsBuiltIn(f.Name.Text, f.Parameters.Length)
        && f.Attributes.All(a => a.Name.Text switch
        {
            "extern" => a.Arguments is [] || a.Arguments is [{ Value: StringLiteral s }] && s.Text == f.Name.Text,
            // How it is called matters for what is called at an address.
            "abi" => SpectrumRom.Find(f.Name.Text) is null,
            _ => true,
        });

    /// <summary>
    /// Leaves out functions without body that the file has with one further on, or an imported module has.
    /// </summary>
    private void DropForwardDeclarations(IEnumerable<ModuleSymbol> modules)
    {
        foreach (var module in modules)
            foreach (var group in module.Members.Values.OfType<FunctionGroup>().ToList())
                foreach (var f in group.Functions.Where(IsForward).ToList())
                {
                    var isImported = module.Imports.Values.Any(m =>
                        m.Members.GetValueOrDefault(f.Name) is FunctionGroup other && Defines(other, f, byCount: true));
                    if (!isImported && !Defines(group, f, byCount: false))
                        continue;
                    group.Functions.Remove(f);
                    Functions.Remove(f);
                    if (group is { Functions: [], Generics: [] })
                        module.Members.Remove(f.Name);
                }
    }

    private static bool IsForward(FunctionSymbol f) =>
        f is { IsExtern: true, Syntax.Form: FunctionForm.Ordinary, Abi: null or { Address: null, Symbol: null } };

    private static bool Defines(FunctionGroup group, FunctionSymbol declared, bool byCount) =>
        group.Functions.Exists(f => !f.IsExtern && f.Syntax is { } syntax
            && syntax.Parameters.Length == declared.Syntax!.Parameters.Length
            && (byCount || ParameterTypes(f).SequenceEqual(ParameterTypes(declared))));

    private static IEnumerable<string> ParameterTypes(FunctionSymbol f) => f.Syntax!.Parameters.Select(p =>
        p.Type is { } type && f.Where is { } where
            ? where.Source.ToString(type.Span).Replace(" ", "", StringComparison.Ordinal) : "");

    /// <summary>
    /// Gives a function that is elsewhere, nobody says where, the place of the ROM's routine of its name.
    /// </summary>
    private static void FindInRom(FunctionSymbol f)
    {
        if (!f.IsExtern || f.Syntax is not { Form: FunctionForm.Ordinary } syntax || f.Abi?.Address is not null
            || SpectrumRom.Find(f.Abi?.Symbol ?? f.Name) is not { } routine)
            return;
        var abi = f.Abi ?? new Abi("default", [], null, null);
        var saysRegisters = !abi.Registers.IsDefaultOrEmpty;
        if (!saysRegisters && routine.Registers.Length != syntax.Parameters.Length)
            return;
        if (!saysRegisters && syntax.Parameters.Length > 0 && abi.Convention is "default" or "register")
            abi = abi with
            {
                Convention = "register",
                Registers = [.. routine.Registers.Select((r, n) => (syntax.Parameters[n].Name.Text, r))],
            };
        f.Abi = abi with { Address = routine.Address };
    }
}
