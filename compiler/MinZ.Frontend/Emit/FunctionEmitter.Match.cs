using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary><c>match</c>: a switch where the patterns are plain values, else one test after another.</summary>
internal sealed partial class FunctionEmitter
{
    private const int SwitchFrom = 3;

    /// <summary>Emits a match; its value goes to a place, or is returned.</summary>
    private Value EmitMatch(BoundMatch m, PlaceRef? to)
    {
        var hasValue = !m.Type.IsVoid() && !m.Type.IsNever();
        Local? result = null;
        if (hasValue && to is null)
            to = PlaceRef.Of(result = NewTemporary(m.Type));
        var subject = NewPlace(m.Subject);
        EmitInto(subject, m.Value);
        if (_b.IsFinished)
            return Value.None;
        var done = NewBlock("matched");
        if (IsSwitch(m))
            EmitSwitch(m, subject, to, done);
        else
            EmitArms(m, subject, to, done);
        _b.At(done);
        if (m.Type.IsNever())
            _b.Emit(Op.Unreachable, MirType.Void, [], null);
        return result is null ? Value.None : _b.Load(Place.Of(result), []);
    }

    private void EmitArms(BoundMatch m, PlaceRef subject, PlaceRef? to, Block done)
    {
        foreach (var arm in m.Arms)
        {
            var next = NewBlock("next");
            EmitTest(arm.Pattern, subject, next);
            if (arm.Guard is not null)
            {
                var holds = NewBlock("arm");
                EmitBranch(arm.Guard, holds, next);
                _b.At(holds);
            }
            EmitArm(arm.Body, to, done);
            _b.At(next);
        }
        EmitNoMatch(to, done);
    }

    private void EmitArm(BoundExpression body, PlaceRef? to, Block done)
    {
        if (to is { } place && !body.Type.IsNever())
            EmitInto(place, body);
        else
            EmitStatementExpression(body);
        if (!_b.IsFinished)
            _b.Jump(done);
    }

    /// <summary>No arm took the value: nothing happens, and a result is zero.</summary>
    private void EmitNoMatch(PlaceRef? to, Block done)
    {
        if (to is { } place && place.Type.IsAggregate)
            Clear(place);
        else if (to is { } scalar)
            Store(scalar, _b.None(scalar.Type));
        _b.Jump(done);
    }

    /// <summary>Tests a pattern, naming parts of the value on the way; goes on here when it matches.</summary>
    private void EmitTest(BoundPattern pattern, PlaceRef subject, Block no)
    {
        switch (pattern)
        {
            case BoundAnyPattern:
                break;
            case BoundBinderPattern b:
                CopyOrStore(NewPlace(b.Local), subject);
                break;
            case BoundValuePattern v:
                Require(_b.Compare(Op.CmpEq, Load(subject), Emit(v.Value)), no);
                break;
            case BoundRangePattern r:
                var value = Load(subject);
                Require(_b.Compare(Op.CmpGe, value, Emit(r.Low)), no);
                Require(_b.Compare(Op.CmpLe, value, Emit(r.High)), no);
                break;
            case BoundVariantPattern v:
                var tag = _b.Emit(Op.EnumTag, v.Enum, [Load(subject)], v.Enum.Tag);
                Require(_b.Compare(Op.CmpEq, tag, _b.Constant(v.Enum.Tag, v.Enum.Variants[v.Variant].Value)), no);
                for (var i = 0; i < v.Items.Length; i++)
                    EmitTest(v.Items[i], subject.Payload(v.Variant, i), no);
                break;
            case BoundMembersPattern m:
                foreach (var (index, member) in m.Members)
                    EmitTest(member, subject.Field(index), no);
                break;
            case BoundOrPattern o:
                EmitAlternatives(o, subject, no);
                break;
        }
    }

    private void EmitAlternatives(BoundOrPattern o, PlaceRef subject, Block no)
    {
        var yes = NewBlock("either");
        for (var i = 0; i < o.Alternatives.Length; i++)
        {
            var next = i == o.Alternatives.Length - 1 ? no : NewBlock("or");
            EmitTest(o.Alternatives[i], subject, next);
            _b.Jump(yes);
            if (next != no)
                _b.At(next);
        }
        _b.At(yes);
    }

    private Value Load(PlaceRef place) => _b.Load(place.Place, place.Operands.AsSpan());

    private void CopyOrStore(PlaceRef to, PlaceRef from)
    {
        if (to.Type.IsAggregate)
            CopyTo(to, from);
        else
            Store(to, Load(from));
    }

    private void Require(Value condition, Block no)
    {
        var yes = NewBlock("match");
        _b.JumpIf(condition, yes, no);
        _b.At(yes);
    }

    /// <summary>True when every arm is plain values without guard, but the last, which may take anything.</summary>
    private static bool IsSwitch(BoundMatch m)
    {
        var values = 0;
        for (var i = 0; i < m.Arms.Length; i++)
        {
            if (m.Arms[i].Guard is not null)
                return false;
            if (m.Arms[i].Pattern is BoundAnyPattern or BoundBinderPattern && i == m.Arms.Length - 1)
                continue;
            foreach (var p in Alternatives(m.Arms[i].Pattern))
            {
                if (p is not BoundValuePattern { Value: BoundLiteral { Type: var type } } ||
                    !(type.IsInteger || type.IsPlainEnum()))
                    return false;
                values++;
            }
        }
        return values >= SwitchFrom;
    }

    private static IEnumerable<BoundPattern> Alternatives(BoundPattern p) =>
        p is BoundOrPattern o ? o.Alternatives.SelectMany(Alternatives) : [p];

    private void EmitSwitch(BoundMatch m, PlaceRef subject, PlaceRef? to, Block done)
    {
        var cases = ImmutableArray.CreateBuilder<long>();
        var blocks = ImmutableArray.CreateBuilder<Block>();
        var bodies = new List<(Block Block, BoundArm Arm)>();
        var otherwise = NewBlock("default");
        BoundArm? last = null;
        foreach (var arm in m.Arms)
        {
            if (arm.Pattern is BoundAnyPattern or BoundBinderPattern)
            {
                last = arm;
                continue;
            }
            var block = NewBlock("case");
            bodies.Add((block, arm));
            foreach (var p in Alternatives(arm.Pattern))
            {
                var bits = ((BoundLiteral)((BoundValuePattern)p).Value).Bits;
                // The first of two equal arms is the one that counts.
                if (cases.Contains(bits))
                    continue;
                cases.Add(bits);
                blocks.Add(block);
            }
        }
        var value = Load(subject);
        if (_f.TypeOf(value) is EnumType plain)
            value = _b.Bitcast(value, plain.Tag);
        _b.Switch(value, cases.ToImmutable(), blocks.ToImmutable(), otherwise);
        foreach (var (block, arm) in bodies)
        {
            _b.At(block);
            EmitArm(arm.Body, to, done);
        }
        _b.At(otherwise);
        if (last is null)
        {
            EmitNoMatch(to, done);
            return;
        }
        EmitTest(last.Pattern, subject, done);
        EmitArm(last.Body, to, done);
    }
}
