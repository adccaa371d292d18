using System.Runtime.CompilerServices;
using MinZ.Mir;
using MinZ.Vm.Memory;
using MinZ.Vm.Sandbox;

namespace MinZ.Vm.Interpreter;

/// <summary>Inline assembly, which a processor of the host runs in the program's memory.</summary>
internal sealed unsafe partial class Machine : IAssemblyMachine
{
    /// <summary>Calls of functions by assembly that may wait for each other.</summary>
    private const int MostNestedCalls = 400;

    private IAssemblyProcessor? _processor;
    /// <summary>
    /// What stopped a function that assembly called, until the trap is reported as that of the whole program.
    /// </summary>
    private VmTrap? _innerTrap;

    /// <summary>The trap with the calls on both sides of the assembly.</summary>
    private VmTrap WithInnerCalls(VmTrap outer)
    {
        if (_innerTrap is not { } inner)
            return outer;
        _innerTrap = null;
        return inner.Stack.Length + outer.Stack.Length > StackTrace.Kept ? inner
            : inner with { Stack = [.. inner.Stack, .. outer.Stack] };
    }

    /// <summary>
    /// Ports of the machine that assembly runs on, or that the program's addresses and ports are of; null when it needs
    /// none.
    /// </summary>
    public IPorts? MachinePorts { get; private set; }

    private void StartProcessor()
    {
        _processor = _program.MachineCode?.Start(this);
        MachinePorts = _processor is not null ? _processor.Ports : _program.UsesMachine
            ? _options.Assembly?.Start(new Span<byte>(_memory, (int)LinearMemory.LowBytes)) : null;
    }

    /// <summary>Prints, once the program was found to be allowed to.</summary>
    private void Put(ReadOnlySpan<byte> text)
    {
        if (_processor is null)
            _gate.Write(text);
        else
            _processor.Print(text);
    }

    private Insn* Assembly(Insn* ip, long* R)
    {
        var site = _program.Assembly(ip->D);
        if (_processor is null)
            return Stop(TrapCode.Unreachable,
                $"inline assembly for {site.Block.Target} runs on {site.Block.Target} only");
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

    private void ShowRegisters(IRootVisitor visitor)
    {
        if (_processor is null)
            return;
        Span<ushort> registers = stackalloc ushort[IAssemblyProcessor.MostRegisters];
        foreach (var register in registers[.._processor.Read(registers)])
        {
            long slot = register;
            visitor.Slot(ref slot);
        }
    }

    byte[] IAssemblyMachine.Memory => _linear.Near!;

    void IAssemblyMachine.Charge(long units)
    {
        _assemblyFuel += units;
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
        // Each such call takes some of the host's own stack.
        if (_nesting > MostNestedCalls || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new VmTrapException(TrapCode.StackOverflow, VmTrap.Describe(TrapCode.StackOverflow));
        if (Call(function, arguments, out var result) is { } trap)
        {
            _innerTrap = trap;
            throw new VmTrapException(trap.Code, trap.Message);
        }
        return ExitCode is null ? result
            : throw new VmTrapException(TrapCode.Unreachable, VmTrap.Describe(TrapCode.Unreachable));
    }
}
