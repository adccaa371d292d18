using MinZ.Frontend.CompileTime;
using MinZ.Frontend.Emit;
using MinZ.Frontend.Syntax;
using MinZ.Mir;

namespace MinZ.Frontend.Binding;

/// <content>What can be computed while the program is still being bound.</content>
internal sealed partial class ProgramBinder
{
    private readonly HashSet<FunctionSymbol> _unfinished = [];
    private readonly HashSet<FunctionSymbol> _broken = [];
    private readonly HashSet<TypeDefinition> _incomplete = [];

    /// <summary>Tables that are local constants, by declaration and instance.</summary>
    public Dictionary<(VariableDeclaration, FunctionSymbol?), GlobalSymbol> LocalTables { get; } = [];

    /// <summary>Computes constants.</summary>
    public ConstantEvaluator Evaluator => field ??= new ConstantEvaluator(this);

    /// <summary>True when the members of a type are known.</summary>
    public bool IsComplete(TypeDefinition type) => !_incomplete.Contains(type);

    /// <summary>What keeps a function from running now; <see cref="Obstacle.None"/> when it can.</summary>
    public Obstacle ObstacleOf(FunctionSymbol function)
    {
        if (_unfinished.Contains(function))
            return Obstacle.Unfinished;
        BodyOf(function);
        return _broken.Contains(function) ? Obstacle.Errors : Obstacle.None;
    }
}
