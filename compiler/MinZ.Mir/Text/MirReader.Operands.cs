using System.Collections.Immutable;

namespace MinZ.Mir.Text;

public sealed partial class MirReader
{
    /// <summary>Everything of an instruction behind its op and type: payload and operands.</summary>
    private bool Inside() => _op switch
    {
        Op.Const => ConstantOperand(),
        Op.ConstStr => Current.Kind == TokenKind.String ? Payload(TakeString()) : Wanted("a string"),
        Op.None or Op.Self => true,
        Op.FuncRef => FunctionReference(),
        Op.StructGet or Op.TupleGet => Member(),
        Op.EnumMake => MakeEnum() && Rest(),
        Op.EnumGet => Operand() && Variant(_operands[0].Type, out var v, out var item) &&
            Bits((long)v << 16 | (uint)item),
        Op.Load or Op.Clear or Op.Ref or Op.RefMut or Op.AddressOf or Op.SliceOf or Op.Store => PlaceOperands(),
        Op.Copy => PlacePairOperands(),
        Op.Call or Op.TailCall or Op.Closure => FunctionReference() && Rest(),
        Op.Intrinsic => Rest(),
        Op.CallInterface => Method() && Rest(),
        Op.IfaceMake or Op.IfaceIs or Op.IfaceCast => Type(out var type) && Payload(type) && Rest(),
        Op.Spawn => SpawnTarget() && Rest(),
        Op.ActorSend or Op.ActorAsk => Message() && Rest(),
        Op.Syscall => Integer("a service number", 0, int.MaxValue, out var number) && Bits(number) && Rest(),
        Op.Native => Name("lib.name", out var name) && Payload(name) && Rest(),
        Op.Asm => ReadAsm(),
        Op.Jump or Op.JumpIf or Op.Switch => ReadSuccessors(),
        Op.Trap => ReadTrap() && Rest(),
        Op.LocalAddress => Slot(out var local) && Payload(local),
        Op.GlobalAddress => GlobalName(out var global) && Payload(global),
        Op.New or Op.SliceNew or Op.ChanNew or Op.ChanSend or Op.ChanReceive or Op.ChanTake =>
            (AtWord("bytes") || Operands()) && Size(),
        Op.ChanSelect => ReadCases(),
        Op.ThreadGuard => Operand() && Expect(',') && Integer("0 or 1", 0, 1, out var guard) && Bits(guard),
        Op.PointerAdd => Operand() && Expect(',') && Operand() && Expect(',') &&
            Integer("a scale in bytes", int.MinValue, int.MaxValue, out var scale) && Bits(scale),
        Op.MemLoad or Op.MemStore => Operand() && Displacement(out var displacement) && Bits(displacement) && Rest(),
        _ => Operands(),
    };

    private bool Payload(object payload)
    {
        _payload = payload;
        return true;
    }

    private bool Bits(long bits)
    {
        _bits = bits;
        return true;
    }

    /// <summary>The cases of a <c>chan.select</c>: <c>receive(%c, %r), send(%c, v), timeout(5), default</c>.</summary>
    private bool ReadCases()
    {
        var cases = new List<SelectCase>();
        do
        {
            var t = Current;
            if (t.Kind != TokenKind.Word || !SelectCases.TryGet(TextOf(t), out var kind))
                return Wanted("receive, send, closed, timeout or default");
            if (cases.Count == SelectCases.Limit)
                return Report(MirCodes.Limit, t, $"a select has more than {SelectCases.Limit} cases");
            _at++;
            cases.Add(kind);
            _bits = SelectCases.Encode(cases);
            var before = _operands.Count;
            if (Accept('(') && !List(')', Operand))
                return false;
            if (_operands.Count - before != SelectCases.OperandsOf(kind))
                return Report(MirCodes.Structure, t,
                    $"'{SelectCases.NameOf(kind)}' takes {SelectCases.OperandsOf(kind)} operands");
        }
        while (Accept(','));
        return true;
    }

    private bool Size() =>
        !AcceptWord("bytes") || Integer("a size in bytes", 0, int.MaxValue, out var size) && Bits(size);

    private bool ConstantOperand()
    {
        if (_type is null)
            return Report(MirCodes.NoType, Current, "'const' needs a type", "write const.u8 5");
        return Literal(_type, out _bits);
    }

    private bool AtEnd() => Current.Kind is TokenKind.Line or TokenKind.End || At('!') || At('}');

    private bool Operands() => AtEnd() || Operand() && Rest();

    private bool Rest()
    {
        while (Accept(','))
            if (!Operand())
                return false;
        return true;
    }

    private bool Operand()
    {
        var t = Current;
        if (t.Kind == TokenKind.Local)
        {
            if (!ValueName(out var value))
                return false;
            _operands.Add(new Written(value, _function.TypeOf(value), -1));
            return true;
        }
        MirType? type = null;
        if (!IsLiteral(t))
        {
            if (t.Kind is not (TokenKind.Word or TokenKind.String) && !At('*') && !At('&'))
                return Wanted("a value or a number");
            if (!Type(out var given))
                return false;
            type = given;
        }
        if (!IsLiteral(Current))
            return Wanted("a number");
        _operands.Add(new Written(default, type, _at));
        _at += At('-') ? 2 : 1;
        return true;
    }

    /// <summary>A value that is defined by now.</summary>
    private bool ValueName(out Value value)
    {
        var t = Take();
        var name = TextOf(t);
        if (_values.TryGetValue(name, out value))
            return true;
        if (_slots.ContainsKey(name))
            return Report(MirCodes.WrongType, t, $"%{name} is a slot, not a value", $"load it: %x = load %{name}");
        // After an error in the definition every use would only repeat it.
        if (_failed.Contains(name))
            return false;
        if (_defined.Contains(name))
            return Report(MirCodes.UsedBeforeDefined, t, $"%{name} is used before it is defined",
                "a definition must come first on every way to its use");
        return Report(MirCodes.UnknownName, t, $"there is no value %{name}");
    }

    private bool Slot(out Local local)
    {
        local = null!;
        if (Current.Kind != TokenKind.Local)
            return Wanted("a slot");
        var t = Take();
        return _slots.TryGetValue(TextOf(t), out local!) ||
            Report(MirCodes.UnknownName, t, $"there is no slot %{TextOf(t)}");
    }

    private bool FunctionReference()
    {
        if (!FunctionName(out var function))
            return false;
        if (!Accept('<'))
            return Payload(function.Reference);
        return Types('>', out var arguments) && Payload(new FunctionRef(function, arguments));
    }

    private bool Member()
    {
        if (!Operand() || _operands[0].Type is not { } type)
            return Wanted("a value");
        var t = Current;
        if (t.Kind != TokenKind.Dotted)
            return Wanted("'.' and a field");
        _at++;
        var index = TypeMembers.FieldIndex(type, TextOf(t));
        return index < 0 ? Report(MirCodes.NoMember, t, $"{type} has no field {Shown(TextOf(t))}") : Bits(index);
    }

    /// <summary><c>T.member</c>; a plain name's last part is the member.</summary>
    private bool TypeAndMember(out MirType type, out string member, out Token at)
    {
        at = Current;
        member = "";
        type = MirType.Void;
        var text = at.Kind == TokenKind.Word ? TextOf(at) : "";
        var dot = text.LastIndexOf('.');
        if (dot > 0 && Peek().Kind != TokenKind.Dotted && !IsMark(Peek(), '<') &&
            _module.FindType(text[..dot]) is { } named)
        {
            _at++;
            type = named;
            member = text[(dot + 1)..];
            return true;
        }
        if (!Type(out type))
            return false;
        at = Current;
        if (at.Kind != TokenKind.Dotted)
            return Wanted("'.' and a name");
        member = TextOf(Take());
        return true;
    }

    private bool MakeEnum()
    {
        if (!TypeAndMember(out var type, out var name, out var t))
            return false;
        _type = type;
        _bits = TypeMembers.VariantIndex(type, name);
        return _bits >= 0 || Report(MirCodes.NoMember, t, $"{type} has no variant {Shown(name)}");
    }

    private bool Method()
    {
        if (!TypeAndMember(out var type, out var name, out var t))
            return false;
        var index = TypeMembers.DefinitionOf(type) is InterfaceType i
            ? i.Methods.Select(m => m.Name).ToList().IndexOf(name) : -1;
        return index < 0 ? Report(MirCodes.NoMember, t, $"{type} has no method {Shown(name)}")
            : Payload(new MethodRef(type, index));
    }

    private bool Message()
    {
        if (!TypeAndMember(out var type, out var name, out var t))
            return false;
        var actor = type as ActorType;
        var index = actor is null ? -1 : actor.Messages.Select(m => m.Name).ToList().IndexOf(name);
        return index < 0 ? Report(MirCodes.NoMember, t, $"{type} has no message {Shown(name)}")
            : Payload(new MessageRef(actor!, index));
    }

    private bool SpawnTarget()
    {
        if (!AtWord("actor") || Peek().Kind is not (TokenKind.Word or TokenKind.String))
            return FunctionReference();
        _at++;
        var t = Current;
        if (!Type(out var type))
            return false;
        return type is ActorType actor ? Payload(new MessageRef(actor, -1))
            : Report(MirCodes.WrongType, t, $"{type} is no actor");
    }

    private bool ReadTrap()
    {
        var t = Current;
        if (!Name("a trap code", out var name))
            return false;
        return Enum.TryParse<TrapCode>(name, out var code) && Enum.IsDefined(code) && !char.IsAsciiDigit(name[0])
            ? Bits((long)code)
            : Report(MirCodes.UnknownName, t, $"there is no trap code {Shown(name)}",
                "codes are " + string.Join(", ", Enum.GetNames<TrapCode>()));
    }

    private bool ReadSuccessors()
    {
        if (_op != Op.Jump && (!Operand() || !Expect(',')))
            return false;
        if (_op == Op.Switch && (_type ??= _operands[0].Type) is null)
            return Report(MirCodes.NoType, Current, "'switch' needs a type", "write switch.u8");
        var blocks = ImmutableArray.CreateBuilder<Block>();
        var counts = ImmutableArray.CreateBuilder<int>();
        var cases = ImmutableArray.CreateBuilder<long>();
        var more = true;
        while (more)
        {
            if (_op == Op.Switch && !AcceptWord("else"))
            {
                if (!Literal(_type!, out var value) || !Expect(':'))
                    return false;
                cases.Add(value);
            }
            else
                more = false;
            if (!Successor(blocks, counts))
                return false;
            if (_op == Op.JumpIf)
                more = blocks.Count < 2;
            if (more && !Expect(','))
                return false;
        }
        _payload = new Successors(blocks.ToImmutable(), counts.ToImmutable(), cases.ToImmutable());
        return true;
    }

    private bool Successor(ImmutableArray<Block>.Builder blocks, ImmutableArray<int>.Builder counts)
    {
        var t = Current;
        if (t.Kind != TokenKind.Dotted)
            return Wanted("a block, such as .done");
        if (!_drafts.TryGetValue(TextOf(t), out var draft))
            return Report(MirCodes.UnknownName, t, $"there is no block {Shown("." + TextOf(t))}");
        _at++;
        var before = _operands.Count;
        if (Accept('(') && !List(')', Operand))
            return false;
        blocks.Add(draft.Block);
        counts.Add(_operands.Count - before);
        return true;
    }
}
