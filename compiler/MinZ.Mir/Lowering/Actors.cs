using System.Collections.Immutable;

namespace MinZ.Mir.Lowering;

/// <summary>
/// Turns actors into threads and channels. An actor A becomes
/// <list type="bullet">
/// <item><c>A$actor</c>, a record on the heap: mailbox, channel its end is reported on, channel that is open while it
/// runs, fields; the actor's handle is its address;</item>
/// <item><c>A$message</c>, an enum of its messages with their arguments and, for those with a result, the channel for
/// the reply;</item>
/// <item><c>A$start</c>, <c>A$watch</c>, <c>A$restart</c> and <c>A$run</c>, the loop that takes messages and calls
/// their handlers.</item>
/// </list>
/// Handles keep the actor's type: where the record is meant, they are taken as references to it.
/// </summary>
public sealed partial class Actors
{
    /// <summary>Messages a mailbox holds before who sends has to wait.</summary>
    private static int MailboxCapacity(DataLayout layout) => layout.PointerBytes > 2 ? int.MaxValue : 16;

    private readonly Module _module;
    private readonly DataLayout _layout;
    private readonly List<LoweringError> _errors = [];
    private readonly Dictionary<ActorType, Parts> _parts = [];
    private readonly Dictionary<MirType, Function> _awaits = [];
    private Function _f = null!;
    private Builder _b = null!;

    private readonly IDictionary<ActorType, StructType>? _records;

    private Actors(Module module, DataLayout layout, IDictionary<ActorType, StructType>? records) =>
        (_module, _layout, _records) = (module, layout, records);

    /// <summary>What stands for an actor.</summary>
    private sealed record Parts(ActorType Actor, StructType Record, EnumType Message, bool IsWatched, bool IsRestarted)
    {
        public ReferenceType Handle { get; } = new(Record, true);
        public ChannelType Mailbox { get; } = new(Message);
        public Function Start { get; set; } = null!;
        public Function Run { get; set; } = null!;
        public Function? Watch { get; set; }
        public Function? Restart { get; set; }
        /// <summary>Number of the message that asks for reports.</summary>
        public int WatchMessage => Actor.Messages.Length;
    }

    private const int MailboxField = 0, ReportField = 1, LifeField = 2, FirstField = 3;
    private static readonly ChannelType Report = new(MirType.Str);
    private static readonly ChannelType Life = new(MirType.U8);

    /// <summary>Changes a module of high-level MIR in place.</summary>
    /// <param name="module">The module.</param>
    /// <param name="layout">Tells small machines, whose mailboxes have room for few messages.</param>
    /// <param name="records">Gets the record of each actor, for targets that keep handles to them; may be null.</param>
    public static IReadOnlyList<LoweringError> Lower(Module module, DataLayout layout,
        IDictionary<ActorType, StructType>? records = null)
    {
        var lowering = new Actors(module, layout, records);
        var actors = module.Types.OfType<ActorType>().ToList();
        if (actors.Count == 0)
            return [];
        var functions = module.Functions.ToArray();
        foreach (var actor in actors)
            lowering.Declare(actor, functions);
        foreach (var f in functions)
            lowering.LowerFunction(f);
        foreach (var parts in lowering._parts.Values)
            lowering.Define(parts);
        return lowering._errors;
    }

    private void Declare(ActorType actor, Function[] functions)
    {
        bool Has(Op op) => functions.Any(f => f.Blocks.Any(b => b.Instructions.Any(id =>
            f[id].Op == op && f.TypeOf(f.Operands(id)[0]) == actor)));
        var isRestarted = Has(Op.ActorRestart);
        var isWatched = isRestarted || Has(Op.ActorWatch);
        var message = _module.Add(new EnumType(FreeType(actor.Name + "$message")));
        var record = _module.Add(new StructType(FreeType(actor.Name + "$actor")));
        var variants = actor.Messages.Select((m, n) => new Variant(m.Name, n,
            m.Result.Kind == TypeKind.Void ? m.Parameters : m.Parameters.Add(new ChannelType(m.Result)))).ToList();
        if (isWatched || variants.Count == 0)
            variants.Add(new Variant("watch$", variants.Count, []));
        message.Variants = [.. variants];
        message.Tag = variants.Count <= 256 ? MirType.U8 : MirType.U16;
        record.Fields = [new("mailbox$", new ChannelType(message)), new("report$", Report), new("life$", Life),
            .. actor.Fields];
        var parts = new Parts(actor, record, message, isWatched, isRestarted);
        _parts.Add(actor, parts);
        _records?.Add(actor, record);
        parts.Run = NewFunction(actor.Name + "$run", [new("self", actor)], MirType.Void);
        parts.Start = NewFunction(actor.Name + "$start", Fields(actor), actor);
        if (isWatched)
            parts.Watch = NewFunction(actor.Name + "$watch", [new("self", actor)], Report);
        if (isRestarted)
            parts.Restart = NewFunction(actor.Name + "$restart", [new("self", actor), .. Fields(actor)], MirType.Void);
    }

    private static ImmutableArray<Parameter> Fields(ActorType actor) =>
        [.. actor.Fields.Select(f => new Parameter(f.Name, f.Type))];

    private Function NewFunction(string name, ImmutableArray<Parameter> parameters, MirType result)
    {
        while (_module.FindFunction(name) is not null)
            name += "$";
        var f = _module.Add(new Function(name) { Parameters = parameters, Result = result });
        f.NewEntry();
        return f;
    }

    private string FreeType(string name)
    {
        while (_module.FindType(name) is not null)
            name += "$";
        return name;
    }

    private void LowerFunction(Function f)
    {
        (_f, _b) = (f, new Builder(f));
        _b.Rebuild(LowerInstruction);
    }

    private void LowerInstruction(int id)
    {
        var i = _f[id];
        var o = _f.Operands(id).ToArray();
        var made = Value.None;
        switch (i.Op)
        {
            case Op.Spawn when i.Payload is MessageRef spawned:
                made = _b.Call(_parts[spawned.Actor].Start, Given(spawned.Actor, o));
                break;
            case Op.ActorSend:
                Send((MessageRef)i.Payload!, o, Value.None);
                break;
            case Op.ActorAsk:
                made = Ask((MessageRef)i.Payload!, o);
                break;
            case Op.ActorWatch:
                made = _b.Call(PartsOf(o[0]).Watch!, o);
                break;
            case Op.ActorRestart:
                _b.Call(PartsOf(o[0]).Restart!, [o[0], .. Given(PartsOf(o[0]).Actor, o.AsSpan(1))]);
                break;
            case Op.ActorStop:
                _b.Emit(Op.ChanClose, MirType.Void, [Mailbox(PartsOf(o[0]), o[0])], null);
                break;
            case Op.Self:
                made = Self(id, i.Type);
                break;
            default:
                LowerPlaces(id, o);
                _b.Block.Instructions.Add(id);
                return;
        }
        if (i.Result.IsValid && made.IsValid)
            _f.Replace(i.Result, made);
    }

    private Parts PartsOf(Value actor) => _parts[(ActorType)_f.TypeOf(actor)];

    /// <summary>Fields an actor starts with: those given, or zeros.</summary>
    private Value[] Given(ActorType actor, ReadOnlySpan<Value> fields) =>
        fields.Length > 0 ? fields.ToArray() : [.. actor.Fields.Select(f => _b.None(f.Type))];

    private Value Record(Parts parts, Value actor) => _b.Bitcast(actor, parts.Handle);

    private Value Mailbox(Parts parts, Value actor) =>
        _b.Load(Place.Behind(parts.Handle).Field(MailboxField), [Record(parts, actor)]);

    private void Send(MessageRef message, Value[] o, Value reply)
    {
        var parts = _parts[message.Actor];
        var m = message.Actor.Messages[message.Message];
        var payload = o[1..];
        if (m.Result.Kind != TypeKind.Void)
            payload = [.. payload, reply.IsValid ? reply : _b.None(new ChannelType(m.Result))];
        var mailbox = Mailbox(parts, o[0]);
        _b.Emit(Op.ChanSend, MirType.Void, [mailbox, MessageOf(parts, message.Message, payload)], null);
    }

    private Value MessageOf(Parts parts, int number, ReadOnlySpan<Value> payload) =>
        _b.Emit(Op.EnumMake, parts.Message, payload, parts.Message, null, number);

    private Value Ask(MessageRef message, Value[] o)
    {
        var type = message.Actor.Messages[message.Message].Result;
        if (type.Kind == TypeKind.Void)
        {
            Send(message, o, Value.None);
            return Value.None;
        }
        var reply = _b.Emit(Op.ChanNew, type, [_f.Constant(MirType.U16, 1)], new ChannelType(type));
        Send(message, o, reply);
        return _b.Call(Await(type), [reply]);
    }

    private Value Self(int id, MirType type)
    {
        if (_f.Parameters.Length > 0 && _f.Parameters[0].Type == type)
            return _f.Entry.Parameters[0];
        var at = _f.Locations[_f[id].Location].Location;
        _errors.Add(new LoweringError(_f, at.IsKnown ? at : _f.Location,
            $"'self' needs a function whose first parameter is the actor {type}"));
        return Value.None;
    }

    /// <summary>Makes places in an actor's state places in its record.</summary>
    private void LowerPlaces(int id, Value[] o)
    {
        switch (_f[id].Payload)
        {
            case Place p when IsState(p, o, 0):
                _f[id].Payload = Shifted(p);
                o[0] = Record(PartsOf(o[0]), o[0]);
                break;
            case PlacePair p:
                var (to, from) = (p.To, p.From);
                var second = p.To.OperandCount;
                if (IsState(to, o, 0))
                {
                    to = Shifted(to);
                    o[0] = Record(PartsOf(o[0]), o[0]);
                }
                if (IsState(from, o, second))
                {
                    from = Shifted(from);
                    o[second] = Record(PartsOf(o[second]), o[second]);
                }
                _f[id].Payload = new PlacePair(to, from);
                break;
            default:
                return;
        }
        _f.SetOperands(id, o);
    }

    private bool IsState(Place place, Value[] o, int first) =>
        place.Base == PlaceBase.Value && _f.TypeOf(o[first]) is ActorType && !place.Path.IsEmpty;

    private static Place Shifted(Place place) => place with
    {
        Path = place.Path.SetItem(0, Projection.OfField(place.Path[0].Field + FirstField)),
    };
}
