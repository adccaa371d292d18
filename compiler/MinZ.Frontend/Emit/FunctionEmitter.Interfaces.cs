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

    private Value EmitInterfaceCast(BoundInterfaceCast c)
    {
        _module.Implement((InterfaceType)c.Value.Type, c.Type.Element!);
        return _b.Emit(Op.IfaceCast, c.Type.Element!, [Emit(c.Value)], c.Type, c.Type.Element);
    }
}
