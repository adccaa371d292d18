using MinZ.Z80.Rom;

namespace MinZ.Z80;

public sealed partial class Spectrum
{
    // What is to be noticed at an address before the instruction there runs.
    [Flags]
    private enum Watch : byte
    {
        None = 0,
        Breakpoint = 1,
        Target = 2,
        Return = 4,
        Print = 8,
        Tape = 16,
        Rom = 32,
        Error = 64,
    }

    private const ushort ErrorEntry = 0x0008;
    private const ushort PrintEntry = 0x0010;

    private readonly Watch[] _watch = new Watch[0x10000];
    private Action<byte>? _printed;
    private ushort _returnAddress;
    private int? _returnStack;
    private byte? _exitValue;
    private bool _hasEnded;

    // Where and when the last run stopped, so that the next one can leave the breakpoint there.
    private (long T, ushort PC) _resumedAt = (-1, 0);

    /// <summary>
    /// Told each byte given to RST 0x10, with either kind of ROM; null to not listen. <see cref="PrintedText.Add"/>
    /// fits.
    /// </summary>
    public Action<byte>? Printed
    {
        get => _printed;
        set
        {
            _printed = value;
            Mark(PrintEntry, Watch.Print, value is not null);
        }
    }

    /// <summary>
    /// Where a program that has finished arrives, with the stack pointer it began with: <see cref="StackBc"/> by
    /// default. Set it before loading.
    /// </summary>
    public ushort ReturnAddress
    {
        get => _returnAddress;
        set
        {
            Mark(_returnAddress, Watch.Return, false);
            _returnAddress = value;
            Mark(value, Watch.Return, true);
        }
    }

    /// <summary>
    /// A port, all 16 bits of the address, to which a write ends the run; null, the default, for none.
    /// </summary>
    public ushort? ExitPort
    {
        get => (ushort?)Ula.ExitPort;
        set => Ula.ExitPort = value;
    }

    /// <summary>Watches each instruction; a machine without an observer spends nothing on it.</summary>
    public IInstructionObserver? Observer { get; set; }

    /// <summary>The addresses before whose instruction a run stops, in order.</summary>
    public IEnumerable<ushort> Breakpoints =>
        from address in Enumerable.Range(0, _watch.Length)
        where _watch[address].HasFlag(Watch.Breakpoint)
        select (ushort)address;

    /// <summary>Stops runs before the instruction at this address.</summary>
    public void SetBreakpoint(ushort address) => Mark(address, Watch.Breakpoint, true);

    /// <summary>Undoes <see cref="SetBreakpoint"/>.</summary>
    public void ClearBreakpoint(ushort address) => Mark(address, Watch.Breakpoint, false);

    /// <summary>Runs until this many more frames have begun.</summary>
    public Stop RunFrames(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Ula.CatchUp(T);
        return Run(Ula.FrameStart + (long)count * Ula.FrameLength);
    }

    /// <summary>Runs for at least this many T-states, to the end of the instruction.</summary>
    public Stop RunFor(long tStates) => Run(T + tStates);

    /// <summary>Runs until PC arrives at an address, which it must leave first, or the T-states are spent.</summary>
    public Stop RunUntil(ushort pc, long budget)
    {
        bool wasTarget = _watch[pc].HasFlag(Watch.Target);
        Mark(pc, Watch.Target, true);
        _resumedAt = (T, Cpu.Regs.PC);
        try
        {
            return Run(T + budget);
        }
        finally
        {
            Mark(pc, Watch.Target, wasTarget);
        }
    }

    /// <summary>Runs until a condition, looked at once per frame, is true or the T-states are spent.</summary>
    public Stop RunUntil(Func<Spectrum, bool> condition, long budget)
    {
        ArgumentNullException.ThrowIfNull(condition);
        long end = T + budget;
        while (!condition(this))
        {
            Stop stop = Run(Math.Min(end, Ula.FrameStart + Ula.FrameLength));
            if (stop.Reason != StopReason.TimeSpent || T >= end)
            {
                return stop;
            }
            Ula.CatchUp(T);
        }
        return Stopped(StopReason.Condition, "the condition holds");
    }

    /// <summary>
    /// Calls a routine as the only program, with interrupts disabled: pushes a return address and runs until it is
    /// used.
    /// </summary>
    /// <param name="address">The routine.</param>
    /// <param name="setUp">Sets registers and memory before the first instruction; may change SP no more.</param>
    /// <param name="budget">T-states after which to give up.</param>
    public CallResult Call(ushort address, Action<Spectrum>? setUp = null, long budget = 1_000_000_000)
    {
        Cpu.Iff1 = Cpu.Iff2 = Cpu.Halted = false;
        int? outer = _returnStack;
        _returnStack = Cpu.Regs.SP;
        Push(ReturnAddress);
        Cpu.Regs.PC = address;
        setUp?.Invoke(this);
        long start = T;
        try
        {
            Stop stop = Run(start + budget);
            return new CallResult(stop, T - start, Cpu.Regs);
        }
        finally
        {
            _returnStack = outer;
        }
    }

    private Stop Run(long until)
    {
        _hasEnded = false;
        while (true)
        {
            Ula.CatchUp(T);
            if (T >= until)
            {
                return Stopped(StopReason.TimeSpent, "the time is spent");
            }
            if (Cpu is { Halted: true, Iff1: false })
            {
                return Ended(StopReason.Halted, $"HALT at 0x{Cpu.Regs.PC - 1:X4} with interrupts disabled");
            }
            long limit = Math.Min(until, Ula.FrameStart + Ula.FrameLength);
            if (T - Ula.FrameStart < Ula.InterruptLength)
            {
                if (Cpu.Interrupt())
                {
                    continue;
                }
                // The line stays low for a while: look again after each instruction.
                limit = T + 1;
            }
            if (RunCpu(limit) && Notice() is { } stop)
            {
                return stop;
            }
        }
    }

    private bool RunCpu(long limit)
    {
        if (Observer is { } observer)
        {
            var observing = new ObservingHook(_watch, observer, Cpu);
            return Cpu.Run(limit, ref observing);
        }
        var watching = new WatchHook(_watch);
        return Cpu.Run(limit, ref watching);
    }

    /// <summary>Deals with what ended a run of the processor early; null to go on.</summary>
    private Stop? Notice()
    {
        if (_exitValue is { } value)
        {
            _exitValue = null;
            return Ended(StopReason.Exited, $"the program wrote {value} to its exit port", value);
        }
        ushort pc = Cpu.Regs.PC;
        Watch watch = _watch[pc];
        if (Cpu.Halted || watch == Watch.None)
        {
            return null;
        }
        if ((watch & (Watch.Breakpoint | Watch.Target)) != 0 && _resumedAt != (T, pc))
        {
            _resumedAt = (T, Cpu.Regs.PC);
            return Stopped(StopReason.Breakpoint, $"stopped at 0x{pc:X4}");
        }
        // BASIC passes here as well, but not with the stack pointer of the program's caller.
        if (watch.HasFlag(Watch.Return) && _returnStack == Cpu.Regs.SP)
        {
            return Ended(StopReason.Returned, $"the program returned {Cpu.Regs.BC}");
        }
        if (watch.HasFlag(Watch.Error) && _returnStack is not null && _resumedAt != (T, pc))
        {
            _resumedAt = (T, Cpu.Regs.PC);
            byte code = Peek(Peek16(Cpu.Regs.SP));
            return Ended(StopReason.RomError, Reports.Message(code), code);
        }
        if (watch.HasFlag(Watch.Print))
        {
            _printed?.Invoke(Cpu.Regs.A);
        }
        if (watch.HasFlag(Watch.Tape))
        {
            LoadBytes();
            return null;
        }
        if (watch.HasFlag(Watch.Rom))
        {
            return _rom!.Run();
        }
        Cpu.Step();
        return null;
    }

    private void ExitFromPort(byte value)
    {
        _exitValue = value;
        Cpu.Stop();
    }

    private Stop Stopped(StopReason reason, string message, ushort? value = null) =>
        new(reason, Cpu.Regs.PC, value ?? Cpu.Regs.BC, message);

    internal Stop Ended(StopReason reason, string message, ushort? value = null)
    {
        _hasEnded = true;
        return Stopped(reason, message, value);
    }

    private void Mark(ushort address, Watch watch, bool on)
    {
        if (on)
        {
            _watch[address] |= watch;
        }
        else
        {
            _watch[address] &= ~watch;
        }
    }

    private readonly struct WatchHook(Watch[] watch) : IRunHook
    {
        public bool StopBefore(ushort pc) => watch[pc] != Watch.None;
    }

    private readonly struct ObservingHook(Watch[] watch, IInstructionObserver observer, Cpu<SpectrumBus> cpu) : IRunHook
    {
        public bool StopBefore(ushort pc)
        {
            observer.BeforeInstruction(pc, cpu.T);
            return watch[pc] != Watch.None;
        }
    }
}
