using MinZ.Mir;
using MinZ.Vm.Memory;

namespace MinZ.Vm.Loading;

/// <summary>Programs that lie where assembly can reach them.</summary>
internal sealed unsafe partial class LoadedProgram
{
    /// <summary>
    /// What stands for the first function in near memory; 0x8000 itself stays free for a return address.
    /// </summary>
    private const uint NearFunctions = LinearMemory.NearBase + 1;

    /// <summary>Address that stands for the first function.</summary>
    private uint FunctionBase => IsNear ? NearFunctions : LinearMemory.FunctionBase;

    /// <summary>What the module is lowered to.</summary>
    public DataLayout Layout { get; }

    /// <summary>True when addresses have 16 bits and a processor sees the program's memory.</summary>
    public bool IsNear => Layout.PointerBytes == 2;

    /// <summary>First address behind functions, globals, strings and machine code.</summary>
    public uint End { get; private set; }

    /// <summary>Machine code of the program's assembly; null = it has none.</summary>
    public IAssembly? MachineCode { get; private set; }

    /// <summary>True when the program may ask for memory of the heap.</summary>
    public bool Allocates { get; private set; }

    /// <summary>True when the program uses addresses of its own choice or ports: those of some machine.</summary>
    public bool UsesMachine { get; private set; }

    private static bool UsesMachineIn(Module module)
    {
        return module.Globals.Any(g => g.Address is not null) ||
            module.Functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id => UsesMachineAt(f, id))));
    }

    private static bool UsesMachineAt(Function f, int id) => f[id].Op is Op.Peek or Op.Poke or Op.In or Op.Out ||
        f[id].Op == Op.Bitcast && f[id].Type.Kind == TypeKind.Pointer && f.TypeOf(f.Operands(id)[0]).IsInteger;

    /// <summary>
    /// Where the machine counts its frames, address and bytes, if the program looks there: the VM counts those of its
    /// time.
    /// </summary>
    public (int Address, int Bytes)? FrameCounter { get; private set; }

    /// <summary>True when a constant address of a program is in a range.</summary>
    private static bool Names(Module module, (int Address, int Bytes) range)
    {
        return module.Globals.Any(g => IsInside(g.Address ?? 0)) ||
            module.Functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id => IsNamedAt(f, id))));

        bool IsNamedAt(Function f, int id)
        {
            if (UsesMachineAt(f, id))
                foreach (var operand in f.Operands(id))
                    if (f.TryConstant(operand, out var address) && IsInside(address))
                        return true;
            return false;
        }

        bool IsInside(long address) => address >= range.Address && address < range.Address + range.Bytes;
    }

    private void Assemble(IAssemblyHost host)
    {
        MachineCode = host.Assemble(new AssemblyProgram(Module, (int)Data.End, (int)NearFunctions,
            g => (int)Data.AddressOf(g)));
        if (MachineCode.End > LinearMemory.NearEnd)
            throw new VmLoadException($"the globals, strings and assembly of module '{Module.Name}' end at " +
                $"0x{MachineCode.End:X}: there is memory up to 0x{LinearMemory.NearEnd:X}");
        End = (uint)DataLayout.Align(MachineCode.End, 16);
        Allocates = Module.Functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id => MayAllocate(f[id].Op))));
    }

    private static bool MayAllocate(Op op) => op is Op.New or Op.SliceNew or Op.StrConcat or Op.StrSlice or Op.StrOf
        or Op.ChanNew or Op.Spawn or Op.Native or Op.Syscall;
}
