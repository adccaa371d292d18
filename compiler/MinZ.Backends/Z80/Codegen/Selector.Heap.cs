using MinZ.Backends.Z80.Runtime;
using MinZ.Mir;

namespace MinZ.Backends.Z80.Codegen;

/// <summary>What asks for memory of the heap.</summary>
internal sealed partial class Selector
{
    private void SelectAllocation(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        switch (i.Op)
        {
            case Op.New:
                Allocate(RuntimeLibrary.New, id, Opnd.Of((int)i.Bits, 2), KindOf(i.Type, 1));
                break;
            case Op.SliceNew when i.Bits == 1:
                Allocate(RuntimeLibrary.New, id, CheckedWord(o[0], TrapCode.OutOfMemory),
                    KindOf(i.Type, 2));
                break;
            case Op.SliceNew:
                Allocate(RuntimeLibrary.NewSlice, id, CheckedWord(o[0], TrapCode.OutOfMemory), Opnd.Of((int)i.Bits, 2),
                    KindOf(i.Type, 2));
                break;
            case Op.StrConcat:
                Allocate(RuntimeLibrary.ConcatStrings, id, Val(o[0]), Val(o[1]));
                break;
            case Op.StrSlice:
                Allocate(RuntimeLibrary.SliceString, id, Val(o[0]), CheckedWord(o[1], TrapCode.IndexOutOfRange),
                    CheckedWord(o[2], TrapCode.IndexOutOfRange));
                break;
            case Op.StrFrom:
                Allocate(RuntimeLibrary.StringOfBytes, id, Val(o[0]), CheckedWord(o[1], TrapCode.OutOfMemory));
                break;
            default:
                SelectTextOf(id, o[0]);
                break;
        }
    }

    private void Allocate(Routine routine, int id, params ReadOnlySpan<Opnd> args)
    {
        Routine(routine, args, NewVariable(_f[id].Result));
        _block.Instructions[^1].Site = Site(TrapCode.OutOfMemory);
    }

    // The kind of a block of so many elements; 2 for several.
    private Opnd KindOf(MirType type, int elements) =>
        Opnd.Of(HeapTypes.AddressesIn(new ArrayType(type, elements), _scope.Layout) switch
        {
            Parity.None => RuntimeLibrary.KindPlain,
            Parity.Even => 0,
            _ => RuntimeLibrary.KindOdd,
        }, 1);

    // A number as 16 bits; where it may have more, those must be zero.
    private Opnd CheckedWord(Value v, TrapCode trap)
    {
        var x = Val(v);
        if (x.Size > 2 && x.Number is null)
            Add(new LInst(LOp.Check, x.Size)
            {
                Args = [x, Opnd.Of(0x10000, x.Size)], Comparison = Comparison.Lt, Payload = Site(trap),
            });
        return x.Number is > 0xFFFF or < 0 ? Opnd.Of(0xFFFF, 2) : Word(v);
    }

    private void SelectTextOf(int id, Value value)
    {
        var type = _f.TypeOf(value);
        if (type.Kind == TypeKind.Str)
            _values[_f[id].Result.Id] = Val(value);
        else if (type.Kind == TypeKind.Bool)
            Routine(RuntimeLibrary.TextOfBool, [Val(value)], NewVariable(_f[id].Result));
        else
            Allocate(type.IsSigned ? RuntimeLibrary.TextOfI32 : RuntimeLibrary.TextOfU32, id,
                Extend(Val(value), 4, type.IsSigned));
    }
}
