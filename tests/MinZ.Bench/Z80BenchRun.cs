using MinZ.Z80;

namespace MinZ.Bench;

/// <summary>What a run of a kernel came to.</summary>
/// <param name="TStates">T-states from the first instruction to the end of RET, without wait states.</param>
/// <param name="Problem">What is wrong with the result; null when it is right.</param>
internal sealed record Z80BenchRun(long TStates, string? Problem)
{
    private const ushort Stack = 0x7FF0;
    private const long Budget = 500_000_000;

    private readonly struct UntilReturn : IRunHook
    {
        public bool StopBefore(ushort pc) => pc == 0;
    }

    /// <summary>Runs a kernel once on its inputs and looks at everything it leaves.</summary>
    public static Z80BenchRun Of(Z80Kernel kernel, Z80BenchCode code)
    {
        var memory = code.Memory.ToArray();
        foreach (var (symbol, bytes) in kernel.Inputs)
        {
            if (code.Symbols(symbol) is not { } at)
                return new Z80BenchRun(0, $"no symbol {symbol}");
            bytes.CopyTo(memory, at);
        }
        if (code.Symbols(Z80Kernel.Entry) is not { } entry)
            return new Z80BenchRun(0, $"no symbol {Z80Kernel.Entry}");
        var cpu = new Cpu<FlatBus>(new FlatBus(memory));
        cpu.Regs.SP = Stack;
        cpu.Regs.PC = (ushort)entry;
        cpu.Regs.A = kernel.Argument ?? 0;
        var hook = new UntilReturn();
        var returned = cpu.Run(Budget, ref hook) && !cpu.Halted;
        return new Z80BenchRun(cpu.T, !returned ? "does not return"
            : cpu.Regs.SP != Stack + 2 ? "returns with another stack pointer" : Check(kernel, code, cpu));
    }

    private static string? Check(Z80Kernel kernel, Z80BenchCode code, Cpu<FlatBus> cpu)
    {
        var result = kernel.IsByte ? cpu.Regs.A : code.WordIn == WordRegister.HL ? cpu.Regs.HL : cpu.Regs.DE;
        if (kernel.Result is { } expected && expected != result)
            return $"returns {result}, not {expected}";
        foreach (var (symbol, bytes) in kernel.Outputs)
        {
            if (code.Symbols(symbol) is not { } at)
                return $"no symbol {symbol}";
            var found = cpu.Bus.Memory.AsSpan(at, bytes.Length);
            var same = found.CommonPrefixLength(bytes);
            if (same < bytes.Length)
                return $"{symbol}[{same}] is {found[same]}, not {bytes[same]}";
        }
        return null;
    }
}
