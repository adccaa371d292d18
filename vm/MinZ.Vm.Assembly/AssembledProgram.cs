using MinZ.Backends.Z80;
using MinZ.Mir;

namespace MinZ.Vm.Assembly;

/// <summary>Machine code of a program's assembly, placed.</summary>
internal sealed class AssembledProgram : IAssembly
{
    private const byte ReturnCode = 0xC9;
    private readonly Dictionary<AsmBlock, AssembledBlock> _blocks = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Function, AssembledBlock> _whole = [];
    private readonly Dictionary<Function, int> _indices = [];
    private readonly List<(int Address, byte[] Bytes)> _images = [];

    public AssembledProgram(AssemblyProgram program)
    {
        Program = program;
        foreach (var f in program.Module.Functions)
        {
            _indices.Add(f, _indices.Count);
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    if (f[id].Payload is AsmBlock asm)
                        Add(f, asm, f.Locations[f[id].Location].Location);
        }
        End = program.Origin;
        foreach (var block in _blocks.Values)
        {
            block.Measure();
            block.Start = End;
            End += block.Size + 1;
        }
        if (End <= 0x10000)
            foreach (var block in _blocks.Values)
                Emit(block);
    }

    public AssemblyProgram Program { get; }

    /// <inheritdoc/>
    public int End { get; }

    public IEnumerable<AssembledBlock> Blocks => _blocks.Values;

    /// <summary>Code that needs no frame, with its addresses.</summary>
    public IEnumerable<(int Address, byte[] Bytes)> Images => _images;

    public AssembledBlock this[AsmBlock block] => _blocks[block];

    /// <summary>The assembly a function consists of, or null.</summary>
    public AssembledBlock? WholeOf(Function f) => _whole.GetValueOrDefault(f);

    private void Add(Function f, AsmBlock asm, SourceLocation location)
    {
        if (!SpectrumAssembly.Instance.Runs(asm.Target))
            return;
        var block = new AssembledBlock(f, asm, location.IsKnown ? location : f.Location, Program.AddressOf);
        _blocks.TryAdd(asm, block);
        if (block.Error is null && WholeFunction.Is(f, asm))
        {
            block.IsWholeFunction = true;
            _whole[f] = block;
        }
    }

    /// <summary>Address by which assembly calls a function: its code, or what stands for it.</summary>
    public int AddressOf(Function f) =>
        _whole.TryGetValue(f, out var block) ? block.Start : Program.FirstFunction + _indices[f];

    private void Emit(AssembledBlock block)
    {
        byte[] end = block.IsWholeFunction ? [ReturnCode] : [0];
        if (block.Error is null && !block.NamesSlots && block.Assemble(AddressOf, _ => 0) is { } code)
            _images.Add((block.Start, [.. code, .. end]));
        else
            _images.Add((block.End, end));
    }

    /// <inheritdoc/>
    public IAssemblyProcessor Start(IAssemblyMachine machine) => new SpectrumProcessor(this, machine);
}

/// <summary>Tells which functions consist of one piece of assembly.</summary>
internal static class WholeFunction
{
    /// <summary>True when assembly may call the function's assembly directly: parameters come in the registers a caller
    /// puts them in, the result is in the register a caller expects, and nothing else happens.</summary>
    public static bool Is(Function f, AsmBlock asm)
    {
        if (f.Blocks.Count != 1 || f.Is(FunctionFlags.Interrupt) || asm.Bindings.Any(b => b.Local is not null) ||
            f.Abi is { Address: not null })
            return false;
        var convention = InlineAssembly.ConventionOf(f);
        foreach (var id in f.Entry.Instructions)
        {
            var fits = f[id].Op switch
            {
                Op.Asm => ReferenceEquals(f[id].Payload, asm) && TakesParameters(f, id, asm, convention),
                Op.MemLoad => f[id].Bits == 0 && SlotOf(f, id) is { } slot && asm.Outputs.Any(o => o.Local == slot),
                Op.MemStore => SlotOf(f, id) is not null,
                Op.LocalAddress or Op.LoadParam or Op.Const => true,
                Op.Ret => Returns(f, id, asm, convention),
                _ => false,
            };
            if (!fits)
                return false;
        }
        return true;
    }

    private static bool TakesParameters(Function f, int id, AsmBlock asm, RegisterConvention convention)
    {
        var operands = f.Operands(id);
        for (var n = 0; n < operands.Length; n++)
        {
            var parameter = f.Entry.Parameters.IndexOf(f.Resolve(operands[n]));
            if (parameter < 0 || !IsSame(convention.Parameters[parameter], asm.Inputs[n].Register))
                return false;
        }
        return true;
    }

    private static bool Returns(Function f, int id, AsmBlock asm, RegisterConvention convention)
    {
        if (f.Operands(id).IsEmpty)
            return asm.Outputs.IsDefaultOrEmpty;
        var load = f.DefinitionOf(f.Resolve(f.Operands(id)[0]));
        return load >= 0 && f[load].Op == Op.MemLoad && asm.Outputs is [var output] &&
            SlotOf(f, load) == output.Local && IsSame(convention.Result, output.Register);
    }

    private static bool IsSame(string? register, string other) =>
        string.Equals(register, other, StringComparison.OrdinalIgnoreCase);

    private static Local? SlotOf(Function f, int access)
    {
        var address = f.DefinitionOf(f.Resolve(f.Operands(access)[0]));
        return address >= 0 && f[address].Op == Op.LocalAddress ? (Local)f[address].Payload! : null;
    }
}
