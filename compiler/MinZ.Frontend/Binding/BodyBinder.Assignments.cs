using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Assignments in all their forms.</summary>
internal sealed partial class BodyBinder
{
    private BoundExpression BindAssignment(AssignmentExpression a)
    {
        if (a.Target is TupleLiteral tuple && a.Operator is null)
            return BindTupleAssignment(a, tuple);
        if (a is { Target: NameExpression { Name.Text: "_" }, Operator: null })
            return Discard(Bind(a.Value, null));
        var target = BindTarget(a.Target);
        if (AnyError(target))
        {
            Bind(a.Value, null);
            return Failed(a.Span);
        }
        if (a.Operator is { } op)
            return BindUpdate(a, target, op);
        if (target is BoundBitField bits)
            return AssignBitField(a.Span, bits, Bind(a.Value, null));
        if (target is BoundLocal { Local.SoftParts: not null } && Quietly(a.Value) is { } natural)
            RaiseAssigned(target, natural);
        var value = Bind(a.Value, target.Type);
        RaiseAssigned(target, value);
        value = Convert(value, target.Type);
        return AnyError(value) ? value : new BoundAssignment(a.Span, target, value);
    }

    /// <summary>Evaluates an expression and forgets its value.</summary>
    private static BoundExpression Discard(BoundExpression e) => e.Type.IsError() ? e
        : new BoundBlock(e.Span, [new BoundExpressionStatement(WithDefaultType(e))], null, MirType.Void);

    /// <summary>Binds the left side of an assignment and checks that it may change.</summary>
    private BoundExpression BindTarget(Expression syntax)
    {
        if (syntax is NameExpression { Name.Text: "_" })
            return new BoundLocal(syntax.Span, Hidden("ignored", Special.Null));
        if (syntax is NameExpression n && Lookup(n.Name.Text) is ConstantSymbol or GlobalSymbol { IsConst: true })
        {
            _bag.AssignToConst(At(syntax.Span), n.Name.Text, Lookup(n.Name.Text)!.Where);
            return Failed(syntax.Span);
        }
        if (syntax is NameExpression f && Lookup(f.Name.Text) is FunctionGroup { Lambda: { } lambda })
        {
            _inference.MakeVariable(lambda);
            return Failed(syntax.Span);
        }
        var target = Bind(syntax, null);
        if (AnyError(target))
            return target;
        if (!target.IsPlace && target is not BoundBitField { Target.IsPlace: true })
        {
            var (found, hint) = target switch
            {
                BoundFunctionValue v => ($"function `{v.Function.Name}`", null),
                BoundCall or BoundIndirectCall => ("the result of a call", "write the value on the right: `let x = …`"),
                BoundLength => ("a length", "lengths do not change"),
                _ when syntax is MemberExpression { Name.Text: "len" or "length" } => ("a length",
                    "an array keeps its length; a growing list is `List<T>` of `std.collections`"),
                BoundUntyped or BoundFraction or BoundText => ("a literal", "the variable stands on the left"),
                _ when syntax is IndexExpression => ("a character of a string",
                    "strings do not change: use an array, `let s: [u8; 5] = \"hello\"`"),
                _ when target.Type is EnumType && syntax is MemberExpression => ("a variant", null),
                _ => ("a value", (string?)null),
            };
            _bag.NotAssignable(At(syntax.Span), found, hint);
            return Failed(syntax.Span);
        }
        return CheckChange(target) ? target : Failed(syntax.Span);
    }

    /// <summary>Reports changes of constants, and of plain <c>let</c> where the program distinguishes them.</summary>
    private bool CheckChange(BoundExpression place)
    {
        switch (place)
        {
            case BoundField f:
                return CheckChange(f.Target);
            case BoundBitField b:
                return CheckChange(b.Target);
            case BoundPayload p:
                return CheckChange(p.Target);
            case BoundIndex { Target.Type.Kind: TypeKind.Array } i:
                return CheckChange(i.Target);
            case BoundGlobal { Global.IsConst: true } g:
                _bag.AssignToConst(At(place.Span), g.Global.Name, g.Global.Where);
                return false;
            case BoundLocal { Local.IsConst: true } l:
                _bag.AssignToConst(At(place.Span), l.Local.Name, l.Local.Where);
                return false;
            case BoundLocal { Local: { IsMutable: false } local } when _program.UsesMut && local.Where is not null:
                _bag.PlainLetAssigned(At(place.Span), local.Name);
                return true;
            case BoundDereference { Address: { Type: ReferenceType { Mutable: false } } address }:
                if (address is not BoundLocal { Local.IsAlias: true })
                    _bag.WriteThroughReference(At(place.Span));
                return true;
            default:
                return true;
        }
    }

    private BoundExpression BindUpdate(AssignmentExpression a, BoundExpression target, BinaryOperator op)
    {
        if (op is BinaryOperator.And or BinaryOperator.Or)
            return UpdateTruth(a, target, op == BinaryOperator.And);
        if (op == BinaryOperator.Coalesce)
            return BindAssignment(new AssignmentExpression(a.Span, a.Target, null, a.OperatorSpan,
                new BinaryExpression(a.Span, op, a.OperatorSpan, a.Target, a.Value)));
        var operand = Read(Bind(a.Value, target.Type));
        return AnyError(operand) ? operand : Update(a.Span, target, op, operand, false);
    }

    /// <summary><c>x &amp;&amp;= e</c>, <c>x ||= e</c>: e is evaluated only when x does not decide.</summary>
    private BoundExpression UpdateTruth(AssignmentExpression a, BoundExpression target, bool isAnd)
    {
        target = target.Type is ReferenceType ? new BoundDereference(target.Span, target) : target;
        var value = BindCondition(a.Value);
        if (AnyError(value))
            return value;
        if (target.Type.Kind != TypeKind.Bool)
        {
            _bag.NoOperator(At(a.Span), isAnd ? "&&=" : "||=", target.Type.Show(), "only a `bool` can be changed so");
            return Failed(a.Span);
        }
        var current = Hidden("old", target.Type);
        return new BoundUpdate(a.Span, target, current,
            new BoundLogical(a.Span, isAnd, new BoundLocal(a.Span, current), value), false);
    }

    private BoundExpression Update(
        TextSpan span, BoundExpression target, BinaryOperator op, BoundExpression operand, bool yieldsOld)
    {
        if (target is BoundBitField bits)
            return UpdateBitField(span, bits, op, operand);
        target = Read(target);
        var current = Hidden("old", target.Type);
        BoundExpression old = new BoundLocal(span, current);
        if (KeyOf(target) is not null)
            RaiseAssigned(target, Combine(op, span, target, operand));
        if (operand.Type.IsInteger && target.Type.IsInteger && operand.Type.Bits < target.Type.Bits)
            Wish(operand, target.Type);
        var result = Combine(op, span, old, AsWideAs(target.Type, op, operand));
        if (AnyError(result))
            return result;
        // `x op= y` keeps x's type, however wide y is.
        if (result.Type != target.Type)
            result = result.Type.IsInteger && target.Type.IsInteger ? Numeric(result, target.Type)
                : Convert(result, target.Type);
        return AnyError(result) ? result : new BoundUpdate(span, target, current, result, yieldsOld);
    }

    /// <summary>
    /// <c>x op= e</c> computes e as <c>x = x op e</c> does: in the width of x, when that is more. A shift count stays
    /// as it is, and so do operands whose sign decides what a division yields.
    /// </summary>
    private BoundExpression AsWideAs(MirType type, BinaryOperator op, BoundExpression operand)
    {
        if (!type.IsInteger || !operand.Type.IsInteger || operand.Type.Bits >= type.Bits ||
            op is BinaryOperator.ShiftLeft or BinaryOperator.ShiftRight)
            return operand;
        var bySign = op is BinaryOperator.Divide or BinaryOperator.Remainder;
        return bySign && operand.Type.IsSigned != type.IsSigned ? operand : Widen(operand, type);
    }

    private BoundExpression BindIncrement(IncrementExpression i)
    {
        var target = BindTarget(i.Operand);
        if (AnyError(target))
            return target;
        var op = i.IsDecrement ? BinaryOperator.Subtract : BinaryOperator.Add;
        return Update(i.Span, target, op, new BoundUntyped(i.Span, 1), !i.IsPrefix);
    }

    private static Mir.TupleType? TypeOfTargets(ImmutableArray<BoundExpression> targets) =>
        targets.All(IsTyped) ? new Mir.TupleType([.. targets.Select(t => t.Type)]) : null;

    private static bool IsTyped(BoundExpression target) => !target.Type.IsError() && target.Type != Special.Null;

    /// <summary>The tuple in <c>(a, b) = (b, a + b)</c>, each item for its target.</summary>
    private BoundExpression BindItems(TupleLiteral tuple, ImmutableArray<BoundExpression> targets)
    {
        var items = new BoundExpression[targets.Length];
        for (var i = 0; i < items.Length; i++)
        {
            if (!IsTyped(targets[i]))
            {
                items[i] = BindValue(tuple.Elements[i]);
                continue;
            }
            var value = Bind(tuple.Elements[i], targets[i].Type);
            RaiseAssigned(targets[i], value);
            items[i] = Convert(value, targets[i].Type);
        }
        return AnyError(items) ? Failed(tuple.Span)
            : new BoundAggregate(tuple.Span, new Mir.TupleType([.. items.Select(i => i.Type)]), [.. items]);
    }

    /// <summary><c>(a, b) = e</c>: the whole value is evaluated before anything is assigned.</summary>
    private BoundExpression BindTupleAssignment(AssignmentExpression a, TupleLiteral tuple)
    {
        var targets = tuple.Elements.Select(BindTarget).ToImmutableArray();
        var value = a.Value is TupleLiteral items && items.Elements.Length == targets.Length
            ? BindItems(items, targets) : BindValue(a.Value, TypeOfTargets(targets));
        if (AnyError(value))
            return value;
        if (value.Type is not Mir.TupleType type || type.Items.Length != targets.Length)
        {
            _bag.TypeMismatch(At(a.Value.Span), $"a tuple of {targets.Length}", value.Type.Show(), null);
            return Failed(a.Span);
        }
        var whole = Hidden("tuple", type);
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        statements.Add(new BoundDeclare(a.Span, whole, value));
        for (var i = 0; i < targets.Length; i++)
        {
            if (!IsTyped(targets[i]))
                continue;
            var item = new BoundField(targets[i].Span, new BoundLocal(a.Span, whole), i, type.Items[i]);
            RaiseAssigned(targets[i], item);
            statements.Add(new BoundExpressionStatement(
                new BoundAssignment(targets[i].Span, targets[i], Convert(item, targets[i].Type))));
        }
        return new BoundBlock(a.Span, statements.ToImmutable(), null, MirType.Void);
    }
}
