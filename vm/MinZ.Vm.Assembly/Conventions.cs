using System.Collections.Immutable;
using MinZ.Backends.Z80;
using MinZ.Mir;

namespace MinZ.Vm.Assembly;

/// <summary>
/// What the Z80 target does between a call and the assembly called, as inputs and outputs of that assembly.
/// </summary>
internal static class Conventions
{
    /// <summary>Gives a function at a fixed address a body that calls it with its parameters in registers.</summary>
    public static void GiveBody(Function f, int address)
    {
        var convention = InlineAssembly.ConventionOf(f);
        var b = new Builder(f).At(f.NewBlock("entry"));
        b.Location = f.AddLocation(f.Location);
        var parameters = f.Parameters.Select(p => f.NewParameter(b.Block, p.Type, p.Name)).ToArray();
        if (convention.Parameters.Any(p => p is null))
        {
            b.Trap(TrapCode.Unreachable, b.Text(StringConstant.Of(
                $"'{f.Name}' at 0x{address:X4} has more parameters than registers can pass")));
            return;
        }
        var result = f.Result.Kind == TypeKind.Void ? null : f.NewLocal("result", f.Result);
        ImmutableArray<AsmRegister> outputs = result is null ? [] : [new AsmRegister(convention.Result!, result)];
        Call(b, $"call 0x{address:X4}", convention, parameters, outputs);
        if (result is null)
        {
            b.Return();
            return;
        }
        result.Pinned = true;
        var cell = b.Emit(Op.LocalAddress, MirType.Void, [], new PointerType(f.Result), result);
        b.Return(b.Emit(Op.MemLoad, f.Result, [cell], f.Result));
    }

    private static void Call(Builder b, string text, RegisterConvention convention, Value[] parameters,
        ImmutableArray<AsmRegister> outputs) =>
        b.Emit(Op.Asm, MirType.Void, parameters, null, new AsmBlock(InlineAssembly.TargetName, text, [],
            [.. convention.Parameters.Select(p => new AsmRegister(p!, null))], outputs, default));

    /// <summary>Puts the parameters of a naked function into the registers its assembly expects them in.</summary>
    public static void GiveRegisters(Function f)
    {
        if (f.IsExtern || f.Parameters.IsEmpty)
            return;
        var convention = InlineAssembly.ConventionOf(f);
        foreach (var id in f.Entry.Instructions)
        {
            if (f[id].Payload is not AsmBlock asm)
                continue;
            if (!asm.Inputs.IsDefaultOrEmpty)
                return;
            var passed = f.Parameters.Select((_, n) => n).Where(n => convention.Parameters[n] is not null).ToList();
            f[id].Payload = asm with
            {
                Inputs = [.. passed.Select(n => new AsmRegister(convention.Parameters[n]!, null))],
            };
            f.SetOperands(id, [.. passed.Select(n => f.Entry.Parameters[n])]);
            return;
        }
    }
}
