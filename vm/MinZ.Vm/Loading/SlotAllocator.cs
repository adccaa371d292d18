using System.Runtime.InteropServices;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

/// <summary>
/// Gives each register of a function a frame slot. Arguments are computed in the outgoing window where nothing clobbers
/// it; block parameters share a slot with what is passed to them unless their live ranges meet; then a linear scan
/// assigns slots. Parameters of the function keep slots 0, 1, ….
/// </summary>
internal sealed class SlotAllocator
{
    private readonly List<LirBlock> _blocks;
    private readonly int _registers;
    private readonly int _windowSize;
    private readonly int[] _class;
    private readonly LiveRanges _ranges;
    private readonly int[] _slot;

    private readonly List<(int Register, int Start, int End)> _addresses = [];

    /// <summary>Assigns slots.</summary>
    /// <param name="holdsAddress">True for registers that hold addresses.</param>
    /// <param name="frameRegister">Register that is to keep its slot through the whole function; 0 = none.</param>
    public SlotAllocator(List<LirBlock> blocks, int registers, int windowSize, Func<int, bool> holdsAddress,
        int frameRegister)
    {
        _blocks = blocks;
        _registers = registers;
        _windowSize = windowSize;
        ComputeInWindow();
        _ranges = new LiveRanges(blocks, registers);
        if (frameRegister != 0)
            _ranges.KeepAlive(frameRegister);
        for (var r = 1; r < registers; r++)
            if (holdsAddress(r))
                foreach (var (start, end) in _ranges.RunsOf(r))
                    _addresses.Add((r, start, end));
        _class = new int[registers];
        _slot = new int[registers];
        for (var r = 0; r < registers; r++)
            _class[r] = r;
        Coalesce();
        Assign();
    }

    /// <summary>Slot of the first outgoing argument; two slots before it are the callee's frame header.</summary>
    public int WindowStart { get; private set; }

    /// <summary>Slots of the frame with its outgoing window.</summary>
    public int FrameSlots => WindowStart + _windowSize;

    /// <summary>A slot free for exchanging values: the header of a callee's frame, unused between calls.</summary>
    public int Scratch => WindowStart - 1;

    /// <summary>Slot of a register, window register or parameter slot.</summary>
    public int SlotOf(int register) => register >= 0 ? _slot[Find(register)]
        : Lir.IsWindow(register) ? WindowStart + (-1 - register) : register - int.MinValue;

    /// <summary>Where slots hold addresses.</summary>
    public StackMap.Range[] Addresses() =>
        [.. _addresses.Select(a => new StackMap.Range((ushort)SlotOf(a.Register), a.Start, a.End))];

    /// <summary>Position of a block's n-th instruction, as <see cref="Addresses"/> counts.</summary>
    public int PositionOf(int block, int instruction) => _ranges.PositionOf(block, instruction);

    private int Find(int r)
    {
        while (_class[r] != r)
            r = _class[r] = _class[_class[r]];
        return r;
    }

    /// <summary>Lets the instruction that makes an argument write it to the window at once.</summary>
    private void ComputeInWindow()
    {
        var uses = new int[_registers];
        foreach (var block in _blocks)
        {
            foreach (ref readonly var i in CollectionsMarshal.AsSpan(block.Code))
                Operands.ForEachUse(i, r => uses[r]++);
            Operands.ForEachUse(block.Test, r => uses[r]++);
            foreach (var edge in block.Edges)
                foreach (var r in edge.Arguments)
                    if (r > 0)
                        uses[r] += 2;
        }
        var definition = new int[_registers];
        foreach (var block in _blocks)
            ComputeInWindow(block, uses, definition);
    }

    private static void ComputeInWindow(LirBlock block, int[] uses, int[] definition)
    {
        var code = CollectionsMarshal.AsSpan(block.Code);
        var clobbered = 0;
        var moved = false;
        for (var n = 0; n < code.Length; n++)
        {
            ref var i = ref code[n];
            if (i is { Op: Code.Mov, A: < 0, B: > 0 } && Lir.IsWindow(i.A) && uses[i.B] == 1
                && definition[i.B] > clobbered)
            {
                ref var maker = ref code[definition[i.B] - 1];
                if (maker.A == i.B)
                    maker.A = i.A;
                else
                    maker.B = i.A;
                i.Op = Code.Halt;
                moved = true;
                continue;
            }
            // A call writes its result after it used the window, so the result itself may go there. An allocation may
            // collect, and the window of a call that was not reached is not among the places a collection knows.
            if (i.Op is Code.Call or Code.CallIndirect or Code.Host || Codes.MayCollect(i.Op))
                clobbered = n;
            // What a thread receives while it waits lies in its frame until its turn, and others may collect before
            // that.
            if (i.Op == Code.ChanReceive)
                clobbered = n + 1;
            var fields = Codes.Of(i.Op);
            if ((fields & Fields.DefinesA) != 0 && i.A > 0 && (fields & (Fields.UsesA | Fields.DefinesC)) == 0)
                definition[i.A] = n + 1;
            if ((fields & Fields.DefinesB) != 0 && i.B > 0)
                definition[i.B] = n + 1;
        }
        if (moved)
            block.Code.RemoveAll(i => i.Op == Code.Halt);
        foreach (ref readonly var i in CollectionsMarshal.AsSpan(block.Code))
            Operands.ForEachDefinition(i, r => definition[r] = 0);
    }

    private void Coalesce()
    {
        foreach (var block in _blocks.OrderByDescending(b => b.LoopDepth))
        {
            foreach (var edge in block.Edges)
            {
                var parameters = _blocks[edge.Target].Parameters;
                for (var n = 0; n < parameters.Length; n++)
                    TryMerge(parameters[n], edge.Arguments[n]);
            }
            foreach (ref readonly var i in CollectionsMarshal.AsSpan(block.Code))
                if (i is { Op: Code.Mov, A: > 0, B: > 0 })
                    TryMerge(i.A, i.B);
        }
    }

    private void TryMerge(int a, int b)
    {
        if (a <= 0 || b <= 0)
            return;
        (a, b) = (Find(a), Find(b));
        if (a == b || _ranges.IsFixed(a) && _ranges.IsFixed(b) || !_ranges.TryMerge(a, b))
            return;
        _class[b] = a;
    }

    private void Assign()
    {
        var order = new List<int>();
        for (var r = 1; r < _registers; r++)
            if (Find(r) == r && _ranges.IsLive(r))
                order.Add(r);
        order.Sort((a, b) => (_ranges.Start(a), Fixed(a), a).CompareTo((_ranges.Start(b), Fixed(b), b)));
        var active = new PriorityQueue<int, int>();
        var free = new PriorityQueue<int, int>();
        var count = 0;
        foreach (var r in order)
        {
            while (active.TryPeek(out var slot, out var end) && end <= _ranges.Start(r))
            {
                active.Dequeue();
                free.Enqueue(slot, slot);
            }
            _slot[r] = free.TryDequeue(out var reused, out _) ? reused : count++;
            active.Enqueue(_slot[r], _ranges.End(r));
        }
        WindowStart = Math.Max(count, _blocks[0].Parameters.Length) + FrameHeaderSlots;
        if (FrameSlots > ushort.MaxValue)
            throw new VmLoadException($"a function needs {FrameSlots} slots; a frame can have {ushort.MaxValue}");
    }

    /// <summary>Slots between a caller's values and its callee's frame: return address, distance and depth.</summary>
    public const int FrameHeaderSlots = 2;

    private int Fixed(int register) => _ranges.FixedSlot(register);
}
