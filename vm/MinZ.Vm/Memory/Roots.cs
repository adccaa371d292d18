using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Memory;

/// <summary>
/// Frames of one thread of execution that does not run now: it is parked, or it waits for the collection it asked for.
/// </summary>
/// <param name="Next">The instruction to execute when it goes on; what the frames hold is what is live before it. For a
/// thread stopped at a jump that is the jump's target, at a call or an allocation the instruction itself, for one that
/// has not begun the code of its function's <see cref="CodeEntry"/>.</param>
/// <param name="Frame">Its innermost frame; the outermost one returns to an instruction of no function
/// (<see cref="Code.Halt"/>).</param>
internal readonly unsafe record struct ExecutionStack(nint Next, nint Frame)
{
    public ExecutionStack(Insn* next, long* frame) : this((nint)next, (nint)frame) { }
}

/// <summary>
/// Something outside the heap that holds addresses of objects: stacks, queues, tables of handles. The collector asks
/// each source twice per collection, first to find what is alive, then to write the new addresses, so a source shows
/// the places themselves and not copies.
/// </summary>
internal interface IRootSource
{
    /// <summary>
    /// Shows every place that may hold an address. All threads stand still; nothing may be allocated.
    /// </summary>
    void Show(IRootVisitor visitor);
}

/// <summary>
/// What a collection does with a root. An address outside the heap, and null, are fine and left alone; an address in
/// the middle of an object, or just behind its end, keeps the object and follows it.
/// </summary>
internal unsafe interface IRootVisitor
{
    /// <summary>A 64-bit slot with a 32-bit address, as registers and messages hold it.</summary>
    void Slot(ref long slot);

    /// <summary>Program memory outside the heap that holds values of a type, by the number of its layout.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="layout">Number of the layout
    /// (<see cref="Loading.LoadedProgram.LayoutOf(MinZ.Mir.MirType)"/>).</param>
    /// <param name="bytes">Size of the value, or of several one after another.</param>
    void Memory(uint address, int layout, uint bytes);

    /// <summary>All frames of a thread, with the addressable frames of their functions.</summary>
    void Stack(ExecutionStack stack);
}

/// <summary>
/// A run of zeroed heap memory that one worker allocates from without asking anybody: a bump of a pointer.
/// </summary>
internal unsafe struct AllocationBuffer
{
    /// <summary>Where the next object goes.</summary>
    public ulong Top;
    /// <summary>End of the run.</summary>
    public ulong Limit;

    /// <summary>Makes what is left of the run an object without contents, so that the heap can be walked.</summary>
    public void Retire(byte* memory)
    {
        if (Top < Limit)
            *(ulong*)(memory + Top) = (uint)Heap.PlainLayout | Limit - Top << 32;
        (Top, Limit) = (0, 0);
    }
}
