namespace MinZ.Mir;

/// <summary>
/// What decides the types of an instruction: everything but its result. Operand types that are not known yet are null.
/// </summary>
internal readonly ref struct OpInput(Function function, Op op, MirType type, object? payload, long bits,
    ReadOnlySpan<MirType?> operands)
{
    public Function Function { get; } = function;
    public Op Op { get; } = op;
    public MirType Type { get; } = type;
    public object? Payload { get; } = payload;
    public long Bits { get; } = bits;
    public ReadOnlySpan<MirType?> Operands { get; } = operands;

    /// <summary>Type of an operand; null when there is none or it is not known.</summary>
    public MirType? this[int operand] => operand < Operands.Length ? Operands[operand] : null;
}

/// <summary>
/// Operand and result types of every op, from its instruction type, payload and earlier operands. The text reader and
/// writer (which literal needs a type), the binary form and the verifier all ask here.
/// </summary>
internal static class OpTyping
{
    /// <summary>Type that an operand must have; null where several are allowed.</summary>
    public static MirType? Operand(in OpInput i, int index) => i.Op.Info().Shape switch
    {
        OpShape.Unary or OpShape.Binary or OpShape.Compare => i.Type,
        OpShape.Shift => index == 0 ? i.Type : MirType.U8,
        OpShape.Convert => null,
        OpShape.Special => Special(i, index),
    };

    private static MirType? Special(in OpInput i, int index) => i.Op switch
    {
        Op.Select => index == 0 ? MirType.Bool : i.Type,
        Op.MulWide or Op.New or Op.Switch when index == 0 || i.Op == Op.MulWide => i.Type,
        Op.StructMake => TypeMembers.FieldType(i.Type, index),
        Op.ArrayMake or Op.ArrayFill => i.Type.Element,
        Op.EnumMake => TypeMembers.PayloadType(i.Type, (int)i.Bits, index),
        Op.Store when i.Payload is Place p && index == p.OperandCount => p.Type,
        Op.StrLen or Op.StrPtr or Op.StrConcat or Op.StrCmp or Op.Trap => MirType.Str,
        Op.StrAt or Op.StrSlice when index == 0 => MirType.Str,
        Op.ActorSend or Op.ActorAsk when i.Payload is MessageRef m => index == 0 ? m.Actor
            : At(m.Actor.Messages.ElementAtOrDefault(m.Message)?.Parameters ?? [], index - 1),
        Op.Spawn or Op.Call or Op.TailCall when i.Payload is FunctionRef f => ParameterOf(f, index),
        Op.CallIndirect when index > 0 && i[0] is FunctionType f => At(f.Parameters, index - 1),
        Op.CallInterface when index > 0 && i.Payload is MethodRef m =>
            At(TypeMembers.MethodOf(m.Interface, m.Method)?.Parameters ?? [], index - 1),
        Op.Intrinsic => ((Intrinsic)i.Bits).Info().Parameters.ElementAtOrDefault(index),
        Op.ChanSend when index == 1 && i.Bits == 0 => i[0]?.Element,
        Op.ChanTake when index == 1 && i.Bits == 0 && i[0]?.Element is { } e => new ReferenceType(e, true),
        Op.ChanSelect => SelectCases.Operand(i, index),
        Op.ActorRestart when index > 0 && i[0] is ActorType a => a.Fields.ElementAtOrDefault(index - 1).Type,
        Op.Spawn when i.Payload is MessageRef { Actor: var a } => a.Fields.ElementAtOrDefault(index).Type,
        Op.Sleep => MirType.U32,
        Op.ThreadReport => new ChannelType(MirType.Str),
        Op.Poke or Op.MemStore when index == 1 => i.Type,
        Op.In => MirType.U16,
        Op.Out => index == 0 ? MirType.U16 : MirType.U8,
        Op.MemFill when index == 1 => MirType.U8,
        Op.AddCarry or Op.SubBorrow => index == 2 ? MirType.Bool : i.Type,
        Op.JumpIf when index == 0 => MirType.Bool,
        Op.Ret => i.Function.Result,
        Op.Jump or Op.JumpIf or Op.Switch when i.Payload is Successors s => BlockArgument(i, s, index),
        _ => null,
    };

    private static MirType? At(System.Collections.Immutable.ImmutableArray<MirType> types, int index) =>
        index < types.Length ? types[index] : null;

    private static MirType? ParameterOf(FunctionRef f, int index) => index >= f.Function.Parameters.Length ? null
        : TypeSubstitution.Apply(f.Function.Parameters[index].Type, f.Function.TypeParameters, f.TypeArguments);

    private static MirType? BlockArgument(in OpInput i, Successors s, int index)
    {
        index -= i.Op == Op.Jump ? 0 : 1;
        for (var k = 0; k < s.Blocks.Length; k++)
        {
            if (index < s.ArgumentCounts[k])
                return index < s.Blocks[k].Parameters.Count ? i.Function.TypeOf(s.Blocks[k].Parameters[index]) : null;
            index -= s.ArgumentCounts[k];
        }
        return null;
    }

    /// <summary>
    /// Type that a bare literal has as this operand: the one the operand must have, else for indices, sizes and
    /// addresses an unsigned integer of an address's width (u16 before lowering); null = the literal needs a type of
    /// its own.
    /// </summary>
    public static MirType? Literal(in OpInput i, int index, DataLayout? layout) => Operand(i, index) ?? i.Op switch
    {
        Op.Load or Op.Store or Op.Copy or Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf or Op.Slice
            or Op.SliceNew or Op.StrAt or Op.StrSlice or Op.Peek or Op.Poke or Op.ChanNew or Op.PointerAdd
            or Op.MemLoad or Op.MemStore or Op.MemCopy or Op.MemFill => layout?.AddressType ?? MirType.U16,
        _ => null,
    };

    /// <summary>Type of the result; <see cref="MirType.Void"/> for none, null when the input does not tell.</summary>
    public static MirType? Result(in OpInput i) => i.Op.Info().Shape switch
    {
        OpShape.Unary or OpShape.Binary or OpShape.Shift or OpShape.Convert => i.Type,
        OpShape.Compare => MirType.Bool,
        OpShape.Special => i.Op switch
        {
            Op.Const or Op.None or Op.Select or Op.Bitcast or Op.StructMake or Op.ArrayMake or Op.ArrayFill
                or Op.EnumMake or Op.Len or Op.Closure or Op.Self or Op.Syscall or Op.Native or Op.Peek or Op.MemLoad
                or Op.AddCarry or Op.SubBorrow => i.Type,
            Op.ConstStr or Op.StrSlice or Op.StrConcat or Op.StrOf or Op.StrFrom => MirType.Str,
            Op.StrLen => MirType.U16,
            Op.StrAt or Op.In => MirType.U8,
            Op.StrCmp => MirType.I8,
            Op.StrPtr => new PointerType(MirType.U8),
            Op.IfaceIs => MirType.Bool,
            Op.LoadParam or Op.Slice or Op.PointerAdd => i[0],
            Op.MulWide => i.Type.IsSigned ? MirType.SignedOf(i.Type.Bits * 2) : MirType.Unsigned(i.Type.Bits * 2),
            Op.StructGet or Op.TupleGet => i[0] is { } t ? TypeMembers.FieldType(t, (int)i.Bits) : null,
            Op.TupleMake => Tuple(i),
            Op.EnumTag => i[0] is { } t && TypeMembers.DefinitionOf(t) is EnumType e ? e.Tag : null,
            Op.EnumGet => i[0] is { } t ? TypeMembers.PayloadType(t, (int)(i.Bits >> 16), (int)(i.Bits & 0xFFFF))
                : null,
            Op.New => new BoxType(i.Type),
            Op.SliceNew => new SliceType(i.Type),
            Op.ChanNew => new ChannelType(i.Type),
            Op.ChanReceive => i.Bits == 0 ? i[0]?.Element : MirType.Void,
            Op.ChanTake => MirType.Bool,
            Op.ChanSelect => MirType.U8,
            Op.ActorWatch => new ChannelType(MirType.Str),
            _ => OfPayload(i),
        },
    };

    private static MirType? OfPayload(in OpInput i) => (i.Op, i.Payload) switch
    {
        (Op.Load, Place p) => p.Type,
        (Op.Ref or Op.RefMut, Place p) => new ReferenceType(p.Type, i.Op == Op.RefMut),
        (Op.AddressOf, Place p) => new PointerType(p.Type),
        (Op.SliceOf, Place p) => p.Type.Element is { } e ? new SliceType(e) : null,
        (Op.FuncRef, FunctionRef f) => TypeOf(f),
        (Op.Call, FunctionRef f) => ResultOf(f),
        (Op.CallIndirect, _) => i[0] is FunctionType t ? t.Result : i.Type,
        (Op.CallInterface, MethodRef m) => TypeMembers.MethodOf(m.Interface, m.Method)?.Result,
        (Op.Intrinsic, _) => ((Intrinsic)i.Bits).Info().Result ?? i[0],
        (Op.IfaceMake, MirType t) => t,
        (Op.IfaceCast, MirType t) => new ReferenceType(t, true),
        (Op.Spawn, MessageRef m) => m.Actor,
        (Op.Spawn, FunctionRef) => new ChannelType(MirType.Str),
        (Op.ActorAsk, MessageRef m) => m.Actor.Messages.ElementAtOrDefault(m.Message)?.Result,
        (Op.LocalAddress, Local l) => new PointerType(l.Type),
        (Op.GlobalAddress, Global g) => new PointerType(g.Type),
        _ => MirType.Void,
    };

    private static TupleType? Tuple(in OpInput i)
    {
        foreach (var t in i.Operands)
            if (t is null)
                return null;
        return new TupleType([.. i.Operands!]);
    }

    /// <summary>Result type of a function used with type arguments.</summary>
    public static MirType ResultOf(FunctionRef f) =>
        TypeSubstitution.Apply(f.Function.Result, f.Function.TypeParameters, f.TypeArguments);

    /// <summary>Type of a function as a value.</summary>
    public static FunctionType TypeOf(FunctionRef f) =>
        new([.. f.Function.Parameters.Select((_, n) => ParameterOf(f, n)!)], ResultOf(f));

    /// <summary>
    /// Instruction type of an op whose text does not show it: of place ops the place's type, of a terminator what it
    /// tests or returns, else the result's.
    /// </summary>
    public static MirType Implied(Op op, object? payload, MirType? first, MirType? result) => op switch
    {
        Op.Store or Op.Copy or Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf => payload switch
        {
            Place p => p.Type,
            PlacePair p => p.To.Type,
            _ => MirType.Void,
        },
        Op.JumpIf => MirType.Bool,
        Op.Ret => first ?? MirType.Void,
        Op.TailCall => payload is FunctionRef f ? ResultOf(f) : MirType.Void,
        _ => result ?? MirType.Void,
    };
}
