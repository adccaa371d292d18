using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Values of interface types.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// A value behind an interface: over what a reference refers to, else over a copy of its own. Null when its type
    /// does not implement the interface.
    /// </summary>
    private BoundExpression? AsInterface(BoundExpression e, InterfaceType contract)
    {
        if (e is BoundUntyped or BoundFraction)
            e = WithDefaultType(e);
        if (AsBase(e, contract) is { } wider)
            return wider;
        if (e.Type.IsAddress && _program.Implements(e.Type.Element!, contract) && e.Type.Element != contract)
            return new BoundInterface(e.Span, e, contract, IsCopy: false);
        return e.Type != contract && _program.Implements(e.Type, contract)
            ? new BoundInterface(e.Span, e, contract, IsCopy: true) : null;
    }

    /// <summary>
    /// The address of an object as one of an interface value over it; null when the object does not implement the
    /// interface.
    /// </summary>
    private BoundBlock? ReferToInterface(BoundExpression e, InterfaceType contract, MirType to) =>
        AsInterface(e, contract) is { } value ? ReferToHidden(value, to) : null;

    /// <summary>The address of a hidden variable that holds a value.</summary>
    private BoundBlock ReferToHidden(BoundExpression value, MirType to)
    {
        var holder = Hidden("object", value.Type);
        return new BoundBlock(value.Span, [new BoundDeclare(value.Span, holder, value)],
            new BoundAddressOf(value.Span, new BoundLocal(value.Span, holder), to), to);
    }

    /// <summary>An interface value as one of an interface that its own extends; null when it is none such.</summary>
    private BoundInterfaceBase? AsBase(BoundExpression e, InterfaceType contract)
    {
        e = Interface(e);
        return e.Type is InterfaceType narrow && narrow != contract && _program.Extends(narrow, contract)
            ? new BoundInterfaceBase(e.Span, e, contract) : null;
    }

    /// <summary>
    /// An argument for a parameter of an interface type refers to the caller's object, as the receiver of a method
    /// does.
    /// </summary>
    private BoundExpression? PassAsInterface(BoundExpression e, MirType to)
    {
        if (to is not InterfaceType contract || e.Type == to || e.Type.IsError())
            return null;
        if (e is BoundUntyped or BoundFraction)
            e = WithDefaultType(e);
        if (AsBase(e, contract) is { } wider)
            return wider;
        if (!_program.Implements(e.Type, contract))
            return null;
        var reference = new ReferenceType(e.Type, true);
        if (e.IsPlace)
            return new BoundInterface(e.Span, new BoundAddressOf(e.Span, e, reference), contract, IsCopy: false);
        var holder = Hidden("object", e.Type);
        return new BoundBlock(e.Span, [new BoundDeclare(e.Span, holder, e)], new BoundInterface(e.Span,
            new BoundAddressOf(e.Span, new BoundLocal(e.Span, holder), reference), contract, IsCopy: false), contract);
    }

    /// <summary>Calls a method of an interface value; null when the interface has none of the name.</summary>
    private BoundExpression? CallInterface(CallExpression c, BoundExpression receiver, string name)
    {
        if (receiver.Type is not InterfaceType contract)
            return null;
        var candidates = Enumerable.Range(0, contract.Methods.Length).Where(i => contract.Methods[i].Name == name)
            .ToArray();
        if (candidates.Length == 0)
            return null;
        var fitting = candidates.Where(i => contract.Methods[i].Parameters.Length == c.Arguments.Length).ToArray();
        if (fitting.Length == 0)
        {
            BindAll(c.Arguments);
            _bag.WrongArgumentCount(At(c.Span), $"`{name}`", contract.Methods[candidates[0]].Parameters.Length,
                c.Arguments.Length);
            return Failed(c.Span);
        }
        var chosen = fitting[0];
        if (fitting.Length > 1)
        {
            var bound = BindAll(c.Arguments);
            chosen = fitting.FirstOrDefault(i => bound.Zip(contract.Methods[i].Parameters)
                .All(p => TryConvert(p.First, p.Second) is not null), fitting[0]);
        }
        var method = contract.Methods[chosen];
        var arguments = c.Arguments.Zip(method.Parameters, (a, t) => Pass(Bind(a.Value, t), t)).ToImmutableArray();
        return AnyError([.. arguments]) || method.Result.IsError() ? Failed(c.Span)
            : new BoundInterfaceCall(c.Span, receiver, contract, chosen, arguments, method.Result);
    }

    /// <summary><c>d as Circle</c>, <c>d as &amp;Circle</c>: what is behind an interface value, checked.</summary>
    private BoundExpression? CastInterface(BoundExpression e, MirType to)
    {
        var wanted = to.IsAddress ? to.Element! : to;
        if (e.Type is not InterfaceType contract || wanted is InterfaceType || !_program.Implements(wanted, contract))
            return null;
        var reference = new BoundInterfaceCast(e.Span, e, new ReferenceType(wanted, true));
        return to.IsAddress ? Readdress(reference, to) : new BoundDereference(e.Span, reference);
    }
}
