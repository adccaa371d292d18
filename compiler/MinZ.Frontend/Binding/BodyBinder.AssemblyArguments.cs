using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <content>Where assembly that a function begins with finds the arguments.</content>
internal sealed partial class BodyBinder
{
    private const int WordBits = 16;

    /// <summary>
    /// Puts the arguments into the registers that <c>@abi</c> names or that are called like them, those of
    /// <c>asm fn</c> into A, C, E, L and HL, DE, BC, and those of <c>@abi("stack")</c> on the stack where the assembly
    /// takes them from there.
    /// </summary>
    private BoundBlock ArgumentsInRegisters(BoundBlock body)
    {
        if (body.Statements is not [BoundAsm first, ..])
            return body;
        var function = _function!;
        var taken = first.Inputs.Select(i => i.Item1).ToList();
        if (function.Abi is { Convention: "register" } abi)
        {
            foreach (var (parameter, register) in abi.Registers)
                if (function.ParameterLocals.Find(p => p.Name == parameter) is { IsAlias: false } local)
                    first = Arrives(first, local, register.ToLowerInvariant(), taken);
        }
        else if (function.Abi is { Convention: "stack" } stack)
        {
            first = OnStack(first, stack, function.ParameterLocals);
        }
        else if (function.Abi is null or { Convention: "smc" or "default" } && body.Statements.Length == 1)
        {
            foreach (var local in function.ParameterLocals.Where(p => !p.IsAlias && IsRegister(p.Name)))
                first = Arrives(first, local, local.Name, taken);
            if (function.Syntax?.Form == FunctionForm.Asm)
                foreach (var local in function.ParameterLocals.Where(p => !p.IsAlias && !taken.Contains(p.Name)))
                    first = Arrives(first, local, FreeRegister(local.Type, taken), taken);
        }
        return body with { Statements = body.Statements.SetItem(0, first) };
    }

    private static BoundAsm Arrives(BoundAsm asm, LocalSymbol local, string? register, List<string> taken)
    {
        if (register is null || Overlaps(register, [.. taken]) || IsRegister(register) && !Holds(register, local.Type))
            return asm;
        taken.Add(register);
        return asm with { Inputs = asm.Inputs.Add((register, new BoundLocal(asm.Span, local))) };
    }

    private static bool Holds(string register, MirType type) => Registers8.Contains(register)
        ? type.Bits is > 0 and <= 8 || type.IsPlainEnum() : type.Bits == WordBits || type.IsAddress;

    // In the order of the standard convention of the Z80 target.
    private static string? FreeRegister(MirType type, List<string> taken) =>
        new[] { "a", "c", "e", "l", "hl", "de", "bc" }.FirstOrDefault(r => Holds(r, type) && !Overlaps(r, [.. taken]));

    /// <summary>
    /// Calls the text as a routine of its own with the arguments above the return address, the first one at SP+2 or
    /// where <c>"stack: 4=x"</c> says, each in two bytes.
    /// </summary>
    private BoundAsm OnStack(BoundAsm asm, Abi abi, List<LocalSymbol> parameters)
    {
        if (parameters.Count == 0 || !StackUse().IsMatch(asm.Text))
            return asm;
        var ordered = abi.Registers.IsDefaultOrEmpty ? parameters
            : [.. parameters.OrderBy(p =>
                abi.Registers.FirstOrDefault(r => r.Parameter == p.Name) is { Register: { } at }
                    && int.TryParse(at, out var offset) ? offset : int.MaxValue)];
        if (ordered.Count > Registers16.Length || ordered.Exists(p => !Holds("a", p.Type) && !Holds("hl", p.Type)))
        {
            _bag.NotSupported(At(asm.Span), "assembly that takes these parameters from the stack",
                "name the parameters in the text, or use up to three of 8 or 16 bits");
            return asm;
        }
        var call = new StringBuilder();
        for (var n = ordered.Count; n-- > 0;)
            call.Append($"push {Registers16[n]} : ");
        call.Append("call __on_stack : ");
        // What A and HL hold is the result.
        call.Insert(call.Length, "pop bc : ", ordered.Count);
        call.Append("jp __off_stack\\__on_stack: ");
        return asm with
        {
            Text = $"{call}{asm.Text}\nret\n__off_stack:",
            Inputs = [.. ordered.Select((p, n) => (Registers16[n], Widened(new BoundLocal(asm.Span, p))))],
        };
    }

    private static BoundExpression Widened(BoundExpression e) =>
        e.Type.Bits is > 0 and < WordBits && e.Type.IsInteger ? Numeric(e, MirType.U16) : e;

    [GeneratedRegex(@"\b(sp|ix|iy)\b", RegexOptions.IgnoreCase)]
    private static partial Regex StackUse();
}
