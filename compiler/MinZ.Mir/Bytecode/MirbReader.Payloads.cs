using System.Collections.Immutable;

namespace MinZ.Mir.Bytecode;

public sealed partial class MirbReader
{
    private void Immediates(Op op, out object? payload, out long bits)
    {
        payload = null;
        bits = 0;
        switch (op)
        {
            case Op.Const or Op.New or Op.SliceNew or Op.PointerAdd or Op.MemLoad or Op.MemStore
                or Op.ChanNew or Op.ChanSend or Op.ChanReceive or Op.ChanTake or Op.ChanSelect or Op.ThreadGuard:
                bits = _in.Signed();
                break;
            case Op.StructGet or Op.TupleGet or Op.EnumMake:
                bits = _in.Integer(ushort.MaxValue, "the member");
                break;
            case Op.EnumGet or Op.Syscall:
                bits = _in.Integer(int.MaxValue, "the number");
                break;
            case Op.Intrinsic:
                bits = _in.Integer(Intrinsics.All.Length - 1, "the intrinsic");
                break;
            case Op.Trap:
                bits = _in.Integer(Enum.GetValues<TrapCode>().Length - 1, "the trap code");
                break;
            case Op.EnumTag or Op.Ret or Op.CallIndirect:
                break;
            default:
                payload = Payload(op);
                break;
        }
    }

    private object? Payload(Op op) => op switch
    {
        Op.ConstStr => Literal(),
        Op.Native => Text(),
        Op.FuncRef or Op.Call or Op.TailCall or Op.Closure or Op.Spawn or Op.ActorSend or Op.ActorAsk => Callee(op),
        Op.Load or Op.Store or Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf => RawPlace(out _),
        Op.Copy => new PlacePair(RawPlace(out _), RawPlace(out _)),
        Op.CallInterface => new MethodRef(Type(), _in.Integer(ushort.MaxValue, "the method")),
        Op.IfaceMake or Op.IfaceIs or Op.IfaceCast => Type(),
        Op.Jump or Op.JumpIf or Op.Switch => Successors(op),
        Op.Asm => Assembly(),
        Op.LocalAddress => LocalAt(),
        Op.GlobalAddress => GlobalAt(),
        _ => null,
    };

    private Local LocalAt() => _f.Locals[_in.Integer(_f.Locals.Count - 1, "the slot")];

    private object Callee(Op op)
    {
        var head = _in.Integer(Math.Max(_functions.Count, _types.Count) * 2, "the function");
        if ((head & 1) != 0)
        {
            var actor = (head >> 1) < _types.Count ? _types[head >> 1] as ActorType : null;
            return actor is not null && op is Op.Spawn or Op.ActorSend or Op.ActorAsk
                ? new MessageRef(actor!, _in.Integer(actor!.Messages.Length, "the message") - 1)
                : throw Damaged("there is no such actor");
        }
        if ((head >> 1) >= _functions.Count)
            throw Damaged("there is no such function");
        var function = _functions[head >> 1];
        if (function.TypeParameters.IsDefaultOrEmpty)
            return function.Reference;
        return new FunctionRef(function, [.. function.TypeParameters.Select(_ => Type())]);
    }

    private Successors Successors(Op op)
    {
        var cases = ImmutableArray.CreateBuilder<long>();
        if (op == Op.Switch)
            for (var n = _in.Count(); n > 0; n--)
                cases.Add(_in.Signed());
        var blocks = ImmutableArray.CreateBuilder<Block>();
        var counts = ImmutableArray.CreateBuilder<int>();
        var order = _orders[_f];
        var total = 0;
        for (var n = op switch { Op.Jump => 1, Op.JumpIf => 2, _ => cases.Count + 1 }; n > 0; n--)
        {
            var block = order[_in.Integer(order.Count - 1, "the block")];
            blocks.Add(block);
            counts.Add(block.Parameters.Count);
            total += block.Parameters.Count;
            if (total > _stack.Count)
                throw Damaged("a jump has more arguments than the stack holds");
        }
        return new Successors(blocks.ToImmutable(), counts.ToImmutable(), cases.ToImmutable());
    }

    // A place whose type is not known before its operands are: until then it has none, and a run of a pointer the
    // index -1.
    private Place RawPlace(out bool run)
    {
        var head = _in.Integer(int.MaxValue, "the place");
        var (kind, index) = (head & 3, head >> 2);
        run = kind == 3;
        var local = kind != 0 ? null : index < _f.Locals.Count ? _f.Locals[index]
            : throw Damaged("there is no such slot");
        var global = kind != 1 ? null : index < _globals.Count ? _globals[index]
            : throw Damaged("there is no such global");
        if (kind >= 2 && index != 0)
            throw Damaged("a place has no such base");
        var path = ImmutableArray.CreateBuilder<Projection>();
        for (var n = _in.Count(); n > 0; n--)
        {
            var step = _in.Integer(0xFFFFFF, "the step");
            path.Add(step == 0 ? Projection.Index
                : (step & 1) != 0 ? Projection.OfField(step >> 1)
                : Projection.OfPayload((step >> 1) - 1, _in.Integer(ushort.MaxValue, "the payload item")));
        }
        if (run)
        {
            if (path.Count == 0 || path[0].Kind != ProjectionKind.Index)
                throw Damaged("a run has no index");
            path[0] = new Projection(ProjectionKind.Index, -1);
        }
        return new Place(kind == 0 ? PlaceBase.Local : kind == 1 ? PlaceBase.Global : PlaceBase.Value, local, global,
            path.ToImmutable(), MirType.Void);
    }

    private object? Located(object? payload, MirType?[] types) => payload switch
    {
        Place p => Located(p, types, 0),
        PlacePair p => new PlacePair(Located(p.To, types, 0), Located(p.From, types, p.To.OperandCount)),
        _ => payload,
    };

    private static Place Located(Place raw, MirType?[] types, int operand)
    {
        if (raw.Base == PlaceBase.Value && types[operand] is not { DenotesPlace: true })
            throw Damaged("a value denotes no place");
        var type = raw.Base switch
        {
            PlaceBase.Local => raw.Local!.Type,
            PlaceBase.Global => raw.Global!.Type,
            PlaceBase.Value => Place.Behind(types[operand]!).Type,
        };
        var path = raw.Path.ToBuilder();
        for (var n = 0; n < path.Count; n++)
        {
            var step = path[n];
            if (step is { Kind: ProjectionKind.Index, Field: -1 })
            {
                path[n] = Projection.Index;
                continue;
            }
            type = step.Kind switch
            {
                ProjectionKind.Field => TypeMembers.FieldType(type, step.Field),
                ProjectionKind.Index =>
                    type.Kind is TypeKind.Array or TypeKind.Slice or TypeKind.Pointer ? type.Element : null,
                ProjectionKind.Payload => TypeMembers.PayloadType(type, step.Variant, step.Field),
            } ?? throw Damaged("a place does not exist");
            if (!TypeLimits.IsSmall(type))
                throw Damaged("a place's type is too large");
        }
        return raw with { Path = path.ToImmutable(), Type = type };
    }

    private AsmBlock Assembly()
    {
        var (target, text) = (Text(), Text());
        var bindings = ImmutableArray.CreateBuilder<AsmBinding>();
        for (var n = _in.Count(); n > 0; n--)
        {
            var name = Text();
            var (index, kind) = Math.DivRem(_in.Integer(int.MaxValue, "the variable"), 3);
            if (index >= (kind == 0 ? _f.Locals.Count : kind == 1 ? _globals.Count : _functions.Count))
                throw Damaged("assembly names something that does not exist");
            bindings.Add(new AsmBinding(name, kind == 0 ? _f.Locals[index] : null, kind == 1 ? _globals[index] : null,
                kind == 2 ? _functions[index] : null));
        }
        var inputs = ImmutableArray.CreateBuilder<AsmRegister>();
        for (var n = _in.Count(); n > 0; n--)
            inputs.Add(new AsmRegister(Text(), null));
        var outputs = ImmutableArray.CreateBuilder<AsmRegister>();
        for (var n = _in.Count(); n > 0; n--)
            outputs.Add(new AsmRegister(Text(), LocalAt()));
        var clobbers = default(ImmutableArray<string>);
        if (_in.Count() is > 0 and var some)
        {
            var registers = ImmutableArray.CreateBuilder<string>();
            while (--some > 0)
                registers.Add(Text());
            clobbers = registers.ToImmutable();
        }
        return new AsmBlock(target, text, bindings.ToImmutable(), inputs.ToImmutable(), outputs.ToImmutable(),
            clobbers);
    }
}
