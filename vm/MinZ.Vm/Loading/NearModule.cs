using MinZ.Mir;
using MinZ.Vm.Memory;

namespace MinZ.Vm.Loading;

/// <summary>Tells which modules need addresses that a 16-bit processor can have.</summary>
internal static class NearModule
{
    /// <summary>True for assembly the host runs, calls of routines at fixed addresses, addresses that become integers
    /// of 16 bits or less, and bytes that are looked at as structs with addresses, whose size programs know.</summary>
    /// <param name="module">A module that is not lowered yet.</param>
    /// <param name="assembly">Who runs its assembly.</param>
    public static bool IsNeeded(Module module, IAssemblyHost assembly)
    {
        foreach (var f in module.Functions)
        {
            if (f.IsExtern && IsAtAddress(f))
                return true;
            foreach (var block in f.Blocks)
                foreach (var id in block.Instructions)
                    if (f[id].Payload is AsmBlock asm ? assembly.Runs(asm.Target)
                        : f[id].Op is Op.Bitcast or Op.Conv && (CutsAddress(f, id) || MakesAddresses(f, id)))
                        return true;
        }
        return false;
    }

    /// <summary>True for a function that lies at an address of the machine.</summary>
    public static bool IsAtAddress(Function f) => f.Abi is { Address: not null };

    private static bool CutsAddress(Function f, int id) =>
        f[id].Type is { IsInteger: true, Bits: <= 16 } && f.TypeOf(f.Operands(id)[0]).Kind is TypeKind.Pointer
            or TypeKind.Reference or TypeKind.Box or TypeKind.Function or TypeKind.Str;

    private static bool MakesAddresses(Function f, int id) =>
        f[id].Type is PointerType { Element: var to }
        && f.TypeOf(f.Operands(id)[0]) is PointerType { Element: var from }
        && HoldsAddress(to) && !HoldsAddress(from);

    private static bool HoldsAddress(MirType type) => type switch
    {
        StructType s => s.Fields.Any(field => HoldsAddress(field.Type)),
        TupleType t => t.Items.Any(HoldsAddress),
        ArrayType a => HoldsAddress(a.Element),
        EnumType e => e.Variants.Any(v => v.Payload.Any(HoldsAddress)),
        _ => ReferenceMap.IsAddress(type),
    };
}
