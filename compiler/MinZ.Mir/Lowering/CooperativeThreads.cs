using System.Collections.Immutable;

namespace MinZ.Mir.Lowering;

/// <summary>
/// For targets with one stack pointer: operations on threads and channels become calls of runtime functions, which wait
/// by letting others run and asking again. What is left for the target is <c>yield</c>, and <c>spawn</c> of functions
/// with at most one parameter.
/// </summary>
public sealed class CooperativeThreads
{
    /// <summary>Bytes of the runtime's channel record, and of a case of a select.</summary>
    private const int RecordBytes = 23, CaseBytes = 6;

    // Addresses may be at any distance in what is allocated as this.
    private static readonly StructType Anything = new("$anything")
    {
        Fields = [new("byte", MirType.U8), new("address", new PointerType(MirType.U8))],
    };

    private readonly Module _module;
    private readonly RuntimeFunctions _runtime;
    private readonly bool _hasThreads;
    private readonly bool _reports;
    private bool _waits;
    private Function _f = null!;
    private Builder _b = null!;

    private CooperativeThreads(Module module, RuntimeFunctions runtime)
    {
        (_module, _runtime) = (module, runtime);
        _hasThreads = Has(Op.Spawn);
        _reports = Has(Op.ThreadReport);
    }

    private bool Has(Op op) =>
        _module.Functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id => f[id].Op == op)));

    /// <summary>Lowers a module in place, which <see cref="FlatMemory"/> has lowered to 16-bit addresses.</summary>
    /// <param name="module">The module.</param>
    /// <param name="runtime">Has the functions for channels and threads.</param>
    /// <returns>What the target's own code must call.</returns>
    public static ThreadHooks Lower(Module module, RuntimeFunctions runtime)
    {
        var lowering = new CooperativeThreads(module, runtime);
        foreach (var f in module.Functions.ToArray())
            if (f.Blocks.Any(b => b.Instructions.Any(id => lowering.IsLowered(f, id))))
                lowering.LowerFunction(f);
        return new ThreadHooks(lowering._waits ? runtime["thread_deadlock"] : null,
            lowering._hasThreads ? runtime[lowering._reports ? "thread_finish" : "thread_ended"] : null,
            lowering._hasThreads && lowering._reports);
    }

    private bool IsLowered(Function f, int id) => f[id].Op switch
    {
        Op.ChanNew or Op.ChanSend or Op.ChanReceive or Op.ChanTake or Op.ChanClose or Op.ChanSelect or Op.Spawn
            or Op.Sleep or Op.ThreadReport or Op.ThreadGuard => true,
        Op.Yield => _hasThreads,
        _ => false,
    };

    private void LowerFunction(Function f)
    {
        (_f, _b) = (f, new Builder(f));
        _b.Rebuild(id =>
        {
            if (IsLowered(f, id))
                Lower(id);
            else
                _b.Keep(id);
        });
    }

    private void Lower(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        switch (i.Op)
        {
            case Op.ChanNew:
                _f.Replace(i.Result, NewChannel(_f.TypeOf(i.Result), o[0], (int)i.Bits));
                break;
            case Op.ChanSend:
                Call("channel_send", o[0], i.Bits == 0 ? InSlot(o[1]) : o[1]);
                break;
            case Op.ChanReceive when i.Bits == 0:
                var slot = _f.NewLocal("received$", i.Type);
                Call("channel_receive", o[0], AddressOf(slot));
                if (i.Result.IsValid)
                    _f.Replace(i.Result, _b.Emit(Op.MemLoad, i.Type, [AddressOf(slot)], i.Type));
                break;
            case Op.ChanReceive:
                Call("channel_receive", o[0], o[1]);
                break;
            case Op.ChanTake:
                Replace(i.Result, Call("channel_take", o[0], o[1]));
                break;
            case Op.ChanClose:
                Call("channel_close", o[0]);
                break;
            case Op.ChanSelect:
                Replace(i.Result, Select(SelectCases.Decode(i.Bits), o));
                break;
            case Op.Spawn:
                Call("thread_started");
                _b.Emit(Op.Spawn, MirType.Void, o, null, i.Payload);
                break;
            case Op.Sleep:
                Call("thread_sleep", o[0]);
                break;
            // A trap of the main program is reported to nobody, and without reports nobody sees what a guard does.
            case Op.ThreadReport when _hasThreads:
                Call("thread_report", o[0]);
                break;
            case Op.ThreadGuard when _hasThreads && _reports:
                Call("thread_guard", o[0], _f.Constant(MirType.U8, i.Bits));
                break;
            case Op.Yield:
                Call("thread_pause");
                break;
        }
    }

    private void Replace(Value result, Value by)
    {
        if (result.IsValid)
            _f.Replace(result, by);
    }

    private Value Call(string name, params ReadOnlySpan<Value> arguments)
    {
        _waits |= name is "channel_send" or "channel_receive" or "channel_take" or "channel_select" or "thread_sleep";
        var callee = _runtime[name];
        var given = new Value[arguments.Length];
        for (var n = 0; n < given.Length; n++)
            given[n] = _f.TypeOf(arguments[n]).IsNumeric ? arguments[n]
                : _b.Bitcast(arguments[n], callee.Parameters[n].Type);
        return _b.Call(callee, given);
    }

    private Value AddressOf(Local local) =>
        _b.Emit(Op.LocalAddress, MirType.U16, [], new PointerType(local.Type), local);

    private Value InSlot(Value value)
    {
        var slot = _f.NewLocal("sent$", _f.TypeOf(value));
        var address = AddressOf(slot);
        _b.Emit(Op.MemStore, slot.Type, [address, value], null);
        return address;
    }

    private Value NewChannel(MirType type, Value capacity, int bytes)
    {
        var given = _f.TypeOf(capacity);
        if (given.IsSigned)
            capacity = _b.Binary(Op.Max, capacity, _f.Constant(given, 0));
        var size = _f.Constant(MirType.U16, bytes);
        var room = Call("channel_bytes", _b.Convert(capacity, MirType.U32), size);
        var items = _b.Emit(Op.SliceNew, Anything, [room], new PointerType(MirType.U8), null, 1);
        var channel = _b.Emit(Op.New, Anything, [], type, null, RecordBytes);
        Call("channel_open", channel, items, _b.Convert(capacity, MirType.U16), size);
        return channel;
    }

    private Value Select(ImmutableArray<SelectCase> cases, Value[] operands)
    {
        var slot = _f.NewLocal("cases$", new ArrayType(MirType.U8, cases.Length * CaseBytes));
        var address = AddressOf(slot);
        var next = 0;
        for (var n = 0; n < cases.Length; n++)
        {
            Store(n, 0, _f.Constant(MirType.U16, (int)cases[n]));
            for (var k = 0; k < SelectCases.OperandsOf(cases[n]); k++)
                // A time-out's 32 bits take the room of both operands.
                Store(n, k + 1, operands[next++]);
        }
        return Call("channel_select", address, _f.Constant(MirType.U8, cases.Length));

        void Store(int n, int word, Value value) =>
            _b.Emit(Op.MemStore, _f.TypeOf(value), [address, value], null, null, n * CaseBytes + word * 2);
    }
}

/// <summary>
/// Functions of a module that the target's code for threads calls; null where that code is not needed.
/// </summary>
/// <param name="Deadlock">Says who waits when nobody can go on: no parameters.</param>
/// <param name="Ended">
/// Comes when a thread ends. With reports it takes two strings: name and message of a trap, the name empty for none.
/// </param>
/// <param name="HasReports">True when traps of threads may be reported instead of stopping the program.</param>
public sealed record ThreadHooks(Function? Deadlock, Function? Ended, bool HasReports);
