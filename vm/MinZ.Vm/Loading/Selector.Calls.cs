using MinZ.Mir;
using MinZ.Vm.Interpreter;
using MinZ.Vm.Memory;

namespace MinZ.Vm.Loading;

internal sealed partial class Selector
{
    private void SelectCall(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id).ToArray();
        var result = i.Result.IsValid ? i.Result.Id : NewRegister();
        switch (i.Op)
        {
            case Op.Call:
                Pass(o);
                EmitWord(Code.Call, Lir.Window(0), result, _program.EntryOf(((FunctionRef)i.Payload!).Function));
                break;
            case Op.CallIndirect:
                var code = Use(o[0]);
                Pass(o.AsSpan(1));
                Emit(Code.CallIndirect, Lir.Window(0), result, code, 0,
                    _program.Signature(o.AsSpan(1).ToArray().Select(RepOf), i.Result.IsValid ? RepOf(i.Result)
                        : Rep.Void));
                break;
            case Op.New:
                SelectNew(i.Type, checked((int)i.Bits), result);
                break;
            case Op.SliceNew:
                Emit(Code.NewZeroed, result, Use(o[0]), 0, checked((int)i.Bits), _program.LayoutOf(i.Type));
                break;
            case Op.StrLen:
                Emit(Code.StrLen, result, Use(o[0]));
                break;
            case Op.StrAt:
                Emit(Code.StrAt, result, Use(o[0]), Use(o[1]));
                break;
            case Op.StrPtr:
                Emit(AddToAddress, result, Use(o[0]), 0, _program.Layout.StringLengthBytes);
                break;
            case Op.StrConcat:
                Emit(Code.StrConcat, result, Use(o[0]), Use(o[1]));
                break;
            case Op.StrSlice:
                Emit(Code.StrSlice, result, Use(o[0]), Use(o[1]), Use(o[2]));
                break;
            case Op.StrCmp:
                Emit(Code.StrCompare, result, Use(o[0]), Use(o[1]));
                break;
            case Op.StrFrom:
                Emit(Code.StrFrom, result, Use(o[0]), Use(o[1]));
                break;
            case Op.StrOf:
                Emit(Code.StrOf, result, Use(o[0]), 0, _program.Type(_f.TypeOf(o[0])));
                break;
            case Op.Intrinsic:
                SelectIntrinsic((Intrinsic)i.Bits, o, result);
                break;
            case Op.Syscall:
                SelectHost(_program.Host(HostTarget.OfSyscall(i.Bits)), o, result);
                break;
            case Op.Native:
                SelectHost(_program.Host(HostTarget.OfNative((string)i.Payload!)), o, result);
                break;
            case Op.In:
                SelectHost(_program.Host(HostTarget.PortIn), o, result);
                break;
            case Op.Out:
                SelectHost(_program.Host(HostTarget.PortOut), o, result);
                break;
            case Op.Asm:
                SelectAssembly((AsmBlock)i.Payload!, o);
                break;
            default:
                SelectThreads(id, o, result);
                break;
        }
    }

    /// <summary>Threads and channels.</summary>
    private void SelectThreads(int id, Value[] o, int result)
    {
        ref var i = ref _f[id];
        switch (i.Op)
        {
            case Op.Spawn when i.Payload is FunctionRef f && !i.Result.IsValid:
                Pass(o);
                var spawn = new Lir { Op = Code.Spawn, A = Lir.Window(0), C = o.Length, Location = _location };
                _block.Code.Add(WithWord(spawn, _program.EntryOf(f.Function)));
                break;
            case Op.ChanNew:
                Emit(Code.ChanNew, result, Use(o[0]), 0, checked((int)i.Bits), _program.LayoutOf(i.Type));
                break;
            case Op.ChanSend when i.Bits == 0:
                Emit(Code.ChanSend, Use(o[0]), Use(o[1]));
                break;
            case Op.ChanSend:
                Emit(Code.ChanSendFrom, Use(o[0]), Use(o[1]), 0, checked((int)i.Bits));
                break;
            case Op.ChanReceive when i.Bits == 0:
                Emit(Code.ChanReceive, result, Use(o[0]), 0, (int)RepOf(i.Result.IsValid ? _f.TypeOf(i.Result)
                    : i.Type));
                break;
            case Op.ChanReceive:
                Emit(Code.ChanReceiveTo, Use(o[0]), Use(o[1]), 0, checked((int)i.Bits));
                break;
            case Op.ChanTake:
                Emit(Code.ChanTake, result, Use(o[0]), Use(o[1]), checked((int)i.Bits));
                break;
            case Op.ChanSelect:
                Pass(o);
                _block.Code.Add(new Lir
                {
                    Op = Code.ChanSelect, A = Lir.Window(0), B = result, C = o.Length, D = _program.Cases(i.Bits),
                    Location = _location,
                });
                break;
            case Op.ChanClose:
                Emit(Code.ChanClose, Use(o[0]));
                break;
            case Op.Yield:
                Emit(Code.Yield);
                break;
            case Op.Sleep:
                Emit(Code.Sleep, Use(o[0]));
                break;
            case Op.ThreadReport:
                Emit(Code.ThreadReport, Use(o[0]));
                break;
            case Op.ThreadGuard:
                Emit(Code.ThreadGuard, Use(o[0]), 0, 0, (int)i.Bits);
                break;
            default:
                throw new VmLoadException($"function '{_f.Name}': the VM cannot run '{i.Op.Info().Name}' yet");
        }
    }

    private void SelectAssembly(AsmBlock block, Value[] inputs)
    {
        Pass(inputs);
        var site = _program.Assembly(new AssemblySite(_f, block, _frame.Offsets));
        Emit(Code.AsmBlock, Lir.Window(0), _frame.Bytes > 0 ? FrameRegister : Constant(0), inputs.Length, site);
    }

    private static Lir WithWord(Lir lir, long word) => lir with { D = (int)word, E = (int)(word >> 32) };

    /// <summary>Puts arguments where the callee's frame will start.</summary>
    private void Pass(ReadOnlySpan<Value> arguments)
    {
        WindowSize = Math.Max(WindowSize, arguments.Length);
        // Registers first: loading a constant must not come between the moves and the call.
        for (var n = 0; n < arguments.Length; n++)
        {
            if (IsConstant(arguments[n], out var bits))
            {
                var load = LoadOf(Lir.Window(n), bits);
                load.Location = _location;
                _block.Code.Add(load);
            }
            else
            {
                Emit(Code.Mov, Lir.Window(n), Use(arguments[n]));
            }
        }
    }

    private void SelectNew(MirType type, int bytes, int result)
    {
        var size = DataLayout.Align(bytes + Heap.HeaderBytes, Heap.HeaderBytes);
        Emit(Code.New, result, 0, 0, size, _program.LayoutOf(type));
    }

    private void SelectIntrinsic(Intrinsic intrinsic, Value[] o, int result)
    {
        var type = o.Length > 0 ? _f.TypeOf(o[0]) : MirType.Void;
        if (intrinsic == Intrinsic.Sqrt && type.IsFloat)
        {
            Emit(type.Kind == TypeKind.F64 ? Code.SqrtF : Code.SqrtG, result, Use(o[0]));
            return;
        }
        _block.Code.Add(new Lir
        {
            Op = Code.Intrinsic, A = result, B = o.Length > 0 ? Use(o[0]) : Constant(0), C = (int)intrinsic,
            D = _program.Type(type), Location = _location,
        });
    }

    /// <summary>Arguments of host functions, of which a word tells which are addresses.</summary>
    private const int MostHostArguments = 32;

    private void SelectHost(int target, Value[] o, int result)
    {
        Pass(o);
        var addresses = 0;
        for (var n = 0; n < o.Length; n++)
            if (ReferenceMap.IsAddress(_f.TypeOf(o[n])))
                addresses |= n < MostHostArguments ? 1 << n
                    : throw new VmLoadException($"function '{_f.Name}': a call of the host has {o.Length} arguments; " +
                        $"there can be {MostHostArguments}");
        Emit(Code.Host, Lir.Window(0), result, o.Length, target, addresses);
    }

    private void SelectTailCall(int id)
    {
        var callee = ((FunctionRef)_f[id].Payload!).Function;
        var o = _f.Operands(id).ToArray();
        if (_frame.Bytes == 0 && callee != null)
        {
            // Through the window, for arguments may overlap the parameters they replace.
            Pass(o);
            for (var n = 0; n < o.Length; n++)
                Emit(Code.Mov, Lir.Parameter(n), Lir.Window(n));
            EmitWord(Code.TailCall, 0, 0, _program.EntryOf(callee));
            return;
        }
        // The frame holds memory the callee may be given: it must outlive the call.
        Pass(o);
        var result = NewRegister();
        EmitWord(Code.Call, Lir.Window(0), result, _program.EntryOf(callee!));
        Emit(Code.Leave, FrameRegister);
        if (callee!.Result.Kind == TypeKind.Void)
            Emit(Code.RetVoid);
        else
            Emit(Code.Ret, result);
    }
}
