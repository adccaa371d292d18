namespace MinZ.Mir.Lowering;

/// <summary>The functions that stand for an actor.</summary>
public sealed partial class Actors
{
    private void Define(Parts parts)
    {
        DefineStart(parts);
        if (parts.IsWatched)
            DefineWatch(parts);
        if (parts.IsRestarted)
            DefineRestart(parts);
        DefineRun(parts);
    }

    private Value[] Begin(Function f)
    {
        (_f, _b) = (f, new Builder(f).At(f.Entry));
        return [.. f.Entry.Parameters];
    }

    /// <summary>The record, its mailbox, and a thread.</summary>
    private void DefineStart(Parts parts)
    {
        var fields = Begin(parts.Start);
        var capacity = _f.Constant(MirType.U32, MailboxCapacity(_layout));
        var mailbox = _b.Emit(Op.ChanNew, parts.Message, [capacity], parts.Mailbox);
        var life = parts.IsRestarted ? NewLife() : _b.None(Life);
        var record = _b.Emit(Op.StructMake, parts.Record, [mailbox, _b.None(Report), life, .. fields], parts.Record);
        var box = _b.Emit(Op.New, parts.Record, [record], new BoxType(parts.Record));
        var self = _b.Bitcast(box, parts.Actor);
        _b.Emit(Op.Spawn, MirType.Void, [self], null, parts.Run.Reference);
        _b.Return(self);
    }

    private Value NewLife() => _b.Emit(Op.ChanNew, MirType.U8, [_f.Constant(MirType.U16, 0)], Life);

    private static Place Field(Parts parts, int field) => Place.Behind(parts.Handle).Field(field);

    /// <summary>The channel for reports; the first time it is made and the actor told.</summary>
    private void DefineWatch(Parts parts)
    {
        var self = Begin(parts.Watch!)[0];
        var record = Record(parts, self);
        var (made, missing) = (_f.NewBlock("made"), _f.NewBlock("missing"));
        var report = _b.Load(Field(parts, ReportField), [record]);
        _b.JumpIf(_b.Compare(Op.CmpEq, report, _b.None(Report)), missing, made);
        _b.At(made).Return(report);
        _b.At(missing);
        report = _b.Emit(Op.ChanNew, MirType.Str, [_f.Constant(MirType.U16, 16)], Report);
        _b.Store(Field(parts, ReportField), [record], report);
        _b.Emit(Op.ChanSend, MirType.Void, [Mailbox(parts, self), MessageOf(parts, parts.WatchMessage, [])], null);
        _b.Return(report);
    }

    /// <summary>Fresh fields and another thread for an actor that has ended.</summary>
    private void DefineRestart(Parts parts)
    {
        var parameters = Begin(parts.Restart!);
        var record = Record(parts, parameters[0]);
        var (ended, runs) = (_f.NewBlock("ended"), _f.NewBlock("runs"));
        var life = _b.Load(Field(parts, LifeField), [record]);
        var state = _b.Emit(Op.ChanSelect, MirType.U8, [life], MirType.U8, null,
            SelectCases.Encode([SelectCase.Closed, SelectCase.Default]));
        _b.JumpIf(_b.Compare(Op.CmpEq, state, _f.Constant(MirType.U8, 0)), ended, runs);
        _b.At(runs).Trap(TrapCode.Panic, _b.Text(StringConstant.Of($"the actor {parts.Actor.Name} has not ended")));
        _b.At(ended);
        _b.Store(Field(parts, LifeField), [record], NewLife());
        for (var n = 1; n < parameters.Length; n++)
            _b.Store(Field(parts, FirstField + n - 1), [record], parameters[n]);
        _b.Emit(Op.Spawn, MirType.Void, [parameters[0]], null, parts.Run.Reference);
        _b.Return();
    }

    /// <summary>The loop of an actor: takes messages until the mailbox is closed and empty.</summary>
    private void DefineRun(Parts parts)
    {
        var self = Begin(parts.Run)[0];
        var message = _f.NewLocal("message", parts.Message);
        var record = Record(parts, self);
        if (parts.IsWatched)
            _b.Emit(Op.ThreadReport, MirType.Void, [_b.Load(Field(parts, ReportField), [record])], null);
        if (parts.IsRestarted)
            _b.Emit(Op.ThreadGuard, MirType.Void, [_b.Load(Field(parts, LifeField), [record])], null, null, 1);
        var mailbox = _b.Load(Field(parts, MailboxField), [record]);
        var place = _b.Reference(Place.Of(message), [], true);
        var (next, handle, done) = (_f.NewBlock("next"), _f.NewBlock("handle"), _f.NewBlock("done"));
        _b.Jump(next);
        _b.At(next);
        _b.JumpIf(_b.Emit(Op.ChanTake, MirType.Bool, [mailbox, place], MirType.Bool), handle, done);
        _b.At(done);
        if (parts.IsRestarted)
            _b.Emit(Op.ChanClose, MirType.Void, [_b.Load(Field(parts, LifeField), [record])], null);
        _b.Return();
        var blocks = parts.Message.Variants.Select(v => _f.NewBlock("on." + v.Name)).ToArray();
        _b.At(handle);
        var tag = parts.Message.HasPayload
            ? _b.Emit(Op.EnumTag, parts.Message.Tag, [_b.Load(Place.Of(message), [])], parts.Message.Tag)
            : _b.Emit(Op.EnumTag, MirType.U8, [_b.Load(Place.Of(message), [])], MirType.U8);
        if (blocks.Length == 1)
            _b.Jump(blocks[0]);
        else
            _b.Switch(tag, [.. Enumerable.Range(0, blocks.Length - 1).Select(n => (long)n)], [.. blocks[..^1]],
                blocks[^1]);
        for (var n = 0; n < blocks.Length; n++)
        {
            _b.At(blocks[n]);
            if (n < parts.Actor.Messages.Length)
                Handle(parts, n, self, message);
            else if (parts.IsWatched)
                _b.Emit(Op.ThreadReport, MirType.Void, [_b.Load(Field(parts, ReportField), [record])], null);
            _b.Jump(next);
        }
    }

    private void Handle(Parts parts, int number, Value self, Local local)
    {
        var m = parts.Actor.Messages[number];
        Value Item(int n) => _b.Emit(Op.Load, Part(n).Type, [], Part(n).Type, Part(n), 0,
            InstructionFlags.Unchecked);
        Place Part(int n) => Place.Of(local).Payload(number, n);
        Value[] arguments = [.. Enumerable.Range(0, m.Parameters.Length).Select(Item)];
        if (m.Handler.Parameters.Length > m.Parameters.Length)
            arguments = [self, .. arguments];
        if (m.Result.Kind == TypeKind.Void)
        {
            _b.Call(m.Handler, arguments);
            return;
        }
        var reply = Item(m.Parameters.Length);
        _b.Emit(Op.ThreadGuard, MirType.Void, [reply], null);
        var result = _b.Call(m.Handler, arguments);
        var (answer, on) = (_f.NewBlock("reply." + m.Name), _f.NewBlock("after." + m.Name));
        _b.JumpIf(_b.Compare(Op.CmpEq, reply, _b.None(_f.TypeOf(reply))), on, answer);
        _b.At(answer);
        _b.Emit(Op.ChanSend, MirType.Void, [reply, result], null);
        _b.Jump(on);
        _b.At(on);
    }

    /// <summary>The function that waits for a reply of a type.</summary>
    private Function Await(MirType type)
    {
        if (_awaits.TryGetValue(type, out var known))
            return known;
        var (f, b) = (_f, _b);
        var location = b.Location;
        var await = NewFunction($"reply${_awaits.Count}", [new("reply", new ChannelType(type))], type);
        var reply = Begin(await)[0];
        var slot = _f.NewLocal("value", type);
        var (came, ended) = (_f.NewBlock("came"), _f.NewBlock("ended"));
        var place = _b.Reference(Place.Of(slot), [], true);
        _b.JumpIf(_b.Emit(Op.ChanTake, MirType.Bool, [reply, place], MirType.Bool), came, ended);
        _b.At(came).Return(_b.Load(Place.Of(slot), []));
        _b.At(ended).Trap(TrapCode.Panic, _b.Text(StringConstant.Of("the actor ended before it replied")));
        (_f, _b) = (f, b);
        _b.Location = location;
        return _awaits[type] = await;
    }
}
