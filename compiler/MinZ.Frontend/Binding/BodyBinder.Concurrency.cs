using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Green threads, actors and channels.</summary>
internal sealed partial class BodyBinder
{
    private static readonly ChannelType Report = new(MirType.Str);

    /// <summary>The type of a state variable that only has a first value.</summary>
    /// <param name="inferred">True when its uses in the methods decide the type.</param>
    public MirType TypeOfState(VariableDeclaration variable, out bool inferred)
    {
        var value = variable.Initializer!;
        if (inferred = HasSoftParts(value))
        {
            OwnParts(value);
            return FirstParts(value).Type;
        }
        _inference.Own(variable);
        var first = FirstValue(Bind(value, null), variable, out inferred);
        if (!first.Type.IsVoid())
            return first.Type;
        ReportNoValue(first, value.Span);
        return Special.Error;
    }

    /// <summary>The first value of a state variable.</summary>
    public BoundExpression BindState(Expression value, MirType type) => BindTo(value, type);

    private BoundExpression BindSpawn(SpawnExpression s, MirType? expected)
    {
        MirType type = expected is { Kind: TypeKind.Void } ? MirType.Void : Report;
        switch (s.Operand)
        {
            case LambdaExpression lambda:
                var body = BindLambda(lambda, new Mir.FunctionType([], MirType.Void));
                return AnyError(body) ? body : new BoundSpawn(s.Span, null, body, [], type);
            case NameExpression or MemberExpression
                when FindNamespace(s.Operand) is ResolvedType { Type: ActorType actor }:
                return SpawnActor(s.Span, actor, null);
            case CallExpression call when FindNamespace(call.Callee) is ResolvedType { Type: ActorType actor }:
                return SpawnActor(s.Span, actor, call);
            case StructLiteral literal when literal.Type is not null && BindType(literal.Type) is ActorType actor:
                return SpawnWith(s.Span, actor, literal);
            default:
                return SpawnCall(s, type);
        }
    }

    /// <summary>A call in a thread of its own: its arguments are evaluated here, the call itself there.</summary>
    private BoundExpression SpawnCall(SpawnExpression s, MirType type)
    {
        switch (Bind(s.Operand, null))
        {
            case BoundCall { Function: { Outer: null } f, Arguments: var arguments }:
                return new BoundSpawn(s.Span, f, null, arguments, type);
            case BoundCall { Function: { } nested, Arguments: var arguments }:
                return new BoundSpawn(s.Span, null, new BoundFunctionValue(s.Operand.Span, nested, nested.Signature),
                    arguments, type);
            case BoundIndirectCall call:
                return new BoundSpawn(s.Span, null, call.Callee, call.Arguments, type);
            case { } e when AnyError(e):
                return e;
            case BoundFunctionValue { Function: var f }:
                _bag.CannotSpawn(At(s.Operand.Span), $"write `spawn {f.Name}({(f.Parameters.Length > 0 ? "…" : "")})`");
                return Failed(s.Span);
            default:
                _bag.CannotSpawn(At(s.Operand.Span));
                return Failed(s.Span);
        }
    }

    /// <summary><c>spawn A</c>, and <c>spawn A(x)</c>, which sends <c>init(x)</c> before anything else.</summary>
    private BoundExpression SpawnActor(TextSpan span, ActorType actor, CallExpression? call)
    {
        var made = new BoundSpawnActor(span, actor, _program.FirstState(actor, span));
        if (AnyError([.. made.State]))
            return Failed(span);
        if (_program.FindMethod(actor, "init") is not { } start)
        {
            if (call is null or { Arguments: [] })
                return made;
            _bag.WrongArgumentCount(At(span), $"actor `{actor}`, which has no `init`,", 0, call.Arguments.Length);
            BindAll(call.Arguments);
            return Failed(span);
        }
        var handle = Hidden("actor", actor);
        var use = new BoundLocal(span, handle);
        var message = CallGroup(start, call ?? new CallExpression(span, new NameExpression(span,
            new Identifier("init", span), []), [], false), use, [], MirType.Void);
        return AnyError(message) ? message : new BoundBlock(span,
            [new BoundDeclare(span, handle, made), new BoundExpressionStatement(message)], use, actor);
    }

    /// <summary><c>spawn A { x: 1 }</c>: state that differs from the first values written in the actor.</summary>
    private BoundExpression SpawnWith(TextSpan span, ActorType actor, StructLiteral literal)
    {
        var state = _program.FirstState(actor, span).ToArray();
        foreach (var f in literal.Fields)
        {
            var i = IndexOfState(actor, f.Name.Text);
            if (i >= 0)
                state[i] = BindTo(f.Value, actor.Fields[i].Type);
            else
                ReportUnknownField(f.Name, actor, [.. actor.Fields.Select(x => x.Name)]);
            if (i < 0)
                return Failed(span);
        }
        return AnyError(state) ? Failed(span) : new BoundSpawnActor(span, actor, [.. state]);
    }

    private static int IndexOfState(ActorType actor, string name)
    {
        for (var i = 0; i < actor.Fields.Length; i++)
            if (actor.Fields[i].Name == name)
                return i;
        return -1;
    }

    /// <summary>
    /// A state variable named in a method of its actor; null when the name is none. Locals of that name come first.
    /// </summary>
    private BoundExpression? FindState(string name, TextSpan span)
    {
        if (_self is not ActorType actor || IndexOfState(actor, name) is not (var i and >= 0) ||
            _scope.Find("self") is not LocalSymbol self)
            return null;
        return StateField(UseLocal(self, span), actor, i, span);
    }

    private BoundField StateField(BoundExpression target, ActorType actor, int index, TextSpan span) =>
        new(span, target, index, actor.Fields[index].Type)
        {
            State = _program.InferredState(actor, actor.Fields[index].Name),
        };

    /// <summary>True for the actor whose method this is, which calls its own methods as functions.</summary>
    private bool IsOwnState(BoundExpression e) =>
        _self is ActorType && e is BoundLocal { Local: var local } && local == _scope.Find("self");

    /// <summary>
    /// A method call on an actor from outside: a message, with a reply unless the method returns nothing.
    /// </summary>
    private static BoundExpression Message(TextSpan span, FunctionSymbol handler, BoundExpression actor,
        ImmutableArray<BoundExpression> arguments) => new BoundMessage(span, actor, handler, arguments);

    /// <summary>What actors and channels can do by themselves; null when the name is nothing of that.</summary>
    private BoundExpression? BindConcurrentMember(CallExpression c, MemberExpression m, BoundExpression target) =>
        target.Type switch
        {
            ActorType actor => BindActorMember(c, m.Name.Text, target, actor),
            ChannelType channel => BindChannelMember(c, m.Name.Text, target, channel.Element),
            _ => null,
        };

    private BoundExpression? BindActorMember(CallExpression c, string name, BoundExpression target, ActorType actor)
    {
        if (name is not ("watch" or "stop" or "restart"))
            return null;
        if (!Count(c, name, 0))
            return Failed(c.Span);
        return name switch
        {
            "watch" => new BoundOperation(c.Span, Op.ActorWatch, Report, [target], Report),
            "stop" => new BoundOperation(c.Span, Op.ActorStop, MirType.Void, [target], MirType.Void),
            _ => new BoundOperation(c.Span, Op.ActorRestart, MirType.Void,
                [target, .. _program.FirstState(actor, c.Span)], MirType.Void),
        };
    }

    private BoundExpression? BindChannelMember(CallExpression c, string name, BoundExpression target, MirType element)
    {
        switch (name)
        {
            case "send":
                return Count(c, name, 1) && BindTo(c.Arguments[0].Value, element) is var value && !AnyError(value)
                    ? new BoundOperation(c.Span, Op.ChanSend, MirType.Void, [target, value], MirType.Void)
                    : Failed(c.Span);
            case "receive" or "recv":
                return Count(c, name, 0)
                    ? new BoundOperation(c.Span, Op.ChanReceive, element, [target], element) : Failed(c.Span);
            case "close":
                return Count(c, name, 0)
                    ? new BoundOperation(c.Span, Op.ChanClose, MirType.Void, [target], MirType.Void) : Failed(c.Span);
            case "next":
                return Count(c, name, 0) ? Next(c.Span, target, element) : Failed(c.Span);
            case "try_receive":
                return Count(c, name, 0) ? TryReceive(c.Span, target, element) : Failed(c.Span);
            case "try_send":
                return Count(c, name, 1) && BindTo(c.Arguments[0].Value, element) is var sent && !AnyError(sent)
                    ? new BoundCompare(c.Span, Op.CmpEq, new BoundSelect(c.Span,
                        [new(SelectCase.Send, [target, sent]), new(SelectCase.Default, [])]),
                        new BoundLiteral(c.Span, MirType.U8, 0))
                    : Failed(c.Span);
            default:
                return null;
        }
    }

    private static BoundAddressOf Into(TextSpan span, LocalSymbol slot) =>
        new(span, new BoundLocal(span, slot), new ReferenceType(slot.Type, true));

    /// <summary>Waits for a value and stores it; false when the channel is closed and empty.</summary>
    private static BoundOperation Take(TextSpan span, BoundExpression channel, LocalSymbol slot) =>
        new(span, Op.ChanTake, MirType.Bool, [channel, Into(span, slot)], MirType.Bool);

    /// <summary><c>ch.next()</c>: the next value, or none when the channel is closed and empty.</summary>
    private BoundBlock Next(TextSpan span, BoundExpression channel, MirType element)
    {
        var slot = Hidden("received", element);
        return Optionally(span, slot, Take(span, channel, slot));
    }

    /// <summary><c>ch.try_receive()</c>: a value that is there now, or none.</summary>
    private BoundBlock TryReceive(TextSpan span, BoundExpression channel, MirType element)
    {
        var slot = Hidden("received", element);
        var ready = new BoundSelect(span,
            [new(SelectCase.Receive, [channel, Into(span, slot)]), new(SelectCase.Default, [])]);
        return Optionally(span, slot,
            new BoundCompare(span, Op.CmpEq, ready, new BoundLiteral(span, MirType.U8, 0)));
    }

    private BoundBlock Optionally(TextSpan span, LocalSymbol slot, BoundExpression stored)
    {
        var optional = _program.Optional(slot.Type);
        return new BoundBlock(span, [new BoundDeclare(span, slot, null)],
            new BoundIf(span, stored, new BoundEnumValue(span, optional, 1, [new BoundLocal(span, slot)]),
                new BoundEnumValue(span, optional, 0, []), optional), optional);
    }

    /// <summary><c>chan&lt;T&gt;(capacity)</c>; without capacity a send waits for its receiver.</summary>
    private BoundExpression BindNewChannel(CallExpression c, ImmutableArray<TypeSyntax> types, MirType? expected)
    {
        var element = types is [var written] ? BindType(written) : expected is ChannelType known ? known.Element : null;
        if (element is null)
            _bag.CannotInfer(At(c.Span), "the channel's values", "write it: `chan<T>(…)`");
        if (element is null || element.IsError())
            return Failed(c.Span);
        if (c.Arguments.Length > 1)
        {
            Count(c, "chan", 1);
            return Failed(c.Span);
        }
        var capacity = c.Arguments is [var n] ? BindTo(n.Value, MirType.U16)
            : new BoundLiteral(c.Span, MirType.U16, 0);
        return AnyError(capacity) ? capacity
            : new BoundOperation(c.Span, Op.ChanNew, element, [capacity], new ChannelType(element));
    }

    /// <summary><c>sleep(ms)</c> and <c>yield()</c>; null for every other name.</summary>
    private BoundExpression? BindThreadBuiltIn(string name, CallExpression c)
    {
        switch (name)
        {
            case "sleep" when One(c, name) is { } wait:
                var milliseconds = BindTo(wait, MirType.U32);
                return AnyError(milliseconds) ? milliseconds
                    : new BoundOperation(c.Span, Op.Sleep, MirType.Void, [milliseconds], MirType.Void);
            case "yield":
                return Count(c, name, 0) ? Yield(c.Span) : Failed(c.Span);
            default:
                return null;
        }
    }

    private static BoundOperation Yield(TextSpan span) => new(span, Op.Yield, MirType.Void, [], MirType.Void);

    /// <summary><c>for x in channel</c>: until it is closed and empty.</summary>
    private BoundSequence ForChannel(ForStatement f, Pattern pattern, BoundExpression channel)
    {
        var span = f.Iterable.Span;
        var source = Hidden("channel", channel.Type);
        var element = DeclareElement(pattern, channel.Type.Element!);
        var loop = new LoopSymbol();
        var body = InLoop(loop, () => BindBlock(f.Body, MirType.Void));
        return new BoundSequence(f.Span,
        [
            new BoundDeclare(span, source, channel), new BoundDeclare(span, element, null),
            new BoundLoop(f.Span, loop, Take(span, new BoundLocal(span, source), element), body, null),
        ]);
    }
}
