using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MinZ.Mir.Bytecode;

/// <summary>
/// Facts of the <c>.mirb</c> format that reader and writer share: <c>docs/mir.md</c> describes it. A file is a header
/// and sections; all integers behind the header are LEB128, unsigned or (values) signed.
/// </summary>
public static class Mirb
{
    /// <summary>Version of the format. A reader accepts its own major version and any minor one.</summary>
    public const byte Major = 1;
    /// <summary>Minor version: sections were added that older readers may skip.</summary>
    public const byte Minor = 0;
    /// <summary>Bytes before the sections: magic, major, minor, flags, hash.</summary>
    public const int HeaderLength = 15;
    /// <summary>Header flag: the module is lowered to flat memory; its layout is in the module section.</summary>
    internal const byte IsLowered = 1;
    private const int HashAt = 7;

    /// <summary>First bytes of every file.</summary>
    public static ReadOnlySpan<byte> Magic => "MIRB"u8;

    /// <summary>Writes the hash of everything behind the header into the header.</summary>
    public static void Seal(Span<byte> file) => Hash(file).CopyTo(file[HashAt..]);

    /// <summary>True when the hash in the header is the one of the rest of the file.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> file) => file.Length >= HeaderLength &&
        Hash(file).AsSpan().SequenceEqual(file[HashAt..HeaderLength]);

    /// <summary>The content hash in the header: equal programs have equal hashes.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> file) =>
        file.Length >= HeaderLength ? BinaryPrimitives.ReadUInt64LittleEndian(file[HashAt..]) : 0;

    private static byte[] Hash(ReadOnlySpan<byte> file) =>
        SHA256.HashData(file[HeaderLength..])[..(HeaderLength - HashAt)];
}

/// <summary>Sections in the order they occur; readers skip ids above <see cref="Debug"/>.</summary>
internal enum Section : byte
{
    /// <summary>Name and layout.</summary>
    Module = 1,
    /// <summary>Names and string literals, by index everywhere else.</summary>
    Strings,
    /// <summary>Type definitions, type parameters, structural types.</summary>
    Types,
    /// <summary>Signatures of functions: a body elsewhere is an import, the mark "export" an export.</summary>
    Functions,
    /// <summary>Globals with their start values.</summary>
    Globals,
    /// <summary>Members of type definitions, bounds, implementations.</summary>
    Members,
    /// <summary>What test runners need.</summary>
    Tests,
    /// <summary>Slots and instructions of every function with a body.</summary>
    Code,
    /// <summary>Files, places in source, names of values, slots and blocks; may be left out.</summary>
    Debug,
}

/// <summary>
/// Opcodes of the stack code. Numbers up to 0x7F are the operations of <see cref="Op"/>: they take their operands from
/// the stack, the last on top, and leave their result there.
/// </summary>
internal static class Code
{
    /// <summary>The next op's instruction type follows.</summary>
    public const byte Typed = 0x80;
    /// <summary>The next op's result type follows.</summary>
    public const byte Yields = 0x81;
    /// <summary>The next op's flags follow.</summary>
    public const byte Flagged = 0x82;
    /// <summary>The next op yields nothing although it could.</summary>
    public const byte Mute = 0x83;
    /// <summary>Pushes a constant: type, signed value.</summary>
    public const byte Push = 0x84;
    public const byte Pop = 0x85;
    public const byte Dup = 0x86;
    public const byte Swap = 0x87;
    /// <summary>Pops into, pushes from or copies the top into a local; numbers below <see cref="Short"/> are in the
    /// opcode.</summary>
    public const byte SetLong = 0x88, GetLong = 0x89, TeeLong = 0x8A;
    /// <summary>Pushes a u8 constant: one byte.</summary>
    public const byte PushU8 = 0x8B;
    public const byte Set = 0xA0, Get = 0xC0, Tee = 0xE0;
    public const int Short = 32;

    /// <summary>True for ops behind whose opcode the instruction type is written.</summary>
    /// <param name="op">The op.</param>
    /// <param name="first">Type of its first operand, asked for only where <see cref="CountsOperands"/>; null for
    /// none.</param>
    public static bool WritesType(Op op, MirType? first) => op.Info().Shape switch
    {
        OpShape.Unary or OpShape.Binary or OpShape.Compare or OpShape.Shift => false,
        OpShape.Convert => true,
        OpShape.Special => op switch
        {
            Op.Select or Op.Poke or Op.MemStore or Op.MulWide or Op.Switch or Op.AddCarry or Op.SubBorrow => false,
            Op.New => first is null,
            Op.CallIndirect => first is not FunctionType,
            Op.EnumMake or Op.Closure or Op.Self or Op.Syscall or Op.Native => true,
            _ => op.Info().Suffixed,
        },
    };

    /// <summary>
    /// Instruction type that the operands tell, for an op that has one of its own but does not write it; null for ops
    /// whose type follows from payload and result (<see cref="OpTyping.Implied"/>).
    /// </summary>
    public static MirType? DerivedType(Op op, ReadOnlySpan<MirType?> operands)
    {
        var index = op is Op.Select or Op.Poke or Op.MemStore ? 1 : 0;
        return op.Info().Suffixed && index < operands.Length ? operands[index] : null;
    }

    /// <summary>True for ops behind whose opcode the number of operands is written.</summary>
    public static bool CountsOperands(Op op) => op is Op.TupleMake or Op.CallIndirect or Op.CallInterface or Op.Closure
        or Op.Spawn or Op.ActorSend or Op.ActorAsk or Op.ActorRestart or Op.Syscall or Op.Native or Op.Ret
        or Op.Trap or Op.New or Op.StrFrom;

    /// <summary>Number of operands of every other op, which type and payload tell; -1 when they are of the wrong
    /// kind.</summary>
    public static int OperandCount(Op op, MirType type, object? payload, long bits) => op switch
    {
        Op.Const or Op.ConstStr or Op.None or Op.FuncRef or Op.Yield or Op.Self or Op.LocalAddress or Op.GlobalAddress
            or Op.Unreachable => 0,
        Op.LoadParam or Op.ArrayFill or Op.StructGet or Op.TupleGet or Op.EnumTag or Op.EnumGet or Op.Len or Op.StrLen
            or Op.StrOf or Op.StrPtr or Op.IfaceMake or Op.IfaceIs or Op.IfaceCast or Op.ChanNew or Op.ChanReceive
            or Op.Peek or Op.In or Op.MemLoad or Op.Bitcast or Op.SliceNew or Op.ActorWatch or Op.ActorStop
            or Op.ChanClose or Op.Sleep or Op.ThreadReport or Op.ThreadGuard =>
                bits != 0 && op == Op.ChanReceive ? 2 : 1,
        Op.MulWide or Op.StrAt or Op.StrConcat or Op.StrCmp or Op.ChanSend or Op.ChanTake or Op.Poke or Op.Out
            or Op.PointerAdd or Op.MemStore => 2,
        Op.ChanSelect => SelectCases.OperandCount(bits),
        Op.Select or Op.Slice or Op.StrSlice or Op.MemCopy or Op.MemFill or Op.AddCarry or Op.SubBorrow => 3,
        Op.StructMake => TypeMembers.FieldCount(type),
        Op.ArrayMake => type is ArrayType a ? a.Length : -1,
        Op.EnumMake => TypeMembers.VariantOf(type, (int)bits)?.Payload.Length ?? -1,
        Op.Load or Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf => ((Place)payload!).OperandCount,
        Op.Store => ((Place)payload!).OperandCount + 1,
        Op.Copy => ((PlacePair)payload!).To.OperandCount + ((PlacePair)payload).From.OperandCount,
        Op.Call or Op.TailCall => payload is FunctionRef f ? f.Function.Parameters.Length : -1,
        Op.Intrinsic => ((Intrinsic)bits).Info().Parameters.Length,
        Op.Jump => ((Successors)payload!).ArgumentCounts.Sum(),
        Op.JumpIf or Op.Switch => ((Successors)payload!).ArgumentCounts.Sum() + 1,
        Op.Asm => ((AsmBlock)payload!).Inputs.Length,
        _ => op.Info().OperandCount,
    };
}
