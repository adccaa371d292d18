namespace MinZ.Z80;

public sealed partial class Spectrum
{
    // What lies on the machine stack of a running BASIC program: the mark of an empty GO SUB stack, the place errors go
    // to, and the place a finished statement returns to.
    private const byte GoSubEnd = 0x3E;
    internal const ushort ErrorReturn = 0x1303;
    internal const ushort StatementReturn = 0x1B76;
    private const ushort CalculatorEnd = 0x2758;
    private const ushort LoadBytesEntry = 0x0556;
    private const ushort ClsEntry = 0x0D6B;

    private Tape? _tape;

    /// <summary>
    /// Restores a snapshot; the next run continues it. If <see cref="ReturnAddress"/> lies on its stack below PC, a
    /// return to it ends the program.
    /// </summary>
    public void Load(SnaFile snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Keyboard.Clear();
        snapshot.Restore(this);
        _returnStack = Peek16(Cpu.Regs.SP) == ReturnAddress ? (ushort)(Cpu.Regs.SP + 2) : null;
    }

    /// <summary>
    /// Loads a tape without playing it: does what its BASIC says up to RANDOMIZE USR; the next run starts there.
    /// Blocks left over can be loaded by the program through the ROM's LD-BYTES.
    /// </summary>
    /// <exception cref="ProgramFileException">The tape does not begin with a loader of the usual simple
    /// form.</exception>
    public void Load(TapFile tape)
    {
        if (HasRom)
        {
            // The copyright message goes with the first command, which would be LOAD.
            Call(ClsEntry);
        }
        Insert(tape);
        BasicLoader.Run(this, _tape!);
    }

    /// <summary>Puts a tape into the recorder; each call of the ROM's LD-BYTES gets the next block at once.</summary>
    public void Insert(TapFile tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        _tape = new Tape(tape);
        Mark(LoadBytesEntry, Watch.Tape, true);
    }

    /// <summary>Copies bytes into RAM.</summary>
    /// <exception cref="ProgramFileException">They do not fit between 0x4000 and 0xFFFF.</exception>
    public void LoadBinary(int address, ReadOnlySpan<byte> data)
    {
        if (address < SpectrumBus.RamStart || address + data.Length > _memory.Length)
        {
            throw new ProgramFileException(
                $"{data.Length} bytes at 0x{address:X4} do not fit into RAM, 0x{SpectrumBus.RamStart:X4} to 0xFFFF");
        }
        data.CopyTo(_memory.AsSpan(address));
    }

    /// <summary>
    /// Prepares to run machine code as RANDOMIZE USR does: BC is its address, RET goes back to BASIC, interrupts are
    /// on.
    /// </summary>
    public void StartAt(ushort address)
    {
        _returnStack = Cpu.Regs.SP;
        Push(ReturnAddress);
        ref Registers r = ref Cpu.Regs;
        r.PC = r.BC = address;
        r.IY = SystemVariables.IyBase;
        r.ShadowHL = CalculatorEnd;
        Cpu.InterruptMode = 1;
        Cpu.Iff1 = Cpu.Iff2 = true;
        Cpu.Halted = false;
    }

    /// <summary>CLEAR: the last byte BASIC may use; its stack begins below.</summary>
    internal void SetRamTop(ushort top)
    {
        Poke16(SystemVariables.RamTop, top);
        Poke(top, GoSubEnd);
        Cpu.Regs.SP = (ushort)(top - 1);
        Push(ErrorReturn);
        Poke16(SystemVariables.ErrSp, Cpu.Regs.SP);
        Push(StatementReturn);
    }

    /// <summary>LD-BYTES: carry set loads DE bytes of a block with flag A to IX, carry clear compares them.</summary>
    internal void LoadBytes()
    {
        ref Registers r = ref Cpu.Regs;
        bool loads = (r.F & Flags.C) != 0;
        bool fits = _tape?.Next() is { } block && block.Flag == r.A && Transfer(block.Data, loads);
        r.F = (byte)(fits ? r.F | Flags.C : r.F & ~Flags.C);
        Cpu.Iff1 = Cpu.Iff2 = true;
        r.PC = Peek16(r.SP);
        r.SP += 2;
    }

    private bool Transfer(byte[] data, bool loads)
    {
        ref Registers r = ref Cpu.Regs;
        bool same = true;
        int count = Math.Min(data.Length, r.DE);
        for (int i = 0; i < count; i++, r.IX++, r.DE--)
        {
            same &= loads || _memory[r.IX] == data[i];
            if (loads && r.IX >= SpectrumBus.RamStart)
            {
                _memory[r.IX] = data[i];
            }
        }
        return same && r.DE == 0 && data.Length == count;
    }
}
