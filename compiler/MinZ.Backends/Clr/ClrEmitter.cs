using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using MinZ.Mir;

namespace MinZ.Backends.Clr;

/// <summary>Emits the IL of one function.</summary>
internal sealed partial class ClrEmitter
{
    private readonly ClrModule _module;
    private readonly ClrTypes _types;
    private readonly ClrCopies _copies;
    private readonly ClrResidence _residence;
    private readonly ClrReferences _references;
    private readonly ClrBody _body;
    private readonly InstructionEncoder _il;
    private readonly Function _f;
    private readonly ClrTrees _trees;
    private readonly int[] _values;
    private readonly Dictionary<Local, int> _slots = [];
    private readonly Dictionary<Local, int> _offsets = [];
    private readonly Dictionary<Block, LabelHandle> _labels = [];
    private List<Block> _order = [];
    private readonly Dictionary<Block, int> _positions = [];
    private int _frame = -1;
    private int _block;
    private int _location = -1;

    public ClrEmitter(ClrModule module, ClrFunction plan, ClrBody body)
    {
        (_module, _body, _il, _f) = (module, body, body.Il, plan.Function);
        (_types, _copies, _residence) = (module.Types, module.Copies, module.Residence);
        _references = module.References;
        _trees = new ClrTrees(_f, _residence);
        _values = new int[_f.ValueLimit];
        Array.Fill(_values, -1);
    }

    /// <summary>Emits the whole body.</summary>
    public void Emit()
    {
        _order = new Cfg(_f).ReversePostorder;
        foreach (var block in _order)
        {
            _positions[block] = _positions.Count;
            _labels[block] = _il.DefineLabel();
        }
        _body.Mark(_f.Location);
        if (_module.Recursive.Contains(_f))
            _body.Op(ILOpCode.Call, _types.StackGuard);
        EmitSlots();
        for (var b = 0; b < _order.Count; b++)
        {
            _il.MarkLabel(_labels[_order[b]]);
            _block = b;
            foreach (var id in _order[b].Instructions)
                EmitStatement(id, b + 1 < _order.Count ? _order[b + 1] : null);
        }
    }

    /// <summary>Makes room for the slots: CLR locals, or a frame in raw memory.</summary>
    private void EmitSlots()
    {
        var size = 0;
        foreach (var local in _f.Locals)
        {
            if (_residence.IsRaw(local))
            {
                _offsets[local] = size;
                size += ClrResidence.Layout.SizeOf(local.Type);
                continue;
            }
            var isBoxed = _references.IsBoxed(local);
            var slot = _slots[local] = _body.NewLocal(isBoxed ? new ClrForm(new BoxType(local.Type))
                : ClrReferences.FormOf(local.Type, _references.IsManaged(local.Type) && !_references.IsObject(local)));
            _body.Names.Add((slot, local.Name));
            if (!isBoxed && !_copies.IsDeep(local.Type))
                continue;
            _copies.Zero(_body, local.Type);
            if (isBoxed)
                _body.Op(ILOpCode.Newobj, _types.BoxConstructor(new BoxType(local.Type)));
            _il.StoreLocal(slot);
        }
        if (_offsets.Count == 0)
            return;
        _frame = _body.NewLocal(MirType.I32);
        _il.LoadConstantI4(size);
        _il.Call(_module.Runtime("RawMemory", "Enter"));
        _il.StoreLocal(_frame);
    }

    private void EmitStatement(int id, Block? next)
    {
        ref var i = ref _f[id];
        if (_trees.IsInlined(id) || i.Op == Op.Const)
            return;
        var uses = i.Result.IsValid ? _trees.UsesOf(i.Result) : 0;
        if (uses == 0 && i.Op.Info().IsPure)
            return;
        Mark(i.Location);
        _body.Depth = 0;
        if (i.Op.Info().IsTerminator)
        {
            EmitTerminator(id, next);
            return;
        }
        EmitInstruction(id);
        if (!i.Result.IsValid)
            return;
        if (uses == 0)
            _body.Op(ILOpCode.Pop);
        else
            _il.StoreLocal(LocalOf(i.Result));
    }

    private void Mark(int location)
    {
        if (location == _location)
            return;
        _location = location;
        // Inlined code counts as the line it was inlined into.
        var entry = _f.Locations[location];
        while (entry.InlinedAt != 0)
            entry = _f.Locations[entry.InlinedAt];
        if (entry.Location.IsKnown)
            _body.Mark(entry.Location);
    }

    /// <summary>Type of a value; a pointer made of an integer just for peek or poke is that integer.</summary>
    private MirType TypeOf(Value v) => _f.TypeOf(v) is var t && _references.IsManaged(t) && ClrResidence.IsCast(_f, v)
        ? MirType.U32 : t;

    /// <summary>The local variable of a value.</summary>
    private int LocalOf(Value v)
    {
        ref var local = ref _values[v.Id];
        if (local < 0)
        {
            local = _body.NewLocal(ClrReferences.FormOf(TypeOf(v), IsPointer(v)));
            if (_f[v].Name is { } name)
                _body.Names.Add((local, name));
        }
        return local;
    }

    /// <summary>True for a value that is a managed pointer.</summary>
    private bool IsPointer(Value v) => _references.IsManaged(TypeOf(v)) && !_references.IsObject(_f, v);

    /// <summary>Pushes an address as a managed pointer or an object; other values as they are.</summary>
    private void PushAs(Value v, bool asObject)
    {
        Push(v);
        if (!asObject && _references.IsManaged(TypeOf(v)) && _references.IsObject(_f, v))
            _module.Open(_body, _f.TypeOf(v).Element!);
    }

    /// <summary>Pushes a value; an address as it is held, which is an object wherever one is needed.</summary>
    private void Push(Value v)
    {
        var depth = _body.Depth;
        ref var info = ref _f[v];
        if (_f.TryConstant(v, out var bits))
            PushConstant(info.Type, bits);
        else if (info.Kind == ValueKind.BlockParameter && info.Block == _f.Entry)
            _il.LoadArgument(info.Index);
        else if (info.Kind == ValueKind.Instruction && _trees.IsInlined(info.Index))
            EmitInlined(info.Index);
        else
            _il.LoadLocal(LocalOf(v));
        _body.Depth = depth + 1;
    }

    /// <summary>What may stop keeps its own place in source, which a stack trace names.</summary>
    private void EmitInlined(int id)
    {
        var outer = _location;
        if (!_f[id].Op.Info().IsPure)
            Mark(_f[id].Location);
        EmitInstruction(id);
        if (outer >= 0)
            Mark(outer);
    }

    private void PushConstant(MirType type, long bits)
    {
        switch (_types.CarrierOf(type))
        {
            case Carrier.I4 or Carrier.Other:
                _il.LoadConstantI4((int)bits);
                break;
            case Carrier.I8:
                _il.LoadConstantI8(bits);
                break;
            case Carrier.R4:
                _il.LoadConstantR4(BitConverter.Int32BitsToSingle((int)bits));
                break;
            case Carrier.R8:
                _il.LoadConstantR8(BitConverter.Int64BitsToDouble(bits));
                break;
        }
    }

    private void PushAll(ReadOnlySpan<Value> values)
    {
        foreach (var v in values)
            Push(v);
    }

    private void Unsupported(int id, string what, string? hint = null) =>
        _module.Messages.Add(ClrMessages.Unsupported, what + " on clr", hint, ClrResidence.LocationOf(_f, id));

    /// <summary>Emits an instruction with its operands; its result is left on the stack.</summary>
    private void EmitInstruction(int id)
    {
        ref var i = ref _f[id];
        var o = _f.Operands(id);
        switch (i.Op)
        {
            case Op.Const:
                PushConstant(i.Type, i.Bits);
                break;
            case Op.ConstStr:
                _body.Op(ILOpCode.Ldsfld, _module.Literal((StringConstant)i.Payload!));
                break;
            case Op.None:
                _copies.Zero(_body, _f.TypeOf(i.Result));
                break;
            case Op.LoadParam:
                PushAs(o[0], !IsPointer(i.Result));
                break;
            case Op.Select:
                EmitSelect(o, !IsPointer(i.Result));
                break;
            case Op.Add or Op.Sub or Op.Mul or Op.Div or Op.Rem or Op.Neg or Op.Abs or Op.Min or Op.Max or Op.MulWide
                or Op.And or Op.Or or Op.Xor or Op.Not or Op.Shl or Op.Shr or Op.Rotl or Op.Rotr:
                EmitArithmetic(id);
                break;
            case Op.CmpEq or Op.CmpNe or Op.CmpLt or Op.CmpLe or Op.CmpGt or Op.CmpGe:
                EmitCompare(id);
                break;
            case Op.Conv:
                Push(o[0]);
                Convert(_f.TypeOf(o[0]), i.Type);
                break;
            case Op.Bitcast:
                EmitBitcast(id);
                break;
            case Op.StructMake or Op.TupleMake or Op.ArrayMake or Op.ArrayFill or Op.EnumMake or Op.StructGet
                or Op.TupleGet
                or Op.EnumTag or Op.EnumGet:
                EmitAggregate(id);
                break;
            case Op.Load or Op.Store or Op.Copy or Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf:
                EmitPlaceOp(id);
                break;
            case Op.Len or Op.Slice or Op.SliceNew or Op.New:
                EmitSliceOp(id);
                break;
            case Op.StrLen or Op.StrAt or Op.StrSlice or Op.StrConcat or Op.StrCmp or Op.StrOf or Op.StrFrom
                or Op.StrPtr:
                EmitString(id);
                break;
            case Op.FuncRef or Op.Call or Op.CallIndirect or Op.Intrinsic or Op.Closure:
                EmitCall(id);
                break;
            case Op.CallInterface or Op.IfaceMake or Op.IfaceIs or Op.IfaceCast:
                EmitInterface(id);
                break;
            case Op.Peek or Op.Poke or Op.In or Op.Out or Op.Asm or Op.Syscall or Op.Native:
                EmitOutside(id);
                break;
            case Op.Spawn or Op.Yield or Op.Sleep or Op.ThreadReport or Op.ThreadGuard:
                EmitThread(id);
                break;
            case Op.ChanNew or Op.ChanSend or Op.ChanReceive or Op.ChanTake or Op.ChanClose or Op.ChanSelect:
                EmitChannel(id);
                break;
            case Op.LocalAddress or Op.GlobalAddress or Op.PointerAdd or Op.MemLoad or Op.MemStore or Op.MemCopy
                or Op.MemFill
                or Op.Bounds or Op.AddCarry or Op.SubBorrow or Op.ActorSend or Op.ActorAsk or Op.ActorWatch
                or Op.ActorRestart or Op.ActorStop or Op.Self or Op.Jump or Op.JumpIf or Op.Switch or Op.Ret
                or Op.TailCall
                or Op.Trap or Op.Unreachable:
                throw new InvalidOperationException(
                    $"'{i.Op.Info().Name}' stands where a high-level value is expected");
        }
    }

    private void EmitSelect(ReadOnlySpan<Value> o, bool asObject)
    {
        var (second, end) = (_il.DefineLabel(), _il.DefineLabel());
        var depth = _body.Depth;
        BranchUnless(o[0], second);
        PushAs(o[1], asObject);
        _il.Branch(ILOpCode.Br, end);
        _il.MarkLabel(second);
        _body.Depth = depth;
        PushAs(o[2], asObject);
        _il.MarkLabel(end);
    }
}
