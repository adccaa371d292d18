using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>Statements, branches, loops and what runs when a block is left.</summary>
internal sealed partial class FunctionEmitter
{
    /// <summary>What <c>defer</c> put off, per open block.</summary>
    private readonly List<List<BoundStatement>> _scopes = [];
    private readonly Dictionary<LoopSymbol, LoopTarget> _loopTargets = new(ReferenceEqualityComparer.Instance);
    private int _loopDepth;

    /// <summary>Where the jumps of a loop go, and how many scopes were open around it.</summary>
    private sealed record LoopTarget(Block Break, Block Continue, int Scopes, LoopSymbol Symbol);

    private Value InScope(Func<Value> emit)
    {
        _scopes.Add([]);
        var value = emit();
        if (!_b.IsFinished)
            RunDeferred(_scopes.Count - 1);
        _scopes.RemoveAt(_scopes.Count - 1);
        return value;
    }

    /// <summary>Emits what was put off in all scopes from a depth on, innermost and last first.</summary>
    private void RunDeferred(int depth)
    {
        for (var i = _scopes.Count - 1; i >= depth; i--)
        {
            var statements = _scopes[i].ToArray();
            for (var k = statements.Length - 1; k >= 0; k--)
            {
                // A statement put off is not put off again while it runs.
                _scopes[i].RemoveRange(k, _scopes[i].Count - k);
                EmitStatement(statements[k]);
            }
            _scopes[i].Clear();
            _scopes[i].AddRange(statements);
        }
    }

    private Value EmitBlock(BoundBlock b)
    {
        EmitStatements(b.Statements);
        return b.Tail is null ? Value.None : Emit(b.Tail);
    }

    private void EmitStatements(ImmutableArray<BoundStatement> statements)
    {
        foreach (var s in statements)
            EmitStatement(s);
    }

    private void EmitStatement(BoundStatement s)
    {
        ContinueSomewhere();
        At(s.Span);
        switch (s)
        {
            case BoundExpressionStatement e:
                EmitStatementExpression(e.Expression);
                break;
            case BoundDeclare d:
                EmitDeclare(d);
                break;
            case BoundSequence q:
                EmitStatements(q.Statements);
                break;
            case BoundLoop l:
                EmitLoop(l);
                break;
            case BoundDefer d:
                _scopes[^1].Add(new BoundExpandedStatement(d.Span, _source, d.Body));
                break;
            case BoundExpandedStatement x:
                InSource(x.Source, () =>
                {
                    EmitStatement(x.Inner);
                    return Value.None;
                });
                break;
            case BoundAsm a:
                EmitAssembly(a);
                break;
            default:
                throw new InvalidOperationException($"{s.GetType().Name} cannot be emitted");
        }
    }

    private void EmitDeclare(BoundDeclare d)
    {
        if (_module.ResidenceOf(d.Local) == Residence.Box && d.Local.StaticName is null)
        {
            var value = d.Initial is null ? _b.None(d.Local.Type) : Emit(d.Initial);
            if (!_b.IsFinished && value.IsValid)
                StoreNew(d.Local, value);
            return;
        }
        var place = PlaceOf(d.Local);
        if (d.Initial is not null)
            EmitInto(place, d.Initial);
        else if (_loopDepth > 0 && place.Type.IsAggregate)
            Clear(place);
        else if (_loopDepth > 0)
            Store(place, _b.None(place.Type));
    }

    private void EmitLoop(BoundLoop l)
    {
        var (head, body, done) = (NewBlock("loop"), NewBlock("body"), NewBlock("done"));
        var step = l.Step is null ? head : NewBlock("step");
        _b.Jump(head);
        _b.At(head);
        if (l.Condition is null)
            _b.Jump(body);
        else
            EmitBranch(l.Condition, body, done);
        _loopTargets[l.Symbol] = new LoopTarget(done, step, _scopes.Count, l.Symbol);
        _loopDepth++;
        _b.At(body);
        EmitStatementExpression(l.Body);
        if (!_b.IsFinished)
            _b.Jump(step);
        if (l.Step is not null)
        {
            _b.At(step);
            EmitStatement(l.Step);
            if (!_b.IsFinished)
                _b.Jump(head);
        }
        _loopDepth--;
        _b.At(done);
    }

    private void EmitLeave(BoundLeave l)
    {
        var target = _loopTargets[l.Loop];
        if (l.Value is not null)
            EmitInto(PlaceOf(l.Loop.Result!), l.Value);
        if (_b.IsFinished)
            return;
        RunDeferred(target.Scopes);
        _b.Jump(l.IsContinue ? target.Continue : target.Break);
    }

    private void EmitReturn(BoundReturn r)
    {
        var value = r.Value is null ? Value.None : Emit(r.Value);
        if (_b.IsFinished)
            return;
        RunDeferred(0);
        if (!_b.IsFinished)
            _b.Return(value);
    }

    /// <summary>Goes to one of two blocks; both sides of <c>&amp;&amp;</c> and <c>||</c> become jumps.</summary>
    private void EmitBranch(BoundExpression condition, Block yes, Block no)
    {
        ContinueSomewhere();
        switch (condition)
        {
            case BoundLogical l:
                var second = NewBlock(l.IsAnd ? "and" : "or");
                EmitBranch(l.Left, l.IsAnd ? second : yes, l.IsAnd ? no : second);
                _b.At(second);
                EmitBranch(l.Right, yes, no);
                break;
            case BoundUnary { Op: Op.Not, Type.Kind: TypeKind.Bool } u:
                EmitBranch(u.Operand, no, yes);
                break;
            case BoundTest t:
                var subject = NewPlace(t.Subject);
                EmitInto(subject, t.Value);
                if (_b.IsFinished)
                    break;
                EmitTest(t.Pattern, subject, no);
                _b.Jump(yes);
                break;
            default:
                if (Folding.TryConstant(condition, out var bits))
                {
                    _b.Jump(bits != 0 ? yes : no);
                    break;
                }
                var value = Emit(condition);
                if (!_b.IsFinished)
                    _b.JumpIf(value, yes, no);
                break;
        }
    }

    /// <summary>A condition as a value.</summary>
    private Value EmitTruth(BoundExpression condition)
    {
        var (yes, no, done) = (NewBlock("true"), NewBlock("false"), NewBlock("join"));
        EmitBranch(condition, yes, no);
        _b.At(yes);
        _b.Jump(done, _b.Constant(MirType.Bool, 1));
        _b.At(no);
        _b.Jump(done, _b.Constant(MirType.Bool, 0));
        _b.At(done);
        return _f.NewParameter(done, MirType.Bool);
    }

    private Value EmitIf(BoundIf i)
    {
        // What never yields counts as an aggregate, but has no value to hold.
        if (i.Type.IsAggregate && !i.Type.IsNever())
            return EmitAggregateValue(i);
        var (then, done) = (NewBlock("then"), NewBlock("join"));
        var otherwise = i.Else is null ? done : NewBlock("else");
        EmitBranch(i.Condition, then, otherwise);
        var hasValue = !i.Type.IsVoid() && !i.Type.IsNever();
        _b.At(then);
        Finish(i.Then, done, hasValue);
        if (i.Else is not null)
        {
            _b.At(otherwise);
            Finish(i.Else, done, hasValue);
        }
        _b.At(done);
        if (i.Type.IsNever())
            _b.Emit(Op.Unreachable, MirType.Void, [], null);
        return hasValue ? _f.NewParameter(done, i.Type) : Value.None;
    }

    /// <summary>Emits a branch and goes on behind it, with its value.</summary>
    private void Finish(BoundExpression e, Block done, bool hasValue)
    {
        var value = Emit(e);
        if (_b.IsFinished)
            return;
        if (hasValue && value.IsValid)
            _b.Jump(done, value);
        else if (hasValue)
            _b.Emit(Op.Unreachable, MirType.Void, [], null);
        else
            _b.Jump(done);
    }

    private void EmitAssembly(BoundAsm a)
    {
        foreach (var (copy, place) in a.Fields)
            EmitInto(PlaceRef.Of(LocalOf(copy)), place);
        var inputs = a.Inputs.Select(i => Emit(i.Value)).ToArray();
        var outputs = a.Outputs.Select(o => (o.Register, Place: o.Place, Local: NewTemporary(o.Place.Type))).ToArray();
        foreach (var o in outputs)
            o.Local.Pinned = true;
        var (bindings, after) = BindAll(a.Bindings);
        var block = new AsmBlock(a.Target, a.Text, bindings,
            [.. a.Inputs.Select(i => new AsmRegister(i.Register, null))],
            [.. outputs.Select(o => new AsmRegister(o.Register, o.Local))], a.Clobbers);
        _b.Emit(Op.Asm, MirType.Void, inputs, null, block);
        foreach (var (local, place) in after)
            Store(place, _b.Load(Place.Of(local), []));
        foreach (var o in outputs)
            Store(EmitPlace(o.Place), _b.Load(Place.Of(o.Local), []));
        foreach (var (copy, place) in a.Fields)
            Store(EmitPlace(place), _b.Load(Place.Of(LocalOf(copy)), []));
    }

    /// <summary>
    /// What assembly names. It reaches slots and globals only, so that other variables are copied to a slot before it
    /// and back after it.
    /// </summary>
    private (ImmutableArray<AsmBinding>, List<(Local, PlaceRef)>) BindAll(
        ImmutableArray<(string Name, Symbol Symbol)> names)
    {
        var bindings = ImmutableArray.CreateBuilder<AsmBinding>();
        var after = new List<(Local, PlaceRef)>();
        foreach (var (name, symbol) in names)
        {
            if (symbol is not LocalSymbol local)
            {
                bindings.Add(Bind(name, symbol));
                continue;
            }
            _module.Changed.Add(local);
            var place = PlaceOf(local);
            if (place.Place is { Path.IsEmpty: true, Base: PlaceBase.Local or PlaceBase.Global } named)
            {
                named.Local?.Pinned = true;
                bindings.Add(new AsmBinding(name, named.Local, named.Global, null));
                continue;
            }
            var copy = NewTemporary(local.Type);
            copy.Pinned = true;
            Store(PlaceRef.Of(copy), Load(place));
            after.Add((copy, place));
            bindings.Add(new AsmBinding(name, copy, null, null));
        }
        return (bindings.ToImmutable(), after);
    }

    private AsmBinding Bind(string name, Symbol symbol) => symbol switch
    {
        GlobalSymbol global => new AsmBinding(name, null, _module.GlobalOf(global), null),
        FunctionSymbol function => new AsmBinding(name, null, null, _module.FunctionOf(function)),
        _ => throw new InvalidOperationException($"`{name}` cannot be bound to assembly"),
    };
}
