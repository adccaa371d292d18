using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Optional values and errors: <c>T?</c>, <c>T ? E</c>, <c>?</c>, <c>??</c>, <c>throw</c>.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>Index of the variant that holds the value: <c>some</c>, <c>ok</c>.</summary>
    private int ValueVariant(MirType type) => _program.IsOptional(type) ? 1 : 0;

    private bool HoldsValue(MirType type) => _program.IsOptional(type) || _program.IsFallible(type);

    /// <summary><c>a ?? b</c>: b is evaluated only when a has no value.</summary>
    private BoundExpression BindCoalesce(BinaryExpression b, MirType? expected)
    {
        var value = Bind(b.Left, null);
        if (AnyError(value))
        {
            Bind(b.Right, expected);
            return Failed(b.Span);
        }
        if (!HoldsValue(value.Type))
        {
            _bag.NoOperator(At(b.Span), "??", value.Type.Show(), "only `T?` and `T ? E` can be without a value");
            return Failed(b.Span);
        }
        var type = (EnumType)value.Type;
        if (b.Right is ThrowExpression { Value: null } && _program.IsFallible(type))
            return Unwrap(b.Span, value, null);
        var result = type.Variants[ValueVariant(type)].Payload is [var payload] ? payload : MirType.Void;
        if (result.IsInteger && expected is { IsInteger: true } && expected.Bits > result.Bits)
            result = expected;
        var held = _program.IsFallible(type) ? Hidden("error", type.Variants[1].Payload[0]) : null;
        var otherwise = BindOtherwise(b.Right, type, result, held);
        if (AnyError(otherwise))
            return otherwise;
        return Unwrap(b.Span, value, otherwise, otherwise.Type == type ? type : result, held);
    }

    /// <summary>
    /// The right side of <c>??</c>. There <c>throw</c> without a value raises the error of the left side again, and
    /// <c>@get_error()</c> is its number.
    /// </summary>
    private BoundExpression BindOtherwise(Expression syntax, EnumType type, MirType result, LocalSymbol? held)
    {
        var outer = _caught;
        _caught = held ?? outer;
        var value = Bind(syntax, result.IsVoid() ? MirType.Void : result);
        _caught = outer;
        value = result.IsVoid() ? AsStatement(value) : value.Type == type ? value : Convert(value, result);
        if (held is null || !AsksForErrors || AnyError(value))
            return value;
        var first = RememberError(value.Span, held);
        return value.Type.IsVoid() || value.Type.IsNever()
            ? new BoundBlock(value.Span, [.. first, new BoundExpressionStatement(value)], null, value.Type)
            : new BoundBlock(value.Span, first, value, value.Type);
    }

    /// <summary><c>e?</c>: the value, or the function returns with the error.</summary>
    private BoundExpression BindPropagate(PropagateExpression p)
    {
        var value = Bind(p.Operand, null);
        if (AnyError(value))
            return value;
        if (!HoldsValue(value.Type))
        {
            _bag.NoOperator(At(p.Span), "?", value.Type.Show(), "only `T?` and `T ? E` can be without a value");
            return Failed(p.Span);
        }
        return Unwrap(p.Span, value, null);
    }

    /// <summary>The value, or what is in its place; without that, the function returns what is wrong.</summary>
    private BoundExpression Unwrap(TextSpan span, BoundExpression value, BoundExpression? otherwise,
        MirType? wanted = null, LocalSymbol? held = null)
    {
        var type = (EnumType)value.Type;
        var good = ValueVariant(type);
        var subject = Hidden("result", type);
        var payload = type.Variants[good].Payload;
        var inner = payload is [var only] ? only : MirType.Void;
        var result = wanted ?? inner;
        var item = Hidden("value", inner.IsVoid() ? MirType.U8 : inner);
        BoundPattern[] items = payload.IsEmpty ? [] : [new BoundBinderPattern(span, item)];
        BoundExpression taken = payload.IsEmpty ? new BoundBlock(span, [], null, MirType.Void)
            : new BoundLocal(span, item);
        if (result == type)
            taken = new BoundEnumValue(span, type, good, payload.IsEmpty ? [] : [taken]);
        else if (result.IsInteger)
            taken = Numeric(taken, result);
        var arms = ImmutableArray.CreateBuilder<BoundArm>();
        arms.Add(new BoundArm(new BoundVariantPattern(span, type, good, [.. items]), null, taken));
        if (otherwise is not null)
        {
            BoundPattern other = held is null ? new BoundAnyPattern(span)
                : new BoundVariantPattern(span, type, 1, [new BoundBinderPattern(span, held)]);
            arms.Add(new BoundArm(other, null, otherwise));
        }
        else if (Propagated(span, type) is var (pattern, leave) && leave is not null)
        {
            arms.Add(new BoundArm(pattern, null, leave));
        }
        else
        {
            return Failed(span);
        }
        return new BoundMatch(span, subject, value, arms.ToImmutable(), result);
    }

    /// <summary>The arm that returns from the function with what an expression holds in place of a value.</summary>
    private (BoundPattern, BoundExpression?) Propagated(TextSpan span, EnumType type)
    {
        var to = _function?.Result;
        if (_tries.Count > 0)
        {
            if (_program.IsOptional(type))
                return (new BoundAnyPattern(span), LeaveTry(span, null));
            var failure = Hidden("error", type.Variants[1].Payload[0]);
            return (new BoundVariantPattern(span, type, 1, [new BoundBinderPattern(span, failure)]),
                LeaveTry(span, new BoundLocal(span, failure)));
        }
        if (_program.IsOptional(type))
        {
            if (to is EnumType optional && _program.IsOptional(to))
                return (new BoundAnyPattern(span), new BoundReturn(span, new BoundEnumValue(span, optional, 0, [])));
        }
        else if (to is EnumType fallible && _program.IsFallible(to))
        {
            var error = Hidden("error", type.Variants[1].Payload[0]);
            var pattern = new BoundVariantPattern(span, type, 1, [new BoundBinderPattern(span, error)]);
            var converted = TryConvert(new BoundLocal(span, error), fallible.Variants[1].Payload[0]);
            if (converted is not null)
                return (pattern, new BoundReturn(span, new BoundEnumValue(span, fallible, 1, [converted])));
        }
        var isError = !_program.IsOptional(type);
        var result = to is null || to.IsVoid() ? "nothing" : to.Show();
        if (!isError && _source.Slice(new TextSpan(span.End, 1)) is ".")
        {
            _bag.WrongReturn(At(span), $"`{_function?.Name}` returns {result} and cannot pass `none` on",
                "MinZ has no `?.`: write `match x { some(v) => v.len, none => 0 }`", ResultPlace());
            return (new BoundAnyPattern(span), null);
        }
        var wanted = _program.IsFallible(to ?? MirType.Void) && isError
            ? $"`{TypeNames.Of(type.Variants[1].Payload[0])}` is not the error of `{_function?.Name}`, "
                + $"which returns {result}"
            : $"`{_function?.Name}` returns {result} and cannot pass {(isError ? "an error" : "`none`")} on";
        var kept = to is null || to.IsVoid() || _program.IsFallible(to) ? "T" : TypeNames.Of(to);
        _bag.WrongReturn(At(span), wanted, isError
            ? $"declare its result as `{kept} ? " +
              $"{TypeNames.Of(type.Variants[1].Payload[0])}`, or put a value in its place: `… ?? value`"
            : "declare its result as `T?`, or put a value in its place: `… ?? value`", ResultPlace());
        return (new BoundAnyPattern(span), null);
    }

    /// <summary>Makes a hidden variable reachable by its name here.</summary>
    private string Visible(LocalSymbol local)
    {
        _scope.Declare(local);
        return local.Name;
    }

    private BoundExpression BindThrow(ThrowExpression t)
    {
        if (t.Value is StringLiteral text && _source.Text[t.Span.Start] == '@')
        {
            _bag.UserError(At(t.Span), text.Text);
            return Failed(t.Span);
        }
        if (t.Value is null && _caught is { } again)
            return BindThrow(new ThrowExpression(t.Span,
                new NameExpression(t.Span, new Identifier(Visible(again), t.Span), [])));
        if (_tries.Count > 0 && t.Value is not null)
            return LeaveTry(t.Span, Bind(t.Value, _tries.Peek().Error?.Type))!;
        if (_function?.Result is not EnumType result || !_program.IsFallible(result))
        {
            if (t.Value is not null)
                Bind(t.Value, null);
            _bag.WrongReturn(At(t.Span), $"`{_function?.Name}` cannot fail", "declare its result as `T ? E`",
                ResultPlace());
            return new BoundReturn(t.Span, null);
        }
        if (t.Value is null)
        {
            _bag.WrongReturn(At(t.Span), "there is no current error here", "name one: `throw e`");
            return Failed(t.Span);
        }
        var error = Asked(t.Value.Span, ResultPlace() is [var place] ? place.Where : null,
            $"the result of `{_function!.Name}`",
            () => BindTo(t.Value, result.Variants[1].Payload[0]));
        return AnyError(error) ? error : new BoundReturn(t.Span, new BoundEnumValue(t.Span, result, 1, [error]));
    }
}
