namespace MinZ.Z80.Rom;

/// <summary>
/// Stands in for the Sinclair ROM, of which we ship nothing: the entry points that machine code calls are done here,
/// at the addresses, with the system variables and about the T-states of the original. There is no BASIC behind it.
/// </summary>
/// <remarks>
/// An entry does its work at once. If interrupts are enabled, its time then passes in a waiting loop, so that frame
/// interrupts come as they would during the original; otherwise it passes at once. Registers the original destroys are
/// destroyed. T-states are typical ones of OpenSE BASIC 3.2.1 measured on this machine, without contention.
/// </remarks>
internal sealed partial class SubstituteRom
{
    // Ours, in a part of the original that holds nothing: where time passes, and where a user's channel routine
    // returns.
    private const ushort WaitEntry = 0x386E;
    private const ushort ChannelReturnEntry = 0x386F;

    // How the waiting loop counts time; a remainder passes at once, which no 32 T interrupt pulse can be lost in.
    private const int TStatesPerCount = 32;
    private const ushort Destroyed = 0xDEAD;
    private const int InitialRamTop = 0xFF57;
    private const int UdgAddress = 0xFF58;
    private const int UdgCount = 21;
    private const int ChannelTable = 0x5CB6;
    private const int ProgramStart = 0x5CCB;

    private readonly Spectrum _machine;
    private readonly Dictionary<ushort, Entry> _entries;
    private Stop? _stop;
    private int _cost;

    /// <summary>Puts the substitute into a machine.</summary>
    public SubstituteRom(Spectrum machine)
    {
        _machine = machine;
        _entries = new Dictionary<ushort, Entry>
        {
            [0x0008] = new("ERROR", Error, UsesIy: false),
            [0x0010] = new("PRINT-A", PrintAccumulator),
            [0x0038] = new("MASK-INT", FrameInterrupt, UsesIy: false),
            [0x028E] = new("KEY-SCAN", KeyScan, UsesIy: false),
            [0x02BF] = new("KEYBOARD", ScanKeyboard),
            [0x03B5] = new("BEEPER", Beeper, UsesIy: false),
            [0x0556] = new("LD-BYTES", _machine.LoadBytes, UsesIy: false),
            [0x09F4] = new("PRINT-OUT", PrintAccumulator),
            [0x0D4D] = new("TEMPS", Temps),
            [0x0D6B] = new("CLS", Cls),
            [0x0D6E] = new("CLS-LOWER", ClsLower),
            [0x0DAF] = new("CL-ALL", ClAll),
            [0x0DD9] = new("CL-SET", SetPosition),
            [0x0DFE] = new("CL-SC-ALL", () => ScrollLines(Screen.Rows - 1)),
            [0x0E00] = new("CL-SCROLL", () => ScrollLines(Regs.B)),
            [0x0E44] = new("CL-LINE", ClearLines),
            [0x15D4] = new("WAIT-KEY", WaitKey),
            [0x15F2] = new("PRINT-A-2", PrintAccumulator),
            [0x1601] = new("CHAN-OPEN", OpenChannel),
            [0x1A1B] = new("OUT-NUM-1", PrintNumber),
            [0x1F54] = new("BREAK-KEY", BreakKey, UsesIy: false),
            [0x203C] = new("PR-STRING", PrintString),
            [0x2294] = new("BORDER", BorderFromStack),
            [0x2297] = new("BORDER-1", CheckedBorder),
            [0x229B] = new("BORDER-1", Border),
            [0x22AA] = new("PIXEL-ADD", PixelAddress, UsesIy: false),
            [0x22E5] = new("PLOT-SUB", Plot),
            [0x24BA] = new("DRAW-LINE", DrawLine),
            [0x2D28] = new("STACK-A", () => Stack(Regs.A)),
            [0x2D2B] = new("STACK-BC", () => Stack(Regs.BC)),
            [0x2DA2] = new("FP-TO-BC", FetchNumber),
            [0x2DE3] = new("PRINT-FP", PrintStacked),
            [WaitEntry] = new("wait", Wait, UsesIy: false),
            [ChannelReturnEntry] = new("channel return", ReturnFromChannel, UsesIy: false),
        };
    }

    private ref Registers Regs => ref _machine.Cpu.Regs;

    private Span<byte> Memory => _machine.Memory;

    /// <summary>Power on: the state the original has when it waits for the first command.</summary>
    public void Start()
    {
        Memory[..SpectrumBus.RamStart].Fill(0xFF);
        Font.CopyTo(Memory[SystemVariables.RomFont..]);
        SetSystemVariables();
        Cpu<SpectrumBus> cpu = _machine.Cpu;
        Regs.I = 0x3F;
        Regs.IY = SystemVariables.IyBase;
        cpu.InterruptMode = 1;
        cpu.Iff1 = cpu.Iff2 = true;
        _machine.SetRamTop(InitialRamTop);
        _machine.SetBorder(7);
        ClearScreen();
        // With nothing else to do the original waits for a key.
        Regs.PC = 0x15D4;
        _cost = 0;
    }

    /// <summary>Does what lies at PC; null to go on.</summary>
    public Stop? Run()
    {
        ushort pc = Regs.PC;
        if (!_entries.TryGetValue(pc, out Entry entry))
        {
            return _machine.Ended(StopReason.UnknownRomEntry, DescribeUnknown(pc));
        }
        if (entry.UsesIy && Regs.IY != SystemVariables.IyBase)
        {
            return _machine.Ended(
                StopReason.RomMisuse,
                $"{entry.Name} at 0x{pc:X4} needs IY = 0x{SystemVariables.IyBase:X4}, but it is 0x{Regs.IY:X4}");
        }
        _stop = null;
        _cost = 0;
        entry.Run();
        return _stop;
    }

    private string DescribeUnknown(ushort pc)
    {
        string what = pc switch
        {
            0x0000 => "the program has run into address 0, a restart",
            0x0018 or 0x0020 => "the BASIC interpreter's RST 0x18 and 0x20 are not in the substitute ROM",
            0x0028 => "the calculator, RST 0x28, is not in the substitute ROM",
            Spectrum.ErrorReturn or Spectrum.StatementReturn =>
                "the program has returned into BASIC with another stack pointer than it was called with",
            0x0066 => "a non-maskable interrupt has come; the substitute ROM has no routine for it",
            _ => $"the substitute ROM has nothing at 0x{pc:X4}",
        };
        return $"{what}; SP is 0x{Regs.SP:X4}, the word there 0x{_machine.Peek16(Regs.SP):X4}";
    }

    /// <summary>Ends an entry: its time passes, then it returns to its caller.</summary>
    private void Finish(int tStates)
    {
        if (!_machine.Cpu.Iff1)
        {
            _machine.Cpu.T += tStates;
            Return();
            return;
        }
        _machine.Cpu.T += tStates % TStatesPerCount;
        // What is left lies on the stack, so that a routine which an interrupt runs meanwhile may itself call the ROM.
        Regs.SP -= 2;
        PokeRam16(Regs.SP, (ushort)Math.Min(ushort.MaxValue, tStates / TStatesPerCount));
        Regs.PC = WaitEntry;
    }

    private void Wait()
    {
        long left = _machine.Peek16(Regs.SP) * (long)TStatesPerCount;
        long frame = _machine.Ula.FrameStart + Ula.FrameLength - _machine.T;
        if (left > frame && _machine.Cpu.Iff1)
        {
            _machine.Cpu.T += frame;
            PokeRam16(Regs.SP, (ushort)((left - frame) / TStatesPerCount));
            return;
        }
        _machine.Cpu.T += left;
        Regs.SP += 2;
        Return();
    }

    private void Return()
    {
        Regs.PC = _machine.Peek16(Regs.SP);
        Regs.SP += 2;
    }

    private void DestroyMain()
    {
        Regs.AF = Regs.BC = Regs.DE = Regs.HL = Destroyed;
    }

    /// <summary>RST 8: the byte behind it is one less than the report's number.</summary>
    private void Error() => Report(Memory[_machine.Peek16(Regs.SP)]);

    private void Report(byte code)
    {
        Memory[SystemVariables.ErrNr] = code;
        _stop = _machine.Ended(StopReason.RomError, Reports.Message(code), code);
    }

    private void PokeRam16(ushort address, ushort value)
    {
        PokeRam(address, (byte)value);
        PokeRam((ushort)(address + 1), (byte)(value >> 8));
    }

    private void PokeRam(ushort address, byte value)
    {
        if (address >= SpectrumBus.RamStart)
        {
            Memory[address] = value;
        }
    }

    private void SetSystemVariables()
    {
        Memory[SystemVariables.Kstate] = Memory[SystemVariables.Kstate + 4] = 0xFF;
        Memory[SystemVariables.RepDel] = 35;
        Memory[SystemVariables.RepPer] = 5;
        // Streams -3 to 3 and the channels K, S, R, P they lead to: output routine, input routine, name.
        ReadOnlySpan<byte> streams = [1, 0, 6, 0, 11, 0, 1, 0, 1, 0, 6, 0, 16, 0];
        ReadOnlySpan<byte> channels =
        [
            0xF4, 0x09, 0xA8, 0x10, (byte)'K', 0xF4, 0x09, 0xC4, 0x15, (byte)'S',
            0x81, 0x0F, 0xC4, 0x15, (byte)'R', 0xF4, 0x09, 0xC4, 0x15, (byte)'P', 0x80,
        ];
        streams.CopyTo(Memory[SystemVariables.Strms..]);
        channels.CopyTo(Memory[ChannelTable..]);
        _machine.Poke16(SystemVariables.Chans, ChannelTable);
        _machine.Poke16(SystemVariables.CurChl, ChannelTable);
        _machine.Poke16(SystemVariables.DatAdd, ProgramStart - 1);
        _machine.Poke16(SystemVariables.Chars, SystemVariables.RomFont - 0x100);
        Memory[SystemVariables.Rasp] = 64;
        Memory[SystemVariables.ErrNr] = 0xFF;
        // L mode, running a program.
        Memory[SystemVariables.Flags] = 0x8C;
        Memory[SystemVariables.DfSz] = 2;
        Memory[SystemVariables.BordCr] = Memory[SystemVariables.AttrP] = 0x38;
        _machine.Poke16(SystemVariables.Mem, 0x5C92);
        _machine.Poke16(SystemVariables.Udg, UdgAddress);
        Memory.Slice(SystemVariables.RomFont + ('A' - ' ') * 8, UdgCount * 8).CopyTo(Memory[UdgAddress..]);
        _machine.Poke16(SystemVariables.PRamT, 0xFFFF);
        SystemVariables.SetProgram(_machine, ProgramStart, ProgramStart, ProgramStart);
    }

    private readonly record struct Entry(string Name, Action Run, bool UsesIy = true);
}
