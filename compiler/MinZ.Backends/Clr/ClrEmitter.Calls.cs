using System.Reflection.Metadata;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

internal sealed partial class ClrEmitter
{
    private void EmitCall(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        switch (i.Op)
        {
            case Op.FuncRef:
                EmitFunctionValue(id, ((FunctionRef)i.Payload!).Function);
                break;
            case Op.CallIndirect:
                PushAll(o);
                _body.Op(ILOpCode.Callvirt, _types.DelegateInvoke((FunctionType)_f.TypeOf(o[0])));
                break;
            case Op.Intrinsic:
                EmitIntrinsic((Intrinsic)i.Bits, o);
                break;
            case Op.Closure:
                EmitClosure(((FunctionRef)i.Payload!).Function, o, isStart: false);
                _body.Op(ILOpCode.Newobj, _types.DelegateConstructor((FunctionType)i.Type));
                break;
            default:
                PushArguments(((FunctionRef)i.Payload!).Function, o);
                CallFunction(id, ((FunctionRef)i.Payload!).Function);
                break;
        }
    }

    private void CallFunction(int id, Function callee)
    {
        if (_module.MethodOf(callee) is { } method)
            _il.Call(method.Handle);
        else
            Unsupported(id, $"the generic function '{callee.Name}' is not supported",
                "compile with its instances made");
    }

    private void EmitFunctionValue(int id, Function f)
    {
        _body.Op(ILOpCode.Ldnull);
        _body.Op(ILOpCode.Ldftn, _module.DelegateTarget(f));
        _body.Op(ILOpCode.Newobj, _types.DelegateConstructor((FunctionType)_f.TypeOf(_f[id].Result)));
    }

    private void PushArguments(Function callee, ReadOnlySpan<Value> arguments)
    {
        for (var n = 0; n < arguments.Length; n++)
            PushAs(arguments[n], !_references.IsByRef(callee, n));
    }

    /// <summary>
    /// Pushes what a delegate of a function with captures is made of: the object that holds them, the method.
    /// </summary>
    private void EmitClosure(Function f, ReadOnlySpan<Value> captures, bool isStart)
    {
        var closure = _module.Objects.ClosureOf(f, captures.Length, isStart);
        _body.Op(ILOpCode.Newobj, closure.Methods[0].Handle);
        var depth = _body.Depth + 1;
        for (var n = 0; n < captures.Length; n++)
        {
            _body.Op(ILOpCode.Dup);
            _body.Depth = depth + 1;
            Push(captures[n]);
            _body.Op(ILOpCode.Stfld, closure.FieldHandles[n]);
        }
        _body.Depth = depth;
        _body.Op(ILOpCode.Ldftn, closure.Methods[1].Handle);
    }

    private void EmitInterface(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        switch (i.Op)
        {
            case Op.IfaceMake:
                Push(o[0]);
                var type = _f.TypeOf(o[0]).Element!;
                if (_residence.IsRaw(_f.TypeOf(o[0])))
                    _module.Messages.Add(ClrMessages.RawAddress,
                        $"an interface value cannot be over a {type} on clr whose address the program computes with",
                        "make it of a copy", ClrResidence.LocationOf(_f, id));
                _body.Op(ILOpCode.Newobj, _module.Objects.TargetConstructor(type).Handle);
                break;
            case Op.IfaceIs or Op.IfaceCast:
                Push(o[0]);
                _body.Op(ILOpCode.Call, _types.Generic(
                    _module.Runtime("Targets", i.Op == Op.IfaceIs ? "Is" : "Cast"), (MirType)i.Payload!));
                break;
            default:
                var method = (MethodRef)i.Payload!;
                PushAs(o[0], false);
                if (_f.TypeOf(o[0]).IsAddress)
                    LoadIndirect(method.Interface);
                for (var n = 1; n < o.Length; n++)
                    PushAs(o[n], !_references.IsByRef(method.Interface, method.Method, n - 1));
                _body.Op(ILOpCode.Callvirt, _module.Objects.MethodOf(method).Handle);
                break;
        }
    }

    private void EmitIntrinsic(Intrinsic intrinsic, ReadOnlySpan<Value> o)
    {
        PushAll(o);
        var type = o.IsEmpty ? MirType.Void : _f.TypeOf(o[0]);
        switch (intrinsic)
        {
            case Intrinsic.Print or Intrinsic.PrintText:
                TextOf(type);
                _il.Call(_module.Runtime("Print", intrinsic == Intrinsic.Print ? "TextLine" : "Text"));
                break;
            case Intrinsic.PrintLine:
                _il.Call(_module.Runtime("Print", "Line"));
                break;
            case Intrinsic.PrintChar:
                _il.Call(_module.Runtime("Print", "Byte"));
                break;
            case Intrinsic.PrintHex:
                if (type.IsFloat)
                    Number("Bits", type.Bits == 32 ? "float32" : "float64");
                Widen(type.IsFloat ? MirType.SignedOf(type.Bits) : ClrTypes.Integer(type));
                _il.LoadConstantI4(Math.Max(1, (ClrTypes.Integer(type).Bits + 3) / 4));
                _il.Call(_module.Runtime("Print", "Hex"));
                _il.Call(_module.Runtime("Print", "Text"));
                break;
            case Intrinsic.Exit:
                _il.Call(_module.Runtime("Traps", "Exit"));
                break;
            case Intrinsic.Sin or Intrinsic.Cos:
                _il.Call(_module.Runtime("Trigonometry", intrinsic.ToString(),
                    type.Kind == TypeKind.F32 ? "float32" : "float64"));
                break;
            case Intrinsic.Sqrt or Intrinsic.Floor or Intrinsic.Ceil or Intrinsic.Round:
                _body.Op(ILOpCode.Conv_r8);
                _body.Op(ILOpCode.Call, _types.Framework("Math",
                    intrinsic == Intrinsic.Ceil ? "Ceiling" : intrinsic.ToString(), MirType.F64, MirType.F64));
                if (type.Kind == TypeKind.F32)
                    _body.Op(ILOpCode.Conv_r4);
                break;
        }
    }

    /// <summary>Replaces the number on the stack by its text; a string is its own.</summary>
    private void TextOf(MirType type)
    {
        if (type.Kind == TypeKind.Str)
            return;
        var integer = ClrTypes.Integer(type);
        switch (type)
        {
            case { Kind: TypeKind.Bool }:
                _il.Call(_module.Runtime("Print", "Of", "bool"));
                break;
            case { IsFloat: true }:
                _il.Call(_module.Runtime("Print", "Of", StackName(type)));
                break;
            case FixedType f:
                Widen(integer);
                _il.LoadConstantI4(f.FractionBits);
                _il.Call(_module.Runtime("Print", "Of", "int64,int32"));
                break;
            default:
                Widen(integer);
                _il.Call(_module.Runtime("Print", "Of", integer.Kind == TypeKind.U64 ? "uint64" : "int64"));
                break;
        }
    }

    private void EmitString(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        Push(o[0]);
        switch (i.Op)
        {
            case Op.StrLen:
                _il.Call(_module.Runtime("Strings", "Length"));
                Resize(MirType.I32, _f.TypeOf(i.Result));
                break;
            case Op.StrAt:
                PushIndex(o[1]);
                _il.Call(_module.Runtime("Strings", "At"));
                break;
            case Op.StrSlice:
                PushIndex(o[1]);
                PushIndex(o[2]);
                _il.Call(_module.Runtime("Strings", "Slice"));
                break;
            case Op.StrConcat or Op.StrCmp:
                Push(o[1]);
                _il.Call(_module.Runtime("Strings", i.Op == Op.StrConcat ? "Concat" : "Compare"));
                break;
            case Op.StrFrom:
                _il.Call(_module.Runtime("Strings", "From"));
                break;
            case Op.StrOf:
                TextOf(_f.TypeOf(o[0]));
                break;
            default:
                _il.Call(_module.Runtime("RawMemory", "OfText"));
                break;
        }
    }

    private void EmitOutside(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        switch (i.Op)
        {
            case Op.Peek:
                PushAddress(o[0]);
                Read(i.Type);
                break;
            case Op.Poke:
                PushAddress(o[0]);
                Push(o[1]);
                Write(i.Type);
                break;
            case Op.In:
                Push(o[0]);
                _il.Call(_module.Runtime("RawMemory", "In"));
                break;
            case Op.Out:
                PushAll(o);
                _body.Op(ILOpCode.Pop);
                _body.Op(ILOpCode.Pop);
                break;
            case Op.Asm:
                var target = ((AsmBlock)i.Payload!).Target;
                _module.Messages.Add(ClrMessages.Assembly,
                    $"inline assembly runs on {target} only; on clr it traps when reached",
                    $"put it under @target(\"{target}\") and give other targets code of their own",
                    ClrResidence.LocationOf(_f, id), isError: false);
                Refuse(id, $"inline assembly runs on {target} only");
                break;
            case Op.Syscall:
                Refuse(id, $"system call {i.Bits} is not available on clr");
                break;
            default:
                Refuse(id, $"native function '{i.Payload}' is not available on clr");
                break;
        }
    }

    /// <summary>Traps; whatever follows still finds a value where it expects one.</summary>
    private void Refuse(int id, string message)
    {
        _il.LoadConstantI4((int)TrapCode.Denied);
        _body.Op(ILOpCode.Ldsfld, _module.Literal(StringConstant.Of(message)));
        _il.Call(_module.Runtime("Traps", "Raise"));
        if (_f[id].Result.IsValid)
            _copies.Zero(_body, _f.TypeOf(_f[id].Result));
    }
}
