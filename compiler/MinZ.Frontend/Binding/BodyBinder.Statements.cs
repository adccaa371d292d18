using System.Collections.Immutable;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Statements and local declarations.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>Binds a block in a scope of its own. With a void expectation its tail is one more statement.</summary>
    private BoundBlock BindBlock(Syntax.Block block, MirType? expected) =>
        InScope(() => BindBlockHere(block, expected));

    private BoundBlock BindBlockHere(Syntax.Block block, MirType? expected)
    {
        DeclareNested(block);
        var statements = ImmutableArray.CreateBuilder<BoundStatement>();
        foreach (var s in block.Statements)
            if (BindStatement(s) is { } bound)
                statements.Add(bound);
        BoundExpression? tail = null;
        if (block.Tail is not null)
        {
            tail = Bind(block.Tail, expected);
            if (expected is { Kind: TypeKind.Void } || tail.Type.IsVoid() || tail.Type.IsNever())
            {
                statements.Add(new BoundExpressionStatement(WithDefaultType(tail)));
                tail = null;
            }
        }
        var completes = statements.All(s => s.Completes);
        var type = !completes ? Special.Never : tail?.Type ?? MirType.Void;
        return new BoundBlock(block.Span, statements.ToImmutable(), tail, type);
    }

    private BoundStatement? BindStatement(Statement s)
    {
        switch (s)
        {
            case ExpressionStatement { Expression: MetaExpression m } when m.Name.Text == "define" ||
                ProgramBinder.MakesSource(m):
                return BindGenerated(m);
            case ExpressionStatement e:
                return new BoundExpressionStatement(WithDefaultType(Unhandled(Bind(e.Expression, MirType.Void))));
            case DeclarationStatement d:
                return BindLocalDeclaration(d.Declaration);
            case WhileStatement w:
                return BindWhile(w);
            case ForStatement f:
                return BindFor(f);
            case DoTimesStatement d:
                return BindDoTimes(d);
            case DeferStatement d:
                return InScope(() => BindStatement(d.Body)) is { } body ? new BoundDefer(d.Span, body) : null;
            case AsmStatement a:
                return BindAsm(a);
            case YieldStatement y:
                return new BoundExpressionStatement(Yield(y.Span));
            case MirStatement m:
                return BindMir(m);
            default:
                return null;
        }
    }

    private BoundStatement? BindLocalDeclaration(Declaration declaration)
    {
        switch (declaration)
        {
            case VariableDeclaration v:
                return BindVariable(v);
            case FunctionDeclaration:
                // Declared with the block, so that it may be used before.
                return null;
            case StructDeclaration or EnumDeclaration or TypeAlias:
                return null;
            case ConditionalDeclaration c:
                var chosen = _program.Holds(c, _source, _module) ? c.Then : c.Otherwise;
                return new BoundSequence(c.Span, [.. chosen.Select(BindLocalDeclaration).OfType<BoundStatement>()]);
            case MetaDeclaration m when m.Call.Name.Text == "define" || ProgramBinder.MakesSource(m.Call):
                return BindGenerated(m.Call);
            case MetaDeclaration m:
                return new BoundExpressionStatement(BindMeta(m.Call, MirType.Void));
            case MissingDeclaration:
                return null;
            default:
                Unsupported(declaration, "this declaration inside a function");
                return null;
        }
    }

    private BoundStatement? BindVariable(VariableDeclaration v)
    {
        if (v.Pattern is not (NamePattern or WildcardPattern or MissingPattern))
            return BindDestructure(v);
        if (v.Keyword == VariableKeyword.Const)
            return BindLocalConst(v);
        if (v is { Type: null, Initializer: LambdaExpression lambda, IsMutable: false, Pattern: NamePattern,
                Keyword: VariableKeyword.Let } && !_inference.IsVariable(lambda))
        {
            BindNamedLambda(v, lambda);
            return null;
        }
        var declared = v.Type is null ? null : BindType(v.Type);
        if (v.Initializer is null)
        {
            if (declared is null && !v.Name.IsMissing)
                _bag.CannotInfer(At(v.Name.Span), $"`{v.Name}`", $"write it: `let {v.Name}: T`");
            var zero = Declare(v, declared ?? Special.Error, false);
            if (PlaceAt(v, zero))
                return MakeStatic(v, zero);
            return v.Keyword == VariableKeyword.Static ? MakeStatic(v, zero) : new BoundDeclare(v.Span, zero, null);
        }
        var parts = declared is null && HasSoftParts(v.Initializer) ? v.Initializer : null;
        var inferred = false;
        var initial = parts is not null ? FirstParts(parts) : Bind(v.Initializer, declared);
        initial = declared is not null ? ConvertInitial(initial, declared)
            : Concrete(FirstValue(Unhandled(initial), v.Pattern, out inferred), v.Pattern, v.Initializer.Span);
        var local = Declare(v, declared ?? initial.Type, inferred, parts);
        if (IsMarked(initial))
            _markedLocals.Add(local);
        if (PlaceAt(v, local))
        {
            MakeStatic(v, local);
            return new BoundDeclare(v.Span, local, AnyError(initial) ? null : initial);
        }
        if (!AnyError(initial) && IsConstant(initial) && initial is not BoundFunctionValue)
            local.StaticInitial = initial;
        if (v.Keyword == VariableKeyword.Static)
            return BindStatic(v, local, initial);
        return new BoundDeclare(v.Span, local, AnyError(initial) ? null : initial);
    }

    /// <summary>
    /// <c>let x: T at 0x5800</c>, <c>@address(0x5800) let x: T</c>: true when the declaration says where the variable
    /// is. Its first value is stored each time control comes to it.
    /// </summary>
    private bool PlaceAt(VariableDeclaration v, LocalSymbol local)
    {
        if (v.Address is not null)
            local.Address = (int?)BindConstantInt(v.Address, "an address");
        foreach (var a in v.Attributes)
        {
            if (a.Name.Text is "address" or "at" or "absolute" && a.Arguments is [var address])
                local.Address = (int?)BindConstantInt(address.Value, "an address");
            else if (a.Name.Text is "aligned" or "align" && a.Arguments is [var bytes])
                local.Alignment = _program.AlignmentOf(BindConstantInt(bytes.Value, "an alignment"), At(bytes.Span));
            else
                _program.CheckAttribute(a, Attributes.OfLocals, "a local variable", _source, _bag);
        }
        if (local.Address is null && v.Keyword != VariableKeyword.Static)
            foreach (var a in v.Attributes.Where(a => Attributes.OfLocals.Contains(a.Name.Text)))
                _bag.AttributeWithoutEffect(At(a.Span), a.Name.Text, "a variable that may be in a register", null);
        return local.Address is not null;
    }

    /// <summary>A <c>static</c> variable gets its first value before the program starts.</summary>
    private BoundSequence BindStatic(VariableDeclaration v, LocalSymbol local, BoundExpression initial)
    {
        if (!AnyError(initial) && local.StaticInitial is null)
            _bag.NotConstant(At(v.Initializer!.Span), $"the first value of `{v.Name}`");
        return MakeStatic(v, local);
    }

    private BoundSequence MakeStatic(VariableDeclaration v, LocalSymbol local)
    {
        if (_function is null || local.Type.IsError())
            return new BoundSequence(v.Span, []);
        // The function may be bound several times, but the variable is one.
        if (!_program.StaticNames.TryGetValue((v, _function), out var name))
            _program.StaticNames[(v, _function)] = name = _program.Unique($"{_function.MirName}.{v.Name}");
        local.StaticName = name;
        return new BoundSequence(v.Span, []);
    }

    /// <summary>The first value of a variable without a type: it must have a type of its own.</summary>
    private BoundExpression Concrete(BoundExpression initial, Pattern name, TextSpan span)
    {
        initial = WithDefaultType(initial);
        var text = _source.ToString(name.Span);
        if (initial.Type.IsVoid())
            ReportNoValue(initial, span);
        else if (initial is BoundNull || initial.Type.IsNever())
            _bag.CannotInfer(At(name.Span), $"`{text}`", $"write it: `let {text}: T = …`");
        else
            return initial;
        return Failed(initial.Span);
    }

    private LocalSymbol Declare(VariableDeclaration v, MirType type, bool inferred, Expression? parts = null)
    {
        var local = new LocalSymbol(v.Name.Text, type.IsNever() ? Special.Error : type)
        {
            IsMutable = v.IsMutable || v.Keyword is VariableKeyword.Var or VariableKeyword.Static,
            IsConst = v.Keyword == VariableKeyword.Const, Where = At(v.Name.Span), Owner = _function,
            InferenceKey = inferred ? v.Pattern : null, LoopDepth = _rounds.Count, SoftParts = parts,
        };
        _scope.Declare(local);
        return local;
    }

    private BoundStatement? BindLocalConst(VariableDeclaration v)
    {
        var declared = v.Type is null ? null : BindType(v.Type);
        if (v.Initializer is null)
        {
            _bag.NotConstant(At(v.Span), $"`{v.Name}`");
            Declare(v, Special.Error, false);
            return null;
        }
        var value = Bind(v.Initializer, declared);
        if (declared is not null)
            value = ConvertInitial(value, declared);
        if (value is BoundUntyped or BoundFraction or BoundText or BoundLiteral)
        {
            _scope.Declare(new ConstantSymbol(v.Name.Text, value) { Where = At(v.Name.Span) });
            return null;
        }
        if (Folding.TryConstant(value, out var bits) && !value.Type.IsAddress)
        {
            _scope.Declare(new ConstantSymbol(v.Name.Text, new BoundLiteral(value.Span, value.Type, bits)));
            return null;
        }
        if (ComputeLocal(v, value) is not { } computed)
            return new BoundDeclare(v.Span, Declare(v, value.Type, false), AnyError(value) ? null : value);
        _scope.Declare(computed);
        return null;
    }

    /// <summary><c>let (a, b) = e</c>, <c>let Point { x, y } = e</c>.</summary>
    private BoundSequence BindDestructure(VariableDeclaration v)
    {
        CheckNames(v.Pattern, []);
        var mutable = v.IsMutable || v.Keyword == VariableKeyword.Var;
        if (v is { Type: null, Pattern: TuplePattern names, Initializer: TupleLiteral items } &&
            names.Elements.Length == items.Elements.Length)
            return TakeItems(v, names, items, mutable);
        var declared = v.Type is null ? null : BindType(v.Type);
        var value = v.Initializer is null ? Failed(v.Span)
            : declared is null ? BindValue(v.Initializer) : BindTo(v.Initializer, declared);
        if (v.Initializer is null)
            _bag.CannotInfer(At(v.Span), "the tuple");
        return new BoundSequence(v.Span, TakeApart(v.Pattern, value, mutable));
    }

    private BoundExpression BindReturn(ReturnExpression r)
    {
        if (_function is null)
            return Unsupported(r, "`return` in a constant");
        var result = _function.Result;
        if (r.Value is null)
        {
            if (result.IsVoid())
                return new BoundReturn(r.Span, null);
            if (_program.IsFallible(result) && ((EnumType)result).Variants[0].Payload.IsEmpty)
                return new BoundReturn(r.Span, new BoundEnumValue(r.Span, (EnumType)result, 0, []));
            _bag.WrongReturn(At(r.Span), $"`{_function.Name}` returns {result.Show()}, but here is no value",
                "write the value behind `return`", ResultPlace());
            return new BoundReturn(r.Span, null);
        }
        var expected = _program.IsFallible(result) && ((EnumType)result).Variants[0].Payload is [var ok] ? ok : result;
        var value = Bind(r.Value, expected.IsVoid() ? null : expected);
        if (result.IsError())
        {
            // A lambda whose result is being found out.
            _returned ??= WithDefaultType(value).Type;
            return new BoundReturn(r.Span, value);
        }
        if (AnyError(value))
            return new BoundReturn(r.Span, null);
        if (result.IsVoid())
        {
            // `return f()` of a function without result is a common way to leave.
            if (value.Type.IsVoid() || value.Type.IsNever())
                return new BoundBlock(r.Span, [new BoundExpressionStatement(value),
                    new BoundExpressionStatement(new BoundReturn(r.Span, null))], null, Special.Never);
            _bag.WrongReturn(At(r.Value.Span),
                $"`{_function.Name}` has no result type, but returns {value.Type.Show()}",
                value.Type.IsUntyped() ? "give it one: `-> u8`" : $"give it one: `-> {TypeNames.Of(value.Type)}`",
                new Diagnostics.RelatedPlace(At(_function.Where!.Value.Span), "declared here"));
            return new BoundReturn(r.Span, null);
        }
        value = ConvertResult(value);
        return new BoundReturn(r.Span, AnyError(value) ? null : value);
    }
}
