namespace MinZ.Mir;

public sealed partial class Verifier
{
    private bool OperandIs(int n, bool holds, string what) =>
        holds || Fault(MirCodes.WrongType, $"operand {n + 1} is of type {_operandTypes[n]}, not {what}");

    private bool IsInteger(int n) => OperandIs(n, _operandTypes[n]!.IsInteger, "an integer");

    // Raw addresses are integers or pointers; after lowering every handle is an address.
    private bool IsAddress(int n) => OperandIs(n,
        _operandTypes[n]!.IsInteger || _operandTypes[n]!.IsAddress || _module.Layout is not null &&
            Plain(_operandTypes[n]!).IsInteger,
        "an address");

    private bool IsNumber(int n) => OperandIs(n,
        _operandTypes[n]!.IsNumeric || _operandTypes[n] is EnumType { HasPayload: false }, "a number");

    // A lowered channel is an address, whatever its type says.
    private bool IsChannel(int n) => OperandIs(n,
        _operandTypes[n] is ChannelType || _module.Layout is not null && Plain(_operandTypes[n]!).IsInteger,
        "a channel");

    private bool CheckSelect(long bits)
    {
        for (var n = 0; n < _operandTypes.Length; n++)
            if (SelectCases.TryFind(bits, n, out var kind, out var part) && kind != SelectCase.Timeout &&
                !(part == 0 ? IsChannel(n) : kind != SelectCase.SendFrom || IsAddress(n)))
                return false;
        return true;
    }

    // An actor starts with all its state given, or with zeros.
    private bool CheckState(ActorType actor, int before)
    {
        var given = _operandTypes.Length - before;
        return given == 0 || given == actor.Fields.Length ||
            Fault(MirCodes.Structure, $"it gives {given} fields of {actor}, which has {actor.Fields.Length}");
    }

    /// <summary>What <see cref="OpTyping.Operand"/> leaves open.</summary>
    private bool CheckSpecial(in Instruction i) => i.Op switch
    {
        Op.Conv => IsNumber(0),
        Op.Bitcast => CheckBitcast(i.Type),
        Op.StructGet => TypeMembers.DefinitionOf(_operandTypes[0]!) is StructType
            ? HasField(i.Bits) : OperandIs(0, false, "a struct"),
        Op.TupleGet => _operandTypes[0] is TupleType ? HasField(i.Bits) : OperandIs(0, false, "a tuple"),
        Op.EnumTag => OperandIs(0, TypeMembers.DefinitionOf(_operandTypes[0]!) is EnumType, "an enum"),
        Op.EnumGet => TypeMembers.PayloadType(_operandTypes[0]!, (int)(i.Bits >> 16),
            (int)(i.Bits & 0xFFFF)) is not null ||
            Fault(MirCodes.NoMember,
                $"{_operandTypes[0]} has no payload item {i.Bits & 0xFFFF} of variant {i.Bits >> 16}"),
        Op.Len => OperandIs(0, _operandTypes[0]!.Kind is TypeKind.Slice or TypeKind.Array or TypeKind.Str, "a slice"),
        Op.Slice => OperandIs(0, _operandTypes[0]!.Kind == TypeKind.Slice, "a slice") && IsInteger(1) && IsInteger(2),
        Op.SliceOf => ((Place)i.Payload!).Type is ArrayType || Fault(MirCodes.BadPlace, "its place is no array"),
        Op.SliceNew or Op.ChanNew => IsInteger(0),
        Op.StrAt => IsInteger(1),
        Op.StrSlice => IsInteger(1) && IsInteger(2),
        Op.StrOf => IsNumber(0),
        Op.StrFrom => _module.Layout is not null ? IsInteger(1) : OperandIs(0,
            _operandTypes[0] is SliceType { Element.Kind: TypeKind.U8 }, "a slice of bytes"),
        Op.CallIndirect => OperandIs(0, _operandTypes[0] is FunctionType ||
            _module.Layout is not null, "a function value"),
        Op.CallInterface => CheckReceiver((MethodRef)i.Payload!),
        Op.IfaceMake => CheckInterfaceMake((MirType)i.Payload!),
        Op.IfaceIs or Op.IfaceCast =>
            OperandIs(0, TypeMembers.DefinitionOf(_operandTypes[0]!) is InterfaceType, "an interface value"),
        Op.Closure => CheckClosure((FunctionRef)i.Payload!, (FunctionType)i.Type),
        Op.Intrinsic => CheckIntrinsic((Intrinsic)i.Bits),
        Op.ChanSend or Op.ChanReceive or Op.ChanTake or Op.ChanClose or Op.ThreadGuard => IsChannel(0),
        Op.ChanSelect => CheckSelect(i.Bits),
        Op.Spawn when i.Payload is MessageRef m => CheckState(m.Actor, 0),
        Op.ActorWatch or Op.ActorStop => OperandIs(0, _operandTypes[0] is ActorType, "an actor"),
        Op.ActorRestart => OperandIs(0, _operandTypes[0] is ActorType, "an actor") &&
            CheckState((ActorType)_operandTypes[0]!, 1),
        Op.ActorAsk => MessageOf(i).Result.Kind != TypeKind.Void || !i.Result.IsValid ||
            Fault(MirCodes.WrongType, "the message has no reply"),
        Op.Peek or Op.Poke or Op.MemLoad or Op.MemStore => IsAddress(0),
        Op.PointerAdd => IsAddress(0) && IsInteger(1),
        Op.MemCopy => IsAddress(0) && IsAddress(1) && IsInteger(2),
        Op.MemFill => IsAddress(0) && IsInteger(2),
        Op.Switch => ((Successors)i.Payload!).Cases is var cases && CheckCases(i.Type, cases),
        Op.TailCall => Fits(OpTyping.ResultOf((FunctionRef)i.Payload!), _f.Result) ||
            Fault(MirCodes.WrongType,
                $"the function returns {_f.Result}, the one it ends with {OpTyping.ResultOf((FunctionRef)i.Payload!)}"),
        _ => true,
    };

    private bool HasField(long index) => TypeMembers.FieldType(_operandTypes[0]!, (int)index) is not null ||
        Fault(MirCodes.NoMember, $"{_operandTypes[0]} has no field {index}");

    private bool CheckCases(MirType type, System.Collections.Immutable.ImmutableArray<long> cases)
    {
        foreach (var value in cases)
            if (Constants.Wrap(type, value) != value)
                return Fault(MirCodes.BadLiteral, $"the case {value} is no value of {type}");
        return true;
    }

    private bool CheckBitcast(MirType to)
    {
        var from = _operandTypes[0]!;
        var (a, b) = (WidthOf(from), WidthOf(to));
        return a >= 0 && b >= 0 && (a == b || a == 0 || b == 0 || IsBitLike(from) || IsBitLike(to)) ||
            Fault(MirCodes.WrongType, $"a {from} cannot be taken as the bits of a {to}");
    }

    private static bool IsBitLike(MirType type) => type.Kind is TypeKind.Bool or TypeKind.Enum;

    // 0 stands for an address, whose width is the target's.
    private static int WidthOf(MirType type) => type switch
    {
        { IsNumeric: true } => type.Bits,
        EnumType { HasPayload: false } e => e.Tag.Bits,
        { Kind: TypeKind.Pointer or TypeKind.Reference or TypeKind.Box or TypeKind.Str or TypeKind.Function
            or TypeKind.Actor or TypeKind.Channel } => 0,
        _ => -1,
    };

    private bool CheckReceiver(MethodRef method)
    {
        var type = _operandTypes[0]!;
        var inner = type is ReferenceType ? type.Element! : type;
        return OperandIs(0, inner == method.Interface || inner is TypeParameter p &&
            p.Bounds.Contains(method.Interface),
            method.Interface.ToString()!);
    }

    private bool CheckInterfaceMake(MirType contract)
    {
        if (TypeMembers.DefinitionOf(contract) is not InterfaceType)
            return Fault(MirCodes.WrongType, $"{contract} is no interface");
        var type = _operandTypes[0]!;
        if (!type.IsAddress)
            return OperandIs(0, false, "a reference");
        return Implements(type.Element!, contract) ||
            Fault(MirCodes.WrongType, $"{type.Element} does not implement {contract}");
    }

    // Captures are the last parameters of the function; those before are the closure's signature.
    private bool CheckClosure(FunctionRef f, FunctionType type)
    {
        var whole = OpTyping.TypeOf(f);
        var own = whole.Parameters.Length - _operandTypes.Length;
        for (var n = 0; n < _operandTypes.Length; n++)
            if (!Fits(_operandTypes[n]!, whole.Parameters[own + n]))
                return OperandIs(n, false, whole.Parameters[own + n].ToString()!);
        return whole.Result == type.Result && whole.Parameters.Take(own).SequenceEqual(type.Parameters) ||
            Fault(MirCodes.WrongType, $"'{f}' with {_operandTypes.Length} captures is no {type}");
    }

    private bool CheckIntrinsic(Intrinsic intrinsic)
    {
        var parameters = intrinsic.Info().Parameters;
        for (var n = 0; n < parameters.Length; n++)
        {
            var type = _operandTypes[n]!;
            var ok = intrinsic.Info().Result is null ? type.IsFloat
                : type.IsNumeric || type.Kind is TypeKind.Str or TypeKind.TypeParameter ||
                    type is EnumType { HasPayload: false };
            if (parameters[n] is null && !ok)
                return OperandIs(n, false, intrinsic.Info().Result is null ? "a float" : "a number or string");
        }
        return true;
    }

    /// <summary>Checks that a place exists and that its type is what its projections lead to.</summary>
    private bool CheckPlace(Place place, int operand)
    {
        var path = place.Path.IsDefault ? [] : place.Path;
        if (place.Type is null || operand + place.OperandCount > _operandTypes.Length)
            return Fault(MirCodes.BadPlace, "operands of its place are missing");
        MirType type;
        var first = 0;
        switch (place.Base)
        {
            case PlaceBase.Local when place.Local is not null:
                if (!CheckSlot(place.Local))
                    return false;
                type = place.Local.Type;
                break;
            case PlaceBase.Global when place.Global is not null:
                if (!CheckPlaceGlobal(place.Global))
                    return false;
                type = place.Global.Type;
                break;
            case PlaceBase.Value:
                var address = _operandTypes[operand++]!;
                if (!address.DenotesPlace)
                    return Fault(MirCodes.BadPlace, $"a value of type {address} denotes no place");
                if (address.Kind == TypeKind.Slice && (path.Length == 0 || path[0].Kind != ProjectionKind.Index))
                    return Fault(MirCodes.BadPlace, "a slice denotes a place only with an index");
                if (address.Kind == TypeKind.Actor && path.Length == 0)
                    return Fault(MirCodes.BadPlace, "an actor denotes a place only with a field");
                type = Place.Behind(address).Type;
                if (address.Kind == TypeKind.Pointer && path.Length > 0 && path[0].Kind == ProjectionKind.Index &&
                    LeadsTo(type, path, 1) == place.Type)
                {
                    if (!IsInteger(operand++))
                        return false;
                    first = 1;
                }
                break;
            default:
                return Fault(MirCodes.BadPlace, "its place has no base");
        }
        var ofHandle = place.Base == PlaceBase.Value && first == 0;
        foreach (var step in path.Skip(first))
        {
            if (step.Kind == ProjectionKind.Index && !IsInteger(operand++))
                return false;
            // The state of an actor is reached from its handle only.
            if (Step(type, step) is not { } next || type is ActorType && !ofHandle)
                return Fault(MirCodes.BadPlace, $"a place of type {type} has no {Describe(step)}");
            type = next;
            ofHandle = false;
        }
        return type == place.Type || Fault(MirCodes.BadPlace, $"its place is of type {type}, not {place.Type}");
    }

    private static MirType? LeadsTo(MirType type, System.Collections.Immutable.ImmutableArray<Projection> path,
        int from)
    {
        MirType? at = type;
        for (var n = from; n < path.Length && at is not null; n++)
            at = Step(at, path[n]);
        return at;
    }

    private static MirType? Step(MirType type, Projection step) => step.Kind switch
    {
        ProjectionKind.Field => TypeMembers.FieldType(type, step.Field),
        ProjectionKind.Index => type.Kind is TypeKind.Array or TypeKind.Slice or TypeKind.Pointer ? type.Element : null,
        ProjectionKind.Payload => TypeMembers.PayloadType(type, step.Variant, step.Field),
        _ => null,
    };

    private static string Describe(Projection step) => step.Kind switch
    {
        ProjectionKind.Field => $"field {step.Field}",
        ProjectionKind.Index => "elements",
        _ => $"payload item {step.Field} of variant {step.Variant}",
    };
}
