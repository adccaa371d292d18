using MinZ.Mir;
using MinZ.Vm.Sandbox;

namespace MinZ.Vm.Interpreter;

/// <summary>Inline assembly, which a processor of the host runs in the program's memory.</summary>
internal sealed unsafe partial class Machine : IAssemblyMachine
{
    private IAssemblyProcessor? _processor;

    /// <summary>The ports of the processor's machine; null when there is none.</summary>
    public IPorts? ProcessorPorts => _processor;

    private void StartProcessor() => _processor = _program.MachineCode?.Start(this);

    private Insn* Assembly(Insn* ip, long* R)
    {
        var site = _program.Assembly(ip->D);
        if (_processor is null)
            return Stop(TrapCode.Unreachable, $"inline assembly for {site.Block.Target} runs on {site.Block.Target} only");
        if (IsHelper)
            return LeaveToFirst(ip, R);
        bool returned;
        long result;
        try
        {
            returned = _processor.Run(site, (int)R[ip->B], new ReadOnlySpan<long>(R + ip->A, ip->C), out result);
        }
        catch (VmTrapException e)
        {
            _ip = ip;
            return Stop(e.Code, e.Message);
        }
        // The assembly may have called functions, which moved both.
        _ip = ip;
        R = _frame;
        return returned ? ReturnFrom(site, ip, R, result) : ip + 1;
    }

    /// <summary>Returns for the function, as its own code would.</summary>
    private Insn* ReturnFrom(AssemblySite site, Insn* ip, long* R, long result)
    {
        if (R[ip->B] != 0)
        {
            _shadowTop = (ulong)R[ip->B];
            if (_shadowTop == _chunkStart)
                LeaveChunk();
        }
        var back = (Insn*)R[-1];
        _frame = R - ((int*)R)[-4];
        if (site.Function.Result.Kind != TypeKind.Void)
            _frame[back[-1].B] = result;
        return back;
    }

    byte[] IAssemblyMachine.Memory => _linear.Near!;

    void IAssemblyMachine.Charge(long units)
    {
        if (!Charge((ulong)units * BytesPerFuel))
            throw new VmTrapException(TrapCode.FuelExhausted, VmTrap.Describe(TrapCode.FuelExhausted));
    }

    void IAssemblyMachine.Print(ReadOnlySpan<byte> text)
    {
        if (!_gate.IsGranted(HostServices.Console))
            throw new VmTrapException(TrapCode.Denied, Gate.Denial(HostServices.Console));
        lock (_gate)
            _gate.Write(text);
    }

    long IAssemblyMachine.Call(Function function, ReadOnlySpan<long> arguments)
    {
        if (Call(function, arguments, out var result) is { } trap)
            throw new VmTrapException(trap.Code, trap.Message);
        return ExitCode is null ? result
            : throw new VmTrapException(TrapCode.Unreachable, VmTrap.Describe(TrapCode.Unreachable));
    }
}
