using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>Values of interface types.</summary>
internal sealed partial class FunctionEmitter
{
    private Value EmitInterface(BoundInterface i)
    {
        var source = Emit(i.Source);
        var type = i.IsCopy ? i.Source.Type : i.Source.Type.Element!;
        if (i.IsCopy)
            source = _b.Emit(Op.New, type, [source], new BoxType(type));
        _module.Implement(i.Interface, type);
        return _b.Emit(Op.IfaceMake, i.Interface, [source], i.Interface, i.Interface);
    }

    private Value EmitInterfaceCall(BoundInterfaceCall c)
    {
        var receiver = Emit(c.Receiver);
        return _b.Emit(Op.CallInterface, c.Type, [receiver, .. EmitAll(c.Arguments)], c.Type,
            new MethodRef(c.Interface, c.Method));
    }

    private Value EmitInterfaceTest(Value value, MirType tested)
    {
        _module.Implement((InterfaceType)_f.TypeOf(value), tested);
        return _b.Emit(Op.IfaceIs, tested, [value], MirType.Bool, tested);
    }

    /// <summary>
    /// Asks for each type that implements the narrower interface whether the value is over it, and puts the same object
    /// behind the wider one; the value without anything behind it becomes that of the other interface.
    /// </summary>
    private Value EmitInterfaceBase(BoundInterfaceBase b)
    {
        var value = Emit(b.Value);
        var done = NewBlock("based");
        foreach (var type in _module.Program.TypesBehind((InterfaceType)b.Value.Type))
        {
            var (yes, next) = (NewBlock("is"), NewBlock("next"));
            _b.JumpIf(EmitInterfaceTest(value, type), yes, next);
            _b.At(yes);
            var reference = _b.Emit(Op.IfaceCast, type, [value], new ReferenceType(type, true), type);
            _module.Implement(b.Interface, type);
            _b.Jump(done, _b.Emit(Op.IfaceMake, b.Interface, [reference], b.Interface, b.Interface));
            _b.At(next);
        }
        _b.Jump(done, _b.None(b.Interface));
        _b.At(done);
        return _f.NewParameter(done, b.Interface);
    }

    private Value EmitInterfaceCast(BoundInterfaceCast c)
    {
        _module.Implement((InterfaceType)c.Value.Type, c.Type.Element!);
        return _b.Emit(Op.IfaceCast, c.Type.Element!, [Emit(c.Value)], c.Type, c.Type.Element);
    }
}
