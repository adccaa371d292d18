using MinZ.Mir;
using MinZ.Vm.Loading;
using MinZ.Vm.Memory;
using MinZ.Vm.Sandbox;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Interpreter;

/// <summary>
/// One running instance of a program: its memory, limits and the interpreter. A frame's slots follow its header, which
/// lies in the two words before them:
/// <code>
/// R[-2]  low half: distance to the caller's frame in slots; high half: depth of this call
/// R[-1]  return address
/// R[0…]  parameters, then values
/// </code>
/// </summary>
internal sealed unsafe partial class Machine : IDisposable
{
    private readonly LoadedProgram _program;
    private readonly VmOptions _options;
    private readonly LinearMemory _linear;
    private readonly Gate _gate;
    private readonly byte* _memory;
    private readonly uint _span;
    private long* _stackLimit;
    private readonly int _maxDepth;
    private readonly Insn* _halt;
    private long _fuel;
    private ulong _shadowTop;
    private readonly ulong _shadowBase;
    private readonly ulong _shadowLimit;
    /// <summary>End of the running thread's addressable frames, and start of its chunk, 0 when it has none.</summary>
    private ulong _shadowEnd;
    private ulong _chunkStart;
    private readonly ManagedHeap _heap;
    private AllocationBuffer _buffer;
    private Insn* _ip;
    private long* _frame;
    private uint _fault;
    private TrapCode _trap;
    private string? _message;
    private int _nesting;

    public Machine(LoadedProgram program, VmOptions options)
    {
        _program = program;
        _options = options;
        var limit = options.MemoryLimit;
        if (limit is < 128 << 10 or > LinearMemory.FunctionBase - 4096L)
            throw new VmLoadException($"the memory limit is {limit} bytes; it must be from 128 KB to 3.5 GB");
        if (options.Workers is < 1 or > 64)
            throw new VmLoadException($"there cannot be {options.Workers} workers, but 1 to 64");
        if (options.StackBytes is < 4096 or > 1 << 30)
            throw new VmLoadException($"the stack limit is {options.StackBytes} bytes; it must be from 4 KB to 1 GB");
        var (shadow, threads) = FrameBytes(program, options);
        _shadowBase = _shadowTop = program.End;
        _shadowLimit = _shadowBase + (ulong)shadow;
        // Threads have their addressable frames behind those of main.
        var heap = _shadowLimit + (ulong)threads;
        _first = this;
        _world = new World(new ThreadStore(limit), new FrameMemory(_shadowLimit, heap)) { Budget = options.Fuel };
        _world.Workers.Add(this);
        if (heap > (ulong)limit)
            throw new VmLoadException($"the program's data ends at 0x{_shadowBase:X}: " +
                $"the memory limit of {limit} bytes is too low");
        _linear = new LinearMemory((uint)limit, options.StackBytes / sizeof(long), program.IsNear);
        _memory = _linear.Base;
        // Short programs stay in the first pages; those after them are taken in large steps.
        if (!program.IsNear && limit - (long)heap > 2 * HostPages.LargeBytes)
            HostPages.PreferLarge(_memory + heap + HostPages.LargeBytes,
                (nuint)limit - (nuint)heap - HostPages.LargeBytes);
        _heap = new ManagedHeap(program, _linear, heap, program.IsNear ? LinearMemory.NearEnd : (ulong)limit,
            options.StressCollector);
        _span = _linear.Size - NullPage;
        _maxDepth = options.MaxDepth;
        _halt = (Insn*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(4, (nuint)sizeof(Insn));
        _halt[0].Op = Code.Call;
        _halt[1].Op = Code.Halt;
        _halt[2].Op = Code.Call;
        _halt[3].Op = Code.EndThread;
        _sources.AddRange([this, Handles]);
        _gate = new Gate(this, options);
        StartProcessor();
        _handler = FindHandler(program);
        program.Data.Initialise(_linear);
    }

    /// <summary>
    /// Bytes for slots whose address is taken, of main and of all threads: an eighth of memory each, at most as much as
    /// register frames get. What assembly runs in is shared in larger parts.
    /// </summary>
    private static (long Main, long Threads) FrameBytes(LoadedProgram program, VmOptions options)
    {
        if (!program.IsNear)
            return (Math.Min(options.MemoryLimit / 8, options.StackBytes) & ~15L,
                program.SpawnsThreads ? options.MemoryLimit / 8 & ~15L : 0);
        var all = (long)LinearMemory.NearEnd - program.End & ~15L;
        var part = all / 4 & ~15L;
        return (program.Allocates ? part : all, program.SpawnsThreads ? part : 0);
    }

    ~Machine() => System.Runtime.InteropServices.NativeMemory.Free(_halt);

    public LinearMemory Memory => _linear;

    public LoadedProgram Program => _program;

    public Gate Gate => _gate;

    /// <summary>Fuel left.</summary>
    public long Fuel => _world.Budget + _fuel + _reserve;

    /// <summary>Set when the program asked to end: its exit code.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>
    /// Calls a function. May be called by a host function that the program called.
    /// </summary>
    /// <param name="function">A function of the lowered module.</param>
    /// <param name="arguments">Canonical bits, one per lowered parameter.</param>
    /// <param name="result">Canonical bits of the result; 0 for none.</param>
    /// <returns>Why it stopped, or null when it returned or the program ended.</returns>
    public VmTrap? Call(Function function, ReadOnlySpan<long> arguments, out long result)
    {
        var entry = _program.Entry(function);
        var ip = _ip;
        var frame = _frame;
        var shadow = _shadowTop;
        var isOutermost = _nesting == 0;
        var caller = _current;
        result = 0;
        if (isOutermost)
            BeginProgram();
        else if (_current != Root && !TryBeginNested())
            return Stopped(TrapCode.OutOfMemory);
        // The host's own frame: one slot for the result, then the callee's header.
        var host = _current != caller ? _current->Slots + SlotAllocator.FrameHeaderSlots
            : _frame + FrameSlotsOf(_ip, arguments.Length);
        var start = host + 1 + SlotAllocator.FrameHeaderSlots;
        try
        {
            if (start + arguments.Length + 1 > _stackLimit)
                return Stopped(TrapCode.StackOverflow);
            host[0] = 0;
            start[-1] = (long)(_halt + 1);
            ((int*)start)[-4] = (int)(start - host);
            ((int*)start)[-3] = isOutermost ? 1 : ((int*)frame)[-3] + 1;
            arguments.CopyTo(new Span<long>(start, arguments.Length));
            if (_nesting++ == 0)
                ExitCode = null;
            else
                _waiting.Push(new ExecutionStack(ip, frame));
            (_message, _fault) = (null, 0);
            var trap = Run(entry->Code, start);
            if (trap is { } code && ExitCode is null)
                return _world.Trap ?? Stopped(code);
            result = host[0];
            return null;
        }
        finally
        {
            _nesting = Math.Max(0, _nesting - 1);
            while (_waiting.Count > Math.Max(0, _nesting - 1))
                _waiting.Pop();
            if (isOutermost)
                EndProgram();
            else
                EndNested(caller);
            _ip = ip;
            _frame = frame;
            _shadowTop = shadow;
            _gate.Flush();
        }
    }

    private int FrameSlotsOf(Insn* ip, int more) =>
        (_program.Find(ip)?.FrameSlots ?? 0) + more + SlotAllocator.FrameHeaderSlots;

    private VmTrap Stopped(TrapCode code) =>
        WithInnerCalls(StackTrace.Capture(_program, code, _message ?? MessageOf(code), _ip, _frame));

    private string MessageOf(TrapCode code)
    {
        switch (code)
        {
            case TrapCode.NullReference:
                return $"{VmTrap.Describe(code)} (address 0x{_fault:X})";
            case TrapCode.BadAddress:
                return $"address 0x{_fault:X} is outside memory, which ends at 0x{_linear.Size:X}";
            case TrapCode.IndexOutOfRange when _ip != null:
                var fields = Codes.Of(_ip->Op);
                if ((fields & Fields.UsesC) == 0)
                    return VmTrap.Describe(code);
                var length = (fields & Fields.UsesE) != 0 ? _frame[_ip->E] : _ip->E;
                return $"index {_frame[_ip->C]} is out of range for length {length}";
            default:
                return VmTrap.Describe(code);
        }
    }

    /// <summary>Charges long work on memory, so that fuel bounds time; false when there is no more.</summary>
    private bool Charge(ulong bytes)
    {
        _fuel -= (long)(bytes / BytesPerFuel);
        if (_fuel >= 0)
            return true;
        // More than is left of the turn.
        _reserve += _fuel;
        _fuel = 0;
        if (_reserve > 0)
            return true;
        lock (_world)
        {
            _world.Budget += _reserve;
            _reserve = 0;
            return _world.Budget >= 0;
        }
    }

    private const ulong BytesPerFuel = 64;

    private static long Flag(bool value) => value ? 1 : 0;

    /// <summary>The number; of every NaN the canonical one, which the processor would choose otherwise.</summary>
    private static double One(double f) => double.IsNaN(f) ? BitConverter.Int64BitsToDouble(0x7FF8000000000000) : f;

    private static float One(float f) => float.IsNaN(f) ? BitConverter.Int32BitsToSingle(0x7FC00000) : f;

    private bool Covers(long address, long bytes) => _linear.Covers((uint)address, (ulong)bytes);

    /// <summary>The address of a bad copy that is to blame.</summary>
    private uint Fault(long to, long from, long bytes)
    {
        var bad = Covers(to, bytes) ? (uint)from : (uint)to;
        return bad < NullPage ? bad : (uint)Math.Max(bad, Math.Min(bad + (ulong)bytes, uint.MaxValue));
    }

    /// <summary>Ends the program with an exit code, as a trap that is none.</summary>
    public void Exit(int code) => ExitCode = code;

    public void Dispose()
    {
        _gate.Flush();
        _heap.Dispose();
        _linear.Dispose();
        _world.Dispose();
    }
}
