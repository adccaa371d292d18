using MinZ.Mir;

namespace MinZ.Vm.Loading;

/// <summary>How a scalar is held in a slot: canonical bits of one of these. Addresses and handles are U32, in near
/// memory U16.</summary>
internal enum Rep : byte
{
    Void, Bool, U8, I8, U16, I16, U24, I24, U32, I32, U64, I64, F32, F64,
}

/// <summary>Facts about <see cref="Rep"/>.</summary>
internal static class Reps
{
    /// <summary>The representation of a lowered type.</summary>
    /// <param name="type">A type.</param>
    /// <param name="layout">What the module is lowered to: says how wide addresses are.</param>
    /// <exception cref="VmLoadException">An aggregate: the module was not lowered.</exception>
    public static Rep Of(MirType type, DataLayout layout) => type.Kind switch
    {
        TypeKind.Void => Rep.Void,
        TypeKind.Bool => Rep.Bool,
        TypeKind.U8 => Rep.U8,
        TypeKind.I8 => Rep.I8,
        TypeKind.U16 => Rep.U16,
        TypeKind.I16 => Rep.I16,
        TypeKind.U24 => Rep.U24,
        TypeKind.I24 => Rep.I24,
        TypeKind.U32 => Rep.U32,
        TypeKind.I32 => Rep.I32,
        TypeKind.U64 => Rep.U64,
        TypeKind.I64 => Rep.I64,
        TypeKind.F32 => Rep.F32,
        TypeKind.F64 => Rep.F64,
        TypeKind.Fixed => Of(type.IsSigned ? MirType.SignedOf(type.Bits) : MirType.Unsigned(type.Bits), layout),
        TypeKind.Enum when !type.IsAggregate => Of(((EnumType)type).Tag, layout),
        TypeKind.Str or TypeKind.Reference or TypeKind.Pointer or TypeKind.Box or TypeKind.Function or TypeKind.Actor
            or TypeKind.Channel => layout.PointerBytes == 2 ? Rep.U16 : Rep.U32,
        TypeKind.Struct or TypeKind.Enum or TypeKind.Tuple or TypeKind.Array or TypeKind.Slice or TypeKind.Interface
            or TypeKind.TypeParameter or TypeKind.Instance =>
            throw new VmLoadException($"a value of type {type} is left in a module lowered to flat memory"),
    };

    /// <summary>Width in bits; 1 for bool.</summary>
    public static int Bits(Rep rep) => rep switch
    {
        Rep.Void => 0,
        Rep.Bool => 1,
        Rep.U8 or Rep.I8 => 8,
        Rep.U16 or Rep.I16 => 16,
        Rep.U24 or Rep.I24 => 24,
        Rep.U32 or Rep.I32 or Rep.F32 => 32,
        Rep.U64 or Rep.I64 or Rep.F64 => 64,
    };

    public static bool IsSigned(Rep rep) => rep is Rep.I8 or Rep.I16 or Rep.I24 or Rep.I32 or Rep.I64;

    public static bool IsFloat(Rep rep) => rep is Rep.F32 or Rep.F64;

    public static bool Is24(Rep rep) => rep is Rep.U24 or Rep.I24;

    /// <summary>Position in the families of codes that exist for each width: 64, U8, I8, U16, I16, U32, I32.</summary>
    public static int Width(Rep rep) => rep switch
    {
        Rep.U8 or Rep.Bool => 1,
        Rep.I8 => 2,
        Rep.U16 => 3,
        Rep.I16 => 4,
        Rep.U32 => 5,
        Rep.I32 => 6,
        _ => 0,
    };

    /// <summary>True when canonical bits of one are canonical bits of the other with the same meaning of
    /// <c>conv</c>.</summary>
    public static bool Widens(Rep from, Rep to)
    {
        if (from == to || Bits(to) == 64)
            return true;
        if (from == Rep.Bool)
            return true;
        if (to == Rep.Bool)
            return false;
        return IsSigned(to)
            ? IsSigned(from) ? Bits(from) <= Bits(to) : Bits(from) < Bits(to)
            : !IsSigned(from) && Bits(from) <= Bits(to);
    }
}
