using System.Runtime.InteropServices;
using MinZ.Mir;
using MinZ.Mir.Lowering;
using MinZ.Mir.Passes;
using MinZ.Vm.Interpreter;
using MinZ.Vm.Memory;
using MinZ.Vm.Threads;

namespace MinZ.Vm.Loading;

/// <summary>What a bytecode calls in the host.</summary>
/// <param name="Kind">Which table the name or number is of.</param>
/// <param name="Number">Of a syscall.</param>
/// <param name="Name">Of a native function.</param>
internal readonly record struct HostTarget(HostKind Kind, long Number, string? Name)
{
    public static HostTarget OfSyscall(long number) => new(HostKind.Syscall, number, null);
    public static HostTarget OfNative(string name) => new(HostKind.Native, 0, name);
    public static HostTarget PortIn => new(HostKind.PortIn, 0, null);
    public static HostTarget PortOut => new(HostKind.PortOut, 0, null);
}

/// <summary>Kinds of <see cref="HostTarget"/>.</summary>
internal enum HostKind : byte { Syscall, Native, PortIn, PortOut }

/// <summary>
/// A module made ready to run: optimised, lowered to flat memory, its data placed. Functions are translated at their
/// first call. Any number of machines may run one program, also at the same time.
/// </summary>
internal sealed unsafe partial class LoadedProgram
{
    private readonly Dictionary<Function, int> _indices = [];
    private readonly CompiledFunction?[] _compiled;
    private readonly CodeEntry* _entries;
    private readonly Insn* _stubs;
    private readonly Lock _lock = new();
    private volatile CompiledFunction[]? _sorted;
    private readonly Table<(Rep, string)> _signatures = new();
    private readonly Table<(MirType, MirType)> _conversions = new();
    private readonly Table<(Op, MirType)> _evaluations = new();
    private readonly Table<MirType> _types = new();
    private readonly Table<HostTarget> _hosts = new();
    private readonly Table<AssemblySite> _sites = new();
    private readonly Table<long> _cases = new();
    private SelectCase[][] _decodedCases = [];
    private readonly Table<MirType> _layoutTypes = new();
    private readonly List<HeapLayout> _layouts = [];
    private readonly Dictionary<Global, int> _globalLayouts = [];

    /// <summary>Interned things named by number in bytecode.</summary>
    private sealed class Table<T> where T : notnull
    {
        private readonly Dictionary<T, int> _numbers = [];
        private readonly List<T> _items = [];

        public int Of(T item)
        {
            if (!_numbers.TryGetValue(item, out var n))
            {
                _numbers.Add(item, n = _items.Count);
                _items.Add(item);
            }
            return n;
        }

        public T this[int number] => _items[number];
    }

    /// <summary>Optimises when asked to, and lowers, unless the module is lowered already.</summary>
    /// <exception cref="VmLoadException">The module holds what the VM cannot run.</exception>
    public LoadedProgram(Module module, bool optimize, IAssemblyHost? assembly = null)
    {
        Module = Prepare(module, optimize, assembly);
        Layout = Module.Layout!;
        var functions = Module.Functions;
        _compiled = new CompiledFunction?[functions.Count];
        _entries = (CodeEntry*)NativeMemory.AllocZeroed((nuint)functions.Count, (nuint)sizeof(CodeEntry));
        _stubs = (Insn*)NativeMemory.AllocZeroed((nuint)functions.Count, (nuint)sizeof(Insn));
        for (var n = 0; n < functions.Count; n++)
        {
            var f = functions[n];
            _indices.Add(f, n);
            _stubs[n] = new Insn { Op = Code.Translate, Word = (long)(_entries + n) };
            _entries[n] = new CodeEntry
            {
                Code = _stubs + n, Index = n, FrameSlots = f.Parameters.Length,
                Signature = Signature(f.Parameters.Select(p => Reps.Of(p.Type, Layout)), Reps.Of(f.Result, Layout)),
            };
        }
        var dataStart = IsNear ? NearFunctions + (uint)functions.Count : LinearMemory.LowBytes;
        Data = new ProgramData(Module, dataStart, AddressOf);
        End = Data.End;
        if (IsNear)
            Assemble(assembly!);
        LayoutOf(MirType.U8);
        ChannelLayout = LayoutOf(ChannelObject.Type);
        SpawnsThreads = functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id => f[id].Op == Op.Spawn)));
        _translatesAhead = SpawnsThreads;
        foreach (var g in Module.Globals)
            if (!new ReferenceMap(g.Type).IsEmpty)
                _globalLayouts.Add(g, LayoutOf(g.Type));
    }

    ~LoadedProgram()
    {
        foreach (var f in _compiled ?? [])
            f?.Free();
        NativeMemory.Free(_entries);
        NativeMemory.Free(_stubs);
    }

    /// <summary>The lowered module.</summary>
    public Module Module { get; }

    /// <summary>True when the module starts threads.</summary>
    public bool SpawnsThreads { get; }

    private bool _translatesAhead;

    /// <summary>
    /// Translates what can be. The frame of a green thread has no room to spare for a function whose needs another
    /// machine is just finding out; what cannot be translated traps when it is reached.
    /// </summary>
    public void TranslateAhead()
    {
        lock (_lock)
        {
            if (!_translatesAhead)
                return;
            _translatesAhead = false;
            for (var n = 0; n < _compiled.Length; n++)
                try
                {
                    Translate(_entries + n);
                }
                catch (VmLoadException)
                {
                }
        }
    }

    /// <summary>Number of the layout of channels.</summary>
    public int ChannelLayout { get; }

    public ProgramData Data { get; }

    private Module Prepare(Module module, bool optimize, IAssemblyHost? assembly)
    {
        if (module.Layout is { } layout)
            return layout == DataLayout.Flat32 ? module
                : throw new VmLoadException($"module '{module.Name}' is lowered for another target");
        module = module.Clone();
        try
        {
            if (optimize)
                Pipeline.Run(module, Pipeline.HighLevel.AsSpan());
            UsesMachine = assembly is not null && UsesMachineIn(module);
            FrameCounter = UsesMachine && Names(module, assembly!.FrameCounter) ? assembly.FrameCounter : null;
            var isNear = assembly is not null && NearModule.IsNeeded(module, assembly);
            var errors = FlatMemory.Lower(module, isNear ? DataLayout.Z80 : DataLayout.Flat32);
            if (errors.Count > 0)
                throw new VmLoadException(string.Join('\n', errors.Select(e => Describe(module, e))));
            if (isNear)
                assembly!.Complete(module);
            if (optimize)
                Pipeline.Run(module, Pipeline.Lowered.AsSpan());
        }
        catch (OverflowException)
        {
            throw new VmLoadException($"module '{module.Name}' has a type of more than 2 GB");
        }
        return module;
    }

    private static string Describe(Module module, LoweringError e)
    {
        var at = e.Location.IsKnown ? $"{module.Files[e.Location.File - 1]}({e.Location.Line},{e.Location.Column}): "
            : "";
        return $"{at}function '{e.Function.Name}': {e.Message}";
    }

    /// <summary>Address that stands for a function.</summary>
    public uint AddressOf(Function f) => FunctionBase + (uint)_indices[f];

    /// <summary>The entry a function address denotes, or null.</summary>
    public CodeEntry* EntryAt(uint address) =>
        address >= FunctionBase && address - FunctionBase < (uint)_compiled.Length
            ? _entries + (address - FunctionBase) : null;

    /// <summary>Address of a function's <see cref="CodeEntry"/>, as calls hold it.</summary>
    public long EntryOf(Function f) => (long)(_entries + _indices[f]);

    public CodeEntry* Entry(Function f) => _entries + _indices[f];

    public int Signature(IEnumerable<Rep> parameters, Rep result) =>
        _signatures.Of((result, string.Concat(parameters.Select(r => (char)('a' + (int)r)))));

    public int Conversion(MirType from, MirType to) => _conversions.Of((from, to));
    public (MirType From, MirType To) Conversion(int n) => Locked(() => _conversions[n]);
    public int Evaluation(Op op, MirType type) => _evaluations.Of((op, type));
    public (Op Op, MirType Type) Evaluation(int n) => Locked(() => _evaluations[n]);
    public int Type(MirType type) => _types.Of(type);
    public MirType Type(int n) => Locked(() => _types[n]);
    public int Host(HostTarget target) => _hosts.Of(target);
    public HostTarget Host(int n) => Locked(() => _hosts[n]);
    public int Assembly(AssemblySite site) => _sites.Of(site);
    public AssemblySite Assembly(int n) => Locked(() => _sites[n]);

    /// <summary>Number of the layout of heap objects of a type; <see cref="Heap.PlainLayout"/> for all without
    /// addresses.</summary>
    public int LayoutOf(MirType type)
    {
        if (_layouts.Count > 0 && new ReferenceMap(type).IsEmpty)
            return Heap.PlainLayout;
        var n = _layoutTypes.Of(type);
        if (n == _layouts.Count)
            _layouts.Add(new HeapLayout(type, Layout));
        return n;
    }

    public HeapLayout LayoutAt(int n) => Locked(() => _layouts[n]);

    /// <summary>Number of the layout of a global that holds addresses; null for the others.</summary>
    public int? GlobalLayout(Global global) => _globalLayouts.TryGetValue(global, out var n) ? n : null;

    /// <summary>Number of layouts there are by now.</summary>
    public int LayoutCount => Locked(() => _layouts.Count);

    /// <summary>All layouts so far, by number.</summary>
    public HeapLayout[] Layouts() => Locked(() => _layouts.ToArray());

    /// <summary>Number of the list of cases of a <c>chan.select</c>.</summary>
    public int Cases(long bits)
    {
        var n = _cases.Of(bits);
        if (n == _decodedCases.Length)
            Volatile.Write(ref _decodedCases, [.. _decodedCases, [.. SelectCases.Decode(bits)]]);
        return n;
    }

    // Selects ask often: the array is replaced when it grows, and need not be locked.
    public SelectCase[] Cases(int n) => Volatile.Read(ref _decodedCases)[n];

    // Tables grow while another machine translates.
    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
            return read();
    }

    /// <summary>Translates a function unless that has been done, and points its entry to the code.</summary>
    public void Translate(CodeEntry* entry)
    {
        lock (_lock)
        {
            if (_compiled[entry->Index] is not null)
                return;
            var f = Module.Functions[entry->Index];
            if (f.IsExtern)
                throw new VmLoadException($"extern function '{f.Name}' has no body the VM could run");
            var compiled = Translator.Translate(this, f);
            _compiled[entry->Index] = compiled;
            _sorted = null;
            entry->FrameSlots = compiled.FrameSlots;
            entry->Code = compiled.Code;
        }
    }

    /// <summary>Translates all functions now, to find errors and to measure.</summary>
    public void TranslateAll()
    {
        for (var n = 0; n < _compiled.Length; n++)
            if (!Module.Functions[n].IsExtern)
                Translate(_entries + n);
    }

    /// <summary>Listing of all functions, after translating them.</summary>
    public string Disassemble()
    {
        TranslateAll();
        return string.Join('\n', _compiled.OfType<CompiledFunction>().Select(Disassembler.List));
    }

    /// <summary>The translated function whose code holds an instruction, or null.</summary>
    public CompiledFunction? Find(Insn* ip)
    {
        var sorted = _sorted;
        if (sorted is null)
            lock (_lock)
            {
                sorted = [.. _compiled.OfType<CompiledFunction>()];
                Array.Sort(sorted, (a, b) => ((nuint)a.Code).CompareTo((nuint)b.Code));
                _sorted = sorted;
            }
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle].Contains(ip))
                return sorted[middle];
            (low, high) = sorted[middle].Code < ip ? (middle + 1, high) : (low, middle);
        }
        return null;
    }
}
