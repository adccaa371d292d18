using System.Text;
using MinZ.Backends.Z80;
using MinZ.Mir;
using MinZ.Z80;

namespace MinZ.Vm.Assembly;

/// <summary>
/// A Spectrum that runs the assembly of one program. Time passes while assembly runs; interrupts are on until the
/// program turns them off. Registers, stack and memory stay as assembly leaves them.
/// </summary>
internal sealed class SpectrumProcessor : IAssemblyProcessor
{
    /// <summary>T-states between two looks at the fuel.</summary>
    private const long Slice = 1 << 18;

    /// <summary>The stack lies below the program, as CLEAR 32767 makes it.</summary>
    private const ushort StackTop = 0x7FF0;

    /// <summary>Where interrupts of mode 1 go.</summary>
    private const ushort InterruptEntry = 0x38;

    /// <summary>RST 16: prints the character in A.</summary>
    private const ushort PrintEntry = 0x10;
    /// <summary>CHAN-OPEN: what follows is printed to stream A.</summary>
    private const ushort OpenChannel = 0x1601;
    private const byte UpperScreen = 2;
    private const byte LineFeed = 10;
    private const byte Enter = 13;

    private readonly AssembledProgram _code;
    private readonly IAssemblyMachine _machine;
    private readonly Spectrum _spectrum;
    private readonly PrintedText _printed = new(keeps: false);
    private readonly Dictionary<AssembledBlock, BoundCode> _bound = [];
    private readonly ushort _return;
    private readonly int _functions;
    private readonly int _functionCount;
    private readonly Function? _handler;
    private long _charged;

    public SpectrumProcessor(AssembledProgram code, IAssemblyMachine machine)
    {
        (_code, _machine) = (code, machine);
        _spectrum = Spectrum.Over(machine.Memory);
        _spectrum.Printed = Print;
        Ports = new SpectrumPorts(_spectrum);
        Registers.SP = StackTop;
        _functions = code.Program.FirstFunction;
        _functionCount = code.Program.Module.Functions.Count;
        _return = (ushort)(_functions - 1);
        for (var n = _return; n < _functions + _functionCount; n++)
            _spectrum.SetBreakpoint(n);
        // As the Z80 target does, which puts a handler where interrupts go.
        _handler = code.Program.Module.Functions.FirstOrDefault(f => f.Is(FunctionFlags.Interrupt) && !f.IsExtern);
        if (_handler is not null)
            _spectrum.SetBreakpoint(InterruptEntry);
        foreach (var block in code.Blocks.Where(b => !b.IsWholeFunction))
            _spectrum.SetBreakpoint((ushort)block.End);
        foreach (var (address, bytes) in code.Images)
            bytes.CopyTo(machine.Memory, address);
        // Programs do not begin while the interrupt line is low.
        _spectrum.Cpu.T += Ula.InterruptLength;
        if (code.Program.Module.Functions.Any(UsesIntrinsics))
            CallRom(OpenChannel, UpperScreen);
        _charged = _spectrum.T;
    }

    private static bool UsesIntrinsics(Function f) =>
        f.Blocks.Any(b => b.Instructions.Any(id => f[id].Op == Op.Intrinsic));

    private ref Registers Registers => ref _spectrum.Cpu.Regs;

    /// <inheritdoc/>
    public IPorts Ports { get; }

    /// <inheritdoc/>
    public bool TakesInterrupts => _spectrum.Cpu.Iff1;

    /// <inheritdoc/>
    public int Read(Span<ushort> registers)
    {
        ref var r = ref Registers;
        ReadOnlySpan<ushort> all =
            [r.AF, r.BC, r.DE, r.HL, r.IX, r.IY, r.SP, r.ShadowAF, r.ShadowBC, r.ShadowDE, r.ShadowHL];
        all.CopyTo(registers);
        return all.Length;
    }

    /// <inheritdoc/>
    public bool Run(AssemblySite site, int frame, ReadOnlySpan<long> inputs, out long result)
    {
        result = 0;
        var block = _code[site.Block];
        Bind(block, frame, site);
        if (block.Error is { } error)
            throw new VmTrapException(TrapCode.Unreachable, $"inline assembly: {error}");
        for (var n = 0; n < inputs.Length; n++)
            Set(site.Block.Inputs[n].Register, inputs[n]);
        var returned = block.Size > 0 && Execute(block, frame, site);
        var isWhole = block.IsWholeFunction && returned;
        if (isWhole || !returned)
            foreach (var output in site.Block.Outputs)
                Store(output, frame + site.Slots[output.Local!]);
        // Assembly that is a function alone ends with a return where its text ends.
        if (isWhole || !returned)
            return false;
        if (site.Function.Result.Kind != TypeKind.Void)
            result = Canonical(site.Function.Result, Get(InlineAssembly.ConventionOf(site.Function).Result!));
        return true;
    }

    /// <summary>Runs a block to its end.</summary>
    /// <returns>True when it returned instead.</returns>
    private bool Execute(AssembledBlock block, int frame, AssemblySite site)
    {
        var stack = Registers.SP;
        var hasReturn = block.MayReturn || block.IsWholeFunction;
        if (hasReturn)
            Push(_return);
        Registers.PC = (ushort)block.Start;
        while (true)
        {
            var stop = _spectrum.RunFor(Slice);
            Charge();
            switch (stop.Reason)
            {
                case StopReason.TimeSpent:
                    break;
                case StopReason.Breakpoint when stop.Address == _return:
                    Registers.SP = stack;
                    return true;
                case StopReason.Breakpoint when stop.Address == block.End:
                    if (hasReturn)
                        DropReturn(stack);
                    return false;
                case StopReason.Breakpoint when stop.Address >= _functions
                    && stop.Address < _functions + _functionCount:
                    CallFunction(_code.Program.Module.Functions[stop.Address - _functions]);
                    // It may have come here again.
                    Bind(block, frame, site);
                    break;
                case StopReason.Breakpoint when stop.Address == InterruptEntry:
                    CallFunction(_handler!);
                    Bind(block, frame, site);
                    break;
                default:
                    throw Trap(stop);
            }
        }
    }

    private static VmTrapException Trap(Stop stop) => new(stop.Reason switch
    {
        StopReason.Halted => TrapCode.Deadlock,
        StopReason.RomError => TrapCode.Panic,
        _ => TrapCode.BadAddress,
    }, stop.Reason == StopReason.Breakpoint
        ? $"the assembly jumped to the end of other assembly at 0x{stop.Address:X4}" : stop.Message);

    private void Charge()
    {
        var units = (_spectrum.T - _charged) / IAssemblyMachine.StatesPerUnit;
        _charged += units * IAssemblyMachine.StatesPerUnit;
        if (units > 0)
            _machine.Charge(units);
    }

    /// <summary>Takes the return address from under what the assembly has pushed for later.</summary>
    private void DropReturn(ushort stack)
    {
        var pushed = (ushort)(stack - 2 - Registers.SP);
        if (pushed > StackTop)
            return;
        for (var n = 0; n < pushed; n++)
            _machine.Memory[(ushort)(stack - 1 - n)] = _machine.Memory[(ushort)(stack - 3 - n)];
        Registers.SP += 2;
    }

    private void Push(ushort value)
    {
        Registers.SP -= 2;
        _spectrum.Poke16(Registers.SP, value);
    }

    /// <summary>Does for assembly what it called: a function of the program.</summary>
    private void CallFunction(Function f)
    {
        if (_code.WholeOf(f) is { } whole)
        {
            Registers.PC = (ushort)whole.Start;
            return;
        }
        var saved = Registers;
        var convention = InlineAssembly.ConventionOf(f);
        var arguments = new long[f.Parameters.Length];
        for (var n = 0; n < arguments.Length; n++)
            arguments[n] = convention.Parameters[n] is { } register && InlineAssembly.BytesOf(register).Length ==
                DataLayout.Z80.SizeOf(f.Parameters[n].Type) ? Canonical(f.Parameters[n].Type, Get(register))
                : throw new VmTrapException(TrapCode.Unreachable,
                    $"assembly calls '{f.Name}', whose parameter '{f.Parameters[n].Name}' no register holds");
        var result = _machine.Call(f, arguments);
        var stack = saved.SP;
        if (f.Is(FunctionFlags.Interrupt))
        {
            Registers = saved;
            _spectrum.Cpu.Iff1 = _spectrum.Cpu.Iff2 = true;
            // It takes longer than the interrupt line stays low.
            _spectrum.Cpu.T += Ula.InterruptLength;
        }
        else if (f.Result.Kind != TypeKind.Void)
        {
            Set(convention.Result!, result);
        }
        Registers.SP = (ushort)(stack + 2);
        Registers.PC = _spectrum.Peek16(stack);
    }

    /// <summary>A value as the VM holds it; a byte of assembly is true unless it is zero.</summary>
    private static long Canonical(MirType type, long bits) =>
        type.Kind == TypeKind.Bool ? bits != 0 ? 1 : 0 : type.IsNumeric ? Constants.Wrap(type, bits) : bits;

    private void Store(AsmRegister output, int address)
    {
        foreach (var register in InlineAssembly.BytesOf(output.Register))
            _machine.Memory[address++ & 0xFFFF] = (byte)Get(register);
    }

    private long Get(string register)
    {
        var value = 0L;
        var shift = 0;
        foreach (var name in InlineAssembly.BytesOf(register))
        {
            value |= (long)Byte(name) << shift;
            shift += 8;
        }
        return value;
    }

    private void Set(string register, long value)
    {
        foreach (var name in InlineAssembly.BytesOf(register))
        {
            SetByte(name, (byte)value);
            value >>= 8;
        }
    }

    private byte Byte(string name) => name switch
    {
        "a" => Registers.A,
        "b" => Registers.B,
        "c" => Registers.C,
        "d" => Registers.D,
        "e" => Registers.E,
        "h" => Registers.H,
        "l" => Registers.L,
        "ixh" => (byte)(Registers.IX >> 8),
        "ixl" => (byte)Registers.IX,
        _ => throw new ArgumentException($"there is no register '{name}'", nameof(name)),
    };

    private void SetByte(string name, byte value)
    {
        ref var r = ref Registers;
        _ = name switch
        {
            "a" => r.A = value,
            "b" => r.B = value,
            "c" => r.C = value,
            "d" => r.D = value,
            "e" => r.E = value,
            "h" => r.H = value,
            "l" => r.L = value,
            "ixh" => r.IX = (ushort)(r.IX & 0xFF | value << 8),
            "ixl" => r.IX = (ushort)(r.IX & 0xFF00 | value),
            _ => throw new ArgumentException($"there is no register '{name}'", nameof(name)),
        };
    }

    /// <summary>Code of a block for one place of its function's frame.</summary>
    private sealed class BoundCode
    {
        /// <summary>Places whose code is kept.</summary>
        public const int Kept = 64;

        public int Frame = -1;
        public byte[] Bytes = [];
        public Dictionary<int, byte[]> ByFrame { get; } = [];
    }

    /// <summary>
    /// Makes the code name the slots of the frame that is active now. Only what differs from the code for another frame
    /// is written: the program may have changed the rest.
    /// </summary>
    private void Bind(AssembledBlock block, int frame, AssemblySite site)
    {
        if (block.Error is not null || !block.NamesSlots)
            return;
        if (!_bound.TryGetValue(block, out var bound))
            _bound.Add(block, bound = new BoundCode());
        if (bound.Frame == frame)
            return;
        if (!bound.ByFrame.TryGetValue(frame, out var code))
        {
            if (block.Assemble(_code.AddressOf, l => frame + site.Slots[l]) is not { } made)
                return;
            if (bound.ByFrame.Count == BoundCode.Kept)
                bound.ByFrame.Clear();
            bound.ByFrame.Add(frame, code = made);
        }
        for (var n = 0; n < code.Length; n++)
            if (bound.Frame < 0 || code[n] != bound.Bytes[n])
                _machine.Memory[block.Start + n] = code[n];
        (bound.Frame, bound.Bytes) = (frame, code);
    }

    /// <inheritdoc/>
    public void Print(ReadOnlySpan<byte> text)
    {
        foreach (var code in text)
        {
            CallRom(PrintEntry, code == LineFeed ? Enter : code);
            // The ROM does not ask "scroll?".
            _spectrum.Poke(SystemVariables.ScrCt, 255);
        }
    }

    /// <summary>Calls a routine of the ROM for code that the processor does not run; all registers stay.</summary>
    private void CallRom(ushort address, byte a)
    {
        var saved = Registers;
        Registers.A = a;
        Registers.IY = SystemVariables.IyBase;
        Push(_return);
        Registers.PC = address;
        for (var isDone = false; !isDone;)
        {
            var stop = _spectrum.RunFor(Slice);
            isDone = stop.Reason == StopReason.Breakpoint && stop.Address == _return;
            if (stop.Reason == StopReason.Breakpoint && stop.Address == InterruptEntry)
                CallFunction(_handler!);
            else if (!isDone && stop.Reason != StopReason.TimeSpent)
                throw Trap(stop);
        }
        Registers = saved;
        _charged = _spectrum.T;
    }

    private void Print(byte code)
    {
        var text = _printed.Add(code);
        if (text.Length > 0)
            _machine.Print(Encoding.UTF8.GetBytes(text));
    }
}
