using MinZ.Frontend.Binding;
using MinZ.Frontend.CompileTime;
using MinZ.Mir;

namespace MinZ.Frontend.Emit;

/// <summary>A module for a computation, or what is in its way.</summary>
/// <param name="Module">The module; null unless the obstacle is <see cref="Obstacle.None"/>.</param>
/// <param name="Obstacle">What is in the way.</param>
/// <param name="Function">The function that is, if any.</param>
internal readonly record struct Computation(Module? Module, Obstacle Obstacle, FunctionSymbol? Function);

/// <summary>What keeps something from being computed at compile time.</summary>
internal enum Obstacle
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It needs variables of the function around it.</summary>
    Variables,
    /// <summary>It calls a function whose meaning depends on the result.</summary>
    Unfinished,
    /// <summary>It calls a function with errors, which are reported.</summary>
    Errors,
    /// <summary>It is no expression that stands for itself.</summary>
    Form,
}

/// <content>Modules that compute something while the program is compiled.</content>
internal sealed partial class ModuleEmitter
{
    /// <summary>Name of the function that computes.</summary>
    public const string ComputingFunction = "(compile time)";

    private readonly HashSet<string> _takenNames = [];
    private readonly bool _isForCompileTime;

    /// <summary>True when the module runs now: <c>@emit</c> and its like have a meaning.</summary>
    public bool IsForCompileTime => _isForCompileTime;

    /// <summary>
    /// A module whose function <see cref="ComputingFunction"/> computes a value and returns the address of it, or runs
    /// an expression without value; or why there is none.
    /// </summary>
    /// <param name="program">The program so far.</param>
    /// <param name="symbol">Stands for the function that computes.</param>
    /// <param name="value">What is computed; its functions are bound now if they were not yet.</param>
    /// <param name="outside">Variables of the function around it, which have no value yet.</param>
    public static Computation TryEmitComputation(ProgramBinder program, FunctionSymbol symbol, BoundExpression value,
        IReadOnlySet<LocalSymbol> outside)
    {
        var first = new ModuleEmitter(program, Residences.Slots, true);
        var computation = first.TryEmitComputation(symbol, value, outside);
        if (computation.Obstacle is not (Obstacle.None or Obstacle.Form)
            || Residences.Of(first) is not { IsEmpty: false } residences)
            return computation;
        return new ModuleEmitter(program, residences, true).TryEmitComputation(symbol, value, outside);
    }

    private Computation TryEmitComputation(FunctionSymbol symbol, BoundExpression value,
        IReadOnlySet<LocalSymbol> outside)
    {
        var isValue = !value.Type.IsVoid() && !value.Type.IsNever();
        var result = isValue ? _module.Add(new Global("result", value.Type)) : null;
        var function = new Function(ComputingFunction)
        {
            Result = isValue ? new PointerType(value.Type) : MirType.Void,
        };
        _takenNames.Add(function.Name);
        _module.Add(function);
        if (!new FunctionEmitter(this, symbol, function).TryEmitComputation(value, result, outside))
            return new Computation(null, Obstacle.Variables, null);
        while (_pending.TryDequeue(out var callee))
        {
            if (Program.ObstacleOf(callee) is var obstacle and not Obstacle.None)
                return new Computation(null, obstacle, callee);
            new FunctionEmitter(this, callee, _functions[callee]).EmitBody(Program.BodyOf(callee));
        }
        foreach (var type in Program.Definitions.Where(Program.IsComplete))
            _module.Add(type);
        _module.Files.AddRange(Program.Files.Select(f => f.Path));
        // Parts of a function, such as a `return` within the value, are not a function of their own.
        if (Verifier.Verify(_module).Count > 0)
            return new Computation(null, Obstacle.Form, null);
        if (Program.LinkMir(_module) is not { } module)
            return new Computation(null, Obstacle.Errors, null);
        RunTimeGuard.Apply(module, result is null ? null : module.FindGlobal(result.Name));
        return new Computation(module, Obstacle.None, null);
    }

    /// <summary>True for a function that emits source and that nothing but compile-time code can call.</summary>
    private static bool IsHelper(FunctionSymbol f) => f.IsCompileTimeOnly && f.MirName != "main" &&
        (f.Flags & (FunctionFlags.Export | FunctionFlags.Test)) == 0;

    /// <summary>The name of a function: overloads have names of their own only once all are known.</summary>
    private string NameOf(FunctionSymbol symbol)
    {
        if (!_isForCompileTime)
            return symbol.MirName;
        var name = symbol.MirName;
        for (var n = 2; !_takenNames.Add(name); n++)
            name = $"{symbol.MirName}.{n}";
        return name;
    }
}
