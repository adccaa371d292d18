namespace MinZ.Mir;

public sealed partial class Verifier
{
    private MirType?[] _operandTypes = [];

    private void CheckBlock(Block block)
    {
        AtFunction();
        foreach (var p in block.Parameters)
            CheckType(_f.TypeOf(p), $"a parameter of block '.{block.Name}'");
        for (var n = 0; n < block.Instructions.Count && !IsFull; n++)
        {
            AtInstruction(block, n);
            CheckInstruction(block.Instructions[n]);
        }
    }

    private bool CheckInstruction(int id)
    {
        var i = _f[id];
        var operands = _f.Operands(id);
        if (!HasPayload(i))
            return Fault(MirCodes.Structure, "what it refers to is missing or of the wrong kind");
        _operandTypes = new MirType?[operands.Length];
        for (var n = 0; n < operands.Length; n++)
        {
            _operandTypes[n] = _f.TypeOf(operands[n]);
            if (_f[operands[n]].Kind == ValueKind.Constant && !MayBeConstant(_operandTypes[n]!))
                return Fault(MirCodes.WrongType, $"a constant operand is of type {_operandTypes[n]}");
        }
        var input = new OpInput(_f, i.Op, i.Type, i.Payload, i.Bits, _operandTypes);
        if (!CheckReferred(i) || !CheckInstructionType(i) || !CheckCount(i, operands.Length))
            return false;
        for (var n = 0; n < operands.Length; n++)
            if (OpTyping.Operand(input, n) is { } wanted && !Fits(_operandTypes[n]!, wanted))
                return Fault(MirCodes.WrongType, $"operand {n + 1} is of type {_operandTypes[n]}, not {wanted}");
        return CheckSpecial(i) && CheckResult(i, OpTyping.Result(input));
    }

    private bool MayBeConstant(MirType type) =>
        type.IsNumeric || type is EnumType { HasPayload: false } || type.IsAddress ||
        _module.Layout is not null && type.Kind == TypeKind.Str;

    /// <summary>
    /// True when a value of one type may stand where another is wanted: the same, a mutable reference for a shared
    /// one, and after lowering any two addresses, and an enum and its tag.
    /// </summary>
    private bool Fits(MirType have, MirType want) => have == want ||
        have is ReferenceType { Mutable: true } && want is ReferenceType { Mutable: false } &&
            have.Element == want.Element ||
        _module.Layout is not null && Plain(have) == Plain(want);

    private MirType Plain(MirType type) => type.Kind switch
    {
        TypeKind.Pointer or TypeKind.Reference or TypeKind.Box or TypeKind.Str or TypeKind.Slice or TypeKind.Function
            or TypeKind.Actor or TypeKind.Channel or TypeKind.Interface => _module.Layout!.AddressType,
        TypeKind.Enum when !((EnumType)type).HasPayload => ((EnumType)type).Tag,
        TypeKind.Fixed => type.IsSigned ? MirType.SignedOf(type.Bits) : MirType.Unsigned(type.Bits),
        _ => type,
    };

    /// <summary>True when an instruction names the kind of thing that its op asks for.</summary>
    internal static bool HasPayload(in Instruction i) => i.Op switch
    {
        Op.ConstStr => i.Payload is StringConstant,
        Op.FuncRef or Op.Call or Op.TailCall or Op.Closure => i.Payload is FunctionRef,
        Op.Load or Op.Store or Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf => i.Payload is Place,
        Op.Copy => i.Payload is PlacePair,
        Op.Jump or Op.JumpIf or Op.Switch => i.Payload is Successors,
        Op.CallInterface => i.Payload is MethodRef,
        Op.Spawn => i.Payload is FunctionRef or MessageRef { Message: -1 },
        Op.ActorSend or Op.ActorAsk =>
            i.Payload is MessageRef m && m.Message >= 0 && m.Message < m.Actor.Messages.Length,
        Op.IfaceMake or Op.IfaceIs or Op.IfaceCast => i.Payload is MirType,
        Op.Asm => i.Payload is AsmBlock,
        Op.Native => i.Payload is string,
        Op.LocalAddress => i.Payload is Local,
        Op.GlobalAddress => i.Payload is Global,
        Op.Intrinsic => i.Bits >= 0 && i.Bits < Intrinsics.All.Length,
        Op.ChanSelect => SelectCases.Decode(i.Bits) is { IsDefaultOrEmpty: false },
        Op.ThreadGuard => i.Bits is 0 or 1,
        Op.Trap => i.Bits >= 0 && i.Bits < Enum.GetValues<TrapCode>().Length,
        _ => true,
    };

    /// <summary>Checks that functions, globals, slots and types it names belong to the module or function.</summary>
    private bool CheckReferred(in Instruction i) => i.Payload switch
    {
        FunctionRef f => _functions.Contains(f.Function)
            ? CheckTypeArguments(f)
                : Fault(MirCodes.BadDeclaration, $"the function '{f.Function.Name}' is not in the module"),
        Local l => CheckSlot(l),
        Global g => CheckPlaceGlobal(g),
        Place p => CheckPlace(p, 0),
        PlacePair p => CheckPlace(p.To, 0) && CheckPlace(p.From, p.To.OperandCount) && (p.To.Type == p.From.Type ||
            Fault(MirCodes.WrongType, $"a {p.From.Type} is copied to a place of type {p.To.Type}")),
        MethodRef m => TypeMembers.MethodOf(m.Interface, m.Method) is not null ||
            Fault(MirCodes.NoMember, $"{m.Interface} has no method {m.Method}"),
        MessageRef m => _types.Contains(m.Actor) ||
            Fault(MirCodes.BadDeclaration, $"the actor {m.Actor} is not in the module"),
        AsmBlock a => CheckAsm(a),
        MirType t => InInstruction(() => CheckType(t, "the type it names")),
        _ => true,
    };

    private bool InInstruction(Func<bool> check)
    {
        _where = $"function '{_f.Name}', block '.{_block.Name}', instruction {_position + 1}";
        return check();
    }

    private bool CheckTypeArguments(FunctionRef f) => InInstruction(() =>
        CheckArguments(f.Function.TypeParameters, f.TypeArguments, f.Function.Name) &&
        (f.TypeArguments.IsDefaultOrEmpty || f.TypeArguments.All(t => CheckType(t, "a type argument"))));

    private bool CheckSlot(Local local) => _locals.Contains(local) ||
        Fault(MirCodes.BadPlace, $"the slot %{local.Name} is not in the function");

    private bool CheckPlaceGlobal(Global global) => _globals.Contains(global) ||
        Fault(MirCodes.BadPlace, $"the global '{global.Name}' is not in the module");

    private bool CheckAsm(AsmBlock asm)
    {
        if (!asm.Bindings.IsDefault)
            foreach (var b in asm.Bindings)
                if (b.Local is not null && (!CheckSlot(b.Local) ||
                    !b.Local.Pinned && !Fault(MirCodes.BadPlace,
                        $"assembly names the slot %{b.Local.Name}, which is not pinned")) ||
                    b.Global is not null && !CheckPlaceGlobal(b.Global))
                    return false;
        return asm.Outputs.IsDefault || asm.Outputs.All(r => r.Local is not null && CheckSlot(r.Local));
    }

    private bool CheckInstructionType(in Instruction i)
    {
        var info = i.Op.Info();
        var regular = info.Shape != OpShape.Special;
        if (regular || info.Suffixed)
        {
            var type = i.Type;
            if (!InInstruction(() => CheckType(type, "its type")))
                return false;
            var plain = _module.Layout is null ? type : Plain(type);
            if (info.Types != TypeClass.Any && (Ops.ClassOf(plain) & info.Types) == 0)
                return Fault(MirCodes.WrongType, $"the operation does not exist for {type}");
        }
        return i.Op switch
        {
            Op.Const => Constants.Wrap(i.Type, i.Bits) == i.Bits ||
                Fault(MirCodes.BadLiteral, $"{i.Bits} is no value of {i.Type}"),
            Op.ArrayMake or Op.ArrayFill => i.Type is ArrayType || Fault(MirCodes.WrongType, $"{i.Type} is no array"),
            Op.StructMake => TypeMembers.DefinitionOf(i.Type) is StructType ||
                Fault(MirCodes.WrongType, $"{i.Type} is no struct"),
            Op.EnumMake => TypeMembers.VariantOf(i.Type, (int)i.Bits) is not null ||
                Fault(MirCodes.NoMember, $"{i.Type} has no variant {i.Bits}"),
            Op.Self => i.Type is ActorType || Fault(MirCodes.WrongType, $"{i.Type} is no actor"),
            Op.Closure => i.Type is FunctionType || Fault(MirCodes.WrongType, $"{i.Type} is no function type"),
            Op.MulWide => i.Type.Bits is 8 or 16 or 32 ||
                Fault(MirCodes.WrongType, $"the operation does not exist for {i.Type}"),
            Op.Len => i.Type.IsInteger || Fault(MirCodes.WrongType, $"a length is an integer, not {i.Type}"),
            _ => true,
        };
    }

    /// <summary>Checks the number of operands.</summary>
    private bool CheckCount(in Instruction i, int count)
    {
        var (min, max) = i.Op switch
        {
            Op.ChanSelect => Exactly(SelectCases.OperandCount(i.Bits)),
            Op.ChanReceive when i.Bits != 0 => (2, 2),
            Op.ActorRestart => (1, int.MaxValue),
            Op.Const or Op.ConstStr or Op.None or Op.FuncRef or Op.Yield or Op.Self or Op.LocalAddress
                or Op.GlobalAddress
                or Op.Unreachable => (0, 0),
            Op.LoadParam or Op.ArrayFill or Op.StructGet or Op.TupleGet or Op.EnumTag or Op.EnumGet or Op.Len
                or Op.StrLen
                or Op.StrOf or Op.StrPtr or Op.IfaceMake or Op.IfaceIs or Op.IfaceCast or Op.ChanNew or Op.ChanReceive
                or Op.Peek or Op.In or Op.MemLoad or Op.Bitcast or Op.SliceNew or Op.ActorWatch or Op.ActorStop
                or Op.ChanClose or Op.Sleep or Op.ThreadReport or Op.ThreadGuard => (1, 1),
            Op.MulWide or Op.StrAt or Op.StrConcat or Op.StrCmp or Op.ChanSend or Op.ChanTake or Op.Poke or Op.Out
                or Op.PointerAdd or Op.MemStore => (2, 2),
            Op.Select or Op.Slice or Op.StrSlice or Op.MemCopy or Op.MemFill or Op.AddCarry or Op.SubBorrow => (3, 3),
            Op.New => _module.Layout is null ? (1, 1) : (0, 1),
            Op.StrFrom => _module.Layout is null ? (1, 1) : (2, 2),
            Op.StructMake => Exactly(TypeMembers.FieldCount(i.Type)),
            Op.ArrayMake => Exactly(((ArrayType)i.Type).Length),
            Op.EnumMake => Exactly(TypeMembers.VariantOf(i.Type, (int)i.Bits)!.Payload.Length),
            Op.Load or Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf =>
                Exactly(((Place)i.Payload!).OperandCount),
            Op.Store => Exactly(((Place)i.Payload!).OperandCount + 1),
            Op.Copy => Exactly(((PlacePair)i.Payload!).To.OperandCount + ((PlacePair)i.Payload!).From.OperandCount),
            Op.Call or Op.TailCall => Exactly(((FunctionRef)i.Payload!).Function.Parameters.Length),
            Op.Closure => (0, ((FunctionRef)i.Payload!).Function.Parameters.Length),
            Op.Spawn => i.Payload is FunctionRef f ? Exactly(f.Function.Parameters.Length) : (0, int.MaxValue),
            Op.CallIndirect => _operandTypes.Length > 0 && _operandTypes[0] is FunctionType t && _module.Layout is null
                ? Exactly(t.Parameters.Length + 1) : (1, int.MaxValue),
            Op.CallInterface => Exactly(MethodOf(i).Parameters.Length + 1),
            Op.ActorSend or Op.ActorAsk => Exactly(MessageOf(i).Parameters.Length + 1),
            Op.Intrinsic => Exactly(((Intrinsic)i.Bits).Info().Parameters.Length),
            Op.Asm => Exactly(((AsmBlock)i.Payload!).Inputs is { IsDefault: false } inputs ? inputs.Length : 0),
            Op.Ret => Exactly(_f.Result.Kind == TypeKind.Void ? 0 : 1),
            Op.Trap => (0, 1),
            _ => i.Op.Info().OperandCount is >= 0 and var n ? Exactly(n) : (0, int.MaxValue),
        };
        return count >= min && count <= max || Fault(MirCodes.Structure, $"it has {count} operands, not {min}" +
            (min == max ? "" : max == int.MaxValue ? " or more" : $" to {max}"));
    }

    private static (int, int) Exactly(int n) => (n, n);

    private static InterfaceMethod MethodOf(in Instruction i) =>
        TypeMembers.MethodOf(((MethodRef)i.Payload!).Interface, ((MethodRef)i.Payload!).Method)!;

    private static ActorMessage MessageOf(in Instruction i) =>
        ((MessageRef)i.Payload!).Actor.Messages[((MessageRef)i.Payload!).Message];

    private bool CheckResult(in Instruction i, MirType? type)
    {
        if (!i.Result.IsValid)
            return i.Op.Info().Effects != Effects.Pure ||
                Fault(MirCodes.Structure, "it yields a value that has no name and does nothing else");
        var result = _f.TypeOf(i.Result);
        if (!InInstruction(() => CheckType(result, "its result")))
            return false;
        if (type is null)
            return Fault(MirCodes.WrongType, "the type of its result does not follow from its operands");
        if (type.Kind == TypeKind.Void)
            return Fault(MirCodes.WrongType, "it yields no value here");
        return Fits(type, result) || IsLoweredResult(i.Op, result) ||
            Fault(MirCodes.WrongType, $"its result is of type {result}, not {type}");
    }

    // Lengths of strings and slices have the width their user asks for; a checked cast yields either kind of reference.
    private bool IsLoweredResult(Op op, MirType result) => op switch
    {
        Op.StrLen => result.IsInteger,
        Op.StrPtr or Op.AddressOf => result is PointerType,
        Op.FuncRef => _module.Layout is not null && result is PointerType,
        _ => false,
    };
}
