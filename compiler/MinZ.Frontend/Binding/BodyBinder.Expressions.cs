using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>Expressions: the one dispatch, literals and names.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>
    /// Binds an expression. The expected type guides literals, lambdas and branches, but the result may have another
    /// type; void says that the value is not used.
    /// </summary>
    private BoundExpression Bind(Expression e, MirType? expected) => e switch
    {
        IntegerLiteral i => new BoundUntyped(e.Span, (Int128)UInt128.Min(i.Value, ulong.MaxValue)),
        FractionLiteral f => new BoundFraction(e.Span, f.Value),
        CharLiteral c => BindChar(c, expected),
        BooleanLiteral b => new BoundLiteral(e.Span, MirType.Bool, b.Value ? 1 : 0),
        NullLiteral => new BoundNull(e.Span),
        StringLiteral s => new BoundText(e.Span, new StringConstant(s.Bytes), MirType.Str),
        FormatString f => BindToString(f, []),
        NameExpression n => BindName(n, expected),
        MemberExpression m => BindMember(m, expected),
        CallExpression c => BindCall(c, expected),
        IndexExpression i => BindIndex(i),
        SliceExpression s => BindSlice(s),
        UnaryExpression u => BindUnary(u, expected),
        IncrementExpression i => BindIncrement(i),
        BinaryExpression b => BindBinary(b, expected),
        AssignmentExpression a => BindAssignment(a),
        RangeExpression r => BindRange(r, expected),
        TestExpression t => BindTest(t),
        CastExpression c => BindCast(c),
        PropagateExpression p => BindPropagate(p),
        SizeofExpression s => BindSizeof(s),
        ArrayLiteral a => BindArrayLiteral(a.Elements, a.Span, ValueOf(expected)),
        RepeatLiteral r => BindRepeat(r, ValueOf(expected)),
        Comprehension c => BindComprehension(c, ValueOf(expected)),
        BraceLiteral b => BindBrace(b, ValueOf(expected)),
        StructLiteral s => BindStructLiteral(s, ValueOf(expected)),
        TupleLiteral t => BindTuple(t, ValueOf(expected)),
        LambdaExpression l => BindLambda(l, ValueOf(expected)),
        Syntax.Block b => BindBlock(b, expected),
        IfExpression i => BindIf(i, expected),
        ConditionalExpression c => BindConditional(c, expected),
        MatchExpression m => BindMatch(m, expected),
        LoopExpression l => BindLoopExpression(l, expected),
        ReturnExpression r => BindReturn(r),
        BreakExpression b => BindBreak(b),
        ContinueExpression c => BindContinue(c),
        ThrowExpression t => BindThrow(t),
        TryExpression t => BindTry(t, expected),
        SpawnExpression s => BindSpawn(s, expected),
        SelectExpression s => BindSelect(s, expected),
        MetaExpression m => BindMeta(m, expected),
        _ => new BoundError(e.Span),
    };

    /// <summary>What is expected of a literal: of an optional, its value.</summary>
    private MirType? ValueOf(MirType? expected) =>
        expected is EnumType e && _program.IsOptional(e) ? e.Variants[1].Payload[0] : expected;

    private BoundError Unsupported(SyntaxNode node, string what, string? hint = null)
    {
        _bag.NotSupported(At(node.Span), what, hint);
        return new BoundError(node.Span);
    }

    private BoundError Failed(TextSpan span) => new(span);

    /// <summary>
    /// Binds an expression that must have a value of some type; a number without type gets its default.
    /// </summary>
    private BoundExpression BindValue(Expression e, MirType? expected = null)
    {
        var bound = WithDefaultType(Bind(e, expected));
        if (!bound.Type.IsVoid())
            return bound;
        ReportNoValue(bound, e.Span);
        return Failed(e.Span);
    }

    private static BoundExpression BindChar(CharLiteral c, MirType? expected) =>
        expected is { IsInteger: true } && Constants.Fits(expected, c.Value)
            ? new BoundLiteral(c.Span, expected, c.Value)
            : new BoundLiteral(c.Span, c.Value <= 255 ? MirType.U8 : Folding.DefaultFor(c.Value), c.Value);

    private BoundExpression BindName(NameExpression n, MirType? expected)
    {
        if (n.Name.IsMissing)
            return Failed(n.Span);
        if (_scope.Find(n.Name.Text) is null && FindState(n.Name.Text, n.Span) is { } state)
            return state;
        if (Lookup(n.Name.Text) is { } symbol)
            return Use(symbol, n.Span, n.Name.Text, expected);
        if (expected is EnumType e && IndexOfVariant(e, n.Name.Text) is var v and >= 0)
            return Variant(e, v, n.Span);
        return BuiltInValue(n, expected) ?? Unknown(n);
    }

    /// <summary>What to do about a name that is not known.</summary>
    private string? HintFor(string name)
    {
        if (name == "self")
            return "a method names `self` as its first parameter";
        if (_self is StructType { Fields.IsDefault: false } s && s.IndexOf(name) >= 0 &&
            _scope.Find("self") is not null)
            return $"did you mean `self.{name}`?";
        if (_self is StructType { Fields.IsDefault: false } own && own.IndexOf(name) >= 0 &&
            _function is { HasReceiver: false })
            return $"write `self.{name}`, and `self` as the first parameter of `{_function.Name}`";
        if (_module.Members.Values.OfType<TypeSymbol>().FirstOrDefault(t => t.Type is { } type &&
            _program.FindMethod(type, name) is not null) is { } maker)
            return _program.FindMethod(maker.Type!, name)!.Functions.Any(f => f.HasReceiver)
                ? $"`{name}` is a method of `{maker.Name}`: write `value.{name}(…)`"
                : $"did you mean `{maker.Name}.{name}`?";
        if (ForeignNames.Value(name) is { } foreign)
            return foreign;
        if (TypeBinder.FindBuiltIn(name) is not null)
            return $"`{name}` is a type: write `f<{name}>(…)` for a type argument, `x as {name}` for a cast";
        if (EnumWith(name) is { } owner)
            return $"did you mean `{owner}.{name}`?";
        if (name is "zx" or "std")
            return $"import what you use of it, such as `import {(name == "zx" ? "zx.screen" : "std.math")}`";
        string[] paths = [name, "zx." + name, "std." + name];
        if (paths.FirstOrDefault(p => _program.Options.ResolveModule(p) is not null) is { } path)
            return $"add `import {path}` at the top of the file";
        if (Nearest.To(name, VisibleNames()) is { } near)
            return $"did you mean `{near}`?";
        return LibraryWith(name) is { } library ? $"`import {library}` has `{library.Split('.')[^1]}.{name}`" : null;
    }

    /// <summary>
    /// What a name means: local, of the module, of an imported module, or the start of a module's path.
    /// </summary>
    private Symbol? Lookup(string name)
    {
        if (_scope.Find(name) is { } local)
            return local;
        if (_module.Members.TryGetValue(name, out var own) && own is not FunctionGroup { Functions: [], Generics: [] })
            return own;
        if (_module.Imports.TryGetValue(name, out var module))
        {
            _program.NoteImport(_module, module);
            return new ModulePath(name, module);
        }
        if (_module.Imports.Keys.Any(k => k.StartsWith(name + ".", StringComparison.Ordinal)))
            return new ModulePath(name, null);
        return _program.FindMember(_module, name);
    }

    private IEnumerable<string> VisibleNames() => _scope.Names.Concat(_module.Members.Keys)
        .Concat(_module.Imports.Keys).Concat(_module.Imports.Values.SelectMany(m => m.Members.Keys))
        .Concat(ArgumentCounts.Keys);

    private BoundExpression Use(Symbol symbol, TextSpan span, string name, MirType? expected)
    {
        switch (symbol)
        {
            case LocalSymbol local:
                return UseLocal(local, span);
            case ConstantSymbol { Value: BoundUntyped number }:
                return new BoundUntyped(span, number.Value);
            case ConstantSymbol constant:
                return constant.Value with { Span = span };
            case GlobalSymbol global:
                return UseGlobal(global, span);
            case FunctionGroup group:
                return UseFunction(group, span, expected);
            case TypeSymbol type:
                _bag.NoValue(At(span), $"`{name}` is a type", type.Syntax switch
                {
                    EnumDeclaration { Variants: [var first, ..] } => $"name a variant, such as `{name}.{first.Name}`",
                    StructDeclaration => $"a value is written `{name} {{ … }}`",
                    _ => null,
                });
                return Failed(span);
            default:
                _bag.NoValue(At(span), $"`{name}` is a module", $"name what you want of it: `{name}.…`");
                return Failed(span);
        }
    }

    private BoundExpression UseLocal(LocalSymbol local, TextSpan span)
    {
        if (local.Type.IsError())
            return Failed(span);
        if (_function is null)
        {
            _bag.NotConstant(At(span), $"`{local.Name}`");
            return Failed(span);
        }
        if (local.Owner is not null && local.Owner != _function && !_function.Captures.Contains(local))
            _function.Captures.Add(local);
        var use = new BoundLocal(span, local);
        return local.IsAlias ? new BoundDereference(span, use) : use;
    }

    private BoundExpression UseGlobal(GlobalSymbol global, TextSpan span)
    {
        _program.BindGlobal(global);
        if (global.Type.IsError())
            return Failed(span);
        // Simple constants are their value everywhere; tables stay in memory.
        if (global.IsConst && global.Initial is BoundUntyped or BoundFraction or BoundText or BoundLiteral)
            return global.Initial with { Span = span };
        if (global.IsConst && global.Initial is { } initial && Folding.TryConstant(initial, out var bits))
            return initial.Type.IsAddress
                ? initial with { Span = span }
                : new BoundLiteral(span, initial.Type, bits);
        return new BoundGlobal(span, global);
    }

    private BoundExpression UseFunction(FunctionGroup group, TextSpan span, MirType? expected)
    {
        if (group.Lambda is { } lambda && lambda.Parameters.Any(p => p.Type is null))
        {
            var context = expected as Mir.FunctionType;
            if (context is null && group.Functions is not [_])
                _bag.CannotInfer(At(span), $"the parameters of `{group.Name}`", "write them: `|x: T| …`");
            else if (context is not null && Instance(group, lambda, context.Parameters, context.Result) is null)
                return Failed(span);
            if (context is null && group.Functions is not [_])
                return Failed(span);
        }
        foreach (var f in group.Functions)
            _program.BindSignature(f);
        var fits = expected is Mir.FunctionType wanted
            ? group.Functions.Where(f => f.Signature == wanted).ToList()
            : group.Functions;
        if (fits is [var only])
        {
            if (only.Outer is not null)
                _function?.NestedCalls.Add(only);
            return new BoundFunctionValue(span, only, only.Signature);
        }
        if (expected is Mir.FunctionType signature && group is { Functions: [], Generics: [var generic] } &&
            InstanceFor(generic, signature, span) is { } instance)
            return new BoundFunctionValue(span, instance, instance.Signature);
        if (group.Functions.Count == 0)
        {
            _bag.CannotInfer(At(span), $"`{group.Name}`", "say which: `let f: fn(T) -> R = …`, or wrap it in a lambda");
            return Failed(span);
        }
        if (group.Functions is [var other] && expected is not null)
            _bag.TypeMismatch(At(span), expected.Show(), other.Signature.Show(),
                MismatchHint(new BoundFunctionValue(span, other, other.Signature), expected), Asker(span));
        else
            _bag.AmbiguousOverload(At(span), group.Name, string.Join(", ", group.Functions));
        return Failed(span);
    }

    private static int IndexOfVariant(EnumType e, string name)
    {
        for (var i = 0; i < e.Variants.Length; i++)
            if (e.Variants[i].Name == name)
                return i;
        return -1;
    }

    /// <summary>A variant without payload as a value.</summary>
    private static BoundExpression Variant(EnumType e, int variant, TextSpan span) => e.HasPayload
        ? new BoundEnumValue(span, e, variant, [])
        : new BoundLiteral(span, e, e.Variants[variant].Value);

    private BoundExpression BindSizeof(SizeofExpression s)
    {
        MirType type;
        if (s.Type is NamedType { Path: [var name], Arguments.IsEmpty: true } &&
            Lookup(name.Text) is LocalSymbol or GlobalSymbol)
            type = Bind(new NameExpression(s.Type.Span, name, []), null).Type;
        else
            type = BindType(s.Type);
        // The source language counts bytes as its home, the Z80, does.
        return type.IsError() ? Failed(s.Span) : new BoundUntyped(s.Span, DataLayout.Z80.SizeOf(type));
    }
}
