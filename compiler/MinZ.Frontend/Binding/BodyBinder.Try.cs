using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary><c>try</c> with <c>catch</c>, and the error of the last call that failed.</summary>
internal sealed partial class BodyBinder
{
    private readonly Stack<TryScope> _tries = [];
    private LocalSymbol? _caught;
    private LocalSymbol? _lastFailed;
    private LocalSymbol? _lastError;
    private bool? _asksForErrors;

    /// <summary>A <c>try</c> block: what fails inside goes on at its <c>catch</c>.</summary>
    private sealed class TryScope
    {
        /// <summary>Leaving this loop leads to the catch.</summary>
        public LoopSymbol Exit { get; } = new() { HasBreak = true };
        public required LocalSymbol Failed { get; init; }

        /// <summary>Holds the error; made when the first one is met.</summary>
        public LocalSymbol? Error { get; set; }
    }

    private BoundExpression BindTry(TryExpression t, MirType? expected)
    {
        var span = t.Span;
        var scope = new TryScope { Failed = Hidden("failed", MirType.Bool) };
        _tries.Push(scope);
        var body = BindBlock(t.Body, expected);
        if (body.Tail is { } last && Unhandled(last) is var value && !ReferenceEquals(value, last))
            body = body with { Tail = value, Type = value.Type };
        _tries.Pop();
        var failed = new BoundLocal(span, scope.Failed);
        var error = scope.Error ?? Hidden("error", MirType.U8);
        var handler = t.Catch is null ? new BoundBlock(span, [], null, MirType.Void)
            : InScope(() => BindCatch(t, error));
        BoundBlock BindCatch(TryExpression syntax, LocalSymbol held)
        {
            var outer = _caught;
            _caught = held;
            var caught = held;
            ImmutableArray<BoundStatement> names = [];
            if (syntax.Name is { } name)
            {
                caught = new LocalSymbol(name.Text, held.Type)
                {
                    Where = At(name.Span), Owner = _function, IsMutable = true,
                };
                _scope.Declare(caught);
                names = [new BoundDeclare(name.Span, caught, new BoundLocal(name.Span, held))];
            }
            var block = BindBlock(syntax.Catch!, expected);
            _caught = outer;
            return block with { Statements = [.. names, .. block.Statements] };
        }
        if (AnyError(body, handler))
            return Failed(span);
        MirType type = MirType.Void;
        BoundExpression[] values = [body, handler];
        if (expected is not { Kind: TypeKind.Void } && t.Catch is not null &&
            !(body.Type.IsVoid() || handler.Type.IsVoid()))
        {
            if (Unify(values, expected) is not { } common)
                return Failed(span);
            type = common;
        }
        return TryOf(span, scope, failed, values[0], values[1], type);
    }

    private BoundBlock TryOf(TextSpan span, TryScope scope, BoundLocal failed, BoundExpression body,
        BoundExpression handler, MirType type)
    {
        var hasValue = !type.IsVoid() && !type.IsNever();
        var result = hasValue ? new BoundLocal(span, Hidden("result", type)) : null;
        BoundExpression Kept(BoundExpression e) =>
            result is null || e.Type.IsNever() ? AsStatement(e) : Set(result, e);
        var once = new BoundBlock(span,
            [new BoundExpressionStatement(Kept(body)), new BoundExpressionStatement(
                new BoundLeave(span, scope.Exit, false, null))], null, MirType.Void);
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        statements.Add(new BoundDeclare(span, failed.Local, new BoundLiteral(span, MirType.Bool, 0)));
        if (result is not null)
            statements.Add(new BoundDeclare(span, result.Local, null));
        statements.Add(new BoundLoop(span, scope.Exit, null, once, null));
        statements.Add(new BoundExpressionStatement(new BoundIf(span, failed, Kept(handler), null, MirType.Void)));
        if (type.IsNever())
            statements.Add(new BoundExpressionStatement(new BoundTrap(span, TrapCode.Unreachable, null)));
        return new BoundBlock(span, statements.ToImmutable(), result, type);
    }

    /// <summary>
    /// Goes to the catch of the innermost <c>try</c> with an error; null when there is no <c>try</c>.
    /// </summary>
    private BoundExpression? LeaveTry(TextSpan span, BoundExpression? error)
    {
        if (!_tries.TryPeek(out var scope))
            return null;
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        if (error is not null)
        {
            error = WithDefaultType(error);
            if (AnyError(error))
                return error;
            scope.Error ??= Hidden("error", error.Type);
            statements.Add(new BoundExpressionStatement(
                Set(new BoundLocal(span, scope.Error), Convert(error, scope.Error.Type))));
        }
        statements.Add(new BoundExpressionStatement(
            Set(new BoundLocal(span, scope.Failed), new BoundLiteral(span, MirType.Bool, 1))));
        statements.Add(new BoundExpressionStatement(new BoundLeave(span, scope.Exit, false, null)));
        return new BoundBlock(span, statements.ToImmutable(), null, Special.Never);
    }

    /// <summary>
    /// The value of a call that may fail where nothing says what to do then: inside <c>try</c> the error goes to the
    /// catch, and in functions that ask with <c>@check_error</c> it is remembered.
    /// </summary>
    private BoundExpression Unhandled(BoundExpression e)
    {
        if (!_program.IsFallible(e.Type) || e is not (BoundCall or BoundIndirectCall or BoundInterfaceCall))
            return e;
        if (_tries.Count > 0)
            return Unwrap(e.Span, e, null);
        return AsksForErrors ? Remembered(e) : e;
    }

    private bool AsksForErrors => _asksForErrors ??= _function?.Body is { } body &&
        _source.ToString(body.Span) is var text &&
        (text.Contains("@check_error", StringComparison.Ordinal)
            || text.Contains("@get_error", StringComparison.Ordinal));

    private (BoundLocal Failed, BoundLocal Error) LastError(TextSpan span) =>
        (new BoundLocal(span, _lastFailed ??= Hidden("failed", MirType.Bool)),
            new BoundLocal(span, _lastError ??= Hidden("error", MirType.U8)));

    private ImmutableArray<BoundStatement> RememberError(TextSpan span, LocalSymbol held)
    {
        var (failed, error) = LastError(span);
        var code = Cast(new BoundLocal(span, held), MirType.U8) ?? new BoundLiteral(span, MirType.U8, 1);
        return
        [
            new BoundExpressionStatement(Set(failed, new BoundLiteral(span, MirType.Bool, 1))),
            new BoundExpressionStatement(Set(error, code)),
        ];
    }

    private BoundBlock Remembered(BoundExpression e)
    {
        var failed = LastError(e.Span).Failed;
        var type = (EnumType)e.Type;
        var payload = type.Variants[0].Payload;
        var result = payload is [var only] ? only : MirType.Void;
        var held = Hidden("error", type.Variants[1].Payload[0]);
        var value = Hidden("value", result.IsVoid() ? MirType.U8 : result);
        BoundPattern[] good = payload.IsEmpty ? [] : [new BoundBinderPattern(e.Span, value)];
        var bad = new BoundBlock(e.Span,
            RememberError(e.Span, held), result.IsVoid() ? null : new BoundZero(e.Span, result), result);
        BoundExpression taken = result.IsVoid() ? new BoundBlock(e.Span, [], null, MirType.Void)
            : new BoundLocal(e.Span, value);
        var match = new BoundMatch(e.Span, Hidden("result", type), e,
            [
                new BoundArm(new BoundVariantPattern(e.Span, type, 0, [.. good]), null, taken),
                new BoundArm(
                    new BoundVariantPattern(e.Span, type, 1, [new BoundBinderPattern(e.Span, held)]), null, bad),
            ], result);
        BoundStatement[] first =
            [new BoundExpressionStatement(Set(failed, new BoundLiteral(e.Span, MirType.Bool, 0)))];
        return result.IsVoid()
            ? new BoundBlock(e.Span, [.. first, new BoundExpressionStatement(match)], null, MirType.Void)
            : new BoundBlock(e.Span, [.. first], match, result);
    }
}
