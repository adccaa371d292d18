using System.Runtime.CompilerServices;

namespace MinZ.Z80;

/// <summary>
/// Looks at each instruction before it runs; a struct, so that a hook that does nothing costs nothing.
/// </summary>
public interface IRunHook
{
    /// <summary>
    /// Called with the address of the next instruction; true leaves <see cref="Cpu{TBus}.Run"/> before it.
    /// </summary>
    bool StopBefore(ushort pc);
}

/// <summary>The hook of an unwatched run.</summary>
public readonly struct NoHook : IRunHook
{
    /// <inheritdoc/>
    public bool StopBefore(ushort pc) => false;
}

/// <summary>
/// A Zilog NMOS Z80: all instructions, documented or not, with their flags, MEMPTR, Q and the exact machine cycles.
/// </summary>
/// <typeparam name="TBus">The bus; the class is compiled for each of them.</typeparam>
/// <remarks>
/// The order and the addresses of machine cycles matter on machines with contended memory, so every internal T-state
/// names the address that stands on the bus meanwhile.
/// </remarks>
public sealed partial class Cpu<TBus> where TBus : struct, IBus
{
    // What the last instruction left behind for the next boundary: Q in the low byte, then these.
    private const uint AfterEi = 0x100;
    private const uint AfterLoadIr = 0x200;

    private uint _last;
    private long _limit;
    private bool _stopped;

    /// <summary>The bus.</summary>
    public TBus Bus;

    /// <summary>The registers.</summary>
    public Registers Regs;

    /// <summary>T-states since the start; the bus may move it on.</summary>
    public long T;

    /// <summary>Maskable interrupts are accepted.</summary>
    public bool Iff1;

    /// <summary>What <see cref="Iff1"/> becomes when a non-maskable interrupt returns.</summary>
    public bool Iff2;

    /// <summary>Interrupt mode: 0, 1 or 2.</summary>
    public byte InterruptMode;

    /// <summary>HALT has run and no interrupt has come since; PC is behind the HALT.</summary>
    public bool Halted;

    /// <summary>A processor in its reset state.</summary>
    public Cpu(TBus bus)
    {
        Bus = bus;
        Reset();
    }

    /// <summary>F if the last instruction set flags, else 0; SCF and CCF see it.</summary>
    public byte Q
    {
        get => (byte)_last;
        set => _last = _last & ~0xFFu | value;
    }

    /// <summary>The last instruction was EI, so no maskable interrupt is accepted now.</summary>
    public bool IsAfterEi
    {
        get => (_last & AfterEi) != 0;
        set => _last = value ? _last | AfterEi : _last & ~AfterEi;
    }

    /// <summary>
    /// The last instruction was LD A,I or LD A,R; an interrupt accepted now clears P, as NMOS parts do.
    /// </summary>
    public bool IsAfterLoadIr
    {
        get => (_last & AfterLoadIr) != 0;
        set => _last = value ? _last | AfterLoadIr : _last & ~AfterLoadIr;
    }

    /// <summary>
    /// The RESET pin: PC, I, R and the interrupt state are cleared, AF and SP read 0xFFFF, the rest stays.
    /// </summary>
    public void Reset()
    {
        Regs.PC = 0;
        Regs.I = 0;
        Regs.R = 0;
        Regs.WZ = 0;
        Regs.AF = 0xFFFF;
        Regs.SP = 0xFFFF;
        Iff1 = Iff2 = Halted = false;
        InterruptMode = 0;
        _last = 0;
    }

    /// <summary>Runs one instruction, prefixes included, or 4 T of a HALT.</summary>
    public void Step()
    {
        if (Halted)
        {
            IdleInHalt();
        }
        else
        {
            Next();
        }
    }

    /// <summary>Runs whole instructions until <see cref="T"/> is at least <paramref name="until"/>.</summary>
    /// <returns>
    /// True if something ended the run before that: the hook, <see cref="Stop"/>, or a HALT while interrupts are
    /// disabled.
    /// </returns>
    /// <remarks>A HALT passes the time in steps of 4 T, which the hook does not see.</remarks>
    public bool Run<THook>(long until, ref THook hook) where THook : struct, IRunHook
    {
        _stopped = false;
        while (T < until && !_stopped)
        {
            // HALT and Stop end the inner loop by clearing the limit, which is cheaper than a test per instruction.
            _limit = Halted ? 0 : until;
            while (T < _limit)
            {
                if (hook.StopBefore(Regs.PC))
                {
                    return true;
                }
                Next();
            }
            while (Halted && T < until && !_stopped)
            {
                IdleInHalt();
            }
        }
        return _stopped;
    }

    /// <summary>Ends the run in progress after the current instruction; for buses and devices.</summary>
    public void Stop()
    {
        _stopped = true;
        _limit = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Next()
    {
        uint last = _last;
        _last = 0;
        Execute(Fetch(), (byte)last);
    }

    // The processor keeps fetching the byte behind the HALT and ignores it.
    private void IdleInHalt()
    {
        _last = 0;
        Bus.Fetch(Regs.PC, ref T);
        Regs.Refresh++;
    }

    private void Halt()
    {
        Halted = true;
        _limit = 0;
        _stopped |= !Iff1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Fetch()
    {
        byte op = Bus.Fetch(Regs.PC, ref T);
        Regs.PC++;
        Regs.Refresh++;
        return op;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Read(ushort address) => Bus.Read(address, ref T);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Write(ushort address, byte value) => Bus.Write(address, value, ref T);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Idle(ushort address, int count) => Bus.Idle(address, count, ref T);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Operand()
    {
        byte value = Bus.Read(Regs.PC, ref T);
        Regs.PC++;
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ushort Operand16()
    {
        byte low = Operand();
        return (ushort)(low | Operand() << 8);
    }

    private ushort Read16(ushort address)
    {
        byte low = Read(address);
        return (ushort)(low | Read((ushort)(address + 1)) << 8);
    }

    private void Write16(ushort address, ushort value)
    {
        Write(address, (byte)value);
        Write((ushort)(address + 1), (byte)(value >> 8));
    }

    private void Push(ushort value)
    {
        Write(--Regs.SP, (byte)(value >> 8));
        Write(--Regs.SP, (byte)value);
    }

    private ushort Pop()
    {
        byte low = Read(Regs.SP++);
        return (ushort)(low | Read(Regs.SP++) << 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetFlags(int value)
    {
        Regs.F = (byte)value;
        _last = (byte)value;
    }
}
