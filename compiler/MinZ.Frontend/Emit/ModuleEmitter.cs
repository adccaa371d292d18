using System.Collections.Immutable;
using MinZ.Frontend.Binding;
using MinZ.Frontend.Text;
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
    private readonly Dictionary<LocalSymbol, Global> _statics = [];
    private readonly Residences _residences;
    private int _tables;

    private ModuleEmitter(ProgramBinder program, Residences residences, bool isForCompileTime)
    {
        (Program, _residences, _isForCompileTime) = (program, residences, isForCompileTime);
        _module = new Module(program.Options.ModuleName);
    }

    public ProgramBinder Program { get; }

    public Module Module => _module;

    /// <summary>The variable, or the value without a name, that each slot was made for.</summary>
    public Dictionary<Local, object> Slots { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Variables that are assigned or referred to after they got their first value.</summary>
    public HashSet<LocalSymbol> Changed { get; } = [];

    /// <summary>Functions with captures that are used as values, and where.</summary>
    public Dictionary<FunctionSymbol, List<TextSpan>> ValueUses { get; } = [];

    public void NoteValue(FunctionSymbol function, TextSpan where)
    {
        if (!ValueUses.TryGetValue(function, out var uses))
            ValueUses[function] = uses = [];
        uses.Add(where);
    }

    /// <summary>Where a variable lives.</summary>
    public Residence ResidenceOf(LocalSymbol symbol) => _residences.Variables.GetValueOrDefault(symbol);

    /// <summary>True for a value without a name that must be in a box.</summary>
    public bool IsBoxed(BoundExpression value) => _residences.Values.Contains(value);

    /// <summary>Variables of a function whose boxes exist from its beginning.</summary>
    public IEnumerable<LocalSymbol> EarlyBoxesOf(FunctionSymbol owner) => _residences.Variables
        .Where(v => v.Value == Residence.EarlyBox && v.Key.Owner == owner).Select(v => v.Key)
        .OrderBy(v => v.Where?.Span.Start ?? 0);

    /// <summary>The global of a variable that outlives its function.</summary>
    public Global StaticOf(LocalSymbol symbol)
    {
        if (_statics.TryGetValue(symbol, out var known))
            return known;
        var global = new Global(symbol.StaticName!, symbol.Type)
        {
            Location = symbol.Where is { } where ? Program.LocationOf(where) : default,
            Address = symbol.Address, Volatile = symbol.Address is not null, Alignment = symbol.Alignment,
        };
        _statics[symbol] = global;
        _module.Add(global);
        if (symbol.StaticInitial is { } initial)
            global.Initial = ConstantOf(initial);
        return global;
    }

    /// <summary>
    /// Emits a program that has no errors. Errors in what is only reached now are reported to its diagnostics.
    /// </summary>
    public static Module Emit(ProgramBinder program)
    {
        var first = new ModuleEmitter(program, Residences.Slots, false);
        first.EmitAll();
        if (program.Diagnostics.HasErrors || Residences.Of(first) is not { IsEmpty: false } residences)
            return first._module;
        var second = new ModuleEmitter(program, residences, false);
        second.EmitAll();
        return second._module;
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
                .. Program.CapturesOf(symbol).Select(c => new Parameter(c.Name, HiddenType(c)))],
            Result = symbol.Result,
            Flags = symbol.Flags,
            Abi = symbol.Abi,
            Test = symbol.Test,
            Location = Program.LocationOf(symbol.Where!.Value),
        };
        _functions[symbol] = function;
        _module.Add(function);
        if (_isForCompileTime)
            Program.RunWhileCompiling.Add(symbol);
        if (!symbol.IsExtern)
            _pending.Enqueue(symbol);
        return function;
    }

    /// <summary>Type of the hidden parameter through which a function inside another reaches a variable.</summary>
    private MirType HiddenType(LocalSymbol captured) => ResidenceOf(captured) switch
    {
        Residence.Slot => new ReferenceType(captured.Type, true),
        Residence.Copied => captured.Type,
        Residence.Box or Residence.EarlyBox => new BoxType(captured.Type),
    };

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

    /// <summary>Says that values of a type stand behind an interface somewhere.</summary>
    public void Implement(InterfaceType contract, MirType type)
    {
        if (_implemented.Add((contract, type)))
            _module.Implementations.Add(new Implementation(contract, type,
                [.. Program.MethodsFor(contract, type).Select(FunctionOf)]));
    }

    private readonly HashSet<(InterfaceType, MirType)> _implemented = [];

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
