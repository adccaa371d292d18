using System.Collections.Immutable;

namespace MinZ.Frontend.Binding.Checks;

/// <summary>Visits a bound tree in the order of evaluation.</summary>
internal abstract class BoundWalker
{
    /// <summary>Visits an expression and what is in it.</summary>
    protected virtual void Visit(BoundExpression e)
    {
        switch (e)
        {
            case BoundField f: Visit(f.Target); break;
            case BoundIndex i: Visit(i.Target); Visit(i.Index); break;
            case BoundBitField b: Visit(b.Target); Visit(b.Value); break;
            case BoundStringByte s: Visit(s.Text); Visit(s.Index); break;
            case BoundDereference d: Visit(d.Address); break;
            case BoundPayload p: Visit(p.Target); break;
            case BoundUnary u: Visit(u.Operand); break;
            case BoundBinary b: Visit(b.Left); Visit(b.Right); break;
            case BoundCompare c: Visit(c.Left); Visit(c.Right); break;
            case BoundLogical l: Visit(l.Left); Visit(l.Right); break;
            case BoundPointerOffset p: Visit(p.Pointer); Visit(p.Count); break;
            case BoundConversion c: Visit(c.Operand); break;
            case BoundAddressOf a: Visit(a.Place); break;
            case BoundCall c: Visit(c.Arguments); break;
            case BoundIndirectCall c: Visit(c.Callee); Visit(c.Arguments); break;
            case BoundInterface i: Visit(i.Source); break;
            case BoundInterfaceCall c: Visit(c.Receiver); Visit(c.Arguments); break;
            case BoundInterfaceCast c: Visit(c.Value); break;
            case BoundInterfaceTest t: Visit(t.Value); break;
            case BoundInterfaceBase b: Visit(b.Value); break;
            case BoundTest t: Visit(t.Value); Visit(t.Pattern); break;
            case BoundIntrinsic i: Visit(i.Arguments); break;
            case BoundOperation o: Visit(o.Operands); break;
            case BoundLength l: Visit(l.Target); break;
            case BoundSlice s: Visit(s.Target); Visit(s.From); Visit(s.To); break;
            case BoundAggregate a:
                foreach (var item in a.Items)
                    VisitOptional(item);
                break;
            case BoundRepeat r: Visit(r.Value); break;
            case BoundEnumValue v: Visit(v.Payload); break;
            case BoundExpansion x: VisitExpansion(x.Inner, null); break;
            case BoundCompileTimeText t: Visit(t.Text); break;
            default: VisitCompound(e); break;
        }
    }

    private void VisitCompound(BoundExpression e)
    {
        switch (e)
        {
            case BoundAssignment a: Visit(a.Target); Visit(a.Value); break;
            case BoundUpdate u: Visit(u.Target); Visit(u.Result); break;
            case BoundBlock b: VisitBlock(b); break;
            case BoundIf i: Visit(i.Condition); Visit(i.Then); VisitOptional(i.Else); break;
            case BoundMatch m: VisitMatch(m); break;
            case BoundLoopValue l: Visit(l.Loop); break;
            case BoundReturn r: VisitOptional(r.Value); break;
            case BoundLeave l: VisitOptional(l.Value); break;
            case BoundTrap t: VisitOptional(t.Message); break;
            case BoundInterface i: Visit(i.Source); break;
            case BoundInterfaceCall c: Visit(c.Receiver); Visit(c.Arguments); break;
            case BoundInterfaceCast c: Visit(c.Value); break;
            case BoundSpawn s: VisitOptional(s.Callee); Visit(s.Arguments); break;
            case BoundSpawnActor s: Visit(s.State); break;
            case BoundMessage m: Visit(m.Actor); Visit(m.Arguments); break;
            case BoundSelect s:
                foreach (var c in s.Cases)
                    Visit(c.Operands);
                break;
            case BoundError or BoundLiteral or BoundUntyped or BoundFraction or BoundText or BoundNull or BoundZero
                or BoundLocal or BoundGlobal or BoundFunctionValue or BoundOpenLambda:
                break;
            default:
                throw new InvalidOperationException($"{e.GetType().Name} is not visited");
        }
    }

    /// <summary>Visits the statements and the value of a scope.</summary>
    protected virtual void VisitBlock(BoundBlock block)
    {
        foreach (var statement in block.Statements)
            Visit(statement);
        VisitOptional(block.Tail);
    }

    /// <summary>Visits the subject, patterns, guards and bodies of a match.</summary>
    protected virtual void VisitMatch(BoundMatch match)
    {
        Visit(match.Value);
        foreach (var arm in match.Arms)
        {
            Visit(arm.Pattern);
            VisitOptional(arm.Guard);
            Visit(arm.Body);
        }
    }

    /// <summary>Visits what generated source means: an expression or a statement.</summary>
    protected virtual void VisitExpansion(BoundExpression? expression, BoundStatement? statement)
    {
        VisitOptional(expression);
        if (statement is not null)
            Visit(statement);
    }

    /// <summary>Visits a statement and what is in it.</summary>
    protected virtual void Visit(BoundStatement s)
    {
        switch (s)
        {
            case BoundExpressionStatement e: Visit(e.Expression); break;
            case BoundDeclare d: VisitOptional(d.Initial); break;
            case BoundSequence q:
                foreach (var inner in q.Statements)
                    Visit(inner);
                break;
            case BoundExpandedStatement x: VisitExpansion(null, x.Inner); break;
            case BoundLoop l:
                VisitOptional(l.Condition);
                Visit(l.Body);
                if (l.Step is not null)
                    Visit(l.Step);
                break;
            case BoundDefer d: Visit(d.Body); break;
            case BoundAsm a:
                foreach (var (_, value) in a.Inputs)
                    Visit(value);
                foreach (var (_, place) in a.Outputs)
                    Visit(place);
                foreach (var (_, place) in a.Fields)
                    Visit(place);
                break;
        }
    }

    /// <summary>Visits a pattern and those in it.</summary>
    protected virtual void Visit(BoundPattern p)
    {
        switch (p)
        {
            case BoundVariantPattern v:
                foreach (var item in v.Items)
                    Visit(item);
                break;
            case BoundMembersPattern m:
                foreach (var (_, pattern) in m.Members)
                    Visit(pattern);
                break;
            case BoundOrPattern o:
                foreach (var pattern in o.Alternatives)
                    Visit(pattern);
                break;
            case BoundValuePattern v: Visit(v.Value); break;
        }
    }

    private void VisitOptional(BoundExpression? e)
    {
        if (e is not null)
            Visit(e);
    }

    private void Visit(ImmutableArray<BoundExpression> expressions)
    {
        foreach (var e in expressions)
            Visit(e);
    }
}
