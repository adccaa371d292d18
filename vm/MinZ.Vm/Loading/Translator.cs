using System.Runtime.InteropServices;
using MinZ.Mir;
using MinZ.Vm.Interpreter;

namespace MinZ.Vm.Loading;

/// <summary>Bytecode of one function, with what stack traces need.</summary>
internal sealed unsafe class CompiledFunction
{
    public CompiledFunction(Function function, List<Insn> code, List<int> locations, int frameSlots, StackMap map)
    {
        Map = map;
        Function = function;
        Locations = [.. locations];
        FrameSlots = frameSlots;
        Length = code.Count;
        Code = (Insn*)NativeMemory.AlignedAlloc((nuint)(sizeof(Insn) * code.Count), 16);
        CollectionsMarshal.AsSpan(code).CopyTo(new Span<Insn>(Code, Length));
    }

    public Function Function { get; }
    public Insn* Code { get; private set; }
    public int Length { get; }
    public int FrameSlots { get; }
    /// <summary>By instruction: index into the function's locations.</summary>
    public int[] Locations { get; }
    /// <summary>Where its frames hold addresses.</summary>
    public StackMap Map { get; }

    public bool Contains(Insn* ip) => ip >= Code && ip < Code + Length;

    public void Free()
    {
        NativeMemory.AlignedFree(Code);
        Code = null;
    }
}

/// <summary>Lowered MIR to bytecode: select, allocate slots, emit.</summary>
internal static class Translator
{
    /// <summary>Translates a function.</summary>
    /// <exception cref="VmLoadException">It holds what the VM cannot run.</exception>
    public static CompiledFunction Translate(LoadedProgram program, Function function)
    {
        try
        {
            var selector = new Selector(program, function);
            selector.Run();
            var parts = selector.AddressableParts();
            var frame = parts.Length > 0 ? selector.FrameRegister : 0;
            var slots = new SlotAllocator(selector.Blocks, selector.Registers, selector.WindowSize,
                selector.HoldsAddress, frame);
            var emitter = new Emitter(selector.Blocks, slots);
            emitter.Run();
            var map = new StackMap(slots.Addresses(), [.. emitter.Positions], parts,
                frame != 0 ? slots.SlotOf(frame) : 0, emitter.Entered);
            return new CompiledFunction(function, emitter.Code, emitter.Locations, slots.FrameSlots, map);
        }
        catch (OverflowException)
        {
            throw new VmLoadException($"function '{function.Name}': a size in it is beyond 2 GB");
        }
    }
}
