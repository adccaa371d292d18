using MinZ.Mir;
using MinZ.Vm.Loading;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// Interrupts for programs with a handler: one in each frame of a Spectrum, of which the VM's time has as many as fuel
/// is spent. They come between two rounds of a loop, so that what runs at once on the Spectrum does so here.
/// </summary>
internal sealed unsafe partial class Machine
{
    /// <summary>Fuel of a frame of 69,888 T-states, as long as one of a ZX Spectrum.</summary>
    private const long FrameFuel = 69_888 / IAssemblyMachine.StatesPerUnit;

    private readonly Function? _handler;
    private bool _isInHandler;
    /// <summary>Fuel of this frame that assembly took, which has interrupts of its own.</summary>
    private long _assemblyFuel;

    private static Function? FindHandler(LoadedProgram program) =>
        program.Module.Functions.FirstOrDefault(f =>
            f.Is(FunctionFlags.Interrupt) && !f.IsExtern && f.Parameters.IsEmpty);

    private bool HasFrames => _handler is not null || _program.FrameCounter is not null;

    /// <summary>At the end of a turn counts a frame and lets the handler run, if interrupts are taken.</summary>
    /// <param name="next">Where the program goes on.</param>
    /// <param name="isJump">False at a call, whose arguments lie where the handler would run: it has to be done
    /// first.</param>
    private Insn* EndFrame(Insn* next, bool isJump)
    {
        if (_isInHandler || _current != Root || _processor is { TakesInterrupts: false })
            return next;
        var more = isJump ? Math.Min(_assemblyFuel, FrameFuel) : 1;
        if (more > 0)
        {
            _assemblyFuel = isJump ? 0 : _assemblyFuel;
            more = Math.Min(more, _fuel);
            _world.Budget += _fuel - more;
            _fuel = more;
            return next;
        }
        if (_program.FrameCounter is var (address, bytes))
            CountFrame(_memory + address, bytes);
        return _handler is null ? next : Interrupt(next);
    }

    private static void CountFrame(byte* counter, int bytes)
    {
        for (var i = 0; i < bytes && ++counter[i] == 0; i++)
        {
        }
    }

    private Insn* Interrupt(Insn* next)
    {
        // What the frame holds is what the target of the jump finds.
        var ip = _ip;
        _ip = next;
        _isInHandler = true;
        var trap = Call(_handler!, [], out _);
        _isInHandler = false;
        if (trap is not null)
        {
            _innerTrap = trap;
            return Stop(trap.Code, trap.Message);
        }
        _ip = ip;
        return ExitCode is null ? next : Stop(TrapCode.Unreachable);
    }
}
