using System.Collections.Immutable;
using MinZ.Backends.Z80.Assembly;
using MinZ.Backends.Z80.Codegen;
using MinZ.Mir;

namespace MinZ.Backends.Z80;

/// <summary>Where a function that assembly calls expects its parameters.</summary>
/// <param name="Parameters">Register of each; null for one that no register is left for.</param>
/// <param name="Result">Register of the result; null for none.</param>
public sealed record RegisterConvention(ImmutableArray<string?> Parameters, string? Result);

/// <summary>
/// What names and registers mean in inline assembly: for the compiler, and for machines that run a program's assembly
/// without compiling the rest of it.
/// </summary>
public static class InlineAssembly
{
    /// <summary>Name of the target in <see cref="AsmBlock.Target"/>, in any case.</summary>
    public const string TargetName = "z80";

    /// <summary>What a name stands for: a scalar's cell, an array's, struct's or function's address.</summary>
    /// <param name="asm">The assembly that has the name.</param>
    /// <param name="name">The name.</param>
    /// <param name="addressOf">Address of what a binding names; null when there is none.</param>
    /// <returns>Null for a name that is not bound.</returns>
    public static Operand? Resolve(AsmBlock asm, string name, Func<AsmBinding, Expr?> addressOf)
    {
        foreach (var b in asm.Bindings)
            if (b.Name == name && addressOf(b) is { } address)
                return b.Function is null && !(b.Global?.Type ?? b.Local!.Type).IsAggregate ? Asm.Mem(address)
                    : Asm.Imm(address);
        return null;
    }

    /// <summary>The single registers of one that values may be in, lowest byte first; empty for other names.</summary>
    public static ImmutableArray<string> BytesOf(string register) =>
        RegSeq.Find(register) is { } found ? [.. found.Bytes.Select(b => RegSeq.Of(b).Name)] : [];

    /// <summary>How a function of a module lowered for the Z80 is called from assembly.</summary>
    public static RegisterConvention ConventionOf(Function f)
    {
        var c = Conventions.Of(f, t => t.Kind == TypeKind.Void ? 0 : DataLayout.Z80.SizeOf(t), (_, _) =>
        {
        });
        return new RegisterConvention([.. c.Parameters.Select(p => p.IsReg ? p.Seq!.Name : null)],
            c.Result.IsReg ? c.Result.Seq!.Name : null);
    }

    /// <summary>True when the code of a piece of assembly may go back to whoever called its function.</summary>
    public static bool MayReturn(IEnumerable<Item> items) => items.Any(i =>
        i is Assembly.Instruction { Form.Flow: Flow.Return or Flow.ReturnIf });
}
