using MinZ.Mir;

namespace MinZ.Frontend.CompileTime;

/// <summary>
/// Puts a trap before every instruction of a computation that depends on what only exists when the program runs, so
/// that such code may be there as long as it is not reached.
/// </summary>
internal static class RunTimeGuard
{
    /// <summary>Guards all functions of a module.</summary>
    /// <param name="module">A module made for one computation.</param>
    /// <param name="result">The global that takes the result, which may be written.</param>
    public static void Apply(Module module, Global? result)
    {
        foreach (var function in module.Functions)
            if (function.Blocks.Count(block => Guard(function, block, result)) > 0)
                Emit.FunctionEmitter.RemoveUnreachable(function);
    }

    private static bool Guard(Function function, Block block, Global? result)
    {
        for (var n = 0; n < block.Instructions.Count; n++)
        {
            ref var instruction = ref function[block.Instructions[n]];
            if (Reason(function, block.Instructions[n], result) is not { } reason)
                continue;
            var location = instruction.Location;
            block.Instructions.RemoveRange(n, block.Instructions.Count - n);
            var builder = new Builder(function) { Location = location }.At(block);
            builder.Trap(TrapCode.Denied, builder.Text(StringConstant.Of(reason)));
            return true;
        }
        return false;
    }

    /// <summary>What an instruction does that needs a running program; null when it does nothing of the kind.</summary>
    private static string? Reason(Function function, int id, Global? result)
    {
        var i = function[id];
        return i.Op switch
        {
            Op.Intrinsic when ((Intrinsic)i.Bits).Info().Effects != Effects.Pure =>
                (Intrinsic)i.Bits == Intrinsic.Exit ? "it ends the program" : "it prints",
            Op.Peek or Op.Poke => "it uses memory by its address",
            Op.In or Op.Out => "it uses an input/output port",
            Op.Asm => "it runs assembly",
            Op.Syscall => "it asks the host",
            Op.Native when i.Payload is not (CompileTimeServices.Emit or CompileTimeServices.Note) =>
                "it asks the host",
            Op.Bitcast when i.Type.Kind == TypeKind.Pointer && function.TypeOf(function.Operands(id)[0]).IsInteger =>
                "it uses memory by its address",
            Op.Call or Op.TailCall when i.Payload is FunctionRef { Function.IsExtern: true } callee =>
                $"it calls `{callee.Function.Name}`, which is defined elsewhere",
            _ => i.Payload switch
            {
                Place place => Variable(place, result),
                PlacePair pair => Variable(pair.From, result) ?? Variable(pair.To, result),
                _ => null,
            },
        };
    }

    private static string? Variable(Place place, Global? result) =>
        place.Global is { IsConst: false } global && global != result ? $"it uses the variable `{global.Name}`" : null;
}
