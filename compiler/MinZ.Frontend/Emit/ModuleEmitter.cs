using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>
/// Makes a MIR module of a bound program: everything in the given sources, and of libraries and generic functions what
/// these use.
/// </summary>
internal sealed partial class ModuleEmitter
{
    private readonly Module _module;
    private readonly Dictionary<FunctionSymbol, Function> _functions = [];
    private readonly Dictionary<GlobalSymbol, Global> _globals = [];
    private readonly Queue<FunctionSymbol> _pending = [];
    private int _tables;

    private ModuleEmitter(ProgramBinder program, bool isForCompileTime)
    {
        (Program, _isForCompileTime) = (program, isForCompileTime);
        _module = new Module(program.Options.ModuleName);
    }

    public ProgramBinder Program { get; }

    /// <summary>
    /// Emits a program that has no errors. Errors in what is only reached now are reported to its diagnostics.
    /// </summary>
    public static Module Emit(ProgramBinder program)
    {
        var emitter = new ModuleEmitter(program, false);
        emitter.EmitAll();
        return emitter._module;
    }

    private void EmitAll()
    {
        foreach (var global in Program.Globals.Where(g => !g.Module.IsLibrary && !IsValue(g)))
            GlobalOf(global);
        foreach (var function in Program.Functions.Where(f => !f.Module.IsLibrary && !IsHelper(f)).ToArray())
            FunctionOf(function);
        while (_pending.TryDequeue(out var function))
        {
            var body = Program.BodyOf(function);
            if (Program.Diagnostics.HasErrors)
                return;
            new FunctionEmitter(this, function, _functions[function]).EmitBody(body);
        }
        foreach (var type in Program.Definitions)
            _module.Add(type);
        _module.Files.AddRange(Program.Files.Select(f => f.Path));
    }

    /// <summary>True for a constant that is its value wherever it is used and needs no memory.</summary>
    private static bool IsValue(GlobalSymbol global) => global.IsConst &&
        (global.Initial is BoundUntyped or BoundFraction or BoundText ||
         global.Initial is { } initial && Folding.TryConstant(initial, out _));

    /// <summary>The MIR function of a symbol; its body follows when it is first asked for.</summary>
    public Function FunctionOf(FunctionSymbol symbol)
    {
        if (_functions.TryGetValue(symbol, out var known))
            return known;
        Program.BindSignature(symbol);
        var function = new Function(NameOf(symbol))
        {
            Parameters = [.. symbol.Parameters.Select(p => new Parameter(p.Name, p.Type)),
                .. Program.CapturesOf(symbol).Select(c => new Parameter(c.Name, new ReferenceType(c.Type, true)))],
            Result = symbol.Result,
            Flags = symbol.Flags,
            Abi = symbol.Abi,
            Test = symbol.Test,
            Location = Program.LocationOf(symbol.Where!.Value),
        };
        _functions[symbol] = function;
        _module.Add(function);
        if (!symbol.IsExtern)
            _pending.Enqueue(symbol);
        return function;
    }

    /// <summary>The MIR global of a symbol.</summary>
    public Global GlobalOf(GlobalSymbol symbol)
    {
        if (_globals.TryGetValue(symbol, out var known))
            return known;
        Program.BindGlobal(symbol);
        var global = new Global(symbol.MirName, symbol.Type)
        {
            IsConst = symbol.IsConst, Address = symbol.Address, Alignment = symbol.Alignment,
            Volatile = symbol.IsVolatile, Location = Program.LocationOf(symbol.Where!.Value),
            Exported = (symbol.Syntax.Modifiers & (Syntax.Modifiers.Public | Syntax.Modifiers.Export)) != 0,
        };
        _globals[symbol] = global;
        _module.Add(global);
        if (symbol.Initial is { } initial)
            global.Initial = ConstantOf(initial);
        return global;
    }

    /// <summary>A table in read-only memory.</summary>
    public Global NewTable(MirType type, BoundExpression value)
    {
        var global = new Global($"const.{++_tables}", type) { IsConst = true };
        _module.Add(global);
        global.Initial = ConstantOf(value);
        return global;
    }

    /// <summary>The start value of a global from a constant expression.</summary>
    private ConstantValue ConstantOf(BoundExpression e)
    {
        switch (e)
        {
            case BoundText text:
                return text.Type.Kind == TypeKind.Str
                    ? new ConstantValue.Text(text.Text) : new ConstantValue.TextPointer(text.Text);
            case BoundAggregate { Type: ArrayType { Element: { IsInteger: true, Bits: 8 } } } bytes when AllConstant(
                bytes):
                return new ConstantValue.Bytes([.. bytes.Items.Select(i => i is null ? (byte)0 : (byte)BitsOf(i))]);
            case BoundAggregate a:
                return new ConstantValue.Aggregate(
                    [.. a.Items.Select(i => i is null ? new ConstantValue.Zero() : ConstantOf(i))]);
            case BoundRepeat r:
                return RepeatOf(r);
            case BoundEnumValue v:
                return new ConstantValue.Enum(v.Variant, [.. v.Payload.Select(ConstantOf)]);
            case BoundFunctionValue f:
                return new ConstantValue.FunctionValue(FunctionOf(f.Function));
            case BoundAddressOf { Place: BoundGlobal g }:
                return new ConstantValue.Address(GlobalOf(g.Global), 0);
            case BoundAddressOf { Place: BoundIndex i } when Folding.TryOffset(i, out var array, out var offset):
                return new ConstantValue.Address(GlobalOf(array), offset);
            case BoundConversion { Kind: ConversionKind.ArrayPointer, Operand: BoundGlobal g }:
                return new ConstantValue.Address(GlobalOf(g.Global), 0);
            case BoundConversion { Kind: ConversionKind.SliceOf, Operand: BoundGlobal g }:
                return new ConstantValue.SliceOf(GlobalOf(g.Global));
            case BoundConversion { Kind: ConversionKind.SliceOf, Operand: BoundAggregate a }:
                return new ConstantValue.SliceOf(NewTable(a.Type, a));
            case BoundConversion { Kind: ConversionKind.Bits, Operand: BoundAddressOf inner }:
                return ConstantOf(inner);
            case BoundZero:
                return new ConstantValue.Zero();
            default:
                return BitsOf(e) is var bits && bits == 0 ? new ConstantValue.Zero() : new ConstantValue.Number(bits);
        }
    }

    private ConstantValue RepeatOf(BoundRepeat r)
    {
        var item = ConstantOf(r.Value);
        if (item is ConstantValue.Zero)
            return item;
        if (r.Array.Element is { IsInteger: true, Bits: 8 } && item is ConstantValue.Number n)
            return new ConstantValue.Bytes([.. Enumerable.Repeat((byte)n.Bits, r.Array.Length)]);
        return new ConstantValue.Aggregate([.. Enumerable.Repeat(item, r.Array.Length)]);
    }

    private static bool AllConstant(BoundAggregate a) => a.Items.All(i => i is null || Folding.TryConstant(i, out _));

    private static long BitsOf(BoundExpression e) => Folding.TryConstant(e, out var bits)
        ? bits
        : throw new InvalidOperationException(
            $"a constant of kind {e.GetType().Name} was not recognised while binding");
}
