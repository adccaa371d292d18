using System.Collections.Immutable;
using MinZ.Frontend.Diagnostics;
using MinZ.Frontend.Syntax;
using MinZ.Frontend.Text;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <summary>
/// Finds the meaning of statements and expressions: of a function's body, or of a constant expression.
/// </summary>
internal sealed partial class BodyBinder
{
    private const int MostRounds = 32;

    private readonly ProgramBinder _program;
    private readonly ModuleSymbol _module;
    private SourceText _source;
    private readonly TypeScope _typeScope;
    private readonly MirType? _self;
    private DiagnosticBag _bag;
    private readonly Inference _inference;
    private readonly List<LoopSymbol> _loops = [];
    private FunctionSymbol? _function;
    private Scope _scope;
    private int _hidden;

    /// <summary>A binder for constant expressions and types in a module.</summary>
    public BodyBinder(ProgramBinder program, ModuleSymbol module, SourceText source)
        : this(program, module, source, TypeScope.Empty, null, program.Diagnostics, null)
    {
    }

    /// <summary>A binder for constant expressions at a place with type parameters and local names.</summary>
    public BodyBinder(ProgramBinder program, ModuleSymbol module, SourceText source, TypeScope types, MirType? self,
        DiagnosticBag bag, Scope? scope)
    {
        (_program, _module, _source, _typeScope, _self, _bag) = (program, module, source, types, self, bag);
        _scope = new Scope(scope);
        _inference = new Inference(program.GlobalTypes);
    }

    private BodyBinder(ProgramBinder program, FunctionSymbol function, DiagnosticBag bag, Inference inference)
    {
        (_program, _module, _function, _bag, _inference) = (program, function.Module, function, bag, inference);
        _source = function.Where!.Value.Source;
        _typeScope = function.TypeArguments ?? TypeScope.Empty;
        _self = function.SelfType;
        _scope = new Scope(function.Outer);
    }

    /// <summary>
    /// Binds the body of a function and of those inside it, reporting to the program's diagnostics. The types of
    /// variables may depend on uses in inner functions, so all bodies are bound together until nothing changes.
    /// </summary>
    public static BoundBlock BindFunction(ProgramBinder program, FunctionSymbol function)
    {
        program.BindSignature(function);
        var inference = new Inference(program.GlobalTypes);
        for (var round = 0; ; round++)
        {
            inference.BeginRound();
            var bag = new DiagnosticBag();
            var bodies = new List<(FunctionSymbol Function, BoundBlock Body)>();
            BindNest(program, function, bag, inference, bodies);
            inference.EndRound();
            if (inference.Changed && round < MostRounds)
                continue;
            foreach (var open in inference.OpenLambdas.Where(g => g.Functions.Count == 0))
                ReportOpen(open, bag);
            program.Diagnostics.AddRange(function.Instance is not { } made ? bag
                : bag.Select(d => d.IsError ? d with { Related = d.Related.Add(made) } : d));
            program.Enter(bodies);
            return bodies[0].Body;
        }
    }

    private static void BindNest(ProgramBinder program, FunctionSymbol function, DiagnosticBag bag,
        Inference inference, List<(FunctionSymbol, BoundBlock)> bodies)
    {
        program.BindSignature(function);
        function.Nested.Clear();
        bodies.Add((function, new BodyBinder(program, function, bag, inference).BindBody()));
        // A lambda that was looked at for several types, such as those of overloads, is the one bound last.
        foreach (var nested in function.Nested.Where(f => !f.IsExtern).ToArray())
            BindNest(program, nested, bag, inference, bodies);
    }

    private BoundBlock BindBody()
    {
        var function = _function!;
        function.ParameterLocals.Clear();
        function.Captures.Clear();
        function.NestedCalls.Clear();
        if (function.Called is { } called)
            return BindCase(called, function.Case!.Value);
        foreach (var p in function.Parameters)
        {
            var local = new LocalSymbol(p.Name, p.Type)
            {
                IsAlias = p.IsAlias, IsMutable = true, Where = At(p.Span), Owner = function,
            };
            _scope.Declare(local);
            function.ParameterLocals.Add(local);
        }
        var syntax = function.Body!;
        var parts = PartsOfParameters(function);
        var errors = _bag.ErrorCount;
        var body = ArgumentsInRegisters(BindBlock(syntax, function.Result));
        if (parts.Length > 0)
            body = body with { Statements = [.. parts, .. body.Statements] };
        if (body.Tail is { } tail && !function.Result.IsVoid() && !tail.Type.IsNever())
        {
            var value = ConvertResult(tail);
            return new BoundBlock(body.Span, body.Statements, new BoundReturn(tail.Span, value), Special.Never);
        }
        if (!function.Result.IsVoid() && !body.Type.IsNever() && !body.Type.IsError())
            return FinishWithoutValue(body, syntax, _bag.ErrorCount > errors);
        return body;
    }

    /// <summary>
    /// A body whose end is reached although a result is due: fine after assembly, which leaves it in a register.
    /// </summary>
    private BoundBlock FinishWithoutValue(BoundBlock body, Syntax.Block syntax, bool hasErrors)
    {
        var function = _function!;
        if (body.Statements is [.., BoundAsm])
            return ReturnFromAssembly(body);
        if (_program.IsFallible(function.Result) && ((EnumType)function.Result).Variants[0].Payload.IsEmpty)
        {
            var ok = new BoundEnumValue(syntax.Span, (EnumType)function.Result, 0, []);
            return body with
            {
                Statements = body.Statements.Add(new BoundExpressionStatement(new BoundReturn(syntax.Span, ok))),
                Tail = null, Type = Special.Never,
            };
        }
        // A statement that is wrong may have been the one that returns.
        if (!hasErrors && !_program.Diagnostics.HasSyntaxErrorIn(At(syntax.Span)))
            ReportMissingReturn(body, syntax);
        return body;
    }

    private BoundBlock BindCase(FunctionSymbol called, ImmutableArray<Expression> values)
    {
        _program.BindSignature(called);
        var span = _function!.Where!.Value.Span;
        if (values.Length != called.Parameters.Length)
        {
            _bag.WrongArgumentCount(At(span), $"`{called.Name}`", called.Parameters.Length, values.Length);
            return new BoundBlock(span, [], null, MirType.Void);
        }
        var arguments = values.Zip(called.Parameters, (v, p) => BindTo(v, p.Type)).ToImmutableArray();
        return new BoundBlock(span, [new BoundExpressionStatement(new BoundCall(span, called, arguments))], null,
            MirType.Void);
    }

    /// <summary>The place of a span in this file.</summary>
    private Location At(TextSpan span) => new(_source, span);

    private TypeBinder Types => new(_program, _module, _source, _typeScope, _self, _bag, _scope);

    private MirType BindType(TypeSyntax syntax) => Types.Bind(syntax);

    private T InScope<T>(Func<T> bind)
    {
        var outer = _scope;
        _scope = new Scope(outer);
        var result = bind();
        _scope = outer;
        return result;
    }

    /// <summary>A variable that has no name in source.</summary>
    /// <param name="key">What inference knows it by, when its uses decide its type.</param>
    private LocalSymbol Hidden(string purpose, MirType type, object? key = null) =>
        new($"{purpose}${++_hidden}", type) { IsMutable = true, Owner = _function, InferenceKey = key };

    private static bool AnyError(params ReadOnlySpan<BoundExpression> expressions)
    {
        foreach (var e in expressions)
            if (e.Type.IsError())
                return true;
        return false;
    }

    /// <summary>The value of a constant integer expression; null after a report.</summary>
    public Int128? BindConstantInt(Expression syntax, string what)
    {
        AllowComputation(syntax);
        var e = Bind(syntax, null);
        if (e is BoundUntyped untyped)
            return untyped.Value;
        if (e.Type.IsInteger && !Folding.TryConstant(e, out _))
            e = Compute(e, syntax, what) ?? e;
        if (Folding.TryConstant(e, out var bits) && (e.Type.IsInteger || e.Type.IsPlainEnum() || e.Type.IsAddress))
            return Folding.ValueOf(e.Type, bits);
        if (!e.Type.IsError() && !(e.Type.IsInteger || e.Type.IsPlainEnum() || e.Type.IsAddress))
            _bag.TypeMismatch(At(syntax.Span), $"a whole number as {what}", e.Type.Show(), null);
        else if (!e.Type.IsError())
            _bag.NotConstant(At(syntax.Span), what);
        return null;
    }

    /// <summary>The value of a constant condition; null after a report.</summary>
    public bool? BindConstantBool(Expression syntax)
    {
        AllowComputation(syntax);
        var e = BindCondition(syntax);
        if (!Folding.TryConstant(e, out _))
            e = Compute(e, syntax, "this condition") ?? e;
        if (Folding.TryConstant(e, out var bits))
            return bits != 0;
        if (!e.Type.IsError())
            _bag.NotConstant(At(syntax.Span), "this condition");
        return null;
    }

    private void CheckAssertion(MetaExpression call)
    {
        if (BindConstantBool(call.Arguments[0].Value) is not false)
            return;
        var text = call.Arguments is [_, { Value: StringLiteral s }] ? s.Text : "the static assertion does not hold";
        _bag.UserError(At(call.Span), text);
    }

    /// <summary>Binds the first value of a global and checks that it is constant.</summary>
    public void BindGlobalInitial(GlobalSymbol global, Expression syntax)
    {
        AllowComputation(syntax);
        var known = global.Syntax.Type is not null;
        var value = known ? ConvertInitial(Bind(syntax, global.Type), global.Type)
            : IsInferred(global) ? FirstOfGlobal(global, syntax) : Bind(syntax, null);
        // An untyped constant stays a number without type, so that it fits wherever it is used.
        if (!known && !(global.IsConst && value.Type.IsUntyped()))
            value = WithDefaultType(value);
        if (!known)
            global.Type = value.Type;
        if (value.Type.IsError())
        {
            // What uses a constant without a value would only repeat this error.
            global.Type = global.IsConst ? Special.Error : global.Type;
            return;
        }
        if (value.Type.IsVoid() || value.Type.IsNever())
            ReportNoValue(value, syntax.Span);
        else if (IsConstant(value))
            global.Initial = value;
        else if (global is { IsConst: false, Module.IsLibrary: false } && _function is not null &&
            IsMadeAtRunTime(value.Type))
            global.Startup = (_function, value);
        else if (Compute(value, syntax, $"the first value of `{global.Name}`") is { } computed)
            (global.Initial, global.Type) = computed is BoundError && global.IsConst
                ? (null, Special.Error) : (AnyError(computed) ? null : computed, global.Type);
        else
            _bag.NotConstant(At(syntax.Span), $"the first value of `{global.Name}`");
    }

    /// <summary>True for actors, channels, interface values and what holds them: they exist at run time only.</summary>
    private static bool IsMadeAtRunTime(MirType type) => type switch
    {
        ActorType or ChannelType or InterfaceType => true,
        Mir.ArrayType a => IsMadeAtRunTime(a.Element),
        Mir.TupleType t => t.Items.Any(IsMadeAtRunTime),
        StructType s => s.Fields.Any(f => IsMadeAtRunTime(f.Type)),
        EnumType e => e.Variants.Any(v => v.Payload.Any(IsMadeAtRunTime)),
        _ => false,
    };

    /// <summary>True when a value can be laid out at compile time.</summary>
    public static bool IsConstant(BoundExpression e) => e switch
    {
        BoundUntyped or BoundFraction or BoundText or BoundZero or BoundFunctionValue => true,
        BoundAggregate a => a.Items.All(i => i is null || IsConstant(i)),
        BoundRepeat r => IsConstant(r.Value),
        BoundEnumValue v => v.Payload.All(IsConstant),
        BoundAddressOf { Place: BoundGlobal } => true,
        BoundAddressOf { Place: BoundIndex i } => Folding.TryOffset(i, out _, out _),
        BoundConversion { Kind: ConversionKind.ArrayPointer or ConversionKind.SliceOf, Operand: BoundGlobal } => true,
        BoundConversion { Kind: ConversionKind.SliceOf, Operand: BoundAggregate a } => IsConstant(a),
        BoundConversion { Kind: ConversionKind.Bits, Operand: BoundAddressOf { Place: BoundGlobal } } c =>
            c.Type.IsAddress,
        _ => Folding.TryConstant(e, out _),
    };
}
